"""A FUSE file system that shows SOURCE, read-only, and keeps waiting those who read a file or list a directory below
the first: for some seconds each time, or until somebody makes the file GATE. It ends when it is unmounted.

    waiting_fs.py SOURCE MOUNTPOINT SECONDS|GATE
"""

import errno
import os
import sys
import time

from fusepy import FUSE, FuseOSError, Operations

SOURCE, MOUNTPOINT, HOLD = sys.argv[1:]


class Waiting(Operations):
    def path(self, name):
        return SOURCE + name

    def wait(self):
        if HOLD.startswith("/"):
            while not os.path.exists(HOLD):
                time.sleep(0.01)
        else:
            time.sleep(float(HOLD))

    def getattr(self, path, fh=None):
        try:
            facts = os.lstat(self.path(path))
        except OSError as error:
            raise FuseOSError(error.errno) from error
        names = "st_mode st_size st_uid st_gid st_nlink st_mtime st_atime st_ctime".split()
        return {name: getattr(facts, name) for name in names}

    def readdir(self, path, fh):
        if path != "/":
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


FUSE(Waiting(), MOUNTPOINT, foreground=True, ro=True)
