"""From scored passages to quotes: which passages, which of their sentences, and why the others are not shown."""

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from citedfaq.answer import Quote, QuotedArticle, review_state
from citedfaq.articles import Article
from citedfaq.index import Index
from citedfaq.links import text_digest
from citedfaq.passages import MAX_PASSAGE_WORDS, points_backward
from citedfaq.retrieval import Scored
from citedfaq.settings import Settings

MAX_QUOTES: Final = 3
MAX_SUGGESTIONS: Final = 3

_WHOLE_ANSWER_WORDS = 60
"""An FAQ answer up to this length is quoted whole; the clinic wrote it to be read as one."""

_QUOTE_WORDS = 60
"""A neighbouring sentence joins a quote only up to this length."""

_CAUTION_WORDS = 90
"""A caution joins the instruction beside it up to this length."""

_NEIGHBOUR_SHARE = 0.5
_ALSO_GOOD_SHARE = 0.5
"""A sentence beside the best one, and a passage after the best one, is shown if it scores at least this share of it."""

_SAME_COSINE = 0.8
"""Two quotes whose vectors are this near say the same; only the better one is shown."""

_CAUTION_BONUS = 1.06
"""By what share a caution's score is raised where the patient asks whether something is allowed or safe."""

_KEPT_TEXTS: Final = 1024

