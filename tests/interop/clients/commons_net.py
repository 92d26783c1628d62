"""Apache Commons Net, FTPClient and FTPSClient: listings of both kinds through its own parsers."""

from support.mode import mode
from support.scripts import CLIENTS

# The program is one source file, which the launcher compiles by itself.
COMMAND = ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", "/usr/share/java/commons-net.jar",
           CLIENTS / "CommonsNet.java")


def tours(scene, kinds):
    """All tours in one run: starting Java costs more than what it does here."""
    taken = list(scene.tours(*kinds))
    environment = scene.script_environment(taken[0])
    scene.run(*COMMAND, *[f"{tour.host},{'active' if tour.active else 'passive'},{tour.path}" for tour in taken],
              environment=environment)
    for tour in taken:
        tour.check()


@mode("plain")
def plain(scene):
    tours(scene, ())


@mode("tls", tls=True)
def tls(scene):
    tours(scene, ())


@mode("implicit", tls=True, implicit=True)
def implicit(scene):
    tours(scene, ("passive", "active"))
