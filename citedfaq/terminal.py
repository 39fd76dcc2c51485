"""From an `Answer` to text for a terminal, and what was considered for it."""

from collections.abc import Sequence

from citedfaq.answer import Answer
from citedfaq.quotes import Considered
from citedfaq.render import LEVELS

MAX_EXPLAINED = 20


def as_text(answer: Answer) -> str:
    """Return an answer as a patient reads it: its message, its quotes with their citations, suggestions and contact."""
    card = answer.notice
    lines = [f"{LEVELS[card.level]} {card.title}", card.text, ""] if card else []
    if not card or answer.message != card.title:
        lines.append(answer.message)
    if answer.mended:
        lines.append(f"Showing results for: {answer.mended}")
    for number, quote in enumerate(answer.quotes, 1):
        above = [
            quote.article.title,
            *(title for title in quote.heading if title not in (quote.article.title, quote.question)),
        ]
        if quote.question:
            lines += ["", f"    {quote.question}"]
        lines += [
            "",
            *(f"[{number}] {line}" if not at else f"    {line}" for at, line in enumerate(quote.text.split("\n"))),
        ]
        lines += [f"    — {' › '.join(above)}. {quote.article.review}."]
    if answer.suggestions:
        lines += ["", "Questions that they do answer:", *(f"  - {suggestion}" for suggestion in answer.suggestions)]
    contact = answer.contact
    known = [
        value
        for value in (contact.clinic_name, contact.phone, contact.contact_url, contact.booking_url, contact.hours_url)
        if value
    ]
    if known and answer.outcome != "answered":
        lines += ["", "A person can help you: " + ", ".join(known)]
    return "\n".join([*lines, "", answer.disclaimer])


def explanation(answer: Answer, considered: Sequence[Considered]) -> str:
    """Return every passage that was considered, with the parts of its score, and why it was kept or not."""
    lines = [
        "",
        f"Searched for: {answer.searched_for}",
        f"Probability that the articles answer: {answer.confidence:.3f}",
    ]
    lines += ["", "score passage caption sentence late lexical coverage"]
    for each in considered[:MAX_EXPLAINED]:
        found = each.scored
        parts = (
            found.score,
            *(found.part(name) for name in ("passage", "caption", "sentence", "late", "lexical")),
            found.coverage,
        )
        title = found.passage.question or " › ".join(found.passage.heading)
        lines += [
            " ".join(f"{part:.3f}" for part in parts) + f"  {found.passage.article}: {title}",
            f"      {'kept' if each.quote else 'rejected: ' + each.reason}",
        ]
    return "\n".join(lines)
