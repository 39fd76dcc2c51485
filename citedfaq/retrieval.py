"""From a query to scored passages: candidates by vectors and by words, one fused score whose parts stay visible."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citedfaq.encoder import Encoded, Encoder
from citedfaq.index import Index
from citedfaq.late import LateScores, is_content_word, piece_weights
from citedfaq.lexical import terms
from citedfaq.passages import Passage
from citedfaq.query import Query

CANDIDATE_VECTORS = 200
CANDIDATE_PASSAGES = 50
CLOSE_PASSAGES = 30
"""How many of the nearest vectors, and of the best passages by BM25, are scored; and of these, piece by piece."""

WEIGHTS = {
    "passage": 0.02,
    "caption": 0.11,
    "sentence": 0.09,
    "nearest": 0.295,
    "lexical": 0.02,
    "coverage": 0.02,
    "late": 0.31,
    "stretch": 0.135,
}
"""Of the fused score's parts. The cosines' are near the best of 1,500 random weightings on the development halves of
`tests/data/questions.jsonl` and of the public sets covid_faq, rqe and meqsum. More weight on the word pieces is better
for articles (`tests/data/questions_dev.jsonl`) and worse for covid_faq, whose entries are nothing but long answers."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A passage with its scores for one query.

    Attributes:
        number: of the passage in the index.
        passage: the passage itself.
        score: the fused score, 0 to 1.
        passage_similarity: cosine of the query and the whole passage with its headings.
        caption_similarity: cosine of the query and the passage's caption (its FAQ question, else its heading), or one
            of its other wordings if that is nearer.
        sentence_similarity: of each sentence: cosine of the query and the sentence.
        lexical: BM25 score as a share of the best passage's, 0 to 1.
        coverage: share of the query's terms, weighted by rarity, that stand in the passage or its headings, 0 to 1.
        late: MaxSim of the query's word pieces and the passage's; 0 for those not among the `CLOSE_PASSAGES`.
        stretches: of each of the passage's stretches: MaxSim of the query's word pieces and those of the stretch; for
            passages that were not compared so, its greatest cosine of a sentence.
        weakest: the greatest cosine with any of the passage's pieces of that content word of the query for which it is
            least, 0 to 1.
    """

    number: int
    passage: Passage
    score: float
    passage_similarity: float
    caption_similarity: float
    sentence_similarity: tuple[float, ...]
    lexical: float
    coverage: float
    stretches: tuple[float, ...]
    late: float = 0.0
    weakest: float = 0.0

    @property
    def nearest(self) -> float:
        """The greatest of the cosines with the passage, its caption and its sentences."""
        return max(self.passage_similarity, self.caption_similarity, *self.sentence_similarity)


_PARTS = [field.name for field in fields(Scored)][2:]


def retrieve(query: Query, index: Index, encoder: Encoder) -> list[Scored]:
    """Return the candidate passages for a query, best first.

    The fused score is a weighted sum of normalised scores; in trials on public sets that beat fusing ranks. Passages
    that were compared piece by piece stand before those that were not. A query in two wordings gets the mean of both.
    """
    texts, shares = zip(*query.wordings, strict=True)
    found = [_retrieve(text, encoded, index) for text, encoded in zip(texts, encoder.encode_pieces(texts), strict=True)]
    return found[0] if len(found) == 1 else _mixed(found, shares)


def _retrieve(query: str, encoded: Encoded, index: Index) -> list[Scored]:
    query_terms = terms(query)
    bm25 = index.lexical.scores(query_terms)
    nearest = index.nearest(encoded.vector[np.newaxis], CANDIDATE_VECTORS)
    numbers = dict.fromkeys([*nearest, *_best(bm25, CANDIDATE_PASSAGES)])
    highest = max(float(bm25.max(initial=0.0)), 1e-9)
    scored = [_score(number, index, encoded.vector, query_terms, float(bm25[number]) / highest) for number in numbers]
    scored.sort(key=lambda found: (-found.score, found.number))
    close, rest = scored[:CLOSE_PASSAGES], scored[CLOSE_PASSAGES:]
    weights = piece_weights(encoded.words, index.lexical)
    content = np.array([is_content_word(word) for word in encoded.words], bool)
    late = index.late.scores(encoded, weights, [(found.number, index.stretches_of(found.number)) for found in close])
    close = [_with_late(found, scores, content) for found, scores in zip(close, late, strict=True)]
    return [*sorted(close, key=lambda found: (-found.score, found.number)), *rest]


def _with_late(found: Scored, late: LateScores, content: NDArray[np.bool_]) -> Scored:
    stretches = late.stretches if max(late.stretches) > 0 else found.stretches
    parts = {"late": max(late.best, 0.0), "stretch": max(stretches)}
    return replace(
        found,
        score=found.score + sum(WEIGHTS[part] * value for part, value in parts.items()),
        stretches=stretches,
        late=parts["late"],
        weakest=max(float(late.pieces[content].min(initial=1.0)), 0.0) if content.any() else 0.0,
    )


def _mixed(found: Sequence[Sequence[Scored]], shares: Sequence[float]) -> list[Scored]:
    """Return the passages that every wording found, each score the mean of its scores."""
    by_number = [{scored.number: scored for scored in each} for each in found]
    mixed = [
        _mean([each[number] for each in by_number], shares)
        for number in by_number[0]
        if all(number in each for each in by_number)
    ]
    return sorted(mixed, key=lambda scored: (-scored.score, scored.number))


def _mean(found: Sequence[Scored], shares: Sequence[float]) -> Scored:
    means: dict[str, Any] = {}
    for part in _PARTS:
        values = np.array([getattr(each, part) for each in found])
        mean = np.asarray(shares) @ values
        means[part] = tuple(mean.tolist()) if values.ndim > 1 else float(mean)
    return replace(found[0], **means)


def _score(number: int, index: Index, query: NDArray[np.float32], query_terms: Sequence[str], lexical: float) -> Scored:
    passage = index.passages[number]
    similarity = [float(value) for value in index.vectors_of(number) @ query]
    sentences = similarity[-len(passage.sentences) :]
    whole, captions = similarity[0], similarity[1 : -len(passage.sentences)]
    parts = {
        "passage": whole,
        "caption": max(captions),
        "sentence": max(sentences),
        "nearest": max(similarity),
        "lexical": lexical,
        "coverage": index.lexical.coverage(query_terms, index.terms_of(number)),
    }
    return Scored(
        number=number,
        passage=passage,
        score=max(0.0, sum(WEIGHTS[part] * value for part, value in parts.items())),
        passage_similarity=whole,
        caption_similarity=parts["caption"],
        sentence_similarity=tuple(sentences),
        stretches=_greatest_of_groups(passage, sentences),
        lexical=lexical,
        coverage=parts["coverage"],
    )


def _greatest_of_groups(passage: Passage, sentences: Sequence[float]) -> tuple[float, ...]:
    greatest: dict[int, float] = {}
    for sentence, similarity in zip(passage.sentences, sentences, strict=True):
        greatest[sentence.group] = max(similarity, greatest.get(sentence.group, -1.0))
    return tuple(greatest.values())


def _best(scores: NDArray[np.float32], count: int) -> list[int]:
    order = np.argsort(-scores, kind="stable")[:count]
    return [int(number) for number in order if scores[number] > 0]
