"""A run of `ferry conform` against a ferry of its own, which may have faults."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "daemon"))

from program import PATIENCE, PROGRAM, Program

USER = ["-u", "alice", "-P", "secret"]


def conform(*arguments, cwd=None):
    return subprocess.run([PROGRAM, "conform", *map(str, arguments)], capture_output=True, text=True, check=False,
                          timeout=4 * PATIENCE, cwd=cwd)


def groups():
    """The names of all checks by group."""
    found = {}
    for line in conform("--list").stdout.splitlines():
        found.setdefault(line.split()[0], []).append(line.split(": ")[0].split()[-1])
    return found


class Trial:
    """ferry with its home in a temporary directory, until the end of the with block."""

    def __init__(self, *options):
        self.options = options

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="ferry-conform-test-")
        path = pathlib.Path(self.folder.name)
        self.home = path / "home"
        self.home.mkdir()
        port_file = path / "port"
        environment = {**os.environ, "XDG_STATE_HOME": str(path / "state"), "TZ": "UTC"}
        self.server = Program(["serve", "-i", "127.0.0.1", "-p", "0", "--port-file", str(port_file), "-w", *USER, "--tls",
                               "--log-level", "info", *(["--login-delay", "0"] if "--login-delay" not in self.options else []), *self.options, str(self.home)], path, environment)
        self.server.wait_for_line("out", lambda line: "to stop" in line)
        self.port = int(port_file.read_text().split()[0])
        return self

    def __exit__(self, *_):
        self.server.stop()
        self.folder.cleanup()

    def run(self, *arguments, cwd=None):
        """Exit status, the checks by name, and the process."""
        done = conform(f"127.0.0.1:{self.port}", *USER, "--json", "-", *arguments, cwd=cwd)
        checks = json.loads(done.stdout)["checks"] if done.stdout else []
        return done.returncode, {check["id"]: check for check in checks}, done
