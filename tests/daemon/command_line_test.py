"""Mistakes on the command line: one line that names the option and the remedy, and exit status 2."""

import unittest

from program import ProgramTest

MISTAKES = [
    # arguments, what the line has to name, what the remedy has to mention
    (["--no-such-option"], "--no-such-option", "--help"),
    (["--memory", "--user", "a:b:/"], "--memory", "--username"),
    (["--memory", "--anonymous", "/srv"], "--memory", "--username"),
    (["--memory", "--system-users"], "--memory", "--username"),
    (["--memory", "-w", "--host", "h.example,dir=/srv"], "--memory", "--username"),
    (["--memory", "--host", "h.example", "--host-user", "h.example:a:b:/:elrw"], "--memory", "--username"),
    (["--system-users", "--fault", "DISK:delay=1"], "--fault", "--username"),
    (["--fault", "RETR"], '--fault: "RETR"', "VERB:FAULT"),
    (["--fault", "RETR:explode"], '--fault: "RETR:explode"', "drop, close, stall"),
    (["--fault", "NOOP:drop@5"], '--fault: "NOOP:drop@5"', "RETR, STOR"),
    (["--fault", "TLS:no-resumption"], "--fault", "--tls"),
    (["-x"], "-x", "--help"),
    (["walk"], "walk", "ferry serve walk"),
    (["serve", ".", "."], "DIRECTORY", "one directory"),
    (["serve", ""], "DIRECTORY", "leave it out"),
    (["--port"], "--port", "value"),
    (["--port", "99999"], '--port: "99999"', "65535"),
    (["--port", "-1"], '--port: "-1"', "65535"),
    (["--port", "21x"], '--port: "21x"', "65535"),
    (["--port", ""], '--port: ""', "65535"),
    (["-p", "0", "-p", "0"], "--port", "once"),
    (["--range", "10-5"], '--range: "10-5"', "5-10"),
    (["--range", "10"], '--range: "10"', "FROM-TO"),
    (["--range", "0-5"], '--range: "0-5"', "FROM-TO"),
    (["--range", "1-65536"], '--range: "1-65536"', "FROM-TO"),
    (["--range", "1-2-3"], '--range: "1-2-3"', "FROM-TO"),
    (["--interface", "example"], '--interface: "example"', "address"),
    (["--interface", "1.2.3"], '--interface: "1.2.3"', "address"),
    (["--nat-address", "::1"], '--nat-address: "::1"', "IPv4"),
    (["--nat-address", "host"], '--nat-address: "host"', "IPv4"),
    (["--timeout", "0"], '--timeout: "0"', "1"),
    (["--timeout", "soon"], '--timeout: "soon"', "number"),
    (["--max-cons", "-1"], '--max-cons: "-1"', "number"),
    (["--max-cons", "99999999999999999999"], "--max-cons", "number"),
    (["--max-cons-per-ip", "many"], '--max-cons-per-ip: "many"', "number"),
    (["--max-sessions-per-user", "few"], '--max-sessions-per-user: "few"', "number"),
    (["--max-login-attempts", "1.5"], '--max-login-attempts: "1.5"', "number"),
    (["--max-password-checks", "-1"], '--max-password-checks: "-1"', "number"),
    (["--storage-timeout", "0"], '--storage-timeout: "0"', "number"),
    (["--login-delay", "+1"], '--login-delay: "+1"', "number"),
    (["--threads", "100000"], '--threads: "100000"', "1024"),
    (["--encoding", "klingon"], '--encoding: "klingon"', "UTF-8"),
    (["--encoding", "UTF-16"], '--encoding: "UTF-16"', "US-ASCII"),
    (["--disable-formats", "EX"], '--disable-formats: "EX"', "ERBCZ"),
    (["--disable-formats", ""], '--disable-formats: ""', "ERBCZ"),
    (["--ebcdic-code-page", "UTF-8"], '--ebcdic-code-page: "UTF-8"', "IBM1047"),
    (["--mode-z-ratio", "-1"], '--mode-z-ratio: "-1"', "number"),
    (["--restart-markers", "0"], '--restart-markers: "0"', "500K"),
    (["--media-type", "text/plain"], '--media-type: "text/plain"', "SUFFIX=TYPE"),
    (["--media-type", ".txt=text"], '--media-type: ".txt=text"', "SUFFIX=TYPE"),
    (["--media-type", "=text/plain"], '--media-type: "=text/plain"', "SUFFIX=TYPE"),
    (["--log-level", "loud"], '--log-level: "loud"', "debug, info"),
    (["--log-format", "xml"], '--log-format: "xml"', "json"),
    (["--tls-session-reuse", "maybe"], '--tls-session-reuse: "maybe"', "prefer"),
    (["--tls-least-version", "1.1"], '--tls-least-version: "1.1"', "1.2"),
    (["--client-certificates", "maybe"], '--client-certificates: "maybe"', "optional"),
    (["--client-certificates", "optional"], "--client-certificates", "--client-ca"),
    (["--client-login", "cn"], "--client-login", "--client-certificates"),
    (["--client-login", "serial"], '--client-login: "serial"', "email"),
    (["--globs", "all"], '--globs: "all"', "plain"),
    (["--network-encoding", "UTF-8"], '--network-encoding: "UTF-8"', "NETWORK=CHARSET"),
    (["--network-encoding", "10.0.0.0/8=klingon"], "--network-encoding", "iconv -l"),
    (["--host", "a_b"], '--host: "a_b"', "dir="),
    (["--host", "a.example,dir="], "--host", "dir"),
    (["--host", "a.example", "--host", "A.example"], "--host", "once"),
    (["--host-user", "a.example:alice:hush:/"], "--host-user", "--host a.example"),
    (["--host", "a.example", "--host-user", "a.example:alice"], "--host-user", "NAME:PASSWORD:HOME"),
    (["--atomic-uploads", "sometimes"], '--atomic-uploads: "sometimes"', "always"),
    (["--max-download", "fast"], '--max-download: "fast"', "10M"),
    (["--max-upload", "0"], '--max-upload: "0"', "500K"),
    (["--max-download-per-user", "1T"], '--max-download-per-user: "1T"', "10M"),
    (["--max-upload-per-user", ""], '--max-upload-per-user: ""', "10M"),
    (["--max-download-per-session", "-1"], '--max-download-per-session: "-1"', "10M"),
    (["--max-upload-per-session", "K"], '--max-upload-per-session: "K"', "10M"),
    (["--quota", "much"], '--quota: "much"', "10M"),
    (["--quota", "alice:"], '--quota: "alice:"', "10M"),
    (["--quota", ":10M"], '--quota: ":10M"', "NAME:VALUE"),
    (["--quota", "10M", "--quota", "20M"], '--quota: "20M"', "give one"),
    (["--quota", "ftp:10M", "--quota", "anonymous:20M"], "--quota", "once"),
    (["--quota-files", "0"], '--quota-files: "0"', "from 1"),
    (["--quota-files", "alice:1K"], '--quota-files: "alice:1K"', "from 1"),
    (["--quota", "10M", "--system-unconfined"], "--quota", "whole machine"),
    (["--durability", "disk"], '--durability: "disk"', "full"),
    (["--keep-partial=yes"], "--keep-partial", "no value"),
    (["--max-idle", "29"], '--max-idle: "29"', "30"),
    (["--max-hash-size", "1G"], '--max-hash-size: "1G"', "1000000000"),
    (["--bulk-threads", "x"], '--bulk-threads: "x"', "1024"),
    (["--without", "HASH,"], '--without: "HASH,"', "HASH,XCRC"),
    (["--tls=yes"], "--tls", "no value"),
    (["--banner", ""], '--banner: ""', "leave the option out"),
    (["--certfile", ""], '--certfile: ""', "leave the option out"),
    (["--keyfile", "k.pem"], "--keyfile", "--certfile"),
    (["--implicit-tls-port", "2121"], "--implicit-tls-port", "--port"),
    (["--implicit-tls-port", "x"], '--implicit-tls-port: "x"', "65535"),
    (["-u", "alice"], "--username", "--password"),
    (["-P", "hush"], "--password", "--username"),
    (["-u", "anonymous", "-P", "hush"], "--username", "--anonymous"),
    (["-u", "", "-P", "hush"], "--username", "value"),
    (["-u", "alice", "-P", ""], "--password", "password"),
    (["--user", "alice"], "--user", "NAME:PASSWORD:HOME"),
    (["--user", "alice:hush"], "--user", "NAME:PASSWORD:HOME"),
    (["--user", ":hush:/"], "--user", "NAME:PASSWORD:HOME"),
    (["--user", "alice::/"], "--user", "password"),
    (["--user", "alice:hush:"], "--user", "directory"),
    (["--user", "alice:hush:/:elx"], "--user", "elradfmwMT"),
    (["--user", "alice:hush:/:"], "--user", "elradfmwMT"),
    (["--user", "alice:hush:/a:b:elr"], "--user", "colon"),
    (["--user", "alice:hush:/:elr:boss"], "--user", "admin"),
    (["--user", "alice:hush:/::admin"], "--user", "elradfmwMT"),
    (["--user", "anonymous:hush:/"], "--user", "--anonymous"),
    (["--user", "a:hush:/", "--user", "a:hush:/"], "--user", "once"),
    (["--user", "a:hush:/", "-u", "a", "-P", "hush"], "--user", "once"),
    (["--user", "a:hush:/", "-w"], "--write", "letters"),
    (["--permissions", "alice:/pub"], '--permissions: "alice:/pub"', "NAME:DIR:LETTERS"),
    (["--permissions", ":/pub:elr"], "--permissions", "NAME:DIR:LETTERS"),
    (["--permissions", "alice:pub:elr"], "--permissions", "/pub"),
    (["--permissions", "alice:/pub:xyz"], "--permissions", "elradfmwMT"),
    (["--permissions", "alice:/pub:elr:some"], "--permissions", "NAME:DIR:LETTERS:all"),
    (["--system-users", "ldap"], '--system-users: "ldap"', "shadow, pam"),
    (["--system-allow", "a,,b"], '--system-allow: "a,,b"', "NAME,NAME"),
    (["--system-reject", ""], "--system-reject", "NAME,NAME"),
    (["--system-permissions", "elx"], '--system-permissions: "elx"', "elradfmwMT"),
    (["--system-anonymous", ""], "--system-anonymous", "leave the option out"),
    (["--system-any-shell=yes"], "--system-any-shell", "no value"),
    (["--run-as", "nobody-of-that-name"], '--run-as: "nobody-of-that-name"', "useradd"),
    (["--run-as", "root"], '--run-as: "root"', "no other rights"),
    (["--run-as", "nobody", "-r", "700-800"], "--run-as", "1024"),
    (["--sandbox", "yes"], '--sandbox: "yes"', "require"),
    (["--sandbox", "landlock,"], '--sandbox: "landlock,"', "seccomp"),
    (["serve", "-d", "/tmp", "/"], "--directory", "one directory"),
    (["-D", "--log-level", "off"], "--debug", "--log-level"),
]


