"""Our own pages as HTML: each with the clinic's name, the disclaimer, the emergency line and whom to turn to."""

from collections.abc import Mapping, Sequence
from typing import Any

from citedfaq.answer import Contact
from citedfaq.assistant import MAX_QUESTION
from citedfaq.care.screening import STANDS_FOR
from citedfaq.disclaimer import DISCLAIMER
from citedfaq.render import templates
from citedfaq.settings import Settings
from citedfaq.web.article import ArticlePage

HEADING = "Ask our articles"
"""What the chat is called where the clinic has not set its name."""


def embed_html(settings: Settings, starters: Sequence[str], assets: Mapping[str, str]) -> str:
    """Return the light chat.

    Args:
        settings: the clinic's settings.
        starters: questions that the empty chat offers.
        assets: the addresses of its files, by name.
    """
    more = {"starters": starters, "max_question": MAX_QUESTION, "origins": settings.embed_origins.split()}
    return _page("embed.html", settings, assets, more)


def article_html(settings: Settings, article: ArticlePage, assets: Mapping[str, str]) -> str:
    """Return the page of an article; `assets` are the addresses of its files as seen from there."""
    return _page("article.html", settings, assets, {"article": article, "home": "../"})


def error_html(settings: Settings, error: tuple[int, str, str], assets: Mapping[str, str], home: str) -> str:
    """Return the page of an error.

    Args:
        settings: the clinic's settings.
        error: the HTTP status, a title, and a sentence or two for the patient.
        assets: the addresses of its files, by name.
        home: the address of the chat.
    """
    status, title, detail = error
    return _page("error.html", settings, assets, {"status": status, "title": title, "detail": detail, "home": home})


def error_fragment(detail: str, settings: Settings) -> str:
    """Return an error in the place of an answer."""
    return templates().get_template("error_answer.html").render(_common(settings), detail=detail)


def emergency_line(settings: Settings) -> str:
    """Return whom to call in an emergency, in one sentence."""
    return f"In an emergency, call {settings.emergency_number or STANDS_FOR['emergency_number']} now."


def _page(template: str, settings: Settings, assets: Mapping[str, str], more: Mapping[str, Any]) -> str:
    return templates().get_template(template).render(_common(settings), assets=assets, **more)


def _common(settings: Settings) -> dict[str, Any]:
    return {
        "heading": settings.clinic_name or HEADING,
        "disclaimer": DISCLAIMER,
        "emergency": emergency_line(settings),
        "contact": Contact.of(settings),
    }
