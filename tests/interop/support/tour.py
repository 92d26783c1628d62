"""The tour: what every client does that can, so that all are held to the same list.

On the server, in the directory `path`:
    down/         the files of FILES
    part.bin      the beginning of BIG
    old/          rename me.bin, delete me.bin, empty dir/
On the client's side, in the folder `local`:
    src/          the files of FILES
    got/          empty, but for part.bin, the beginning of BIG

The client then
    1. changes to `path` and lists down/: exactly the names and sizes of src/
    2. retrieves all of down/ into got/
    3. makes the directory up/ and stores all of src/ there
    4. resumes the retrieval of down/big.bin into got/part.bin
    5. resumes storing src/big.bin as part.bin
    6. renames "old/rename me.bin" to "old/renamed ü.bin", deletes "old/delete me.bin", removes "old/empty dir"
    7. makes the directory `new "dir"`
and Tour.check compares both sides with what should be there now.
"""

from support.files import BIG, FILES, PART, expect_tree, fill

MADE_DIRECTORY = 'new "dir"'
RENAMED = "renamed ü.bin"


class Tour:
    def __init__(self, name, home, folder, host, active):
        self.name = name
        self.host = host  # as it is, without brackets
        self.active = active  # PORT or EPRT instead of PASV or EPSV
        self.path = "/" + name  # on the server
        self.remote = home / name
        self.local = folder / name
        self.src, self.got = self.local / "src", self.local / "got"

        fill(self.remote / "down")
        fill(self.remote, {"part.bin": BIG[:PART]})
        fill(self.remote / "old", {"rename me.bin": b"rename me", "delete me.bin": b"delete me"})
        (self.remote / "old" / "empty dir").mkdir()
        fill(self.src)
        fill(self.got, {"part.bin": BIG[:PART]})

    @property
    def url_host(self):
        return f"[{self.host}]" if ":" in self.host else self.host

    def check(self):
        remote = {"part.bin": BIG, "old": None, f"old/{RENAMED}": b"rename me", MADE_DIRECTORY: None,
                  "down": None, "up": None}
        for name, content in FILES.items():
            remote[f"down/{name}"] = remote[f"up/{name}"] = content
        expect_tree(self.remote, remote, f"{self.name}, the server's side")
        expect_tree(self.got, {**FILES, "part.bin": BIG}, f"{self.name}, the client's side")
