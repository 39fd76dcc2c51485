"""From a query to scored passages: candidates by vectors and by words, one fused score whose parts stay visible."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

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
"""How many of the nearest vectors, and of the best passages by BM25, are scored; and of these, piece by piece."""

PARTS = ("passage", "caption", "sentence", "nearest", "late", "stretch", "headed", "lexical")
"""Of the score of each stretch of a passage (`Passage.stretches`). Cosines of the question with the whole passage, its
caption (or one of its other wordings if that is nearer), the nearest sentence of the stretch, and the greatest of all;
MaxSim of the question's pieces with the passage, the stretch alone, and the stretch with its headings; and the BM25
score of the passage as a share of the best passage's. What each is worth was learnt (`learned/weights.json`)."""

_LEXICAL = PARTS.index("lexical")
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
        sentence_similarity: of each sentence: its cosine with the query.
        coverage: share of the query's terms, weighted by rarity, that stand in the passage or its headings, 0 to 1.
        covered: of each stretch with its headings: what share of the query's pieces, by weight, it covers with about
            which cosine: shape (stretches, len(KERNELS)); 0 for passages that were not compared piece by piece.
    """

    number: int
    passage: Passage
    score: float
    stretches: tuple[float, ...]
    parts: NDArray[np.float32]
    sentence_similarity: tuple[float, ...]
    coverage: float
    covered: NDArray[np.float32]

    @property
    def best(self) -> int:
        """Which of the stretches scores best."""
        return self.stretches.index(max(self.stretches))

    def part(self, name: str) -> float:
        """Return a part of the best stretch's score."""
        return float(self.parts[self.best, PARTS.index(name)])


def retrieve(query: Query, index: Index, encoder: Encoder, learned: Learned | None = None) -> list[Scored]:
    """Return the candidate passages for a query, best first.

    Every part is compared as cosines are, and a weighted sum makes the score; in trials on public sets that beat fusing
    ranks. Passages that were compared piece by piece stand before those that were not. A query in two wordings gets
    the mean of the parts of both.

    Args:
        query: what is looked for.
        index: where.
        encoder: reads the query.
        learned: the weights; by default those of the package.
    """
    learned = learned or load_learned()
    texts, shares = zip(*query.wordings, strict=True)
    found = [
        _retrieve(text, encoded, index, learned)
        for text, encoded in zip(texts, encoder.encode_pieces(texts), strict=True)
    ]
    mixed = list(found[0].values()) if len(found) == 1 else _mixed(found, shares)
    scored = [_scored(each, index, learned) for each in mixed]
    return sorted(scored, key=lambda each: (not each.covered.any(), -each.score, each.number))


def linear_score(parts: NDArray[np.float32], learned: Learned) -> NDArray[np.float32]:
    """Return the weighted sum of the parts of stretches: shape (stretches,)."""
    weighted: NDArray[np.float32] = parts @ _weights(learned)
    return weighted


@dataclass(frozen=True, eq=False, slots=True)
class _Found:
    """The parts of a passage's score, for one wording or for the mean of several; as in `Scored`."""

    number: int
    parts: NDArray[np.float32]
    sentences: NDArray[np.float32]
    coverage: float
    covered: NDArray[np.float32]


def _retrieve(query: str, encoded: Encoded, index: Index, learned: Learned) -> dict[int, _Found]:
    query_terms = terms(query)
    bm25 = index.lexical.scores(query_terms)
    adapted = learned.adapted(encoded)
    nearest = index.nearest(adapted.vector[np.newaxis], CANDIDATE_VECTORS)
    numbers = dict.fromkeys([*nearest, *_best(bm25, CANDIDATE_PASSAGES)])
    highest = max(float(bm25.max(initial=0.0)), 1e-9)
    found = [_compared(number, index, adapted, query_terms, float(bm25[number]) / highest) for number in numbers]
    found.sort(key=lambda each: (-float(linear_score(each.parts, learned).max()), each.number))
    close, rest = found[:CLOSE_PASSAGES], found[CLOSE_PASSAGES:]
    weights = learned.piece_weights(encoded, index.lexical)
    late = index.late.scores(adapted, weights, [(each.number, index.stretches_of(each.number)) for each in close])
    shares = weights / max(float(weights.sum()), 1e-9)
    close = [_with_late(each, scores, shares) for each, scores in zip(close, late, strict=True)]
    return {each.number: each for each in (*close, *rest)}


def _compared(number: int, index: Index, query: Encoded, query_terms: Sequence[str], lexical: float) -> _Found:
    passage = index.passages[number]
    cosines = index.vectors_of(number) @ query.vector
    sentences = cosines[-len(passage.sentences) :]
    of_stretches = _greatest_of_groups(passage, sentences.tolist())
    parts = np.zeros((len(of_stretches), len(PARTS)), np.float32)
    parts[:, 0], parts[:, 1] = cosines[0], cosines[1 : -len(passage.sentences)].max()
    parts[:, 2], parts[:, 3], parts[:, _LEXICAL] = of_stretches, cosines.max(), lexical
    coverage = index.lexical.coverage(query_terms, index.terms_of(number))
    return _Found(number, parts, sentences, coverage, np.zeros((len(parts), len(KERNELS)), np.float32))


def _with_late(found: _Found, late: LateScores, shares: NDArray[np.float32]) -> _Found:
    parts = found.parts.copy()
    parts[:, 4], parts[:, 5], parts[:, 6] = late.best, late.stretches, late.headed
    apart = (late.pieces[..., np.newaxis] - KERNELS) / KERNEL_WIDTH
    covered = np.tensordot(shares, np.exp(-(apart**2) / 2), axes=1)
    return replace(found, parts=parts, covered=covered.astype(np.float32))


def _mixed(found: Sequence[dict[int, _Found]], shares: Sequence[float]) -> list[_Found]:
    """Return the passages that every wording found, each part the mean of its parts; the later are not compared."""
    numbers = [number for number in found[0] if all(number in each for each in found)]
    return [_mean([each[number] for each in found], shares) for number in numbers]


def _mean(found: Sequence[_Found], shares: Sequence[float]) -> _Found:
    def mean(name: str) -> NDArray[np.float32]:
        values: NDArray[np.float32] = np.tensordot(shares, [getattr(each, name) for each in found], axes=1)
        return values.astype(np.float32)

    return _Found(found[0].number, mean("parts"), mean("sentences"), float(mean("coverage")), mean("covered"))


def _scored(found: _Found, index: Index, learned: Learned) -> Scored:
    perfect = float(_weights(learned).sum())
    scores = np.exp(np.minimum(linear_score(found.parts, learned) - perfect, 0) / _SOFTNESS)
    return Scored(
        number=found.number,
        passage=index.passages[found.number],
        score=float(scores.max()),
        stretches=tuple(scores.tolist()),
        parts=found.parts,
        sentence_similarity=tuple(found.sentences.tolist()),
        coverage=found.coverage,
        covered=found.covered,
    )


def _greatest_of_groups(passage: Passage, sentences: Sequence[float]) -> list[float]:
    greatest: dict[int, float] = {}
    for sentence, similarity in zip(passage.sentences, sentences, strict=True):
        greatest[sentence.group] = max(similarity, greatest.get(sentence.group, -1.0))
    return list(greatest.values())


def _weights(learned: Learned) -> NDArray[np.float32]:
    return np.array([learned.score[part] for part in PARTS], np.float32)


def _best(scores: NDArray[np.float32], count: int) -> list[int]:
    order = np.argsort(-scores, kind="stable")[:count]
    return [int(number) for number in order if scores[number] > 0]
