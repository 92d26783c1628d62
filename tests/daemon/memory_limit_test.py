"""A server that gets little more memory than it had when it began: many sessions, long listings and uploads need no more. One that
gets none at all refuses, or ends and says why, and what was stored is whole."""

import ftplib
import io
import os
import pathlib
import re
import resource
import signal
import unittest

from program import PATIENCE, ProgramTest, TlsClient

SESSIONS = 200
ENTRIES = 20_000  # more than are sorted: it is not known before so many are held


class MemoryLimit(ProgramTest):
    def setUp(self):
        super().setUp()
        (self.home / "many").mkdir()
        for number in range(ENTRIES):
            (self.home / "many" / f"a-name-of-some-length-{number}").touch()
        self.old = os.urandom(100_000)
        (self.home / "old").write_bytes(self.old)

    def limit(self, program, more):
        """From now on the server may have `more` octets of memory on top of what it has."""
        status = pathlib.Path(f"/proc/{program.process.pid}/status").read_text()
        used = int(re.search(r"^VmData:\s+(\d+) kB", status, re.M)[1]) * 1024
        resource.prlimit(program.process.pid, resource.RLIMIT_DATA, (used + more, resource.RLIM_INFINITY))

    def use(self, ftp, number):
        """One of the things that a server may need memory for."""
        if number % 20 == 0:
            ftp.retrlines("LIST -t many", lambda line: None)
        elif number % 3 == 1:
            ftp.storbinary("STOR old", io.BytesIO(self.old))
        elif number % 3 == 2:
            self.assertEqual(self.retrieve(ftp, "old"), self.old)
        else:
            ftp.sendcmd("TYPE I")
            ftp.sendcmd("HASH old")
            ftp.sendcmd("EPSV")

    def serve_many(self, client, *arguments):
        program = self.serve("--threads", "1", "-w", *arguments)
        for number in range(4):  # what is made once
            self.use(self.login(program, client=client), number)
        self.limit(program, 12 << 20)
        for number in range(SESSIONS):
            ftp = self.login(program, client=client)
            if client is TlsClient:
                ftp.prot_p()
            self.use(ftp, number)
        for ftp in program.clients:
            self.assertRegex(ftp.voidcmd("NOOP"), "^200")
        self.assertIsNone(program.process.poll())
        self.assertEqual((self.home / "old").read_bytes(), self.old)

    def test_many_sessions_need_little(self):
        self.serve_many(ftplib.FTP)

    def test_many_sessions_under_tls_need_little(self):
        self.serve_many(TlsClient, "--tls")

    def test_a_server_without_memory_says_so_and_leaves_no_half_file(self):
        program = self.serve("--threads", "1", "-w")
        uploads = []
        for name in ("old", "new"):
            ftp = self.login(program)
            upload = ftp.transfercmd(f"STOR {name}")
            self.addCleanup(upload.close)
            upload.sendall(b"half of")
            uploads.append(upload)
        self.limit(program, 0)
        for number in range(SESSIONS):
            try:
                self.use(self.login(program), number)
            except (OSError, EOFError, ftplib.Error):
                pass  # refused, or the server has ended
        try:
            resource.prlimit(program.process.pid, resource.RLIMIT_DATA, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            self.assertEqual(self.retrieve(self.login(program), "old"), self.old)
        except (OSError, EOFError):  # it has ended, or is about to
            self.assertEqual(program.wait(), -signal.SIGABRT)
            self.assertIn("bad_alloc", program.output("err"))
        program.kill()
        self.assertEqual((self.home / "old").read_bytes(), self.old)
        self.assertEqual(sorted(os.listdir(self.home)), ["hello.txt", "many", "old"])
        self.assertEqual(self.retrieve(self.login(self.serve("-w")), "old"), self.old)


if __name__ == "__main__":
    unittest.main()
