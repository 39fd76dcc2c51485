"""Draws how often a question of a given probability is answerable, as an SVG picture."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.calibration import calibration_curve

Judged = tuple[NDArray[np.bool_], NDArray[np.float64]]
"""Of questions: whether they are answerable, and the probability that was given: shape (questions,) each."""

_BINS: Final = 6
_SIZE, _EDGE = 320, 40
_COLOURS: Final = ("#00546b", "#8fb7c9")


def picture(groups: Mapping[str, Judged]) -> str:
    """Return a picture with a line for each of at most two groups of questions, by name."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE + 2 * _EDGE} {_SIZE + 2 * _EDGE}" role="img" '
        'font-family="sans-serif" font-size="12"><title>Calibration: how often a question of a given probability is '
        'answerable</title><rect width="100%" height="100%" fill="#fff"/>',
        _line([(0, 0), (1, 1)], "#999", "4 4"),
    ]
    for row, ((name, (answerable, chances)), colour) in enumerate(zip(groups.items(), _COLOURS, strict=False), 1):
        share, mean = calibration_curve(answerable, chances, n_bins=_BINS, strategy="quantile")
        lines.append(_line(list(zip(mean.tolist(), share.tolist(), strict=True)), colour, ""))
        lines.append(f'<text x="{_EDGE + 12}" y="{_EDGE + 16 * row}" fill="{colour}">{name}</text>')
    for tick in (0, 0.5, 1):
        across, up = _point(tick, tick)
        lines.append(f'<text x="{across - 8:.0f}" y="{_SIZE + _EDGE + 18}">{tick:g}</text>')
        lines.append(f'<text x="{_EDGE - 24}" y="{up + 4:.0f}">{tick:g}</text>')
    lines.append(f'<text x="{_EDGE + 90}" y="{_SIZE + 2 * _EDGE - 6}">probability that was given</text>')
    lines.append(f'<text x="{_EDGE}" y="{_EDGE - 14}">share that is answerable</text></svg>\n')
    return "\n".join(lines)


def _line(points: Sequence[tuple[float, float]], colour: str, dashes: str) -> str:
    drawn = " ".join("{:.1f},{:.1f}".format(*_point(*point)) for point in points)
    return f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>'


def _point(across: float, up: float) -> tuple[float, float]:
    return _EDGE + across * _SIZE, _EDGE + (1 - up) * _SIZE
