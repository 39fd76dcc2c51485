"""From an `Answer` to safe HTML: every value is escaped, and the templates decide nothing but looks."""

import re
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from citedfaq.answer import Answer


def answer_html(answer: Answer) -> str:
    """Return an answer as HTML: its message, its quotes with their citations, suggestions and contact."""
    return _templates().get_template("answer.html").render(answer=answer)


def question_html(question: str) -> str:
    """Return a patient's question as HTML."""
    return str(Markup('<p class="cf-typed">{}</p>').format(question))


def text_html(text: str) -> str:
    """Return a plain text as HTML."""
    return str(escape(text))


@lru_cache(maxsize=1)
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("citedfaq"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
        auto_reload=False,
    )
    environment.filters["dialled"] = lambda phone: re.sub(r"[^+\d]", "", phone)
    return environment
