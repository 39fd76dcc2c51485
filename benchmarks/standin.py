"""A stand-in for the encoder, for corpora so large that encoding them would take a day: fast, and the same every time.

Each word has a vector, near that of its subject, and a text's is the mean of its words': texts on one subject lie
together, as those of a real encoder do. What such vectors cannot show is how well anything is found.
"""

import hashlib
import zlib
from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from citedfaq.encoder import Encoded, Progress, Vectors
from citedfaq.lexical import words

_DIMENSION: Final = 384
_SUBJECTS: Final = 500
_OWN: Final = 1.0
"""The length of what is a word's own, beside the unit vector of its subject."""


class StandIn:
    """Encodes texts without a model; the attributes and methods are those of `citedfaq.encoder.Encoder`."""

    name: Final = "stand-in"
    digest: Final = hashlib.sha256(b"stand-in 1").hexdigest()

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return a unit vector for each text."""
        vectors = np.zeros((len(texts), _DIMENSION), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            row[:] = _mean(_of_words(words(text)))
        if progress:
            progress(len(texts))
        return vectors

    def encode_pieces(self, texts: Sequence[str], progress: Progress | None = None) -> list[Encoded]:
        """Return each text with its pieces, which are its words."""
        encoded = []
        for text in texts:
            said = tuple(words(text))
            vectors = _of_words(said)
            places = np.cumsum([0, *(len(word) + 1 for word in said)])[:-1]
            pieces = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
            encoded.append(Encoded(_mean(vectors), said, pieces, places))
        if progress:
            progress(len(texts))
        return encoded

    def encode_questions(self, texts: Sequence[str]) -> list[Encoded]:
        """Return each question with its pieces, which are its words."""
        return self.encode_pieces(texts)


def _of_words(said: Sequence[str]) -> Vectors:
    return np.stack([_of_word(word) for word in said]) if said else np.zeros((0, _DIMENSION), np.float32)


def _mean(vectors: Vectors) -> NDArray[np.float32]:
    total: NDArray[np.float32] = vectors.sum(axis=0)
    length = float(np.linalg.norm(total))
    return total / length if length else np.full(_DIMENSION, _DIMENSION**-0.5, np.float32)


@cache
def _of_word(word: str) -> NDArray[np.float32]:
    number = zlib.crc32(word.encode())
    return _unit(number % _SUBJECTS) + np.float32(_OWN) * _unit(number + _SUBJECTS)


def _unit(seed: int) -> NDArray[np.float32]:
    vector = np.random.default_rng(seed).standard_normal(_DIMENSION).astype(np.float32)
    return vector / np.linalg.norm(vector)
