"""The directory that one server serves: what `ferry bench` would otherwise store through the server first."""

import contextlib
import pathlib
import random
import shutil
import subprocess
import tempfile

# As `ferry bench` names and expects them.
ENTRIES = 10_000
SIZES = [64 << 20, 1024]


def fill(folder, sizes, entries=0, like=None):
    """With `like`, another folder that was filled: the files are that one's, as some memory is slower to read than other."""
    bench = folder / "ferry-bench"
    bench.mkdir(parents=True)
    bench.chmod(0o777)  # but not the root: vsftpd refuses a writable one
    for size in sizes:
        if like:
            (bench / f"retr-{size}").hardlink_to(like / "ferry-bench" / f"retr-{size}")
        else:
            (bench / f"retr-{size}").write_bytes(random.randbytes(size))
    if entries:
        listing = bench / f"list-{entries}"
        listing.mkdir()
        listing.chmod(0o777)
        for entry in range(entries):
            (listing / f"entry-{entry:06}.txt").touch()


@contextlib.contextmanager
def prepared(work, disk):
    """Gives a function: a server's name -> its directory on `work`, with a directory of the disk mounted as disk/."""
    with contextlib.ExitStack() as stack:
        folders = {}
        disks = []

        def folder_of(server):
            if server in folders:
                return folders[server]
            folder = work / ("files-" + server.replace(" ", "-"))
            fill(folder, [*SIZES, 1 << 20], ENTRIES, like=next(iter(folders.values()), None))
            (folder / "disk").mkdir()
            on_disk = pathlib.Path(tempfile.mkdtemp(prefix="ferry-compare-", dir=disk))
            stack.callback(shutil.rmtree, on_disk, ignore_errors=True)
            on_disk.chmod(0o755)
            fill(on_disk, SIZES[:1], like=disks[0] if disks else None)
            disks.append(on_disk)
            subprocess.run(["mount", "--bind", on_disk, folder / "disk"], check=True)
            stack.callback(subprocess.run, ["umount", "--lazy", folder / "disk"], check=False)
            folders[server] = folder
            return folder

        yield folder_of
