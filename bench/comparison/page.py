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


THROUGHPUT = [
    ("retr", False, "RETR, 4 sessions, GiB/s", "units_per_second", 1),
    ("stor", False, "STOR, 4 sessions, GiB/s", "units_per_second", 1),
    ("small-retr", False, "RETR of 1 KiB, files/s", "units_per_second", 1),
    ("small-stor", False, "STOR of 1 KiB, files/s", "units_per_second", 1),
    ("login", False, "logins/s", "units_per_second", 1),
    ("retr", True, "TLS RETR, 4 sessions, GiB/s", "units_per_second", 1),
    ("stor", True, "TLS STOR, 4 sessions, GiB/s", "units_per_second", 1),
    ("small-retr", True, "TLS RETR of 1 KiB, files/s", "units_per_second", 1),
    ("login", True, "TLS logins (RSA-2048)/s", "units_per_second", 1),
]


def memory(run):
    """What its sessions added to the server's memory (PSS), in octets."""
    return run["memory_after"] - run["memory_before"] if "memory_after" in run else None


def value(run, key):
    if key == "memory":
        added = memory(run)
        return None if added is None else added / run["idle_sessions"]
    if key in ("p50", "p99", "max"):
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


def write(path, servers, results, alone, options):
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
        "  limits. The memory of an idle session is the growth of the whole server, divided by the sessions.",
        "",
        "Versions: " + ", ".join(f"{s.name} {s.version}" for s in servers if s.version) + ".",
        "",
        "| | " + " | ".join(names) + " |",
        "|---|" + "---|" * len(names),
    ]
    lines += table(names, ROWS, results, reference)
    lines += ["", "What one core of the server reached, with one core for the client: higher is better. Where the client or the",
              "loopback is the limit, servers look more alike than they are.", "",
              "| | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    lines += table(names, THROUGHPUT, results, reference)
    lines += ["", "A dash: the server does not offer it, or failed.", ""]
    if alone:
        lines += ["## ferry alone", "", "| | |", "|---|---|", *(f"| {what} | {came} |" for what, came in alone), ""]
    path.parent.mkdir(parents=True, exist_ok=True)
    pictures = [bar_chart(results, names, *chart) for chart in (
        ("CPU for a GiB", "cpu-per-gib", [ROWS[0], ROWS[1], ROWS[11], ROWS[12]], "shorter"),
        ("CPU for one operation", "cpu-per-operation", [ROWS[2], ROWS[3], ROWS[4], ROWS[5]], "shorter"),
        ("Throughput", "throughput", THROUGHPUT, "longer"),
        ("Latency beside downloads", "latency", [ROWS[8], ROWS[9]], "shorter"),
    )]
    for tls in (False, True):
        curves = {name: [(run["idle_sessions"], memory(run)) for run in results.get((name, "idle", tls), [])
                         if memory(run) is not None] for name in names}
        title = "Memory by idle TLS sessions" if tls else "Memory by idle sessions"
        pictures.append((title, "memory-tls" if tls else "memory", plot.curves(title, "sessions", "octets", curves)))
    for title, file, picture in pictures:
        target = path.parent / "benchmarks" / (file + ".svg")
        target.parent.mkdir(exist_ok=True)
        target.write_text(picture, encoding="utf-8")
        lines += [f"![{title}](benchmarks/{file}.svg)", ""]
    path.write_text("\n".join(lines), encoding="utf-8")


def bar_chart(results, names, title, file, rows, better):
    groups = []
    for work, tls, label, key, factor in rows:
        bars = {n: values(results, n, work, tls, key, factor) for n in names}
        groups.append((label, {n: statistics.median(v) for n, v in bars.items() if v}))
    return title, file, plot.bars(f"{title} (logarithmic; {better} is better)", names, groups)


def table(names, rows, results, reference):
    lines = []
    for work, tls, title, key, factor in rows:
        row = {name: values(results, name, work, tls, key, factor) for name in names}
        base = statistics.median(row[reference]) if row[reference] and key != "memory" else None
        lines.append(f"| {title} | " + " | ".join(cell(row[n], base if n != reference else None) for n in names) + " |")
    return lines
