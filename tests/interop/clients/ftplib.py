"""Python's ftplib: replies read one by one, which makes it the strictest about their order and form."""

import ftplib
import hashlib
import io
import ssl

from support.files import BIG, FILES, PART, TEXT, expect_tree, fill
from support.mode import mode
from support.scene import Failure, expect, expect_equal
from support.tour import MADE_DIRECTORY, RENAMED

SECONDS = 20


class ImplicitTls(ftplib.FTP_TLS):
    """ftplib knows AUTH TLS only: wrap the socket as soon as there is one, and leave AUTH out."""

    def connect(self, *arguments, **named):
        self._sock = None
        return super().connect(*arguments, **named)

    @property
    def sock(self):
        return self._sock

    @sock.setter
    def sock(self, value):
        if value is not None and not isinstance(value, ssl.SSLSocket):
            value = self.context.wrap_socket(value, server_hostname=self.host)
        self._sock = value


class Reusing(ftplib.FTP_TLS):
    """Resumes the control connection's TLS session on data connections, as many scripts have it."""

    def ntransfercmd(self, cmd, rest=None):
        connection, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        if self._prot_p:
            connection = self.context.wrap_socket(connection, server_hostname=self.host, session=self.sock.session)
        return connection, size


def connect(scene, host=None, kind=None):
    if not scene.mode.tls:
        ftp = ftplib.FTP(timeout=SECONDS, encoding="utf-8")
    else:
        context = ssl.create_default_context(cafile=str(scene.certificate))
        kind = kind or (ImplicitTls if scene.mode.implicit else ftplib.FTP_TLS)
        ftp = kind(context=context, timeout=SECONDS, encoding="utf-8")
    ftp.connect(host or scene.host, scene.port)
    if scene.mode.implicit:
        ftplib.FTP.login(ftp, scene.user, scene.password)
    else:
        ftp.login(scene.user, scene.password)
    if scene.mode.tls:
        ftp.prot_p()
    return ftp


def retrieve(ftp, name, rest=None):
    content = io.BytesIO()
    ftp.retrbinary("RETR " + name, content.write, rest=rest)
    return content.getvalue()


def take_tour(scene, tour):
    with connect(scene, tour.host) as ftp:
        ftp.set_pasv(not tour.active)
        ftp.cwd(tour.path)
        expect_equal(ftp.pwd(), tour.path, "PWD")

        facts = {name: entry for name, entry in ftp.mlsd("down", ["type", "size"]) if entry["type"] == "file"}
        expect_equal({name: int(entry["size"]) for name, entry in facts.items()},
                     {name: len(content) for name, content in FILES.items()}, "MLSD")
        expect_equal(sorted(ftp.nlst("down")), sorted("down/" + name for name in FILES), "NLST")
        lines = []
        ftp.dir("down", lines.append)
        expect_equal(len(lines), len(FILES), "lines of LIST")

        for name, content in FILES.items():
            (tour.got / name).write_bytes(retrieve(ftp, "down/" + name))
            expect_equal(ftp.size("down/" + name), len(content), f"SIZE of {name}")
        expect_equal(ftp.mkd("up"), tour.path + "/up", "MKD gives the pathname")
        for name, content in FILES.items():
            reply = ftp.storbinary("STOR up/" + name, io.BytesIO(content))
            expect(reply.startswith("226"), f"STOR ended with {reply}")

        with open(tour.got / "part.bin", "ab") as part:
            ftp.retrbinary("RETR down/big.bin", part.write, rest=PART)
        ftp.storbinary("STOR part.bin", io.BytesIO(BIG[PART:]), rest=PART)

        ftp.rename("old/rename me.bin", "old/" + RENAMED)
        ftp.delete("old/delete me.bin")
        ftp.rmd("old/empty dir")
        expect_equal(ftp.mkd(MADE_DIRECTORY), f"{tour.path}/{MADE_DIRECTORY}", "MKD with quotes in the pathname")
        ftp.cwd(MADE_DIRECTORY)
        expect_equal(ftp.pwd(), f"{tour.path}/{MADE_DIRECTORY}", "PWD with quotes in the pathname")
        expect(ftp.quit().startswith("221"), "QUIT")
    tour.check()


