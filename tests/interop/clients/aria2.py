"""aria2: several connections for one file, each with REST at its own restart point and left in the middle of a
transfer. It knows no FTPS."""

import urllib.parse

from support.files import BIG, FILES, PART, expect_tree, fill
from support.mode import mode
from support.scene import expect


def aria2(scene, folder, *arguments, status=0):
    # To use a connection again, aria2 1.36 waits for the 226, and until its own timeout where it has read that together
    # with the 150, as happens with small files.
    return scene.run("aria2c", "--no-conf", "--enable-dht=false", "--console-log-level=notice", "--summary-interval=0",
                     "--file-allocation=none", "--max-tries=1", "--timeout=20", "--connect-timeout=10",
                     "--ftp-reuse-connection=false",
                     f"--ftp-user={scene.user}", f"--ftp-passwd={scene.password}", f"--dir={folder}", *arguments,
                     status=status)


def url(scene, path, host=None):
    return f"ftp://{host or scene.host}:{scene.port}{urllib.parse.quote(path)}"


@mode("plain")
def plain(scene):
    fill(scene.home / "down")
    for name, host, pasv in (("passive", scene.host, "true"), ("active", scene.host, "false")):
        got = scene.local / name
        got.mkdir()
        addresses = "".join(f"{url(scene, '/down/' + file, host)}\n" for file in FILES)
        (scene.local / "list").write_text(addresses)
        aria2(scene, got, f"--ftp-pasv={pasv}", "--input-file=list", "--max-concurrent-downloads=3")
        expect_tree(got, FILES, f"{name}: all files, three at a time")
    aria2(scene, scene.local, url(scene, "/down/missing.bin"), status=3)


@mode("split")
def split(scene):
    """-x4 -s4: four connections at once for one file, in pieces of 1 MiB."""
    large = BIG * 12
    fill(scene.home, {"large.bin": large})
    for pasv in ("true", "false"):
        got = scene.local / pasv
        aria2(scene, got, f"--ftp-pasv={pasv}", "-x4", "-s4", "--min-split-size=1M", "--piece-length=1M",
              url(scene, "/large.bin"))
        expect((got / "large.bin").read_bytes() == large, f"four connections, --ftp-pasv={pasv}")


@mode("resume")
def resume(scene):
    fill(scene.home, {"big.bin": BIG})
    got = scene.local / "got"
    fill(got, {"big.bin": BIG[:PART]})
    aria2(scene, got, "--continue=true", url(scene, "/big.bin"))
    expect((got / "big.bin").read_bytes() == BIG, "--continue")
