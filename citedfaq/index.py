"""`Index`: one finished build on disk, checked when it is loaded: articles, passages, vectors, lexical statistics.

Hardly any of it is held in memory: records are read and arrays are mapped where a question needs them.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from citedfaq.articles import Article
from citedfaq.encoder import Vectors
from citedfaq.errors import CitedFAQError
from citedfaq.late import PIECES, LateIndex
from citedfaq.lexical import LexicalIndex
from citedfaq.nearest import NEAREST, VECTORS, Asked, VectorIndex
from citedfaq.passages import Passage, caption, text_to_encode
from citedfaq.records import ARTICLES, PASSAGES, WHOLE, Articles, Passages

FORMAT_VERSION = 5
"""Raise it whenever the files of a build change their form."""

CURRENT = "current"
MANIFEST = "manifest.json"
VOCABULARY = "vocabulary.json"
"""How often each word, in small letters, stands in the articles. The build's other files are named in `records`,
`lexical`, `late` and `nearest`."""

_ONLY_RANKING = frozenset({VECTORS, NEAREST, PIECES})
"""Files of which no text is shown; a large one is sampled at loading, and read in full before a build is made from it.
"""

_WHOLE_BYTES = 64_000_000
_SAMPLES, _SAMPLE_BYTES = 256, 16_384
"""Of a larger one, so many stretches of so many bytes each are looked at: the ends, and others spread between."""

_KEPT_QUESTIONS = 1000

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
        samples: those that are sampled at loading, with the SHA-256 of the sample.
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
    samples: dict[str, str]

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


@dataclass(frozen=True, slots=True)
class Similarities:
    """Cosines of a query with all vectors of some passages.

    Attributes:
        cosines: those of the first passage's vectors, then those of the second's, and so on: shape (vectors,).
        starts: where each passage's begin, and at the end their number: shape (passages + 1,).
        sentences: where those of its sentences begin, behind its own, its caption's and its wordings': (passages,).
        places: where in the passage's searchable text a stretch begins with a vector's sentence, in code points;
            below 0 where none begins: shape (vectors,).
    """

    cosines: NDArray[np.float32]
    starts: NDArray[np.int64]
    sentences: NDArray[np.int64]
    places: NDArray[np.int32]

    def of_passages(self) -> NDArray[np.float32]:
        """Return each passage's cosine, the greatest of its caption and wordings, and that of its sentences: (n, 3)."""
        edges = np.stack([self.starts[:-1], self.starts[:-1] + 1, self.sentences], axis=1).ravel()
        return np.maximum.reduceat(self.cosines, edges).reshape(-1, 3) if len(edges) else np.zeros((0, 3), np.float32)

    def of_stretches(self) -> NDArray[np.float32]:
        """Return the greatest cosine of each stretch's sentences, passage after passage: shape (stretches,)."""
        begins = self.places >= 0
        edges = np.flatnonzero(begins | (self.places == WHOLE))
        return np.maximum.reduceat(self.cosines, edges)[begins[edges]] if len(edges) else self.cosines


