"""From a query to scored passages: candidates by vectors and by words, one fused score whose parts stay visible."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from citedfaq.encoder import Encoder
from citedfaq.index import Index
from citedfaq.late import piece_weights
from citedfaq.lexical import terms
from citedfaq.passages import Passage

CANDIDATE_VECTORS = 200
CANDIDATE_PASSAGES = 50
CLOSE_PASSAGES = 30
"""How many of the nearest vectors, and of the best passages by BM25, are scored; and of these, piece by piece."""

WEIGHTS = {
    "passage": 0.03,
    "caption": 0.16,
    "sentence": 0.13,
    "nearest": 0.43,
    "lexical": 0.03,
    "coverage": 0.03,
    "late": 0.19,
}
"""Of the fused score's parts: near the best of 1,500 random weightings on the development halves of four sets:
`tests/data/questions.jsonl` (counted twice) and the public sets covid_faq, rqe and meqsum. Many do as well; more weight
on `late` is better for the first set and worse for covid_faq, whose answers are long."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A passage with its scores for one query.

    Attributes:
        number: of the passage in the index.
        passage: the passage itself.
        score: the fused score, 0 to 1.
        passage_similarity: cosine of the query and the whole passage with its headings.
        caption_similarity: cosine of the query and the passage's caption (its FAQ question, else its heading), or one
            of its other wordings if that is nearer.
        sentence_similarity: of each sentence: cosine of the query and the sentence.
        lexical: BM25 score as a share of the best passage's, 0 to 1.
        coverage: share of the query's terms, weighted by rarity, that stand in the passage or its headings, 0 to 1.
        late: MaxSim of the query's word pieces and the passage's; 0 for those not among the `CLOSE_PASSAGES`.
    """

    number: int
    passage: Passage
    score: float
    passage_similarity: float
    caption_similarity: float
    sentence_similarity: tuple[float, ...]
    lexical: float
    coverage: float
    late: float = 0.0

    @property
    def nearest(self) -> float:
        """The greatest of the cosines with the passage, its caption and its sentences."""
        return max(self.passage_similarity, self.caption_similarity, *self.sentence_similarity)


def retrieve(query: str, index: Index, encoder: Encoder) -> list[Scored]:
    """Return the candidate passages for a query, best first.

    The fused score is a weighted sum of normalised scores; in trials on public sets that beat fusing ranks. Passages
    that were compared piece by piece stand before those that were not.
    """
    [encoded] = encoder.encode_pieces([query])
    query_terms = terms(query)
    bm25 = index.lexical.scores(query_terms)
    nearest = index.nearest(encoded.vector[np.newaxis], CANDIDATE_VECTORS)
    numbers = dict.fromkeys([*nearest, *_best(bm25, CANDIDATE_PASSAGES)])
    highest = max(float(bm25.max(initial=0.0)), 1e-9)
    scored = [_score(number, index, encoded.vector, query_terms, float(bm25[number]) / highest) for number in numbers]
    scored.sort(key=lambda found: (-found.score, found.number))
    close, rest = scored[:CLOSE_PASSAGES], scored[CLOSE_PASSAGES:]
    weights = piece_weights(encoded.words, index.lexical)
    late = index.late.scores(encoded, weights, [found.number for found in close])
    close = [
        replace(found, late=float(value), score=found.score + WEIGHTS["late"] * max(0.0, float(value)))
        for found, value in zip(close, late, strict=True)
    ]
    return [*sorted(close, key=lambda found: (-found.score, found.number)), *rest]


def _score(number: int, index: Index, query: NDArray[np.float32], query_terms: Sequence[str], lexical: float) -> Scored:
    passage = index.passages[number]
    similarity = [float(value) for value in index.vectors_of(number) @ query]
    sentences = similarity[-len(passage.sentences) :]
    whole, captions = similarity[0], similarity[1 : -len(passage.sentences)]
    parts = {
        "passage": whole,
        "caption": max(captions),
        "sentence": max(sentences),
        "nearest": max(similarity),
        "lexical": lexical,
        "coverage": index.lexical.coverage(query_terms, index.terms_of(number)),
    }
    return Scored(
        number=number,
        passage=passage,
        score=max(0.0, sum(WEIGHTS[part] * value for part, value in parts.items())),
        passage_similarity=whole,
        caption_similarity=parts["caption"],
        sentence_similarity=tuple(sentences),
        lexical=lexical,
        coverage=parts["coverage"],
    )


def _best(scores: NDArray[np.float32], count: int) -> list[int]:
    order = np.argsort(-scores, kind="stable")[:count]
    return [int(number) for number in order if scores[number] > 0]
