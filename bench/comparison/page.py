"""docs/BENCHMARKS.md and its plots, made from the results and from nothing else."""

import os
import platform
import statistics

from . import plot, profile, targets
from .works import IDLE, IDLE_TLS, MEMORY, RATES, ROWS, figures, memory, middle, ratio


def shown(number):
    return f"{number:.3g}" if abs(number) < 1000 else f"{number:,.0f}"


def cell(numbers, compared):
    """The median of `numbers`, their spread, and what it is of the reference: `compared`, or None."""
    if not numbers:
        return "–"
    median = statistics.median(numbers)
    text = shown(median)
    if len(numbers) > 1 and median:
        text += f" ±{(max(numbers) - min(numbers)) / 2 / abs(median):.0%}"
    if compared is not None:
        text += f" ({compared:.2f})"
    return text


def cpu_name():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def write(path, servers, results, alone, profiles, options):
    names = [server.name for server in servers]
    reference = targets.BARE if targets.BARE in names else names[0]
    lines = [
        "# Benchmarks",
        "",
        "Made by `make bench` (`bench/compare`); every number on this page comes from that run. To repeat it as root on",
        "Debian 12: `make bench`, which takes about twelve minutes.",
        "",
        f"- Machine: {cpu_name()}, {os.cpu_count()} cores, Linux {platform.release()}; loopback, files on tmpfs, and on ext4",
        "  where a line says so.",
        f"- {options.rounds} rounds, interleaved, {options.seconds:g} s for each work behind a warm-up; the median, ± half the spread, and",
        f"  in parentheses the ratio to “{reference}”, which is `bench/limits`: a server that makes only the system calls",
        "  that the work needs. Every ratio is the median of each round's ratio, as a slow round is slow for all.",
        "- The server has one core and the client (`ferry bench`) another, both with the highest ordinary priority; each server has a",
        "  network namespace and a control group of its own, so its CPU and memory are those of all its processes.",
        "- CPU time for each unit of work is what is compared: lower is better, everywhere on this page.",
        "- The same certificate (RSA-2048), no password hashing (Pure-FTPd: one MD5), no reverse DNS, no transfer log, no",
        "  limits. The memory of an idle session is the growth of the whole server, divided by the sessions.",
        "",
        "Versions: " + ", ".join(f"{s.name} {s.version}" for s in servers if s.version) + ".",
        "",
        *head(names),
        *table(names, ROWS, results, reference),
        "",
        "A dash: the server does not offer it, or failed.",
        "",
        "## Throughput",
        "",
        "What one core of the server reached, with one core for the client: higher is better. Where the client or the",
        "loopback is the limit, servers look more alike than they are.",
        "",
        *head(names),
        *table(names, RATES, results, reference),
        "",
    ]
    if targets.FERRY in names:
        lines += ["## What ferry must reach", "", *targets.lines(results, names), ""]
    if profiles:
        lines += ["## Where the time goes", "", "Of each work whose target is missed: why, as far as it is known, and where the server's CPU time goes in a",
                  "profile (`perf`): the system calls, and the libraries."]
        for key, found in profiles.items():
            lines += profile.lines(key, found, results)
    if alone:
        lines += ["## ferry alone", "", "| | |", "|---|---|", *(f"| {what} | {came} |" for what, came in alone), ""]
    path.parent.mkdir(parents=True, exist_ok=True)
    for title, file, picture in pictures(names, results):
        target = path.parent / "benchmarks" / (file + ".svg")
        target.parent.mkdir(exist_ok=True)
        target.write_text(picture, encoding="utf-8")
        lines += [f"![{title}](benchmarks/{file}.svg)", ""]
    path.write_text("\n".join(lines), encoding="utf-8")


def head(names):
    return ["| | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]


def table(names, rows, results, reference):
    lines = []
    for row in rows:
        cells = [cell(list(figures(results, name, row).values()),
                      None if name == reference or row.figure == MEMORY else ratio(results, name, reference, row)) for name in names]
        lines.append(f"| {row.title} | " + " | ".join(cells) + " |")
    return lines


def pictures(names, results):
    """(title, file, SVG)"""
    for title, file, rows, runs, better in (
        ("CPU for a GiB", "cpu-per-gib", ROWS, ("retr", "stor", "tls-retr", "tls-stor"), "shorter"),
        ("CPU for one operation", "cpu-per-operation", ROWS, ("small-retr", "small-stor", "login", "noop"), "shorter"),
        ("Throughput", "throughput", RATES, [row.run for row in RATES], "longer"),
        ("Latency beside downloads", "latency", ROWS, ("latency",), "shorter"),
    ):
        groups = []
        for row in rows:
            if row.run in runs:
                bars = {name: middle(results, name, row) for name in names}
                groups.append((row.title, {name: number for name, number in bars.items() if number is not None}))
        yield title, file, plot.bars(f"{title} (logarithmic; {better} is better)", names, groups)
    for title, file, run in (("Memory by idle sessions", "memory", IDLE), ("Memory by idle TLS sessions", "memory-tls", IDLE_TLS)):
        curves = {name: [(found["idle_sessions"], memory(found)) for found in results.get((name, run), [])
                         if memory(found) is not None] for name in names}
        yield title, file, plot.curves(title, "sessions", "octets", curves)
