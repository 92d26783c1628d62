"""What a test gets: where the server is, the two sides' folders, and a way to run a client."""

import os
import subprocess

from support import server as server_side
from support.failure import Failure, expect, expect_equal
from support.tour import Tour

__all__ = ["Failure", "Scene", "expect", "expect_equal"]

CLIENT_SECONDS = 60


class Scene:
    def __init__(self, folder, server, mode):
        self.mode = mode
        self.user, self.password = server_side.USER, server_side.PASSWORD
        self.host, self.host6 = "127.0.0.1", "::1"
        self.plain_port = server.port
        self.port = server.implicit_port if mode.implicit else server.port  # the one that this test is about
        self.certificate = server.certificate
        self.home = server.home
        self.local = folder / "client"
        self.local.mkdir()
        (folder / "client-home").mkdir()
        # Nothing of the person who runs the tests: no configuration, no proxies, no netrc.
        self._environment = {"PATH": os.environ["PATH"], "HOME": str(folder / "client-home"), "TERM": "dumb",
                             "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        self._transcript = []

    def tours(self, *names):
        """Tours over the ways in which a data connection can be made; see tour.py."""
        kinds = {"passive": (self.host, False), "active": (self.host, True),
                 "ipv6": (self.host6, False), "ipv6-active": (self.host6, True)}
        for name in names or kinds:
            host, active = kinds[name]
            yield Tour(name, self.home, self.local, host, active)

    def run(self, *command, status=0, stdin="", cwd=None, environment=None):
        """Runs a client to its end and returns what it wrote, both streams together. `status`: the exit status that it
        has to have; None where the client's status means nothing."""
        command = [str(word) for word in command]
        try:
            result = subprocess.run(command, input=stdin.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                    cwd=cwd or self.local, env={**self._environment, **(environment or {})},
                                    timeout=CLIENT_SECONDS, check=False)
        except FileNotFoundError:
            raise Failure(f"{command[0]} is not installed; tools/install-dependencies does it") from None
        except subprocess.TimeoutExpired as late:
            self._note(command, stdin, late.stdout or b"", "no end")
            raise Failure(f"{command[0]} did not end in {CLIENT_SECONDS} s") from None
        output = self._note(command, stdin, result.stdout, f"status {result.returncode}")
        if status is not None:
            expect_equal(result.returncode, status, f"exit status of {command[0]}")
        return output

    def script_environment(self, tour):
        """What the scripts beside the clients/*.py (in the languages of their libraries) are told."""
        return {"FTP_HOST": tour.host, "FTP_PORT": str(self.port), "FTP_USER": self.user, "FTP_PASSWORD": self.password,
                "FTP_TLS": "implicit" if self.mode.implicit else "explicit" if self.mode.tls else "",
                "FTP_CA": str(self.certificate or ""), "FTP_ACTIVE": "1" if tour.active else "", "FTP_PATH": tour.path}

    def transcript(self):
        return "\n".join(self._transcript)

    def _note(self, command, stdin, output, end):
        text = output.decode(errors="replace")
        shown = text if len(text) < 12_000 else text[:4_000] + "\n[...]\n" + text[-8_000:]
        self._transcript.append(f"--- {' '.join(command)}\n{stdin}{shown}--- {end}")
        return text
