"""Late interaction: a query's word pieces compared one by one with those of a passage, each in its own context.

The score of a text is MaxSim (Khattab and Zaharia 2020, "ColBERT"): for every piece of the query its greatest cosine
with any piece of the text, here as a mean weighted by how rare the piece's word is. It shows which word of a question
no passage covers. The vectors are those of the one encoder, not of a model trained for this.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from citedfaq.encoder import Encoded, Vectors
from citedfaq.lexical import LexicalIndex, is_function_word, stem

Compressed = NDArray[np.int8]
"""Unit vectors times 127, rounded: shape (pieces, dimension)."""

_SCALE = 127.0
_FUNCTION_WEIGHT = 0.1
"""Words that carry no subject count a tenth: they decide only between passages that are otherwise alike."""

PIECES, STARTS = "pieces.npy", "piece_starts.npy"
"""The files of a build: the pieces of all entries, and where each entry's begin."""


def compress(vectors: Vectors) -> Compressed:
    """Round unit vectors to a byte a number; a cosine changes by less than 0.01."""
    rounded: Compressed = np.rint(vectors * _SCALE).astype(np.int8)
    return rounded


def columns(dimension: int) -> int:
    """Return how many bytes a compressed piece has."""
    return dimension


class LateIndex:
    """The pieces of every passage: those of its whole text, and of each of its other wordings.

    Args:
        pieces: of all entries, one after the other.
        starts: where each entry's pieces begin, and at the end their number: shape (entries + 1,).
        entries: how many entries each passage has, in the order of the passages.
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

    def entries_of(self, number: int) -> Iterator[Compressed]:
        """Yield the pieces of each of a passage's entries."""
        for entry in range(int(self._first[number]), int(self._first[number + 1])):
            yield self.entry(entry)

    def entry(self, number: int) -> Compressed:
        """Return the pieces of an entry, counted through all passages."""
        return self._pieces[self._starts[number] : self._starts[number + 1]]

    def scores(self, query: Encoded, weights: NDArray[np.float32], numbers: Sequence[int]) -> NDArray[np.float32]:
        """Return the greatest MaxSim of any entry of each passage: shape (numbers,), at most 1."""
        if not numbers or not len(weights):
            return np.zeros(len(numbers), np.float32)
        entries = [list(self.entries_of(number)) for number in numbers]
        sizes = [len(pieces) for each in entries for pieces in each]
        text = np.concatenate([pieces for each in entries for pieces in each]).astype(np.float32)
        cosines = (query.piece_vectors @ text.T) / _SCALE
        nearest = np.maximum.reduceat(cosines, np.cumsum([0, *sizes[:-1]]), axis=1)
        of_entries = weights @ nearest / weights.sum()
        counts = [len(each) for each in entries]
        best: NDArray[np.float32] = np.maximum.reduceat(of_entries, np.cumsum([0, *counts[:-1]])).astype(np.float32)
        return best


def piece_weights(words: Iterable[str], lexical: LexicalIndex) -> NDArray[np.float32]:
    """Return how much each piece of a query counts, by the word that it is a part of."""
    weights = [
        lexical.rarity(stem(word)) * (1.0 if word[:1].isalnum() and not is_function_word(word) else _FUNCTION_WEIGHT)
        for word in words
    ]
    return np.array(weights, np.float32)
