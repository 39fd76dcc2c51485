"""From a query to scored passages: candidates by vectors and by words, one fused score whose parts stay visible."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import accumulate
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from citedfaq.encoder import Encoded, Encoder
from citedfaq.index import Index, Similarities
from citedfaq.learned import Learned, load_learned
from citedfaq.lexical import best, terms
from citedfaq.nearest import Asked
from citedfaq.passages import Passage
from citedfaq.query import Query
from citedfaq.records import Passages

_Number = TypeVar("_Number", np.float32, np.float64)

CANDIDATE_VECTORS = 200
CANDIDATE_PASSAGES = 50
CLOSE_PASSAGES = 16
"""How many of the nearest vectors, and of the best passages by BM25, are looked at; and of these, piece by piece."""

PARTS = ("passage", "caption", "sentence", "nearest", "late", "stretch", "headed", "lexical")
"""Of the score of each stretch of a passage (`Passage.stretches`). Cosines of the question with the whole passage, its
caption (or one of its other wordings if that is nearer), the nearest sentence of the stretch, and the greatest of all;
MaxSim of the question's pieces with the passage, the stretch alone, and the stretch with its headings; and the BM25
score of the passage as a share of the best passage's. What each is worth was learnt (`learned/weights.json`)."""

_SENTENCE, _STRETCH, _HEADED = map(PARTS.index, ("sentence", "stretch", "headed"))
_OF_PASSAGE = [PARTS.index(part) for part in ("passage", "caption", "sentence", "nearest", "late", "lexical")]
"""Parts that all stretches of a passage share; that of its sentences is then replaced by each stretch's own."""

_SOFTNESS = 8.0
"""A weighted sum of the parts that is less by this much makes a score that is 1/e of the other."""


@dataclass(frozen=True, eq=False, slots=True)
class Scored:
    """A passage with its scores for one query.

    Attributes:
        number: of the passage in the index.
        passages: of the index; the passage itself is read when it is asked for.
        score: of its best stretch.
        stretches: the score of each of its stretches: 0 to 1, 1 where every part is perfect.
        parts: what each stretch's score is made of: shape (stretches, len(PARTS)).
        sums: the weighted sum of each stretch's parts, of which the score is made.
        sentence_similarity: of each sentence: its cosine with the query.
        coverage: share of the query's terms, weighted by rarity, that stand in the passage or its headings, 0 to 1.
        pieces: for each wording of the query, the weights of its pieces, which make its share of 1, and the greatest
            cosine of each with each stretch and its headings: shapes (pieces,) and (stretches, pieces).
    """

    number: int
    passages: Passages = field(repr=False)
    score: float
    stretches: tuple[float, ...]
    parts: NDArray[np.float32]
    sums: tuple[float, ...]
    sentence_similarity: tuple[float, ...]
    coverage: float
    pieces: tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]

    @property
    def passage(self) -> Passage:
        """The passage itself."""
        return self.passages[self.number]

    @property
    def answers_a_question(self) -> bool:
        """Whether the passage answers an FAQ question; it is not read for that."""
        return bool(self.passages.answer_questions[self.number])

    @property
    def best(self) -> int:
        """Which of the stretches scores best."""
        return self.sums.index(max(self.sums))

    def part(self, name: str) -> float:
        """Return a part of the best stretch's score."""
        return float(self.parts[self.best, PARTS.index(name)])


# The kernels of some builds of OpenBLAS compute on what lies behind narrow matrices, and tell of it as invalid values.
@np.errstate(invalid="ignore")
def retrieve(query: Query, index: Index, encoder: Encoder, learned: Learned | None = None) -> list[Scored]:
    """Return the candidate passages for a query, best first: the `CLOSE_PASSAGES` that are best without their pieces.

    Every part is compared as cosines are, and a weighted sum makes the score; in trials on public sets that beat fusing
    ranks. A query in two wordings gets the mean of the parts of both.

    Args:
        query: what is looked for.
        index: where.
        encoder: reads the query.
        learned: the weights; by default those of the package.
    """
    learned = learned or load_learned()
    texts, shares = zip(*query.wordings, strict=True)
    wordings = [
        _Wording.of(text, encoded, share, index)
        for text, encoded, share in zip(texts, encoder.encode_questions(texts), shares, strict=True)
    ]
    numbers = np.flatnonzero(reduce(np.logical_and, [wording.candidates(index) for wording in wordings]))
    if not len(numbers):
        return []
    weights = np.array([learned.score[part] for part in PARTS], np.float32)
    rough = sum(wording.share * wording.rough(numbers, index, weights) for wording in wordings)
    close = numbers[np.lexsort((numbers, -np.asarray(rough)))[:CLOSE_PASSAGES]]
    compared = [_Compared.of(wording, close, index, learned, encoder.name) for wording in wordings]
    return _scored(compared, close, weights, index.passages)


