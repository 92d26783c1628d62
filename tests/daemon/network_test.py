"""Options whose effect shows in the conversation."""

import re
import socket
import unittest
import zlib

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

    def test_formats_that_are_disabled_are_refused(self):
        commands = {"E": "TYPE E", "R": "STRU R", "B": "MODE B", "C": "MODE C", "Z": "MODE Z"}
        ftp = self.login(self.serve())
        for command in commands.values():
            self.assertRegex(ftp.sendcmd(command), "^200")
        program = self.serve("--disable-formats", "RZ")
        ftp = self.login(program)
        self.assertNotIn("MODE Z", ftp.sendcmd("FEAT"))
        for letter, command in commands.items():
            if letter in "RZ":
                self.assert_refused(504, ftp.sendcmd, command)
            else:
                self.assertRegex(ftp.sendcmd(command), "^200")

    def test_code_page_is_that_of_type_e(self):
        (self.home / "f").write_bytes(b"[\n")
        for arguments, wire in (((), b"\xad\x15"), (("--ebcdic-code-page", "IBM037"), b"\xba\x15")):
            with self.subTest(arguments=arguments):
                program = self.serve(*arguments)
                ftp = self.login(program)
                ftp.sendcmd("TYPE E")
                with ftp.transfercmd("RETR f") as data:
                    self.assertEqual(data.recv(100), wire)
                ftp.voidresp()
                self.assertEqual(program.stop(), 0)

    def test_ratio_limits_what_mode_z_expands_to(self):
        bomb = zlib.compress(bytes(80_000_000), 9)
        for ratio, code in (("250", "552"), ("0", "226")):
            with self.subTest(ratio=ratio):
                program = self.serve("--write", "--mode-z-ratio", ratio)
                ftp = self.login(program)
                ftp.sendcmd("TYPE I")
                ftp.sendcmd("MODE Z")
                with ftp.transfercmd("STOR bomb") as data:
                    data.sendall(bomb)
                self.assertRegex(ftp.getline(), "^" + code)
                self.assertEqual((self.home / "bomb").exists(), code == "226")
                self.assertEqual(program.stop(), 0)

    def test_restart_markers_stand_behind_so_many_octets(self):
        (self.home / "f").write_bytes(b"x" * 1500)
        block = b"\x00\x04\x00" + b"x" * 1024 + b"\x10\x00\x041024" + b"\x40\x01\xdc" + b"x" * 476
        whole = b"\x40\x05\xdc" + b"x" * 1500
        for arguments, wire in ((["--restart-markers", "1K"], block), ([], whole)):
            with self.subTest(arguments=arguments):
                program = self.serve(*arguments)
                ftp = self.login(program)
                ftp.voidcmd("TYPE I")
                ftp.voidcmd("MODE B")
                with ftp.transfercmd("RETR f") as data:
                    received = b""
                    while len(received) < len(wire):
                        received += data.recv(4096)
                self.assertEqual(received, wire)
                self.assertRegex(ftp.getline(), "^250")
                self.assertEqual(program.stop(), 0)

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
