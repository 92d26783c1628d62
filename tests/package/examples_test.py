"""The programs of examples/: each does what its first lines say. Arguments: the program's name, and its path."""

import contextlib
import ftplib
import io
import json
import os
import pathlib
import re
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import time

PATIENCE = 60


@contextlib.contextmanager
def running(program, *arguments):
    """The program, and the port in its first line; it ends with its input, and well."""
    process = subprocess.Popen([program, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        port = int(re.search(r"ftp://127\.0\.0\.1:(\d+)\b", line).group(1))
        yield process, port
        process.stdin.close()
        assert process.wait(PATIENCE) == 0, process.returncode
    finally:
        if process.poll() is None:
            process.kill()
        process.stdout.close()


@contextlib.contextmanager
def login(port, user="anonymous", password="x@y", client=None):
    with client or ftplib.FTP(timeout=PATIENCE) as ftp:
        ftp.connect("127.0.0.1", port)
        ftp.login(user, password)
        yield ftp


def refused(code, function, *arguments):
    try:
        function(*arguments)
    except ftplib.Error as error:
        assert str(error)[:3] == str(code), error
        return str(error)
    raise AssertionError(f"{arguments} was not refused")


def retrieve(ftp, name):
    content = bytearray()
    ftp.retrbinary("RETR " + name, content.extend)
    return bytes(content)


def minimal(program, folder):
    with running(program) as (_, port), login(port, "alice", "wonderland") as ftp:
        ftp.storbinary("STOR tea.txt", io.BytesIO(b"tea\n"))
        assert ftp.nlst() == ["tea.txt"], ftp.nlst()


def events_to_webhook(program, folder):
    with running(program) as (process, port):
        with login(port) as ftp:
            ftp.storbinary('STOR te"a.txt', io.BytesIO(b"tea\n"))
            # The line was out before the 226 was read.
            told = json.loads(process.stdout.readline())
            assert told == {"event": "upload", "user": "anonymous", "path": '/te"a.txt', "octets": 4,
                            "outcome": "complete"}, told
            retrieve(ftp, 'te"a.txt')
            assert json.loads(process.stdout.readline())["event"] == "download"
            data = ftp.transfercmd("STOR half")
            data.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            data.sendall(b"x")
            data.close()
            refused(426, ftp.voidresp)
            told = json.loads(process.stdout.readline())
            assert (told["path"], told["outcome"]) == ("/half", "cut off"), told


def upload_veto(program, folder):
    with running(program, folder) as (_, port), login(port, "alice", "wonderland") as ftp:
        ftp.storbinary("STOR a.png", io.BytesIO(b"\x89PNG and so on"))
        assert "not a PNG" in refused(550, ftp.storbinary, "STOR b.png", io.BytesIO(b"GIF89a"))
        assert [entry.name for entry in folder.iterdir()] == ["a.png"]


def users_from_sqlite(program, folder):
    home = folder / "home"
    home.mkdir()
    (home / "hello").write_text("hello")
    file = folder / "users.db"
    with contextlib.closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE users(name TEXT PRIMARY KEY, password TEXT, home TEXT, permissions TEXT)")
        database.execute("INSERT INTO users VALUES('alice', 'wonderland', ?, 'elr')", (str(home),))
        database.commit()
        with running(program, file) as (_, port):
            with login(port, "alice", "wonderland") as ftp:
                assert retrieve(ftp, "hello") == b"hello"
                refused(550, ftp.delete, "hello")
            with ftplib.FTP(timeout=PATIENCE) as ftp:
                ftp.connect("127.0.0.1", port)
                refused(530, ftp.login, "alice", "looking-glass")
                database.execute("UPDATE users SET password = 'looking-glass', permissions = 'elrd'")
                database.commit()
                assert ftp.login("alice", "looking-glass") == "230 Welcome, alice."
                ftp.delete("hello")


def own_storage(program, folder):
    with running(program) as (_, port), login(port) as ftp:
        assert sorted(ftp.nlst()) == ["cellar.csv", "roof.csv"], ftp.nlst()
        assert retrieve(ftp, "cellar.csv").startswith(b"number,degrees\n1,11.5")
        refused(550, ftp.sendcmd, "SIZE attic.csv") if ftp.sendcmd("TYPE I") else None
        refused(550, ftp.cwd, "roof.csv")


def own_command(program, folder):
    with running(program) as (_, port), login(port) as ftp:
        assert ftp.sendcmd("SITE TOUCH new") == "250 /new is there."
        assert ftp.nlst() == ["new"], ftp.nlst()
        refused(501, ftp.sendcmd, "SITE TOUCH")
        refused(550, ftp.sendcmd, "SITE TOUCH no/such/place")
        assert "TOUCH" in ftp.sendcmd("SITE HELP")


def throttling(program, folder):
    with running(program) as (_, port):
        for user, least in (("alice", 0.5), ("bob", 2.0)):
            with login(port, user, "wonderland") as ftp:
                begun = time.monotonic()
                ftp.storbinary("STOR f", io.BytesIO(bytes(300_000)))
                seconds = time.monotonic() - begun
                assert least <= seconds < least + 3, (user, seconds)


def make_authority(folder):
    """An authority, and certificates that it has signed for the server and for alice: PEM files."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, cwd=folder, capture_output=True)
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *new_key, "-days", "2", "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.pem")
    for name in ("localhost", "alice"):
        openssl("req", *new_key, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-days", "2", "-out", f"{name}.crt")
        (folder / f"{name}.pem").write_text((folder / f"{name}.crt").read_text() + (folder / f"{name}.key").read_text())


def client_certificates(program, folder):
    make_authority(folder)

    def client(certificate):
        context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
        context.check_hostname = False
        if certificate:
            context.load_cert_chain(str(folder / certificate))
        return ftplib.FTP_TLS(context=context, timeout=PATIENCE)

    with running(program, folder / "localhost.pem", folder / "ca.pem") as (_, port):
        with client("alice.pem") as ftp:
            ftp.connect("127.0.0.1", port)
            ftp.auth()
            assert ftp.sendcmd("USER alice")[:3] == "232"
            ftp.prot_p()
            assert ftp.nlst() == []
        with client(None) as ftp:
            ftp.connect("127.0.0.1", port)
            try:
                ftp.auth()
                ftp.sendcmd("USER alice")  # under TLS 1.3 the client learns of it with the first answer
            except (OSError, EOFError):
                return
            raise AssertionError("somebody without a certificate got in")


def inside_asio(program, folder):
    with running(program) as (process, port):
        with login(port) as ftp:
            for count, name in ((1, "tea.txt"), (2, "milk.txt")):
                ftp.storbinary(f"STOR {name}", io.BytesIO(b"x"))
                line = process.stdout.readline().strip()
                assert line == f"{count} upload{'s' if count > 1 else ''} so far: /{name}", line


def driven_by_poll(program, folder):
    with running(program) as (process, port):
        with login(port) as ftp:
            for name, content in (("tea.txt", b"x"), ("milk.txt", b"x" * 3_000_000)):
                ftp.storbinary(f"STOR {name}", io.BytesIO(content))
                line = process.stdout.readline().strip()
                size = "1 octet" if len(content) == 1 else f"{len(content)} octets"
                assert line == f"/{name}, {size}, on the program's own thread", line
                assert retrieve(ftp, name) == content


def testing_a_client(program, folder):
    done = subprocess.run([program], timeout=PATIENCE, capture_output=True, text=True,
                          env={**os.environ, "TMPDIR": str(folder)})
    assert (done.returncode, done.stdout[:3]) == (0, "ok:"), done


if __name__ == "__main__":
    name, path = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="ferry-example-") as directory:
        globals()[name](path, pathlib.Path(directory))
