"""rclone (the Go library jlaffaye/ftp): many connections at once, MLSD, times set with MFMT; its TLS is Go's."""

import os

from support.files import BIG, FILES, expect_tree, fill, small_files
from support.mode import mode
from support.scene import expect, expect_equal


class Rclone:
    def __init__(self, scene, **options):
        self.scene = scene
        obscured = scene.run("rclone", "obscure", scene.password).strip()
        settings = {"TYPE": "ftp", "HOST": scene.host, "PORT": scene.port, "USER": scene.user, "PASS": obscured,
                    "EXPLICIT_TLS": str(scene.mode.tls and not scene.mode.implicit).lower(),
                    "TLS": str(scene.mode.implicit).lower(), **options}
        self.environment = {f"RCLONE_CONFIG_FERRY_{key}": str(value) for key, value in settings.items()}
        self.environment["RCLONE_CONFIG"] = ""  # no file
        if scene.mode.tls:
            self.environment["SSL_CERT_FILE"] = str(scene.certificate)

    def __call__(self, *arguments, status=0):
        return self.scene.run("rclone", "--retries=1", "--low-level-retries=1", "--contimeout=20s", "--timeout=20s",
                              "--stats=0", *arguments, status=status, environment=self.environment)


def trees(scene, rclone):
    nested = {**FILES, **{f"d{i % 3}/ü/{name}": content for i, (name, content) in enumerate(small_files(24).items())}}
    directories = {name: None for i in range(3) for name in (f"d{i}", f"d{i}/ü")}
    fill(scene.local / "src", nested)
    at_once = ["--checkers=8", "--transfers=8"]

    # To a directory that is not there yet: rclone finds that out with MLSD, which has to say 550.
    rclone("copy", *at_once, scene.local / "src", "ferry:copied/to here")
    expect_tree(scene.home / "copied/to here", {**nested, **directories}, "copy to the server")
    rclone("sync", *at_once, scene.local / "src", "ferry:synced")
    expect_tree(scene.home / "synced", {**nested, **directories}, "sync to the server")
    rclone("copy", *at_once, "ferry:synced", scene.local / "got")
    expect_tree(scene.local / "got", {**nested, **directories}, "copy from the server")
    rclone("check", *at_once, "--download", scene.local / "src", "ferry:synced")

    # Times are set with MFMT, so that a second run has nothing to do.
    source, stored = (path.stat().st_mtime for path in (scene.local / "src/one.bin", scene.home / "synced/one.bin"))
    expect_equal(int(stored), int(source), "time of a stored file")
    again = rclone("sync", *at_once, "--verbose", scene.local / "src", "ferry:synced")
    expect("Copied" not in again, f"second sync: {again}")

    # One file changed, one gone, one new.
    (scene.local / "src/one.bin").write_bytes(b"changed")
    (scene.local / "src/empty.bin").unlink()
    (scene.local / "src/new.bin").write_bytes(BIG)
    os.utime(scene.local / "src/one.bin", (1_500_000_000, 1_500_000_000))
    rclone("sync", *at_once, scene.local / "src", "ferry:synced")
    changed = {**nested, **directories, "one.bin": b"changed", "new.bin": BIG}
    del changed["empty.bin"]
    expect_tree(scene.home / "synced", changed, "sync of changes")
    expect_equal(int((scene.home / "synced/one.bin").stat().st_mtime), 1_500_000_000, "time of a changed file")


def single_files(scene, rclone):
    names = sorted(rclone("lsf", "--format=ps", "--separator=|", "ferry:copied/to here").splitlines())
    for name, content in FILES.items():
        expect(any(line == f"{name}|{len(content)}" for line in names), f"{name} with its size in {names}")
    expect("d0/" in [line.split("|")[0] for line in names], f"directories in {names}")
    rclone("moveto", "ferry:copied/to here/one.bin", "ferry:copied/moved ü.bin")
    expect_equal((scene.home / "copied/moved ü.bin").read_bytes(), FILES["one.bin"], "moveto")
    rclone("deletefile", "ferry:copied/moved ü.bin")
    expect(not (scene.home / "copied/moved ü.bin").exists(), "deletefile")
    rclone("mkdir", "ferry:made/twice deep")
    expect((scene.home / "made/twice deep").is_dir(), "mkdir")
    rclone("rmdir", "ferry:made/twice deep")
    expect(not (scene.home / "made/twice deep").exists(), "rmdir")
    # A part of a file: REST, then the data connection closed early.
    text = rclone("cat", "--offset=7", "--count=4", "ferry:copied/to here/with some space.txt")
    expect_equal(text, FILES["with some space.txt"][7:11].decode(), "cat of a part")
    rclone("purge", "ferry:copied")
    expect(not (scene.home / "copied").exists(), "purge")
    rclone("lsf", "ferry:not here", status=3)


def everything(scene, **options):
    rclone = Rclone(scene, **options)
    trees(scene, rclone)
    single_files(scene, rclone)


@mode("plain")
def plain(scene):
    everything(scene)


@mode("plain-ipv6")
def plain_ipv6(scene):
    everything(scene, HOST=f"[{scene.host6}]")


@mode("tls", tls=True)
def tls(scene):
    everything(scene)


@mode("tls12", tls=True)
def tls12(scene):
    everything(scene, DISABLE_TLS13="true")


@mode("implicit", tls=True, implicit=True)
def implicit(scene):
    everything(scene)
