"""The servers that are compared, each as a command line that serves one directory, in clear or under TLS.

The settings are meant to be fair: everybody logs in without a password check (Pure-FTPd, which does not let an anonymous
user replace files, checks one cheap MD5 hash), no reverse DNS, no transfer log, no limits. Debian's packages are unpacked
side by side, since they conflict with each other when they are installed.
"""

import pathlib
import pwd
import subprocess
from dataclasses import dataclass, field

PACKAGES = {
    "vsftpd": ["vsftpd", "libwrap0"],
    "ProFTPD": ["proftpd-core", "proftpd-mod-crypto", "libhiredis0.14", "libmemcached11", "libmemcachedutil2", "libhashkit2",
                "libpcre2-posix3", "libsodium23"],
    "Pure-FTPd": ["pure-ftpd", "libsodium23"],
    "pyftpdlib": ["python3-pyftpdlib", "python3-openssl", "python3-cryptography", "python3-cffi-backend"],
}

PORT = 2121
PASSIVE = (20000, 29999)  # below the kernel's own range, which clients use


@dataclass
class Peer:
    name: str
    command: list
    user: str = "anonymous"
    password: str = "bench@localhost"
    environment: dict = field(default_factory=dict)
    version: str = ""
    port: int = PORT


def unpack(name, folder):
    """Downloads and unpacks a peer's packages once; returns where, and the version of the first package."""
    root = folder / name
    if not (root / ".complete").exists():
        root.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", "-qq", *PACKAGES[name]], cwd=root, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for package in root.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, root], check=True)
        (root / ".complete").touch()
    package = next(root.glob(PACKAGES[name][0] + "_*.deb"))
    return root, package.name.split("_")[1].replace("%3a", ":")


def libraries(root):
    folders = {str(library.parent) for library in root.glob("**/*.so*") if "x86_64" in str(library) or "lib/" in str(library)}
    return {"LD_LIBRARY_PATH": ":".join(sorted(f for f in folders if f.endswith("-linux-gnu") or f.endswith("/lib")))}


def make_ferry(program, files, certificate, work, tls, threads=1):
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    return Peer("ferry", [program, "serve", "-i", "127.0.0.1", "-p", str(PORT), "-r", "%d-%d" % PASSIVE, "--write",
                          "--threads", str(threads), "--log-level", "off", *(["--tls", "--certfile", certificate] if tls else []),
                          files], version=version)


def make_limits(program, files, certificate, work, tls):
    return Peer("bare system calls", [program, str(PORT), files, "splice", certificate])


def make_vsftpd(folder, files, certificate, work, tls):
    root, version = unpack("vsftpd", folder)
    empty = work / "vsftpd-empty"
    empty.mkdir(exist_ok=True)
    # Somebody who is not root and has a home directory: vsftpd goes there first.
    user = next(entry.pw_name for entry in pwd.getpwall() if entry.pw_uid != 0 and pathlib.Path(entry.pw_dir).is_dir())
    config = work / f"vsftpd{'-tls' if tls else ''}.conf"
    config.write_text(f"""listen=YES
listen_address=127.0.0.1
listen_port={PORT}
background=NO
seccomp_sandbox=NO
anonymous_enable=YES
no_anon_password=YES
ftp_username={user}
nopriv_user={user}
anon_root={files}
allow_writeable_chroot=YES
secure_chroot_dir={empty}
write_enable=YES
anon_upload_enable=YES
anon_mkdir_write_enable=YES
anon_other_write_enable=YES
anon_world_readable_only=NO
anon_umask=022
lock_upload_files=NO
xferlog_enable=NO
max_clients=0
max_per_ip=0
pasv_min_port={PASSIVE[0]}
pasv_max_port={PASSIVE[1]}
ssl_enable={"YES" if tls else "NO"}
allow_anon_ssl=YES
force_local_logins_ssl=NO
force_local_data_ssl=NO
require_ssl_reuse=NO
ssl_ciphers=HIGH
rsa_cert_file={certificate}
rsa_private_key_file={certificate}
""")
    return Peer("vsftpd", [root / "usr/sbin/vsftpd", config], environment=libraries(root), version=version)


