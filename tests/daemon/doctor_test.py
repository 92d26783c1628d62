"""`ferry doctor`: what it says of a machine and of options, and its exit status. Needs root."""

import socket
import subprocess
import unittest

import program as programs
from program import ProgramTest, make_certificate


class Doctor(ProgramTest):
    def ask(self, *arguments):
        """The exit status, and the lines as (health, subject and text)."""
        result = subprocess.run([programs.PROGRAM, "doctor", "-p", "0", *map(str, arguments)], cwd=self.home,
                                env=self.environment, text=True, capture_output=True, stdin=subprocess.DEVNULL,
                                timeout=programs.PATIENCE)
        self.assertEqual(result.stderr, "")
        lines = [(line[:8].strip(), line[9:]) for line in result.stdout.splitlines()]
        self.assertTrue(lines)
        for health, _ in lines:
            self.assertIn(health, ("ok", "warning", "error"))
        self.assertEqual(result.returncode, 1 if any(health == "error" for health, _ in lines) else 0, lines)
        return lines

    def assert_said(self, lines, health, *parts):
        self.assertTrue(any(h == health and all(part in text for part in parts) for h, text in lines), lines)

    def test_finds_nothing_wrong_with_a_good_configuration(self):
        certificate, key = make_certificate(self.folder, "server", days=365)
        self.folder.chmod(0o755)
        lines = self.ask("--certfile", certificate, "--keyfile", key, "--tls-control-required", "--run-as", "nobody")
        self.assertEqual([line for line in lines if line[0] == "error"], [])
        self.assert_said(lines, "ok", "sandbox: no_new_privs")
        self.assert_said(lines, "ok", f"sandbox reads: {self.home}")
        self.assert_said(lines, "ok", "user: the server runs as nobody")
        self.assert_said(lines, "ok", "share .: can be read")
        self.assert_said(lines, "ok", f"certificate {certificate}: is valid for 36")
        self.assert_said(lines, "ok", f"key {key}: is kept from others")
        self.assert_said(lines, "ok", "time zone: the log shows the time of UTC (UTC+00:00), listings have UTC")
        self.assert_said(lines, "ok", "openat2")
        self.assert_said(lines, "ok", "open files")

    def test_names_the_clock_of_listings_and_of_the_log(self):
        self.environment["TZ"] = "CET-1"
        for arguments, text in ((("--use-localtime",), "listings and the log show the time of CET (UTC+01:00)"),
                                (("--use-localtime", "--log-format", "json"), "listings show the time of CET (UTC+01:00), the log has UTC"),
                                (("--log-format", "json"), "listings and the log have UTC")):
            self.assert_said(self.ask(*arguments), "ok", "time zone: " + text)

    def test_names_the_directories_of_certificates(self):
        place = self.folder / "host"
        place.mkdir()
        certificate, key = make_certificate(place, "host")
        host = f"h.example,certfile={certificate},keyfile={key}"
        self.assert_said(self.ask("--tls", "--host", host), "ok", f"sandbox reads: {self.home}, ", f"/ferry, {place}")

    def test_finds_a_port_in_use(self):
        with socket.socket() as taken:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(("127.0.0.1", 0))  # nobody else gets it now, but whoever listens first may
            port = taken.getsockname()[1]
            arguments = ("-i", "127.0.0.1", "--implicit-tls-port", port)
            self.assert_said(self.ask(*arguments), "ok", f"--implicit-tls-port {port}: is free")
            taken.listen()
            self.assert_said(self.ask(*arguments), "error", f"--implicit-tls-port {port}: is in use", "ss")
            # That of all addresses is this one's, too.
            self.assert_said(self.ask("--implicit-tls-port", port), "error", f"--implicit-tls-port {port}: is in use")

    def test_looks_for_ports_as_the_server_does(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.assert_said(self.ask("-i", "::1", "--implicit-tls-port", port), "ok", f"{port}: is free")
            self.assert_said(self.ask("-i", "::", "--implicit-tls-port", port), "ok", f"{port}: is free")

    def test_finds_a_range_that_is_small(self):
        self.assert_said(self.ask("-r", "50000-50003"), "warning", "--range: 4 ports")

    def test_finds_what_is_wrong_with_a_certificate(self):
        certificate, key = make_certificate(self.folder, "server")
        _, other_key = make_certificate(self.folder, "other")
        nothing = self.folder / "nothing.pem"
        nothing.write_text("nothing\n")
        self.assert_said(self.ask("--certfile", certificate, "--keyfile", key), "warning", "expires in ")
        self.assert_said(self.ask("--certfile", certificate, "--keyfile", other_key), "error", "belongs to another")
        self.assert_said(self.ask("--certfile", nothing), "error", "holds no certificate")
        self.assert_said(self.ask("--certfile", certificate), "error", "holds no key")
        self.assert_said(self.ask("--certfile", self.folder / "none.pem"), "error", "No such file")
        self.assert_said(self.ask("--tls", "--ocsp-file", self.folder / "none.der"), "error", "--ocsp-file", "No such")
        self.assert_said(self.ask("--tls", "--host", f"h.example,ocsp={self.folder / 'host.der'}"), "error", "ocsp= of --host", "No such")
        key.chmod(0o644)
        self.assert_said(self.ask("--certfile", certificate, "--keyfile", key), "warning", "0644", "chmod 600")
        self.assert_said(self.ask(), "warning", "TLS: is off")

    def test_finds_a_certificate_that_has_expired(self):
        certificate, key = make_certificate(self.folder, "server")
        request, expired = self.folder / "request", self.folder / "expired.crt"
        for command in (["req", "-new", "-key", key, "-subj", "/CN=localhost", "-out", request],
                        ["x509", "-req", "-in", request, "-signkey", key, "-days", "-1", "-out", expired]):
            subprocess.run(["openssl", *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.assert_said(self.ask("--certfile", expired, "--keyfile", key), "error", "has expired")

    def test_finds_a_share_that_the_server_may_not_use(self):
        self.folder.chmod(0o755)
        self.home.chmod(0o755)
        self.assert_said(self.ask(self.folder / "none"), "error", "cannot be used", "create it")
        self.assert_said(self.ask(self.home / "hello.txt"), "error", "is not a directory")
        self.assert_said(self.ask("-w", "--run-as", "nobody"), "error", "is to be written, and cannot be")
        self.assert_said(self.ask("--run-as", "nobody"), "ok", "can be read")
        self.home.chmod(0o700)
        self.assert_said(self.ask("--run-as", "nobody"), "error", "may not be read by the user who serves")

    def test_finds_root(self):
        self.assert_said(self.ask(), "warning", "user: the server runs as root; add --run-as NAME")

    def test_finds_a_sandbox_that_is_off(self):
        self.assert_said(self.ask("--sandbox", "off"), "warning", "sandbox: is off")

    def test_shows_a_mistake_as_serve_does(self):
        status, text = self.refuse("doctor", "--port", "many")
        self.assertEqual(status, 2)
        self.assertIn('--port: "many"', text)


if __name__ == "__main__":
    unittest.main()
