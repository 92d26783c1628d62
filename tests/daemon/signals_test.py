"""How the program ends, and what does not end it."""

import io
import resource
import signal
import unittest

from program import ProgramTest


class Signals(ProgramTest):
    def test_term_and_int_stop_the_server_with_status_0(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number):
                program = self.serve()
                ftp = self.login(program)
                program.signal(number)
                self.assertRegex(ftp.getline(), "^421")
                ftp.close()
                self.assertEqual(program.wait(), 0)

    def test_a_running_transfer_may_end_after_term(self):
        content = b"x" * 50_000_000
        (self.home / "big").write_bytes(content)
        program = self.serve()
        ftp = self.login(program)
        ftp.voidcmd("TYPE I")
        with ftp.transfercmd("RETR big") as data:
            received = len(data.recv(1))
            program.signal(signal.SIGTERM)
            program.wait_for_line("err", lambda line: "stopping" in line)
            while octets := data.recv(1 << 20):
                received += len(octets)
        self.assertEqual(received, len(content))
        self.assertRegex(ftp.getresp(), "^226")
        ftp.close()
        self.assertEqual(program.wait(), 0)

    def test_a_second_signal_ends_a_stop_that_takes_long(self):
        (self.home / "big").write_bytes(b"x" * 50_000_000)
        program = self.serve()
        ftp = self.login(program)
        ftp.voidcmd("TYPE I")
        with ftp.transfercmd("RETR big") as data:  # nobody reads it
            data.recv(1)
            program.signal(signal.SIGTERM)
            program.wait_for_line("err", lambda line: "stopping" in line)
            program.signal(signal.SIGTERM)
            self.assertEqual(program.wait(), 1)
        self.assertIn("second signal", program.output("err"))

    def test_a_file_beyond_the_limit_of_the_process_ends_only_its_upload(self):
        program = self.serve("-w")
        resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE, (100_000, 100_000))
        ftp = self.login(program)
        for command in ("STOR large", "STOU", "APPE hello.txt"):
            self.assert_refused(552, self.store, ftp, command, b"x" * 1_000_000)
        ftp.storbinary("STOR small", io.BytesIO(b"x" * 1000))
        self.assertEqual((self.home / "small").stat().st_size, 1000)
        self.assertFalse((self.home / "large").exists())
        self.assertEqual(program.stop(), 0)

    def test_hup_without_tls_changes_nothing(self):
        program = self.serve()
        program.signal(signal.SIGHUP)
        program.wait_for_line("err", lambda line: "HUP" in line)
        self.login(program)
        self.assertEqual(program.stop(), 0)


if __name__ == "__main__":
    unittest.main()