class Index:
    """A build.

    Attributes:
        folder: where it lies.
        manifest: what it is made of.
        articles: by id.
        passages: numbered as in all methods below.
        lexical: BM25 and rarity over the passages' terms.
        late: the passages' word pieces.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - its parts
        self,
        folder: Path,
        manifest: Manifest,
        articles: Articles,
        passages: Passages,
        vectors: VectorIndex,
        lexical: LexicalIndex,
        late: LateIndex,
    ) -> None:
        self.folder = folder
        self.manifest = manifest
        self.articles = articles
        self.passages = passages
        self.lexical = lexical
        self.late = late
        self._vectors = vectors

    @cached_property
    def vocabulary(self) -> dict[str, int]:
        """How often each word, in small letters, stands in the articles, in the order of their first occurrence."""
        counts: dict[str, int] = json.loads((self.folder / VOCABULARY).read_text(encoding="utf-8"))
        return counts

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """Questions of the FAQ, each once, in order; of many only some, evenly spread."""
        asked = list(dict.fromkeys(passage.question for passage in self.passages.with_question() if passage.question))
        return tuple(asked[:: max(1, len(asked) // _KEPT_QUESTIONS)])

    def passages_of(self, article_id: str) -> list[Passage]:
        """Return the passages of an article, in order; raises `KeyError` where there is none of that id."""
        number = self.articles.number(article_id)
        first, last = np.searchsorted(self.passages.article_numbers, [number, number + 1]).tolist()
        return self.passages[first:last]

    def article_of(self, number: int) -> Article:
        """Return the article of a passage, by the passage's number."""
        return self.articles.numbered(int(self.passages.article_numbers[number]))

    def text(self, passage: Passage) -> str:
        """Return a passage's text, a slice of its article."""
        return self.articles[passage.article].text[passage.start : passage.end]

    def searchable_text(self, passage: Passage) -> str:
        """Return a passage's text with its headings, as it was indexed."""
        return text_to_encode(self.articles[passage.article], passage)

    def asked(self, query: NDArray[np.float32]) -> Asked:
        """Put a query, shape (dimension,), beside all vectors."""
        return self._vectors.asked(query)

    def owners(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the passage that owns each of some vectors, by their numbers."""
        return np.searchsorted(self.passages.first_vectors, rows, side="right") - 1

    def nearest(self, query: Vectors, count: int) -> list[int]:
        """Return the passages that own the `count` vectors nearest to a query (shape (1, dimension)), best first."""
        return list(dict.fromkeys(self.owners(self._vectors.nearest(query, count)).tolist()))

    def similarities(self, asked: Asked, numbers: NDArray[np.int64]) -> Similarities:
        """Compare a query with all vectors of passages."""
        first, end = self.passages.first_vectors[numbers], self.passages.first_vectors[numbers + 1]
        starts = np.zeros(len(numbers) + 1, np.int64)
        np.cumsum(end - first, out=starts[1:])
        rows = np.arange(starts[-1]) + np.repeat(first - starts[:-1], end - first)
        sentences = starts[:-1] + self.passages.first_sentences[numbers] - first
        return Similarities(asked.cosines(rows), starts, sentences, self.passages.spans[rows, 2])

    def vector(self, row: int) -> NDArray[np.float32]:
        """Return one vector, counted through all passages: shape (dimension,)."""
        vector: NDArray[np.float32] = self._vectors.rows(row, 1)[0]
        return vector

    def vectors_of(self, number: int) -> Vectors:
        """Return a passage's vectors, shape (2 + wordings + sentences, dimension), in the order of `row_texts`."""
        first, last = int(self.passages.first_vectors[number]), int(self.passages.first_vectors[number + 1])
        return self._vectors.rows(first, last - first)


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
    for name in damaged_files(folder, manifest, sampled=True):
        raise CitedFAQError(f"{folder / name} is missing or damaged: {_REBUILD}.")
    articles, passages = Articles.load(folder), Passages.load(folder)
    vectors = VectorIndex.load(folder)
    lexical = LexicalIndex(folder)
    late = LateIndex.load(folder, passages.first_entries, passages.stretches_of)
    counts = (len(passages), len(passages.spans), vectors.count, vectors.dimension, len(articles))
    told = (manifest.passages, manifest.vectors, manifest.vectors, manifest.dimension, len(manifest.articles))
    if counts != told or not (late.fits() and lexical.fits(len(passages)) and articles.fits):
        raise CitedFAQError(f"{folder / MANIFEST} does not fit the files beside it: {_REBUILD}.")
    if not passages.fits(articles):
        raise CitedFAQError(f"{folder / PASSAGES} does not fit {folder / ARTICLES}: {_REBUILD}.")
    return Index(folder, manifest, articles, passages, vectors, lexical, late)


def articles_of(folder: Path) -> Mapping[str, Article]:
    """Return a build's articles by id."""
    return Articles.load(folder)


def damaged_files(folder: Path, manifest: Manifest, *, sampled: bool = False) -> Iterator[str]:
    """Yield the names of a build's files that are missing or are not as they were written.

    Args:
        folder: of the build.
        manifest: its manifest.
        sampled: look only at a sample of large files from which no text is shown.
    """
    for name, digest in manifest.files.items():
        sample = manifest.samples.get(name) if sampled else None
        try:
            if (sample_digest(folder / name) if sample else file_digest(folder / name)) != (sample or digest):
                yield name
        except OSError:
            yield name


def file_digest(file: Path) -> str:
    """Return a file's SHA-256."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_sampled(file: Path) -> bool:
    """Say whether loading looks only at a sample of a file."""
    return file.name in _ONLY_RANKING and file.stat().st_size > _WHOLE_BYTES


def sample_digest(file: Path) -> str:
    """Return the SHA-256 of a file's size and of stretches of it."""
    with file.open("rb") as stream:
        size = stream.seek(0, 2)
        digest = hashlib.sha256(str(size).encode())
        for number in range(_SAMPLES):
            stream.seek(number * max(size - _SAMPLE_BYTES, 0) // (_SAMPLES - 1))
            digest.update(stream.read(_SAMPLE_BYTES))
        return digest.hexdigest()
