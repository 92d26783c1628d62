"""What is measured in every server, what the page calls it, and what ferry must reach in it.

A cost is measured for each unit of work, so a lower number is better.
"""

import statistics
from dataclasses import dataclass

CPU, P50, P99, MAX, MEMORY = "server_cpu_per_unit", "p50", "p99", "max", "memory"
DISK = ("--directory", "disk/ferry-bench")  # where files.prepared() mounts a directory of an ordinary disk
MICRO, MILLI, KIB = 1e6, 1e3, 1 / 1024


@dataclass(frozen=True)
class Row:
    """A line of the page: one figure of one run."""

    run: str  # a key of RUNS
    title: str
    figure: str = CPU
    factor: float = 1
    bare: float | None = None  # at most so many times what the bare system calls cost
    best: float | None = None  # at most so many times what the best peer needs
    most: float | None = None  # at most this, as shown


# What `ferry bench` is told: key -> (TLS, its work, its flags).
RUNS = {
    "noop": (False, "noop", ()),
    "login": (False, "login", ()),
    "small-retr": (False, "small-retr", ()),
    "small-stor": (False, "small-stor", ()),
    "list": (False, "list", ()),
    "mlsd": (False, "mlsd", ()),
    "stor": (False, "stor", ()),
    "stor-new": (False, "stor-new", ()),
    "stor-disk": (False, "stor", DISK),
    "stor-new-disk": (False, "stor-new", DISK),
    "retr-1": (False, "retr", ("-s", "1")),
    "retr": (False, "retr", ()),
    "retr-disk": (False, "retr", DISK),
    "latency": (False, "latency", ()),
    "tls-login": (True, "login", ()),
    "tls-small-retr": (True, "small-retr", ()),
    "tls-small-stor": (True, "small-stor", ()),
    "tls-stor": (True, "stor", ()),
    "tls-retr-1": (True, "retr", ("-s", "1")),
    "tls-retr": (True, "retr", ()),
}
# What ferry does in a work beyond the bare system calls, or otherwise than the best peer: shown where its target is missed.
REASONS = {
    "retr-1": "With one download the peer sleeps between two turns, and waking it up is most of the work in every server. ProFTPD "
              "sends the whole file by one blocking call, in which it answers no ABOR and no STAT; ferry looks for commands after "
              "each 256 KiB.",
    "small-retr": "Before a file is opened ferry looks at what it is (so a FIFO or a device is never opened), before EPSV is answered "
                  "it turns away whoever connected unasked, and each system call passes the sandbox's filter.",
    "small-stor": "An upload is written beside the old file and takes its place when it is complete: three more changes of the "
                  "file system than to write over it, as the bare program and the peers do (and ferry with `--atomic-uploads off`).",
    "small-stor-in-place": "Before ferry answers 150 it looks at what stands there and whether it may be written; before the old content "
                           "goes it looks again, and locks the file against a second upload.",
    "list": "Of each entry ferry also finds out the names of owner and group, and turns all of its mode into letters.",
    "mlsd": "Of each entry ferry also finds out what its reader may do with it (the fact perm).",
    "latency": "The bare program has the same client, loopback and downloads; its own figures say what the machine allowed in that run.",
    "tls-retr-1": "With one download the peer sleeps between two turns, and waking it up is much of the work in every server.",
    "tls-stor": "To receive, to decrypt and to fill new pages of the file system is nearly all of it, in every server; the bare "
                "program does nothing else.",
    "tls-small-retr": "Nearly all of it is OpenSSL's handshake. Beyond it ferry makes a ticket for the next data connection, without "
                      "which clients that use each only once could not resume.",
    **dict.fromkeys(("tls-login", "tls-login-ecdsa"), "OpenSSL's handshake is most of it, in every server."),
    "tls-idle": "OpenSSL's objects for one connection are nearly all of it; the bare program keeps little else, and its "
                "figure is in the first table.",
}
# Measured in servers that have done nothing else.
IDLE, IDLE_TLS = "idle", "tls-idle"
# Of ferry with another setting, beside what the others do in the run that is named here: with its own ECDSA certificate, where
# the others have RSA; writing over the old file, as the others do; and with the log that ferry writes by default, where the
# others write none.
LOGIN_ECDSA, STOR_IN_PLACE, RETR_LOGGED = "tls-login-ecdsa", "small-stor-in-place", "small-retr-logged"
VARIANTS = {LOGIN_ECDSA: "tls-login", STOR_IN_PLACE: "small-stor", RETR_LOGGED: "small-retr"}

