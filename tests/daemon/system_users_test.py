"""The users of this machine: with an account made by useradd for the test and removed behind it. Needs root."""

import io
import os
import subprocess
import unittest

from program import ProgramTest


class SystemUsers(ProgramTest):
    def setUp(self):
        super().setUp()
        self.folder.chmod(0o711)  # the user has to get through to the home
        self.name = f"ferrytest{os.getpid()}"
        self.user_home = self.folder / "user"
        subprocess.run(["useradd", "--create-home", "--home-dir", self.user_home, "--shell", "/bin/sh", self.name],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(subprocess.run, ["userdel", self.name], check=True, stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL)
        subprocess.run(["chpasswd"], input=f"{self.name}:open-sesame\n".encode(), check=True)
        (self.user_home / "mine.txt").write_text("mine\n")

    def test_log_in_with_their_passwords_and_own_their_files(self):
        program = self.serve("--system-users", "--login-delay", "0")
        ftp = self.login(program, self.name, "open-sesame")
        self.assertEqual(self.retrieve(ftp, "mine.txt"), b"mine\n")
        ftp.storbinary("STOR new.txt", io.BytesIO(b"new\n"))
        self.assertEqual((self.user_home / "new.txt").stat().st_uid, self.user_home.stat().st_uid)
        self.assert_refused(530, self.login, program, self.name, "wrong")
        self.assert_refused(530, self.login, program)

    def test_may_be_limited_by_name_permission_and_directory(self):
        program = self.serve("--system-allow", self.name, "--system-permissions", "elr", "--permissions",
                             f"{self.name}:/:elrw", "--login-delay", "0")
        ftp = self.login(program, self.name, "open-sesame")
        ftp.storbinary("STOR new.txt", io.BytesIO(b"new\n"))
        self.assert_refused(550, ftp.mkd, "sub/dir")
        program.stop()
        program = self.serve("--system-users", "--system-reject", self.name, "--login-delay", "0")
        self.assert_refused(530, self.login, program, self.name, "open-sesame")

    def test_stand_beside_the_users_of_the_command_line(self):
        program = self.serve("--system-unconfined", "--user", f"alice:secret:{self.home}")
        self.assertEqual(self.login(program, "alice", "secret").nlst(), ["hello.txt"])
        ftp = self.login(program, self.name, "open-sesame")
        self.assertEqual(ftp.pwd(), str(self.user_home))
        self.assertIn("mine.txt", ftp.nlst())
        self.assert_refused(550, ftp.mkd, "/etc/ferry-test")

    def test_stand_in_for_anonymous(self):
        self.user_home.chmod(0o700)
        program = self.serve("--system-anonymous", self.name)
        ftp = self.login(program)
        self.assertEqual(self.retrieve(ftp, "mine.txt"), b"mine\n")
        self.assert_refused(550, ftp.delete, "mine.txt")

    def test_that_do_not_exist_are_a_mistake(self):
        status, text = self.refuse("serve", "-p", "0", "--system-allow", "nobody-of-that-name")
        self.assertEqual(status, 1, text)
        self.assertIn('--system-users: there is no user "nobody-of-that-name"', text)


if __name__ == "__main__":
    unittest.main()
