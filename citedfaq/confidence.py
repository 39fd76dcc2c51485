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
        nearest: the greatest cosine of the query with any passage, caption or sentence.
        sentence: the greatest cosine of the query with a sentence of the five best passages.
        known: share of the query's terms, weighted by rarity, that stand in any passage.
    """

    nearest: float
    sentence: float
    known: float


# Fitted by `python tools/fit_confidence.py`, which prints these lines; never changed by hand.
INTERCEPT: Final = -1.583
COEFFICIENTS: Final = Evidence(nearest=3.350, sentence=0.685, known=1.594)

THRESHOLD: Final = 0.7
"""Above the half, since silence is better than a guess; the tool prints what each threshold costs."""


def evidence(query: str, scored: list[Scored], lexical: LexicalIndex) -> Evidence:
    """Gather the evidence from scored passages, best first; all zero where there are none."""
    if not scored:
        return Evidence(0.0, 0.0, 0.0)
    return Evidence(
        nearest=max(found.nearest for found in scored),
        sentence=max(max(found.sentence_similarity) for found in scored[:5]),
        known=lexical.coverage(terms(query), lexical.frequency),
    )


def probability(found: Evidence) -> float:
    """Return the probability, 0 to 1, that the articles answer: a logistic function of the evidence."""
    weighted = sum(weight * value for weight, value in zip(astuple(COEFFICIENTS), astuple(found), strict=True))
    return 1 / (1 + math.exp(-(INTERCEPT + weighted)))
