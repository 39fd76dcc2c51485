"""From evidence to the probability that the articles answer a question, and the probability that is enough."""

import math
from dataclasses import astuple, dataclass, fields
from typing import Final

from citedfaq.lexical import LexicalIndex, terms
from citedfaq.retrieval import Scored


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the articles answering a query; every value from 0 to 1.

    Attributes:
        nearest: the greatest cosine of the query with any passage, caption, other wording or sentence.
        late: the greatest MaxSim of the query's word pieces with any passage.
        fused: the best passage's fused score.
        lead: by how much the nearest passage is nearer than the tenth.
        known: share of the query's terms, weighted by rarity, that stand in any passage.
        coverage: the greatest share of them that stands in one of the ten best passages.
        length: content words of the query, as a share of ten; ten and more are 1.
    """

    nearest: float
    late: float
    fused: float
    lead: float
    known: float
    coverage: float
    length: float


# Fitted by `python tools/fit_confidence.py`, which prints these lines; never changed by hand.
INTERCEPT: Final = -6.168
COEFFICIENTS: Final = Evidence(
    nearest=2.135, late=2.483, fused=2.115, lead=5.062, known=1.299, coverage=1.133, length=4.193
)

THRESHOLD: Final = 0.7
"""Above the half, since silence is better than a guess; the tool prints what each threshold costs."""


MENDED_SHARE: Final = 0.95
"""What is left of the probability where typos were mended: the mended question may not be the one that was meant."""


def evidence(query: str, scored: list[Scored], lexical: LexicalIndex) -> Evidence:
    """Gather the evidence from scored passages, best first; all zero where there are none."""
    if not scored:
        return Evidence(*[0.0] * len(fields(Evidence)))
    query_terms = terms(query)
    nearest = sorted((found.nearest for found in scored), reverse=True)
    return Evidence(
        nearest=nearest[0],
        late=max(found.late for found in scored),
        fused=scored[0].score,
        lead=nearest[0] - nearest[min(9, len(nearest) - 1)],
        known=lexical.coverage(query_terms, lexical.frequency),
        coverage=max(found.coverage for found in scored[:10]),
        length=min(len(set(query_terms)), 10) / 10,
    )


def probability(found: Evidence, *, mended: bool = False) -> float:
    """Return the probability, 0 to 1, that the articles answer: a logistic function of the evidence.

    Args:
        found: the evidence.
        mended: typos of the question were mended, so that it may have meant something else; this takes a little off.
    """
    weighted = sum(weight * value for weight, value in zip(astuple(COEFFICIENTS), astuple(found), strict=True))
    return (MENDED_SHARE if mended else 1.0) / (1 + math.exp(-(INTERCEPT + weighted)))
