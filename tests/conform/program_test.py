"""`ferry conform` as its user meets it: reports, exit status, and servers that are broken beyond use."""

import contextlib
import json
import pathlib
import socket
import ssl
import tempfile
import threading
import unittest
import xml.etree.ElementTree

from trial import Trial, conform, groups

from program import make_certificate


class BrokenServer:
    """Accepts connections and lets `talk` do what it wants with each, until the end of the with block."""

    def __init__(self, talk):
        self.talk = talk

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.stopped = False
        self.threads = []
        self.acceptor = threading.Thread(target=self.accept)
        self.acceptor.start()
        return self

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            if self.stopped:
                connection.close()
                return
            connection.settimeout(60)
            thread = threading.Thread(target=self.serve, args=(connection,))
            thread.start()
            self.threads.append(thread)

    def serve(self, connection):
        with connection, contextlib.suppress(OSError):
            self.talk(connection)

    def __exit__(self, *_):
        self.stopped = True
        socket.create_connection(("127.0.0.1", self.port)).close()
        self.acceptor.join()
        self.listener.close()
        for thread in self.threads:
            thread.join()

    def judge(self, *arguments):
        return conform(f"127.0.0.1:{self.port}", "--timeout", "0.5", *arguments)


def silent(connection):
    while connection.recv(1000):
        pass


def endless_line(connection):
    while True:
        connection.sendall(b"2" * 10_000)


def endless_reply(connection):
    connection.sendall(b"220-Hello\r\n")
    while True:
        connection.sendall(b"220-and more\r\n" * 1000)


def dripping(connection):
    """One octet now and then: no single wait is long."""
    connection.settimeout(0.1)
    while True:
        connection.sendall(b"2")
        with contextlib.suppress(TimeoutError):
            if not connection.recv(1000):
                return


def hanging_up(connection):
    connection.sendall(b"220 Hello.\r\n")


def no_replies(connection):
    connection.sendall(b"Welcome to this server!\r\n")
    silent(connection)


REPLIES = {b"USER": "331 Who?", b"PASS": "230 Hello.", b"TYPE": "200 Fine.", b"CWD": "250 There.", b"MKD": '257 "/x"',
           b"PWD": '257 "/x"'}


def commands_of(connection):
    """The lines that come, until the client leaves."""
    connection.sendall(b"220 Hello.\r\n")
    rest = b""
    while True:
        more = connection.recv(10_000)
        if not more:
            return
        *lines, rest = (rest + more).split(b"\n")
        yield from lines


def says_yes_to_everything(connection, end="\r\n", otherwise="200 Yes."):
    for line in commands_of(connection):
        verb = line.strip().split(b" ")[0].upper()
        connection.sendall((REPLIES.get(verb, otherwise) + end).encode())


def ends_lines_with_lf(connection):
    says_yes_to_everything(connection, "\n")


def says_nothing_after_the_login(connection):
    for line in commands_of(connection):
        reply = REPLIES.get(line.strip().split(b" ")[0].upper())
        if reply:
            connection.sendall(reply.encode() + b"\r\n")


def calls_from_elsewhere(connection):
    """Active data connections that come from another address than the control connection's."""
    port = 0
    for line in commands_of(connection):
        words = line.decode("latin-1").split()
        if words[0] == "PORT":
            port = int(words[1].split(",")[4]) * 256 + int(words[1].split(",")[5])
        connection.sendall((REPLIES.get(words[0].encode(), "150 Here." if words[0] == "LIST" else "200 Yes.") + "\r\n").encode())
        if words[0] == "LIST":
            socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.2", 0)).close()


