"""`Index`: one finished build on disk, checked when it is loaded: articles, passages, vectors, lexical statistics.

Hardly any of it is held in memory: records are read and arrays are mapped where a question needs them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from citedfaq.articles import Article
from citedfaq.encoder import Vectors
from citedfaq.errors import CitedFAQError
from citedfaq.late import LateIndex
from citedfaq.lexical import LexicalIndex
from citedfaq.manifest import MANIFEST, REBUILD, Manifest, damaged_files, folder_in_use, read_manifest
from citedfaq.nearest import Asked, VectorIndex
from citedfaq.passages import Passage, caption, text_to_encode
from citedfaq.records import ARTICLES, PASSAGES, WHOLE, Articles, Passages

VOCABULARY = "vocabulary.json"
"""How often each word, in small letters, stands in the articles. The build's other files are named in `manifest`,
`records`, `lexical`, `late` and `nearest`."""

_KEPT_QUESTIONS = 1000


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


def load_index(index: Path, encoder_name: str, encoder_digest: str) -> Index:
    """Load the build in use.

    Args:
        index: the folder of all builds.
        encoder_name: the encoder that will encode the questions.
        encoder_digest: the SHA-256 of its weights.

    Raises:
        CitedFAQError: there is no index, or it is damaged, of another format or of another encoder.
    """
    return load_build(folder_in_use(index), encoder_name, encoder_digest)


def load_build(folder: Path, encoder_name: str, encoder_digest: str) -> Index:
    """Load and check one build; arguments and errors as for `load_index`."""
    manifest = read_manifest(folder)
    if manifest.encoder_digest != encoder_digest:
        raise CitedFAQError(
            f"{folder / MANIFEST} was built with the encoder '{manifest.encoder}' and other weights than those of "
            f"'{encoder_name}': {REBUILD}."
        )
    for name in damaged_files(folder, manifest, sampled=True):
        raise CitedFAQError(f"{folder / name} is missing or damaged: {REBUILD}.")
    articles, passages = Articles.load(folder), Passages.load(folder)
    vectors = VectorIndex.load(folder)
    lexical = LexicalIndex(folder)
    late = LateIndex.load(folder, passages.first_entries, passages.stretches_of)
    counts = (len(passages), len(passages.spans), vectors.count, vectors.dimension, len(articles))
    told = (manifest.passages, manifest.vectors, manifest.vectors, manifest.dimension, len(manifest.articles))
    if counts != told or not (late.fits() and lexical.fits(len(passages)) and articles.fits):
        raise CitedFAQError(f"{folder / MANIFEST} does not fit the files beside it: {REBUILD}.")
    if not passages.fits(articles):
        raise CitedFAQError(f"{folder / PASSAGES} does not fit {folder / ARTICLES}: {REBUILD}.")
    return Index(folder, manifest, articles, passages, vectors, lexical, late)
