"""Late interaction: a query's word pieces compared one by one with those of a passage, each in its own context.

The score of a text is MaxSim (Khattab and Zaharia 2020, "ColBERT"): for every piece of the query its greatest cosine
with any piece of the text, here as a mean weighted by how rare the piece's word is. It shows which word of a question
no passage covers, and, since every piece knows its place, which sentences of a passage are meant. The vectors are those
of the one encoder, not of a model trained for this.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from citedfaq.encoder import Encoded
from citedfaq.lexical import LexicalIndex, is_function_word, stem
from citedfaq.rows import mapped

Compressed = NDArray[np.int8]
"""Pieces of a text, a record each: a unit vector times 127, rounded, and in two bytes more where in its text the piece
begins: shape (pieces, dimension + 2)."""

PLACE_BYTES = 2
_LAST_PLACE = 2**16 - 1
_SCALE = 127.0
_FUNCTION_WEIGHT = 0.1
"""Words that carry no subject count a tenth: they decide only between passages that are otherwise alike."""

_KEPT_LAYOUTS = 2048
"""Of how many passages it stays in memory where their stretches' pieces begin: about a megabyte."""

StretchesOf = Callable[[int], Sequence[int]]

PIECES, STARTS = "pieces.npy", "piece_starts.npy"
"""The files of a build: the pieces of all entries, and where each entry's begin."""


def compress(encoded: Encoded) -> Compressed:
    """Round the pieces of a text to a byte a number; a cosine changes by less than 0.01."""
    rounded = np.rint(encoded.piece_vectors * _SCALE).astype(np.int8)
    places = np.minimum(encoded.places, _LAST_PLACE).astype("<u2")[:, np.newaxis]
    record: Compressed = np.concatenate([rounded, places.view(np.int8)], axis=1)
    return record


@dataclass(frozen=True, slots=True)
class LateScores:
    """How well passages cover a query's pieces.

    Attributes:
        best: the greatest MaxSim of any of each passage's entries, at most 1: shape (passages,).
        counts: how many stretches each passage has.
        stretches: the MaxSim of each stretch of the passages' whole texts alone, one passage after the other: shape
            (stretches,).
        headed: the same of each stretch together with what stands before its passage's first: the headings.
        pieces: the greatest cosine of each of the query's pieces with any of a stretch and its headings: shape
            (stretches, pieces).
    """

    best: NDArray[np.float32]
    counts: list[int]
    stretches: NDArray[np.float32]
    headed: NDArray[np.float32]
    pieces: NDArray[np.float32]


def columns(dimension: int) -> int:
    """Return how many bytes a compressed piece has."""
    return dimension + PLACE_BYTES


