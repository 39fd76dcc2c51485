"""`python benchmarks/cost.py`: what an answer costs, by stage, and beside the encoding alone and a tutorial's answer.

Every question of the evaluation set is encoded, answered, and put to the pipeline of the usual tutorial (windows of
500 characters, one vector each by sentence-transformers, FAISS, the best three) in turns, so that all three meet the
same machine; then once more while another process keeps a core busy.
"""

import argparse
import multiprocessing
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final
from unittest import mock

sys.path.insert(0, str(Path(__file__).parent.parent))

import faiss

from citedfaq import assistant as answering
from citedfaq.assistant import Assistant
from citedfaq.encoder.choice import encoder_to_build
from citedfaq.encoder.weights import model_folder
from citedfaq.evaluate import Question, read_questions
from citedfaq.query import Reader
from citedfaq.settings import load_settings

ROOT: Final = Path(__file__).parent.parent
QUESTIONS: Final = ROOT / "tests" / "data" / "questions.jsonl"
WINDOW: Final = 500
"""Characters of a tutorial's window, and a tenth of them shared with the next."""

Ask = Callable[[Question], object]


def main(arguments: Sequence[str]) -> int:
    """Print the medians and their ratios."""
    parser = argparse.ArgumentParser(description="What an answer costs beside the encoding of its question.")
    parser.add_argument("--index", type=Path, default=ROOT / "index", help="the index to ask (%(default)s)")
    parser.add_argument("--alone", action="store_true", help="leave the tutorial's pipeline out")
    options = parser.parse_args(arguments)
    settings = load_settings()
    encoder = encoder_to_build(settings.encoder, options.index)
    assistant = Assistant(options.index, settings, encoder)
    ways: dict[str, Ask] = {
        "its question's encoding": lambda each: encoder.encode_questions([each.question]),
        "an answer": lambda each: assistant.ask(each.question, each.history),
    }
    if not options.alone:
        ways["a tutorial's answer"] = tutorial([article.text for article in assistant.index.articles.values()])
    # A third of them: with a core kept busy, torch takes a second for each.
    questions = read_questions(QUESTIONS)[::3]
    _report("as the machine is", _in_turns(ways, questions), options.alone)
    if not options.alone:
        with _a_busy_core():
            _report("with a core kept busy", _in_turns(ways, questions), options.alone)
    with _stages(assistant) as stages:
        for each in questions:
            assistant.ask(each.question, each.history)
    for stage, times in sorted(stages.items(), key=lambda item: -statistics.median(item[1])):
        sys.stdout.write(f"  {stage:32} {statistics.median(times):6.2f} ms\n")
    return 0


def tutorial(texts: Sequence[str]) -> Ask:
    """Return the usual tutorial's pipeline over texts, as it stands in them, with the library's own settings."""
    from sentence_transformers import SentenceTransformer

    windows = [text[at : at + WINDOW] for text in texts for at in range(0, len(text), WINDOW * 9 // 10)]
    model = SentenceTransformer(str(model_folder(load_settings().encoder)), device="cpu", local_files_only=True)
    vectors = model.encode(windows, normalize_embeddings=True)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)

    def ask(each: Question) -> list[str]:
        _, rows = index.search(model.encode([each.question], normalize_embeddings=True), 3)
        return [windows[row] for row in rows[0]]

    return ask


def _in_turns(ways: dict[str, Ask], questions: Sequence[Question]) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in ways}
    # The first round loads what is loaded once.
    for counted in (False, True):
        for each in questions:
            for name, ask in ways.items():
                took = _milliseconds(partial(ask, each))
                if counted:
                    times[name].append(took)
    return times


def _report(where: str, times: dict[str, list[float]], alone: bool) -> None:
    medians = ", ".join(f"{name} {statistics.median(found):.1f} ms" for name, found in times.items())
    encoding, answer = times["its question's encoding"], times["an answer"]
    ratio = statistics.median(one / other for one, other in zip(answer, encoding, strict=True))
    sys.stdout.write(f"{len(answer)} questions, {where}, medians: {medians}\n  an answer / its encoding: {ratio:.2f}\n")
    if not alone:
        pairs = zip(times["a tutorial's answer"], answer, strict=True)
        sys.stdout.write(
            f"  a tutorial's answer / an answer: {statistics.median(one / own for one, own in pairs):.2f}\n"
        )


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


@contextmanager
def _a_busy_core() -> Iterator[None]:
    busy = multiprocessing.get_context("spawn").Process(target=_spin, daemon=True)
    busy.start()
    try:
        yield
    finally:
        busy.kill()
        busy.join()


def _spin() -> None:
    while True:
        pass


@contextmanager
def _stages(assistant: Assistant) -> Iterator[dict[str, list[float]]]:
    """Measure what an answer consists of; a stage's time holds that of the stages that it calls."""
    times: dict[str, list[float]] = defaultdict(list)

    def timed(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def measured(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401
            started = time.perf_counter()
            result = work(*arguments, **named)
            times[name].append((time.perf_counter() - started) * 1000)
            return result

        return measured

    def _patched(name: str, stage: str) -> Any:  # noqa: ANN401
        return mock.patch.object(answering, name, timed(stage, getattr(answering, name)))

    encoder, care = assistant._encoder, assistant._care
    with (
        mock.patch.object(encoder, "encode_questions", timed("encoding", encoder.encode_questions)),
        mock.patch.object(care, "screen", timed("care rules", care.screen)),
        _patched("find_personal_details", "personal details"),
        _patched("retrieve", "retrieval, encoding included"),
        _patched("consider", "quotes"),
        mock.patch.object(Reader, "read", timed("spelling and follow-ups", Reader.read)),
    ):
        yield times


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
