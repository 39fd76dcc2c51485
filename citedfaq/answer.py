"""`Answer`: what every surface shows, and the policy that fills it from scored passages."""

import calendar
import dataclasses
import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from citedfaq.articles import Article
from citedfaq.disclaimer import DISCLAIMER
from citedfaq.index import Index
from citedfaq.passages import MAX_PASSAGE_WORDS, Passage, Sentence, points_backward
from citedfaq.retrieval import Scored
from citedfaq.settings import Settings

Outcome = Literal["answered", "no_match", "invalid"]

MAX_QUOTES: Final = 3
MAX_SUGGESTIONS: Final = 3

_WHOLE_ANSWER_WORDS = 60
"""An FAQ answer up to this length is quoted whole; the clinic wrote it to be read as one."""

_QUOTE_WORDS = 60
"""A neighbouring sentence joins a quote only up to this length."""

_NEIGHBOUR_SHARE = 0.85
_ALSO_GOOD_SHARE = 0.85
"""A sentence beside the best one, and a passage after the best one, is shown if it scores at least this share of it."""

_SAME_COSINE = 0.8
"""Two quotes whose vectors are this near say the same; only the better one is shown."""


@dataclass(frozen=True, slots=True)
class QuotedArticle:
    """The article that a quote is from; `review` says in words whether a clinician has reviewed it."""

    id: str
    title: str
    url: str | None
    reviewed: datetime.date | None
    review: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A slice of an article: `text == article.text[start:end]`, within `passage == article.text[passage_start:…]`."""

    text: str
    start: int
    end: int
    passage: str
    passage_start: int
    question: str | None
    article: QuotedArticle
    heading: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Contact:
    """The person to turn to; empty where the clinic has not set it."""

    clinic_name: str
    phone: str
    contact_url: str
    booking_url: str
    hours_url: str

    @classmethod
    def of(cls, settings: Settings) -> "Contact":
        """Take the contact details from the settings."""
        return cls(**{field.name: getattr(settings, field.name) for field in dataclasses.fields(cls)})


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to one question, the same on every surface.

    Attributes:
        outcome: what kind of reply it is.
        message: one or two sentences of ours that say so to the patient.
        question: as the patient asked it.
        searched_for: the query that stands alone.
        quotes: best first; empty unless `answered`.
        suggestions: questions that the articles do answer.
        contact: whom to turn to.
        build: the index that answered, or None where none was asked.
        confidence: the probability that the articles answer the question.
        corrected: misspelt words with the words that were searched for; none yet, spelling is not corrected.
        not_mentioned: words of the question that occur in no article; none yet.
        notice: a care notice beside the answer; none yet, there are no care rules.
        milliseconds: how long it took.
        disclaimer: always `DISCLAIMER`; it cannot be given.
    """

    outcome: Outcome
    message: str
    question: str
    searched_for: str
    quotes: tuple[Quote, ...]
    suggestions: tuple[str, ...]
    contact: Contact
    build: str | None
    confidence: float
    corrected: dict[str, str] = dataclasses.field(default_factory=dict)
    not_mentioned: tuple[str, ...] = ()
    notice: None = None
    milliseconds: float = 0.0
    disclaimer: str = dataclasses.field(default=DISCLAIMER, init=False)

    def to_json(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        record = dataclasses.asdict(self)
        for quote in record["quotes"]:
            quote["article"]["reviewed"] = quote["article"]["reviewed"] and quote["article"]["reviewed"].isoformat()
        return record


def select_quotes(
    scored: Sequence[Scored], index: Index, settings: Settings, today: datetime.date
) -> tuple[Quote, ...]:
    """Cut the quotes that answer from scored passages, best first.

    Args:
        scored: the passages for the query, best first.
        index: where they are from.
        settings: how long a review holds.
        today: the day to judge that by.

    Returns:
        At most `MAX_QUOTES` quotes, no two of which say the same.
    """
    quotes: list[Quote] = []
    shown: list[Scored] = []
    for found in scored:
        if len(quotes) == MAX_QUOTES or found.score < _ALSO_GOOD_SHARE * scored[0].score:
            break
        quote = _quote(found, index.articles[found.passage.article], settings, today)
        if any(_overlap(quote, other) for other in quotes) or any(
            _says_the_same(found, other, index) for other in shown
        ):
            continue
        shown.append(found)
        quotes.append(quote)
    return tuple(quotes)


def suggestions(scored: Sequence[Scored]) -> tuple[str, ...]:
    """Return the FAQ questions nearest to the query, for a patient whose question was not answered."""
    asked = [found for found in scored if found.passage.question]
    nearest = sorted(asked, key=lambda found: -found.caption_similarity)
    return tuple(dict.fromkeys(found.passage.question for found in nearest if found.passage.question))[:MAX_SUGGESTIONS]


def review_state(article: Article, settings: Settings, today: datetime.date) -> str:
    """Say whether a clinician has reviewed an article, and whether that review is overdue."""
    if article.reviewed is None:
        state = "Not yet reviewed by a clinician"
    else:
        day = article.reviewed
        state = f"Reviewed by a clinician on {day.day} {calendar.month_name[day.month]} {day.year}"
        if is_overdue(article.reviewed, settings.review_months, today):
            state += "; its next review is overdue"
    return f"{state}; an earlier version, because the file cannot be read" if article.stale else state


def is_overdue(reviewed: datetime.date, months: int, today: datetime.date) -> bool:
    """Say whether a review is older than so many months."""
    month = reviewed.month - 1 + months
    year, month = reviewed.year + month // 12, month % 12 + 1
    return today > datetime.date(year, month, min(reviewed.day, calendar.monthrange(year, month)[1]))


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
        ),
        heading=passage.heading,
        score=round(found.score, 4),
    )


