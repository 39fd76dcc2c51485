"""Figures on a question set: how often the right words come first, and how often the bot is rightly silent."""

import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from citedfaq.answer import Answer
from citedfaq.assistant import Assistant
from citedfaq.errors import CitedFAQError


class Question(BaseModel):
    """One entry of a question set.

    Attributes:
        question: what the patient asks.
        history: the patient's earlier questions, oldest first.
        evidence: short strings of which any one must stand in a right quote; none if the articles hold no answer.
        category: what kind of question it is.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    question: str
    history: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    category: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures on some questions.

    Attributes:
        questions: how many.
        answerable: how many of them the articles answer.
        right_first: of the answerable, the share whose first quote is right; unanswered ones count as wrong.
        right_in_three: of the answerable, the share with a right quote among the first three.
        answered_answerable: of the answerable, the share that got quotes.
        answered_unanswerable: of the others, the share that got quotes.
        first_quote_words: the median words of the first quote.
    """

    questions: int
    answerable: int
    right_first: float
    right_in_three: float
    answered_answerable: float
    answered_unanswerable: float
    first_quote_words: float


def read_questions(file: Path) -> list[Question]:
    """Read a question set, one JSON object a line.

    Raises:
        CitedFAQError: the file cannot be read, or a line is no question.
    """
    questions: list[Question] = []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CitedFAQError(
            f"{file} cannot be read ({error}): name a file of questions, one JSON object a line."
        ) from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            questions.append(Question.model_validate_json(line))
        except ValidationError as error:
            fault = error.errors()[0]
            where = ".".join(map(str, fault["loc"])) or "the line"
            raise CitedFAQError(f"{file}, line {number}: {where}: {fault['msg']}.") from None
    return questions


def evaluate(questions: Sequence[Question], assistant: Assistant) -> dict[str, Figures]:
    """Ask every question and return the figures: of `all`, then of each category by name."""
    return figures([(question, assistant.ask(question.question, question.history)) for question in questions])


def figures(answered: Sequence[tuple[Question, Answer]]) -> dict[str, Figures]:
    """Return the figures of questions with their answers: of `all`, then of each category by name."""
    groups = {"all": list(answered)}
    for category in sorted({question.category for question, _ in answered if question.category}):
        groups[category] = [pair for pair in answered if pair[0].category == category]
    return {name: _figures(pairs) for name, pairs in groups.items()}


def rank(question: Question, answer: Answer) -> int | None:
    """Return the position, from 1, of the first right quote, or None if none is right."""
    for position, quote in enumerate(answer.quotes, 1):
        if holds_evidence(quote.text, question):
            return position
    return None


def holds_evidence(text: str, question: Question) -> bool:
    """Say whether one of a question's strings of evidence stands in a text, case and white space folded."""
    folded = _folded(text)
    return any(_folded(evidence) in folded for evidence in question.evidence)


def is_right(question: Question, answer: Answer) -> bool:
    """Say whether one of the quotes is right, or, where the articles hold no answer, whether nothing is quoted."""
    return rank(question, answer) is not None if question.evidence else not answer.quotes


def table(shown: dict[str, Figures]) -> str:
    """Lay figures out as a table for a terminal."""
    head = f"{'':16}{'questions':>10}{'first':>8}{'in three':>10}{'answered':>10}{'wrongly':>9}{'words':>7}"
    rows = [
        f"{name:16}{row.questions:>10}{_share(row.right_first, row.answerable):>8}"
        f"{_share(row.right_in_three, row.answerable):>10}{_share(row.answered_answerable, row.answerable):>10}"
        f"{_share(row.answered_unanswerable, row.questions - row.answerable):>9}{row.first_quote_words:>7.0f}"
        for name, row in shown.items()
    ]
    return "\n".join([head, *rows])


def to_json(shown: dict[str, Figures]) -> str:
    """Return figures as JSON."""
    return json.dumps({name: {field: getattr(row, field) for field in row.__slots__} for name, row in shown.items()})


def _figures(pairs: Sequence[tuple[Question, Answer]]) -> Figures:
    answerable = [(question, answer) for question, answer in pairs if question.evidence]
    others = [answer for question, answer in pairs if not question.evidence]
    ranks = [rank(question, answer) for question, answer in answerable]
    words = [len(answer.quotes[0].text.split()) for _, answer in pairs if answer.quotes]
    return Figures(
        questions=len(pairs),
        answerable=len(answerable),
        right_first=_mean(position == 1 for position in ranks),
        right_in_three=_mean(position is not None and position <= 3 for position in ranks),
        answered_answerable=_mean(bool(answer.quotes) for _, answer in answerable),
        answered_unanswerable=_mean(bool(answer.quotes) for answer in others),
        first_quote_words=statistics.median(words) if words else 0.0,
    )


def _mean(values: Iterable[bool]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0


def _share(value: float, of: int) -> str:
    return f"{value:.3f}" if of else "-"


@lru_cache(maxsize=1024)
def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
