"""From a query to scored passages: candidates by vectors and by words, one fused score whose parts stay visible."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from citedfaq.encoder import Encoder, Vectors
from citedfaq.index import Index
from citedfaq.lexical import terms
from citedfaq.passages import Passage

CANDIDATE_VECTORS = 200
CANDIDATE_PASSAGES = 50
"""How many of the nearest vectors, and of the best passages by BM25, are looked at closely."""

WEIGHTS = {"passage": 0.25, "caption": 0.17, "sentence": 0.25, "nearest": 0.2, "lexical": 0.04, "coverage": 0.09}
"""Of the fused score's parts; `nearest` is the greatest of the first three. Of the twelve settings tried on
`tests/data/questions.jsonl` this one put a right quote first most often."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A passage with its scores for one query.

    Attributes:
        number: of the passage in the index.
        passage: the passage itself.
        score: the fused score, 0 to 1.
        passage_similarity: cosine of the query and the whole passage with its headings.
        caption_similarity: cosine of the query and the passage's caption: its FAQ question, else its heading.
        sentence_similarity: of each sentence: cosine of the query and the sentence.
        lexical: BM25 score as a share of the best passage's, 0 to 1.
        coverage: share of the query's terms, weighted by rarity, that stand in the passage or its headings, 0 to 1.
    """

    number: int
    passage: Passage
    score: float
    passage_similarity: float
    caption_similarity: float
    sentence_similarity: tuple[float, ...]
    lexical: float
    coverage: float

    @property
    def nearest(self) -> float:
        """The greatest of the cosines with the passage, its caption and its sentences."""
        return max(self.passage_similarity, self.caption_similarity, *self.sentence_similarity)


def retrieve(query: str, index: Index, encoder: Encoder) -> list[Scored]:
    """Return the candidate passages for a query, best first.

    The fused score is a weighted sum of normalised scores; in trials on public sets that beat fusing ranks.
    """
    vector = encoder.encode([query])
    query_terms = terms(query)
    bm25 = index.lexical.scores(query_terms)
    numbers = dict.fromkeys([*index.nearest(vector, CANDIDATE_VECTORS), *_best(bm25, CANDIDATE_PASSAGES)])
    highest = max(float(bm25.max(initial=0.0)), 1e-9)
    scored = [_score(number, index, vector, query_terms, float(bm25[number]) / highest) for number in numbers]
    return sorted(scored, key=lambda found: (-found.score, found.number))


def _score(number: int, index: Index, query: Vectors, query_terms: Sequence[str], lexical: float) -> Scored:
    passage = index.passages[number]
    whole, caption, *sentences = (float(value) for value in index.vectors_of(number) @ query[0])
    parts = {
        "passage": whole,
        "caption": caption,
        "sentence": max(sentences),
        "nearest": max(whole, caption, *sentences),
        "lexical": lexical,
        "coverage": index.lexical.coverage(query_terms, terms(index.searchable_text(passage))),
    }
    return Scored(
        number=number,
        passage=passage,
        score=max(0.0, sum(WEIGHTS[part] * value for part, value in parts.items())),
        passage_similarity=whole,
        caption_similarity=caption,
        sentence_similarity=tuple(sentences),
        lexical=lexical,
        coverage=parts["coverage"],
    )


def _best(scores: NDArray[np.float32], count: int) -> list[int]:
    order = np.argsort(-scores, kind="stable")[:count]
    return [int(number) for number in order if scores[number] > 0]