_CAUTION = re.compile(
    r"\b(ask|tell|see|check with|consult|speak (to|with)|talk (to|with)) (a|an|your|the) "
    r"(clinician|doctor|gp|physician|healthcare|health care|therapist|nurse|midwife|pharmacist|provider)|"
    r"\b(avoid|do not|don['’]t|never|stop|skip|leave out|ease off|ease the|lower the|reduce|press (more )?lightly|"
    r"caution|careful|take care|unless|should not|must not|seek (medical|professional|care)|medical (advice|guidance)|"
    r"not (be )?suit(able)?|may not suit|first if)\b",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(
    r"(after [^,]{3,40}, |for [^,]{3,40}, |then |slowly |gently |first,? )?"
    r"(press|hold|roll|use|put|place|lean|stretch|tilt|reach|drink|apply|breathe|massage|lie|try|let|move|turn|rest|"
    r"walk|loosen|start|keep|take|build|return|wear|repeat|rub|push|bend|lift|sit|stand)\b|\byou can\b",
    re.IGNORECASE,
)
_ASKS_PERMISSION = re.compile(
    r"\b(can|may|could|should|shall|am|is|are|would|do) (i|we|you|my|it|this|that|he|she|they)\b.*|"
    r"\b(safe|safely|ok|okay|allowed|alright|all right|risky|dangerous|danger|harm|harmful|permitted|advisable)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Considered:
    """A passage that was considered for an answer: its quote if it was kept, else the reason why not."""

    scored: Scored
    quote: Quote | None
    reason: str


def consider(
    scored: Sequence[Scored], query: str, index: Index, settings: Settings, today: datetime.date
) -> list[Considered]:
    """Choose the quotes that answer a query.

    Args:
        scored: the passages for the query, best first.
        query: what was searched for; where it asks whether something is allowed or safe, cautions come first.
        index: where the passages are from.
        settings: how long a review holds.
        today: the day to judge that by.

    Returns:
        Every passage, those in the running for a quote first. At most `MAX_QUOTES` are kept, and no two of them
        overlap or say the same.
    """
    good = [found for found in scored if found.score >= _ALSO_GOOD_SHARE * scored[0].score]
    ranked = _with_cautions_first(good, index) if _ASKS_PERMISSION.search(query) else good
    ranked += scored[len(good) :]
    considered: list[Considered] = []
    least = _ALSO_GOOD_SHARE * scored[0].score if scored else 0.0
    kept: list[tuple[Quote, NDArray[np.float32]]] = []
    for found in ranked:
        if found.score < least:
            # Nothing is read of those that cannot be quoted; they are most.
            considered.append(Considered(found, None, f"its score is below {_ALSO_GOOD_SHARE:.0%} of the best"))
            continue
        if len(kept) == MAX_QUOTES:
            considered.append(Considered(found, None, f"there are {MAX_QUOTES} better ones"))
            continue
        quote = _quote(found, index.article_of(found.number), settings, today)
        sentence = _best_sentence(found, index)
        reason = _rejection(quote, sentence, kept)
        considered.append(Considered(found, None if reason else quote, reason))
        if not reason:
            kept.append((quote, sentence))
    return considered


def suggestions(scored: Sequence[Scored]) -> tuple[str, ...]:
    """Return the FAQ questions nearest to the query, for a patient whose question was not answered."""
    asked = [found for found in scored if found.answers_a_question]
    questions: dict[str, None] = {}
    for found in sorted(asked, key=lambda found: -found.part("caption")):
        if len(questions) < MAX_SUGGESTIONS:
            # One by one, since each passage is read from the disk.
            questions[str(found.passage.question)] = None
    return tuple(questions)


def is_caution(text: str) -> bool:
    """Say whether a sentence warns, or sends the reader to a clinician."""
    return bool(_CAUTION.search(text))


def _with_cautions_first(scored: Sequence[Scored], index: Index) -> list[Scored]:
    raised = [
        replace(found, score=min(found.score * _CAUTION_BONUS, 1.0)) if _warns(_text(found, index)) else found
        for found in scored
    ]
    return sorted(raised, key=lambda found: -found.score)


def _text(found: Scored, index: Index) -> str:
    passage = found.passage
    return index.article_of(found.number).text[passage.start : passage.end]


_warns = lru_cache(_KEPT_TEXTS)(is_caution)
"""`is_caution` of whole passages, which a question reads by the dozen."""


def _rejection(quote: Quote, sentence: NDArray[np.float32], kept: Sequence[tuple[Quote, NDArray[np.float32]]]) -> str:
    """Say why a passage is not quoted, or return an empty string; the vectors are those of the best sentences."""
    for number, (other, of_other) in enumerate(kept, 1):
        if _overlap(quote, other):
            return f"it overlaps [{number}]"
        if float(sentence @ of_other) >= _SAME_COSINE:
            return f"it says the same as [{number}]"
    return ""


def _quote(found: Scored, article: Article, settings: Settings, today: datetime.date) -> Quote:
    passage = found.passage
    start, end = _span(found, article.text)
    return Quote(
        text=article.text[start:end],
        start=start,
        end=end,
        passage=article.text[passage.start : passage.end],
        passage_start=passage.start,
        question=passage.question,
        article=QuotedArticle(
            article.id,
            article.title,
            article.url,
            article.reviewed,
            review_state(article, settings, today),
            article.sources,
            text_digest(article.text),
        ),
        heading=passage.heading,
        score=round(found.score, 4),
    )


def _span(found: Scored, text: str) -> tuple[int, int]:
    """Choose the sentences of a passage that answer."""
    passage = found.passage
    if passage.question is not None and _words(text[passage.start : passage.end]) <= _WHOLE_ANSWER_WORDS:
        return passage.start, passage.end
    stretch = _Stretch(found, text)
    stretch.take_what_is_pointed_back_to()
    stretch.take_good_neighbours()
    stretch.take_what_is_pointed_back_to()
    if _instructs(stretch.text()):
        stretch.take_caution()
    return stretch.span()


class _Stretch:
    """A run of a passage's groups of sentences, which grows from the one nearest to the query."""

    def __init__(self, found: Scored, text: str) -> None:
        self._text = text
        self._spans = found.passage.stretches
        self._scores = found.stretches
        self._best = self._first = self._last = self._scores.index(max(self._scores))

    def span(self) -> tuple[int, int]:
        """Return where the run begins and ends in its article."""
        return self._spans[self._first][0], self._spans[self._last][1]

    def text(self) -> str:
        """Return the run's text."""
        return self._text[slice(*self.span())]

    def take_what_is_pointed_back_to(self) -> None:
        """Grow to the front while the run opens with "This…" or "However…"."""
        while self._first and points_backward(self.text()) and self._fits(self._first - 1, MAX_PASSAGE_WORDS):
            self._first -= 1

    def take_good_neighbours(self) -> None:
        """Grow to either side while the next group is nearly as near to the query as the best one."""
        least = _NEIGHBOUR_SHARE * self._scores[self._best]
        grown = True
        while grown:
            good = [edge for edge in self._edges() if self._scores[edge] >= least and self._fits(edge, _QUOTE_WORDS)]
            grown = bool(good)
            if good:
                self._take(good[0])

    def take_caution(self) -> None:
        """Take the caution that stands right after the run, or else right before it."""
        cautions = (edge for edge in self._edges() if is_caution(self._text[slice(*self._spans[edge])]))
        caution = next((edge for edge in cautions if self._fits(edge, _CAUTION_WORDS)), None)
        if caution is not None:
            self._take(caution)

    def _edges(self) -> Iterator[int]:
        """Yield the groups beside the run, the one after it first."""
        if self._last + 1 < len(self._spans):
            yield self._last + 1
        if self._first:
            yield self._first - 1

    def _fits(self, edge: int, most: int) -> bool:
        start, end = self._spans[min(edge, self._first)][0], self._spans[max(edge, self._last)][1]
        return _words(self._text[start:end]) <= most

    def _take(self, edge: int) -> None:
        self._first, self._last = min(edge, self._first), max(edge, self._last)


def _instructs(quote: str) -> bool:
    return any(_INSTRUCTION.match(part) for part in re.split(r"(?<=[.!?:;])\s+|\n+(?:• )?", quote))


def _words(text: str) -> int:
    return len(text.split())


def _overlap(one: Quote, other: Quote) -> bool:
    return one.article.id == other.article.id and one.start < other.end and other.start < one.end


def _best_sentence(found: Scored, index: Index) -> NDArray[np.float32]:
    similarity = found.sentence_similarity
    after = int(index.passages.first_vectors[found.number + 1])
    return index.vector(after - len(similarity) + similarity.index(max(similarity)))
