"""Perl's Net::FTP, with IO::Socket::SSL for TLS: it starts a new TLS session for each data connection."""

from support.mode import mode
from support.scripts import CLIENTS, take_tours

COMMAND = ("perl", CLIENTS / "net_ftp_perl.pl")


@mode("plain")
def plain(scene):
    take_tours(scene, *COMMAND)


@mode("tls", tls=True)
def tls(scene):
    take_tours(scene, *COMMAND)


@mode("implicit", tls=True, implicit=True)
def implicit(scene):
    take_tours(scene, *COMMAND, kinds=("passive", "active"))
