"""`Index`: one finished build on disk, checked when it is loaded: articles, passages, vectors, lexical statistics."""

import dataclasses
import datetime
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from citedfaq.articles import Article
from citedfaq.encoder import Vectors
from citedfaq.errors import CitedFAQError
from citedfaq.lexical import LexicalIndex
from citedfaq.passages import Passage, Sentence, caption, text_to_encode
from citedfaq.readers.draft import Block

FORMAT_VERSION = 1
"""Raise it whenever the files of a build change their form."""

CURRENT = "current"
MANIFEST = "manifest.json"
_ARTICLES, _PASSAGES, _FREQUENCY, _VECTORS, _BM25 = (
    "articles.jsonl",
    "passages.jsonl",
    "frequency.json",
    "vectors.faiss",
    "bm25",
)
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
        articles: every article's path with the SHA-256 of its file.
        stale: the paths of those that are an earlier version, because their file could not be read.
        passages: how many.
        vectors: how many; each passage has one, its caption one, and each sentence one.
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
    articles: dict[str, str]
    stale: list[str]
    passages: int
    vectors: int
    files: dict[str, str]


class Index:
    """A build in memory.

    Attributes:
        manifest: what it is made of.
        articles: by id.
        passages: numbered as in all methods below.
        lexical: BM25 and rarity over the passages' terms.
    """

    def __init__(
        self,
        manifest: Manifest,
        articles: dict[str, Article],
        passages: Sequence[Passage],
        vectors: faiss.Index,
        lexical: LexicalIndex,
    ) -> None:
        self.manifest = manifest
        self.articles = articles
        self.passages = tuple(passages)
        self.lexical = lexical
        self._vectors = vectors
        sizes = [row_count(passage) for passage in passages]
        self._first = np.concatenate(([0], np.cumsum(sizes, dtype=np.int64)))
        self._passage_of_row = np.repeat(np.arange(len(sizes)), sizes)

    def text(self, passage: Passage) -> str:
        """Return a passage's text, a slice of its article."""
        return self.articles[passage.article].text[passage.start : passage.end]

    def searchable_text(self, passage: Passage) -> str:
        """Return a passage's text with its headings, as it was indexed."""
        return text_to_encode(self.articles[passage.article], passage)

    def nearest(self, query: Vectors, count: int) -> list[int]:
        """Return the passages that own the `count` vectors nearest to a query (shape (1, dimension)), best first."""
        _, rows = self._vectors.search(query, min(count, self.manifest.vectors))
        return list(dict.fromkeys(int(self._passage_of_row[row]) for row in rows[0] if row >= 0))

    def vectors_of(self, number: int) -> Vectors:
        """Return a passage's vectors, shape (2 + sentences, dimension), in the order of `row_texts`."""
        first, last = int(self._first[number]), int(self._first[number + 1])
        rows: Vectors = self._vectors.reconstruct_n(first, last - first)
        return rows


def row_count(passage: Passage) -> int:
    """Return how many vectors a passage has."""
    return 2 + len(passage.sentences)


def row_texts(article: Article, passage: Passage) -> Iterator[str]:
    """Yield the texts whose vectors stand for a passage: the whole, its caption, each sentence."""
    yield text_to_encode(article, passage)
    yield caption(article, passage)
    for sentence in passage.sentences:
        yield article.text[sentence.start : sentence.end]


def write_build(
    folder: Path,
    manifest: Manifest,
    articles: Iterable[Article],
    passages: Sequence[Passage],
    vectors: Vectors,
) -> Manifest:
    """Write a build's files into an empty folder, each flushed to the disk, the manifest last.

    Args:
        folder: where to.
        manifest: what is known of the build; the digests of its files are filled in.
        articles: all of its articles.
        passages: all of its passages, grouped by article.
        vectors: their vectors, in the order of `row_texts`: shape (sum of `row_count`, dimension).

    Returns:
        The manifest as written.
    """
    by_id = {article.id: article for article in articles}
    lexical = LexicalIndex.build([text_to_encode(by_id[passage.article], passage) for passage in passages])
    flat = faiss.IndexFlatIP(manifest.dimension)
    flat.add(vectors)
    faiss.write_index(flat, str(folder / _VECTORS))
    lexical.save(folder / _BM25)
    _write_lines(folder / _ARTICLES, (_article_record(article) for article in by_id.values()))
    _write_lines(folder / _PASSAGES, map(_passage_record, passages))
    (folder / _FREQUENCY).write_text(json.dumps(lexical.frequency), encoding="utf-8")
    files = {
        file.relative_to(folder).as_posix(): _file_digest(file) for file in sorted(folder.rglob("*")) if file.is_file()
    }
    finished = dataclasses.replace(manifest, files=files)
    (folder / MANIFEST).write_text(json.dumps(dataclasses.asdict(finished), indent=1), encoding="utf-8")
    for name in [*files, MANIFEST]:
        _flush(folder / name)
    return finished


