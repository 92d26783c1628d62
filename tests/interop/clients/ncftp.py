"""NcFTP: speaks in the clear and over IPv4 only; asks with FEAT and CLNT, lists with MLSD or LIST."""

from support.files import BIG, FILES, expect_tree, fill
from support.mode import mode
from support.scene import expect, expect_equal
from support.tour import MADE_DIRECTORY, RENAMED


def login(scene, tour):
    return ["-u", scene.user, "-p", scene.password, "-P", scene.port, *(["-E"] if tour.active else ["-F"])]


def take_tour(scene, tour):
    listing = scene.run("ncftpls", *login(scene, tour), "-1", f"ftp://{tour.host}{tour.path}/down/")
    expect_equal(sorted(listing.splitlines()), sorted(FILES), "ncftpls -1")
    for style in ("-l", "-m"):
        listing = scene.run("ncftpls", *login(scene, tour), style, f"ftp://{tour.host}{tour.path}/down/")
        for name, content in FILES.items():
            expect(any(line.rstrip().endswith(name) and str(len(content)) in line for line in listing.splitlines()),
                   f"{name} with its size in ncftpls {style}: {listing}")

    remote = [f"{tour.path}/down/{name}" for name in FILES]
    scene.run("ncftpget", *login(scene, tour), "-V", "-Z", tour.host, tour.got, *remote)
    local = [tour.src / name for name in FILES]
    scene.run("ncftpput", *login(scene, tour), "-V", "-m", tour.host, f"{tour.path}/up", *local)

    # Both resume a file that has the name of the one it comes from.
    resumed = tour.local / "resumed"
    fill(resumed, {"big.bin": (tour.got / "part.bin").read_bytes()})
    scene.run("ncftpget", *login(scene, tour), "-V", "-z", tour.host, resumed, f"{tour.path}/down/big.bin")
    (resumed / "big.bin").rename(tour.got / "part.bin")
    (tour.local / "part.bin").write_bytes(BIG)
    # Without -s it sends the whole file after REST: its sendfile begins at the front of the file.
    scene.run("ncftpput", *login(scene, tour), "-V", "-z", "-s", tour.host, tour.path, tour.local / "part.bin")

    script = [f"cd {tour.path}", f'rename "old/rename me.bin" "old/{RENAMED}"', 'rm "old/delete me.bin"',
              'rmdir "old/empty dir"', f"mkdir '{MADE_DIRECTORY}'", "quit"]
    scene.run("ncftp", "-u", scene.user, "-p", scene.password, "-P", scene.port, tour.host,
              stdin="\n".join(script) + "\n")
    tour.check()


def trees(scene):
    """Recursively down and up; ncftp asks the server for nothing but listings (-T: no tar)."""
    files = {"a/one.bin": b"1", "a/b/big.bin": BIG, "a/b/c/ü.txt": b"deep", "top.txt": b"top"}
    directories = {"a": None, "a/b": None, "a/b/c": None}
    fill(scene.home / "tree", files)
    (passive,) = scene.tours("passive")
    got = scene.local / "trees"
    got.mkdir()
    scene.run("ncftpget", *login(scene, passive), "-V", "-R", "-T", scene.host, got, "/tree")
    expect_tree(got / "tree", {**files, **directories}, "ncftpget -R")
    scene.run("ncftpput", *login(scene, passive), "-V", "-R", "-m", scene.host, "/back", got / "tree")
    expect_tree(scene.home / "back/tree", {**files, **directories}, "ncftpput -R")
    scene.run("ncftpput", *login(scene, passive), "-V", "-A", scene.host, "/back/tree", got / "tree/top.txt")
    expect_equal((scene.home / "back/tree/top.txt").read_bytes(), b"toptop", "ncftpput -A")
    # Under a temporary name first, then renamed.
    scene.run("ncftpput", *login(scene, passive), "-V", "-T", "tmp.", scene.host, "/tree", got / "tree/a/b/big.bin")
    expect((scene.home / "tree/big.bin").read_bytes() == BIG, "ncftpput -T")
    scene.run("ncftpget", *login(scene, passive), "-V", scene.host, got, "/missing", status=3)


@mode("plain")
def plain(scene):
    for tour in scene.tours("passive", "active"):
        take_tour(scene, tour)


@mode("trees")
def recursive(scene):
    trees(scene)
