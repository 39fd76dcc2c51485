"""`python benchmarks/cost.py`: what a whole answer costs beside the encoding of its question alone, in one run.

Every question of the evaluation set is asked and encoded in turns, so that both meet the same machine.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent.parent))

from citedfaq.assistant import Assistant
from citedfaq.encoder.choice import encoder_to_build
from citedfaq.evaluate import read_questions
from citedfaq.settings import load_settings

ROOT: Final = Path(__file__).parent.parent
QUESTIONS: Final = ROOT / "tests" / "data" / "questions.jsonl"


def main(arguments: Sequence[str]) -> int:
    """Print the medians and their ratio."""
    parser = argparse.ArgumentParser(description="What an answer costs beside the encoding of its question.")
    parser.add_argument("--index", type=Path, default=ROOT / "index", help="the index to ask (%(default)s)")
    options = parser.parse_args(arguments)
    settings = load_settings()
    encoder = encoder_to_build(settings.encoder, options.index)
    assistant = Assistant(options.index, settings, encoder)
    questions = read_questions(QUESTIONS)
    # The first round loads what is loaded once.
    answers: list[float] = []
    encodings: list[float] = []
    for counted in (False, True):
        for each in questions:
            encoding = _milliseconds(partial(encoder.encode, [each.question]))
            answer = _milliseconds(partial(assistant.ask, each.question, each.history))
            if counted:
                encodings.append(encoding)
                answers.append(answer)
    ratio = statistics.median(answer / encoding for answer, encoding in zip(answers, encodings, strict=True))
    sys.stdout.write(
        f"{len(questions)} questions, medians: an answer {statistics.median(answers):.1f} ms, its question's encoding "
        f"{statistics.median(encodings):.1f} ms, ratio {ratio:.2f}\n"
    )
    return 0


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
