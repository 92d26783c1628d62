"""What somebody could do who has taken one of the processes over: system calls are made from within. Needs root."""

import ctypes
import os
import signal
import socket
import subprocess
import unittest

from system_user import SystemUserTest

CALL_WITHIN = os.environ["CALL_WITHIN"]
AT_FDCWD, PTRACE_ATTACH = -100, 16
STREAM = (socket.AF_INET, socket.SOCK_STREAM, 0)
RAW = (socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
LANDLOCK = ctypes.CDLL(None).syscall(444, None, 0, 1)  # its ABI


def within(process, call, *arguments):
    """A number, the name of an error, or "killed"."""
    words = [str(int(argument)) if isinstance(argument, int) else argument for argument in arguments]
    return subprocess.run([CALL_WITHIN, str(process), call, *words], check=True, capture_output=True, text=True).stdout.strip()


def opened(process, path, how=os.O_RDONLY):
    return within(process, "openat", AT_FDCWD, f"text:{path}", how, 0)


class TakenOver(SystemUserTest):
    def setUp(self):
        super().setUp()
        # Open to everybody: whoever is refused there is confined, whatever its user may.
        self.elsewhere = self.folder / "elsewhere.txt"
        self.elsewhere.write_text("of nobody's business\n")
        self.elsewhere.chmod(0o666)
        (self.user_home / "mine.txt").chmod(0o666)
        # What is beside that file, the server may remove.
        (self.folder / "run").mkdir()
        self.port_file = self.folder / "run/port"

    def assert_opens(self, process, path, how=os.O_RDONLY):
        self.assertRegex(opened(process, path, how), r"^\d+$", path)

    def assert_confined(self, process, *paths):
        for path in paths:
            for how in (os.O_RDONLY, os.O_WRONLY):
                if LANDLOCK >= 2:
                    self.assertEqual(opened(process, path, how), "EACCES", path)
                else:  # nothing else refuses that
                    self.assert_opens(process, path, how)

    def assert_connects_nowhere(self, process, port):
        stream = int(within(process, "socket", *STREAM))
        for call in ("connect", "bind"):
            if LANDLOCK >= 4:
                self.assertEqual(within(process, call, stream, f"port:{port}", 16), "EACCES", call)
        self.assertEqual(within(process, "socket", *RAW), "ENOSYS")

    def assert_is_nobody_else(self, process, server):
        self.assertEqual(within(process, "setresuid", 0, 0, 0), "ENOSYS")
        self.assertEqual(within(process, "kill", server, signal.SIGKILL), "ENOSYS")

    def assert_dies_of(self, process, call, *arguments):
        self.assertEqual(within(process, call, *arguments), "killed", call)

    def test_the_server_is_left_with_its_share(self):
        program = self.serve("--without", "PORT,EPRT,LPRT")
        server = program.process.pid
        shared = self.home / "hello.txt"
        self.assert_opens(server, shared)
        self.assertEqual(opened(server, shared, os.O_WRONLY), "EACCES", "it is shared to be read")
        self.assertEqual(within(server, "unlinkat", AT_FDCWD, f"text:{shared}", 0), "EACCES")
        self.assert_confined(server, self.elsewhere)
        self.assert_connects_nowhere(server, program.port)
        self.assert_is_nobody_else(server, os.getpid())
        self.assertEqual(self.retrieve(self.login(program), "hello.txt"), b"hello\n", "it was left unharmed")
        self.assert_dies_of(server, "execve", "text:/bin/true", 0, 0)

    def test_who_checks_passwords_is_left_with_those(self):
        program = self.serve("--system-users")
        logins = self.logins_of(program)
        self.assert_opens(logins, "/etc/shadow")
        self.assertEqual(opened(logins, "/etc/shadow", os.O_WRONLY), "EACCES")
        self.assert_confined(logins, self.elsewhere, self.user_home / "mine.txt")
        self.assert_connects_nowhere(logins, program.port)
        self.assert_is_nobody_else(logins, program.process.pid)
        self.login(program, self.name, "open-sesame")
        self.assert_dies_of(logins, "ptrace", PTRACE_ATTACH, program.process.pid, 0, 0)

    def test_who_starts_others_is_left_with_that(self):
        program = self.serve("--system-users")
        starter = self.starter_of(program)
        self.assert_connects_nowhere(starter, program.port)
        self.assertEqual(within(starter, "kill", program.process.pid, signal.SIGKILL), "ENOSYS")
        self.login(program, self.name, "open-sesame")
        self.assert_dies_of(starter, "chroot", "text:/")

    def test_who_serves_a_user_is_left_with_the_home_of_that_user(self):
        program = self.serve("--system-users")
        ftp = self.login(program, self.name, "open-sesame")
        [files] = self.files_of(program)
        self.assert_opens(files, self.user_home / "mine.txt", os.O_WRONLY)
        self.assert_confined(files, self.elsewhere)
        self.assert_connects_nowhere(files, program.port)
        self.assert_is_nobody_else(files, program.process.pid)
        self.assertEqual(self.retrieve(ftp, "mine.txt"), b"mine\n", "it was left unharmed")
        self.assert_dies_of(files, "mount", "text:a", f"text:{self.user_home}", "text:tmpfs", 0, 0)
        self.assertEqual(self.retrieve(self.login(program, self.name, "open-sesame"), "mine.txt"), b"mine\n", "nobody else dies")


if __name__ == "__main__":
    unittest.main()
