"""The clock of the machine jumps: nobody is cut off, and no deadline moves."""

import ftplib
import glob
import os
import time
import unittest

from program import ProgramTest

# From Debian's libfaketime; the path has the machine's architecture in it.
FAKETIME = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")

DAYS = 365


class Clock(ProgramTest):
    def setUp(self):
        super().setUp()
        self.clock = self.home / "clock"  # where a sandboxed server may read it
        self.set_clock(0)
        self.environment |= {"LD_PRELOAD": FAKETIME[0], "FAKETIME_TIMESTAMP_FILE": str(self.clock), "FAKETIME_NO_CACHE": "1",
                             "DONT_FAKE_MONOTONIC": "1",
                             "ASAN_OPTIONS": "verify_asan_link_order=0"}

    def set_clock(self, years):
        new = self.home / "clock.new"
        new.write_text(f"{DAYS * years:+}d\n")
        os.replace(new, self.clock)

    def test_jumps_of_ten_years_in_both_directions_disturb_nobody(self):
        (self.home / "big").write_bytes(os.urandom(1 << 20) * 32)
        program = self.serve("--timeout", "300", "--threads", "1", "--log-format", "json")
        quiet, busy = self.login(program), self.login(program)
        busy.voidcmd("TYPE I")
        download = busy.transfercmd("RETR big")
        received = len(download.recv(1 << 20))
        for years in (10, -10, 20):
            self.set_clock(years)
            # The server takes its time from the clock that jumped ...
            year = time.gmtime(time.time() + DAYS * years * 86400).tm_year
            self.login(program).quit()
            program.wait_for_line("err", lambda line: '"event":"login"' in line and f'"time":"{year}-' in line)
            # ... and neither takes the quiet for idle nor the busy for stalled.
            self.assertRegex(quiet.voidcmd("NOOP"), "^200")
            received += len(download.recv(1 << 20))
        while octets := download.recv(1 << 20):
            received += len(octets)
        download.close()
        self.assertEqual(received, 32 << 20)
        self.assertRegex(busy.voidresp(), "^226")
        quiet.quit()

    def test_an_idle_session_ends_though_the_clock_goes_back(self):
        program = self.serve("--timeout", "1", "--threads", "1", "--log-format", "json")
        ftp = self.login(program)
        self.set_clock(-10)
        program.wait_for_line("err", lambda line: '"event":"timeout"' in line)
        with self.assertRaises((ftplib.error_temp, EOFError)):
            ftp.voidcmd("NOOP")


if __name__ == "__main__":
    unittest.main()
