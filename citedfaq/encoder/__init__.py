"""Encoders turn texts into unit vectors, so that a question lies near the text that answers it. One file an engine."""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""One unit vector a row: shape (texts, dimension)."""

Progress = Callable[[int], object]
"""Told how many more texts are done."""


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
