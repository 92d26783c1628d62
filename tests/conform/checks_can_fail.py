"""checks_can_fail.py GROUP: each check of this group fails where ferry is made to break the rule.

Faults are those of `ferry serve --fault`: "SYST" stands for a reply that no command may have, "SYST 550" for a refusal; what
begins with a hyphen is another option of ferry. Each line is one server; most faults are found by many checks. Where a command is
also what other checks begin with, the checks are named that are about it, as the others would fail before they come to their
own rule. Numbers of occurrences are for a run of one check, behind the logins that look whether the server is there and make
the workplace.
"""

import sys

from trial import Trial, groups

# A fault, and the checks that have to fail for it; where none is named: some of the group.
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
    "facts": [("SIZE", "size-*"),
              ("SIZE:reply=213 1", "size-is-exact", "size-is-never-estimated", "facts-agree-with-size-and-mdtm"),
              ("MDTM", "mdtm-*"), ("MDTM:reply=213 20200101000000", "mdtm-is-utc", "facts-agree-with-size-and-mdtm"),
              ("REST:reply=350 Fine.", "rest-and-retr-give-the-rest", "rest-and-stor-go-on", "rest-takes-numbers-only",
               "rest-beyond-the-end-gives-nothing"),
              ("NOOP:reply=200 Fine.", "rest-counts-for-the-next-command-only"),
              ("MLST:reply=250-Here\n type=other; name\n250 End", "mlst-*", "mlsd-and-mlst-agree"),
              ("MLSD", "mlsd-*"), ("MLSD:reply=150 Here.", "mlsd-knows-no-patterns"),
              ("OPTS:reply=200 MLST OPTS", "opts-mlst-chooses-facts"),
              ("FEAT:reply=211-F\n UTF8\n211 End", "feat-mlst-names-facts", "feat-lists-size", "feat-lists-mdtm", "feat-lists-rest-stream"),
              ("CWD#2:reply=550 No.", "tvfs-means-slashes")],
    "features": [("FEAT",)],
    "addresses": [("EPSV 550",), ("EPRT",)],
    "languages": [("LANG",), ("NLST 550",), ("OPTS 550",), ("FEAT",)],
    "hosts": [("HOST 550",), ("FEAT",), ("PASS#3:reply=530 No.", "login-without-host")],
    "tls": [("AUTH 550", "auth-tls-*", "auth-needs-a-mechanism", "mechanisms-in-any-case", "unknown-mechanism-is-504"),
            ("FEAT:reply=211-F\n AUTH TLS\n211 End", "feat-lists-auth-pbsz-and-prot"),
            ("PBSZ", "pbsz-*"), ("PROT", "prot-before-*", "prot-p-and-c-are-known", "prot-s-and-e-are-refused"),
            ("PWD 550", "login-under-tls"),
            ("RETR:drop@3", "protected-transfer", "server-is-tls-server-in-active-mode", "prot-c-brings-clear-data-back"),
            ("LIST#20", "twenty-protected-transfers"), ("LIST", "prot-starts-as-clear"),
            ("STOR:reply=150 Here.\r\n226 Done.", "clear-data-under-prot-p-fails"),
            ("CWD:reply=250 Fine.", "auth-voids-the-login"), ("CWD#2:reply=250 Fine.", "rein-under-tls"),
            ("TLS:no-resumption", "data-resumes-the-control-session"), ("CCC", "ccc-*"),
            ("MIC 550", "mic-conf-and-enc-are-refused"), ("--tls-least-version 1.3", "tls-1.2-works"),
            ("--tls-cipher-suites TLS_AES_128_CCM_SHA256", "tls-1.3-works")],
}

# ferry cannot be made to break these; program_test.py has servers that do.
ELSEWHERE = {"replies-end-with-crlf", "active-connection-comes-from-the-control-address", "quit-ends-with-close-notify",
             "data-ends-with-close-notify"}


def options(fault):
    if fault.startswith("-"):
        return fault.split()
    verb, _, code = fault.partition(" ")
    return ["--fault", fault if ":" in fault else f"{verb}:reply={code or 299} Nonsense."]


def main():
    group = sys.argv[1]
    failed = set()
    for fault, *names in FAULTS[group]:
        # In memory: uploads and renames that are refused leave nothing to be removed.
        with Trial("--memory", *options(fault)) as trial:
            only = [argument for name in names or [group] for argument in ("--only", name)]
            _, checks, done = trial.run("--timeout", "2", *only)
            found = {name for name, check in checks.items() if check["verdict"] == "failed"}
            print(f"{fault!r}: {len(found)} of {len(checks)} {done.stderr}")
            assert found and (not names or found == set(checks)), f"{fault!r}: {[(n, c['verdict']) for n, c in checks.items()]}"
            failed |= found
    left = set(groups()[group]) - failed - ELSEWHERE
    assert not left, f"never failed: {sorted(left)}"


main()
