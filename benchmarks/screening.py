"""`python benchmarks/screening.py [FOLDER]`: what the care rules find, where they are silent, and how long they take.

Recall is measured on the sets of wordings in `tests/data/`, also with typing errors in a quarter of the words; false
alarms on the questions of the evaluation set, on the FAQ, and, if a folder of public question sets is named, on each of
them; time on the evaluation set and on red flags.
"""

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.typos import misspell
from citedfaq.care import CareRules, load_rules
from citedfaq.care.screening import LEVELS

ROOT: Final = Path(__file__).parent.parent
WORDINGS: Final = (
    "red_flags",
    "red_flags_blind",
    "red_flags_blind_a",
    "red_flags_blind_b",
    "red_flags_blind_c",
    "red_flags_blind_d",
    "red_flags_blind_e",
    "red_flags_blind_f",
    "red_flags_blind_g",
    "red_flags_blind_h",
    "red_flags_blind_i",
    "red_flags_further",
)
SETS: Final = ("oos", "covid_faq", "medquad_articles", "meqsum")

Asked = tuple[str, tuple[str, ...]]
"""A question and the earlier ones."""


def main(arguments: Sequence[str]) -> int:
    """Print all figures as Markdown and return the exit status."""
    parser = argparse.ArgumentParser(description="Figures of the care rules, as Markdown.")
    parser.add_argument("folder", type=Path, nargs="?", help="the folder of the public question sets")
    parser.add_argument("--hits", choices=SETS, help="print instead every question of one set that fires an emergency")
    options = parser.parse_args(arguments)
    care = load_rules()
    if options.hits:
        for question, history in _public(options.folder / options.hits):
            screening = care.screen(question, history)
            if screening.new and screening.new.level == "emergency":
                sys.stdout.write(f"{screening.new.id}: {' '.join(question.split())}\n")
        return 0
    sys.stdout.writelines(f"{line}\n" for line in _report(care, options.folder))
    return 0


def _report(care: CareRules, folder: Path | None) -> Iterator[str]:
    yield "| wordings | level | in all | fire at least at it | with typing errors | silent at `urgent` and above |"
    yield "|---|---|---|---|---|---|"
    for name in WORDINGS:
        yield from _recall(care, name)
    yield "\n| ordinary questions | in all | `emergency` | `urgent` | `information` |\n|---|---|---|---|---|"
    questions = list(_own(ROOT / "tests" / "data" / "questions.jsonl"))
    faq = [(line[3:], ()) for line in _lines(ROOT / "corpus" / "faq.md") if line.startswith("## ")]
    sets: list[tuple[str, Iterable[Asked]]] = [("evaluation set", questions), ("FAQ", faq)]
    sets.append(("ordinary", _own(ROOT / "tests" / "data" / "ordinary.jsonl")))
    sets += [(name, _public(folder / name)) for name in SETS] if folder else []
    for name, asked in sets:
        levels = Counter(_level(care, each) for each in asked)
        yield f"| {name} | {levels.total()} | {' | '.join(str(levels[level]) for level in LEVELS)} |"
    flags = list(_own(ROOT / "tests" / "data" / "red_flags.jsonl"))
    started = time.perf_counter()
    load_rules()
    seconds = time.perf_counter() - started
    yield (
        f"\nMedian time of a question of the evaluation set: {_median_milliseconds(care, questions):.2f} ms; "
        f"of `red_flags`: {_median_milliseconds(care, flags):.2f} ms; "
        f"to load the rules: {seconds:.1f} s"
    )


def _recall(care: CareRules, name: str) -> Iterator[str]:
    fired: dict[str, Counter[str]] = {}
    misspelt: dict[str, Counter[str]] = {}
    for line in _lines(ROOT / "tests" / "data" / f"{name}.jsonl"):
        entry = json.loads(line)
        if "left_out" in entry:
            continue
        question, history = entry["question"], tuple(entry.get("history", ()))
        told = "earlier" in entry
        fired.setdefault(entry["level"], Counter())[_level(care, (question, history), told)] += 1
        misspelt.setdefault(entry["level"], Counter())[_level(care, (misspell(question), history), told)] += 1
    for level, found in fired.items():
        if level in LEVELS:
            enough = LEVELS[: LEVELS.index(level) + 1]
            hits, still = (sum(each[level][one] for one in enough) for each in (fired, misspelt))
            yield f"| {name} | {level} | {found.total()} | {hits} | {still} | |"
        else:
            silent = found.total() - found["emergency"] - found["urgent"]
            yield f"| {name} | {level} | {found.total()} | | | {silent} |"


def _level(care: CareRules, asked: Asked, earlier: bool = False) -> str:
    """Return the level that a question fires, or, if its signs are told in earlier turns, the level of their card."""
    screening = care.screen(*asked)
    rule = screening.earlier if earlier else screening.new
    return rule.level if rule else "none"


def _median_milliseconds(care: CareRules, questions: Sequence[Asked]) -> float:
    times: list[float] = []
    for question, history in (*questions, *questions, *questions):
        started = time.perf_counter()
        care.screen(question, history)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def _own(file: Path) -> Iterator[Asked]:
    for line in _lines(file):
        entry = json.loads(line)
        yield entry["question"], tuple(entry.get("history") or ())


def _public(folder: Path) -> Iterator[Asked]:
    for line in _lines(folder / "queries.jsonl"):
        yield json.loads(line)["text"], ()


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