class CommandLine(ProgramTest):
    def test_each_mistake_is_one_line_with_its_remedy_and_status_2(self):
        for arguments, named, remedy in MISTAKES:
            with self.subTest(arguments=arguments):
                status, text = self.refuse(*arguments)
                self.assertEqual(status, 2, text)
                self.assertEqual(len(text.splitlines()), 1, text)
                self.assertTrue(text.startswith("ferry: "), text)
                self.assertIn(named, text)
                self.assertIn(remedy, text)
                self.assertNotIn("hush", text)

    def test_help_lists_every_option_in_80_columns(self):
        program = self.start("--help")
        self.assertEqual(program.wait(), 0)
        text = program.output("out")
        for option in ("-i, --interface", "-p, --port", "-w, --write", "-d, --directory", "-n, --nat-address",
                       "-r, --range", "-u, --username", "-P, --password", "-D, --debug", "--tls", "--certfile",
                       "--keyfile", "--tls-control-required", "--tls-data-required", "--timeout", "--banner",
                       "--permit-foreign-addresses", "--permit-privileged-ports", "--encoding", "--use-localtime",
                       "--max-sessions-per-user", "--quota", "--quota-files", "--permissions", "--system-users", "--system-allow", "--system-reject", "--system-any-shell",
                       "--system-anonymous", "--system-permissions", "--system-unconfined", "--system-pam-service",
                       "--disable-sendfile", "--max-cons", "--max-cons-per-ip", "--max-login-attempts", "--user",
                       "--anonymous", "--login-delay", "--implicit-tls-port", "--tls-session-reuse", "--threads",
                       "--port-file", "--host", "--host-user", "--ocsp-file", "--tls-least-version",
                       "--tls-ciphers", "--tls-cipher-suites", "--client-certificates", "--client-ca", "--client-crl",
                       "--client-login", "--network-encoding", "--globs", "--list-recursive",
                       "--link-targets", "--media-type", "--restart-markers",
                       "--max-idle", "--max-hash-size", "--bulk-threads", "--without", "--permit-owner-changes",
                       "--atomic-uploads", "--durability", "--keep-partial", "--max-download",
                       "--max-upload", "--max-download-per-user", "--max-upload-per-user",
                       "--max-download-per-session", "--max-upload-per-session", "--log-format", "--log-level", "--run-as", "--sandbox",
                       "--version", "-h, --help"):
            self.assertIn(f"{option} ", text.replace("\n", " \n"))
        self.assertLessEqual(max(len(line) for line in text.splitlines()), 80)

    def test_help_is_found_behind_the_command_too(self):
        program = self.start("serve", "-h")
        self.assertEqual(program.wait(), 0)
        self.assertIn("Usage: ferry", program.output("out"))

    def test_version_is_one_line(self):
        program = self.start("--version")
        self.assertEqual(program.wait(), 0)
        self.assertRegex(program.output("out"), r"^ferry \d+\.\d+\.\d+$")


if __name__ == "__main__":
    unittest.main()
