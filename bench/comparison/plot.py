"""Charts as SVG, with logarithmic scales: the servers differ by powers of ten."""

import math
from html import escape

COLOURS = ["#0b6e99", "#9a9a9a", "#c2571a", "#7a5195", "#2a7f4f", "#b8860b", "#444444"]
WIDTH, BAR, LABEL = 760, 16, 150


def bars(title, names, groups):
    """`groups`: pairs of a label and {name: value}. Each group has a scale of its own."""
    out = []
    y = 34
    for label, found in groups:
        out.append(f'<text x="8" y="{y + 12}" font-weight="bold">{escape(label)}</text>')
        y += 20
        positive = [v for v in found.values() if v > 0]
        if not positive:
            continue
        low, high = min(positive) / 2, max(positive)
        for name in names:
            if name not in found:
                continue
            number = max(found[name], low)
            share = math.log(number / low) / math.log(high / low)
            length = max(share * (WIDTH - LABEL - 90), 1)
            colour = COLOURS[names.index(name) % len(COLOURS)]
            out.append(f'<text x="{LABEL - 6}" y="{y + 12}" text-anchor="end">{escape(name)}</text>')
            out.append(f'<rect x="{LABEL}" y="{y}" width="{length:.1f}" height="{BAR - 3}" fill="{colour}"/>')
            out.append(f'<text x="{LABEL + length + 5:.1f}" y="{y + 12}">{found[name]:.3g}</text>')
            y += BAR
        y += 12
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" viewBox="0 0 {WIDTH} {y}" '
        'font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="8" y="20" font-size="15">{escape(title)}</text>',
        *out, "</svg>", ""])


def curves(title, x_name, y_name, found):
    """`found`: {name: [(x, y), ...]}. Both scales are logarithmic."""
    points = [(x, y) for curve in found.values() for x, y in curve if x > 0 and y > 0]
    if not points:
        return bars(title, [], [])
    height, left, top, bottom, right = 360, 90, 40, 50, 150
    spans = [[math.log10(f(values)) for f in (min, max)] for values in zip(*points)]

    def place(x, y):
        parts = [(math.log10(v) - low) / ((high - low) or 1) for v, (low, high) in zip((x, y), spans)]
        return left + parts[0] * (WIDTH - left - right), height - bottom - parts[1] * (height - top - bottom)

    out = []
    for power in range(math.ceil(spans[1][0]), math.floor(spans[1][1]) + 1):
        _, y = place(points[0][0], 10 ** power)
        out.append(f'<line x1="{left}" x2="{WIDTH - right}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        out.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">1e{power}</text>')
    for x in sorted({x for x, _ in points}):
        out.append(f'<text x="{place(x, points[0][1])[0]:.1f}" y="{height - bottom + 18}" text-anchor="middle">{x}</text>')
    for number, (name, curve) in enumerate(found.items()):
        shown = [place(x, y) for x, y in sorted(curve) if x > 0 and y > 0]
        if not shown:
            continue
        colour = COLOURS[number % len(COLOURS)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in shown)
        out.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out.append(f'<text x="{shown[-1][0] + 8:.1f}" y="{shown[-1][1] + 4:.1f}" fill="{colour}">{escape(name)}</text>')
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        'font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="8" y="20" font-size="15">{escape(title)} (logarithmic; lower is better)</text>',
        f'<text x="{left}" y="{height - 10}">{escape(x_name)}</text><text x="8" y="{top}">{escape(y_name)}</text>',
        *out, "</svg>", ""])
