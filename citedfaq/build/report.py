"""How an ingest ended: for people as text, for machines as JSON."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from citedfaq.build.advice import Advice
from citedfaq.build.changes import Changes

_PATHS, _REMARKS = 10, 3
"""Lines of one kind; a first ingest of 5,000 articles is no reason to print 5,000 lines."""


@dataclass(frozen=True, slots=True)
class Report:
    """How an ingest ended.

    Attributes:
        changes: what had changed.
        build: the build now in use.
        passages: how many it has.
        encoded: how many texts were encoded anew.
        advice: what an editor can mend.
        seconds: how long it took.
    """

    changes: Changes
    build: str
    passages: int
    encoded: int
    advice: tuple[Advice, ...]
    seconds: float


def changes_as_text(changes: Changes) -> str:
    """Return the counts of what changed, and below them the articles' paths; of unchanged ones only the count."""
    counts = {name: len(getattr(changes, name)) for name in ("added", "changed", "removed", "unchanged", "skipped")}
    lines = ["Articles: " + ", ".join(f"{count} {name}" for name, count in counts.items())]
    if changes.held:
        lines.append("held: a rollback put the build of these articles out of use; it stays so until they change")
    elif changes.reason:
        lines.append(f"all anew: {changes.reason}")
    for name in ("added", "changed", "removed"):
        lines += _shortened([f"{name} {path}" for path in getattr(changes, name)], _PATHS, name)
    return "\n".join(lines)


def as_text(report: Report) -> str:
    """Return what a person reads: what changed, and a line on what was made of it."""
    made = f"{report.passages} passages, {report.encoded} texts encoded, {report.seconds:.1f} seconds"
    return f"{changes_as_text(report.changes)}\nBuild {report.build}: {made}"


def remarks(changes: Changes, advice: Sequence[Advice] = ()) -> Iterator[str]:
    """Yield a line for each skipped file, and what an editor can mend, each kind shortened."""
    yield from (f"skipped {skipped.path}: {skipped.reason}" for skipped in changes.skipped)
    for kind, group in groupby(advice, key=lambda each: each.kind):
        yield from _shortened([f"warning: {each.path} {each.text}" for each in group], _REMARKS, kind)


def changes_as_json(changes: Changes) -> dict[str, Any]:
    """Return what changed as JSON values, every article by name."""
    return dataclasses.asdict(changes)


def as_json(report: Report) -> dict[str, Any]:
    """Return a report as JSON values."""
    return dataclasses.asdict(report)


def _shortened(lines: Sequence[str], most: int, name: str) -> list[str]:
    more = len(lines) - most
    return [*lines[:most], *([f"… and {more} more {name}"] if more > 0 else [])]