def make_proftpd(folder, files, certificate, work, tls):
    root, version = unpack("ProFTPD", folder)
    config = work / f"proftpd{'-tls' if tls else ''}.conf"
    config.write_text(f"""ServerType standalone
ServerName bench
DefaultAddress 127.0.0.1
SocketBindTight on
Port {PORT}
PassivePorts {PASSIVE[0]} {PASSIVE[1]}
ModulePath {root}/usr/lib/proftpd
LoadModule mod_tls.c
PidFile {work}/proftpd.pid
ScoreboardFile {work}/proftpd.score
DelayEngine off
UseReverseDNS off
WtmpLog off
TransferLog NONE
SystemLog NONE
MaxInstances none
AuthPAM off
User nobody
Group nogroup
AllowOverwrite on
UseSendfile on
TLSEngine {"on" if tls else "off"}
TLSRequired off
TLSOptions NoSessionReuseRequired
TLSRSACertificateFile {certificate}
TLSRSACertificateKeyFile {certificate}
TLSLog none
<Anonymous {files}>
  User nobody
  Group nogroup
  UserAlias anonymous nobody
  RequireValidShell off
  AllowOverwrite on
</Anonymous>
""")
    return Peer("ProFTPD", [root / "usr/sbin/proftpd", "-n", "-q", "-c", config], environment=libraries(root),
                version=version)


def make_pureftpd(folder, files, certificate, work, tls):
    root, version = unpack("Pure-FTPd", folder)
    hashed = subprocess.run(["openssl", "passwd", "-1", "bench"], capture_output=True, text=True, check=True).stdout
    users = work / "pureftpd.passwd"
    users.write_text(f"bench:{hashed.strip()}:65534:65534::{files}/./::::::::::::\n")
    database = work / "pureftpd.pdb"
    environment = libraries(root)
    subprocess.run([root / "usr/bin/pure-pw", "mkdb", database, "-f", users], check=True, env=environment)
    return Peer("Pure-FTPd", [root / "usr/sbin/pure-ftpd", "-S", f"127.0.0.1,{PORT}", "-p", "%d:%d" % PASSIVE,
                              "-l", f"puredb:{database}", "-H", "-E", "-c", "100000", "-C", "100000", "-u", "1",
                              "-L", "100000:10", *(["-Y", "1", "-2", f"{certificate},{certificate}"] if tls else [])],
                user="bench", password="bench", environment=environment, version=version)


def make_pyftpdlib(folder, files, certificate, work, tls):
    root, version = unpack("pyftpdlib", folder)
    handler = "TLS_FTPHandler" if tls else "FTPHandler"
    script = work / f"pyftpdlib_{handler}.py"
    script.write_text(f"""import logging
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import {handler} as Handler
from pyftpdlib.servers import FTPServer
logging.disable(logging.CRITICAL)
users = DummyAuthorizer()
users.add_anonymous({str(files)!r}, perm="elradfmwMT")
Handler.authorizer = users
Handler.certfile = {str(certificate)!r}
Handler.passive_ports = range({PASSIVE[0]}, {PASSIVE[1]})
Handler.log_prefix = ""
FTPServer.max_cons = 0
FTPServer(("127.0.0.1", {PORT}), Handler).serve_forever()
""")
    environment = {"PYTHONPATH": str(root / "usr/lib/python3/dist-packages"), "PYTHONWARNINGS": "ignore"}
    return Peer("pyftpdlib", ["/usr/bin/python3", script], environment=environment, version=version)


MAKERS = {"vsftpd": make_vsftpd, "ProFTPD": make_proftpd, "Pure-FTPd": make_pureftpd, "pyftpdlib": make_pyftpdlib}
