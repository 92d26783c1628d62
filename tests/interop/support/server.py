"""A running ferry: started for one test, looked after when the test has ended, stopped by its pid.

It listens on all addresses, since clients come over IPv4 and IPv6: both from loopback."""

import json
import re
import signal
import socket
import subprocess
import time

from support.failure import Failure

USER = "alice"
PASSWORD = "secret"

START_SECONDS = 20
STOP_SECONDS = 20


def make_certificate(folder):
    """A self-signed certificate for the loopback addresses: (certificate, key). Clients that verify trust just this."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1",
         "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True)
    return certificate, key


def level_of(line):
    """The level of a log record in either format; None where it is something else, such as a sanitizer's report."""
    text = re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (\w+)", line)
    if text:
        return text[1]
    try:
        return json.loads(line)["level"]
    except (ValueError, KeyError, TypeError):
        return None


class Server:
    """`with Server(...)`: running inside; checked and stopped at the end, or just stopped where the test has failed."""

    def __init__(self, program, folder, mode):
        self.home = folder / "home"
        self.home.mkdir()
        self.certificate = None
        self.port = None
        self.implicit_port = None
        self._mode = mode
        self._log = folder / "server.log"
        self._welcome = folder / "welcome"  # the standard output of --log-format text; it alone names the implicit port
        self._port_file = folder / "port"
        self._process = None
        self._command = [
            program, "serve", "--port", "0", "--port-file", str(self._port_file), "--login-delay", "0",
            "--user", f"{USER}:{PASSWORD}:{self.home}:elradfmwMT",
            "--log-level", "debug", "--log-format", "text" if mode.implicit else "json",
        ]
        if mode.tls:
            self.certificate, key = make_certificate(folder)
            self._command += ["--tls", "--certfile", str(self.certificate), "--keyfile", str(key),
                              "--tls-session-reuse", mode.session_reuse]
        self._command += mode.options
        if mode.implicit:
            self._command += ["--implicit-tls-port", "0"]

    def __enter__(self):
        with open(self._log, "wb") as log, open(self._welcome, "wb") as welcome:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=welcome, stderr=log,
                                             cwd=self.home.parent)
        deadline = time.monotonic() + START_SECONDS
        while not self._started():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._kill()
                raise Failure(f"the server did not start: {' '.join(self._command)}")
            time.sleep(0.01)
        return self

    def __exit__(self, kind, error, traceback):
        try:
            if kind is None:
                self._check_greeting()
                self._check_stop()
                self._check_log()
        finally:
            self._kill()

    def tail_of_log(self):
        lines = self._log.read_text(errors="replace").splitlines()[-120:] if self._log.exists() else []
        return "\n".join(["--- end of the server's log"] + lines)

    def _started(self):
        """True when clients can connect; then the ports are known."""
        if not self._port_file.exists():
            return False
        self.port = int(self._port_file.read_text().split()[0])
        if self._mode.implicit:
            found = re.search(rb"ftps://127\.0\.0\.1:(\d+)\n", self._welcome.read_bytes())
            self.implicit_port = found and int(found[1])
        return bool(self.implicit_port) == self._mode.implicit

    def _check_greeting(self):
        if self._process.poll() is not None:
            raise Failure(f"the server ended during the test with status {self._process.returncode}")
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            greeting = connection.makefile("rb").readline()
        if not greeting.startswith(b"220"):
            raise Failure(f"after the test the server greets with {greeting!r}")

    def _check_stop(self):
        self._process.send_signal(signal.SIGTERM)
        try:
            status = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            raise Failure("the server did not end on SIGTERM") from None
        if status != 0:
            raise Failure(f"the server ended with status {status} on SIGTERM")

    def _kill(self):
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _check_log(self):
        for line in self._log.read_text(errors="replace").splitlines():
            level = level_of(line)
            if level is None:
                raise Failure(f"the server wrote something that is not a log record: {line}")
            if level == "error":
                raise Failure(f"the server logged an error: {line}")
