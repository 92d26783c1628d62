"""--quota and --quota-files: for each user and for single ones, whoever they are."""

import unittest

from program import ProgramTest


class Quotas(ProgramTest):
    def make_home(self, name, octets=0):
        home = self.folder / name
        home.mkdir()
        if octets:
            (home / "there.bin").write_bytes(b"x" * octets)
        return home

    def put(self, ftp, name, octets):
        self.store(ftp, f"STOR {name}", b"x" * octets)

    def test_each_user_has_one_and_single_ones_have_another(self):
        alice_home, bob_home = self.make_home("alice", 6000), self.make_home("bob")
        program = self.serve("--user", f"alice:one:{alice_home}:elradfmw", "--user", f"bob:two:{bob_home}:elradfmw",
                             "--quota", "10K", "--quota", "bob:20K", "--quota-files", "bob:2")
        alice, bob = self.login(program, "alice", "one"), self.login(program, "bob", "two")
        self.assertEqual(alice.sendcmd("AVBL"), f"213 {10240 - 6000}")
        self.put(alice, "a", 4000)
        self.assert_refused(552, self.put, alice, "b", 1000)
        alice.delete("there.bin")
        # Another session counts with it.
        self.put(self.login(program, "alice", "one"), "b", 6000)
        self.assert_refused(552, self.put, alice, "c", 1000)
        self.put(bob, "a", 10240)
        self.put(bob, "b", 9000)
        self.assert_refused(552, self.put, bob, "c", 1)
        self.put(bob, "b", 100)
        self.assertEqual(sorted(entry.name for entry in alice_home.iterdir()), ["a", "b"])

    def test_anonymous_and_the_user_of_username_have_one(self):
        program = self.serve("-w", "--quota", "ftp:1K")
        ftp = self.login(program)
        self.put(ftp, "a", 1000)
        self.assert_refused(552, self.put, self.login(program, "ftp"), "b", 1000)
        program.stop()
        program = self.serve("-w", "-u", "alice", "-P", "secret", "--quota", "alice:900")
        ftp = self.login(program, "alice", "secret")
        self.assert_refused(552, self.put, ftp, "b", 1000)

    def test_the_users_of_a_host_have_one(self):
        home = self.make_home("host")
        program = self.serve("--user", f"alice:one:{self.make_home('alice')}:elw", "--host", "a.example", "--host-user",
                             f"a.example:alice:two:{home}:elw", "--quota", "alice:1K")
        self.put(self.login(program, "alice", "one"), "a", 1000)
        ftp = self.connect(program)
        ftp.sendcmd("HOST a.example")
        ftp.login("alice", "two")
        self.put(ftp, "a", 1000)
        self.assert_refused(552, self.put, ftp, "b", 1000)

    def test_users_who_share_a_home_count_all_that_is_there(self):
        home = self.make_home("both", 900)
        program = self.serve("--user", f"alice:one:{home}:elw", "--user", f"bob:two:{home}:elw", "--quota", "1K")
        self.assert_refused(552, self.put, self.login(program, "alice", "one"), "a", 200)
        self.assert_refused(552, self.put, self.login(program, "bob", "two"), "b", 200)

    def test_a_tree_in_memory_has_one(self):
        program = self.serve("-w", "--memory", self.home, "--quota", "1K")
        ftp = self.login(program)
        self.put(ftp, "a", 1000)
        self.assert_refused(552, self.put, ftp, "b", 1000)

    def test_whoever_it_names_must_be_known(self):
        for option in ("--quota", "--quota-files"):
            status, text = self.refuse("serve", option, "alice:10")
            self.assertEqual(status, 1, text)
            self.assertIn(f'{option}: there is no user "alice"; add --user', text)


if __name__ == "__main__":
    unittest.main()
