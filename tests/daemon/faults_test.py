"""--memory and --fault: a server that breaks on purpose, for the tests of clients in any language."""

import ftplib
import io
import re
import subprocess
import time
import unittest

from program import PATIENCE, ProgramTest, TlsClient

CONTENT = b"".join(b"%d " % number for number in range(50_000))


class Faults(ProgramTest):
    def setUp(self):
        super().setUp()
        (self.home / "deep").mkdir()
        (self.home / "deep" / "f").write_bytes(CONTENT)

    def server(self, *arguments):
        return self.serve("--memory", "-w", self.home, *arguments)

    def run_client(self, *command):
        return subprocess.run(command, timeout=PATIENCE, capture_output=True, cwd=self.folder)

    def test_memory_holds_a_copy_of_the_directory_and_leaves_the_directory_alone(self):
        ftp = self.login(self.server())
        self.assertEqual(self.retrieve(ftp, "deep/f"), CONTENT)
        ftp.storbinary("STOR deep/new", io.BytesIO(b"new"))
        ftp.delete("hello.txt")
        self.assertEqual(sorted(ftp.nlst("deep")), ["deep/f", "deep/new"])
        self.assertTrue((self.home / "hello.txt").exists())
        self.assertFalse((self.home / "deep" / "new").exists())

    def test_memory_without_a_directory_is_empty(self):
        program = self.serve("--memory")
        self.assertIn("memory", program.output("out"))
        self.assertEqual(self.login(program).nlst(), [])

    def test_ftplib_resumes_after_a_drop(self):
        program = self.server("--fault", "RETR#1:drop@100000")
        ftp = self.login(program)
        got = bytearray()
        with self.assertRaises((ConnectionError, ftplib.error_temp)):
            ftp.retrbinary("RETR deep/f", got.extend)
        self.assertEqual(bytes(got), CONTENT[:100_000])
        ftp = self.login(program)
        ftp.retrbinary("RETR deep/f", got.extend, rest=len(got))
        self.assertEqual(bytes(got), CONTENT)

    def test_curl_tells_a_cut_transfer_from_a_complete_one(self):
        program = self.server("--fault", "RETR#1:close@1000")
        url = f"ftp://127.0.0.1:{program.port}/deep/f"
        cut = self.run_client("curl", "-s", "--max-time", str(PATIENCE), url)
        self.assertEqual((cut.returncode, cut.stdout), (18, CONTENT[:1000]))  # CURLE_PARTIAL_FILE
        self.assertEqual(self.run_client("curl", "-s", url).stdout, CONTENT)

    def test_curl_meets_every_fault_of_a_command(self):
        program = self.server("--fault", "PASS#1:reply=530 Not you.", "--fault", "PASS#2:hangup",
                              "--fault", "EPSV#1:refused", "--fault", "PASV#1:unanswered", "--fault", "SIZE:silence")
        url = f"ftp://127.0.0.1:{program.port}/deep/f"
        self.assertEqual(self.run_client("curl", "-s", url).returncode, 67)  # CURLE_LOGIN_DENIED
        self.assertIn(self.run_client("curl", "-s", url).returncode, (8, 56))  # weird reply, or receive error
        # The refused EPSV is followed by a PASV to which nobody answers.
        nobody = self.run_client("curl", "-s", "--connect-timeout", "1", url)
        self.assertIn(nobody.returncode, (7, 28), nobody)
        silent = self.run_client("curl", "-s", "--max-time", "1", url)
        self.assertEqual(silent.returncode, 28)  # CURLE_OPERATION_TIMEDOUT

    def test_ftplib_believes_the_final_reply_and_not_the_octets(self):
        program = self.server("--fault", "STOR#1:final-reply=452 Full.", "--fault", "RETR#1:drop@0",
                              "--fault", "RETR#1:final-reply=226 Done.", "--fault", "RETR#2:final-hangup")
        ftp = self.login(program)
        with self.assertRaisesRegex(ftplib.error_temp, "^452 Full.$"):
            ftp.storbinary("STOR deep/new", io.BytesIO(b"new"))
        self.assertEqual(sorted(ftp.nlst("deep")), ["deep/f", "deep/new"])
        with self.assertRaises(ConnectionError):
            self.retrieve(ftp, "deep/f")
        self.assertEqual(ftp.getmultiline(), "226 Done.")
        with self.assertRaises(EOFError):
            self.retrieve(ftp, "deep/f")

    def test_lftp_gets_the_whole_file_whatever_breaks(self):
        program = self.server("--fault", "RETR#1:drop@1000", "--fault", "RETR#2:close@100000", "--fault", "CWD#1:hangup",
                              "--fault", "CONNECT#1:reply=421 Come back later.")
        settings = "set net:reconnect-interval-base 0; set net:max-retries 9; set cmd:fail-exit yes; "
        done = self.run_client("lftp", "--norc", "-e",
                               f"{settings} open ftp://127.0.0.1:{program.port}/; get deep/f -o got; quit")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((self.folder / "got").read_bytes(), CONTENT)

    def test_refused_resumption_is_what_a_strict_server_refuses_itself(self):
        program = self.server("--tls", "--tls-session-reuse", "require", "--fault", "TLS:no-resumption")
        ftp = self.login(program, client=TlsClient)
        ftp.prot_p()
        with self.assertRaises((OSError, ftplib.Error)):
            ftp.nlst()

    def test_a_slow_disk_slows_every_operation(self):
        ftp = self.login(self.server("--fault", "DISK:delay=0.2"))
        begun = time.monotonic()
        ftp.size("deep/f") if ftp.sendcmd("TYPE I") else None
        self.assertGreaterEqual(time.monotonic() - begun, 0.2)

    def test_the_operator_is_warned(self):
        program = self.server("--fault", "RETR:drop", "--log-format", "json")
        program.wait_for_line("err", lambda line: '"event":"faults"' in line)

    def test_port_file_and_ready_record_name_the_port_with_tls_from_the_first_octet_on(self):
        program = self.start("serve", "--memory", "-i", "127.0.0.1", "-p", "0", "--implicit-tls-port", "0",
                             "--port-file", self.port_file, "--log-format", "json")
        ready = program.wait_for_line("err", lambda line: '"event":"ready"' in line)
        plain, implicit = self.port_file.read_text().split()
        self.assertTrue(re.search(rf"port {plain}, and .* port {implicit}\b", ready), ready)


if __name__ == "__main__":
    unittest.main()
