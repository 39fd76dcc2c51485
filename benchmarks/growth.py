"""`python benchmarks/growth.py FOLDER`: what an index of 100 to 100,000 passages costs, and what its search finds.

For the costs the script writes articles of English words drawn at random, in subjects, and ingests them with a stand-in
for the encoder (`standin`); all other parts are the product's own, each ingest and each server in a process of its own.
For the recall real sentences of the sets in FOLDER are encoded, and, for larger numbers, moved a little at random; real
questions ask for them. The figures are printed as Markdown.

A question is answered in one thread; its milliseconds are those of the processor, which on an idle machine are those of
the clock, and on a busy one do not count the waiting for a core.
"""

import argparse
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.ingestion import vocabulary
from benchmarks.picture import picture
from benchmarks.sets import ARTICLES, FAQS, read_set
from benchmarks.standin import StandIn
from citedfaq import build, nearest
from citedfaq.assistant import Assistant
from citedfaq.care import load_rules
from citedfaq.encoder import Encoded, Encoder, Progress, Vectors
from citedfaq.encoder.sentence_transformer import SentenceTransformerEncoder
from citedfaq.evaluate import read_questions
from citedfaq.index import load_index
from citedfaq.manifest import current_build
from citedfaq.nearest import NEAREST, VECTORS, VectorIndex, write_nearest
from citedfaq.rows import RowWriter, faiss_header
from citedfaq.settings import load_settings

ROOT: Final = Path(__file__).parent.parent
SIZES: Final = (100, 1_000, 10_000, 100_000)
QUESTIONS: Final = ROOT / "tests" / "data" / "questions.jsonl"

_SECTIONS, _SENTENCES, _WORDS = 7, 5, 14
"""Of an article, which gets so many passages; each has seven vectors: its own, its heading's, and five sentences'."""

_ROWS_A_PASSAGE: Final = 7
_SUBJECT_WORDS: Final = 60
_ASKED: Final = 75
_ROUNDS: Final = 5

_REAL_SENTENCES, _REAL_QUESTIONS = 12_000, 500
_MIXED, _MOVED = 0.2, 0.5
"""A sentence that stands in for another is mixed with so much of a second one, and moved at random by so much."""

_CANDIDATES, _COUNTED = 200, 10
_ROUNDING: Final = 1e-5


def main(arguments: Sequence[str]) -> int:
    """Measure, print the figures, and draw the picture if it is asked for; returns 0."""
    options = _options(arguments)
    if options.child:
        work, count = Path(options.folder), options.sizes[0]
        found = _ingest(work) if options.child == "ingest" else _serve(work, count)
        sys.stdout.write(json.dumps(found))
        return 0
    rows = []
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        real = _encoded(Path(options.folder), options.work)
        for size in options.sizes:
            work = Path(folder) / str(size)
            _write_corpus(work / "corpus", size)
            row = {"passages": size, **_child("ingest", work, size), **_child("serve", work, size)}
            row |= _search(*real, size * _ROWS_A_PASSAGE, work)
            rows.append(row)
            sys.stderr.write(f"{json.dumps(row)}\n")
            _remove(work)
    sys.stdout.write("\n".join(_table(rows)) + "\n")
    if options.picture:
        options.picture.write_text(picture(rows), encoding="utf-8")
    return 0


def _ingest(work: Path) -> dict[str, float]:
    started = time.monotonic()
    report = build.ingest(work / "corpus", work / "index", StandIn(), settings=load_settings())
    seconds = time.monotonic() - started
    folder = work / "index" / str(current_build(work / "index"))
    return {
        "made": report.passages,
        "ingest_seconds": seconds,
        "ingest_megabytes": _status("VmHWM"),
        "ingest_own_megabytes": _status("RssAnon"),
        "index_megabytes": sum(file.stat().st_size for file in folder.iterdir()) / 1e6,
    }


