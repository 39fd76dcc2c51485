"""From a query to scored passages: candidates by vectors and by words, one fused score whose parts stay visible."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from citedfaq.encoder import Encoded, Encoder
from citedfaq.index import Index
from citedfaq.late import LateScores
from citedfaq.learned import Learned, load_learned
from citedfaq.lexical import terms
from citedfaq.passages import Passage
from citedfaq.query import Query

CANDIDATE_VECTORS = 200
CANDIDATE_PASSAGES = 50
CLOSE_PASSAGES = 30
"""How many of the nearest vectors, and of the best passages by BM25, are looked at; and of these, piece by piece."""

PARTS = ("passage", "caption", "sentence", "nearest", "late", "stretch", "headed", "lexical")
"""Of the score of each stretch of a passage (`Passage.stretches`). Cosines of the question with the whole passage, its
caption (or one of its other wordings if that is nearer), the nearest sentence of the stretch, and the greatest of all;
MaxSim of the question's pieces with the passage, the stretch alone, and the stretch with its headings; and the BM25
score of the passage as a share of the best passage's. What each is worth was learnt (`learned/weights.json`)."""

_SOFTNESS = 8.0
"""A weighted sum of the parts that is less by this much makes a score that is 1/e of the other."""

KERNELS = np.linspace(0.1, 1.0, 10, dtype=np.float32)
KERNEL_WIDTH = 0.08
"""Soft bins of a cosine, as in K-NRM (Xiong et al. 2017, "End-to-End Neural Ad-hoc Ranking with Kernel Pooling")."""


@dataclass(frozen=True, eq=False, slots=True)
class Scored:
    """A passage with its scores for one query.

    Attributes:
        number: of the passage in the index.
        passage: the passage itself.
        score: of its best stretch.
        stretches: the score of each of its stretches: 0 to 1, 1 where every part is perfect.
        parts: what each stretch's score is made of: shape (stretches, len(PARTS)).
        sums: the weighted sum of each stretch's parts, of which the score is made.
        sentence_similarity: of each sentence: its cosine with the query.
        coverage: share of the query's terms, weighted by rarity, that stand in the passage or its headings, 0 to 1.
        pieces: for each wording of the query, the weights of its pieces, which make its share of 1, and the greatest
            cosine of each with each stretch and its headings: shapes (pieces,) and (pieces, stretches).
    """

    number: int
    passage: Passage
    score: float
    stretches: tuple[float, ...]
    parts: NDArray[np.float32]
    sums: tuple[float, ...]
    sentence_similarity: tuple[float, ...]
    coverage: float
    pieces: tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]

    @property
    def best(self) -> int:
        """Which of the stretches scores best."""
        return self.sums.index(max(self.sums))

    def part(self, name: str) -> float:
        """Return a part of the best stretch's score."""
        return float(self.parts[self.best, PARTS.index(name)])

    def covered(self) -> list[float]:
        """Return which share of the query's pieces, by weight, the best stretch covers with about which cosine.

        One number for each of `KERNELS`.
        """
        shares = np.zeros(len(KERNELS), np.float32)
        for weights, cosines in self.pieces:
            apart = (cosines[:, self.best, np.newaxis] - KERNELS) / KERNEL_WIDTH
            shares += weights @ np.exp(-(apart**2) / 2)
        return [float(share) for share in shares]


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
        _Wording(terms(text), encoded, learned.adapted(encoded), share)
        for text, encoded, share in zip(texts, encoder.encode_pieces(texts), shares, strict=True)
    ]
    found = [_candidates(wording, index) for wording in wordings]
    numbers = [number for number in found[0] if all(number in each for each in found)]
    weights = np.array([learned.score[part] for part in PARTS], np.float32)
    worth = dict(zip(PARTS, weights.tolist(), strict=True))

    def roughly(number: int) -> float:
        return sum(word.share * each[number].rough(worth) for word, each in zip(wordings, found, strict=True))

    close = sorted(numbers, key=lambda number: (-roughly(number), number))[:CLOSE_PASSAGES]
    late = [_late(wording, close, index, learned) for wording in wordings]
    scored = []
    for place, number in enumerate(close):
        of_wordings = [each[number] for each in found]
        scored.append(_scored(index, wordings, of_wordings, [each[place] for each in late], weights))
    return sorted(scored, key=lambda each: (-max(each.sums), each.number))


