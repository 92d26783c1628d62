"""wget: downloads only, singly, whole trees (-r, by its own reading of LIST), and resumed (-c)."""

import urllib.parse

from support.files import BIG, FILES, PART, expect_tree, fill
from support.mode import mode
from support.scene import expect, expect_equal


def wget(scene, *arguments, status=0, cwd=None):
    tls = ["--ca-certificate", scene.certificate] if scene.mode.tls else []
    tls += ["--ftps-implicit"] if scene.mode.implicit else []
    return scene.run("wget", "--no-config", "--no-verbose", "--tries=1", "--timeout=20", f"--user={scene.user}",
                     f"--password={scene.password}", *tls, *arguments, status=status, cwd=cwd)


def url(scene, path, host=None):
    return f"{'ftps' if scene.mode.tls else 'ftp'}://{host or scene.host}:{scene.port}{urllib.parse.quote(path)}"


def everything(scene):
    nested = {**FILES, "a/b/deep.bin": b"deep", "a/b/c/ü.bin": BIG}
    fill(scene.home / "down", nested)
    tree = {**nested, "a": None, "a/b": None, "a/b/c": None}
    ways = {"passive": (scene.host, []), "active": (scene.host, ["--no-passive-ftp"]),
            "ipv6": (f"[{scene.host6}]", []), "ipv6-active": (f"[{scene.host6}]", ["--no-passive-ftp"])}
    for name, (host, way) in ways.items():
        got = scene.local / name
        got.mkdir()
        for file, content in FILES.items():
            # Without globbing a name is taken as it is.
            wget(scene, *way, "--no-glob", "--output-document", got / file, url(scene, "/down/" + file, host))
        expect_tree(got, FILES, f"{name}: single files")
        (got / "again").mkdir()
        wget(scene, *way, "--recursive", "--level=inf", "--no-host-directories", "--cut-dirs=1",
             "--restrict-file-names=nocontrol", url(scene, "/down/", host), cwd=got / "again")
        expect_tree(got / "again", tree, f"{name}: --recursive")
        (got / "part").mkdir()
        (got / "part" / "big.bin").write_bytes(BIG[:PART])
        wget(scene, *way, "--continue", url(scene, "/down/big.bin", host), cwd=got / "part")
        expect((got / "part" / "big.bin").read_bytes() == BIG, f"{name}: --continue")

    globbed = scene.local / "globbed"
    globbed.mkdir()
    wget(scene, url(scene, "/down/") + "o*.bin", cwd=globbed)
    expect_tree(globbed, {"one.bin": FILES["one.bin"]}, "a pattern")
    # A second --timestamping run finds everything as it is.
    before = (globbed / "one.bin").stat()
    wget(scene, "--timestamping", url(scene, "/down/one.bin"), cwd=globbed)
    expect_equal((globbed / "one.bin").stat().st_ino, before.st_ino, "--timestamping")
    times = [int(path.stat().st_mtime) // 60 for path in (globbed / "one.bin", scene.home / "down/one.bin")]
    expect_equal(times[0], times[1], "time of the file, in minutes")
    wget(scene, url(scene, "/down/missing.bin"), status=8, cwd=globbed)


@mode("plain")
def plain(scene):
    everything(scene)


@mode("tls", tls=True)
def tls(scene):
    everything(scene)


@mode("implicit", tls=True, implicit=True)
def implicit(scene):
    everything(scene)


@mode("reuse", tls=True, session_reuse="require")
def reuse(scene):
    """With --ftps-resume-ssl each data connection resumes the session of the control connection."""
    files = {f"d/{i}.bin": BIG[: i * 1000] for i in range(40)}
    fill(scene.home / "down", files)
    wget(scene, "--ftps-resume-ssl", "--recursive", "--no-host-directories", url(scene, "/down/"))
    expect_tree(scene.local / "down", {**files, "d": None}, "--ftps-resume-ssl")
