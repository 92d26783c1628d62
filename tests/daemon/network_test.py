"""Options whose effect shows in the conversation."""

import re
import socket
import unittest

from program import PATIENCE, ProgramTest


class Network(ProgramTest):
    def test_the_port_file_names_the_port_and_is_there_only_while_it_is_served(self):
        self.port_file.write_text("1\n")  # left by somebody who was killed
        program = self.serve()
        self.assertRegex(self.port_file.read_text(), r"^\d+\n$")
        self.login(program).quit()
        self.assertEqual(program.stop(), 0)
        self.assertFalse(self.port_file.exists())
        self.assertEqual(list(self.folder.glob("port*")), [])

    def test_what_is_printed_leads_to_the_server(self):
        program = self.serve()
        text = program.output("out")
        self.assertIn(f"ftp://127.0.0.1:{program.port}\n", text)
        self.assertIn(f"curl ftp://127.0.0.1:{program.port}/\n", text)
        self.assertIn(f"lftp ftp://127.0.0.1:{program.port}\n", text)
        self.assertIn(str(self.home), text)

    def test_interface_limits_where_ferry_listens(self):
        program = self.serve()
        with self.assertRaises(OSError):
            socket.create_connection(("127.0.0.2", program.port), PATIENCE).close()

    def test_range_gives_the_passive_ports(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            first = free.getsockname()[1]
        ftp = self.login(self.serve("-r", f"{first}-{first + 3}"))
        for _ in range(8):
            _, port = ftp.makepasv()
            self.assertIn(port, range(first, first + 4))

    def test_nat_address_is_announced(self):
        program = self.serve("-n", "192.0.2.7")
        self.assertIn("(192,0,2,7,", self.login(program).sendcmd("PASV"))

    def test_foreign_addresses_and_privileged_ports_are_refused_unless_permitted(self):
        ftp = self.login(self.serve())
        self.assert_refused(504, ftp.sendcmd, "PORT 127,0,0,1,0,80")
        with self.assertRaises(Exception) as caught:
            ftp.sendcmd("PORT 127,0,0,2,200,200")
        self.assertRegex(str(caught.exception), "^5")
        ftp = self.login(self.serve("--permit-foreign-addresses", "--permit-privileged-ports"))
        self.assertRegex(ftp.sendcmd("PORT 127,0,0,1,0,80"), "^200")
        self.assertRegex(ftp.sendcmd("PORT 127,0,0,2,200,200"), "^200")

    def test_banner_is_the_greeting(self):
        self.assertIn("Quay 7", self.connect(self.serve("--banner", "Quay 7")).getwelcome())

    def test_timeout_ends_an_idle_session(self):
        ftp = self.login(self.serve("--timeout", "1"))
        self.assertRegex(ftp.getline(), "^421")

    def test_connections_are_limited_in_all_and_by_address(self):
        for option in ("--max-cons", "--max-cons-per-ip"):
            with self.subTest(option=option):
                program = self.serve(option, "1")
                self.login(program)
                self.assert_refused(421, self.connect, program)
                self.assertEqual(program.stop(), 0)

    def test_login_attempts_are_limited(self):
        program = self.serve("-u", "alice", "-P", "secret", "--max-login-attempts", "2", "--login-delay", "0")
        ftp = self.connect(program)
        self.assert_refused(530, ftp.login, "alice", "wrong")
        ftp.sendcmd("USER alice")
        with self.assertRaises(Exception) as caught:
            ftp.sendcmd("PASS wrong")
        self.assertRegex(str(caught.exception), "^(421|530)")
        with self.assertRaises((EOFError, OSError)):
            while True:
                ftp.getline()

    def test_encoding_is_that_of_the_names_on_the_wire(self):
        (self.home / "größe.txt").write_text("x")
        ftp = self.login(self.serve("--encoding", "ISO-8859-1"), encoding="latin-1")
        self.assertIn("größe.txt", ftp.nlst())
        self.assertEqual(self.retrieve(ftp, "größe.txt"), b"x")

    def test_use_localtime_changes_listings(self):
        self.environment["TZ"] = "XXX-05:00"  # five hours east
        hours = []
        for arguments in ([], ["--use-localtime"]):
            program = self.serve(*arguments)
            lines = []
            self.login(program).retrlines("LIST", lines.append)
            line = next(line for line in lines if "hello.txt" in line)
            hours.append(int(re.search(r" (\d\d):\d\d ", line).group(1)))
            self.assertEqual(program.stop(), 0)
        self.assertEqual((hours[1] - hours[0]) % 24, 5)

    def test_disable_sendfile_and_one_thread_serve_the_same_octets(self):
        content = bytes(range(256)) * 4096
        (self.home / "big").write_bytes(content)
        for arguments in ([], ["--disable-sendfile"], ["--threads", "1"]):
            with self.subTest(arguments=arguments):
                program = self.serve(*arguments)
                self.assertEqual(self.retrieve(self.login(program), "big"), content)
                self.assertEqual(program.stop(), 0)


if __name__ == "__main__":
    unittest.main()
