"""kill -9 in the middle of uploads: what stands under a name is always a whole file, and the next start clears up."""

import ftplib
import io
import os
import random
import threading
import time
import unittest

from program import ProgramTest

ROUNDS = 25
CLIENTS = 8
UPLOADS = 5  # of each client in each round: 1,000 in all


def content(name, version, size):
    """A file that says what it should be: a line with its own facts, then a pattern that depends on them."""
    line = f"{name} {version} {size}\n".encode()
    pattern = f"{name}/{version};".encode()
    return line + (pattern * (size // len(pattern) + 1))[:size - len(line)]


class SlowFile(io.BytesIO):
    """Read in small pieces, so that a kill hits uploads under way."""

    def read(self, size=-1):
        return super().read(min(size, 4096) if size >= 0 else size)


class Client(threading.Thread):
    def __init__(self, test, program, number, version, seed):
        super().__init__()
        self.test, self.program, self.number, self.version = test, program, number, version
        self.random = random.Random(seed)
        self.completed, self.broken = [], 0

    def run(self):
        for i in range(UPLOADS):
            name = f"c{self.number}-{i}"
            size = self.random.choice((60, 4_000, 200_000, 1_500_000))
            try:
                ftp = ftplib.FTP(timeout=60)
                ftp.connect("127.0.0.1", self.program.port)
                ftp.login("alice", "secret")
                ftp.storbinary("STOR " + name, SlowFile(content(name, self.version, size)))
                self.completed.append((name, self.version))
                ftp.close()
            except (OSError, EOFError, ftplib.Error):
                self.broken += 1


class Crash(ProgramTest):
    def version_on_disk(self, name):
        """0 where there is no such file; fails where it is not whole."""
        path = self.home / name
        if not path.exists():
            return 0
        found = path.read_bytes()
        said, version, size = found.split(b"\n", 1)[0].decode().split()
        self.assertEqual(said, name)
        self.assertTrue(found == content(name, int(version), int(size)), f"{name}: {len(found)} octets of {size}")
        return int(version)

    def hidden(self):
        return [name for name in os.listdir(self.home) if name.startswith(".ferry-")]

    def test_a_kill_at_any_moment_leaves_no_half_file(self):
        seed = int(os.environ.get("FERRY_TEST_SEED", time.time_ns() % 1_000_000))
        print(f"seed {seed}", flush=True)
        chance = random.Random(seed)
        durable = {}
        broken = 0
        for version in range(1, ROUNDS + 1):
            program = self.serve("-w", "-u", "alice", "-P", "secret")
            clients = [Client(self, program, n, version, chance.random()) for n in range(CLIENTS)]
            for client in clients:
                client.start()
            threading.Event().wait(chance.uniform(0.0, 0.25))
            program.kill()
            for client in clients:
                client.join()
                durable.update(client.completed)
                broken += client.broken
            for number in range(CLIENTS):
                for i in range(UPLOADS):
                    name = f"c{number}-{i}"
                    found = self.version_on_disk(name)
                    # What was said to be complete is there, or something newer whose 226 was lost.
                    self.assertGreaterEqual(found, durable.get(name, 0), name)
        print(f"{len(durable)} names were completed, {broken} uploads broke off", flush=True)
        self.assertGreater(broken, 0)
        self.assertGreater(len(durable), 0)

        (self.home / ".ferry-0123456789abcdef").write_bytes(b"half")
        program = self.serve("-w", "-u", "alice", "-P", "secret")
        program.wait_for_line("err", lambda line: "unfinished uploads" in line)
        self.assertEqual(self.hidden(), [])
        self.assertEqual(program.stop(), 0)


class Parts(ProgramTest):
    def broken_upload(self, name, *options):
        program = self.serve("-w", "-u", "alice", "-P", "secret", *options)
        ftp = self.login(program, "alice", "secret")
        ftp.voidcmd("TYPE I")
        data = ftp.transfercmd("STOR " + name)
        data.sendall(b"the first half")
        # ABOR only when the octets have arrived: STAT tells.
        while "14 octets" not in ftp.sendcmd("STAT"):
            pass
        self.assert_refused(426, ftp.sendcmd, "ABOR")
        self.assertEqual(ftp.getresp()[:3], "226")
        data.close()
        return ftp

    def test_a_part_is_kept_where_asked_and_resumed(self):
        ftp = self.broken_upload("new", "--keep-partial")
        self.assertEqual(ftp.size("new"), 14)
        ftp.storbinary("STOR new", io.BytesIO(b" and the second"), rest=14)
        self.assertEqual((self.home / "new").read_bytes(), b"the first half and the second")

    def test_a_part_never_replaces_a_file(self):
        (self.home / "new").write_bytes(b"old")
        self.broken_upload("new", "--keep-partial")
        self.assertEqual((self.home / "new").read_bytes(), b"old")

    def test_a_broken_upload_leaves_nothing(self):
        ftp = self.broken_upload("new")
        self.assertEqual(ftp.nlst(), ["hello.txt"])
        self.assertEqual(os.listdir(self.home), ["hello.txt"])


if __name__ == "__main__":
    unittest.main()
