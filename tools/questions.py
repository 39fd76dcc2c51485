"""Questions and the articles that they are asked of, taken apart for `fit_confidence.py` to learn from.

For each question: the passages that come first before anything was learnt, and those that are right.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from citedfaq.confidence import BEST, NAMES, of_words
from citedfaq.encoder import Encoded, Encoder
from citedfaq.evaluate import Question, holds_evidence
from citedfaq.index import Index
from citedfaq.late import PLACE_BYTES, Compressed, piece_weights
from citedfaq.learned import Learned
from citedfaq.lexical import terms
from citedfaq.query import Query, Reader
from citedfaq.retrieval import PARTS, retrieve

START: Final = dict(zip(PARTS, (3.0, 2.0, 5.0, 5.0, 8.0, 4.0, 8.0, 0.5), strict=True))
"""What the parts of the score are worth before anything is learnt."""

Read = tuple[Tensor, Tensor]
"""The vector of a text, and those of its pieces: shapes (dimension,) and (pieces, dimension)."""

Pieces = Callable[[str], list[int]]
"""Tells the numbers of a text's pieces, the model's marks at both ends included."""

_RIGHT_BEYOND: Final = 3
"""How many right passages join those that come first anyway."""


@dataclass(frozen=True, eq=False)
class Corpus:
    """A clinic's articles.

    Attributes:
        index: the build.
        reader: of its questions.
        rows: the vectors of each passage, in the order of `Index.vectors_of`.
        pieces: of all entries of each passage, one after the other.
        runs: of each piece, in which run of `run_sizes` it is.
        counts: how many runs, stretches each passage has.
    """

    index: Index
    reader: Reader
    rows: list[Tensor]
    pieces: list[Tensor]
    runs: list[Tensor]
    counts: list[tuple[int, int]]

    @classmethod
    def of(cls, index: Index) -> "Corpus":
        """Take a build apart."""
        rows, pieces, runs, counts = [], [], [], []
        for number, passage in enumerate(index.passages):
            entries = index.late.entries_of(number)
            sizes = _run_sizes(entries, index.passages.stretches_of(number))
            rows.append(torch.tensor(index.vectors_of(number)))
            whole = np.concatenate(entries)[:, :-PLACE_BYTES].astype(np.float32) / 127
            pieces.append(torch.tensor(whole))
            runs.append(torch.tensor(np.repeat(np.arange(len(sizes)), sizes)))
            counts.append((len(sizes), len(passage.stretches)))
        return cls(index, Reader(index), rows, pieces, runs, counts)


@dataclass(frozen=True, eq=False, slots=True)
class Wording:
    """One wording of a question.

    Attributes:
        pieces: the numbers of its pieces, the model's marks at both ends included.
        weights: of the pieces without the marks, by rarity.
        share: of the wording.
        published: as the published model reads it.
    """

    pieces: list[int]
    weights: Tensor
    share: float
    published: Read


@dataclass(frozen=True, eq=False)
class Example:
    """One question, as it is learnt from.

    Attributes:
        corpus: the articles that it is asked of.
        wordings: as the encoder reads it.
        passages: the candidates.
        lexical: the BM25 part of each, mixed over the wordings.
        coverage: of each.
        words: the evidence of its words that does not depend on the ranking: known, length, unknown, rarest.
        right: of each stretch of the candidates: whether it answers.
        answerable: whether the articles answer.
        weight: how much it counts for the confidence, beside others of its corpus that are answerable or not as it is.
    """

    corpus: Corpus
    wordings: list[Wording]
    passages: list[int]
    lexical: Tensor
    coverage: Tensor
    words: tuple[float, float, float, float]
    right: Tensor
    answerable: bool
    weight: float = 1.0


class Kept:
    """An encoder that reads no question twice.

    Args:
        encoder: reads them.
    """

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.digest = encoder.name, encoder.digest
        self.encode, self.encode_pieces = encoder.encode, encoder.encode_pieces
        self._encoder = encoder
        self._read: dict[str, Encoded] = {}

    def encode_questions(self, texts: Sequence[str]) -> list[Encoded]:
        """Return each question with its pieces."""
        new = [text for text in dict.fromkeys(texts) if text not in self._read]
        if new:
            self._read.update(zip(new, self._encoder.encode_questions(new), strict=True))
        return [self._read[text] for text in texts]


def _run_sizes(entries: Sequence[Compressed], starts: Sequence[int]) -> NDArray[np.int64]:
    """Return how many pieces stand before the first stretch, in each stretch, and in each further entry."""
    places = np.ascontiguousarray(entries[0][:, -PLACE_BYTES:]).view("<u2")[:, 0]
    of_whole = np.diff(np.concatenate(([0], np.searchsorted(places, starts), [len(entries[0])])))
    return np.concatenate([of_whole, [len(entry) for entry in entries[1:]]]).astype(np.int64)


def nothing_learnt(encoder: str, dimension: int) -> Learned:
    """Return the weights that the fit begins with."""
    return Learned(encoder, np.zeros(dimension, np.float32), START, dict.fromkeys(NAMES, 0.0), 0.0)


def examples(
    questions: Sequence[tuple[Question, float]], corpus: Corpus, encoder: Kept, learned: Learned, pieces: Pieces
) -> list[Example]:
    """Prepare questions.

    Args:
        questions: each with its weight.
        corpus: the articles that they are asked of.
        encoder: reads them.
        learned: what decides which passages come first.
        pieces: tells the numbers of a text's pieces.
    """
    queries = [corpus.reader.read(each.question, each.history) for each, _ in questions]
    # All at once, which is faster than one by one.
    encoder.encode_questions([text for query in queries for text, _ in query.wordings])
    return [
        _example(asked, query, corpus, encoder, learned, pieces)
        for asked, query in zip(questions, queries, strict=True)
    ]


def _example(
    asked: tuple[Question, float], query: Query, corpus: Corpus, encoder: Kept, learned: Learned, pieces: Pieces
) -> Example:
    question, weight = asked
    index = corpus.index
    texts, shares = zip(*query.wordings, strict=True)
    scored = {found.number: found for found in retrieve(query, index, encoder, learned)}
    right = [number for number in scored if holds_evidence(index.text(index.passages[number]), question)]
    passages = list(scored)[:BEST]
    passages += [number for number in right if number not in passages][:_RIGHT_BEYOND]
    known, length, _, _, unknown, rarest = of_words(terms(query.full), index.lexical, [0.0])
    return Example(
        corpus,
        [
            Wording(
                pieces(text),
                torch.tensor(piece_weights(read.words, index.lexical)),
                share,
                (torch.from_numpy(read.vector), torch.from_numpy(read.piece_vectors)),
            )
            for text, read, share in zip(texts, encoder.encode_questions(texts), shares, strict=True)
        ],
        passages,
        torch.tensor([scored[number].part("lexical") for number in passages]),
        torch.tensor([scored[number].coverage for number in passages]),
        (known, length, unknown, rarest),
        torch.tensor([flag for number in passages for flag in _right_stretches(question, index, number)]),
        bool(question.evidence),
        weight,
    )


def _right_stretches(question: Question, index: Index, number: int) -> list[bool]:
    passage = index.passages[number]
    text = index.articles[passage.article].text
    right = [holds_evidence(text[start:end], question) for start, end in passage.stretches]
    return right if any(right) else [holds_evidence(index.text(passage), question)] * len(right)
