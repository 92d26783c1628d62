"""What is asked of ferry alone: many idle sessions, many transfers, long listings, two event loops, storage that hangs.

Each function returns rows for the page: what was done, and what came of it.
"""

import concurrent.futures
import contextlib
import ftplib
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from .run import Running

ROUNDS = 3
SLOW_FS = pathlib.Path(__file__).resolve().parents[2] / "tests/support/waiting_fs.py"


def only(measured):
    runs, complaint = measured
    if complaint or not runs or runs[0]["errors"]:
        raise RuntimeError(complaint or (runs[0]["first_error"] if runs else "no result"))
    return runs[0]


def cpu(run, factor=1.0):
    return f"{run['server_cpu_per_unit'] * factor:.3g}"


def peak_memory(pid):
    """The most that the process ever held (VmHWM), in octets. `pid` runs the server by way of sh and the like."""
    pids = [pid]
    for child in pids:
        with contextlib.suppress(OSError):
            pids += map(int, pathlib.Path(f"/proc/{child}/task/{child}/children").read_text().split())
    found = 0
    for child in pids:
        with contextlib.suppress(OSError):
            match = re.search(r"VmHWM:\s+(\d+) kB", pathlib.Path(f"/proc/{child}/status").read_text())
            found = max(found, int(match[1]) * 1024 if match else 0)
    return found


def idle_sessions(ferry, make, log, seconds):
    rows = []
    for tls, sessions in ((False, 19_000), (True, 10_000)):
        flags = ["--tls"] if tls else []
        with Running(make(tls), log) as server:
            server.measure(ferry, ["noop"], "-n", "1", "-s", "1", *flags)
            without = only(server.measure(ferry, ["retr"], "--seconds", str(seconds), *flags))
            run = only(server.measure(ferry, ["idle"], "--seconds", str(seconds), "--idle", str(sessions), *flags))
        each = (run["memory_after"] - run["memory_before"]) / run["idle_sessions"] / 1024
        rows.append((f"{run['idle_sessions']:,} idle {'TLS ' if tls else ''}sessions",
                     f"{each:.3g} KiB each (PSS); RETR beside them {cpu(run)} CPU s/GiB, without them {cpu(without)}"))
    return rows


def long_use(ferry, make, log, seconds):
    """The ports of 100,000 data connections wait for their end (TIME_WAIT), with the kernel's own range of ports."""
    with Running(make(False), log) as server:
        first = only(server.measure(ferry, ["small-retr"], "--seconds", str(seconds)))
        only(server.measure(ferry, ["small-retr"], "-n", "25000", "-s", "4"))
        last = only(server.measure(ferry, ["small-retr"], "--seconds", str(seconds)))
    return [("RETR of 1 KiB after 100,000 of them", f"{cpu(last, 1e6)} CPU µs; at first {cpu(first, 1e6)}")]


def parallel_transfers(ferry, make, bare, log, seconds):
    """`bare`: the bare system calls, or None."""
    peers = [peer for peer in (make(False), bare) if peer]
    numbers = (1, 10, 100, 1000, 4000)
    found = {(peer.name, sessions): [] for peer in peers for sessions in numbers}
    for turn in range(ROUNDS):
        for sessions in numbers:
            for peer in peers if turn % 2 else reversed(peers):
                with Running(peer, log) as server:
                    found[peer.name, sessions].append(only(server.measure(
                        ferry, ["parallel"], "--seconds", str(seconds), "-s", str(sessions))))
    speed, cost = ({key: statistics.median(run[figure] for run in runs) for key, runs in found.items()}
                   for figure in ("units_per_second", "server_cpu_per_unit"))

    def shown(name, sessions):
        best = max(speed[name, number] for number in numbers)
        reached = speed[name, sessions]
        return f"{name} {reached:.3g} GiB/s ({reached / best:.0%} of the best), {cost[name, sessions]:.3g} CPU s/GiB"

    return [(f"{sessions:,} parallel download{'s' if sessions > 1 else ''}",
             "; ".join(shown(peer.name, sessions) for peer in peers)) for sessions in numbers]


