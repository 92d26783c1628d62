"""basic-ftp for Node.js. The test interop.basic_ftp.install puts it into the build folder, as package.json and
package-lock.json say."""

import os

from support.mode import mode
from support.scripts import CLIENTS, take_tours

COMMAND = ("node", CLIENTS / "basic_ftp.js")


def tours(scene):
    # It knows passive data connections only.
    environment = {"NODE_PATH": os.environ.get("FERRY_NODE_MODULES", ""),
                   "NODE_EXTRA_CA_CERTS": str(scene.certificate or "")}
    take_tours(scene, *COMMAND, kinds=("passive", "ipv6"), environment=environment)


@mode("plain")
def plain(scene):
    tours(scene)


@mode("tls", tls=True)
def tls(scene):
    tours(scene)


@mode("implicit", tls=True, implicit=True)
def implicit(scene):
    tours(scene)


@mode("reuse", tls=True, session_reuse="require")
def reuse(scene):
    tours(scene)
