"""A user of this machine, made by useradd for a test and removed behind it, and the processes that serve such users."""

import os
import pathlib
import subprocess

from program import ProgramTest

# Such a build of the program has no filter of system calls.
SANITIZE = os.environ.get("FERRY_SANITIZE", "")


def children_of(process):
    return [int(child) for child in pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def threads_of(process):
    """For each thread the lines of its status."""
    return [dict(line.split(":", 1) for line in (task / "status").read_text().replace("\t", " ").splitlines())
            for task in pathlib.Path(f"/proc/{process}/task").iterdir()]


class SystemUserTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.folder.chmod(0o711)  # the user has to get through to the home
        self.name = f"ferrytest{os.getpid()}"
        self.user_home = self.folder / "user"
        subprocess.run(["useradd", "--create-home", "--home-dir", self.user_home, "--shell", "/bin/sh", self.name],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(subprocess.run, ["userdel", self.name], check=True, stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL)
        subprocess.run(["chpasswd"], input=f"{self.name}:open-sesame\n".encode(), check=True)
        (self.user_home / "mine.txt").write_text("mine\n")

    def logins_of(self, program):
        """The process that checks passwords: the only child of the server."""
        children = children_of(program.process.pid)
        self.assertEqual(len(children), 1)
        return children[0]

    def starter_of(self, program):
        """The process that starts those of users: the only child of the former."""
        starters = children_of(self.logins_of(program))
        self.assertEqual(len(starters), 1)
        # fork() takes one thread along; the thread sanitizer has a thread of its own.
        self.assertEqual(len(threads_of(starters[0])), 2 if SANITIZE == "thread" else 1)
        return starters[0]

    def files_of(self, program):
        """The processes that serve files."""
        return children_of(self.starter_of(program))