def listings(ferry, make, log, folder):
    rows = []
    for entries in (10_000, 100_000, 1_000_000):
        listing = folder / "ferry-bench" / f"list-{entries}"
        if not listing.exists():
            listing.mkdir()
            for entry in range(entries):
                (listing / f"entry-{entry:06}.txt").touch()
        for work in ("list", "mlsd"):
            with Running(make(False), log) as server:
                server.measure(ferry, ["noop"], "-n", "1", "-s", "1")
                before = peak_memory(server.process.pid)
                run = only(server.measure(ferry, [work], "-n", "1", "-s", "1", "--entries", str(entries)))
                grown = (peak_memory(server.process.pid) - before) / 1024
            rows.append((f"{work.upper()} of {entries:,} entries",
                         f"{cpu(run, 1e6)} CPU µs an entry; the process grew by {grown:,.0f} KiB at most"))
        if entries > 100_000:
            subprocess.run(["rm", "-rf", listing], check=True)
    return rows


def two_loops(ferry, make, log, seconds):
    """Two loops of one process beside two processes of one loop each, which share nothing: on all cores, as the client is.

    On two cores that the client uses too, throughput says little; what counts is whether a unit of work costs more CPU.
    """
    rows = []
    for title, work, flags in (("TLS RETR", "retr", ["--tls"]), ("RETR of 1 KiB", "small-retr", [])):
        costs = {1: [], 2: []}
        for _ in range(ROUNDS):
            for servers in costs:
                costs[servers].append(cost_on_two_cores(ferry, make(bool(flags), 2 // servers), log, servers,
                                                        [work, "--seconds", str(max(seconds, 1)), "-s", str(8 // servers), *flags]))
        together, apart = statistics.median(costs[1]), statistics.median(costs[2])
        rows.append((f"{title}: one process with two event loops, beside two processes with one",
                     f"a unit of work costs {together / apart:.2f} times the CPU: two loops do {2 * apart / together:.2f} times "
                     "the work of one, client aside"))
    return rows


def cost_on_two_cores(ferry, peer, log, servers, work):
    with contextlib.ExitStack() as stack:
        running = [stack.enter_context(Running(peer, log, cores="0,1")) for _ in range(servers)]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            runs = list(pool.map(lambda server: only(server.measure(ferry, work[:1], *work[1:], cores="0,1")), running))
    units = [run["server_cpu"] / run["server_cpu_per_unit"] for run in runs]
    return sum(run["server_cpu"] for run in runs) / sum(units)


@contextlib.contextmanager
def slow_file_system(folder, delay):
    with tempfile.TemporaryDirectory(prefix="ferry-slow-") as source:
        (pathlib.Path(source) / "film").write_bytes(bytes(4 << 20))
        mountpoint = folder / "slow"
        mountpoint.mkdir(exist_ok=True)
        fuse = subprocess.Popen(["/usr/bin/python3", "-B", SLOW_FS, source, mountpoint, str(delay)])
        try:
            for _ in range(500):
                if mountpoint.is_mount():
                    break
                time.sleep(0.01)
            yield "slow/film"
        finally:
            subprocess.run(["umount", "--lazy", mountpoint], check=False)
            fuse.kill()
            fuse.wait()


def take_all(connection):
    with contextlib.suppress(OSError):  # closed at this end
        while connection.recv(65536):
            pass


def hanging_storage(ferry, make, log, seconds, folder):
    """In the machine's own network, as the reader of the slow file is a thread of this process."""
    with slow_file_system(folder, 2) as film, Running(make(False), log, isolated=False) as server:
        alone = only(server.measure(ferry, ["retr"], "--seconds", str(seconds)))
        session = ftplib.FTP()
        session.connect("127.0.0.1", make(False).port)
        session.login()
        session.voidcmd("TYPE I")
        reader = session.transfercmd("RETR " + film)
        taker = threading.Thread(target=take_all, args=(reader,), daemon=True)
        taker.start()
        beside = only(server.measure(ferry, ["retr"], "--seconds", str(seconds)))
        noop = only(server.measure(ferry, ["noop"], "--seconds", str(max(seconds, 2.5)), "-s", "1"))
        hanging = taker.is_alive()
        reader.close()
        session.close()
    if not hanging:
        print("the slow file was read too soon", file=sys.stderr)
    return [("one session reads from storage that takes 2 s for each read, on the same loop",
             f"NOOP of the others p99 {noop['latency']['p99'] * 1e3:.3g} ms, "
             f"max {noop['latency']['max'] * 1e3:.3g} ms; RETR from tmpfs at "
             f"{beside['units_per_second'] / alone['units_per_second']:.0%} of its speed")]
