"""What the tests move about, and how folders are compared: by name and by every octet."""

import hashlib
import random

from support.failure import expect_equal

BIG = random.Random(959).randbytes((1 << 20) + 1)  # more than any buffer, and not a multiple of any
PART = 349_525  # how much of BIG is there before a transfer is resumed
TEXT = "first line\nsecond line\n\nlast line, ünïcödé\n".encode()

# One file for each thing that clients and servers have been seen to get wrong.
FILES = {
    "empty.bin": b"",
    "one.bin": b"\xff",
    "big.bin": BIG,
    "with some space.txt": b"a name with spaces\r\n",
    "grüße ✓.txt": b"a name in UTF-8\n",
    'quo"ted".txt': b"a name with quotes\n",
}


def fill(folder, files=None):
    """Makes `folder` hold `files` (name -> octets; a name may hold slashes)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (FILES if files is None else files).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def small_files(count):
    """`count` files of different lengths around the sizes of buffers."""
    source = random.Random(count)
    sizes = (0, 1, 100, 4096, 20_000, 65_537)
    return {f"file-{i:03}.bin": source.randbytes(source.choice(sizes)) for i in range(count)}


def tree(folder):
    """Everything below `folder`: {"a/b": octets}, with None for a directory."""
    return {str(path.relative_to(folder)): None if path.is_dir() else path.read_bytes() for path in folder.rglob("*")}


def digest(content):
    """Something short to compare and to show instead of `content`."""
    if content is None or len(content) < 64:
        return content
    return f"{len(content)} octets {hashlib.sha1(content).hexdigest()}"


def expect_tree(folder, expected, subject):
    """`folder` holds exactly `expected`, hidden files and leftovers included."""
    actual = {name: digest(content) for name, content in tree(folder).items()}
    wanted = {name: digest(content) for name, content in expected.items()}
    expect_equal(sorted(actual), sorted(wanted), subject + ": names")
    for name, content in wanted.items():
        expect_equal(actual[name], content, f"{subject}: {name}")