class _Asked:
    """An encoder that encodes every question beforehand, so that what is left of an answer can be timed."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.digest = encoder.name, encoder.digest
        self._encoder = encoder
        self._known: dict[str, Encoded] = {}

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return self._encoder.encode(texts, progress)

    def encode_pieces(self, texts: Sequence[str], progress: Progress | None = None) -> list[Encoded]:
        return self._encoder.encode_pieces(texts, progress)

    def encode_questions(self, texts: Sequence[str]) -> list[Encoded]:
        for text in texts:
            if text not in self._known:
                [self._known[text]] = self._encoder.encode_questions([text])
        return [self._known[text] for text in texts]


def _serve(work: Path, size: int) -> dict[str, float]:
    encoder = _Asked(StandIn())
    load_rules()
    before = _status("RssAnon")
    started = time.perf_counter()
    index = load_index(work / "index", encoder.name, encoder.digest)
    loaded = time.perf_counter() - started
    assistant = Assistant(work / "index", load_settings(), encoder, only=index)
    rng = random.Random(size)  # noqa: S311 - questions are no secret
    said = vocabulary()
    questions = [f"How do I {' '.join(_of_subject(said, rng)(6))}?" for _ in range(_ASKED)]
    questions += [each.question for each in read_questions(QUESTIONS)[:_ASKED]]
    least = [float("inf")] * len(questions)
    assistant.warm_up()
    for question in questions:
        assistant.ask(question)
    for _ in range(_ROUNDS):
        for number, question in enumerate(questions):
            started = time.thread_time()
            assistant.ask(question)
            least[number] = min(least[number], (time.thread_time() - started) * 1000)
    return {
        "load_seconds": loaded,
        "answer_milliseconds": statistics.median(least),
        "own_megabytes": _status("RssAnon") - before,
        "resident_megabytes": _status("VmRSS"),
    }


def _search(sentences: Vectors, questions: Vectors, rows: int, work: Path) -> dict[str, float | None]:
    """Measure exact and approximate search over real vectors: milliseconds of one, and the share of what is found."""
    folder = work / "real"
    folder.mkdir(parents=True)
    with RowWriter(folder / VECTORS, sentences.shape[1], np.float32, faiss_header) as writer:
        for part in _grown(sentences, rows):
            writer.append(part)
    exact = VectorIndex.load(folder)
    figures: dict[str, float | None] = {"exact_milliseconds": _least(exact, questions[:60]), "recall": None}
    nearest.EXACT_UP_TO, kept = 0, nearest.EXACT_UP_TO
    started = time.monotonic()
    write_nearest(folder)
    nearest.EXACT_UP_TO = kept
    near = VectorIndex.load(folder)
    found = 0
    for question in questions:
        wanted = exact.asked(question).cosines(exact.nearest(question[np.newaxis], _COUNTED))[-1]
        cosines = near.asked(question).cosines(near.nearest(question[np.newaxis], _CANDIDATES))
        found += min(int((cosines >= wanted - _ROUNDING).sum()), _COUNTED)
    return {
        "exact_milliseconds": figures["exact_milliseconds"],
        "near_milliseconds": _least(near, questions[:60]),
        "recall": found / _COUNTED / len(questions),
        "near_seconds": time.monotonic() - started,
        "near_megabytes": (folder / NEAREST).stat().st_size / 1e6,
    }


def _least(index: VectorIndex, questions: Vectors) -> float:
    """Return the median over questions of the least milliseconds of several searches."""
    return statistics.median(min(_milliseconds(index, each[np.newaxis]) for _ in range(_ROUNDS)) for each in questions)


def _milliseconds(index: VectorIndex, question: Vectors) -> float:
    started = time.thread_time()
    index.nearest(question, _CANDIDATES)
    return (time.thread_time() - started) * 1000


def _grown(sentences: Vectors, rows: int) -> Iterator[Vectors]:
    rng = np.random.default_rng(rows)
    if rows <= len(sentences):
        yield sentences[:rows]
        return
    yield sentences
    for first in range(len(sentences), rows, 20_000):
        one, other = (sentences[rng.integers(0, len(sentences), min(20_000, rows - first))] for _ in range(2))
        moved = rng.standard_normal(one.shape).astype(np.float32) * (_MOVED / one.shape[1] ** 0.5)
        mixed = (1 - _MIXED) * one + _MIXED * other + moved
        yield mixed / np.linalg.norm(mixed, axis=1, keepdims=True)


def _encoded(folder: Path, work: Path) -> tuple[Vectors, Vectors]:
    """Return the vectors of real sentences and questions; they are kept for the next run."""
    kept = work / "growth.npz"
    if not kept.is_file():
        texts = [document.text for document in read_set(folder, ARTICLES[0]).documents]
        cut = (part.strip() for text in texts for part in re.split(r"(?<=[.!?])\s+", text))
        sentences = list(dict.fromkeys(part for part in cut if 20 < len(part) < 200))
        asked = [query.text[:300] for name in FAQS for query in read_set(folder, name).queries]
        rng = random.Random(1)  # noqa: S311 - a sample is no secret
        encoder = SentenceTransformerEncoder(load_settings().encoder)
        np.savez(
            kept,
            sentences=encoder.encode(rng.sample(sentences, min(_REAL_SENTENCES, len(sentences)))),
            questions=encoder.encode(rng.sample(asked, min(_REAL_QUESTIONS, len(asked)))),
        )
    with np.load(kept) as arrays:
        return arrays["sentences"], arrays["questions"]


def _write_corpus(folder: Path, passages: int) -> None:
    rng = random.Random(passages)  # noqa: S311 - articles are no secret
    said = vocabulary()
    folder.mkdir(parents=True)
    for number in range(-(-passages // _SECTIONS)):
        some = _of_subject(said, rng)
        sections = min(_SECTIONS, passages - number * _SECTIONS)
        lines = [f"# {' '.join(some(3)).capitalize()} {number}"]
        for _ in range(sections):
            sentences = (" ".join(some(_WORDS)).capitalize() + "." for _ in range(_SENTENCES))
            lines += [f"## {' '.join(some(3)).capitalize()}", " ".join(sentences)]
        (folder / f"article-{number:06}.md").write_text("\n\n".join(lines) + "\n", encoding="utf-8")


def _of_subject(said: Sequence[str], rng: random.Random) -> Callable[[int], list[str]]:
    """Return what draws words: half of them of one subject, the rest from all, the common ones more often."""
    first = rng.randrange(len(said) - _SUBJECT_WORDS)
    own = said[first : first + _SUBJECT_WORDS]

    def some(count: int) -> list[str]:
        common = (said[int(len(said) * rng.random() ** 3)] for _ in range(count))
        return [rng.choice(own) if rng.random() < 0.5 else word for word in common]

    return some


def _child(what: str, work: Path, size: int) -> dict[str, Any]:
    command = [sys.executable, __file__, str(work), "--child", what, "--sizes", str(size)]
    result = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def _status(name: str) -> float:
    """Return a line of Linux's `/proc/self/status` in megabytes."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) * 1024 / 1e6


