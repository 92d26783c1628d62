"""A file system that does not answer holds up those who use it, and nobody else on the same event loop."""

import ftplib
import pathlib
import signal
import subprocess
import threading
import time
import unittest

from program import PATIENCE, ProgramTest

HERE = pathlib.Path(__file__).resolve().parent


class SlowStorage(ProgramTest):
    def setUp(self):
        super().setUp()
        self.gate = self.folder / "gate"
        source, self.slow = self.folder / "source", self.home / "slow"
        source.mkdir()
        self.slow.mkdir()
        (source / "film").write_bytes(b"frame" * 100_000)
        (source / "films").mkdir()
        (source / "films" / "old").touch()
        (self.home / "fast").write_bytes(b"octets" * 1_000_000)
        self.fuse = subprocess.Popen(["/usr/bin/python3", "-B", HERE.parent / "support/waiting_fs.py", source, self.slow, self.gate],
                                     stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.unmount)
        until = time.monotonic() + PATIENCE
        while not self.slow.is_mount():
            if self.fuse.poll() is not None or time.monotonic() > until:
                self.fail(f"no FUSE file system: {self.fuse.stderr.read()}")
            time.sleep(0.01)

    def unmount(self):
        self.gate.touch()
        subprocess.run(["umount", "--lazy", self.slow], check=False, stderr=subprocess.DEVNULL)
        self.fuse.kill()
        self.fuse.wait(PATIENCE)
        self.fuse.stderr.close()

    def in_background(self, function):
        thread = threading.Thread(target=function, daemon=True)
        thread.start()
        self.addCleanup(thread.join, PATIENCE)
        return thread

    def test_other_sessions_of_the_loop_go_on_while_a_read_and_a_listing_hang(self):
        program = self.serve("--threads", "1")
        content, names = [], []
        waiting = self.login(program)
        listing = self.login(program)
        # The 150 has come when transfercmd returns: from then on the server is at the hanging read.
        download = waiting.transfercmd("RETR slow/film")
        listed = listing.transfercmd("NLST slow/films")

        def take(connection, into):
            while octets := connection.recv(65536):
                into.append(octets)

        threads = [self.in_background(lambda: take(download, content)), self.in_background(lambda: take(listed, names))]

        other = self.login(program)
        for _ in range(100):
            self.assertRegex(other.voidcmd("NOOP"), "^200")
        self.assertEqual(self.retrieve(other, "fast"), b"octets" * 1_000_000)
        self.assertIn("fast", other.nlst())
        self.assertRegex(waiting.sendcmd("STAT"), "(?s)^211.*RETR .*slow/film")
        self.assertEqual((content, names), ([], []), "the gate is still shut")

        self.gate.touch()
        for thread in threads:
            thread.join(PATIENCE)
        self.assertEqual(b"".join(content), b"frame" * 100_000)
        self.assertEqual(b"".join(names), b"slow/films/old\r\n")
        for connection, session in ((download, waiting), (listed, listing)):
            connection.close()
            self.assertRegex(session.voidresp(), "^226")

    def test_abor_during_a_hanging_read_leaves_the_loop_free(self):
        program = self.serve("--threads", "1")
        session = self.login(program)
        download = session.transfercmd("RETR slow/film")
        session.putcmd("ABOR")
        self.addCleanup(download.close)
        other = self.login(program)
        self.assertRegex(other.voidcmd("NOOP"), "^200")
        self.gate.touch()
        self.assertRaisesRegex(ftplib.error_temp, "^426", session.getresp)
        self.assertRegex(session.getresp(), "^226")

    def test_a_read_that_never_returns_ends_its_session_and_holds_up_no_stop(self):
        program = self.serve("--threads", "1", "--storage-timeout", "1")
        session = self.login(program)
        download = session.transfercmd("RETR slow/film")
        self.addCleanup(download.close)
        self.assertEqual(download.recv(1), b"")
        self.assertRaisesRegex(ftplib.error_temp, "^421", session.getresp)
        program.wait_for_line("err", lambda line: "has not returned" in line)
        self.assertEqual(self.retrieve(self.login(program), "fast"), b"octets" * 1_000_000)
        # The gate stays shut: the server cannot wait for that thread.
        program.signal(signal.SIGTERM)
        self.assertEqual(program.wait(), 1)
        self.assertIn("hang", program.lines["err"][-1])


if __name__ == "__main__":
    unittest.main()
