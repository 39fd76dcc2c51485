"""How near the parts of a pattern stand to each other in a text."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from citedfaq.care.words import COMMA, SENTENCE, Text

Span = tuple[int, int]
"""First word and the one after the last; both are the same where a pronoun stands for what was said before."""

Found = dict[int, list[Span]]
"""Where each concept, by its number, occurs in a text."""

_WEIGHT = {0: 0, COMMA: 1, SENTENCE: 4}
"""A comma between two parts counts as one word, a sentence end as four."""

_FARTHEST = 14
"""How many words, small ones too, may lie between two parts: over more, a text has gone on to something else."""

_LOOK_AROUND = 6
"""How many occurrences of a part are tried on either side; further ones are hardly nearer."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Parts that together are an occurrence of a concept.

    Attributes:
        result: the concept it is an occurrence of.
        parts: the concepts that have to occur.
        ordered: whether in this order.
        within: how many other words may lie between.
        needed: the parts again, to look for quickly.
    """

    result: int
    parts: tuple[int, ...]
    ordered: bool
    within: int
    needed: frozenset[int]

    @classmethod
    def of(cls, result: int, parts: tuple[int, ...], ordered: bool, within: int) -> "Pattern":
        """Make a pattern of its parts."""
        return cls(result, parts, ordered, within, frozenset(parts))


class Places:
    """Where the words of a text stand, so that the distance between two spans is quick to say.

    Args:
        text: the words.
        weights: how much a word counts as distance, where that is not 1.
    """

    def __init__(self, text: Text, weights: Mapping[str, int]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        place = 0
        for word, mark in zip(text.words, text.breaks, strict=True):
            place += _WEIGHT[mark]
            self._starts.append(place)
            place += weights.get(word, 1)
            self._ends.append(place)

    def match(self, pattern: Pattern, lists: list[list[Span]]) -> list[Span]:
        """Return the occurrences of a pattern, given those of its parts, each in order."""
        if pattern.ordered:
            found = (self._in_order(first, lists[1:], pattern.within) for first in lists[0])
        else:
            lists.sort(key=len)
            found = (self._around(first, lists[1:], pattern.within) for first in lists[0])
        return [span for span in found if span is not None]

    def _in_order(self, first: Span, others: list[list[Span]], within: int) -> Span | None:
        start, end = first
        for spans in others:
            position = bisect_left(spans, (end, 0))
            if position == len(spans) or self._gap((start, end), spans[position]) > within:
                return None
            end = max(end, spans[position][1])
        return start, end

    def _around(self, first: Span, others: list[list[Span]], within: int) -> Span | None:
        taken = [first]
        for spans in others:
            near = self._nearest(taken, spans, within)
            if near is None:
                return None
            taken.append(near)
        return _hull(taken)

    def _nearest(self, taken: list[Span], spans: list[Span], within: int) -> Span | None:
        """Return the span nearest to those taken that overlaps none of them."""
        hull = _hull(taken)
        best: Span | None = None
        for position in _outward(spans, bisect_left(spans, hull)):
            gap = self._gap(hull, spans[position])
            if gap <= within and not any(_overlap(spans[position], other) for other in taken):
                best, within = spans[position], gap - 1
        return best

    def _gap(self, one: Span, other: Span) -> int:
        """Return how many words that count lie between two spans; 0 if they touch or overlap, many if too far apart."""
        first, second = sorted((one, other))
        if second[0] < first[1]:
            return 0
        if second[0] - first[1] > _FARTHEST:
            return len(self._starts)
        end = self._ends[first[1] - 1] if first[1] > first[0] else self._starts[first[0]]
        return self._starts[second[0]] - end


def _hull(spans: list[Span]) -> Span:
    return min(start for start, _ in spans), max(end for _, end in spans)


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _outward(spans: Sequence[Span], middle: int) -> Iterator[int]:
    """Yield the positions of the few spans on both sides of a place, nearest first."""
    for step in range(_LOOK_AROUND):
        if middle + step < len(spans):
            yield middle + step
        if middle - step - 1 >= 0:
            yield middle - step - 1
