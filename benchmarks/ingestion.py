"""`python benchmarks/ingestion.py`: what a run of `ingest.py` costs: in full, of nothing, and of one changed article.

The script writes the articles itself: sentences of English words drawn at random, so that none is like another. Every
run is a process of its own, as a clinic starts it, with its start and the loading of the encoder. The figures are
printed as Markdown.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from citedfaq.wordlists import english

ROOT = Path(__file__).parent.parent

_SENTENCES, _WORDS = 5, 14
"""One section of five sentences of fourteen words: shorter than most articles. Longer ones make the full run slower,
and hardly any other, so that these are the hard case for the shares."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: seconds of the whole process, its greatest memory in megabytes, and what it reported."""

    seconds: float
    megabytes: float
    report: dict[str, Any]


def main(arguments: Sequence[str]) -> int:
    """Write the articles, run, and print the figures; returns 0."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        rng = random.Random(7)  # noqa: S311 - articles are no secret
        words = vocabulary()
        (work / "corpus").mkdir()
        for number in range(options.articles):
            _file(work, number).write_text(article(number, words, rng), encoding="utf-8")

        def change() -> None:
            file = _file(work, rng.randrange(options.articles))
            file.write_text(file.read_text(encoding="utf-8").rstrip() + f" {_sentence(words, rng)}\n", encoding="utf-8")

        full = [_ingest(work)]
        unchanged = _several(work, options.repeats, lambda: None)
        changed = _several(work, options.repeats, change)
        removed = _several(work, options.repeats, lambda: next(iter((work / "corpus").iterdir())).unlink())
        size = sum(file.stat().st_size for file in (work / "index").rglob("*") if file.is_file())
        builds = len(list((work / "index").glob("*/manifest.json")))
    rows = (("full", full), ("nothing changed", unchanged), ("one article changed", changed), ("one removed", removed))
    passages = full[0].report["passages"]
    lines = [
        f"{options.articles} articles, {passages} passages, {size / builds / 1e6:.0f} MB a build",
        "",
        "| run | seconds, median | of a full run | texts encoded | greatest memory, MB |",
        "|---|---|---|---|---|",
        *(_row(name, runs, full[0].seconds) for name, runs in rows),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def article(number: int, words: Sequence[str], rng: random.Random) -> str:
    """Return a Markdown article of one section."""
    text = " ".join(_sentence(words, rng) for _ in range(_SENTENCES))
    return f"# {_heading(words, rng)} {number}\n\n## {_heading(words, rng)}\n\n{text}\n"


def _heading(words: Sequence[str], rng: random.Random) -> str:
    return " ".join(rng.choices(words, k=3)).capitalize()


def _sentence(words: Sequence[str], rng: random.Random) -> str:
    return " ".join(rng.choices(words, k=_WORDS)).capitalize() + "."


def vocabulary() -> list[str]:
    """Return the 5,000 commonest English words."""
    return [word for word, _ in sorted(english().items(), key=lambda item: (-item[1], item[0]))[:5000]]


def _file(work: Path, number: int) -> Path:
    return work / "corpus" / f"article-{number:05}.md"


def _several(work: Path, repeats: int, before: Callable[[], None]) -> list[Run]:
    runs = []
    for _ in range(repeats):
        before()
        runs.append(_ingest(work))
    return runs


def _ingest(work: Path) -> Run:
    command = [sys.executable, "ingest.py", "--json", "--corpus", str(work / "corpus"), "--index", str(work / "index")]
    started = time.monotonic()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"ingest.py ended with {process.returncode}")
    return Run(time.monotonic() - started, usage.ru_maxrss / 1024, json.loads(output))


def _row(name: str, runs: Sequence[Run], full: float) -> str:
    seconds = statistics.median(run.seconds for run in runs)
    encoded = ", ".join(dict.fromkeys(str(run.report["encoded"]) for run in runs))
    memory = max(run.megabytes for run in runs)
    return f"| {name} | {seconds:.1f} | {seconds / full:.1%} | {encoded} | {memory:.0f} |"


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What a run of ingest.py costs, as Markdown.")
    parser.add_argument("--articles", type=int, default=5000, help="how many (%(default)s)")
    parser.add_argument("--repeats", type=int, default=3, help="of each run but the full one (%(default)s)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
