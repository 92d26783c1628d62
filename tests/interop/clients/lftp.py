"""lftp: sends commands ahead of replies, keeps several connections of one login, and resumes a TLS session for each
data connection."""

import os

from support.files import BIG, FILES, TEXT, expect_tree, fill, small_files
from support.mode import mode
from support.scene import expect, expect_equal
from support.tour import MADE_DIRECTORY, RENAMED


def quoted(text):
    return '"' + str(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def lftp(scene, *commands, host=None, active=False, settings=(), status=0):
    lines = ["set cmd:fail-exit true", "set net:timeout 20", "set net:max-retries 1", "set net:persist-retries 0",
             "set net:reconnect-interval-base 1", f"set ftp:passive-mode {'false' if active else 'true'}"]
    if scene.mode.tls:
        lines += ["set ftp:ssl-force true", "set ftp:ssl-protect-data true", "set ftp:ssl-protect-list true",
                  f"set ssl:ca-file {quoted(scene.certificate)}", "set ssl:verify-certificate true"]
    else:
        lines += ["set ftp:ssl-allow false"]
    scheme = "ftps" if scene.mode.implicit else "ftp"
    host = host or scene.host
    lines += [f"set {setting}" for setting in settings]
    address = f"[{host}]" if ":" in host else host
    lines += [f"open -u {scene.user},{scene.password} -p {scene.port} {scheme}://{address}"]
    return scene.run("lftp", "--norc", stdin="\n".join([*lines, *commands, "bye"]) + "\n", status=status)


# lftp 4.9 announces "::" as its address in EPRT, so that no server can connect, and then falls back to EPSV.
WAYS = ("passive", "active", "ipv6")


def take_tour(scene, tour):
    listing = lftp(scene, f"cd {tour.path}", "cls -1 --size --block-size=1 down/", "pwd", host=tour.host,
                   active=tour.active)
    for name, content in FILES.items():
        expect(any(line.split(maxsplit=1) == [str(len(content)), "down/" + name] for line in listing.splitlines()),
               f"{name} with its size in {listing}")
    expect(listing.splitlines()[-1].endswith(tour.path), f"pwd: {listing}")

    commands = [f"cd {tour.path}", f"lcd {quoted(tour.local)}"]
    commands += [f"get -O got {quoted('down/' + name)}" for name in FILES]
    commands += ["mkdir up"]
    commands += [f"put -O up {quoted('src/' + name)}" for name in FILES]
    commands += ["get -c down/big.bin -o got/part.bin", "put -c src/big.bin -o part.bin",
                 f'mv "old/rename me.bin" {quoted("old/" + RENAMED)}', 'rm "old/delete me.bin"',
                 'rmdir "old/empty dir"', f"mkdir {quoted(MADE_DIRECTORY)}"]
    lftp(scene, *commands, host=tour.host, active=tour.active)
    tour.check()


def mirrors(scene):
    """Whole trees down and up, over four connections."""
    files = small_files(24)
    nested = {(f"d{i % 4}/ü {i % 3}/{name}" if i % 4 else name): content
              for i, (name, content) in enumerate(files.items())}
    fill(scene.home / "tree", nested)
    directories = {f"d{i % 4}/ü {i % 3}": None for i in range(24) if i % 4} | {f"d{i}": None for i in (1, 2, 3)}
    for settings in ((), ("ftp:use-mlsd true",)):
        name = "mlsd" if settings else "list"
        lftp(scene, f"lcd {quoted(scene.local)}", f"mirror -P 4 /tree {name}", f"mirror -R -P 4 {name} /{name}",
             settings=settings)
        expect_tree(scene.local / name, {**nested, **directories}, f"mirror ({name})")
        expect_tree(scene.home / name, {**nested, **directories}, f"mirror -R ({name})")

    # A second mirror finds all sizes and times as they were (lftp sets those with MFMT), and transfers nothing.
    again = lftp(scene, f"lcd {quoted(scene.local)}", "mirror -v /tree mlsd", "mirror -R -v mlsd /mlsd",
                 settings=("ftp:use-mlsd true",))
    expect("Transferring" not in again, f"second mirror: {again}")


def extras(scene):
    fill(scene.home / "extra", {"big.bin": BIG, "text.txt": TEXT, "x1.c": b"1", "x2.c": b"2", "x.h": b"h"})
    listing = lftp(scene, f"lcd {quoted(scene.local)}", "cd extra", "pget -n 4 -O . big.bin", "mget *.c",
                   "cat text.txt",
                   "get -a text.txt -o ascii.txt", "chmod 600 x.h", "put -a ascii.txt -o back.txt", "ls",
                   settings=("pget:min-chunk-size 65536",))
    expect((scene.local / "big.bin").read_bytes() == BIG, "pget over four connections")
    expect_equal((scene.local / "x1.c").read_bytes() + (scene.local / "x2.c").read_bytes(), b"12", "mget")
    expect(TEXT.decode() in listing, f"cat: {listing}")
    # lftp turns CR LF into its own line ends again.
    expect_equal((scene.local / "ascii.txt").read_bytes(), TEXT, "get -a")
    expect_equal((scene.home / "extra/back.txt").read_bytes(), TEXT, "put -a")
    expect_equal((scene.home / "extra/x.h").stat().st_mode & 0o777, 0o600, "mode set by SITE CHMOD")
    expect(any(line.startswith("-rw-------") and line.endswith(" x.h") for line in listing.splitlines()), listing)
    lftp(scene, "get /extra/missing", status=1)
    lftp(scene, "rm -r /extra")
    expect(not (scene.home / "extra").exists(), "rm -r removes the directory")


@mode("plain")
def plain(scene):
    for tour in scene.tours(*WAYS):
        take_tour(scene, tour)
    extras(scene)


@mode("tls", tls=True)
def tls(scene):
    for tour in scene.tours(*WAYS):
        take_tour(scene, tour)
    extras(scene)


@mode("implicit", tls=True, implicit=True)
def implicit(scene):
    for tour in scene.tours(*WAYS):
        take_tour(scene, tour)


@mode("mirror")
def mirror(scene):
    mirrors(scene)


@mode("mirror-tls", tls=True)
def mirror_tls(scene):
    mirrors(scene)


@mode("reuse", tls=True, session_reuse="require")
def reuse(scene):
    """100 transfers each way on one control connection, each with a TLS session that it knows; then in parallel."""
    files = small_files(100)
    fill(scene.home / "many", files)
    lftp(scene, f"lcd {quoted(scene.local)}", "mirror many got", "mirror -R got back", "mirror -P 4 many parallel")
    for folder in (scene.local / "got", scene.home / "back", scene.local / "parallel"):
        expect_tree(folder, files, folder.name)
    for tour in scene.tours("passive", "active"):
        take_tour(scene, tour)


def compressed_transfers(scene):
    """lftp switches to MODE Z by itself where FEAT lists it: mirrors down and up, and transfers that go on."""
    log = scene.local / "conversation.log"
    text = b"".join(b"%d lines compress well\n" % i for i in range(50_000))
    fill(scene.home / "big", {"text.txt": text, "big.bin": BIG, "empty": b""})
    fill(scene.local / "cut", {"text.txt": text[:100_000], "big.bin": BIG[:100_000]})
    lftp(scene, f"debug -o {quoted(log)} 5", f"lcd {quoted(scene.local)}", "mirror big got", "mirror -R got big2",
         "get -c big/text.txt -o cut/text.txt", "get -c big/big.bin -o cut/big.bin", "put cut/text.txt -o part.txt",
         "put -c got/text.txt -o part.txt")
    expect("---> MODE Z" in log.read_text(), "lftp asks for MODE Z")
    for folder in (scene.local / "got", scene.home / "big2"):
        expect_tree(folder, {"text.txt": text, "big.bin": BIG, "empty": b""}, folder.name)
    expect_tree(scene.local / "cut", {"text.txt": text, "big.bin": BIG}, "get -c")
    expect_equal((scene.home / "part.txt").read_bytes(), text, "put -c")
    mirrors(scene)


@mode("mode-z")
def mode_z(scene):
    compressed_transfers(scene)


@mode("mode-z-tls", tls=True, options=("--mode-z-under-tls",))
def mode_z_tls(scene):
    compressed_transfers(scene)


@mode("mode-z-off", options=("--disable-formats", "Z"))
def mode_z_off(scene):
    mirrors(scene)


def said(log, command):
    """The commands that begin so, in a log of lftp's `debug`."""
    return [line[5:] for line in log.read_text().splitlines() if line.startswith("---> " + command)]


@mode("fxp", tls=True, options=("--permit-foreign-addresses",))
def fxp(scene):
    """Between two servers under TLS: lftp asks one of them to begin the handshake (CPSV)."""
    log = scene.local / "conversation.log"
    # lftp 4.9 never asks for the file where it knows that it is empty, and waits until its deadline.
    fill(scene.home / "from", {"big.bin": BIG, "one.bin": b"1"})
    target = f"ftp://{scene.user}:{scene.password}@localhost:{scene.port}"
    lftp(scene, f"debug -o {quoted(log)} 9", "mirror -P 1 /from " + target + "/to",
         settings=("ftp:use-fxp true", "ftp:ssl-protect-fxp true"))
    expect_tree(scene.home / "to", {"big.bin": BIG, "one.bin": b"1"}, "mirror between servers")
    expect(said(log, "CPSV") and said(log, "PORT"), "lftp leaves the transfer to the servers")


@mode("host", options=("--host", "localhost", "--host-user", "localhost:guest:secret:.:elradfmwMT"))
def host(scene):
    """lftp names the host that it was given (HOST, RFC 7151), and comes to the users of that host."""
    log = scene.local / "conversation.log"
    address = f"ftp://guest:secret@localhost:{scene.port}"
    listing = scene.run("lftp", "--norc", stdin=f"set net:max-retries 1\ndebug -o {quoted(log)} 9\nopen {address}\n"
                                                "cls -1\nbye\n")
    expect_equal(said(log, "HOST"), ["HOST localhost"], "HOST of lftp")
    expect("home/" in listing.split(), f"the directory of that host: {listing}")
    # At the address itself there is no such user.
    scene.run("lftp", "--norc", stdin=f"set net:max-retries 1\nset cmd:fail-exit true\n"
                                      f"open ftp://guest:secret@{scene.host}:{scene.port}\nls\n", status=1)


def keeps_times(scene, command):
    log = scene.local / "conversation.log"
    fill(scene.local, {"old.txt": b"old"})
    os.utime(scene.local / "old.txt", (981173106, 981173106))
    lftp(scene, f"debug -o {quoted(log)} 9", f"lcd {quoted(scene.local)}", "put old.txt")
    expect_equal(int((scene.home / "old.txt").stat().st_mtime), 981173106, f"the time set by {command}")
    expect(said(log, command), f"{command} in the conversation")
    expect(said(log, "CLNT lftp/"), "lftp says who it is")


@mode("mfmt")
def mfmt(scene):
    keeps_times(scene, "MFMT 20010203040506 old.txt")


@mode("site-utime", options=("--without", "MFMT"))
def site_utime(scene):
    keeps_times(scene, "SITE UTIME ")


@mode("link-targets", options=("--link-targets",))
def link_targets(scene):
    """lftp 4.9 knows a link by type=OS.unix=symlink alone: it takes this one for a file, and gets what it leads to."""
    fill(scene.home / "tree", {"file.txt": b"text"})
    (scene.home / "tree" / "link").symlink_to("file.txt")
    lftp(scene, f"lcd {quoted(scene.local)}", "mirror /tree got", settings=("ftp:use-mlsd true",))
    expect_tree(scene.local / "got", {"file.txt": b"text", "link": b"text"}, "the mirror")
