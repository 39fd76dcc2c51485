"""`python tools/fit_confidence.py`: fit the constants of `citedfaq/confidence.py` and print them.

Fits a logistic regression on the half of the question set whose digests are even, and reports on the other half, which
it never sees: how well the probability ranks answerable questions above the others, and what each threshold costs.
"""

import argparse
import dataclasses
import hashlib
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

sys.path.insert(0, str(Path(__file__).parent.parent))

from citedfaq.confidence import Evidence, evidence
from citedfaq.dialogue import standalone_query
from citedfaq.encoder.sentence_transformer import SentenceTransformerEncoder
from citedfaq.evaluate import Question, read_questions
from citedfaq.index import load_index
from citedfaq.lexical import words
from citedfaq.retrieval import retrieve
from citedfaq.settings import load_settings
from citedfaq.spelling import Speller


def is_dev(question: Question) -> bool:
    """Say whether a question is of the half that may be fitted on."""
    return hashlib.sha256(question.question.encode()).digest()[0] % 2 == 0


def main() -> None:
    """Fit, and print the constants and the report."""
    parser = argparse.ArgumentParser(description="Fit the constants of citedfaq/confidence.py.")
    parser.add_argument("--questions", type=Path, default=Path("tests/data/questions.jsonl"))
    parser.add_argument("--index", type=Path, default=Path("index"))
    options = parser.parse_args()
    encoder = SentenceTransformerEncoder(load_settings().encoder)
    index = load_index(options.index, encoder.name, encoder.digest)
    speller = Speller(Counter(word for article in index.articles.values() for word in words(article.text)))
    questions = read_questions(options.questions)
    rows = []
    for question in questions:
        query = speller.correct(standalone_query(question.question, question.history)).text
        rows.append(dataclasses.astuple(evidence(query, retrieve(query, index, encoder), index.lexical)))
    values = np.array(rows)
    answerable = np.array([bool(question.evidence) for question in questions])
    category = np.array([question.category for question in questions])
    dev = np.array([is_dev(question) for question in questions])
    # Weak regularisation: a handful of features, over a hundred questions.
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
