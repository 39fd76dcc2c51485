"""`Index`: one finished build on disk, checked when it is loaded: articles, passages, vectors, lexical statistics."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from citedfaq.articles import Article
from citedfaq.encoder import Vectors
from citedfaq.errors import CitedFAQError
from citedfaq.late import LateIndex
from citedfaq.lexical import LexicalIndex, terms
from citedfaq.passages import Passage, caption, text_to_encode
from citedfaq.records import read_articles, read_passages

FORMAT_VERSION = 4
"""Raise it whenever the files of a build change their form."""

CURRENT = "current"
MANIFEST = "manifest.json"
ARTICLES, PASSAGES, FREQUENCY, VECTORS = "articles.jsonl", "passages.jsonl", "frequency.json", "vectors.faiss"
BM25 = "bm25"
"""The files of a build and its folder of BM25 statistics; those of the word pieces are `late`'s."""

_REBUILD = "run 'python ingest.py'"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a build is made of.

    Attributes:
        build: its id, also its folder's name.
        format_version: `FORMAT_VERSION` when it was made.
        rules_version: `passages.RULES_VERSION` when it was made.
        encoder: the encoder's name.
        encoder_digest: SHA-256 of its weights.
        dimension: of the vectors.
        created: when it was finished, in UTC.
        seconds: how long it took.
        previous: the build that was in use before it, or None.
        articles: every article's path with the SHA-256 of its file.
        stale: the paths of those that are an earlier version, because their file could not be read.
        passages: how many.
        vectors: how many; one for each passage, caption, other wording and sentence.
        alike: pairs of articles, by path, that are nearly the same, each with the share of what they have in common.
        files: every file of the build with its SHA-256.
    """

    build: str
    format_version: int
    rules_version: int
    encoder: str
    encoder_digest: str
    dimension: int
    created: str
    seconds: float
    previous: str | None
    articles: dict[str, str]
    stale: list[str]
    passages: int
    vectors: int
    alike: list[tuple[str, str, float]]
    files: dict[str, str]

    @property
    def made_from(self) -> tuple[object, ...]:
        """All that decides what a build holds: two builds are the same if these are."""
        return (self.format_version, self.rules_version, self.encoder_digest, self.articles, sorted(self.stale))


@dataclass(frozen=True, slots=True)
class Pointer:
    """What `current` says.

    Attributes:
        build: the id of the build in use.
        instead_of: the id of the newer build that a rollback put out of use, or None.
    """

    build: str
    instead_of: str | None = None


class Index:
    """A build in memory.

    Attributes:
        manifest: what it is made of.
        articles: by id.
        passages: numbered as in all methods below.
        lexical: BM25 and rarity over the passages' terms.
        late: the passages' word pieces.
    """

    def __init__(
        self,
        manifest: Manifest,
        articles: dict[str, Article],
        passages: Sequence[Passage],
        vectors: faiss.Index,
        lexical: LexicalIndex,
        late: LateIndex,
    ) -> None:
        self.manifest = manifest
        self.articles = articles
        self.passages = tuple(passages)
        self.lexical = lexical
        self.late = late
        self._vectors = vectors
        self._terms: dict[int, frozenset[str]] = {}
        self._stretches: dict[int, tuple[int, ...]] = {}
        sizes = [row_count(passage) for passage in passages]
        self._first = np.concatenate(([0], np.cumsum(sizes, dtype=np.int64)))
        self._passage_of_row = np.repeat(np.arange(len(sizes)), sizes)

    def text(self, passage: Passage) -> str:
        """Return a passage's text, a slice of its article."""
        return self.articles[passage.article].text[passage.start : passage.end]

    def searchable_text(self, passage: Passage) -> str:
        """Return a passage's text with its headings, as it was indexed."""
        return text_to_encode(self.articles[passage.article], passage)

    def terms_of(self, number: int) -> frozenset[str]:
        """Return the terms of a passage and its headings; kept once they have been asked for."""
        if number not in self._terms:
            self._terms[number] = frozenset(terms(self.searchable_text(self.passages[number])))
        return self._terms[number]

    def stretches_of(self, number: int) -> tuple[int, ...]:
        """Return where in a passage's searchable text each of its stretches begins; kept once they were asked for."""
        if number not in self._stretches:
            passage = self.passages[number]
            above = len(self.searchable_text(passage)) - (passage.end - passage.start)
            self._stretches[number] = tuple(above + start - passage.start for start, _ in passage.stretches)
        return self._stretches[number]

    def nearest(self, query: Vectors, count: int) -> list[int]:
        """Return the passages that own the `count` vectors nearest to a query (shape (1, dimension)), best first."""
        _, rows = self._vectors.search(query, min(count, self.manifest.vectors))
        return list(dict.fromkeys(int(self._passage_of_row[row]) for row in rows[0] if row >= 0))

    def vector(self, row: int) -> NDArray[np.float32]:
        """Return one vector, counted through all passages: shape (dimension,)."""
        vector: NDArray[np.float32] = self._vectors.reconstruct_n(row, 1)[0]
        return vector

    def vectors_of(self, number: int) -> Vectors:
        """Return a passage's vectors, shape (2 + wordings + sentences, dimension), in the order of `row_texts`."""
        first, last = int(self._first[number]), int(self._first[number + 1])
        rows: Vectors = self._vectors.reconstruct_n(first, last - first)
        return rows


def row_count(passage: Passage) -> int:
    """Return how many vectors a passage has."""
    return 2 + len(passage.wordings) + len(passage.sentences)


