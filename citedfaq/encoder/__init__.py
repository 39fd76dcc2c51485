"""Encoders turn texts into unit vectors, so that a question lies near the text that answers it. One file an engine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""One unit vector a row: shape (texts, dimension)."""

Progress = Callable[[int], object]
"""Told how many more texts are done."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as its encoder reads it.

    Attributes:
        vector: the unit vector of the whole: shape (dimension,).
        words: of each word piece, without the model's own marks, the word that it is a part of, in small letters.
        piece_vectors: the unit vector of each piece in its context: shape (pieces, dimension).
        places: where in the text each piece begins, in code points: shape (pieces,); all 0 if the encoder cannot tell.
    """

    vector: NDArray[np.float32]
    words: tuple[str, ...]
    piece_vectors: Vectors
    places: NDArray[np.int64]


class Encoder(Protocol):
    """What the rest of the package knows of a model."""

    @property
    def name(self) -> str:
        """The name by which the settings call it."""

    @property
    def digest(self) -> str:
        """SHA-256 of its weights; vectors of two digests must never be compared."""

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return a unit vector for each text, in order; text beyond the model's window is not read."""

    def encode_pieces(self, texts: Sequence[str], progress: Progress | None = None) -> list[Encoded]:
        """Return each text with its pieces, in order; text beyond the model's window is not read."""

    def encode_questions(self, texts: Sequence[str]) -> list[Encoded]:
        """Return each question with its pieces, in the space of the texts but read as patients ask (`adapter`)."""
