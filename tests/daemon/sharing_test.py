"""Who may log in, where they start, and what they may do."""

import io
import pathlib
import unittest

from program import ProgramTest


class Sharing(ProgramTest):
    def store(self, ftp, name):
        ftp.storbinary("STOR " + name, io.BytesIO(b"stored\n"))

    def test_without_options_everybody_reads_the_current_directory(self):
        program = self.start("-i", "127.0.0.1", "-p", "0", "--port-file", self.port_file)
        program.wait_for_line("out", lambda line: "to stop" in line)
        program.port = int(self.port_file.read_text())
        ftp = self.login(program)
        self.assertEqual(self.retrieve(ftp, "hello.txt"), b"hello\n")
        self.assert_refused(550, self.store, ftp, "new.txt")
        self.assert_refused(550, ftp.delete, "hello.txt")
        self.assertTrue((self.home / "hello.txt").exists())

    def test_the_directory_can_be_an_argument_or_an_option(self):
        other = self.folder / "other"
        other.mkdir()
        (other / "other.txt").write_text("other\n")
        for arguments in ([other], ["-d", other], ["--directory", other, other]):
            with self.subTest(arguments=arguments):
                program = self.serve(*arguments)
                self.assertEqual(self.login(program).nlst(), ["other.txt"])
                self.assertEqual(program.stop(), 0)

    def test_write_lets_anonymous_change_everything_and_warns(self):
        program = self.serve("-w")
        ftp = self.login(program)
        self.store(ftp, "new.txt")
        ftp.rename("new.txt", "newer.txt")
        self.assertEqual((self.home / "newer.txt").read_text(), "stored\n")
        ftp.delete("newer.txt")
        program.wait_for_line("err", lambda line: "warning" in line and "everybody" in line)

    def test_a_named_user_shuts_anonymous_out(self):
        program = self.serve("-u", "alice", "-P", "secret", "--login-delay", "0")
        ftp = self.login(program, "alice", "secret")
        self.assertEqual(self.retrieve(ftp, "hello.txt"), b"hello\n")
        self.assert_refused(550, self.store, ftp, "new.txt")
        self.assert_refused(530, self.login, program)
        self.assert_refused(530, self.login, program, "alice", "wrong")

    def test_write_is_for_the_named_user_and_not_for_anonymous_beside(self):
        program = self.serve("-w", "-u", "alice", "--password=secret", "--anonymous")
        self.store(self.login(program, "alice", "secret"), "new.txt")
        self.assert_refused(550, self.store, self.login(program), "newer.txt")

    def test_anonymous_can_have_a_home_of_its_own(self):
        public = self.folder / "public"
        public.mkdir()
        program = self.serve("-u", "alice", "-P", "secret", "--anonymous", public)
        self.assertEqual(self.login(program, "alice", "secret").nlst(), ["hello.txt"])
        self.assertEqual(self.login(program).nlst(), [])

    def test_users_have_homes_and_permissions_of_their_own(self):
        other = self.folder / "other"
        other.mkdir()
        program = self.serve("--user", f"reader:one:{self.home}", "--user", f"writer:two:{other}:elw", "--login-delay", "0")
        reader = self.login(program, "reader", "one")
        self.assertEqual(reader.nlst(), ["hello.txt"])
        self.assert_refused(550, self.store, reader, "new.txt")
        writer = self.login(program, "writer", "two")
        self.store(writer, "new.txt")
        self.assertEqual(writer.nlst(), ["new.txt"])
        self.assert_refused(550, self.retrieve, writer, "new.txt")
        self.assert_refused(530, self.login, program, "reader", "two")
        self.assert_refused(530, self.login, program)

    def test_an_administrator_sees_the_sessions_of_all(self):
        program = self.serve("--user", f"root:one:{self.home}:elr:admin", "--user", f"alice:two:{self.home}")
        alice = self.login(program, "alice", "two")
        root = self.login(program, "root", "one")
        self.assertRegex(root.sendcmd("SITE WHO"), r"(?s)alice from .*root from |root from .*alice from ")
        self.assertNotIn("root", alice.sendcmd("SITE WHO"))

    def test_permissions_differ_by_directory(self):
        for name in ("inbox", "inbox/deep", "shut"):
            (self.home / name).mkdir()
        program = self.serve("--user", f"alice:secret:{self.home}:elradfmw", "--permissions", "alice:/shut::all",
                             "--anonymous", self.home, "--permissions", "anonymous:/inbox:elw")
        alice, anybody = self.login(program, "alice", "secret"), self.login(program)
        self.store(alice, "new.txt")
        self.assert_refused(550, self.store, alice, "shut/new.txt")
        self.assert_refused(550, alice.cwd, "shut")
        self.store(anybody, "inbox/new.txt")
        self.assert_refused(550, self.store, anybody, "inbox/deep/new.txt")
        self.assert_refused(550, self.store, anybody, "newer.txt")
        self.assertEqual((self.home / "inbox" / "new.txt").read_text(), "stored\n")

    def test_a_user_may_have_so_many_sessions(self):
        program = self.serve("--user", f"alice:secret:{self.home}", "--anonymous", self.home,
                             "--max-sessions-per-user", "1")
        self.login(program, "alice", "secret")
        self.assert_refused(530, self.login, program, "alice", "secret")
        self.login(program)
        self.login(program)

    def test_permissions_need_a_user_that_is_known(self):
        status, text = self.refuse("serve", "--permissions", "alice:/:elr")
        self.assertEqual(status, 1, text)
        self.assertIn('--permissions: there is no user "alice"', text)

    def test_a_directory_that_nobody_uses_is_warned_about(self):
        program = self.serve(self.home, "--user", f"alice:secret:{self.home}")
        program.wait_for_line("err", lambda line: "warning" in line and "shared with nobody" in line)

    def test_passwords_do_not_show_in_process_listings(self):
        arguments = (["-u", "alice", "-P", "open-sesame"], ["-u", "alice", "-Popen-sesame"],
                     ["-u", "alice", "--password=open-sesame"], ["--user", f"alice:open-sesame:{self.home}:elr"])
        for given in arguments:
            with self.subTest(arguments=given):
                program = self.serve(*given)
                shown = pathlib.Path(f"/proc/{program.process.pid}/cmdline").read_bytes()
                self.assertNotIn(b"open-sesame", shown)
                self.assertIn(b"serve", shown)
                self.login(program, "alice", "open-sesame")
                self.assertEqual(program.stop(), 0)
                self.assertNotIn("open-sesame", program.output("out") + program.output("err"))


if __name__ == "__main__":
    unittest.main()
