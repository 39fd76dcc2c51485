"""Draws figures over the number of passages as an SVG picture, both axes in powers of ten."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

LINES: Final = {
    "exact search, ms": ("exact_milliseconds", "#999"),
    "approximate search, ms": ("near_milliseconds", "#8fb7c9"),
    "answer without encoding, ms": ("answer_milliseconds", "#00546b"),
}
_WIDE, _HIGH, _EDGE = 480, 300, 56


def picture(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return a picture of `LINES`; every row has `passages` and the lines' figures."""
    sizes = [row["passages"] for row in rows]
    values = [row[name] for row in rows for name, _ in LINES.values()]
    left, right = math.floor(math.log10(min(sizes))), math.ceil(math.log10(max(sizes)))
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))

    def point(size: float, value: float) -> tuple[float, float]:
        across = (math.log10(size) - left) / max(right - left, 1)
        up = (math.log10(value) - low) / max(high - low, 1)
        return _EDGE + _WIDE * across, _EDGE + _HIGH * (1 - up)

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE + 2 * _EDGE} {_HIGH + 2 * _EDGE}" role="img" '
        'font-family="sans-serif" font-size="12"><title>Milliseconds of a search and of an answer over the number of '
        'passages</title><rect width="100%" height="100%" fill="#fff"/>',
    ]
    for power in range(low, high + 1):
        _, up = point(10**left, 10**power)
        lines.append(f'<line x1="{_EDGE}" x2="{_EDGE + _WIDE}" y1="{up:.0f}" y2="{up:.0f}" stroke="#ddd"/>')
        lines.append(f'<text x="{_EDGE - 8}" y="{up + 4:.0f}" text-anchor="end">{10.0**power:g} ms</text>')
    for power in range(left, right + 1):
        across, _ = point(10**power, 10**low)
        lines.append(f'<text x="{across:.0f}" y="{_EDGE + _HIGH + 18}" text-anchor="middle">{10**power:,}</text>')
    for row, (label, (name, colour)) in enumerate(LINES.items()):
        points = " ".join("{:.1f},{:.1f}".format(*point(each["passages"], each[name])) for each in rows)
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines.append(f'<text x="{_EDGE + 12}" y="{_EDGE + 16 * (row + 1)}" fill="{colour}">{label}</text>')
    lines.append(f'<text x="{_EDGE + _WIDE / 2:.0f}" y="{_HIGH + 2 * _EDGE - 12}" text-anchor="middle">passages</text>')
    return "\n".join([*lines, "</svg>", ""])
