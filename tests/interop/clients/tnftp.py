"""tnftp, the BSDs' ftp: the interactive program, driven through its standard input. It knows no TLS."""

import re

from support.files import BIG, FILES, PART, TEXT, fill
from support.mode import mode
from support.scene import expect, expect_equal
from support.tour import MADE_DIRECTORY, RENAMED


def quoted(text):
    """Within quotes tnftp takes a backslash as it is, so there are none around it here."""
    return re.sub(r'([\\" ])', r"\\\1", str(text))


def tnftp(scene, commands, host=None, active=False):
    """Its exit status says nothing about single commands: what they did has to be looked at."""
    script = [f"user {scene.user} {scene.password}", "binary", *commands, "bye"]
    return scene.run("tnftp", "-n", "-i", "-v", "-A" if active else "-p", "-q", "30", host or scene.host, scene.port,
                     stdin="\n".join(script) + "\n")


def take_tour(scene, tour):
    commands = [f"cd {tour.path}", "pwd", "ls down", "mlsd down", f"lcd {quoted(tour.local)}"]
    commands += [f"get {quoted('down/' + name)} {quoted('got/' + name)}" for name in FILES]
    commands += ["mkdir up"]
    commands += [f"put {quoted('src/' + name)} {quoted('up/' + name)}" for name in FILES]
    commands += ["reget down/big.bin got/part.bin", f"restart {PART}", "put src/big.bin part.bin",
                 f'rename "old/rename me.bin" {quoted("old/" + RENAMED)}', 'delete "old/delete me.bin"',
                 'rmdir "old/empty dir"', f"mkdir {quoted(MADE_DIRECTORY)}"]
    output = tnftp(scene, commands, tour.host, tour.active)
    for name, content in FILES.items():
        expect(any(line.rstrip().endswith(" " + name) and f" {len(content)} " in line for line in output.splitlines()),
               f"{name} with its size in LIST")
        expect(any(line.rstrip().endswith("; " + name) and f"size={len(content)};" in line.lower()
                   for line in output.splitlines()), f"{name} with its size in MLSD")
    tour.check()


def extras(scene):
    fill(scene.home / "extra", {"text.txt": TEXT, "x1.c": b"1", "x2.c": b"2", "x.h": b"h", "big.bin": BIG})
    fill(scene.local / "put", {"y1.c": b"3", "y2.c": b"4"})
    tnftp(scene, [f"lcd {quoted(scene.local)}", "cd extra", "mget x1.c x2.c",
                  "ascii", "get text.txt", "put text.txt back.txt", "binary",
                  "append x1.c x2.c", "chmod 600 x.h", "lcd put", "mput *.c", "mdelete y2.c"])
    expect_equal((scene.local / "x1.c").read_bytes() + (scene.local / "x2.c").read_bytes(), b"12", "mget")
    expect_equal((scene.local / "text.txt").read_bytes(), TEXT, "get under TYPE A")
    expect_equal((scene.home / "extra/back.txt").read_bytes(), TEXT, "put under TYPE A")
    expect_equal((scene.home / "extra/x2.c").read_bytes(), b"21", "append")
    expect_equal((scene.home / "extra/x.h").stat().st_mode & 0o777, 0o600, "chmod")
    expect_equal((scene.home / "extra/y1.c").read_bytes(), b"3", "mput")
    expect(not (scene.home / "extra/y2.c").exists(), "mdelete")

    # Fetching and storing by address: here the exit status counts.
    address = f"ftp://{scene.user}:{scene.password}@{scene.host}:{scene.port}/extra"
    scene.run("tnftp", "-V", "-o", "by-address.bin", f"{address}/big.bin")
    expect((scene.local / "by-address.bin").read_bytes() == BIG, "fetched by its address")
    scene.run("tnftp", "-V", "-u", f"{address}/stored.bin", "by-address.bin")
    expect((scene.home / "extra/stored.bin").read_bytes() == BIG, "stored by its address")
    scene.run("tnftp", "-V", "-o", "missing.bin", f"{address}/missing.bin", status=1)


@mode("plain")
def plain(scene):
    for tour in scene.tours():
        take_tour(scene, tour)
    extras(scene)
