"""Our own pages: the light chat for frames, the articles, and the files that both need."""

import datetime
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response

from citedfaq.articles import slug
from citedfaq.assistant import Assistant
from citedfaq.errors import CitedFAQError
from citedfaq.manifest import read_manifest
from citedfaq.web.article import Place, article_page
from citedfaq.web.assets import ASK_AGAIN, WIDGET, Asset, asset_response, cached, links, widget_response
from citedfaq.web.html import article_html, embed_html
from citedfaq.web.starters import starter_questions

_MOST_DIGITS = 9


def pages(assistant: Assistant, assets: dict[str, Asset]) -> APIRouter:
    """Return the routes of our pages."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/embed", methods=["GET", "HEAD"])
    def embed(request: Request) -> Response:
        page = embed_html(assistant.settings, starter_questions(assistant), links(assets, ""))
        return cached(request, page.encode(), "text/html", ASK_AGAIN)

    @router.api_route("/articles/{article_id}", methods=["GET", "HEAD"])
    def article(request: Request, article_id: str) -> Response:
        found = assistant.index.articles.get(article_id)
        if found is None:
            raise HTTPException(410 if _was_here(assistant.index_folder, article_id, request) else 404)
        today = datetime.datetime.now().astimezone().date()
        shown = article_page(found, _place(request), assistant.settings, today)
        page = article_html(assistant.settings, shown, links(assets, "../"))
        return cached(request, page.encode("utf-8"), "text/html", ASK_AGAIN)

    @router.api_route("/web/{name}", methods=["GET", "HEAD"])
    def asset(request: Request, name: str) -> Response:
        if name == WIDGET or name not in assets:
            raise HTTPException(404)
        return asset_response(request, assets[name])

    @router.api_route(f"/{WIDGET}", methods=["GET", "HEAD"])
    def widget(request: Request) -> Response:
        return widget_response(request, assets[WIDGET])

    return router


def _place(request: Request) -> Place | None:
    """Return what the link points to; anything that is no whole link of ours points nowhere."""
    start, end, digest = (request.query_params.get(name, "") for name in ("start", "end", "digest"))
    if not digest or not all(number.isascii() and number.isdigit() for number in (start, end)):
        return None
    if max(len(start), len(end)) > _MOST_DIGITS:
        return None
    return Place(int(start), int(end), digest)


def _was_here(index_folder: Path, article_id: str, request: Request) -> bool:
    """Say whether there was such an article: a citation links to it, or an earlier build that is still kept has it."""
    return _place(request) is not None or any(
        article_id == slug(path) for folder in index_folder.iterdir() for path in _paths(folder)
    )


def _paths(folder: Path) -> list[str]:
    try:
        return list(read_manifest(folder).articles)
    except CitedFAQError:
        return []
