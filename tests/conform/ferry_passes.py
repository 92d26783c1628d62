"""ferry_passes.py GROUP [--tls]: ferry fails no check of this group."""

import pathlib
import sys
import xml.etree.ElementTree

from trial import Trial


# Settings that a careful operator has, and that are not ferry's own.
OPTIONS = {"break-in-addresses": ["--tls-session-reuse", "require"], "break-in-login": ["--login-delay", "1"]}


def main():
    group, flags = sys.argv[1], sys.argv[2:]
    with Trial(*OPTIONS.get(group, [])) as trial:
        report = pathlib.Path(trial.folder.name) / "junit.xml"
        status, checks, done = trial.run("--only", group, "--home", trial.home, "--junit", report, *flags)
        left = list(trial.home.iterdir())
        suites = xml.etree.ElementTree.parse(report).findall("testsuite")
    bad = [check for check in checks.values() if check["verdict"] == "failed"]
    for check in bad:
        print(f"{check['id']}: wanted {check.get('wanted')}, came {check.get('came')}")
    if done.stderr:
        print(done.stderr)
    print(len(checks), "checks", {verdict: sum(c["verdict"] == verdict for c in checks.values())
                                  for verdict in ("passed", "failed", "refused", "untried")})
    assert status == 0 and not bad
    assert any(check["verdict"] == "passed" for check in checks.values())
    assert not left, f"left behind: {left}"
    assert [suite.get("name") for suite in suites] == [group]
    assert int(suites[0].get("tests")) == len(suites[0].findall("testcase")) == len(checks)


main()