class LateIndex:
    """The pieces of every passage: those of its whole text, and of each of its other wordings.

    Args:
        pieces: of all entries, one after the other.
        starts: where each entry's pieces begin, and at the end their number: shape (entries + 1,).
        first: the number of each passage's first entry, which is its whole text, and at the end that of all: shape
            (passages + 1,).
        stretches_of: returns where in a passage's whole text its stretches begin, in code points, ascending; each ends
            where the next begins, and the last with the text.
    """

    def __init__(
        self, pieces: Compressed, starts: NDArray[np.int64], first: NDArray[np.int64], stretches_of: StretchesOf
    ) -> None:
        self._pieces = pieces
        self._starts = starts
        self._first = first
        self._stretches_of = stretches_of
        self._layout = lru_cache(_KEPT_LAYOUTS)(self._read_layout)

    @classmethod
    def load(cls, folder: Path, first: NDArray[np.int64], stretches_of: StretchesOf) -> "LateIndex":
        """Load what a build holds; the pieces stay on disk until they are compared."""
        return cls(mapped(folder / PIECES), mapped(folder / STARTS), first, stretches_of)

    def fits(self) -> bool:
        """Say whether the parts belong together."""
        return len(self._starts) == self._first[-1] + 1 and int(self._starts[-1]) == len(self._pieces)

    def entries_of(self, number: int) -> list[Compressed]:
        """Return the pieces of each of a passage's entries."""
        return [self.entry(entry) for entry in range(int(self._first[number]), int(self._first[number + 1]))]

    def entry(self, number: int) -> Compressed:
        """Return the pieces of an entry, counted through all passages."""
        return self._pieces[self._starts[number] : self._starts[number + 1]]

    def scores(self, query: Encoded, weights: NDArray[np.float32], numbers: Sequence[int]) -> LateScores:
        """Compare a query with passages, by their numbers; `weights` is that of its pieces: shape (pieces,)."""
        layouts = [self._layout(number) for number in numbers]
        counts = [layout.stretches for layout in layouts]
        total = float(weights.sum())
        if total <= 0 or not layouts:
            none = np.zeros((sum(counts), len(weights)), np.float32)
            return LateScores(np.zeros(len(numbers), np.float32), counts, none.sum(axis=1), none.sum(axis=1), none)
        # Turned, since BLAS multiplies a tall matrix by a narrow one twice as fast as the reverse.
        asked = np.ascontiguousarray(query.piece_vectors.T) / np.float32(_SCALE)
        # Passage by passage, so that what is widened to four bytes a number stays in the processor's cache.
        greatest = [
            np.maximum.reduceat(self._pieces[layout.rows, :-PLACE_BYTES].astype(np.float32) @ asked, layout.begins)
            for layout in layouts
        ]
        parts = _Parts.of(layouts)
        by_part = np.full((parts.count, len(weights)), -1.0, np.float32)
        by_part[parts.held] = np.concatenate(greatest)
        by_entry = np.maximum.reduceat(by_part, parts.entries, axis=0)
        shares = weights / np.float32(total)
        alone = by_part[parts.stretches]
        headed = np.maximum(alone, by_part[parts.headings])
        return LateScores(
            best=np.maximum.reduceat(by_entry @ shares, parts.passages),
            counts=counts,
            stretches=alone @ shares,
            headed=headed @ shares,
            pieces=headed,
        )

    def _read_layout(self, number: int) -> "_Layout":
        first, *ends = self._starts[self._first[number] : self._first[number + 1] + 1].tolist()
        places = np.ascontiguousarray(self._pieces[first : ends[0], -PLACE_BYTES:]).view("<u2")[:, 0].tolist()
        stretches = [bisect_left(places, min(begin, _LAST_PLACE + 1)) for begin in self._stretches_of(number)]
        edges = [0, *stretches, *(end - first for end in ends)]
        held = [part for part, (begin, end) in enumerate(pairwise(edges)) if begin < end]
        begins = np.array([edges[part] for part in held], np.int64)
        return _Layout(slice(first, ends[-1]), begins, held, len(stretches), len(ends))


@dataclass(frozen=True, eq=False, slots=True)
class _Layout:
    """What a passage's pieces are made of: what stands above its first stretch, each stretch, each other entry.

    Attributes:
        rows: its pieces, counted through all passages.
        begins: where the parts begin that have any pieces, counted within it: shape (parts with pieces,).
        held: which parts these are.
        stretches: how many of the parts are stretches.
        entries: how many entries there are, the whole text among them.
    """

    rows: slice
    begins: NDArray[np.int64]
    held: list[int]
    stretches: int
    entries: int


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts of passages, one passage after the other.

    Attributes:
        count: how many.
        held: those that have pieces.
        stretches: those that are stretches.
        headings: for each stretch, the part above the first one of its passage.
        entries: with which part each entry begins.
        passages: with which entry each passage begins.
    """

    count: int
    held: list[int]
    stretches: list[int]
    headings: list[int]
    entries: list[int]
    passages: list[int]

    @classmethod
    def of(cls, layouts: Sequence[_Layout]) -> "_Parts":
        """Put the parts of passages behind each other."""
        held: list[int] = []
        stretches: list[int] = []
        headings: list[int] = []
        entries: list[int] = []
        passages: list[int] = []
        count = 0
        for layout in layouts:
            others = count + 1 + layout.stretches
            passages.append(len(entries))
            entries.append(count)
            entries.extend(range(others, others + layout.entries - 1))
            held.extend([count + part for part in layout.held])
            stretches.extend(range(count + 1, others))
            headings.extend([count] * layout.stretches)
            count = others + layout.entries - 1
        return cls(count, held, stretches, headings, entries, passages)


def piece_weights(words: Iterable[str], lexical: LexicalIndex) -> NDArray[np.float32]:
    """Return how much each piece of a query counts, by the word that it is a part of."""
    weights = [lexical.rarity(stem(word)) * (1.0 if is_content_word(word) else _FUNCTION_WEIGHT) for word in words]
    return np.array(weights, np.float32)


def is_content_word(word: str) -> bool:
    """Say whether a word, as an encoder's pieces have it, carries a subject; marks do not."""
    return word[:1].isalnum() and not is_function_word(word)
