"""A FUSE file system for tests: gated_fs.py SOURCE MOUNTPOINT GATE shows SOURCE, read-only; whoever reads a file or lists a
directory waits until the file GATE exists. It ends when it is unmounted."""

import errno
import os
import sys
import time

from fusepy import FUSE, FuseOSError, Operations

SOURCE, MOUNTPOINT, GATE = sys.argv[1:]


class Gated(Operations):
    def path(self, name):
        return SOURCE + name

    def wait(self):
        while not os.path.exists(GATE):
            time.sleep(0.01)

    def getattr(self, path, fh=None):
        try:
            facts = os.lstat(self.path(path))
        except OSError as error:
            raise FuseOSError(error.errno) from error
        names = "st_mode st_size st_uid st_gid st_nlink st_mtime st_atime st_ctime".split()
        return {name: getattr(facts, name) for name in names}

    def readdir(self, path, fh):
        self.wait()
        return [".", "..", *os.listdir(self.path(path))]

    def open(self, path, flags):
        if flags & (os.O_WRONLY | os.O_RDWR):
            raise FuseOSError(errno.EROFS)
        return os.open(self.path(path), os.O_RDONLY)

    def read(self, path, size, offset, fh):
        self.wait()
        return os.pread(fh, size, offset)

    def release(self, path, fh):
        os.close(fh)


FUSE(Gated(), MOUNTPOINT, foreground=True, ro=True)
