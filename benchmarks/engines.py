"""`python benchmarks/engines.py`: the evaluation's figures with the serving encoder beside those with the reference.

The articles are ingested and the questions asked with each. The difference of each figure comes with the 95% interval
of a paired bootstrap over the questions: if it holds 0, the engines do not differ by more than the questions' choice.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
from numpy.typing import NDArray

from citedfaq import build
from citedfaq.assistant import Assistant
from citedfaq.encoder import Encoder
from citedfaq.encoder.choice import encoder_to_build
from citedfaq.encoder.sentence_transformer import SentenceTransformerEncoder
from citedfaq.evaluate import Question, holds_evidence, read_questions
from citedfaq.settings import load_settings

ROOT: Final = Path(__file__).parent.parent
QUESTIONS: Final = ROOT / "tests" / "data" / "questions.jsonl"
DRAWS: Final = 10_000


def main(arguments: Sequence[str]) -> int:
    """Print each figure with both engines, their difference, and its interval."""
    parser = argparse.ArgumentParser(description="Both engines on the same questions.")
    parser.add_argument("--index", type=Path, default=ROOT / "index", help="where the encoder lies (%(default)s)")
    options = parser.parse_args(arguments)
    name = load_settings().encoder
    questions = read_questions(QUESTIONS)
    serving = _asked(encoder_to_build(name, options.index), questions)
    reference = _asked(SentenceTransformerEncoder(name), questions)
    answerable = np.array([bool(each.evidence) for each in questions])
    near = np.array([each.category == "near" for each in questions])
    rng = np.random.default_rng(0)
    for figure, column, chosen in (
        ("right first", 0, answerable),
        ("right in three", 1, answerable),
        ("answered", 2, answerable),
        ("near ones answered", 2, near),
    ):
        one, other = serving[chosen, column], reference[chosen, column]
        drawn = (one - other)[rng.integers(0, len(one), (DRAWS, len(one)))].mean(axis=1)
        low, high = np.quantile(drawn, (0.025, 0.975))
        sys.stdout.write(
            f"{figure:20}serving {one.mean():.3f}  reference {other.mean():.3f}  difference "
            f"{(one - other).mean():+.3f}  95%: {low:+.3f} to {high:+.3f}\n"
        )
    return 0


def _asked(encoder: Encoder, questions: Sequence[Question]) -> NDArray[np.float64]:
    """Return, for each question, whether it was right first, right in three, and answered: shape (questions, 3)."""
    with tempfile.TemporaryDirectory() as folder:
        build.ingest(ROOT / "corpus", Path(folder), encoder)
        assistant = Assistant(Path(folder), load_settings(), encoder)
        rows = []
        for each in questions:
            answer = assistant.ask(each.question, each.history)
            right = [holds_evidence(quote.text, each) for quote in answer.quotes]
            rows.append((bool(right) and right[0], any(right), answer.outcome == "answered"))
    return np.array(rows, np.float64)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
