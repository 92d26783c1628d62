"""What ferry must reach beside what it reached, and a profile of what is missed."""

import re
import subprocess
import tempfile
import threading

from .run import IN_FRONT, Running
from .works import REASONS, ROWS, RUNS, middle

FERRY, BARE = "ferry", "bare system calls"


def judge(results, row, peers):
    """[(what the figure is compared with, reached, target)], for what was measured."""
    own = middle(results, FERRY, row)
    found = []
    if own is None:
        return found
    bare = middle(results, BARE, row)
    if row.bare and bare:
        found.append(("the bare system calls", own / bare, row.bare))
    others = {name: middle(results, name, row) for name in peers}
    others = {name: cost for name, cost in others.items() if cost}
    if row.best and others:
        best = min(others, key=others.get)
        found.append((best, own / others[best], row.best))
    if row.most:
        found.append(("", own, row.most))
    return found


def all_met(results, row, peers):
    return all(reached <= target for _, reached, target in judge(results, row, peers))


def lines(results, names):
    """The table of the page."""
    peers = [name for name in names if name not in (FERRY, BARE)]
    out = ["| | reached | must reach | |", "|---|---|---|---|"]
    for row in ROWS:
        for other, reached, target in judge(results, row, peers):
            unit = f" × {other}" if other else ""
            out.append(f"| {row.title} | {reached:.2f}{unit} | ≤ {target:g}{unit} | {'yes' if reached <= target else '**no**'} |")
    return out


def missed_runs(results, names):
    """The runs of which something is missed."""
    peers = [name for name in names if name not in (FERRY, BARE)]
    return list(dict.fromkeys(row.run for row in ROWS if not all_met(results, row, peers)))


def profile(ferry, peer, key, seconds, log):
    """[(share of the time, symbol)] of the server while it does this work; None where perf is missing."""
    encrypted, work, flags = RUNS[key]
    tls = ["--tls"] if encrypted else []
    with tempfile.NamedTemporaryFile(prefix="ferry-profile-") as data, Running(peer, log) as server:
        server.measure(ferry, ["noop"], "-n", "1", "-s", "1", *tls)
        worker = threading.Thread(target=server.measure, args=(ferry, [work], "--seconds", str(seconds + 1), *flags, *tls))
        worker.start()
        try:
            pids = ",".join(server.pids())
            done = subprocess.run([*IN_FRONT, "perf", "record", "-q", "-e", "cpu-clock", "-F", "2000", "-o", data.name, "-p", pids, "--",
                                   "sleep", str(seconds)], check=False, capture_output=True)
        finally:
            worker.join()
        if done.returncode != 0:
            return None
        text = subprocess.run(["perf", "report", "-q", "--stdio", "--no-children", "--fields", "overhead,symbol", "-i", data.name],
                              check=False, capture_output=True, text=True).stdout
    found = re.findall(r"^\s*([\d.]+)%\s+\[([.k])\]\s+(\S.*?)(?:\s+-)*\s*$", text, re.MULTILINE)
    return [(float(share), ("" if kind == "." else "kernel: ") + symbol) for share, kind, symbol in found[:12]]


def profile_lines(key, profiles):
    """`profiles`: {server: what profile() found}."""
    titles = " / ".join(dict.fromkeys(row.title.split(", CPU")[0] for row in ROWS if row.run == key))
    out = ["", f"### {titles}", ""]
    if key in REASONS:
        out += [REASONS[key], ""]
    for name, found in profiles.items():
        if found:
            out += [f"{name}: " + ", ".join(f"`{symbol}` {share:.1f} %" for share, symbol in found) + ".", ""]
        else:
            out += [f"{name}: no profile, as `perf` is not installed or not permitted.", ""]
    return out
