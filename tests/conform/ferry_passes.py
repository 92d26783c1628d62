"""ferry_passes.py GROUP [--tls]: ferry fails no check of this group, and no check leaves anything behind."""

import pathlib
import sys
import xml.etree.ElementTree

from trial import Trial


# Settings that a careful operator has, and that are not ferry's own.
OPTIONS = {"break-in-addresses": ["--tls-session-reuse", "require"], "break-in-login": ["--login-delay", "1"]}


def judge(trial, *arguments):
    """The checks of a run in which none fails."""
    status, checks, done = trial.run(*arguments)
    bad = [check for check in checks.values() if check["verdict"] == "failed"]
    for check in bad:
        print(f"{check['id']}: wanted {check.get('wanted')}, came {check.get('came')}")
    if done.stderr:
        print(done.stderr)
    print(len(checks), "checks", {verdict: sum(c["verdict"] == verdict for c in checks.values())
                                  for verdict in ("passed", "failed", "refused", "untried")})
    assert status == 0 and not bad
    assert any(check["verdict"] == "passed" for check in checks.values())
    return checks


def main():
    group, flags = sys.argv[1], sys.argv[2:]
    with Trial(*OPTIONS.get(group, [])) as trial:
        report = pathlib.Path(trial.folder.name) / "junit.xml"
        # Where the home is known, it is cleared in the end: only without it is seen what the checks themselves leave.
        judge(trial, "--only", group, *flags)
        left = list(trial.home.rglob("*"))
        assert not left, f"left behind: {left}"
        checks = judge(trial, "--only", group, "--home", trial.home, "--junit", report, *flags)
        left = list(trial.home.rglob("*"))
        suites = xml.etree.ElementTree.parse(report).findall("testsuite")
    assert not left, f"left behind with --home: {left}"
    assert [suite.get("name") for suite in suites] == [group]
    assert int(suites[0].get("tests")) == len(suites[0].findall("testcase")) == len(checks)


main()
