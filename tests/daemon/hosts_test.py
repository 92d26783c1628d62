"""Several hosts at one address, certificates of clients, and what the options about listings change."""

import subprocess
import unittest

from program import ProgramTest, TlsClient, make_certificate


class Hosts(ProgramTest):
    def make_home(self, name):
        home = self.folder / name
        home.mkdir()
        (home / f"{name}.txt").write_text(name)
        return home

    def test_a_host_has_its_own_directory_users_and_banner(self):
        a, b = self.make_home("a"), self.make_home("b")
        program = self.serve("--host", f"a.example,dir={a},banner=Hello, this is A", "--host", "b.example",
                             "--host-user", f"b.example:bob:hush:{b}")
        ftp = self.connect(program)
        self.assertEqual(ftp.sendcmd("HOST a.example"), "220 Hello, this is A")
        ftp.login()
        self.assertEqual(ftp.nlst(), ["a.txt"])
        ftp = self.connect(program)
        ftp.sendcmd("HOST B.EXAMPLE")
        ftp.login("bob", "hush")
        self.assertEqual(ftp.nlst(), ["b.txt"])
        self.assertEqual(self.login(program).nlst(), ["hello.txt"])

    def test_a_host_without_users_of_its_own_has_those_of_the_server(self):
        program = self.serve("--host", "a.example")
        ftp = self.connect(program)
        ftp.sendcmd("HOST a.example")
        ftp.login()
        self.assertEqual(ftp.nlst(), ["hello.txt"])

    def test_a_host_has_its_own_certificate(self):
        certificate, key = make_certificate(self.folder, "own", "a.example")
        program = self.serve("--tls", "--host", f"a.example,certfile={certificate},keyfile={key}")
        for server_name, common_name in (("a.example", "CN = a.example"), ("b.example", "CN = ")):
            shown = subprocess.run(
                ["openssl", "s_client", "-connect", f"127.0.0.1:{program.port}", "-starttls", "ftp", "-servername",
                 server_name], input="QUIT\r\n", capture_output=True, text=True, timeout=60).stdout
            subject = next(line for line in shown.splitlines() if line.startswith("subject="))
            self.assertEqual(common_name in subject, True, subject)
            self.assertEqual("a.example" in subject, server_name == "a.example", subject)

    def test_a_host_that_cannot_be_served_keeps_the_program_from_starting(self):
        for arguments in (["--host", "a.example,dir=/nowhere"], ["--tls", "--host", "a.example,certfile=/nowhere.pem"],
                          ["--host", f"a.example,certfile={self.folder}/x.pem"], ["--tls", "--ocsp-file", "/nowhere"]):
            with self.subTest(arguments=arguments):
                status, text = self.refuse("serve", "-p", "0", *arguments)
                self.assertEqual(status, 1, text)
                self.assertEqual(len(text.splitlines()), 1, text)
                self.assertIn("--host" if "--host" in arguments else "--ocsp-file", text)


class ClientCertificates(ProgramTest):
    def sign(self, name):
        """A certificate for the user `name`, signed by the authority of this test."""
        if not (self.folder / "ca.crt").exists():
            make_certificate(self.folder, "ca", "authority")
        key, request, certificate = (self.folder / f"{name}{end}" for end in (".key", ".csr", ".crt"))
        for command in (
                ["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                 f"/CN={name}", "-keyout", str(key), "-out", str(request)],
                ["x509", "-req", "-in", str(request), "-CA", str(self.folder / "ca.crt"), "-CAkey",
                 str(self.folder / "ca.key"), "-days", "2", "-out", str(certificate)]):
            subprocess.run(["openssl", *command], check=True, capture_output=True)
        return certificate, key

    def serve_bob(self, mode):
        certificate, key = self.sign("bob")
        program = self.serve("--tls", "--client-certificates", mode, "--client-ca", self.folder / "ca.crt",
                             "--client-login", "cn", "--user", f"bob:hush:{self.home}")
        return program, certificate, key

    def test_a_certificate_is_a_login_for_ftplib(self):
        program, certificate, key = self.serve_bob("optional")
        ftp = self.connect(program, TlsClient)
        ftp.context.load_cert_chain(certificate, key)
        ftp.auth()
        self.assertTrue(ftp.sendcmd("USER bob").startswith("232"))
        ftp.prot_p()
        self.assertEqual(ftp.nlst(), ["hello.txt"])
        program.wait_for_line("err", lambda line: "client CN=bob" in line)

    def test_a_certificate_is_a_login_for_curl(self):
        program, certificate, key = self.serve_bob("required")
        url = f"ftp://127.0.0.1:{program.port}/hello.txt"
        secure = ["curl", "-sS", "--ssl-reqd", "--insecure", url, "-u", "bob:wrong"]
        for version in ("1.2", "1.3"):
            shown = subprocess.run([*secure, "--tls-max", version, "--cert", certificate, "--key", key],
                                   capture_output=True, text=True, timeout=60)
            self.assertEqual(shown.stdout, "hello\n", shown.stderr)
        refused = subprocess.run(secure, capture_output=True, timeout=60)
        self.assertNotEqual(refused.returncode, 0)

    def test_a_certificate_is_a_login_for_lftp(self):
        program, certificate, key = self.serve_bob("required")
        commands = (f"set ssl:cert-file {certificate}; set ssl:key-file {key}; set ssl:verify-certificate no; "
                    f"set ftp:ssl-force true; set ftp:ssl-protect-data true; set net:max-retries 1; "
                    f"open -u bob,wrong -p {program.port} 127.0.0.1; cat hello.txt")
        shown = subprocess.run(["lftp", "--norc", "-c", commands], capture_output=True, text=True, timeout=60)
        self.assertEqual(shown.stdout, "hello\n", shown.stderr)


class Listings(ProgramTest):
    def test_patterns_and_recursion_are_options(self):
        below = self.home / "below"
        below.mkdir()
        (below / "deep.txt").write_text("deep")
        self.assertEqual(self.login(self.serve()).nlst("*.txt"), ["hello.txt"])
        self.assert_refused(550, self.login(self.serve("--globs", "off")).nlst, "*.txt")
        ftp = self.login(self.serve("--globs", "full", "--list-recursive"))
        self.assertEqual(ftp.nlst("*/*.txt"), ["below/deep.txt"])
        self.assertEqual(sorted(ftp.nlst("-R")), ["below", "below/deep.txt", "hello.txt"])

    def test_media_types_and_targets_of_links_are_options(self):
        (self.home / "link").symlink_to("hello.txt")
        facts = ["type", "media-type"]
        ftp = self.login(self.serve())
        self.assertEqual(dict(ftp.mlsd(facts=facts)), {"hello.txt": {"type": "file"}, "link": {"type": "file"}})
        ftp = self.login(self.serve("--media-type", ".txt=text/plain", "--link-targets"))
        self.assertEqual(dict(ftp.mlsd(facts=facts)), {
            "hello.txt": {"type": "file", "media-type": "text/plain"}, "link": {"type": "OS.unix=slink:/hello.txt"}})

    def test_an_encoding_may_be_that_of_a_network(self):
        (self.home / "\u00e9.txt").write_text("e")
        program = self.serve("--network-encoding", "127.0.0.0/8=ISO-8859-1")
        self.assertIn("\u00e9.txt", self.login(program, encoding="latin-1").nlst())


if __name__ == "__main__":
    unittest.main()
