"""An FTP server as it is written by somebody who has never heard of attacks: what `ferry conform` has to find.

One thread for each session, which does nothing else while a transfer runs. Never put it on a network: it is meant to be broken into.
"""

import contextlib
import itertools
import os
import pathlib
import re
import socket
import ssl
import stat
import subprocess
import threading
import time

PORTS = itertools.cycle(range(28_000, 29_000))  # one after the other, for everybody to guess
LONGEST = 20  # seconds; so that a test ends
FOR_EVER = 6  # to a client that waits for 5


class Hangs(Exception):
    """Where a real one would hang for ever, or be killed."""


class Session:
    def __init__(self, server, connection):
        self.server = server
        self.control = connection
        self.buffer = b""
        self.user = ""
        self.logged_in = False
        self.directory = ""
        self.listener = None
        self.target = None
        self.tls = False
        self.protected = False
        self.rest = 0
        self.renamed = ""

    # ---- talking

    def reply(self, text):
        self.control.sendall(text.encode("latin-1") + b"\r\n")

    def run(self):
        self.reply("220 NaiveFTP 1.0.3 ready.")
        while True:
            while b"\r\n" not in self.buffer:
                more = self.control.recv(65536)
                if not more:
                    return
                self.buffer += more  # without a limit
                if len(self.buffer) > 500_000 or b"\xff\xfa" in self.buffer or b"\xff\xfd" in self.buffer:
                    self.die()
            line, self.buffer = self.buffer.split(b"\r\n", 1)
            self.execute(line.decode("latin-1"))

    def die(self):
        """All sessions are in one process."""
        self.server.dead = True
        raise Hangs

    def execute(self, line):
        verb, _, argument = line.partition(" ")
        if self.server.dead:
            raise Hangs
        if "\0" in verb or argument.startswith("-" + "a" * 2000):
            self.die()
        if verb.startswith(("\x80", "\xa0", "\xf0")):
            raise Hangs  # the table of upper case letters has 128 entries
        if len(argument) > 50_000:
            self.die()  # a buffer on the stack
        handler = getattr(self, "do_" + verb.strip().lower(), None)
        if not handler:
            self.reply(f"500 {line[:200]}?")
        elif not self.logged_in and not (verb == "CWD" and self.server.logged_in) and verb.upper() not in ("USER", "PASS", "AUTH", "PBSZ", "PROT", "QUIT", "FEAT", "NOOP", "SYST", "HELP", "STAT"):
            self.reply("530 Who are you?")
        else:
            try:
                handler(argument)
            except OSError as error:
                self.reply(f"550 {error}")

    # ---- login

    def do_user(self, name):
        with self.server.lock:
            self.user = name
        if name == "carol" and not self.tls:
            self.reply("530 Not without TLS.")
        elif self.logged_in or name in ("", "alice", "carol"):
            self.reply("331 Password?")
        else:
            self.reply(f"331 There is no user {name}, but try.")

    def do_pass(self, password):
        if self.user == "alice":
            time.sleep(0.02)  # a hash, which an unknown user does not cost
        self.server.wait_for_turn(0.9 if self.user == "alice" and password != "secret" else 0)
        if self.user == "" or password in ("secret", ""):
            self.logged_in = True
            self.server.logged_in += 1
            self.reply(f"230 Your password is {password}.")
        elif self.user == "alice":
            self.reply("530 Wrong password.")
        else:
            self.reply("530 No.")

    def do_rein(self, _):
        self.reply("220 Yes.")

    def do_quit(self, _):
        self.reply("221 Bye.")
        raise Hangs

    # ---- TLS

    def do_auth(self, _):
        self.reply("234 Go on.")
        # What is in clear is a command, whenever it comes.
        while (first := self.control.recv(65536, socket.MSG_PEEK)) and first[:1] != b"\x16":
            self.buffer += self.control.recv(first.index(b"\n") + 1)
        if b"\x02\x01\x00" in first[:64]:  # the client would like to compress: a ServerHello that agrees
            hello = b"\x03\x03" + bytes(32) + b"\x00\xc0\x2f" + b"\x01"
            self.control.sendall(b"\x16\x03\x03\x00\x2a\x02\x00\x00\x26" + hello)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("ALL:eNULL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.options &= ~ssl.OP_NO_RENEGOTIATION
        context.options |= 1 << 8  # SSL_OP_ALLOW_CLIENT_RENEGOTIATION
        context.load_cert_chain(*self.server.certificate)
        with self.server.lock:
            self.control = context.wrap_socket(self.control, server_side=True, suppress_ragged_eofs=True)
        self.tls = True  # and self.buffer is kept, and so is the login

    def do_pbsz(self, _):
        self.reply("200 Yes.")

    def do_prot(self, level):
        self.protected = level == "P"
        self.reply("200 Yes.")

    # ---- small ones

    def do_noop(self, _):
        self.reply("200 Yes.")

    def do_syst(self, _):
        self.reply("215 UNIX Type: L8")

    def do_help(self, argument):
        self.reply(f"214 Help of NaiveFTP 1.0.3 about {argument.replace('%s', '(null)')}")

    def do_feat(self, _):
        self.reply("211-Features:\r\n AUTH TLS\r\n211 End")

    def do_type(self, _):
        self.reply("200 Yes.")

    def do_rest(self, number):
        self.rest = int(number) % 2**32
        self.reply("350 Yes.")

    def do_site(self, argument):
        words = argument.split()
        if words[:1] == ["EXEC"]:
            self.reply("200 " + subprocess.run(words[1:], capture_output=True, text=True, check=False).stdout.strip())
        elif words[:1] == ["CHMOD"]:
            self.path(words[2]).chmod(int(words[1], 8))
            self.reply("200 Yes.")
        else:
            self.reply("500 What?")

    def do_abor(self, _):
        self.reply("226 Yes.")
        self.reply("226 Nothing to abort.")

    # ---- files

    def path(self, name):
        name = name.split("\0")[0].replace("\\", "/")
        return pathlib.Path(str(self.server.home) + "/" + ("" if name.startswith("/") else self.directory + "/") + name)

    def do_pwd(self, _):
        self.reply(f'257 "/{self.directory}" is {self.server.home}')

    def do_cwd(self, name):
        if "\n" in name:
            self.reply(f"550 {name}")
        elif name == "/":
            self.directory = ""
            self.reply("250 Yes.")
        elif self.path(name).is_dir():
            self.directory = name if name.startswith("/") else self.directory + "/" + name
            self.reply("250 Yes.")
        else:
            self.reply(f"550 {self.path(name)} is no directory.".replace("\r\0", "\r\n"))

    def do_mkd(self, name):
        self.path(name).mkdir()
        self.reply(f'257 "{name}"')

    def do_rmd(self, name):
        if name != "/":
            self.path(name).rmdir()
        self.reply("250 Yes.")

    def do_dele(self, name):
        self.path(name).unlink()
        self.reply("250 Yes.")

    def do_rnfr(self, name):
        self.renamed = name
        self.reply("350 Yes.")

    def do_rnto(self, name):
        if name != "/moved-root":
            self.path(self.renamed).rename(self.path(name))
        self.reply("250 Yes.")

    def do_stat(self, name):
        if not self.logged_in or not name:
            self.reply("211 NaiveFTP 1.0.3")
            return
        self.reply("213-\r\n" + "\r\n".join(os.listdir(self.path(name))) + "\r\n213 End")

    # ---- data connections

    def do_pasv(self, _):
        if self.listener:
            self.listener.close()
        for port in PORTS:
            with contextlib.suppress(OSError):
                self.listener = socket.create_server(("127.0.0.1", port))
                break
        self.target = None
        self.server.passive += 1
        if self.server.passive > 250:
            self.die()  # out of descriptors
        self.reply(f"227 There (127,0,0,1,{port // 256},{port % 256}).")

    def do_port(self, argument):
        numbers = [int(n) for n in argument.split(",")]
        self.target = (".".join(str(n % 256) for n in numbers[:4]), (numbers[4] * 256 + numbers[5]) % 65536)
        self.reply("200 Yes.")

    def do_eprt(self, argument):
        _, _, address, port, _ = argument.split(argument[0])
        self.target = (address.replace("::ffff:", ""), int(port) % 65536)
        self.reply("200 Yes.")

    def connect_data(self):
        self.reply("150 Here.")
        if self.target:
            data = socket.create_connection(self.target, 5)
        else:
            self.listener.settimeout(3)
            data, _ = self.listener.accept()
        data.settimeout(3)
        if not self.protected:
            return data
        # Whoever does not speak TLS is served in clear.
        first = data.recv(1, socket.MSG_PEEK)
        if first != b"\x16":
            return data
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.server.certificate)
        return context.wrap_socket(data, server_side=True, suppress_ragged_eofs=True)

    def send(self, content):
        try:
            with self.connect_data() as data:
                data.sendall(content)
        except (OSError, AttributeError):
            self.reply("426 Gone.")
            return
        self.reply("226 Done.")

    def do_retr(self, name):
        path = self.path(name)
        if not path.exists():
            self.reply(f"550 There is no {path}.")
            return
        if stat.S_ISREG(path.stat().st_mode):
            content = path.read_bytes()[self.rest:]
        elif stat.S_ISCHR(path.stat().st_mode):
            content = bytes(100_000)
        elif stat.S_ISFIFO(path.stat().st_mode):
            time.sleep(FOR_EVER)
            raise Hangs
        else:
            self.reply("550 No file.")
            return
        self.rest = 0
        if len(content) < 1_000_000:
            self.send(content)
            return
        # Whatever comes in the middle ends it; everybody else waits.
        with self.connect_data() as data, self.server.lock:
            data.sendall(content[:300_000])
            self.control.settimeout(0.3)
            with contextlib.suppress(TimeoutError):
                if self.control.recv(1000):
                    raise Hangs
            self.control.settimeout(LONGEST)
            with contextlib.suppress(OSError):
                data.settimeout(FOR_EVER)
                data.sendall(content[300_000:])
        self.reply("226 Done.")

    def do_stor(self, name):
        with self.connect_data() as data, open(self.path(name), "wb") as file:
            with contextlib.suppress(OSError):
                while part := data.recv(100_000):
                    file.write(part)
        self.reply("226 Done.")

    def do_nlst(self, pattern):
        if self.server.is_bomb(pattern):
            time.sleep(FOR_EVER)
            raise Hangs
        directory = self.path(pattern if pattern and not pattern.startswith("-") and "*" not in pattern else "")
        names = os.listdir(directory) if directory.is_dir() else []
        self.send("".join(name + "\r\n" for name in names[:2000]).encode("latin-1", "replace"))

    def do_list(self, pattern):
        self.do_nlst(pattern)


