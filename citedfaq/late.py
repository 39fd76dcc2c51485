"""Late interaction: a query's word pieces compared one by one with those of a passage, each in its own context.

The score of a text is MaxSim (Khattab and Zaharia 2020, "ColBERT"): for every piece of the query its greatest cosine
with any piece of the text, here as a mean weighted by how rare the piece's word is. It shows which word of a question
no passage covers, and, since every piece knows its place, which sentences of a passage are meant. The vectors are those
of the one encoder, not of a model trained for this.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
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
_PLACE_BITS = 17
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
    """How well passages cover a query's pieces.

    Attributes:
        best: the greatest MaxSim of any of each passage's entries, at most 1: shape (passages,).
        stretches: the MaxSim of each stretch of the passages' whole texts alone, one passage after the other: shape
            (stretches,).
        headed: the same of each stretch together with what stands before its passage's first: the headings.
        pieces: the greatest cosine of each of the query's pieces with any of a stretch and its headings: shape
            (stretches, pieces).
    """

    best: NDArray[np.float32]
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
    """

    def __init__(self, pieces: Compressed, starts: NDArray[np.int64], first: NDArray[np.int64]) -> None:
        self._pieces = pieces
        self._starts = starts
        self._first = first

    @classmethod
    def load(cls, folder: Path, first: NDArray[np.int64]) -> "LateIndex":
        """Load what a build holds; the pieces stay on disk until they are compared."""
        return cls(mapped(folder / PIECES), mapped(folder / STARTS), first)

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
        self,
        query: Encoded,
        weights: NDArray[np.float32],
        numbers: Sequence[int],
        stretches: Sequence[Sequence[int]],
    ) -> LateScores:
        """Compare a query with passages.

        Args:
            query: the query.
            weights: of its pieces: shape (pieces,).
            numbers: of the passages.
            stretches: where in each passage's whole text the stretches begin that are to be scored, in code points,
                ascending; each ends where the next begins, and the last with the text.
        """
        total = float(weights.sum())
        counts = [len(starts) for starts in stretches]
        if total <= 0 or not len(numbers):
            none = np.zeros((sum(counts), len(weights)), np.float32)
            return LateScores(np.zeros(len(numbers), np.float32), none.sum(axis=1), none.sum(axis=1), none)
        # Turned, since BLAS multiplies a tall matrix by a narrow one twice as fast as the reverse.
        asked = np.ascontiguousarray(query.piece_vectors.T) / np.float32(_SCALE)
        cosines, places, edges = [], [], []
        for number in numbers:
            ends = self._starts[self._first[number] : self._first[number + 1] + 1].tolist()
            # Passage by passage, so that what is widened to four bytes a number stays in the processor's cache.
            cosines.append(self._pieces[ends[0] : ends[-1], :-PLACE_BYTES].astype(np.float32) @ asked)
            places.append(self._pieces[ends[0] : ends[1], -PLACE_BYTES:])
            edges.append([end - ends[0] for end in ends[1:]])
        parts = _Parts.of(edges, _edges_of_stretches(places, stretches))
        by_part = _greatest(np.concatenate(cosines), parts.begins)
        by_entry = np.maximum.reduceat(by_part, parts.entries, axis=0)
        shares = weights / np.float32(total)
        alone = by_part[parts.stretches]
        headings = np.array(parts.entries)[parts.passages]
        headed = np.maximum(alone, np.repeat(by_part[headings], counts, axis=0))
        return LateScores(
            best=np.maximum.reduceat(by_entry @ shares, parts.passages),
            stretches=alone @ shares,
            headed=headed @ shares,
            pieces=headed,
        )


@dataclass(frozen=True, slots=True)
class _Parts:
    """What passages' pieces, one after the other, are made of.

    Attributes:
        begins: where each part begins: of each passage what stands above its first stretch, each stretch, and each
            other entry.
        stretches: which parts are stretches.
        entries: with which part each entry begins.
        passages: with which entry each passage begins.
    """

    begins: list[int]
    stretches: list[int]
    entries: list[int]
    passages: list[int]

    @classmethod
    def of(cls, edges: Sequence[Sequence[int]], of_stretches: Sequence[Sequence[int]]) -> "_Parts":
        """Lay out passages, given where their entries end and their stretches begin, both counted within each."""
        parts = cls([], [], [], [])
        at = 0
        for ends, starts in zip(edges, of_stretches, strict=True):
            parts.passages.append(len(parts.entries))
            parts.entries.append(len(parts.begins))
            parts.begins.append(at)
            parts.stretches.extend(range(len(parts.begins), len(parts.begins) + len(starts)))
            parts.begins.extend(at + start for start in starts)
            parts.entries.extend(range(len(parts.begins), len(parts.begins) + len(ends) - 1))
            parts.begins.extend(at + end for end in ends[:-1])
            at += ends[-1]
        return parts


def _edges_of_stretches(places: Sequence[Compressed], stretches: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return with which piece of its passage each stretch begins, given the places of the pieces, as bytes."""
    sizes = np.array([len(each) for each in places])
    counts = [len(each) for each in stretches]
    # One search for all: the number of the passage, and behind it the place within it.
    passage = np.arange(len(sizes)) << _PLACE_BITS
    keys = np.concatenate(places).view("<u2")[:, 0] + np.repeat(passage, sizes)
    wanted = np.array([start for each in stretches for start in each], np.int64)
    found = np.searchsorted(keys, np.minimum(wanted, _LAST_PLACE + 1) + np.repeat(passage, counts))
    left = iter((found - np.repeat(np.cumsum(sizes) - sizes, counts)).tolist())
    return [list(islice(left, count)) for count in counts]


def _greatest(cosines: NDArray[np.float32], begins: Sequence[int]) -> NDArray[np.float32]:
    """Return the greatest cosine of each piece of the query within each part: -1 in a part without pieces."""
    starts = np.array(begins)
    held = np.flatnonzero(np.diff(starts, append=len(cosines)))
    greatest = np.full((len(starts), cosines.shape[1]), -1.0, np.float32)
    if len(held):
        greatest[held] = np.maximum.reduceat(cosines, starts[held], axis=0)
    return greatest


def piece_weights(words: Iterable[str], lexical: LexicalIndex) -> NDArray[np.float32]:
    """Return how much each piece of a query counts, by the word that it is a part of."""
    weights = [lexical.rarity(stem(word)) * (1.0 if is_content_word(word) else _FUNCTION_WEIGHT) for word in words]
    return np.array(weights, np.float32)


def is_content_word(word: str) -> bool:
    """Say whether a word, as an encoder's pieces have it, carries a subject; marks do not."""
    return word[:1].isalnum() and not is_function_word(word)