def text_and_append(ftp, scene):
    """storlines and retrlines (TYPE A), APPE, STOU."""
    ftp.storlines("STOR text.txt", io.BytesIO(TEXT))
    expect_equal((scene.home / "text.txt").read_bytes(), TEXT, "STOR under TYPE A")
    with ftp.transfercmd("RETR text.txt") as connection:
        octets = b"".join(iter(lambda: connection.recv(1000), b""))
    ftp.voidresp()
    expect_equal(octets, TEXT.replace(b"\n", b"\r\n"), "what RETR sends under TYPE A")
    lines = []
    ftp.retrlines("RETR text.txt", lines.append)
    expect_equal(lines, TEXT.decode().splitlines(), "RETR under TYPE A")
    ftp.storbinary("APPE text.txt", io.BytesIO(b"more"))
    expect_equal((scene.home / "text.txt").read_bytes(), TEXT + b"more", "APPE")
    expect(ftp.voidcmd("TYPE I").startswith("200"), "TYPE I")
    # RFC 1123 §4.1.2.9: the name is in the 150 that precedes the transfer.
    names = set(path.name for path in scene.home.iterdir())
    connection = ftp.transfercmd("STOU")
    reply = ftp.lastresp
    connection.sendall(b"unique")
    if isinstance(connection, ssl.SSLSocket):
        connection.unwrap()
    connection.close()
    ftp.voidresp()
    made = set(path.name for path in scene.home.iterdir()) - names
    expect_equal(len(made), 1, "files that STOU made")
    expect_equal((scene.home / made.pop()).read_bytes(), b"unique", "content of the unique file")
    expect_equal(reply, "150", "reply code before STOU's transfer")


def interruptions(ftp, scene):
    """A transfer that the client gives up leaves the session as it was."""
    (scene.home / "large.bin").write_bytes(BIG * 32)
    connection = ftp.transfercmd("RETR large.bin")
    expect_equal(len(connection.recv(1000)), 1000, "octets before ABOR")
    ftp.putline("ABOR")
    codes = [ftp.getmultiline()[:3]]
    connection.close()
    codes.append(ftp.getmultiline()[:3])
    expect_equal(codes, ["426", "226"], "replies to ABOR during RETR")
    expect(retrieve(ftp, "text.txt").startswith(TEXT), "RETR after ABOR")

    # ftplib's own abort(): ABOR as urgent data, and one reply read. Without a transfer it is the only one.
    if not scene.mode.tls:
        expect(ftp.abort()[:3] in ("225", "226"), "ABOR without a transfer")
        expect_equal(ftp.voidcmd("NOOP")[:3], "200", "NOOP after ABOR")

    connection = ftp.transfercmd("STOR half.bin")
    connection.sendall(BIG[:100_000])
    ftp.putline("ABOR")
    codes = [ftp.getmultiline()[:3], ftp.getmultiline()[:3]]
    connection.close()
    expect_equal(codes, ["426", "226"], "replies to ABOR during STOR")
    expect(not (scene.home / "half.bin").exists(), "a file that was given up is not in place")

    # Nobody waits for a data connection that is closed by the client: 426, or 226 where all was sent already.
    connection = ftp.transfercmd("RETR large.bin")
    connection.close()
    reply = ftp.getmultiline()
    expect_equal(reply[:3], "426", "reply after the client closed the data connection")


def refusals(ftp):
    for command, code in (("DELE missing", "550"), ("CWD missing", "550"), ("RNFR missing", "550"),
                          ("RMD missing", "550"), ("SIZE missing", "550"), ("MDTM missing", "550"), ("RNTO x", "503"),
                          ("NONSENSE", "500"), ("TYPE X", "504"), ("REST x", "501")):
        try:
            reply = ftp.voidcmd(command)
        except ftplib.error_perm as error:
            reply = str(error)
        expect_equal(reply[:3], code, f"reply to {command}")
    for command in ("RETR missing", "MLSD missing"):
        try:
            ftp.transfercmd(command).close()
        except ftplib.error_perm as error:
            expect_equal(str(error)[:3], "550", f"reply to {command}")
        else:
            raise Failure(f"{command} began a transfer")