ROWS = [
    Row("retr-1", "RETR, 1 session, CPU s/GiB", bare=1.05, best=1),
    Row("retr", "RETR, 4 sessions, CPU s/GiB", bare=1.05, best=1),
    Row("retr-disk", "RETR from ext4, 4 sessions, CPU s/GiB", bare=1.05, best=1),
    Row("stor-new", "STOR of new files, 4 sessions, CPU s/GiB", bare=1.10, best=0.9),
    Row("stor", "STOR over existing files, 4 sessions, CPU s/GiB", bare=1.10, best=0.9),
    Row("stor-new-disk", "STOR of new files to ext4, CPU s/GiB", bare=1.10, best=0.9),
    Row("stor-disk", "STOR over existing files on ext4, CPU s/GiB", bare=1.10, best=0.9),
    Row("small-retr", "RETR of 1 KiB with EPSV, CPU µs", CPU, MICRO, bare=1.15, best=0.8),
    Row(RETR_LOGGED, "RETR of 1 KiB, each in ferry's log (the others: no log), CPU µs", CPU, MICRO),
    Row("small-stor", "STOR of 1 KiB with EPSV, CPU µs", CPU, MICRO, bare=1.25, best=0.7),
    Row(STOR_IN_PLACE, "STOR of 1 KiB, with --atomic-uploads off, CPU µs", CPU, MICRO, bare=1.25, best=0.7),
    Row("login", "connect, login, quit, CPU µs", CPU, MICRO, bare=1.3, best=0.7),
    Row("noop", "NOOP, CPU µs", CPU, MICRO, bare=1.3, best=0.7),
    Row("list", "LIST, CPU µs an entry", CPU, MICRO, bare=1.15, best=0.9),
    Row("mlsd", "MLSD, CPU µs an entry", CPU, MICRO, bare=1.15, best=0.9),
    Row("latency", "NOOP beside 8 downloads, p50 ms", P50, MILLI, most=0.1),
    Row("latency", "NOOP beside 8 downloads, p99 ms", P99, MILLI, most=0.3),
    Row("latency", "NOOP beside 8 downloads, max ms", MAX, MILLI, most=2),
    Row(IDLE, "an idle session, PSS KiB", MEMORY, KIB, most=2.5),
    Row("tls-retr-1", "TLS RETR, 1 session, CPU s/GiB", bare=1.05, best=0.95),
    Row("tls-retr", "TLS RETR, 4 sessions, CPU s/GiB", bare=1.05, best=0.95),
    Row("tls-stor", "TLS STOR, 4 sessions, CPU s/GiB", bare=1, best=0.85),
    Row("tls-small-retr", "TLS RETR of 1 KiB, resumed, CPU µs", CPU, MICRO, bare=1.15, best=0.6),
    Row("tls-small-stor", "TLS STOR of 1 KiB, resumed, CPU µs", CPU, MICRO),
    Row("tls-login", "TLS login, RSA-2048, CPU µs", CPU, MICRO, best=0.75),
    Row(LOGIN_ECDSA, "TLS login, ferry's own ECDSA certificate (the others: RSA-2048), CPU µs", CPU, MICRO, best=0.5),
    Row(IDLE_TLS, "an idle TLS session, PSS KiB", MEMORY, KIB, most=16),
]

RATES = [
    Row("retr", "RETR, 4 sessions, GiB/s", "units_per_second"),
    Row("stor", "STOR, 4 sessions, GiB/s", "units_per_second"),
    Row("small-retr", "RETR of 1 KiB, files/s", "units_per_second"),
    Row("small-stor", "STOR of 1 KiB, files/s", "units_per_second"),
    Row("login", "logins/s", "units_per_second"),
    Row("tls-retr", "TLS RETR, 4 sessions, GiB/s", "units_per_second"),
    Row("tls-stor", "TLS STOR, 4 sessions, GiB/s", "units_per_second"),
    Row("tls-small-retr", "TLS RETR of 1 KiB, files/s", "units_per_second"),
    Row("tls-login", "TLS logins (RSA-2048)/s", "units_per_second"),
]


def memory(run):
    """What its sessions added to the server's memory (PSS), in octets."""
    return run["memory_after"] - run["memory_before"] if "memory_after" in run else None


def figure(run, name):
    if name == MEMORY:
        added = memory(run)
        return None if added is None else added / run["idle_sessions"]
    if name in (P50, P99, MAX):
        return run.get("latency", {}).get(name)
    return run.get(name)


def figures(results, server, row):
    """{round: number}, of the rounds in which the server did this."""
    runs = results.get((server, row.run), [])
    if row.figure == MEMORY:  # with the most sessions: what the server needs for itself counts least
        most = max((run["idle_sessions"] for run in runs), default=0)
        runs = [run for run in runs if run["idle_sessions"] == most]
    found = {run["round"]: figure(run, row.figure) for run in runs}
    return {number: value * row.factor for number, value in found.items() if value is not None}


def middle(results, server, row):
    found = figures(results, server, row)
    return statistics.median(found.values()) if found else None


def ratio(results, server, other, row):
    """The median of the ratios of each round: a round that was slow was so for both."""
    own, others = figures(results, server, row), figures(results, other, row)
    both = [own[number] / others[number] for number in own if others.get(number)]
    return statistics.median(both) if both else None
