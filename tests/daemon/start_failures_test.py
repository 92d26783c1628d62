"""What keeps the server from starting: one line that names the option and the remedy, and exit status 1."""

import os
import socket
import unittest

from program import ProgramTest, make_certificate


class StartFailures(ProgramTest):
    def assert_fails(self, arguments, *mentions):
        status, text = self.refuse("serve", "-i", "127.0.0.1", "-p", "0", *arguments)
        self.assertEqual(status, 1, text)
        self.assertEqual(len(text.splitlines()), 1, text)
        self.assertTrue(text.startswith("ferry: "), text)
        self.assertNotIn("what()", text)
        for mention in mentions:
            self.assertIn(str(mention), text)

    def test_a_missing_directory(self):
        missing = self.folder / "nowhere"
        self.assert_fails([missing], "DIRECTORY", missing, "create it")
        self.assert_fails(["-d", missing], "--directory", missing, "create it")
        self.assert_fails(["--user", f"alice:hush:{missing}"], "--user", missing, "create it")
        self.assert_fails(["--anonymous", missing], "--anonymous", missing, "create it")

    def test_a_file_instead_of_a_directory(self):
        self.assert_fails([self.home / "hello.txt"], "DIRECTORY", "not a directory")

    def test_a_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            status, text = self.refuse("serve", "-i", "127.0.0.1", "-p", port)
        self.assertEqual(status, 1, text)
        self.assertEqual(len(text.splitlines()), 1, text)
        self.assertIn("ferry: --port", text)
        self.assertIn(str(port), text)

    def test_an_implicit_tls_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.assert_fails(["--implicit-tls-port", port], "--implicit-tls-port", port)

    def test_an_address_that_is_not_of_this_machine(self):
        status, text = self.refuse("serve", "-i", "192.0.2.1", "-p", "0")
        self.assertEqual(status, 1, text)
        self.assertEqual(len(text.splitlines()), 1, text)
        self.assertIn("192.0.2.1 is not an address of this machine", text)

    def test_certificate_files_that_are_missing_or_nonsense(self):
        certificate, key = make_certificate(self.folder, "one")
        _, other_key = make_certificate(self.folder, "two")
        nonsense = self.folder / "nonsense"
        nonsense.write_text("nothing of use\n")
        self.assert_fails(["--certfile", self.folder / "missing"], "--certfile", "missing")
        self.assert_fails(["--certfile", nonsense, "--keyfile", key], "--certfile", nonsense)
        self.assert_fails(["--certfile", certificate, "--keyfile", self.folder / "missing"], "--keyfile", "missing")
        self.assert_fails(["--certfile", certificate, "--keyfile", nonsense], "--keyfile", nonsense)
        self.assert_fails(["--certfile", certificate, "--keyfile", other_key], "--keyfile")
        self.assert_fails(["--certfile", certificate], "file")

    def test_a_state_directory_that_cannot_hold_the_self_signed_certificate(self):
        (self.folder / "state").write_text("in the way\n")
        self.assert_fails(["--tls"], "--tls", self.folder / "state", "--certfile")

    def test_a_spoilt_self_signed_certificate_is_not_replaced_silently(self):
        state = self.folder / "state" / "ferry"
        state.mkdir(parents=True)
        (state / "self-signed.pem").write_text("spoilt\n")
        self.assert_fails(["--tls"], "--tls", "self-signed.pem")
        self.assertEqual((state / "self-signed.pem").read_text(), "spoilt\n")

    def test_a_port_file_that_cannot_be_written(self):
        self.assert_fails(["--port-file", self.folder / "nowhere" / "port"], "--port-file", "nowhere")

    def test_a_port_file_in_the_place_of_something_else_is_left_alone(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        self.assert_fails(["--port-file", pipe], "--port-file", pipe)
        self.assertTrue(pipe.is_fifo())


if __name__ == "__main__":
    unittest.main()
