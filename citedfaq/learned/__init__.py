"""What was learnt from questions: how their words match those of articles, what a match is worth, and when to answer.

The encoder stays as it is. A question's vector and those of its word pieces each get a low-rank correction, so that a
cosine with a text becomes q·(1 + A)·t; a piece counts by its word's rarity and by how much its own vector weighs. All
of it, and the linear weights of `retrieval` and `confidence`, is fitted by `python tools/fit_confidence.py`. It writes
`weights.json` (to be read) and `matrices.npz` (to be computed with); neither is ever changed by hand.
"""

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from citedfaq.encoder import Encoded
from citedfaq.late import piece_weights
from citedfaq.lexical import LexicalIndex

FOLDER: Final = Path(__file__).parent
WEIGHTS, MATRICES = "weights.json", "matrices.npz"


@dataclass(frozen=True, eq=False, slots=True)
class Learned:
    """What the fit found.

    Attributes:
        encoder: the name of the one for whose vectors the corrections were learnt.
        vector_in: with `vector_out`, what is added to a question's vector v: v·in·out; shape (dimension, rank).
        vector_out: shape (rank, dimension).
        piece_in: the same for the vector of each of its pieces.
        piece_out: shape (rank, dimension).
        importance: of a piece p: e to the power of p·importance; shape (dimension,).
        score: what each part of a stretch's score is worth, by name, in the order of `retrieval.PARTS`.
        evidence: what each kind of evidence is worth, by name, in the order of `confidence.Evidence`.
        intercept: of the confidence.
    """

    encoder: str
    vector_in: NDArray[np.float32]
    vector_out: NDArray[np.float32]
    piece_in: NDArray[np.float32]
    piece_out: NDArray[np.float32]
    importance: NDArray[np.float32]
    score: dict[str, float]
    evidence: dict[str, float]
    intercept: float

    def adapted(self, question: Encoded, encoder: str) -> Encoded:
        """Return a question with its vectors corrected; unchanged where it was read by another encoder."""
        if encoder != self.encoder:
            return question
        vector = (question.vector @ self.vector_in @ self.vector_out).astype(np.float32)
        pieces = (question.piece_vectors @ self.piece_in @ self.piece_out).astype(np.float32)
        return replace(question, vector=question.vector + vector, piece_vectors=question.piece_vectors + pieces)

    def piece_weights(self, question: Encoded, lexical: LexicalIndex, encoder: str) -> NDArray[np.float32]:
        """Return how much each piece of a question, not yet adapted, counts: shape (pieces,)."""
        weights = piece_weights(question.words, lexical)
        if encoder != self.encoder:
            return weights
        counted: NDArray[np.float32] = weights * np.exp(question.piece_vectors @ self.importance)
        return counted

    def save(self, folder: Path = FOLDER) -> None:
        """Write both files."""
        matrices = {name: getattr(self, name).astype(np.float16) for name in _MATRIX_NAMES}
        np.savez_compressed(folder / MATRICES, **matrices)
        record = {"encoder": self.encoder, "score": self.score, "evidence": self.evidence, "intercept": self.intercept}
        (folder / WEIGHTS).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


_MATRIX_NAMES = ("vector_in", "vector_out", "piece_in", "piece_out", "importance")


@lru_cache(maxsize=1)
def load_learned(folder: Path = FOLDER) -> Learned:
    """Read what `Learned.save` wrote."""
    record = json.loads((folder / WEIGHTS).read_text(encoding="utf-8"))
    with np.load(folder / MATRICES) as matrices:
        return Learned(**{name: matrices[name].astype(np.float32) for name in _MATRIX_NAMES}, **record)
