"""Bar charts as SVG, with a logarithmic scale: the servers differ by powers of ten."""

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
        f'<text x="8" y="20" font-size="15">{escape(title)} (logarithmic; shorter is better)</text>',
        *out, "</svg>", ""])
