"""PHP's ftp extension; under TLS it resumes the session of the control connection."""

from support.mode import mode
from support.scripts import CLIENTS, take_tours

COMMAND = ("php", "-d", "display_errors=stderr", CLIENTS / "php.php")


@mode("plain")
def plain(scene):
    take_tours(scene, *COMMAND)


@mode("tls", tls=True)
def tls(scene):
    take_tours(scene, *COMMAND)


@mode("reuse", tls=True, session_reuse="require")
def reuse(scene):
    take_tours(scene, *COMMAND, kinds=("passive", "active"))
