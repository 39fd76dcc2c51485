"""`python benchmarks/load.py`: 64 callers at once in one process, beside the bare encoder on the same questions.

The encoder is given all questions at once, so that it can batch them by length and use every core; the callers each
ask one at a time, whole answers, care rules and all. Both in turns, three times.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent.parent))

from citedfaq.assistant import Assistant
from citedfaq.encoder.choice import encoder_to_build
from citedfaq.evaluate import Question, read_questions
from citedfaq.settings import load_settings

ROOT: Final = Path(__file__).parent.parent
QUESTIONS: Final = ROOT / "tests" / "data" / "questions.jsonl"
ROUNDS: Final = 3


def main(arguments: Sequence[str]) -> int:
    """Print both throughputs, their ratio, and how long callers waited."""
    parser = argparse.ArgumentParser(description="Many callers at once beside the bare encoder.")
    parser.add_argument("--index", type=Path, default=ROOT / "index", help="the index to ask (%(default)s)")
    parser.add_argument("--callers", type=int, default=64, help="how many ask at once (%(default)s)")
    options = parser.parse_args(arguments)
    settings = load_settings()
    encoder = encoder_to_build(settings.encoder, options.index)
    assistant = Assistant(options.index, settings)
    questions = read_questions(QUESTIONS) * 4
    for each in questions[: len(questions) // 4]:
        assistant.ask(each.question, each.history)
    encoded: list[float] = []
    answered: list[float] = []
    waits: list[float] = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        encoder.encode_questions([each.question for each in questions])
        encoded.append(len(questions) / (time.perf_counter() - started))
        started = time.perf_counter()
        with ThreadPoolExecutor(options.callers) as callers:
            waits += callers.map(lambda each: _wait(assistant, each), questions)
        answered.append(len(questions) / (time.perf_counter() - started))
    ratio = statistics.median(one / other for one, other in zip(answered, encoded, strict=True))
    median, slowest = statistics.median(waits), statistics.quantiles(waits, n=100)[-1]
    sys.stdout.write(
        f"{options.callers} callers: {statistics.median(answered):.0f} answers a second; the bare encoder "
        f"{statistics.median(encoded):.0f} questions a second; ratio {ratio:.2f}\n"
        f"an answer took {median * 1000:.0f} ms (median), the slowest 1% from {slowest * 1000:.0f} ms on: "
        f"{slowest / median:.1f} times the median\n"
    )
    return 0


def _wait(assistant: Assistant, each: Question) -> float:
    started = time.perf_counter()
    assistant.ask(each.question, each.history)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