def entry_texts(article: Article, passage: Passage) -> Iterator[str]:
    """Yield the texts whose pieces are kept for late interaction: the whole, each of its other wordings."""
    yield text_to_encode(article, passage)
    yield from passage.wordings


def row_texts(article: Article, passage: Passage) -> Iterator[str]:
    """Yield the texts whose vectors stand for a passage: the whole, its caption, other wordings, each sentence."""
    yield text_to_encode(article, passage)
    yield caption(article, passage)
    yield from passage.wordings
    for sentence in passage.sentences:
        yield article.text[sentence.start : sentence.end]


def current_build(index: Path) -> str | None:
    """Return the id of the build in use, or None where there is none.

    Raises:
        CitedFAQError: it cannot be read.
    """
    pointer = read_pointer(index)
    return pointer.build if pointer else None


def read_pointer(index: Path) -> Pointer | None:
    """Return what `current` says, or None where there is no index; raises as `current_build` does."""
    try:
        names = (index / CURRENT).read_text(encoding="utf-8").split("\n")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError):
        raise CitedFAQError(f"{index / CURRENT} cannot be read: check its permissions, or {_REBUILD}.") from None
    build, held = names[0].strip(), names[1].strip() if len(names) > 1 else ""
    return Pointer(build, held or None) if build else None


def read_manifest(folder: Path) -> Manifest:
    """Read a build's manifest.

    Raises:
        CitedFAQError: it is missing, damaged, or of another format.
    """
    file = folder / MANIFEST
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        version = record["format_version"]
        if version != FORMAT_VERSION:
            raise CitedFAQError(f"{file} is of index format {version}, not {FORMAT_VERSION}: {_REBUILD}.")
        return Manifest(**record)
    except (OSError, ValueError, KeyError, TypeError):
        raise CitedFAQError(f"{file} is missing or damaged: {_REBUILD}.") from None


def current_manifest(index: Path) -> Manifest:
    """Read the manifest of the build in use.

    Raises:
        CitedFAQError: there is no index, or its manifest is missing, damaged or of another format.
    """
    return read_manifest(_folder_in_use(index))


def _folder_in_use(index: Path) -> Path:
    build = current_build(index)
    if build is None:
        raise CitedFAQError(f"There is no index in {index}: {_REBUILD}.")
    return index / build


def load_index(index: Path, encoder_name: str, encoder_digest: str) -> Index:
    """Load the build in use.

    Args:
        index: the folder of all builds.
        encoder_name: the encoder that will encode the questions.
        encoder_digest: the SHA-256 of its weights.

    Raises:
        CitedFAQError: there is no index, or it is damaged, of another format or of another encoder.
    """
    return load_build(_folder_in_use(index), encoder_name, encoder_digest)


def load_build(folder: Path, encoder_name: str, encoder_digest: str) -> Index:
    """Load and check one build; arguments and errors as for `load_index`."""
    manifest = read_manifest(folder)
    if manifest.encoder_digest != encoder_digest:
        raise CitedFAQError(
            f"{folder / MANIFEST} was built with the encoder '{manifest.encoder}' and other weights than those of "
            f"'{encoder_name}': {_REBUILD}."
        )
    for name in damaged_files(folder, manifest):
        raise CitedFAQError(f"{folder / name} is missing or damaged: {_REBUILD}.")
    articles = articles_of(folder)
    passages = read_passages(folder / PASSAGES)
    # Mapped, not read: the system keeps in memory what is used, and only once for all processes.
    vectors = faiss.read_index(str(folder / VECTORS), faiss.IO_FLAG_MMAP_IFC)
    frequency = json.loads((folder / FREQUENCY).read_text(encoding="utf-8"))
    lexical = LexicalIndex.load(folder / BM25, frequency, len(passages))
    late = LateIndex.load(folder, [1 + len(passage.wordings) for passage in passages])
    _check(folder, manifest, articles, passages, vectors)
    if not late.fits():
        raise CitedFAQError(f"{folder / MANIFEST} does not fit the files beside it: {_REBUILD}.")
    return Index(manifest, articles, passages, vectors, lexical, late)


def articles_of(folder: Path) -> dict[str, Article]:
    """Return a build's articles by id."""
    return read_articles(folder / ARTICLES)


def _check(
    folder: Path, manifest: Manifest, articles: dict[str, Article], passages: Sequence[Passage], vectors: faiss.Index
) -> None:
    counts = (len(passages), sum(map(row_count, passages)), vectors.ntotal, vectors.d)
    if counts != (manifest.passages, manifest.vectors, manifest.vectors, manifest.dimension):
        raise CitedFAQError(f"{folder / MANIFEST} does not fit the files beside it: {_REBUILD}.")
    for passage in passages:
        length = len(articles[passage.article].text) if passage.article in articles else -1
        ends = [
            passage.start,
            *(edge for sentence in passage.sentences for edge in (sentence.start, sentence.end)),
            passage.end,
        ]
        if not (passage.sentences and ends == sorted(ends) and ends[0] >= 0 and ends[-1] <= length):
            raise CitedFAQError(f"{folder / PASSAGES} does not fit {folder / ARTICLES}: {_REBUILD}.")


def damaged_files(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Yield the names of a build's files that are missing or are not as they were written."""
    for name, digest in manifest.files.items():
        try:
            if file_digest(folder / name) != digest:
                yield name
        except OSError:
            yield name


def file_digest(file: Path) -> str:
    """Return a file's SHA-256."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
