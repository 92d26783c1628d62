"""checks_can_fail.py GROUP: each check of this group fails where ferry is made to break the rule.

Faults are those of `ferry serve --fault`: "SYST" stands for a reply that no command may have, "SYST 550" for a refusal.
Each line is one server; most faults are found by many checks. Numbers of occurrences are for a run of one check, behind the
logins that look whether the server is there and make the workplace.
"""

import sys

from trial import Trial, groups

# A fault, and which checks to run: all of the group where none is named.
FAULTS = {
    "control": [("NOOP 550",), ("HELP",), ("QUIT 550",), ("SYST",), ("SITE",), ("MKD", "missing-argument-is-refused"), ("STAT",)],
    "login": [("REIN",), ("CWD",), ("NOOP 550",), ("USER#3:reply=500 No.", "user-and-pass-log-in"),
              ("PASS#3:reply=230 Hello.", "pass-without-user-is-503"), ("PASS#4:reply=530 No.", "login-after-a-wrong-password"),
              ("ACCT:reply=502 No.", "acct-is-known"), ("USER#4:reply=331 Who?", "new-user-ends-the-login"),
              ("USER#3:reply=331 Who?", "user-needs-a-name")],
    "parameters": [("MODE 550",), ("RETR 550",), ("STRU",), ("ALLO 550",)]
                  + [("TYPE#4", name) for name in ("type-a", "type-i", "type-l-8", "type-a-t", "type-a-c", "type-e")],
    "data-port": [("LIST",), ("PORT",), ("PASV",),
                  ("PASV:reply=227 There (10,0,0,1,200,1).", "pasv-announces-the-control-address")],
    "transfer": [("RETR",), ("STOR",), ("STOU",), ("RETR:drop@1000", "binary-file-comes-back-in-active-mode")],
    "directories": [("PWD 550",), ("RNTO",), ("RMD 550",), ("DELE 550",), ("MKD#2", "mkd-is-257-with-the-pathname"),
                    ("XPWD", "x-forms-are-known"), ("CWD#2:reply=250 Fine.", "cwd-to-a-file-is-refused"),
                    ('MKD#3:reply=257 "/x"', "mkd-of-what-exists-is-refused"), ("RMD#1:reply=250 Fine.", "rmd-removes-a-directory"),
                    ("RMD#1:reply=250 Fine.", "rmd-of-a-full-directory-is-refused"),
                    ("DELE#1:reply=250 Fine.", "dele-of-a-directory-is-refused")],
    "listing": [("LIST",), ("NLST",), ("STAT",)],
    "during-transfer": [("NOOP 550",), ("ABOR 550",), ("LIST 550",), ("QUIT 550",),
                        ("RETR:drop@100000", "second-transfer-does-not-cut-the-first"),
                        ("STOR:reply=150 Here.\r\n226 Done.", "reset-upload-is-not-226")],
    "facts": [("MLST",), ("REST 550",), ("SIZE",), ("MLSD",), ("FEAT",), ("MDTM",),
              ("MLSD:reply=150 Here.", "mlsd-knows-no-patterns"), ("CWD#2:reply=550 No.", "tvfs-means-slashes")],
    "features": [("FEAT",)],
    "addresses": [("EPSV 550",), ("EPRT",)],
    "languages": [("LANG",), ("NLST 550",), ("OPTS 550",), ("FEAT",)],
    "hosts": [("HOST 550",), ("FEAT",), ("PASS#3:reply=530 No.", "login-without-host")],
    "tls": [("AUTH 550",), ("MIC 550",), ("PBSZ",), ("PROT 550",), ("PROT",), ("CCC",)],
}

# ferry cannot be made to break these; program_test.py has servers that do.
ELSEWHERE = {"replies-end-with-crlf", "active-connection-comes-from-the-control-address"}


def rule(fault):
    if ":" in fault:
        return fault
    verb, _, code = fault.partition(" ")
    return f"{verb}:reply={code or 299} Nonsense."


def main():
    group = sys.argv[1]
    failed = set()
    for fault, *names in FAULTS[group]:
        # In memory: uploads and renames that are refused leave nothing to be removed.
        with Trial("--memory", "--fault", rule(fault)) as trial:
            only = [argument for name in names or [group] for argument in ("--only", name)]
            _, checks, done = trial.run("--timeout", "2", *only)
            found = {name for name, check in checks.items() if check["verdict"] == "failed"}
            print(f"{rule(fault)}: {len(found)} of {len(checks)} {done.stderr}")
            assert found, f"nobody has seen {fault}"
            failed |= found
    left = set(groups()[group]) - failed - ELSEWHERE
    assert not left, f"never failed: {sorted(left)}"


main()
