"""Starts the program ferry for a test, waits for it without sleeping, and ends it.

FERRY_PROGRAM names the binary. Everything that a test makes is in a directory of its own that is removed afterwards.
"""

import ftplib
import io
import os
import pathlib
import signal
import ssl
import subprocess
import tempfile
import threading
import unittest

PROGRAM = os.environ["FERRY_PROGRAM"]
PATIENCE = 60  # seconds; only a test that fails waits for so long


class Program:
    """One running `ferry`; its outputs are gathered line by line as they come."""

    def __init__(self, arguments, directory, environment):
        self.process = subprocess.Popen(
            [PROGRAM, *arguments], cwd=directory, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.lines = {"out": [], "err": []}
        self.clients = []
        self._changed = threading.Condition()
        self._open = 2
        self._threads = [
            threading.Thread(target=self._read, args=(name, stream), daemon=True)
            for name, stream in (("out", self.process.stdout), ("err", self.process.stderr))]
        for thread in self._threads:
            thread.start()

    def _read(self, name, stream):
        for line in stream:
            with self._changed:
                self.lines[name].append(line.decode().rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._open -= 1
            self._changed.notify_all()

    def wait_for_line(self, name, fits):
        """The first line of "out" or "err" that fits; fails when the program ends without one."""
        def found():
            return next((line for line in self.lines[name] if fits(line)), None)
        with self._changed:
            done = self._changed.wait_for(lambda: found() is not None or self._open == 0, PATIENCE)
            line = found()
            if not done or line is None:
                raise AssertionError(f"no such line; out: {self.lines['out']}, err: {self.lines['err']}")
            return line

    def output(self, name):
        return "\n".join(self.lines[name])

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self):
        """The exit status; afterwards all output is in `lines`."""
        status = self.process.wait(PATIENCE)
        for thread in self._threads:
            thread.join(PATIENCE)
        self.process.stdout.close()
        self.process.stderr.close()
        return status

    def stop(self):
        for client in self.clients:  # the server waits a little for those who do not hang up after its 421
            client.close()
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.wait()


def processor_seconds(program):
    """What the server has used of the processors so far."""
    fields = pathlib.Path(f"/proc/{program.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class ProgramTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ferry-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.home = self.folder / "shared"
        self.home.mkdir()
        (self.home / "hello.txt").write_text("hello\n")
        self.port_file = self.folder / "port"
        self.environment = {**os.environ, "XDG_STATE_HOME": str(self.folder / "state"), "TZ": "UTC"}

    def start(self, *arguments, directory=None):
        """`ferry ARGUMENTS`, without waiting for anything."""
        program = Program([str(a) for a in arguments], directory or self.home, self.environment)
        self.addCleanup(program.kill)
        return program

    def serve(self, *arguments, **others):
        """A server of self.home at a port in `.port`, once it accepts connections."""
        program = self.start("serve", "-i", "127.0.0.1", "-p", "0", "--port-file", self.port_file, *arguments, **others)
        if "json" in arguments:
            program.wait_for_line("err", lambda line: '"event":"ready"' in line)
        else:
            program.wait_for_line("out", lambda line: "to stop" in line)
        program.port = int(self.port_file.read_text().split()[0])
        return program

    def refuse(self, *arguments):
        """Runs ferry, which has to end by itself; returns exit status and standard error."""
        program = self.start(*arguments)
        status = program.wait()
        return status, program.output("err")

    def connect(self, program, client=ftplib.FTP, encoding="utf-8"):
        ftp = client(timeout=PATIENCE, encoding=encoding)
        self.addCleanup(ftp.close)
        program.clients.append(ftp)
        ftp.connect("127.0.0.1", program.port)
        return ftp

    def login(self, program, user="anonymous", password="test@", **others):
        ftp = self.connect(program, **others)
        ftp.login(user, password)
        return ftp

    def assert_refused(self, code, function, *arguments):
        with self.assertRaises((ftplib.error_perm, ftplib.error_temp)) as caught:
            function(*arguments)
        self.assertEqual(str(caught.exception)[:3], str(code), str(caught.exception))

    def store(self, ftp, command, content):
        """An upload that the server may end while it is being sent: then its reply says why."""
        try:
            ftp.storbinary(command, io.BytesIO(content))
        except ConnectionError:
            ftp.voidresp()

    def retrieve(self, ftp, name):
        content = bytearray()
        ftp.retrbinary("RETR " + name, content.extend)
        return bytes(content)


def client_context():
    """TLS without checking the certificate, as tests compare it themselves."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class TlsClient(ftplib.FTP_TLS):
    def __init__(self, **others):
        super().__init__(context=client_context(), **others)

    def certificate(self):
        return self.sock.getpeercert(binary_form=True)


def make_certificate(folder, name, host="localhost", days=2):
    """A certificate and its key, by the openssl command: two files."""
    certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", str(days),
         "-subj", f"/CN={host}", "-keyout", str(key), "-out", str(certificate)],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return certificate, key
