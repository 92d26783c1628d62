"""curl: one transfer for each run, many connections at once with -Z, its own choice of CWD and of data connections."""

import concurrent.futures
import urllib.parse

from support.files import BIG, FILES, PART, TEXT, expect_tree, fill, small_files
from support.mode import mode
from support.scene import expect, expect_equal
from support.tour import MADE_DIRECTORY, RENAMED

# curl 7.87 to 7.88.1 (2023, Debian 12 has it) starts no TLS on active data connections, and waits for ever.
WITH_TLS = ("passive", "ipv6")
# Where the reply to EPSV is there at once, curl 7.88.1 waits for its next timer before it goes on: this one is nearer
# than the second that it waits otherwise.
IN_TIME = ("--happy-eyeballs-timeout-ms", "5")
ALL_AT_ONCE = ("--parallel", "--parallel-immediate", "--parallel-max", "6")


def curl(scene, *arguments, status=0):
    command = ["curl", "--disable", "--silent", "--show-error", "--user", f"{scene.user}:{scene.password}",
               "--connect-timeout", "10", "--max-time", "40", *IN_TIME]
    if scene.mode.tls:
        command += ["--cacert", scene.certificate]
        if not scene.mode.implicit:
            command += ["--ssl-reqd"]
    return scene.run(*command, *arguments, status=status)


def url(scene, path, host=None):
    scheme = "ftps" if scene.mode.implicit else "ftp"
    return f"{scheme}://{host or scene.host}:{scene.port}{urllib.parse.quote(path)}"


def take_tour(scene, tour):
    ways = ["--ftp-port", "-"] if tour.active else []

    def at(path):
        return url(scene, f"{tour.path}/{path}", tour.url_host)

    listing = curl(scene, *ways, at("down/")).splitlines()
    expect_equal(len(listing), len(FILES), "lines of LIST")
    for name, content in FILES.items():
        found = [line.split(maxsplit=8) for line in listing if line.endswith(" " + name)]
        expect_equal([fields[4] for fields in found], [str(len(content))], f"size of {name} in LIST")
    expect_equal(sorted(curl(scene, *ways, "--list-only", at("down/")).splitlines()), sorted(FILES), "NLST")

    downloads, uploads = [], []
    for name in FILES:
        downloads += [at("down/" + name), "--output", tour.got / name]
        uploads += ["--upload-file", tour.src / name, at("up/" + name)]
    curl(scene, *ways, *ALL_AT_ONCE, *downloads)
    curl(scene, *ways, *ALL_AT_ONCE, "--ftp-create-dirs", *uploads)

    curl(scene, *ways, "--continue-at", "-", "--output", tour.got / "part.bin", at("down/big.bin"))
    curl(scene, *ways, "--continue-at", "-", "--upload-file", tour.src / "big.bin", at("part.bin"))

    path = tour.path
    quotes = [f"RNFR {path}/old/rename me.bin", f"RNTO {path}/old/{RENAMED}", f"DELE {path}/old/delete me.bin",
              f"RMD {path}/old/empty dir", f"MKD {path}/{MADE_DIRECTORY}"]
    curl(scene, *ways, *[word for quote in quotes for word in ("--quote", quote)], "--head", at("down/one.bin"))
    tour.check()


