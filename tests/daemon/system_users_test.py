"""The users of this machine: with an account made by useradd for the test and removed behind it. Needs root."""

import io
import os
import pathlib
import signal
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

    def test_log_in_by_way_of_pam(self):
        service = pathlib.Path("/etc/pam.d") / self.name
        service.write_text("auth required pam_unix.so\naccount required pam_unix.so\n")
        self.addCleanup(service.unlink)
        program = self.serve("--system-users", "pam", "--system-pam-service", self.name, "--login-delay", "0")
        self.assertEqual(self.retrieve(self.login(program, self.name, "open-sesame"), "mine.txt"), b"mine\n")
        self.assert_refused(530, self.login, program, self.name, "wrong")

    def test_log_in_after_they_have_changed_their_passwords(self):
        program = self.serve("--system-allow", self.name, "--login-delay", "0")
        subprocess.run(["chpasswd"], input=f"{self.name}:another\n".encode(), check=True)
        ftp = self.login(program, self.name, "another")
        ftp.storbinary("STOR new.txt", io.BytesIO(b"new\n"))
        self.assert_refused(530, self.login, program, self.name, "open-sesame")

    def logins_of(self, program):
        """The process that checks passwords: the only child of the server."""
        children = pathlib.Path(f"/proc/{program.process.pid}/task/{program.process.pid}/children").read_text().split()
        self.assertEqual(len(children), 1)
        return int(children[0])

    def test_have_their_passwords_checked_in_a_process_that_has_nothing_else(self):
        program = self.serve("--system-allow", self.name)
        self.login(program, self.name, "open-sesame")
        process = pathlib.Path(f"/proc/{self.logins_of(program)}")
        self.assertEqual((process / "comm").read_text(), "ferry-logins\n")
        for task in (process / "task").iterdir():
            status = dict(line.split(":", 1) for line in (task / "status").read_text().splitlines())
            self.assertEqual(int(status["CapEff"], 16), 1 << 2, "to read whatever holds the hashes")
            self.assertEqual(status["Seccomp"].strip(), "2")
        links = {os.readlink(link) for link in (process / "fd").iterdir() if int(link.name) > 2}
        self.assertEqual({link.split(":")[0] for link in links}, {"socket"})
        listening = pathlib.Path(f"/proc/{program.process.pid}/net/tcp").read_text()
        port = next(line.split()[9] for line in listening.splitlines() if f":{program.port:04X} 00000000:0000 0A" in line)
        self.assertNotIn(f"socket:[{port}]", links)

    def test_cannot_log_in_when_that_process_is_gone_and_it_goes_with_the_server(self):
        program = self.serve("--system-allow", self.name, "--login-delay", "0")
        ftp = self.login(program, self.name, "open-sesame")
        os.kill(self.logins_of(program), signal.SIGKILL)
        self.assert_refused(421, self.login, program, self.name, "open-sesame")
        self.assertEqual(self.retrieve(ftp, "mine.txt"), b"mine\n")
        program.stop()
        program = self.serve("--system-allow", self.name)
        process = pathlib.Path(f"/proc/{self.logins_of(program)}")
        self.assertEqual(program.stop(), 0)
        self.assertFalse(process.exists())

    def test_that_do_not_exist_are_a_mistake(self):
        status, text = self.refuse("serve", "-p", "0", "--system-allow", "nobody-of-that-name")
        self.assertEqual(status, 1, text)
        self.assertIn('--system-users: there is no user "nobody-of-that-name"', text)


if __name__ == "__main__":
    unittest.main()
