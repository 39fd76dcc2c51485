"""Late interaction: a query's word pieces compared one by one with those of a passage, each in its own context.

The score of a text is MaxSim (Khattab and Zaharia 2020, "ColBERT"): for every piece of the query its greatest cosine
with any piece of the text, here as a mean weighted by how rare the piece's word is. It shows which word of a question
no passage covers, and, since every piece knows its place, which sentences of a passage are meant. The vectors are those
of the one encoder, not of a model trained for this.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from citedfaq.encoder import Encoded
from citedfaq.lexical import LexicalIndex, is_function_word, stem

Compressed = NDArray[np.int8]
"""Pieces of a text, a record each: a unit vector times 127, rounded, and in two bytes more where in its text the piece
begins: shape (pieces, dimension + 2)."""

PLACE_BYTES = 2
_LAST_PLACE = 2**16 - 1
_SCALE = 127.0
_FUNCTION_WEIGHT = 0.1
"""Words that carry no subject count a tenth: they decide only between passages that are otherwise alike."""

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
    """How well a passage covers a query's pieces.

    Attributes:
        best: the greatest MaxSim of any of the passage's entries, at most 1.
        stretches: the MaxSim of each stretch of its whole text alone, in the order in which they were asked for.
        headed: the MaxSim of each stretch together with what stands before the first: the headings.
        pieces: the greatest cosine of each of the query's pieces with any of such a stretch and the headings:
            shape (pieces, stretches).
    """

    best: float
    stretches: tuple[float, ...]
    headed: tuple[float, ...]
    pieces: NDArray[np.float32]


def columns(dimension: int) -> int:
    """Return how many bytes a compressed piece has."""
    return dimension + PLACE_BYTES


class LateIndex:
    """The pieces of every passage: those of its whole text, and of each of its other wordings.

    Args:
        pieces: of all entries, one after the other.
        starts: where each entry's pieces begin, and at the end their number: shape (entries + 1,).
        entries: how many entries each passage has, in the order of the passages; the first is its whole text.
    """

    def __init__(self, pieces: Compressed, starts: NDArray[np.int64], entries: Sequence[int]) -> None:
        self._pieces = pieces
        self._starts = starts
        self._first = np.concatenate(([0], np.cumsum(entries, dtype=np.int64)))

    @classmethod
    def load(cls, folder: Path, entries: Sequence[int]) -> "LateIndex":
        """Load what a build holds; the pieces stay on disk until they are compared."""
        return cls(np.load(folder / PIECES, mmap_mode="r"), np.load(folder / STARTS), entries)

    def fits(self) -> bool:
        """Say whether the parts belong together."""
        return len(self._starts) == self._first[-1] + 1 and int(self._starts[-1]) == len(self._pieces)

    def entries_of(self, number: int) -> list[Compressed]:
        """Return the pieces of each of a passage's entries."""
        return [self.entry(entry) for entry in range(int(self._first[number]), int(self._first[number + 1]))]

    def entry(self, number: int) -> Compressed:
        """Return the pieces of an entry, counted through all passages."""
        return self._pieces[self._starts[number] : self._starts[number + 1]]

    def scores(
        self, query: Encoded, weights: NDArray[np.float32], stretches: Sequence[tuple[int, Sequence[int]]]
    ) -> list[LateScores]:
        """Compare a query with passages.

        Args:
            query: the query.
            weights: of its pieces: shape (pieces,).
            stretches: each passage's number, and where in its whole text the stretches begin that are to be scored,
                in code points, ascending; the first ends where the second begins, and the last with the text.
        """
        total = float(weights.sum())
        if total <= 0 or not stretches:
            return [_no_scores(len(weights), len(starts)) for _, starts in stretches]
        entries = [self.entries_of(number) for number, _ in stretches]
        pieces = np.concatenate([piece for of_passage in entries for piece in of_passage])
        cosines = (query.piece_vectors @ pieces[:, :-PLACE_BYTES].T.astype(np.float32)) / _SCALE
        sizes = [run_sizes(of_passage, starts) for of_passage, (_, starts) in zip(entries, stretches, strict=True)]
        greatest = _greatest_of_runs(cosines, np.concatenate(sizes))
        shares = weights / total
        found = []
        first = 0
        for of_passage, (_, starts) in zip(entries, stretches, strict=True):
            last = first + len(starts) + 1
            alone, others = greatest[:, first + 1 : last], greatest[:, last : last + len(of_passage) - 1]
            headed = np.maximum(alone, greatest[:, first, np.newaxis])
            whole = greatest[:, first:last].max(axis=1, keepdims=True)
            best = float((shares @ np.concatenate([whole, others], axis=1)).max())
            found.append(LateScores(best, tuple((shares @ alone).tolist()), tuple((shares @ headed).tolist()), headed))
            first = last + len(of_passage) - 1
        return found


def piece_weights(words: Iterable[str], lexical: LexicalIndex) -> NDArray[np.float32]:
    """Return how much each piece of a query counts, by the word that it is a part of."""
    weights = [lexical.rarity(stem(word)) * (1.0 if is_content_word(word) else _FUNCTION_WEIGHT) for word in words]
    return np.array(weights, np.float32)


def is_content_word(word: str) -> bool:
    """Say whether a word, as an encoder's pieces have it, carries a subject; marks do not."""
    return word[:1].isalnum() and not is_function_word(word)


def _places(entry: Compressed) -> NDArray[np.uint16]:
    places: NDArray[np.uint16] = np.ascontiguousarray(entry[:, -PLACE_BYTES:]).view("<u2")[:, 0]
    return places


def run_sizes(entries: Sequence[Compressed], starts: Sequence[int]) -> NDArray[np.int64]:
    """Return how many pieces stand before the first stretch, in each stretch, and in each further entry."""
    first = np.searchsorted(_places(entries[0]), starts)
    of_whole = np.diff(np.concatenate(([0], first, [len(entries[0])])))
    return np.concatenate([of_whole, [len(entry) for entry in entries[1:]]]).astype(np.int64)


def _greatest_of_runs(cosines: NDArray[np.float32], sizes: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the greatest cosine of each piece of the query in each run of pieces; -1 in a run without pieces."""
    greatest = np.full((len(cosines), len(sizes)), -1.0, np.float32)
    filled = np.flatnonzero(sizes)
    if len(filled):
        begins = np.concatenate(([0], np.cumsum(sizes)[:-1]))[filled]
        greatest[:, filled] = np.maximum.reduceat(cosines, begins, axis=1)
    return greatest


def _no_scores(pieces: int, stretches: int) -> LateScores:
    none = (0.0,) * stretches
    return LateScores(0.0, none, none, np.zeros((pieces, stretches), np.float32))