def _span(found: Scored, text: str) -> tuple[int, int]:
    """Choose the sentences of a passage that answer: the best group, what it points back to, good neighbours."""
    passage = found.passage
    if passage.question is not None and _words(text, passage.start, passage.end) <= _WHOLE_ANSWER_WORDS:
        return passage.start, passage.end
    groups = list(_groups(passage))
    scores = [max(found.sentence_similarity[number] for number in group) for group in groups]
    best = max(range(len(groups)), key=lambda position: scores[position])
    first = last = best

    def size(low: int, high: int) -> int:
        return _words(text, *_edges(passage.sentences, groups, low, high))

    if _is_lead_in(text, passage.sentences, groups[last]) and last + 1 < len(groups):
        last += 1
    while (
        first and _opens_backward(text, passage.sentences, groups[first]) and size(first - 1, last) <= MAX_PASSAGE_WORDS
    ):
        first -= 1
    grown = True
    while grown:
        grown = False
        for low, high, edge in ((first, last + 1, last + 1), (first - 1, last, first - 1)):
            inside = 0 <= edge < len(groups)
            if inside and scores[edge] >= _NEIGHBOUR_SHARE * scores[best] and size(low, high) <= _QUOTE_WORDS:
                first, last, grown = low, high, True
                break
    while (
        first and _opens_backward(text, passage.sentences, groups[first]) and size(first - 1, last) <= MAX_PASSAGE_WORDS
    ):
        first -= 1
    return _edges(passage.sentences, groups, first, last)


def _groups(passage: Passage) -> Iterator[list[int]]:
    group: list[int] = []
    for number, sentence in enumerate(passage.sentences):
        if group and passage.sentences[group[-1]].group != sentence.group:
            yield group
            group = []
        group.append(number)
    yield group


def _edges(sentences: Sequence[Sentence], groups: Sequence[Sequence[int]], first: int, last: int) -> tuple[int, int]:
    return sentences[groups[first][0]].start, sentences[groups[last][-1]].end


def _opens_backward(text: str, sentences: Sequence[Sentence], group: Sequence[int]) -> bool:
    return points_backward(text[sentences[group[0]].start : sentences[group[0]].end])


def _is_lead_in(text: str, sentences: Sequence[Sentence], group: Sequence[int]) -> bool:
    return text[sentences[group[-1]].start : sentences[group[-1]].end].endswith(":")


def _words(text: str, start: int, end: int) -> int:
    return len(text[start:end].split())


def _overlap(one: Quote, other: Quote) -> bool:
    return one.article.id == other.article.id and one.start < other.end and other.start < one.end


def _says_the_same(one: Scored, other: Scored, index: Index) -> bool:
    return float(_best_sentence(one, index) @ _best_sentence(other, index)) >= _SAME_COSINE


def _best_sentence(found: Scored, index: Index) -> NDArray[np.float32]:
    similarity = found.sentence_similarity
    vectors = index.vectors_of(found.number)[-len(similarity) :]
    best: NDArray[np.float32] = vectors[similarity.index(max(similarity))]
    return best
