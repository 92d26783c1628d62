"""docs/BENCHMARKS.md and its plots, made from the results and from nothing else."""

import os
import platform
import statistics

from . import plot

ROWS = [  # work, tls, title, what the cost is counted in, factor
    ("retr", False, "RETR, 4 sessions, CPU s/GiB", "server_cpu_per_unit", 1),
    ("stor", False, "STOR, 4 sessions, CPU s/GiB", "server_cpu_per_unit", 1),
    ("small-retr", False, "RETR of 1 KiB with EPSV, CPU µs", "server_cpu_per_unit", 1e6),
    ("small-stor", False, "STOR of 1 KiB with EPSV, CPU µs", "server_cpu_per_unit", 1e6),
    ("login", False, "connect, login, quit, CPU µs", "server_cpu_per_unit", 1e6),
    ("noop", False, "NOOP, CPU µs", "server_cpu_per_unit", 1e6),
    ("list", False, "LIST, CPU µs an entry", "server_cpu_per_unit", 1e6),
    ("mlsd", False, "MLSD, CPU µs an entry", "server_cpu_per_unit", 1e6),
    ("latency", False, "NOOP beside 8 downloads, p50 ms", "p50", 1e3),
    ("latency", False, "NOOP beside 8 downloads, p99 ms", "p99", 1e3),
    ("idle", False, "an idle session, PSS KiB", "memory", 1 / 1024),
    ("retr", True, "TLS RETR, 4 sessions, CPU s/GiB", "server_cpu_per_unit", 1),
    ("stor", True, "TLS STOR, 4 sessions, CPU s/GiB", "server_cpu_per_unit", 1),
    ("small-retr", True, "TLS RETR of 1 KiB, CPU µs", "server_cpu_per_unit", 1e6),
    ("small-stor", True, "TLS STOR of 1 KiB, CPU µs", "server_cpu_per_unit", 1e6),
    ("login", True, "TLS login (RSA-2048), CPU µs", "server_cpu_per_unit", 1e6),
    ("idle", True, "an idle TLS session, PSS KiB", "memory", 1 / 1024),
]


def value(run, key):
    if key == "memory":
        return (run["memory_after"] - run["memory_before"]) / run["idle_sessions"] if "memory_after" in run else None
    if key in ("p50", "p99"):
        return run.get("latency", {}).get(key)
    return run.get(key)


def values(results, server, work, tls, key, factor):
    found = (value(run, key) for run in results.get((server, work, tls), []))
    return [number * factor for number in found if number is not None]


def shown(number):
    return f"{number:.3g}" if abs(number) < 1000 else f"{number:,.0f}"


def cell(numbers, reference):
    if not numbers:
        return "–"
    middle = statistics.median(numbers)
    text = shown(middle)
    if len(numbers) > 1 and middle:
        text += f" ±{(max(numbers) - min(numbers)) / 2 / abs(middle):.0%}"
    if reference and reference > 0:
        text += f" ({middle / reference:.2f})"
    return text


def cpu_name():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def write(path, servers, results, options):
    names = [server.name for server in servers]
    reference = "bare system calls" if "bare system calls" in names else names[0]
    lines = [
        "# Benchmarks",
        "",
        "Made by `make bench` (`bench/compare`); every number on this page comes from that run. To repeat it as root on",
        "Debian 12: `make bench`, which takes about ten minutes.",
        "",
        f"- Machine: {cpu_name()}, {os.cpu_count()} cores, Linux {platform.release()}; loopback, files on tmpfs.",
        f"- {options.rounds} rounds, interleaved, {options.seconds:g} s for each work; the median, ± half the spread, and",
        f"  in parentheses the ratio to “{reference}”, which is `bench/limits`: a server that makes only the system calls",
        "  that the work needs.",
        "- The server has one core and the client (`ferry bench`) another, both with real-time priority; each server has a",
        "  network namespace and a control group of its own, so its CPU and memory are those of all its processes.",
        "- CPU time for each unit of work is what is compared: lower is better, everywhere on this page.",
        "- The same certificate (RSA-2048), no password hashing (Pure-FTPd: one MD5), no reverse DNS, no transfer log, no",
        f"  limits. Idle memory is the growth with {options.idle} sessions.",
        "",
        "Versions: " + ", ".join(f"{s.name} {s.version}" for s in servers if s.version) + ".",
        "",
        "| | " + " | ".join(names) + " |",
        "|---|" + "---|" * len(names),
    ]
    for work, tls, title, key, factor in ROWS:
        row = {name: values(results, name, work, tls, key, factor) for name in names}
        base = statistics.median(row[reference]) if row[reference] and key != "memory" else None
        lines.append(f"| {title} | " + " | ".join(cell(row[n], base if n != reference else None) for n in names) + " |")
    lines += ["", "A dash: the server does not offer it, or failed.", ""]
    path.parent.mkdir(parents=True, exist_ok=True)
    for title, file, chosen in (
        ("CPU for a GiB", "cpu-per-gib", [ROWS[0], ROWS[1], ROWS[11], ROWS[12]]),
        ("CPU for one operation", "cpu-per-operation", [ROWS[2], ROWS[3], ROWS[4], ROWS[5]]),
        ("Memory of an idle session", "memory", [ROWS[10], ROWS[16]]),
        ("Latency beside downloads", "latency", [ROWS[8], ROWS[9]]),
    ):
        groups = []
        for work, tls, label, key, factor in chosen:
            bars = {n: values(results, n, work, tls, key, factor) for n in names}
            groups.append((label, {n: statistics.median(v) for n, v in bars.items() if v}))
        picture = path.parent / "benchmarks" / (file + ".svg")
        picture.parent.mkdir(exist_ok=True)
        picture.write_text(plot.bars(title, names, groups), encoding="utf-8")
        lines += [f"![{title}](benchmarks/{file}.svg)", ""]
    path.write_text("\n".join(lines), encoding="utf-8")
