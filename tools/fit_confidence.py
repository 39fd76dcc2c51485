"""`python tools/fit_confidence.py`: fit the constants of `citedfaq/confidence.py` and print them.

Fits a logistic regression on `questions_dev.jsonl` and on the half of the question set whose digests are even, and
reports on the other half, which it never sees: how well the probability ranks answerable questions above the others,
and what each threshold costs. `--picture FILE` draws how often a question of a given probability is answerable.
"""

import argparse
import dataclasses
import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

sys.path.insert(0, str(Path(__file__).parent.parent))

from citedfaq.confidence import Evidence, evidence
from citedfaq.encoder import Encoder
from citedfaq.encoder.choice import encoder_to_build
from citedfaq.evaluate import Question, read_questions
from citedfaq.index import Index, load_index
from citedfaq.query import Reader
from citedfaq.retrieval import retrieve
from citedfaq.settings import load_settings

THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6)
_BINS = 6
_SIZE, _EDGE = 320, 40


@dataclass(frozen=True, slots=True)
class Fit:
    """Questions with their probabilities.

    Attributes:
        answerable: whether the articles answer: shape (questions,).
        near: whether it is unanswerable and on the articles' subject: shape (questions,).
        dev: whether it was fitted on: shape (questions,).
        probability: that it is answerable: shape (questions,).
    """

    answerable: NDArray[np.bool_]
    near: NDArray[np.bool_]
    dev: NDArray[np.bool_]
    probability: NDArray[np.float64]


def is_dev(question: Question) -> bool:
    """Say whether a question is of the half that may be fitted on."""
    return hashlib.sha256(question.question.encode()).digest()[0] % 2 == 0


def main() -> None:
    """Fit, and print the constants and the report."""
    parser = argparse.ArgumentParser(description="Fit the constants of citedfaq/confidence.py.")
    parser.add_argument("--questions", type=Path, default=Path("tests/data/questions.jsonl"))
    parser.add_argument("--more", type=Path, default=Path("tests/data/questions_dev.jsonl"), help="all to fit on")
    parser.add_argument("--index", type=Path, default=Path("index"))
    parser.add_argument("--picture", type=Path, metavar="FILE", help="write the calibration curve as an SVG picture")
    options = parser.parse_args()
    encoder = encoder_to_build(load_settings().encoder, options.index)
    index = load_index(options.index, encoder.name, encoder.digest)
    halves, more = read_questions(options.questions), read_questions(options.more)
    model, fit = _fit(halves, more, index, encoder)
    weights = ", ".join(
        f"{field.name}={weight:.3f}" for field, weight in zip(dataclasses.fields(Evidence), model.coef_[0], strict=True)
    )
    print(f"INTERCEPT: Final = {model.intercept_[0]:.3f}\nCOEFFICIENTS: Final = Evidence({weights})\n")
    print("\n".join(_report(fit)))
    if options.picture:
        options.picture.write_text(_picture(fit), encoding="utf-8")


def _fit(
    halves: Sequence[Question], more: Sequence[Question], index: Index, encoder: Encoder
) -> tuple[LogisticRegression, Fit]:
    reader = Reader(index)
    questions = [*halves, *more]
    values = np.array([_evidence(question, reader, index, encoder) for question in questions])
    answerable = np.array([bool(question.evidence) for question in questions])
    dev = np.array([*map(is_dev, halves), *(True for _ in more)])
    # Weak regularisation: a handful of features, some 900 questions.
    model = LogisticRegression(C=10.0, max_iter=5000).fit(values[dev], answerable[dev])
    near = np.array([question.category == "near" for question in questions])
    return model, Fit(answerable, near, dev, model.predict_proba(values)[:, 1])


def _evidence(question: Question, reader: Reader, index: Index, encoder: Encoder) -> tuple[float, ...]:
    query = reader.read(question.question, question.history)
    return dataclasses.astuple(evidence(query, retrieve(query, index, encoder), index.lexical))


def _report(fit: Fit) -> Iterator[str]:
    for name, half in (("dev", fit.dev), ("test", ~fit.dev)):
        yield f"AUROC {name}: {roc_auc_score(fit.answerable[half], fit.probability[half]):.3f}"
    yield "on the test half:"
    groups = {"answerable": fit.answerable, "near": fit.near, "far": ~fit.answerable & ~fit.near}
    for threshold in THRESHOLDS:
        answered = fit.probability >= threshold
        shares = (f"{answered[group & ~fit.dev].mean():.3f} of the {name}" for name, group in groups.items())
        yield f"  threshold {threshold:.2f}: answers {', '.join(shares)}"


def _picture(fit: Fit) -> str:
    """Draw the share of answerable questions over the probability: of both halves, and what would be perfect."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE + 2 * _EDGE} {_SIZE + 2 * _EDGE}" role="img" '
        'font-family="sans-serif" font-size="12"><title>Calibration: how often a question of a given probability is '
        'answerable</title><rect width="100%" height="100%" fill="#fff"/>',
        _line([(0, 0), (1, 1)], "#999", "4 4"),
    ]
    for name, half, colour, row in (("fitted on", fit.dev, "#8fb7c9", 1), ("test half", ~fit.dev, "#00546b", 2)):
        share, mean = calibration_curve(fit.answerable[half], fit.probability[half], n_bins=_BINS, strategy="quantile")
        lines.append(_line(list(zip(mean.tolist(), share.tolist(), strict=True)), colour, ""))
        lines.append(f'<text x="{_EDGE + 12}" y="{_EDGE + 16 * row}" fill="{colour}">{name}</text>')
    for tick in (0, 0.5, 1):
        across, up = _point(tick, tick)
        lines.append(f'<text x="{across - 8:.0f}" y="{_SIZE + _EDGE + 18}">{tick:g}</text>')
        lines.append(f'<text x="{_EDGE - 24}" y="{up + 4:.0f}">{tick:g}</text>')
    lines.append(f'<text x="{_EDGE + 90}" y="{_SIZE + 2 * _EDGE - 6}">probability that was given</text>')
    lines.append(f'<text x="{_EDGE}" y="{_EDGE - 14}">share that is answerable</text></svg>\n')
    return "\n".join(lines)


def _line(points: Sequence[tuple[float, float]], colour: str, dashes: str) -> str:
    drawn = " ".join("{:.1f},{:.1f}".format(*_point(*point)) for point in points)
    return f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>'


def _point(across: float, up: float) -> tuple[float, float]:
    return _EDGE + across * _SIZE, _EDGE + (1 - up) * _SIZE


if __name__ == "__main__":
    main()
