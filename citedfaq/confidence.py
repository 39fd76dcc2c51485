"""From evidence to the probability that the articles answer a question, and the probability that is enough."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from citedfaq.learned import Learned, load_learned
from citedfaq.lexical import LexicalIndex, terms
from citedfaq.query import Query
from citedfaq.retrieval import PARTS, Scored

Evidence = dict[str, float]
"""What speaks for the articles answering a query, by name, in the order of `NAMES`."""

BEST: Final = 8
"""How many of the best passages are looked at."""

KERNELS: Final = np.linspace(0.1, 1.0, 10, dtype=np.float32)
KERNEL_WIDTH: Final = 0.08
"""Soft bins of a cosine, as in K-NRM (Xiong et al. 2017, "End-to-End Neural Ad-hoc Ranking with Kernel Pooling")."""

NAMES: Final = (
    *PARTS,
    *(f"covered {kernel:.1f}" for kernel in KERNELS),
    *(f"anywhere {kernel:.1f}" for kernel in KERNELS),
    *("score", "lead", "lead of five", "others"),
    *("mean of sentences", "mean of headed", "above sentences", "above headed", "agreement"),
    *("known", "length", "coverage", "best coverage", "unknown", "rarest"),
)
"""The kinds of evidence. Of the best stretch: the parts of its score, and which share of the question's pieces, by
weight, it covers with about which cosine. Of the best `BEST` passages: the same share with each piece where any of them
covers it best; the weighted sum of the first, by how much it leads the second and the fifth, and the logarithm of how
many others are as good. Of all of their stretches: the mean cosine and MaxSim, by how many standard deviations the best
stretch is above, and how many parts have their maximum there. Of the words: the share that any article has, by rarity;
how many, as a share of ten; the share in the best passage, and in any of the best; the share of different ones that no
article has; and how rare the rarest is, beside one that no article has."""

THRESHOLD: Final = 0.35
"""`python tools/fit_confidence.py --leave-out` prints what each threshold costs on clinics that it did not learn from,
and on our own articles. None suits every clinic: more of what has an answer is given with a lower one, and more of what
has none (docs/results.md)."""

_STANDING: Final = [PARTS.index("sentence"), PARTS.index("headed")]

_LONG: Final = 10

MENDED_SHARE: Final = 0.95
"""What is left of the probability where typos were mended: the mended question may not be the one that was meant."""


# As for `retrieve`.
@np.errstate(invalid="ignore")
def evidence(query: Query, scored: Sequence[Scored], lexical: LexicalIndex) -> Evidence:
    """Gather the evidence from scored passages, best first; all zero where there are none."""
    if not scored:
        return dict.fromkeys(NAMES, 0.0)
    best = scored[:BEST]
    stretch = best[0].best
    values = (
        *best[0].parts[stretch].tolist(),
        *covered(_in_two_ways(best, stretch)).ravel().tolist(),
        *leads([max(found.sums) for found in best]),
        *standing(np.concatenate([found.parts for found in best]), stretch, len(best[0].parts)),
        *of_words(terms(query.full), lexical, [found.coverage for found in best]),
    )
    return dict(zip(NAMES, values, strict=True))


def covered(pieces: Sequence[tuple[NDArray[np.float32], NDArray[np.float32]]]) -> NDArray[np.float32]:
    """Return which share of a query's pieces is covered with about which cosine: shape (ways, `KERNELS`).

    Args:
        pieces: for each wording of the query, the weights of its pieces, shape (pieces,), and the cosine of each in
            several ways: shape (ways, pieces).
    """
    shares = np.zeros((len(pieces[0][1]), len(KERNELS)), np.float32)
    for weights, cosines in pieces:
        apart = (cosines[..., np.newaxis] - KERNELS) / np.float32(KERNEL_WIDTH)
        shares += weights @ np.exp(-np.square(apart) / 2)
    return shares


def _in_two_ways(best: Sequence[Scored], stretch: int) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Return, for each wording, its pieces' weights, and their cosines with the best stretch and with any of all."""
    wordings = zip(*(found.pieces for found in best), strict=True)
    return [
        (each[0][0], np.stack([each[0][1][stretch], np.concatenate([cosines for _, cosines in each]).max(axis=0)]))
        for each in wordings
    ]


def leads(scores: Sequence[float]) -> tuple[float, float, float, float]:
    """Return the best of some passages' weighted sums, its leads, and the logarithm of how many are as good."""
    first, *others = sorted(scores, reverse=True)
    second, fifth = (others[min(place, len(others) - 1)] if others else 0.0 for place in (0, 3))
    return first, first - second, first - fifth, math.log(sum(math.exp(score - first) for score in scores))


def standing(parts: NDArray[np.float32], stretch: int, of_passage: int) -> tuple[float, float, float, float, float]:
    """Say how a stretch stands out among others.

    Args:
        parts: of all stretches: shape (stretches, len(PARTS)).
        stretch: which is meant.
        of_passage: how many stretches its passage has, which stand first.
    """
    chosen = parts[:, _STANDING]
    means = chosen.mean(axis=0)
    # Not by `std`, which takes as long as all of the rest.
    deviations = np.sqrt(np.square(chosen - means).mean(axis=0)) + np.float32(0.01)
    above = (chosen[stretch] - means) / deviations
    agreement = float((parts[:of_passage].max(axis=0) >= parts.max(axis=0)).mean())
    return (*means.tolist(), *above.tolist(), agreement)


def of_words(query: Sequence[str], lexical: LexicalIndex, coverage: Sequence[float]) -> tuple[float, ...]:
    """Return the evidence of a query's terms; `coverage` is that of the best passages, best first."""
    different = set(query)
    unknown = sum(term not in lexical.vocabulary for term in different)
    return (
        lexical.coverage(query, lexical.vocabulary),
        min(len(different), _LONG) / _LONG,
        coverage[0],
        max(coverage),
        unknown / max(len(different), 1),
        max(map(lexical.rarity, different), default=0.0) / lexical.rarity(""),
    )


def probability(found: Evidence, *, mended: bool = False, learned: Learned | None = None) -> float:
    """Return the probability, 0 to 1, that the articles answer: a logistic function of the evidence.

    Args:
        found: the evidence.
        mended: typos of the question were mended, so that it may have meant something else; this takes a little off.
        learned: the weights; by default those of the package.
    """
    learned = learned or load_learned()
    weighted = learned.intercept + sum(weight * found[name] for name, weight in learned.evidence.items())
    return (MENDED_SHARE if mended else 1.0) / (1 + math.exp(-max(min(weighted, 30.0), -30.0)))
