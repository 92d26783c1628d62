"""Ruby's net/ftp, which resumes the TLS session of the control connection with the newest ticket it got there."""

from support.mode import mode
from support.scripts import CLIENTS, take_tours

COMMAND = ("ruby", CLIENTS / "net_ftp_ruby.rb")


@mode("plain")
def plain(scene):
    take_tours(scene, *COMMAND)


@mode("tls", tls=True)
def tls(scene):
    take_tours(scene, *COMMAND)


@mode("reuse", tls=True, session_reuse="require")
def reuse(scene):
    take_tours(scene, *COMMAND, kinds=("passive", "active"))
