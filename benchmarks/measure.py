"""A set, measured: its index is built or brought up to date, and every system is asked every question."""

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from benchmarks.figures import CUT
from benchmarks.sets import ARTICLES, FAQS, BenchmarkSet, Query, read_set, write_corpus
from benchmarks.systems import PRODUCT, Found, Product, SimpleSystems, search
from citedfaq import build
from citedfaq.assistant import Assistant
from citedfaq.encoder import Encoder, Progress
from citedfaq.errors import CitedFAQError
from citedfaq.settings import load_settings

Kind = Literal["answerable", "near_ood", "oos"]
Wording = Literal["clean", "typos"]
WORDINGS: Final[tuple[Wording, ...]] = ("clean", "typos")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question in one wording, asked of every system.

    Attributes:
        query: the question.
        kind: whether the documents answer it.
        wording: clean or with typos.
        found: by system.
        corrected: the words that the product corrected, typed to used.
        milliseconds: that the product took.
    """

    query: Query
    kind: Kind
    wording: Wording
    found: dict[str, Found]
    corrected: dict[str, str]
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Measured:
    """A set with all that was asked of it.

    Attributes:
        benchmark: the set.
        passages: in the index.
        lost: documents without a passage, which no system can find.
        asked: every question in every wording.
        ingest_seconds: little where the index of an earlier run could be kept.
        seconds: in all.
    """

    benchmark: BenchmarkSet
    passages: int
    lost: int
    asked: tuple[Asked, ...]
    ingest_seconds: float
    seconds: float


def sets_of(folder: Path) -> list[str]:
    """Return the names of all sets that a folder holds; raises `CitedFAQError` if there is none."""
    names = [name for name in (*ARTICLES, *FAQS) if (folder / name).is_dir()]
    if not names:
        raise CitedFAQError(f"{folder} holds no set: name the folder of {', '.join((*ARTICLES, *FAQS))}.")
    return names


def run(
    folder: Path, names: Sequence[str], work: Path, encoder: Encoder, limit: int | None = None
) -> Iterator[Measured]:
    """Measure one set after another.

    Args:
        folder: the folder of all sets.
        names: of the sets; all that the folder holds if empty.
        work: keeps each set's corpus and index for the next run.
        encoder: for the indexes and the questions.
        limit: as for `read_set`.

    Raises:
        CitedFAQError: a set cannot be read, the folder holds none, or an index cannot be built.
    """
    for name in names or sets_of(folder):
        # A shortened set has an index of its own, so that the whole one's is not lost for a trial.
        yield measure(read_set(folder, name, limit), work / (f"{name}-{limit}" if limit else name), encoder)


def measure(benchmark: BenchmarkSet, folder: Path, encoder: Encoder) -> Measured:
    """Ingest a set, or what of it changed since the last run, into a folder, and ask all of its questions."""
    started = time.monotonic()
    ids = write_corpus(benchmark, folder / "corpus")
    _ingest(folder, encoder, benchmark.name)
    ingest_seconds = time.monotonic() - started
    product = Product(Assistant(folder / "index", load_settings(), encoder), encoder)
    passages = product.assistant.index.passages
    simple = SimpleSystems(product.assistant.index, ids)
    groups: tuple[tuple[Kind, tuple[Query, ...]], ...] = (
        ("answerable", benchmark.queries),
        ("near_ood", benchmark.near),
        ("oos", benchmark.far),
    )
    todo = [
        (kind, wording, query)
        for kind, queries in groups
        for wording in (WORDINGS[:1] if kind == "oos" else WORDINGS)
        for query in queries
    ]
    vectors = encoder.encode([worded(query, wording) for _, wording, query in todo])
    bar = tqdm(todo, unit="question", desc=f"{benchmark.name}: asking", leave=False, delay=0.5, mininterval=1)
    asked = tuple(_ask(product, simple, ids, question, vector) for question, vector in zip(bar, vectors, strict=True))
    lost = len(benchmark.documents) - len({passage.article for passage in passages})
    return Measured(benchmark, len(passages), lost, asked, ingest_seconds, time.monotonic() - started)


def _ingest(folder: Path, encoder: Encoder, name: str) -> None:
    with contextlib.ExitStack() as bars:

        def progress(doing: str, total: int) -> Progress:
            bar = tqdm(total=total, desc=f"{name}: {doing.lower()}", leave=False, delay=0.5, mininterval=1)
            return bars.enter_context(bar).update

        build.ingest(folder / "corpus", folder / "index", encoder, allow_shrink=True, progress=progress)


def _ask(
    product: Product,
    simple: SimpleSystems,
    ids: Mapping[str, str],
    question: tuple[Kind, Wording, Query],
    vector: NDArray[np.float32],
) -> Asked:
    kind, wording, query = question
    text = worded(query, wording)
    others = simple.search(text, vector)
    started = time.perf_counter()
    scored, sure, corrected = search(product, text)
    milliseconds = (time.perf_counter() - started) * 1000
    ranking = tuple(dict.fromkeys(ids[found.passage.article] for found in scored))[:CUT]
    return Asked(query, kind, wording, {PRODUCT: Found(ranking, sure), **others}, corrected, milliseconds)


def worded(query: Query, wording: Wording) -> str:
    """Return a question in one wording."""
    return query.text if wording == "clean" else query.misspelt
