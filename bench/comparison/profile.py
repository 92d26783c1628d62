"""Where the CPU time of a server goes while it does a work: to which system call, and to which library outside the kernel."""

import collections
import re
import subprocess
import tempfile
import threading

from .run import IN_FRONT, Running
from .works import CPU, REASONS, ROWS, RUNS, VARIANTS, middle

# The kernel's function for a system call: __x64_sys_sendto, or what that one has jumped to, such as do_sendfile.
CALL = re.compile(r"(?:__(?:x64|arm64|do|se)_sys_|ksys_|do_)?(\w+?)(?:64)?$")
ENTRIES = ("do_syscall_64", "x64_sys_call", "invoke_syscall")
MOST_LINES = 14


def category(frames):
    """What a sample counts for; `frames`: [(symbol, file)], the innermost first."""
    kernel = [symbol for symbol, file in frames if "[kernel" in file or file.endswith(".ko")]
    if not kernel:
        name = re.split(r"[/ ]", frames[0][1])[-1] if frames else "?"
        return "outside the kernel: " + re.sub(r"\.so\b.*", "", name)
    for inner, outer in zip(kernel, kernel[1:]):
        if outer in ENTRIES and inner.startswith("syscall_"):
            return "the filter of system calls"
        if outer in ENTRIES and inner not in ENTRIES and not inner.startswith("exit_"):
            return f"`{CALL.match(inner)[1]}`"
    if any("page_fault" in symbol for symbol in kernel):
        return "page faults"
    return "interrupts, and the way into the kernel"


def samples(script):
    """The call stacks in what `perf script` prints: a line for each frame, an empty one behind each stack."""
    frames = []
    for line in script.splitlines():
        if found := re.match(r"\s+[0-9a-f]+ (.*) \((.*)\)$", line):
            frames.append((found[1], found[2]))
        elif not line.strip() and frames:
            yield frames
            frames = []
    if frames:
        yield frames


def shares(script):
    """{category: its part of all samples}."""
    counts = collections.Counter(map(category, samples(script)))
    total = counts.total()
    return {name: count / total for name, count in counts.items()}


def of_work(ferry, peer, key, seconds, log):
    """shares() of the server while it does this work; None where perf is missing."""
    encrypted, work, flags = RUNS[VARIANTS.get(key, key)]
    tls = ["--tls"] if encrypted else []
    with tempfile.NamedTemporaryFile(prefix="ferry-profile-") as data, Running(peer, log) as server:
        server.measure(ferry, ["noop"], "-n", "1", "-s", "1", *tls)
        worker = threading.Thread(target=server.measure, args=(ferry, [work], "--seconds", str(seconds + 1), *flags, *tls))
        worker.start()
        try:
            pids = ",".join(server.pids())
            done = subprocess.run([*IN_FRONT, "perf", "record", "-q", "-g", "-e", "cpu-clock", "-F", "2000", "-o", data.name, "-p", pids,
                                   "--", "sleep", str(seconds)], check=False, capture_output=True)
        except FileNotFoundError:
            return None
        finally:
            worker.join()
        if done.returncode != 0:
            return None
        script = subprocess.run(["perf", "script", "-F", "ip,sym,dso", "-i", data.name], check=False, capture_output=True, text=True).stdout
    return shares(script)


def lines(key, found, results):
    """The section of the page; `found`: {server: what of_work() found}. A share counts as that part of the median cost."""
    rows = [row for row in ROWS if row.run == key]
    out = ["", "### " + " / ".join(dict.fromkeys(row.title.split(", CPU")[0] for row in rows)), ""]
    if key in REASONS:
        out += [REASONS[key], ""]
    if not found:
        return out
    if not all(found.values()):
        return [*out, "No profile, as `perf` is not installed or not permitted.", ""]
    row = rows[0]
    is_cost = row.figure == CPU
    scale = {name: middle(results, name, row) if is_cost else 100 for name in found}
    unit = row.title.split(", ")[-1] if is_cost else "% of its CPU time"
    first = next(iter(found.values()))
    names = sorted({name for part in found.values() for name in part}, key=lambda name: -first.get(name, 0))
    out += [f"| {unit} | " + " | ".join(found) + " |", "|---|" + "---|" * len(found)]
    for name in names[:MOST_LINES]:
        out.append(f"| {name} | " + " | ".join(f"{part.get(name, 0) * scale[server]:.3g}" for server, part in found.items()) + " |")
    return [*out, ""]