@dataclass(frozen=True, eq=False, slots=True)
class _Wording:
    """One wording of a query: its terms and their BM25 scores, as the encoder reads it, and its share."""

    terms: list[str]
    bm25: NDArray[np.float32]
    read: Encoded
    asked: Asked
    share: float

    @classmethod
    def of(cls, text: str, read: Encoded, share: float, index: Index) -> "_Wording":
        found = terms(text)
        return cls(found, index.lexical.scores(found), read, index.asked(read.vector), share)

    def candidates(self, index: Index) -> NDArray[np.bool_]:
        """Say of every passage whether it is to be looked at: shape (passages,)."""
        chosen = np.zeros(len(self.bm25), np.bool_)
        chosen[index.owners(self.asked.nearest(CANDIDATE_VECTORS))] = True
        chosen[best(self.bm25, CANDIDATE_PASSAGES)] = True
        return chosen

    def lexical(self, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the BM25 part of passages."""
        part: NDArray[np.float32] = self.bm25[numbers] / max(float(self.bm25.max(initial=0.0)), 1e-9)
        return part

    def rough(self, numbers: NDArray[np.int64], index: Index, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the weighted sum of those parts of passages that need no pieces: shape (passages,)."""
        cosines = index.similarities(self.asked, numbers).of_passages()
        first, nearest, lexical = weights[:3], weights[PARTS.index("nearest")], weights[PARTS.index("lexical")]
        total: NDArray[np.float32] = cosines @ first + nearest * cosines.max(axis=1) + lexical * self.lexical(numbers)
        return total


@dataclass(frozen=True, eq=False, slots=True)
class _Compared:
    """Passages as one wording finds them, stretch after stretch.

    Attributes:
        share: of the wording.
        parts: of the scores: shape (stretches, len(PARTS)).
        pieces: the greatest cosine of each of the wording's pieces with each stretch: shape (stretches, pieces).
        weights: of the pieces, which make the share.
        counts: how many stretches each passage has.
        similar: the cosines of the passages' vectors.
        coverage: of each passage.
    """

    share: float
    parts: NDArray[np.float32]
    pieces: NDArray[np.float32]
    weights: NDArray[np.float32]
    counts: list[int]
    similar: Similarities
    coverage: NDArray[np.float64]

    @classmethod
    def of(
        cls, wording: _Wording, numbers: NDArray[np.int64], index: Index, learned: Learned, encoder: str
    ) -> "_Compared":
        similar = index.similarities(wording.asked, numbers)
        weights = learned.piece_weights(wording.read, index.lexical, encoder)
        late = index.late.scores(wording.read, weights, numbers.tolist())
        of_passages = similar.of_passages()
        of_each = np.column_stack([of_passages, of_passages.max(axis=1), late.best, wording.lexical(numbers)])
        parts = np.empty((len(late.stretches), len(PARTS)), np.float32)
        parts[:, _OF_PASSAGE] = np.repeat(of_each, late.counts, axis=0)
        parts[:, _SENTENCE], parts[:, _STRETCH], parts[:, _HEADED] = similar.of_stretches(), late.stretches, late.headed
        return cls(
            wording.share,
            parts,
            late.pieces,
            wording.share * weights / max(float(weights.sum()), 1e-9),
            late.counts,
            similar,
            index.lexical.coverages(wording.terms, numbers),
        )


def _scored(
    compared: Sequence[_Compared], numbers: NDArray[np.int64], weights: NDArray[np.float32], passages: Passages
) -> list[Scored]:
    parts = _mixed(compared, [each.parts for each in compared])
    sums = parts @ weights
    scores = np.exp(np.minimum(sums - weights.sum(), 0) / _SOFTNESS)
    coverage = _mixed(compared, [each.coverage for each in compared]).tolist()
    cosines = _mixed(compared, [each.similar.cosines for each in compared]).tolist()
    edges = [0, *accumulate(compared[0].counts)]
    similar = compared[0].similar
    sentences = zip(similar.sentences.tolist(), similar.starts[1:].tolist(), strict=True)
    of_stretches, of_sums = scores.tolist(), sums.tolist()
    found = [
        Scored(
            number=number,
            passages=passages,
            score=max(of_stretches[first:end]),
            stretches=tuple(of_stretches[first:end]),
            parts=parts[first:end],
            sums=tuple(of_sums[first:end]),
            sentence_similarity=tuple(cosines[slice(*own)]),
            coverage=covered,
            pieces=tuple((each.weights, each.pieces[first:end]) for each in compared),
        )
        for number, first, end, own, covered in zip(
            numbers.tolist(), edges[:-1], edges[1:], sentences, coverage, strict=True
        )
    ]
    return sorted(found, key=lambda each: (-max(each.sums), each.number))


def _mixed(compared: Sequence[_Compared], values: Sequence[NDArray[_Number]]) -> NDArray[_Number]:
    """Return the mean of what the wordings have, by their shares."""
    return sum(
        (each.share * value for each, value in zip(compared, values, strict=True)), start=np.zeros_like(values[0])
    )
