"""Certificates: made, kept, given, read again; and what the options about TLS require."""

import hashlib
import os
import signal
import socket
import ssl
import stat
import subprocess
import unittest

from program import PATIENCE, ProgramTest, TlsClient, client_context, make_certificate


class Tls(ProgramTest):
    def secure(self, program):
        ftp = self.connect(program, TlsClient)
        ftp.auth()
        return ftp

    def kept_certificate(self):
        return self.folder / "state" / "ferry" / "self-signed.pem"

    def test_the_self_signed_certificate_is_private_and_announced_and_kept(self):
        seen = []
        for _ in range(2):
            program = self.serve("--tls")
            der = self.secure(program).certificate()
            digest = hashlib.sha256(der).hexdigest().upper()
            self.assertIn(":".join(digest[i:i + 2] for i in range(0, 64, 2)), program.output("out"))
            self.assertEqual(program.stop(), 0)
            seen.append(der)
        self.assertEqual(seen[0], seen[1])
        kept = self.kept_certificate()
        self.assertEqual(stat.S_IMODE(kept.stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(kept.parent.stat().st_mode), 0o700)
        self.assertEqual(os.listdir(kept.parent), ["self-signed.pem"])

    def test_the_self_signed_certificate_is_for_this_host_and_for_ten_years(self):
        program = self.serve("--tls")
        shown = subprocess.run(
            ["openssl", "x509", "-in", self.kept_certificate(), "-noout", "-text", "-checkend", str(3649 * 86400)],
            check=True, capture_output=True, text=True).stdout
        host = socket.gethostname()
        self.assertRegex(shown, f"CN ?= ?{host}")
        for part in (f"DNS:{host}", "DNS:localhost", "IP Address:127.0.0.1",
                     "IP Address:0:0:0:0:0:0:0:1", "prime256v1", "ecdsa-with-SHA256"):
            self.assertIn(part, shown)
        # Whoever trusts it can check the server's name, as curl --cacert does.
        context = ssl.create_default_context(cafile=self.kept_certificate())
        ftp = self.connect(program, TlsClient)
        ftp.context, ftp.host = context, "localhost"
        ftp.auth()

    def test_an_expired_self_signed_certificate_is_replaced(self):
        self.kept_certificate().parent.mkdir(parents=True)
        certificate, key = make_certificate(self.folder, "old")
        expired = subprocess.run(
            ["openssl", "x509", "-in", certificate, "-signkey", key, "-days", "-1"],
            check=True, capture_output=True, text=True).stdout
        self.kept_certificate().write_text(expired + key.read_text())
        old = ssl.PEM_cert_to_DER_cert(expired)
        self.assertNotEqual(self.secure(self.serve("--tls")).certificate(), old)

    def test_a_given_certificate_is_used_and_turns_tls_on(self):
        certificate, key = make_certificate(self.folder, "given")
        der = ssl.PEM_cert_to_DER_cert(certificate.read_text())
        both = self.folder / "both.pem"
        both.write_text(certificate.read_text() + key.read_text())
        for arguments in (["--certfile", certificate, "--keyfile", key], ["--tls", "--certfile", both]):
            with self.subTest(arguments=arguments):
                program = self.serve(*arguments)
                self.assertEqual(self.secure(program).certificate(), der)
                self.assertEqual(program.stop(), 0)
        self.assertFalse(self.kept_certificate().exists())

    def test_hup_reads_the_certificate_again_and_sessions_go_on(self):
        certificate, key = make_certificate(self.folder, "given")
        program = self.serve("--certfile", certificate, "--keyfile", key)
        before = self.secure(program)
        new_certificate, new_key = make_certificate(self.folder, "new")
        os.replace(new_certificate, certificate)
        os.replace(new_key, key)
        program.signal(signal.SIGHUP)
        program.wait_for_line("err", lambda line: "read again" in line)
        after = self.secure(program)
        self.assertEqual(after.certificate(), ssl.PEM_cert_to_DER_cert(certificate.read_text()))
        self.assertNotEqual(after.certificate(), before.certificate())
        self.assertRegex(before.sendcmd("NOOP"), "^200|^530")

    def test_hup_with_an_unusable_certificate_keeps_the_old_one_and_says_so(self):
        certificate, key = make_certificate(self.folder, "given")
        der = ssl.PEM_cert_to_DER_cert(certificate.read_text())
        program = self.serve("--certfile", certificate, "--keyfile", key)
        certificate.write_text("spoilt\n")
        program.signal(signal.SIGHUP)
        line = program.wait_for_line("err", lambda line: "old certificate" in line)
        self.assertIn("error", line)
        self.assertIn("--certfile", line)
        self.assertEqual(self.secure(program).certificate(), der)

    def test_tls_can_be_required_for_the_login(self):
        program = self.serve("--tls-control-required")
        self.assert_refused(530, self.connect(program).sendcmd, "USER anonymous")
        ftp = self.secure(program)
        ftp.login()
        self.assertRegex(ftp.pwd(), "/")

    def test_tls_can_be_required_for_data(self):
        program = self.serve("--tls-data-required")
        ftp = self.secure(program)
        ftp.login()
        ftp.prot_p()
        self.assertEqual(ftp.nlst(), ["hello.txt"])
        self.assert_refused(521, self.login(program).nlst)

    def test_data_connections_need_the_control_connections_session_where_that_is_required(self):
        # Python's ftplib never resumes a session.
        ftp = self.secure(self.serve("--tls", "--tls-session-reuse", "require"))
        ftp.login()
        ftp.prot_p()
        self.assert_refused(522, ftp.nlst)
        ftp = self.secure(self.serve("--tls", "--tls-session-reuse", "off"))
        ftp.login()
        ftp.prot_p()
        self.assertEqual(ftp.nlst(), ["hello.txt"])

    def test_the_implicit_port_speaks_tls_from_the_first_octet(self):
        program = self.serve("--implicit-tls-port", "0")
        line = program.wait_for_line("out", lambda line: "ftps://127.0.0.1:" in line)
        port = int(line.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as plain:
            with client_context().wrap_socket(plain) as secure:
                self.assertTrue(secure.recv(4).startswith(b"220"))

    def test_ciphers_and_versions_are_options(self):
        for options, version, cipher in (
                (("--tls-ciphers", "ECDHE-ECDSA-CHACHA20-POLY1305"), ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-CHACHA20-POLY1305"),
                (("--tls-cipher-suites", "TLS_AES_128_GCM_SHA256"), ssl.TLSVersion.TLSv1_3, "TLS_AES_128_GCM_SHA256")):
            with self.subTest(options=options):
                program = self.serve(*options)
                ftp = self.connect(program, TlsClient)
                ftp.context.maximum_version = version
                ftp.auth()
                self.assertEqual(ftp.sock.cipher()[0], cipher)
                self.assertIn(cipher, ftp.sendcmd("STAT"))
                self.assertEqual(program.stop(), 0)
        ftp = self.connect(self.serve("--tls-least-version", "1.3"), TlsClient)
        ftp.context.maximum_version = ssl.TLSVersion.TLSv1_2
        self.assertRaises(ssl.SSLError, ftp.auth)

    def test_aes_128_is_preferred_unless_the_client_wants_chacha20_first(self):
        program = self.serve("--tls")
        v1_2, v1_3 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
        aes_128, aes_256, chacha20 = (f"ECDHE-ECDSA-{name}" for name in
                                      ("AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305"))
        for offered, version, chosen in (((aes_256, chacha20, aes_128), v1_2, aes_128),
                                         ((chacha20, aes_256, aes_128), v1_2, chacha20),
                                         ((aes_256, chacha20), v1_2, aes_256),
                                         ((), v1_3, "TLS_AES_128_GCM_SHA256")):
            with self.subTest(offered=offered):
                ftp = self.connect(program, TlsClient)
                ftp.context.maximum_version = version
                if offered:
                    ftp.context.set_ciphers(":".join(offered))
                ftp.auth()
                self.assertEqual(ftp.sock.cipher()[0], chosen)

    def test_a_file_for_another_server_arrives_whole_whatever_that_one_sends(self):
        """Most TLS servers hand out tickets behind the handshake. If nobody read them, closing the connection would reset it
        and throw away what the other server has not taken yet."""
        content = bytes(range(256)) * 4000
        (self.home / "file.bin").write_bytes(content)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*make_certificate(self.folder, "other"))
        ftp = self.secure(self.serve("--tls", "--permit-foreign-addresses"))
        ftp.login()
        ftp.prot_p()
        ftp.voidcmd("TYPE I")
        self.assertEqual(ftp.sendcmd("SSCN ON"), "200 SSCN:CLIENT METHOD")
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)  # so that much is under way at the end
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            listener.settimeout(PATIENCE)
            for _ in range(5):
                ftp.sendport(*listener.getsockname())
                self.assertRegex(ftp.sendcmd("RETR file.bin"), "^150")
                plain, _ = listener.accept()
                plain.settimeout(PATIENCE)
                with context.wrap_socket(plain, server_side=True) as other:
                    received = b""
                    while octets := other.recv(4096):
                        received += octets
                self.assertEqual(len(received), len(content))
                self.assertEqual(received, content)
                self.assertRegex(ftp.getline(), "^226")


if __name__ == "__main__":
    unittest.main()