@dataclass(frozen=True, eq=False, slots=True)
class _Wording:
    """One wording of a query: its terms, as it was read and as it is compared, and its share of the query."""

    terms: list[str]
    read: Encoded
    adapted: Encoded
    share: float


@dataclass(frozen=True, eq=False, slots=True)
class _Candidate:
    """A passage as one wording finds it: its cosines in the order of `row_texts`, and the BM25 part."""

    number: int
    cosines: list[float]
    sentences: int
    lexical: float

    def rough(self, worth: dict[str, float]) -> float:
        """Return the score without the word pieces."""
        return (
            worth["passage"] * self.cosines[0]
            + worth["caption"] * max(self.cosines[1 : -self.sentences])
            + worth["sentence"] * max(self.cosines[-self.sentences :])
            + worth["nearest"] * max(self.cosines)
            + worth["lexical"] * self.lexical
        )


def _candidates(wording: _Wording, index: Index) -> dict[int, _Candidate]:
    bm25 = index.lexical.scores(wording.terms)
    vector = wording.adapted.vector
    nearest = index.nearest(vector[np.newaxis], CANDIDATE_VECTORS)
    highest = max(float(bm25.max(initial=0.0)), 1e-9)
    return {
        number: _Candidate(
            number,
            (index.vectors_of(number) @ vector).tolist(),
            len(index.passages[number].sentences),
            float(bm25[number]) / highest,
        )
        for number in dict.fromkeys([*nearest, *_best(bm25, CANDIDATE_PASSAGES)])
    }


def _late(
    wording: _Wording, numbers: Sequence[int], index: Index, learned: Learned
) -> list[tuple[NDArray[np.float32], LateScores]]:
    """Return each passage's comparison piece by piece, with the weights of the pieces."""
    weights = learned.piece_weights(wording.read, index.lexical)
    late = index.late.scores(wording.adapted, weights, [(number, index.stretches_of(number)) for number in numbers])
    shares = wording.share * weights / max(float(weights.sum()), 1e-9)
    return [(shares, each) for each in late]


def _scored(
    index: Index,
    wordings: Sequence[_Wording],
    found: Sequence[_Candidate],
    late: Sequence[tuple[NDArray[np.float32], LateScores]],
    weights: NDArray[np.float32],
) -> Scored:
    number = found[0].number
    passage = index.passages[number]
    shares = [wording.share for wording in wordings]
    mixed = [_parts(passage, each, scores) for each, (_, scores) in zip(found, late, strict=True)]
    parts = mixed[0] if len(mixed) == 1 else np.tensordot(shares, mixed, axes=1).astype(np.float32)
    sums = parts @ weights
    scores = np.exp(np.minimum(sums - weights.sum(), 0) / _SOFTNESS).tolist()
    sentences = np.array([each.cosines[-each.sentences :] for each in found])
    coverages = [index.lexical.coverage(wording.terms, index.terms_of(number)) for wording in wordings]
    return Scored(
        number=number,
        passage=passage,
        score=max(scores),
        stretches=tuple(scores),
        parts=parts,
        sums=tuple(sums.tolist()),
        sentence_similarity=tuple((np.array(shares) @ sentences).tolist()),
        coverage=sum(share * coverage for share, coverage in zip(shares, coverages, strict=True)),
        pieces=tuple((piece_shares, scores.pieces) for piece_shares, scores in late),
    )


def _parts(passage: Passage, found: _Candidate, late: LateScores) -> NDArray[np.float32]:
    captions, sentences = found.cosines[1 : -found.sentences], found.cosines[-found.sentences :]
    parts = np.empty((len(late.stretches), len(PARTS)), np.float32)
    parts[:, 0], parts[:, 1], parts[:, 2] = found.cosines[0], max(captions), _greatest_of_groups(passage, sentences)
    parts[:, 3], parts[:, 4], parts[:, 5] = max(found.cosines), late.best, late.stretches
    parts[:, 6], parts[:, 7] = late.headed, found.lexical
    return parts


def _best(scores: NDArray[np.float32], count: int) -> list[int]:
    order = np.argsort(-scores, kind="stable")[:count]
    return [int(number) for number in order if scores[number] > 0]


def _greatest_of_groups(passage: Passage, sentences: Sequence[float]) -> list[float]:
    greatest: dict[int, float] = {}
    for sentence, similarity in zip(passage.sentences, sentences, strict=True):
        greatest[sentence.group] = max(similarity, greatest.get(sentence.group, -1.0))
    return list(greatest.values())
