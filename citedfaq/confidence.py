"""From evidence to the probability that the articles answer a question, and the probability that is enough."""

import math
from dataclasses import astuple, dataclass
from typing import Final

from citedfaq.lexical import LexicalIndex, terms
from citedfaq.retrieval import Scored


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the articles answering a query; every value from 0 to 1.

    Attributes:
        passage: cosine of the query and the best passage, or its caption if that is nearer.
        sentence: cosine of the query and the nearest sentence of the five best passages.
        coverage: share of the query's terms, weighted by rarity, that the best passage holds.
        known: share of the query's terms, weighted by rarity, that stand in any passage.
    """

    passage: float
    sentence: float
    coverage: float
    known: float


INTERCEPT: Final = -9.0
COEFFICIENTS: Final = Evidence(passage=9.0, sentence=5.0, coverage=1.0, known=2.0)
THRESHOLD: Final = 0.5


def evidence(query: str, scored: list[Scored], lexical: LexicalIndex) -> Evidence:
    """Gather the evidence from scored passages, best first; all zero where there are none."""
    if not scored:
        return Evidence(0.0, 0.0, 0.0, 0.0)
    best = scored[0]
    return Evidence(
        passage=max(best.passage_similarity, best.caption_similarity),
        sentence=max(max(found.sentence_similarity) for found in scored[:5]),
        coverage=best.coverage,
        known=lexical.coverage(terms(query), lexical.frequency),
    )


def probability(found: Evidence) -> float:
    """Return the probability, 0 to 1, that the articles answer: a logistic function of the evidence."""
    weighted = sum(weight * value for weight, value in zip(astuple(COEFFICIENTS), astuple(found), strict=True))
    return 1 / (1 + math.exp(-(INTERCEPT + weighted)))
