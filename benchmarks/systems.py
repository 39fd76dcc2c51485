"""What is compared: the product as the assistant asks it, and systems that are one line each, on the same index."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import CUT
from citedfaq.assistant import Assistant
from citedfaq.confidence import evidence, probability
from citedfaq.encoder import Encoder
from citedfaq.index import Index
from citedfaq.lexical import terms
from citedfaq.retrieval import Scored, retrieve

PRODUCT: Final = "CitedFAQ"
SIMPLE: Final = ("BM25", "dense", "captions")


@dataclass(frozen=True, slots=True)
class Product:
    """The product on one index."""

    assistant: Assistant
    encoder: Encoder


def search(product: Product, text: str) -> tuple[list[Scored], float, dict[str, str]]:
    """Ask the product as the assistant does, without care rules and quotes, so that every question is searched for.

    This is all that the benchmark knows of a question's way through the product: change it when `Assistant` changes.

    Returns:
        The passages, best first; the probability that the articles answer; the words corrected, typed to used.
    """
    known = product.assistant._current()
    query = known.reader.read(text)
    scored = retrieve(query, known.index, product.encoder)
    found = evidence(query, scored, known.index.lexical)
    return scored, probability(found, mended=bool(query.corrected)), query.corrected


@dataclass(frozen=True, slots=True)
class Found:
    """One system's ten best documents, best first, and its confidence that the documents answer at all."""

    ranking: tuple[str, ...]
    confidence: float


class SimpleSystems:
    """Rankings by one kind of score, computed from the product's index; a document counts as its best passage.

    `BM25`: over the passages' stemmed words; `dense`: cosine with each passage's vector; `captions`: cosine with the
    vector of its FAQ question or heading, which on an FAQ matches question to question. The confidence of each is its
    highest score. None corrects spelling.

    Args:
        index: the product's index.
        ids: each article's id with its document's.
    """

    def __init__(self, index: Index, ids: Mapping[str, str]) -> None:
        self._lexical = index.lexical
        self._documents = list(dict.fromkeys(ids[passage.article] for passage in index.passages))
        numbers = {document: number for number, document in enumerate(self._documents)}
        self._owner = np.array([numbers[ids[passage.article]] for passage in index.passages])
        # Of a passage's rows the first is the whole and the second its caption.
        rows = [index.vectors_of(number)[:2] for number in range(len(index.passages))]
        self._whole, self._captions = np.stack(rows, axis=1)

    def search(self, text: str, vector: NDArray[np.float32]) -> dict[str, Found]:
        """Return what each system finds for a text and its vector, shape (dimension,)."""
        scores = (self._lexical.scores(terms(text)), self._whole @ vector, self._captions @ vector)
        return {system: self._found(values) for system, values in zip(SIMPLE, scores, strict=True)}

    def _found(self, scores: NDArray[np.float32]) -> Found:
        best = np.full(len(self._documents), -np.inf)
        np.maximum.at(best, self._owner, scores)
        order = np.argsort(-best, kind="stable")[:CUT]
        return Found(tuple(self._documents[number] for number in order), float(scores.max()))
