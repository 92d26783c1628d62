"""The servers of peers.py as `ferry conform` meets them: one user with a password, TLS beside clear, and the packages' own
settings where the benchmark has others."""

import subprocess

from . import peers

USER, PASSWORD = "bench", "bench-secret"


def settle(peer):
    peer.user, peer.password = USER, PASSWORD
    return peer


def md5_hash():
    return subprocess.run(["openssl", "passwd", "-1", PASSWORD], capture_output=True, text=True, check=True).stdout.strip()


def ferry(program, files, certificate, work):
    peer = peers.make_ferry(program, files, certificate, work, True)
    peer.command[-1:-1] = ["-u", USER, "-P", PASSWORD]
    return settle(peer)


def vsftpd(folder, files, certificate, work):
    """With a user of the machine, in files that only its mount namespace has."""
    peer = peers.make_vsftpd(folder, files, certificate, work, True)
    with open(peer.command[1], "a", encoding="ascii") as config:
        config.write("local_enable=YES\nanonymous_enable=NO\nchroot_local_user=YES\nlocal_umask=022\npam_service_name=ferry-judged\n"
                     "require_ssl_reuse=YES\n")
    etc = work / "vsftpd-etc"
    etc.mkdir(exist_ok=True)
    (etc / "passwd").write_text(f"root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n{USER}:x:65533:65534::{files}:/bin/sh\n")
    (etc / "shadow").write_text(f"root:*:1::::::\n{USER}:{md5_hash()}:1::::::\n")
    (etc / "pam.d").mkdir(exist_ok=True)
    (etc / "pam.d/ferry-judged").write_text("auth required pam_unix.so\naccount required pam_unix.so\nsession required pam_permit.so\n")
    config = peer.command[1]
    text = config.read_text()
    config.write_text("\n".join("nopriv_user=nobody" if line.startswith("nopriv_user") else
                                "ftp_username=nobody" if line.startswith("ftp_username") else line
                                for line in text.splitlines()) + "\n")
    mounts = " && ".join(f"mount --bind {etc}/{name} /etc/{name}" for name in ("passwd", "shadow", "pam.d"))
    peer.command = ["unshare", "--mount", "sh", "-c", mounts + ' && exec "$@"', "sh", *peer.command]
    return settle(peer)


def proftpd(folder, files, certificate, work):
    peer = peers.make_proftpd(folder, files, certificate, work, True)
    users = work / "proftpd.passwd"
    users.write_text(f"{USER}:{md5_hash()}:65533:65534::{files}:/bin/sh\n")
    users.chmod(0o600)
    config = peer.command[-1]
    text = config.read_text().split("<Anonymous")[0]
    text = text.replace("DelayEngine off", f"DelayTable {work}/proftpd.delay").replace("TLSOptions NoSessionReuseRequired\n", "")
    config.write_text(text + f"AuthOrder mod_auth_file.c\nAuthUserFile {users}\nRequireValidShell off\nDefaultRoot ~\n"
                             "AllowStoreRestart on\nAllowOverwrite on\nUmask 022\n")
    return settle(peer)


def pureftpd(folder, files, certificate, work):
    peer = peers.make_pureftpd(folder, files, certificate, work, True)
    users = work / "pureftpd.passwd"
    users.write_text(f"{USER}:{md5_hash()}:65533:65534::{files}/./::::::::::::\n")
    root = folder / "Pure-FTPd"
    subprocess.run([root / "usr/bin/pure-pw", "mkdb", work / "pureftpd.pdb", "-f", users], check=True, env=peer.environment)
    return settle(peer)


def pyftpdlib(folder, files, certificate, work):
    peer = peers.make_pyftpdlib(folder, files, certificate, work, True)
    script = peer.command[-1]
    script.write_text(script.read_text().replace("add_anonymous(", f"add_user({USER!r}, {PASSWORD!r}, "))
    return settle(peer)


MAKERS = {"vsftpd": vsftpd, "ProFTPD": proftpd, "Pure-FTPd": pureftpd, "pyftpdlib": pyftpdlib}
