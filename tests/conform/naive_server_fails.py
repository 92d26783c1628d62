"""naive_server_fails.py GROUP: each check of this group of break-ins finds a server that knows no attacks, or ferry with the
defence switched off."""

import json
import pathlib
import sys
import tempfile

from trial import Trial, conform, groups

from naive_server import NaiveServer
from program import make_certificate

# Options of ferry that take a defence away, and what must fail then.
SWITCHED_OFF = {
    "break-in-addresses": [(["--permit-foreign-addresses"], ["bounce-by-port", "bounce-by-eprt", "bounce-by-mapped-address",
                                                             "pasv-theft-from-another-address", "upload-from-another-address"]),
                           (["--permit-privileged-ports"], ["bounce-to-a-service"]),
                           (["--tls-session-reuse", "off"], ["data-theft-under-tls-from-the-same-address"])],
    "break-in-login": [(["--login-delay", "0"], ["wrong-passwords-at-full-speed"]),
                       (["--max-login-attempts", "0"], ["wrong-passwords-without-end"])],
}

# Other arguments than usual.
AS = {"login-in-clear-where-tls-is-required": ["-u", "carol", "--tls"]}


def naive(folder, certificate, name):
    """The check as it ends against a naive server of its own, which it may have killed."""
    home = folder / name / "home"
    home.mkdir(parents=True)
    with NaiveServer(home, certificate) as server:
        done = conform(f"127.0.0.1:{server.port}", *AS.get(name, ["-u", "alice"]), "-P", "secret", "--home", home, "--timeout", "5",
                       "--only", name, "--json", "-")
    return json.loads(done.stdout)["checks"][0] if done.stdout else {"verdict": done.stderr}


def main():
    group = sys.argv[1]
    failed = set()
    for options, names in SWITCHED_OFF.get(group, []):
        with Trial(*options) as trial:
            only = [argument for name in names for argument in ("--only", name)]
            _, found, _ = trial.run("--timeout", "2", "--home", trial.home, *only)
            bad = {name for name, check in found.items() if check["verdict"] == "failed"}
            assert bad == set(names), f"{options}: {[(n, found[n]) for n in names if n not in bad]}"
            failed |= bad
    left = set(groups()[group]) - failed
    with tempfile.TemporaryDirectory(prefix="ferry-conform-test-") as name:
        folder = pathlib.Path(name)
        certificate = make_certificate(folder, "server")
        checks = {name: naive(folder, certificate, name) for name in sorted(left)}
    for name, check in checks.items():
        print(name, check["verdict"], check.get("came", ""))
    assert all(check["verdict"] == "failed" for check in checks.values())


main()
