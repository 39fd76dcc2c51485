"""What was learnt from questions: what a match of their words with those of articles is worth, and when to answer.

All of it is fitted by `python tools/fit_confidence.py`, together with the adapter with which questions are read
(`encoder.adapter`): how much each piece of a question counts, beside its word's rarity, and the linear weights of
`retrieval` and `confidence`. It writes `weights.json` (to be read) and `importance.npy`; neither is ever changed by
hand.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from citedfaq.encoder import Encoded
from citedfaq.late import piece_weights
from citedfaq.lexical import LexicalIndex

FOLDER: Final = Path(__file__).parent
WEIGHTS, IMPORTANCE = "weights.json", "importance.npy"


@dataclass(frozen=True, eq=False, slots=True)
class Learned:
    """What the fit found.

    Attributes:
        encoder: the name of the one for whose vectors the importance was learnt.
        importance: of a piece p: e to the power of p·importance; shape (dimension,).
        score: what each part of a stretch's score is worth, by name, in the order of `retrieval.PARTS`.
        evidence: what each kind of evidence is worth, by name, in the order of `confidence.Evidence`.
        intercept: of the confidence.
    """

    encoder: str
    importance: NDArray[np.float32]
    score: dict[str, float]
    evidence: dict[str, float]
    intercept: float

    def piece_weights(self, question: Encoded, lexical: LexicalIndex, encoder: str) -> NDArray[np.float32]:
        """Return how much each piece of a question counts: shape (pieces,)."""
        weights = piece_weights(question.words, lexical)
        if encoder != self.encoder:
            return weights
        counted: NDArray[np.float32] = weights * np.exp(question.piece_vectors @ self.importance)
        return counted

    def save(self, folder: Path = FOLDER) -> None:
        """Write both files."""
        np.save(folder / IMPORTANCE, self.importance.astype(np.float16))
        record = {"encoder": self.encoder, "score": self.score, "evidence": self.evidence, "intercept": self.intercept}
        (folder / WEIGHTS).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


@lru_cache(maxsize=1)
def load_learned(folder: Path = FOLDER) -> Learned:
    """Read what `Learned.save` wrote."""
    record = json.loads((folder / WEIGHTS).read_text(encoding="utf-8"))
    return Learned(importance=np.load(folder / IMPORTANCE).astype(np.float32), **record)
