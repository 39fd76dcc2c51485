"""`Answer`: what every surface shows, whatever the outcome."""

import calendar
import dataclasses
import datetime
from dataclasses import dataclass
from typing import Any, Literal

from citedfaq.articles import Article
from citedfaq.care import Notice
from citedfaq.disclaimer import DISCLAIMER
from citedfaq.settings import Settings

Outcome = Literal["emergency", "urgent", "personal_information", "invalid", "answered", "no_match"]
"""In their order of precedence; of the last two the confidence decides."""


@dataclass(frozen=True, slots=True)
class QuotedArticle:
    """The article that a quote is from.

    `review` says in words whether a clinician has reviewed it. `digest` is that of its text (`links.text_digest`); a
    link that carries it marks the quote for as long as the text stays the same.
    """

    id: str
    title: str
    url: str | None
    reviewed: datetime.date | None
    review: str
    sources: tuple[str, ...]
    digest: str


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
        question: as the patient asked it; empty where it held personal details.
        searched_for: the query that stands alone.
        quotes: best first; empty unless `answered`.
        suggestions: questions that the articles do answer.
        contact: whom to turn to.
        build: the index that answered, or None where none was asked.
        confidence: the probability that the articles answer the question.
        corrected: misspelt words with the words that were searched for.
        mended: the question with these words, or an empty string where nothing was misspelt.
        not_mentioned: words of the question that occur, in any inflection, in no article.
        notice: the care card that is shown first: that of this question, or of an earlier one of the conversation.
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
    mended: str = ""
    not_mentioned: tuple[str, ...] = ()
    notice: Notice | None = None
    milliseconds: float = 0.0
    disclaimer: str = dataclasses.field(default=DISCLAIMER, init=False)

    def to_json(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        record = dataclasses.asdict(self)
        for quote in record["quotes"]:
            quote["article"]["reviewed"] = quote["article"]["reviewed"] and quote["article"]["reviewed"].isoformat()
        return record


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