def extras(scene):
    fill(scene.home / "extra", {"big.bin": BIG, "text.txt": TEXT, "a/b/c/deep.bin": b"deep"})
    got = scene.local / "got.bin"
    big = url(scene, "/extra/big.bin")

    curl(scene, "--range", "1000-500999", "--output", got, big)
    expect(got.read_bytes() == BIG[1000:501000], "--range gives that part of the file")
    curl(scene, "--disable-epsv", "--output", got, big)
    expect(got.read_bytes() == BIG, "PASV instead of EPSV")
    if not scene.mode.tls:
        curl(scene, "--disable-eprt", "--ftp-port", "-", "--output", got, big)
        expect(got.read_bytes() == BIG, "PORT instead of EPRT")

    # TYPE A: curl turns CR LF into LF and back, so the text is the same on both sides.
    curl(scene, "--use-ascii", "--output", got, url(scene, "/extra/text.txt"))
    expect_equal(got.read_bytes(), TEXT, "download under TYPE A")
    curl(scene, "--use-ascii", "--upload-file", got, url(scene, "/extra/back.txt"))
    expect_equal((scene.home / "extra/back.txt").read_bytes(), TEXT, "upload under TYPE A")

    curl(scene, "--append", "--upload-file", got, url(scene, "/extra/text.txt"))
    expect_equal((scene.home / "extra/text.txt").read_bytes(), TEXT + TEXT, "--append")

    for method in ("multicwd", "nocwd", "singlecwd"):
        text = curl(scene, "--ftp-method", method, url(scene, "/extra/a/b/c/deep.bin"))
        expect_equal(text, "deep", f"--ftp-method {method}")
    head = curl(scene, "--head", big)
    expect(f"Content-Length: {len(BIG)}" in head, f"--head shows SIZE: {head}")
    expect("Last-Modified: " in head, f"--head shows MDTM: {head}")
    listing = curl(scene, "--request", "MLSD", url(scene, "/extra/a/"))
    expect(any("type=dir;" in line and line.endswith("; b") for line in listing.splitlines()), f"MLSD: {listing}")

    # What is not there: 9 = CWD refused, 78 = no such file, 67 = login denied (curl's exit statuses).
    curl(scene, url(scene, "/missing/file"), status=9)
    curl(scene, url(scene, "/extra/missing"), status=78)
    curl(scene, "--user", "alice:wrong", big, status=67)
    got.write_bytes(BIG[:PART])
    curl(scene, "--continue-at", str(PART), "--output", got, big)
    expect(got.read_bytes() == BIG, "--continue-at with an offset")


class Many:
    """A folder of many files on each side, and what to tell curl to move some of them."""

    def __init__(self, scene, count):
        self.scene = scene
        self.files = small_files(count)
        self.got = scene.local / "many"
        self.got.mkdir()
        fill(scene.home / "many/down", self.files)
        (scene.home / "many/up").mkdir()

    def downloads(self, names):
        return [word for name in names
                for word in (url(self.scene, f"/many/down/{name}"), "--output", self.got / name)]

    def uploads(self, names):
        return [word for name in names
                for word in ("--upload-file", self.got / name, url(self.scene, f"/many/up/{name}"))]

    def check(self):
        expect_tree(self.got, self.files, "files downloaded")
        expect_tree(self.scene.home / "many/up", self.files, "files uploaded")


@mode("plain")
def plain(scene):
    for tour in scene.tours():
        take_tour(scene, tour)
    extras(scene)


@mode("tls", tls=True)
def tls(scene):
    for tour in scene.tours(*WITH_TLS):
        take_tour(scene, tour)
    extras(scene)


@mode("tls-versions", tls=True)
def tls_versions(scene):
    fill(scene.home, {"big.bin": BIG})
    got = scene.local / "got.bin"
    for version in (["--tlsv1.2", "--tls-max", "1.2"], ["--tlsv1.3"]):
        curl(scene, *version, "--output", got, url(scene, "/big.bin"))
        expect(got.read_bytes() == BIG, f"download with {version}")
        curl(scene, *version, "--upload-file", got, url(scene, "/back.bin"))
        expect((scene.home / "back.bin").read_bytes() == BIG, f"upload with {version}")
        (scene.home / "back.bin").unlink()
    # TLS for the control connection only: PROT C.
    got.unlink()
    curl(scene, "--ftp-ssl-control", "--output", got, url(scene, "/big.bin"))
    expect(got.read_bytes() == BIG, "download with PROT C")


@mode("implicit", tls=True, implicit=True)
def implicit(scene):
    for tour in scene.tours(*WITH_TLS):
        take_tour(scene, tour)


@mode("parallel", tls=True)
def parallel(scene):
    """Sixteen connections in one process, which share their TLS sessions."""
    many = Many(scene, 48)
    at_once = ("--parallel", "--parallel-immediate", "--parallel-max", "16")
    curl(scene, *at_once, *many.downloads(many.files))
    curl(scene, *at_once, *many.uploads(many.files))
    many.check()


@mode("reuse", tls=True, session_reuse="require")
def reuse(scene):
    """100 files each way, five over each connection, with several processes at once. Not with --parallel: there curl
    keeps one session for all connections and uses it once, so that some data connections come with none."""
    many = Many(scene, 100)
    names = list(many.files)
    parts = [names[i : i + 5] for i in range(0, len(names), 5)]
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        for moves in (many.downloads, many.uploads):
            list(pool.map(lambda part: curl(scene, *moves(part)), parts))
    many.check()
