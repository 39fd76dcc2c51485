"""`python tools/fit_confidence.py`: fit the constants of `citedfaq/confidence.py` and print them.

Fits a logistic regression on `questions_dev.jsonl` and on the half of the question set whose digests are even, and
reports on the other half, which it never sees: how well the probability ranks answerable questions above the others,
and what each threshold costs.
"""

import argparse
import dataclasses
import hashlib
import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

sys.path.insert(0, str(Path(__file__).parent.parent))

from citedfaq.confidence import Evidence, evidence
from citedfaq.encoder import Encoder
from citedfaq.encoder.sentence_transformer import SentenceTransformerEncoder
from citedfaq.evaluate import Question, read_questions
from citedfaq.index import Index, load_index
from citedfaq.query import Reader
from citedfaq.retrieval import retrieve
from citedfaq.settings import load_settings


def is_dev(question: Question) -> bool:
    """Say whether a question is of the half that may be fitted on."""
    return hashlib.sha256(question.question.encode()).digest()[0] % 2 == 0


def _evidence(question: Question, reader: Reader, index: Index, encoder: Encoder) -> tuple[float, ...]:
    query = reader.read(question.question, question.history)
    return dataclasses.astuple(evidence(query, retrieve(query, index, encoder), index.lexical))


def main() -> None:
    """Fit, and print the constants and the report."""
    parser = argparse.ArgumentParser(description="Fit the constants of citedfaq/confidence.py.")
    parser.add_argument("--questions", type=Path, default=Path("tests/data/questions.jsonl"))
    parser.add_argument("--more", type=Path, default=Path("tests/data/questions_dev.jsonl"), help="all to fit on")
    parser.add_argument("--index", type=Path, default=Path("index"))
    options = parser.parse_args()
    encoder = SentenceTransformerEncoder(load_settings().encoder)
    index = load_index(options.index, encoder.name, encoder.digest)
    reader = Reader(index)
    questions = [*read_questions(options.questions), *read_questions(options.more)]
    values = np.array([_evidence(question, reader, index, encoder) for question in questions])
    answerable = np.array([bool(question.evidence) for question in questions])
    category = np.array([question.category for question in questions])
    dev = np.array([is_dev(question) for question in questions])
    dev[len(read_questions(options.questions)) :] = True
    # Weak regularisation: a handful of features, some 700 questions.
    model = LogisticRegression(C=10.0, max_iter=5000).fit(values[dev], answerable[dev])
    weights = ", ".join(
        f"{field.name}={weight:.3f}" for field, weight in zip(dataclasses.fields(Evidence), model.coef_[0], strict=True)
    )
    print(f"INTERCEPT: Final = {model.intercept_[0]:.3f}\nCOEFFICIENTS: Final = Evidence({weights})\n")
    probability = model.predict_proba(values)[:, 1]
    print(f"AUROC: dev {roc_auc_score(answerable[dev], probability[dev]):.3f}, ", end="")
    print(f"test {roc_auc_score(answerable[~dev], probability[~dev]):.3f}\non the test half:")
    groups = {"answerable": answerable, "near": category == "near", "far": category == "far"}
    for threshold in (0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8):
        answered = probability[~dev] >= threshold
        shares = (f"{answered[group[~dev]].mean():.3f} of the {name}" for name, group in groups.items())
        print(f"  threshold {threshold:.2f}: answers {', '.join(shares)}")


if __name__ == "__main__":
    main()
