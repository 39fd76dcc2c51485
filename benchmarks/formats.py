"""`python benchmarks/formats.py FOLDER`: what comes back of public health topics that were written in every format.

Each topic of `FOLDER/medlineplus/corpus.jsonl` is written as Markdown, plain text, HTML with menus and footers, DOCX
and PDF, and read back as an ingest reads it. Printed are the token F1 of what was read against what was written, and
how many articles show a word of a menu, a page head or a foot. The exit status is 1 if a format misses the promise.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.tokens import token_f1
from benchmarks.writers import SITE, WRITERS, Topic, topic_of
from citedfaq.corpus import read_corpus

PROMISED: Final = 0.98


def main(arguments: Sequence[str]) -> int:
    """Print the figures as Markdown and return the exit status."""
    parser = argparse.ArgumentParser(description="Token F1 of every format, as Markdown.")
    parser.add_argument("folder", type=Path, help="the folder of the public question sets")
    parser.add_argument("--first", type=int, help="only so many topics")
    parser.add_argument("--worst", type=int, default=0, help="name so many of the worst articles of each format")
    options = parser.parse_args(arguments)
    lines = (options.folder / "medlineplus" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    topics = [topic_of(record["title"], record["text"]) for record in map(json.loads, lines[: options.first])]
    sys.stdout.write("| format | topics | read | F1, mean | F1, lowest | show a menu or a foot | seconds |\n")
    sys.stdout.write("|---|---|---|---|---|---|---|\n")
    missed = False
    for ending in WRITERS:
        line, good = _measure(ending, topics, options.worst)
        sys.stdout.write(line)
        missed = missed or not good
    return int(missed)


def _measure(ending: str, topics: Sequence[Topic], worst: int) -> tuple[str, bool]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, topic in enumerate(topics):
            (folder / f"{number:04}{ending}").write_bytes(WRITERS[ending](topic, number))
        started = time.perf_counter()
        corpus = read_corpus(folder)
        seconds = time.perf_counter() - started
    scores = {article.path: token_f1(article.text, topics[int(article.path[:4])].text) for article in corpus.articles}
    for path, score in sorted(scores.items(), key=lambda each: each[1])[:worst]:
        sys.stderr.write(f"{path}: {score:.3f}\n")
    for skipped in corpus.skipped[:worst]:
        sys.stderr.write(f"{skipped.path}: {skipped.reason}\n")
    showing = sum(SITE.casefold() in article.text.casefold() for article in corpus.articles)
    mean, lowest = statistics.fmean(scores.values()), min(scores.values())
    line = f"| {ending} | {len(topics)} | {len(scores)} | {mean:.4f} | {lowest:.3f} | {showing} | {seconds:.1f} |\n"
    return line, len(scores) == len(topics) and mean >= PROMISED and not showing


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
