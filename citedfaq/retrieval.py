"""From a query to scored passages: candidates by vectors and by words, one fused score whose parts stay visible."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citedfaq.encoder import Encoded, Encoder
from citedfaq.index import Index, Similarities
from citedfaq.late import is_content_word, piece_weights
from citedfaq.lexical import best, terms
from citedfaq.passages import Passage
from citedfaq.query import Query
from citedfaq.records import Passages

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
        passages: of the index; the passage itself is read when it is asked for.
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
    passages: Passages = field(repr=False, compare=False)
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
    def passage(self) -> Passage:
        """The passage itself."""
        return self.passages[self.number]

    @property
    def answers_a_question(self) -> bool:
        """Whether the passage answers an FAQ question; it is not read for that."""
        return bool(self.passages.answer_questions[self.number])

    @property
    def nearest(self) -> float:
        """The greatest of the cosines with the passage, its caption and its sentences."""
        return max(self.passage_similarity, self.caption_similarity, *self.sentence_similarity)


_PARTS = [each.name for each in fields(Scored)][2:]


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
    by_words = best(bm25, CANDIDATE_PASSAGES)
    nearest = index.nearest(encoded.vector[np.newaxis], CANDIDATE_VECTORS)
    numbers = np.unique(np.concatenate([np.array(nearest, np.int64), by_words]))
    similar = index.similarities(encoded.vector, numbers)
    whole, caption, sentence = cosines = similar.of_passages().astype(float).T
    parts = {
        "passage": whole,
        "caption": caption,
        "sentence": sentence,
        "nearest": cosines.max(axis=0),
        "lexical": bm25[numbers] / max(float(bm25[by_words[:1]].sum()), 1e-9),
        "coverage": index.lexical.coverages(query_terms, numbers),
    }
    scores = np.maximum(sum(WEIGHTS[part] * value for part, value in parts.items()), 0.0)
    order = np.lexsort((numbers, -scores)).tolist()
    close, rest = order[:CLOSE_PASSAGES], order[CLOSE_PASSAGES:]
    candidates = _Candidates.of(index.passages, numbers, similar, parts, scores)
    late = index.late.scores(
        encoded,
        piece_weights(encoded.words, index.lexical),
        numbers[close].tolist(),
        [candidates.places[at] for at in close],
    )
    content = np.array([is_content_word(word) for word in encoded.words], bool)
    weakest = late.pieces[:, content].min(axis=1) if content.any() else np.zeros(len(close))
    compared = zip(close, late.best.tolist(), late.stretches, weakest.tolist(), strict=True)
    first = [candidates.compared(at, best_of, stretches, least) for at, best_of, stretches, least in compared]
    return [*sorted(first, key=lambda found: (-found.score, found.number)), *map(candidates.scored, rest)]


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Candidate passages with their scores, column by column; the attributes are lists, one value a passage.

    Attributes:
        passages: of the index.
        numbers: of the candidates.
        scores: without the parts of late interaction.
        parts: of each score, by name.
        sentences: the cosines of each one's sentences.
        stretches: the greatest of these in each of its stretches.
        places: where its stretches begin in its searchable text.
    """

    passages: Passages
    numbers: list[int]
    scores: list[float]
    parts: dict[str, list[float]]
    sentences: list[tuple[float, ...]]
    stretches: list[tuple[float, ...]]
    places: list[list[int]]

    @classmethod
    def of(
        cls,
        passages: Passages,
        numbers: NDArray[np.int64],
        similar: Similarities,
        parts: dict[str, NDArray[np.float64]],
        scores: NDArray[np.float64],
    ) -> "_Candidates":
        """Take the columns apart."""
        ends, cosines, places = similar.starts[1:].tolist(), similar.cosines.tolist(), similar.places.tolist()
        spans = list(zip(similar.sentences.tolist(), ends, strict=True))
        begins = [[place for place in places[first:end] if place >= 0] for first, end in spans]
        left = iter(similar.of_stretches().tolist())
        return cls(
            passages=passages,
            numbers=numbers.tolist(),
            scores=scores.tolist(),
            parts={name: values.tolist() for name, values in parts.items()},
            sentences=[tuple(cosines[first:end]) for first, end in spans],
            stretches=[tuple(islice(left, len(each))) for each in begins],
            places=begins,
        )

    def compared(self, at: int, late: float, stretches: tuple[float, ...], weakest: float) -> Scored:
        """Return a candidate that was compared piece by piece."""
        shown = stretches if max(stretches) > 0 else self.stretches[at]
        late = max(late, 0.0)
        score = self.scores[at] + WEIGHTS["late"] * late + WEIGHTS["stretch"] * max(shown)
        return self.scored(at, score, shown, late, max(weakest, 0.0))

    def scored(
        self,
        at: int,
        score: float | None = None,
        stretches: tuple[float, ...] | None = None,
        late: float = 0.0,
        weakest: float = 0.0,
    ) -> Scored:
        """Return a candidate, by default as one that was not compared piece by piece."""
        return Scored(
            number=self.numbers[at],
            passages=self.passages,
            score=self.scores[at] if score is None else score,
            passage_similarity=self.parts["passage"][at],
            caption_similarity=self.parts["caption"][at],
            sentence_similarity=self.sentences[at],
            lexical=self.parts["lexical"][at],
            coverage=self.parts["coverage"][at],
            stretches=self.stretches[at] if stretches is None else stretches,
            late=late,
            weakest=weakest,
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
