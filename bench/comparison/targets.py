"""What ferry must reach beside what it reached."""

from .works import ROWS, middle, ratio

FERRY, BARE = "ferry", "bare system calls"


def judge(results, row, peers):
    """[(what the figure is compared with, reached, target)], for what was measured."""
    own = middle(results, FERRY, row)
    found = []
    if own is None:
        return found
    bare = ratio(results, FERRY, BARE, row)
    if row.bare and bare:
        found.append(("the bare system calls", bare, row.bare))
    others = {name: ratio(results, FERRY, name, row) for name in peers}
    others = {name: reached for name, reached in others.items() if reached}
    if row.best and others:
        best = max(others, key=others.get)
        found.append((best, others[best], row.best))
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
