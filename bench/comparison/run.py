"""Starts a server, alone in a network namespace and a control group, and lets `ferry bench` measure it.

The server has one core and the client another. Both run with the highest ordinary priority, so that what else the
machine does hardly pushes in between; a network namespace has its own ports and none of another run's TIME_WAIT.
"""

import contextlib
import itertools
import json
import os
import pathlib
import shutil
import socket
import subprocess
import time

from .peers import PORT

SERVER_CORE, CLIENT_CORE = "0", "1"
GROUP_NUMBERS = itertools.count()
CGROUPS = [pathlib.Path("/sys/fs/cgroup/cpuacct"), pathlib.Path("/sys/fs/cgroup")]


def may_isolate():
    return os.geteuid() == 0 and all(map(shutil.which, ("unshare", "nsenter", "ip", "nice", "taskset")))


# Not real-time: the kernel stops real-time work for 50 ms of each second.
IN_FRONT = ["nice", "-n", "-20"]


@contextlib.contextmanager
def control_group():
    """A new, empty control group, or None where there can be none."""
    for base in CGROUPS:
        if not (base / "cgroup.procs").exists():
            continue
        group = base / f"ferry-compare-{os.getpid()}-{next(GROUP_NUMBERS)}"
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            yield group
        finally:
            with contextlib.suppress(OSError):
                for _ in range(50):
                    if not (group / "cgroup.procs").read_text():
                        break
                    time.sleep(0.1)
                group.rmdir()
        return
    yield None


class Running:
    """A server that accepts connections, until the end of the with block."""

    def __init__(self, peer, log, cores=SERVER_CORE, isolated=True, in_front=True):
        self.peer = peer
        self.log = log
        self.cores = cores
        self.isolated = isolated
        self.priority = IN_FRONT if in_front else []

    def __enter__(self):
        self.stack = contextlib.ExitStack()
        self.group = self.stack.enter_context(control_group())
        command = [*self.priority, "taskset", "-c", self.cores, *map(str, self.peer.command)]
        if self.isolated:
            command = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", *command]
        group = self.group

        def enter_group():
            os.setpgid(0, 0)
            if group:
                (group / "cgroup.procs").write_text(str(os.getpid()))

        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                        env={**os.environ, **self.peer.environment}, preexec_fn=enter_group)
        self.stack.callback(self.stop)
        if not self.answers():
            self.stack.close()
            raise RuntimeError(f"{self.peer.name} does not start")
        return self

    def __exit__(self, *_):
        self.stack.close()

    def enter_network(self):
        return ["nsenter", "--target", str(self.process.pid), "--net"] if self.isolated else []

    def answers(self):
        probe = f"import socket; socket.create_connection(('127.0.0.1', {PORT}), 2).recv(100)"
        for _ in range(50):
            if self.process.poll() is not None:
                return False
            if subprocess.run([*self.enter_network(), "/usr/bin/python3", "-c", probe], stderr=subprocess.DEVNULL,
                              check=False).returncode == 0:
                return True
            time.sleep(0.1)
        return False

    def stop(self):
        for signal in (15, 9):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal)
            for pid in self.pids():  # also children that made a process group of their own
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), signal)
            try:
                self.process.wait(3)
                break
            except subprocess.TimeoutExpired:
                continue

    def pids(self):
        return (self.group / "cgroup.procs").read_text().split() if self.group else [str(self.process.pid)]

    def measure(self, ferry, works, *options, cores=CLIENT_CORE):
        """What `ferry bench` has to say about these works: its JSON as Python values."""
        usage = ["--server-cgroup", str(self.group)] if self.group else ["--server-pid", str(self.process.pid)]
        done = subprocess.run([*self.enter_network(), *IN_FRONT, "taskset", "-c", cores, ferry, "bench",
                               "-p", str(PORT), "-u", self.peer.user, "-P", self.peer.password, "--keep",
                               "--no-progress", "--json", "-", *usage, *options, *works],
                              capture_output=True, text=True, check=False, timeout=300)
        return json.loads(done.stdout or "[]"), done.stderr.strip()
