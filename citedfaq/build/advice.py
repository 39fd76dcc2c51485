"""What an editor can mend in the articles that were ingested."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from citedfaq.answer import is_overdue
from citedfaq.articles import Article

Kind = Literal["untitled", "unreviewed", "overdue", "stale", "alike", "question"]


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to mend: of what kind, the article's path (that of the question set for `question`), and what to do."""

    kind: Kind
    path: str
    text: str


def advise(
    articles: Iterable[Article], alike: Sequence[tuple[str, str, float]], review_months: int, today: datetime.date
) -> Iterator[Advice]:
    """Yield what to mend, kind by kind, each in the order of the articles.

    Args:
        articles: of the build in use.
        alike: pairs of them that are nearly the same, with the share of what they have in common.
        review_months: after which a review is overdue.
        today: the clinic's date.
    """
    found = [each for article in articles for each in _of(article, review_months, today)]
    for first, second, share in alike:
        text = f"is nearly the same as {first} ({share:.0%} of their words): delete one of them"
        found.append(Advice("alike", second, text))
    order = Kind.__args__  # type: ignore[attr-defined]
    yield from sorted(found, key=lambda each: order.index(each.kind))


def _of(article: Article, review_months: int, today: datetime.date) -> Iterator[Advice]:
    if article.untitled:
        text = "has no title, so that citations show its file's name: give it a heading, or 'title' in its front matter"
        yield Advice("untitled", article.path, text)
    if article.reviewed is None:
        text = "has not been reviewed: have a clinician read it, and set 'reviewed' in its front matter"
        yield Advice("unreviewed", article.path, text)
    elif is_overdue(article.reviewed, review_months, today):
        text = f"was last reviewed on {article.reviewed}, more than {review_months} months ago: have it read again"
        yield Advice("overdue", article.path, text)
    if article.stale:
        yield Advice("stale", article.path, "cannot be read, so that its earlier version is served: mend or delete it")
