"""The users of this machine. Needs root."""

import io
import os
import pathlib
import signal
import subprocess
import unittest

from system_user import SANITIZE, SystemUserTest, threads_of


class SystemUsers(SystemUserTest):
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

    def test_may_have_a_quota_each_for_all_of_their_sessions(self):
        there = sum(path.stat().st_size for path in self.user_home.rglob("*") if path.is_file())
        program = self.serve("--system-users", "--quota", "1M", "--quota", f"{self.name}:{there + 20000}", "--login-delay", "0")
        for name in ("first.bin", "second.bin"):
            # A session that follows another one, whose process has ended, and one beside it.
            self.login(program, self.name, "open-sesame").storbinary(f"STOR {name}", io.BytesIO(b"x" * 8000))
        ftp = self.login(program, self.name, "open-sesame")
        self.assert_refused(552, ftp.storbinary, "STOR third.bin", io.BytesIO(b"x" * 8000))
        self.assertFalse((self.user_home / "third.bin").exists())

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

    def test_are_served_by_a_process_that_is_them_for_good(self):
        user, group = self.user_home.stat().st_uid, self.user_home.stat().st_gid
        for options in ([], ["--system-unconfined"], ["--sandbox", "off"], ["--user", f"alice:x:{self.home}:elradfmw"]):
            program = self.serve("--system-users", *options)
            first = self.login(program, self.name, "open-sesame")
            second = self.login(program, self.name, "open-sesame")
            first.storbinary(f"STOR {self.user_home if '--system-unconfined' in options else ''}/new.txt", io.BytesIO(b"new\n"))
            self.assertEqual((self.user_home / "new.txt").stat().st_uid, user)
            second.voidcmd("NOOP")
            [process] = self.files_of(program)
            for thread in threads_of(process):
                self.assertEqual(thread["Name"].strip(), "ferry-files")
                self.assertEqual(thread["Uid"].split(), [str(user)] * 4)
                self.assertEqual(thread["Gid"].split(), [str(group)] * 4)
                self.assertEqual(thread["Groups"].split(), [str(group)])
                for name in ("CapPrm", "CapEff", "CapInh", "CapAmb"):
                    self.assertEqual(int(thread[name], 16), 0, name)
                self.assertEqual((thread["NoNewPrivs"].strip(), thread["Seccomp"].strip()), ("1", "0" if SANITIZE else "2"))
            if "--sandbox" not in options:
                for thread in threads_of(program.process.pid):
                    self.assertEqual(int(thread["CapPrm"], 16) & (1 << 6 | 1 << 7), 0, "the server may not become others")
            program.stop()
            self.assertFalse(pathlib.Path(f"/proc/{process}").exists())

    def test_lose_their_files_when_that_process_is_killed_until_they_log_in_again(self):
        program = self.serve("--system-users")
        ftp = self.login(program, self.name, "open-sesame")
        [process] = self.files_of(program)
        os.kill(process, signal.SIGKILL)
        self.assert_refused(451, ftp.voidcmd, "MLST mine.txt")
        self.assert_refused(451, self.retrieve, ftp, "mine.txt")
        ftp.voidcmd("NOOP")
        again = self.login(program, self.name, "open-sesame")
        self.assertEqual(self.retrieve(again, "mine.txt"), b"mine\n")
        self.assertNotIn(process, self.files_of(program))

    def test_are_served_by_a_server_that_is_not_root(self):
        program = self.serve("--system-users", "--run-as", "nobody")
        ftp = self.login(program, self.name, "open-sesame")
        self.assertNotEqual(threads_of(program.process.pid)[0]["Uid"].split()[0], "0")
        content = os.urandom(1 << 20)
        ftp.storbinary("STOR large.bin", io.BytesIO(content))
        ftp.storbinary("APPE large.bin", io.BytesIO(content))
        self.assertEqual((self.user_home / "large.bin").read_bytes(), content * 2)
        self.assertEqual((self.user_home / "large.bin").stat().st_uid, self.user_home.stat().st_uid)
        self.assertEqual(self.retrieve(ftp, "large.bin"), content * 2)
        self.assertNotIn("runs as root", program.output("err"))

    def test_keep_no_set_user_id_when_they_write(self):
        tool = self.user_home / "tool"
        for options in ([], ["--sandbox", "off"], ["--run-as", "nobody"]):
            tool.write_bytes(b"content")
            os.chown(tool, self.user_home.stat().st_uid, self.user_home.stat().st_gid)
            tool.chmod(0o4770)
            program = self.serve("--system-users", *options)
            ftp = self.login(program, self.name, "open-sesame")
            ftp.storbinary("APPE tool", io.BytesIO(bytes(1 << 20)))
            self.assertEqual(tool.stat().st_mode & 0o7777, 0o770, options)
            program.stop()

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
