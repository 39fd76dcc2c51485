"""From an `Answer` to safe HTML: every value is escaped, and the templates decide nothing but looks."""

import re
from functools import lru_cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from citedfaq.answer import Answer
from citedfaq.care import Level
from citedfaq.links import article_link, public_link

LEVELS: Final[dict[Level, str]] = {
    "emergency": "Emergency: call now.",
    "urgent": "Urgent: be seen today.",
    "information": "Before treatment: ask a clinician.",
}
"""A care card's level in words, since colour alone tells nothing to many people."""


def answer_html(answer: Answer) -> str:
    """Return an answer as HTML: its message, its quotes with their citations, suggestions and contact."""
    return templates().get_template("answer.html").render(answer=answer, levels=LEVELS)


def question_html(question: str) -> str:
    """Return a patient's question as HTML; one that held personal details is not shown again."""
    return str(Markup('<p class="cf-typed">{}</p>').format(question or "(your message is not shown again)"))


def text_html(text: str) -> str:
    """Return a plain text as HTML."""
    return str(escape(text))


@lru_cache(maxsize=1)
def templates() -> Environment:
    """Return the environment of all templates: every value is escaped, and one that is missing is an error."""
    environment = Environment(
        loader=PackageLoader("citedfaq"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
        auto_reload=False,
    )
    environment.filters |= {"article_link": article_link, "public_link": public_link}
    environment.filters["dialled"] = lambda phone: re.sub(r"[^+\d]", "", phone)
    return environment
