"""Figures of rankings (hit@1, recall@10, nDCG@10) and of abstention (AUROC)."""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sklearn.metrics import roc_auc_score

CUT = 10
"""Documents of a ranking that count for recall and nDCG."""


@dataclass(frozen=True, slots=True)
class Ranks:
    """Figures of one system's rankings, each a mean over questions.

    Attributes:
        questions: how many.
        hit: hit@1, the share of questions whose first document is right.
        recall: recall@10, the share of a question's right documents that are among the first ten.
        ndcg: nDCG@10, see `ndcg`.
    """

    questions: int
    hit: float
    recall: float
    ndcg: float


@dataclass(frozen=True, slots=True)
class Separation:
    """How well one system's confidence tells questions that the documents answer from others.

    Attributes:
        answerable: how many questions the documents answer.
        others: how many they do not.
        auroc: area under the ROC curve: how often a question of the first kind has more confidence than one of the
            second; 0.5 is chance.
        answered: the share of the first kind at or above the product's threshold; None for systems without one.
        wrongly: the share of the second kind.
    """

    answerable: int
    others: int
    auroc: float
    answered: float | None
    wrongly: float | None


def hit(ranking: Sequence[str], right: Iterable[str]) -> float:
    """Return 1 if the first document of a ranking is right, else 0."""
    return float(bool(ranking) and ranking[0] in set(right))


def recall(ranking: Sequence[str], right: Iterable[str]) -> float:
    """Return the share of the right documents that are among the first ten."""
    wanted = set(right)
    return len(wanted.intersection(ranking[:CUT])) / len(wanted)


def ndcg(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """Return nDCG@10 with graded gains.

    DCG@10 is the sum over ranks i = 1..10 of (2^grade_i - 1) / log2(i + 1); nDCG@10 is that as a share of the DCG@10 of
    the best ranking there could be (Järvelin and Kekäläinen, ACM TOIS 20(4), 2002; gains as in Burges et al., ICML
    2005). With these gains, and not with bare grades, whole documents by dense search on medquad_articles have the
    figure of the folder's README: .798 for .799 (bare grades: .814).
    """
    best = sorted(grades.values(), reverse=True)
    return _dcg(grades.get(document, 0) for document in ranking[:CUT]) / _dcg(best[:CUT])


def ranks(rankings: Sequence[tuple[Sequence[str], Mapping[str, int]]], relevant: int) -> Ranks:
    """Return the figures of rankings, each with the grades of its question's documents.

    Args:
        rankings: a ranking holds document ids, best first.
        relevant: the grade from which on a document is right; it must be reached by one document of each question.
    """
    with_right = [
        (ranking, grades, [document for document, grade in grades.items() if grade >= relevant])
        for ranking, grades in rankings
    ]
    return Ranks(
        questions=len(rankings),
        hit=statistics.fmean(hit(ranking, right) for ranking, _, right in with_right),
        recall=statistics.fmean(recall(ranking, right) for ranking, _, right in with_right),
        ndcg=statistics.fmean(ndcg(ranking, grades) for ranking, grades, _ in with_right),
    )


def separation(answerable: Sequence[float], others: Sequence[float], threshold: float | None) -> Separation:
    """Return how well confidences tell answerable questions from others; there must be some of each."""
    right = [True] * len(answerable) + [False] * len(others)
    return Separation(
        answerable=len(answerable),
        others=len(others),
        auroc=float(roc_auc_score(right, [*answerable, *others])),
        answered=None if threshold is None else statistics.fmean(value >= threshold for value in answerable),
        wrongly=None if threshold is None else statistics.fmean(value >= threshold for value in others),
    )


def _dcg(grades: Iterable[int]) -> float:
    return sum((2.0**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))
