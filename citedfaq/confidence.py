"""From evidence to the probability that the articles answer a question, and the probability that is enough."""

import math
from dataclasses import astuple, dataclass, fields
from typing import Final

from citedfaq.lexical import LexicalIndex, terms
from citedfaq.query import Query
from citedfaq.retrieval import Scored


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the articles answering a query; every value from 0 to 1.

    Attributes:
        nearest: the greatest cosine of the query with any passage, caption, other wording or sentence.
        lead: by how much the nearest passage is nearer than the tenth.
        known: share of the query's terms, weighted by rarity, that stand in any passage.
        coverage: the greatest share of them that stands in one of the ten best passages.
        weakest: how well the best passage covers the content word that it covers least (`Scored.weakest`).
        length: content words of the query, as a share of ten; ten and more are 1.
    """

    nearest: float
    lead: float
    known: float
    coverage: float
    weakest: float
    length: float


# Fitted by `python tools/fit_confidence.py`, which prints these lines; never changed by hand.
INTERCEPT: Final = -7.858
COEFFICIENTS: Final = Evidence(nearest=4.425, lead=2.230, known=1.189, coverage=1.033, weakest=6.944, length=3.090)

THRESHOLD: Final = 0.35
"""The tool prints what each threshold costs. Half of the questions that it is fitted on have no answer, many of them
made to look as if they had one, so that the probability is rather too low for what patients ask."""

_LONG: Final = 10

MENDED_SHARE: Final = 0.95
"""What is left of the probability where typos were mended: the mended question may not be the one that was meant."""


def evidence(query: Query, scored: list[Scored], lexical: LexicalIndex) -> Evidence:
    """Gather the evidence from scored passages, best first; all zero where there are none."""
    if not scored:
        return Evidence(*[0.0] * len(fields(Evidence)))
    query_terms = terms(query.full)
    nearest = sorted((found.nearest for found in scored), reverse=True)
    return Evidence(
        nearest=nearest[0],
        lead=nearest[0] - nearest[min(9, len(nearest) - 1)],
        known=lexical.coverage(query_terms, lexical.vocabulary),
        coverage=max(found.coverage for found in scored[:10]),
        weakest=scored[0].weakest,
        length=min(len(set(query_terms)), _LONG) / _LONG,
    )


def probability(found: Evidence, *, mended: bool = False) -> float:
    """Return the probability, 0 to 1, that the articles answer: a logistic function of the evidence.

    Args:
        found: the evidence.
        mended: typos of the question were mended, so that it may have meant something else; this takes a little off.
    """
    weighted = sum(weight * value for weight, value in zip(astuple(COEFFICIENTS), astuple(found), strict=True))
    return (MENDED_SHARE if mended else 1.0) / (1 + math.exp(-(INTERCEPT + weighted)))