def _remove(work: Path) -> None:
    for file in sorted(work.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()


def _table(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    columns = {
        "passages": ("passages", "{:,}"),
        "exact search, ms": ("exact_milliseconds", "{:.2f}"),
        "approximate, ms": ("near_milliseconds", "{:.2f}"),
        "recall@10": ("recall", "{:.3f}"),
        "answer without encoding, ms": ("answer_milliseconds", "{:.2f}"),
        "load, s": ("load_seconds", "{:.2f}"),
        "own memory of a server, MB": ("own_megabytes", "{:.0f}"),
        "index on disk, MB": ("index_megabytes", "{:.0f}"),
        "ingest, s": ("ingest_seconds", "{:.0f}"),
        "its greatest memory, MB": ("ingest_megabytes", "{:.0f}"),
    }
    yield f"| {' | '.join(columns)} |"
    yield "|---" * len(columns) + "|"
    for row in rows:
        yield f"| {' | '.join(form.format(row[name]) for name, form in columns.values())} |"


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What an index costs as it grows, as Markdown.")
    parser.add_argument("folder", help="the folder of the public question sets")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), metavar="N", help="passages (%(default)s)")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()), metavar="DIR", help="for its files")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw the figures as an SVG picture")
    parser.add_argument("--child", choices=("ingest", "serve"), help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