class MakesTheWorkplaceAlone:
    """Says yes to everything; the workplace is a link to where nobody makes files."""

    def __init__(self, home):
        self.home = home

    def __call__(self, connection):
        with socket.create_server(("127.0.0.1", 0)) as passive:
            replies = {**REPLIES, b"EPSV": f"229 There (|||{passive.getsockname()[1]}|)"}
            for line in commands_of(connection):
                verb, _, name = line.strip().partition(b" ")
                if verb == b"MKD" and b"ferry-conform" in name:
                    (self.home / name.decode()).symlink_to("/proc/self")
                connection.sendall((replies.get(verb, "200 Yes.") + "\r\n").encode())


class NamesWithControlCharacters:
    def __call__(self, connection):
        for line in commands_of(connection):
            verb = line.strip().split(b" ")[0].upper()
            reply = b'257 "/\x01\x1b<&\xff"' if verb == b"PWD" else REPLIES.get(verb, "200 Yes.").encode()
            connection.sendall(reply + b"\r\n")


class OverTls:
    """Explicit TLS without any close_notify. Replies that are due at the same time travel in one segment, a record each."""

    def __init__(self, folder):
        certificate = make_certificate(folder, "server")
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*certificate)

    def __call__(self, connection):
        connection.sendall(b"220 Hello.\r\n")
        lines = connection.makefile("rb")
        for line in lines:
            verb = line.strip().split(b" ")[0].upper()
            if verb == b"AUTH":
                break
            connection.sendall((REPLIES.get(verb, "200 Yes.") + "\r\n").encode())
        connection.sendall(b"234 Go.\r\n")
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = self.context.wrap_bio(incoming, outgoing, server_side=True)
        verb = b""
        with socket.create_server(("127.0.0.1", 0)) as passive:
            passive.settimeout(60)
            replies = {**REPLIES, b"EPSV": f"229 There (|||{passive.getsockname()[1]}|)", b"RETR": "150 Here.", b"STOR": "150 Here.",
                       b"QUIT": "221 Bye."}
            while verb != b"QUIT":
                try:
                    lines = tls.read(10_000).splitlines()
                except ssl.SSLWantReadError:
                    lines = []
                for line in lines:
                    verb = line.split(b" ")[0].upper()
                    tls.write((replies.get(verb, "200 Yes.") + "\r\n").encode())
                connection.sendall(outgoing.read())
                if verb in (b"RETR", b"STOR"):
                    self.transfer(passive, verb)
                    verb = b""
                    tls.write(b"226 Done.\r\n")
                    connection.sendall(outgoing.read())
                if not lines:
                    more = connection.recv(10_000)
                    if not more:
                        return
                    incoming.write(more)

    def transfer(self, passive, verb):
        with self.context.wrap_socket(passive.accept()[0], server_side=True) as data:
            if verb == b"RETR":
                data.sendall(b"content")
            while verb == b"STOR" and data.recv(10_000):
                pass