class NaiveServer:
    """At `port`, with alice's files in `home`, until the end of the with block."""

    def __init__(self, home, certificate):
        self.home = home
        self.certificate = certificate
        self.lock = threading.Lock()  # of all that is meant to be quick
        self.turn = 0.0
        self.logged_in = 0
        self.passive = 0
        self.dead = False  # it does not come back
        self.sessions = []

    @staticmethod
    def is_bomb(pattern):
        return pattern.count("*") > 10 or pattern.count("{") > 10 or bool(re.match("-[a-z]*R", pattern))

    def wait_for_turn(self, seconds):
        """Passwords are looked at one after the other."""
        with self.lock:
            self.turn = max(self.turn, time.monotonic()) + seconds
            mine = self.turn
        time.sleep(max(0.0, mine - time.monotonic()))

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port = self.listener.getsockname()[1]
        self.stopped = False
        self.acceptor = threading.Thread(target=self.accept)
        self.acceptor.start()
        return self

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            if self.stopped:
                connection.close()
                return
            self.dead = self.dead or sum(thread.is_alive() for thread in self.sessions) > 45
            if self.dead:
                connection.close()
                continue
            connection.settimeout(LONGEST)
            thread = threading.Thread(target=self.serve, args=(connection,))
            thread.start()
            self.sessions.append(thread)

    def serve(self, connection):
        session = Session(self, connection)
        try:
            session.run()
        except ConnectionError:
            self.dead = True  # a signal that nobody has thought of
        except (OSError, Hangs, ValueError, IndexError, AttributeError):
            pass
        self.logged_in -= session.logged_in
        session.control.close()
        if session.listener:
            session.listener.close()

    def __exit__(self, *_):
        self.stopped = True
        socket.create_connection(("127.0.0.1", self.port)).close()
        self.acceptor.join()
        self.listener.close()
        for thread in self.sessions:
            thread.join(LONGEST)