def everything(scene, *kinds):
    for tour in scene.tours(*kinds):
        take_tour(scene, tour)
    with connect(scene) as ftp:
        expect(ftp.getwelcome().startswith("220"), "greeting")
        text_and_append(ftp, scene)
        interruptions(ftp, scene)
        refusals(ftp)
        expect_equal(ftp.voidcmd("NOOP")[:3], "200", "NOOP at the end")


@mode("plain")
def plain(scene):
    everything(scene)


@mode("tls", tls=True)
def tls(scene):
    everything(scene)


@mode("implicit", tls=True, implicit=True)
def implicit(scene):
    everything(scene, "passive", "ipv6-active")


@mode("hash", options=("--max-hash-size", "1"))
def hash_of_files(scene):
    """No client in Debian or npm knows HASH (draft-bryan-ftpext-hash-02): this is one, as the draft has it."""
    files = {"empty.bin": b"", "one.bin": b"1", "text ü.txt": TEXT, "big.bin": BIG[: 1 << 20]}
    fill(scene.home, {**files, "huge.bin": BIG})
    with connect(scene) as ftp:
        line = next(line for line in ftp.sendcmd("FEAT").splitlines() if line.startswith(" HASH "))
        algorithms = line[len(" HASH "):].split(";")
        expect_equal([name for name in algorithms if name.endswith("*")], ["SHA-256*"], "the algorithm at first")
        for algorithm in (name.rstrip("*") for name in algorithms):
            expect_equal(ftp.sendcmd("OPTS HASH " + algorithm), "200 " + algorithm, "OPTS HASH")
            expect(f"{algorithm}*" in ftp.sendcmd("FEAT"), "FEAT marks the chosen one")
            for name, content in files.items():
                digest = hashlib.new(algorithm.replace("-", ""), content).hexdigest()
                expect_equal(ftp.sendcmd("HASH " + name),
                             f"213 {algorithm} 0-{max(len(content) - 1, 0)} {digest} {name}", f"HASH of {name}")
            ftp.voidcmd("TYPE I")
            expect_equal(ftp.sendcmd("RANG 3 9")[:3], "350", "RANG")
            digest = hashlib.new(algorithm.replace("-", ""), TEXT[3:10]).hexdigest()
            expect_equal(ftp.sendcmd("HASH text ü.txt"), f"213 {algorithm} 3-9 {digest} text ü.txt", "HASH of a range")
        # What was retrieved is what the server has.
        expect_equal(hashlib.md5(retrieve(ftp, "big.bin")).hexdigest(), ftp.sendcmd("HASH big.bin").split()[3], "RETR")
        try:
            ftp.sendcmd("HASH huge.bin")
        except ftplib.error_perm as error:
            expect_equal(str(error)[:3], "556", "HASH of more than the policy allows")
        else:
            raise Failure("HASH of more than the policy allows")


@mode("reuse", tls=True, session_reuse="require")
def reuse(scene):
    """ftplib as it is starts a new TLS session for each data connection: 522. With a session, everything works."""
    fill(scene.home, {"one.bin": b"1"})
    with connect(scene) as ftp:
        for command in ("RETR one.bin", "STOR two.bin"):
            try:
                connection = ftp.transfercmd(command)
                with connection:
                    expect_equal(connection.recv(100) if command[0] == "R" else connection.send(b"2") and b"", b"",
                                 f"octets sent by {command}")
            except OSError:
                pass  # the server may cut the data connection at any point, even in the handshake
            expect_refused(ftp, command)
        expect_equal(ftp.voidcmd("NOOP")[:3], "200", "NOOP after two refused data connections")
    expect_tree(scene.home, {"one.bin": b"1"}, "after the refusals")

    with connect(scene, kind=Reusing) as ftp:
        for i in range(50):
            content = BIG[i : i * 700]
            ftp.storbinary(f"STOR {i}.bin", io.BytesIO(content))
            expect(retrieve(ftp, f"{i}.bin") == content, f"transfer {i} with the session of the control connection")


def expect_refused(ftp, command):
    try:
        reply = ftp.voidresp()
    except ftplib.error_perm as error:
        expect_equal(str(error)[:3], "522", f"reply to {command} over a TLS session of its own")
    else:
        raise Failure(f"{command} over a TLS session of its own ended with {reply}")