class Program(unittest.TestCase):
    def test_reports_agree(self):
        with Trial("--fault", "SYST:reply=299 Nonsense.") as trial:
            folder = pathlib.Path(trial.folder.name)
            done = conform(f"127.0.0.1:{trial.port}", "-u", "alice", "-P", "secret", "--only", "control", "--json",
                           folder / "json", "--junit", folder / "xml")
            self.assertEqual(done.returncode, 1)
            self.assertIn("failed   syst-is-215", done.stdout)
            self.assertIn("wanted SYST: 215", done.stdout)
            self.assertIn("came   299 Nonsense.", done.stdout)
            report = json.loads((folder / "json").read_text())
            check = next(check for check in report["checks"] if check["id"] == "syst-is-215")
            self.assertEqual((check["level"], check["verdict"], check["wanted"], check["came"]),
                             ("MUST", "failed", "SYST: 215", "299 Nonsense."))
            self.assertGreaterEqual(report["summary"]["MUST"]["failed"], 1)
            self.assertIn('<failure message="SYST names the system">wanted SYST: 215, came 299 Nonsense.</failure>',
                          (folder / "xml").read_text())

    def test_a_should_that_fails_is_no_failure_of_the_run(self):
        with Trial("--fault", "XPWD:reply=599 No.") as trial:
            status, checks, _ = trial.run("--only", "x-forms-are-known")
            self.assertEqual((status, checks["x-forms-are-known"]["verdict"]), (0, "failed"))

    def test_what_is_not_offered_is_refused_and_no_failure(self):
        with Trial("--without", "MLSD") as trial:
            status, checks, _ = trial.run("--only", "mlsd-lists-facts-and-names", "--only", "noop-is-200")
            self.assertEqual((status, checks["mlsd-lists-facts-and-names"]["verdict"]), (0, "refused"))

    def test_a_user_who_may_not_write_is_no_failure(self):
        with Trial("--anonymous", ".") as trial:
            done = conform(f"127.0.0.1:{trial.port}", "--json", "-", "--only", "transfer", "--only", "control")
            checks = {check["id"]: check for check in json.loads(done.stdout)["checks"]}
            self.assertEqual(checks["appe-appends"]["verdict"], "untried")
            self.assertEqual(done.returncode, 0)

    def test_what_needs_the_home_is_untried_without_it(self):
        with Trial() as trial:
            status, checks, done = trial.run("--only", "noop-is-200", "--only", "traversal-by-writing")
            self.assertEqual((status, checks["noop-is-200"]["verdict"], checks["traversal-by-writing"]["verdict"]),
                             (0, "passed", "untried"), done.stderr)

    def test_the_home_is_known_however_it_is_written(self):
        with Trial() as trial:
            names = ["traversal-by-writing", "machine-paths-in-replies"]
            only = [argument for name in names for argument in ("--only", name)]
            (trial.home.parent / "link").symlink_to(trial.home)
            for home, folder in ((f"{trial.home}/", "/"), (".", trial.home), ("home", trial.home.parent), ("link/", trial.home.parent)):
                with self.subTest(home):
                    _, checks, _ = trial.run(*only, "--home", home, cwd=folder)
                    self.assertEqual({name: checks[name]["verdict"] for name in names}, dict.fromkeys(names, "passed"), checks)

    def test_directories_are_in_the_home_however_they_are_written(self):
        with Trial() as trial:
            (trial.home / "in" / "box").mkdir(parents=True)
            for directory in ("/in/box", "in/box"):
                with self.subTest(directory):
                    _, checks, _ = trial.run("--only", "fifo-hangs-the-server", "--home", trial.home, "--directory", directory)
                    self.assertEqual(checks["fifo-hangs-the-server"]["verdict"], "passed", checks)
            self.assertEqual(list((trial.home / "in" / "box").iterdir()), [])

    def test_checks_that_end_early_leave_nothing_behind(self):
        with Trial("--without", "MLSD,NLST", "--fault", "RETR:reply=550 No.", "--fault", "STAT:reply=550 No.") as trial:
            _, checks, _ = trial.run("--only", "facts", "--only", "listing", "--only", "directories", "--only", "hang-up-everywhere")
            self.assertIn("failed", {check["verdict"] for check in checks.values()})
            self.assertEqual(list(trial.home.rglob("*")), [])

    def test_a_home_where_nothing_can_be_made_leaves_checks_untried(self):
        names = ["links-out-of-the-home", "link-race-out-of-the-home", "listing-lines-forged-by-names",
                 "replies-forged-by-names", "listing-of-many-entries"]
        with tempfile.TemporaryDirectory(prefix="ferry-conform-test-") as folder:
            home = pathlib.Path(folder)
            with BrokenServer(MakesTheWorkplaceAlone(home)) as server:
                only = [argument for name in names for argument in ("--only", name)]
                done = server.judge(*only, "--home", home, "--json", "-")
            checks = {check["id"]: check["verdict"] for check in json.loads(done.stdout)["checks"]}
            self.assertEqual(checks, dict.fromkeys(names, "untried"), done.stdout)

    def test_reports_are_text_whatever_the_server_sends(self):
        with tempfile.TemporaryDirectory(prefix="ferry-conform-test-") as folder, BrokenServer(NamesWithControlCharacters()) as server:
            report = pathlib.Path(folder) / "xml"
            done = server.judge("--only", "cwd-and-cdup-move", "--junit", report)
            self.assertIn(r'came   /\x01\x1b<&\xff', done.stdout)
            failure = xml.etree.ElementTree.parse(report).find(".//failure")
            self.assertIn(r"came /\x01\x1b<&\xff", failure.text)

    def test_replies_that_come_together_over_tls_are_all_seen(self):
        with tempfile.TemporaryDirectory(prefix="ferry-conform-test-") as folder, BrokenServer(OverTls(pathlib.Path(folder))) as server:
            name = "commands-kept-across-rein"
            self.assertIn("failed   " + name, server.judge("--only", name).stdout)

    def test_ends_without_close_notify(self):
        with tempfile.TemporaryDirectory(prefix="ferry-conform-test-") as folder, BrokenServer(OverTls(pathlib.Path(folder))) as server:
            done = server.judge("--only", "*-ends-with-close-notify", "--json", "-")
            checks = {check["id"]: (check["verdict"], check.get("wanted")) for check in json.loads(done.stdout)["checks"]}
            self.assertEqual(checks, {"quit-ends-with-close-notify": ("failed", "close_notify behind 221"),
                                      "data-ends-with-close-notify": ("failed", "close_notify at the end of the data")})

    def test_mistakes_on_the_command_line(self):
        for arguments in ([], ["127.0.0.1:99999"], ["127.0.0.1", "--only", "no-such-check"], ["[::1"], ["[::1]2121"],
                          ["h", "--timeout", "0"]):
            done = conform(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertTrue(done.stderr.startswith("ferry conform: "), done.stderr)

    def test_names_are_unique(self):
        names = [name for group in groups().values() for name in group]
        self.assertEqual(len(names), len(set(names)))
        self.assertGreaterEqual(len(names), 150)

    def test_a_login_that_fails_is_said_at_once(self):
        with Trial() as trial:
            done = conform(f"127.0.0.1:{trial.port}", "-u", "alice", "-P", "wrong")
            self.assertEqual(done.returncode, 1)
            self.assertIn("530", done.stderr)

    def test_servers_that_are_none(self):
        for talk in (silent, endless_line, endless_reply, dripping, hanging_up, no_replies):
            with self.subTest(talk.__name__), BrokenServer(talk) as server:
                done = server.judge()
                self.assertEqual(done.returncode, 1)
                self.assertTrue(done.stderr.startswith("ferry conform: "), done.stderr)

    def test_a_server_that_says_yes_to_everything(self):
        with BrokenServer(says_yes_to_everything) as server:
            done = server.judge("--only", "control", "--only", "login", "--json", "-")
            failed = {check["id"] for check in json.loads(done.stdout)["checks"] if check["verdict"] == "failed"}
            self.assertEqual(done.returncode, 1)
            self.assertLessEqual({"unknown-command-is-500", "missing-argument-is-refused", "commands-before-login-are-530"}, failed)

    def test_lines_that_end_with_lf(self):
        with BrokenServer(ends_lines_with_lf) as server:
            self.assertIn("failed   replies-end-with-crlf", server.judge("--only", "replies-end-with-crlf").stdout)

    def test_active_data_connections_from_elsewhere(self):
        with BrokenServer(calls_from_elsewhere) as server:
            name = "active-connection-comes-from-the-control-address"
            self.assertIn("failed   " + name, server.judge("--only", name).stdout)

    def test_a_server_that_falls_silent_ends_each_check_by_its_deadline(self):
        with BrokenServer(says_nothing_after_the_login) as server:
            done = server.judge("--only", "control", "--json", "-")
            self.assertEqual(done.returncode, 1)
            verdicts = {check["verdict"] for check in json.loads(done.stdout)["checks"]}
            self.assertIn("failed", verdicts)


if __name__ == "__main__":
    unittest.main()