def current_build(index: Path) -> str | None:
    """Return the id of the build in use, or None where there is none."""
    try:
        return (index / CURRENT).read_text(encoding="utf-8").strip() or None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError):
        raise CitedFAQError(f"{index / CURRENT} cannot be read: check its permissions, or {_REBUILD}.") from None


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


def load_index(index: Path, encoder_name: str, encoder_digest: str) -> Index:
    """Load the build in use.

    Args:
        index: the folder of all builds.
        encoder_name: the encoder that will encode the questions.
        encoder_digest: the SHA-256 of its weights.

    Raises:
        CitedFAQError: there is no index, or it is damaged, of another format or of another encoder.
    """
    build = current_build(index)
    if build is None:
        raise CitedFAQError(f"There is no index in {index}: {_REBUILD}.")
    return load_build(index / build, encoder_name, encoder_digest)


def load_build(folder: Path, encoder_name: str, encoder_digest: str) -> Index:
    """Load and check one build; arguments and errors as for `load_index`."""
    manifest = read_manifest(folder)
    if manifest.encoder_digest != encoder_digest:
        raise CitedFAQError(
            f"{folder / MANIFEST} was built with the encoder '{manifest.encoder}' and other weights than those of "
            f"'{encoder_name}': {_REBUILD}."
        )
    try:
        damaged = next((name for name, digest in manifest.files.items() if _file_digest(folder / name) != digest), None)
    except OSError as error:
        damaged = error.filename
    if damaged:
        raise CitedFAQError(f"{folder / Path(damaged).name} is missing or damaged: {_REBUILD}.")
    articles = read_articles(folder)
    passages = [_passage(record) for record in _read_lines(folder / _PASSAGES)]
    vectors = faiss.read_index(str(folder / _VECTORS))
    frequency = json.loads((folder / _FREQUENCY).read_text(encoding="utf-8"))
    lexical = LexicalIndex.load(folder / _BM25, frequency, len(passages))
    _check(folder, manifest, articles, passages, vectors)
    return Index(manifest, articles, passages, vectors, lexical)


def read_articles(folder: Path) -> dict[str, Article]:
    """Return a build's articles by id."""
    return {article.id: article for article in map(_article, _read_lines(folder / _ARTICLES))}


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
            raise CitedFAQError(f"{folder / _PASSAGES} does not fit {folder / _ARTICLES}: {_REBUILD}.")


def _article_record(article: Article) -> dict[str, Any]:
    record = dataclasses.asdict(article)
    record["blocks"] = [[block.kind, block.start, block.end, block.level] for block in article.blocks]
    record["reviewed"] = article.reviewed and article.reviewed.isoformat()
    return record


def _article(record: dict[str, Any]) -> Article:
    record["blocks"] = tuple(Block(*block) for block in record["blocks"])
    record["reviewed"] = record["reviewed"] and datetime.date.fromisoformat(record["reviewed"])
    record["sources"] = tuple(record["sources"])
    return Article(**record)


def _passage_record(passage: Passage) -> dict[str, Any]:
    record = dataclasses.asdict(passage)
    record["sentences"] = [[sentence.start, sentence.end, sentence.group] for sentence in passage.sentences]
    return record


def _passage(record: dict[str, Any]) -> Passage:
    record["sentences"] = tuple(Sentence(*sentence) for sentence in record["sentences"])
    record["heading"] = tuple(record["heading"])
    return Passage(**record)


def _write_lines(file: Path, records: Iterable[dict[str, Any]]) -> None:
    with file.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(record) + "\n" for record in records)


def _read_lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def _file_digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _flush(file: Path) -> None:
    with file.open("rb") as stream:
        os.fsync(stream.fileno())
