"""Hostile text, in a question and in every part of an article, is shown as text, asks for nothing and hides nothing."""

import json
from urllib.parse import quote

import pytest

from citedfaq.readers.draft import visible

from .browsing import ask, assert_disclaimer_in_sight, served, watched
from .conftest import LONG
from .hostile import HOSTILE, MEGABYTE

SAMPLE = (*HOSTILE, MEGABYTE) if LONG else HOSTILE[::8]
MARKUP = (
    "script, style, iframe, object, img, form:not(#cf-form), dialog, video, svg, base, "
    "[onerror], [onload], [onclick], [style]"
)


def article(number, text):
    """An article with the text in every place; in Markdown's own code marks where it would be read as mark-up."""
    quoted = json.dumps(text)
    fence = "`" * 4
    body = text if LONG else text[:5000]  # a megabyte takes a minute to index
    return f"""---
title: {quoted}
url: {json.dumps("https://clinic.example/?" + quote(text[:200]))}
sources: [{quoted}]
---

## {fence} {text[:500]} {fence}

The remedy numbered {number} calms an ankle. {fence} {body} {fence} It takes ten minutes.
"""


def linked(page):
    """Return the hosts that the page links to; a telephone number has none."""
    links = page.locator("a").evaluate_all("all => all.map((link) => [link.protocol, link.hostname])")
    assert {protocol for protocol, _ in links} <= {"http:", "https:", "tel:"}
    return {host for _, host in links}


def test_there_are_forty():
    assert len(set(HOSTILE)) == 40
    assert len(MEGABYTE) > 1_000_000


def test_as_a_question(browser, server):
    with watched(browser, server, expected="status of 413") as page:
        page.goto(f"{server}/embed")
        page.locator("#cf-box").wait_for()
        elements = page.locator("body *").count()
        for text in HOSTILE if LONG else HOSTILE[::2]:
            ask(page, text)
            shown = page.locator(".cf-typed").last
            assert shown.evaluate("e => e.children.length") == 1
            assert text[:2000].strip() in shown.text_content()
            assert_disclaimer_in_sight(page)
            page.click("#cf-new")
            assert page.locator("body *").count() == elements
        ask(page, MEGABYTE)
        assert len(page.locator(".cf-typed").last.text_content()) < 2100
        assert_disclaimer_in_sight(page)


@pytest.fixture(scope="module")
def hostile_index(tmp_path_factory, encoder):
    from citedfaq import build

    folder = tmp_path_factory.mktemp("hostile")
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, text in enumerate(SAMPLE):
        (corpus / f"remedy-{number}.md").write_text(article(number, text), encoding="utf-8")
    build.ingest(corpus, folder / "index", encoder)
    return folder / "index"


def test_in_every_part_of_an_article(browser, hostile_index, encoder):
    name = "<script>alert(1)</script>"
    with (
        served(hostile_index, encoder, clinic_name=name, phone="<img src=x onerror=alert(1)>") as address,
        watched(browser, address) as page,
    ):
        for number, text in enumerate(SAMPLE):
            page.goto(f"{address}/articles/remedy-{number}")
            assert page.locator("main h1").text_content() == visible(text).replace("\n", " ")
            assert page.locator(MARKUP).count() == 0
            assert_disclaimer_in_sight(page)
            assert linked(page) <= {"127.0.0.1", "clinic.example", ""}
        page.goto(f"{address}/embed")
        assert page.locator("h1").inner_text() == name
        ours = page.locator("script").count()
        for number, _ in enumerate(SAMPLE):
            answer = ask(page, f"remedy numbered {number} ankle")
            answer.locator("summary").first.click()
            assert page.locator("script").count() == ours
            assert answer.locator(MARKUP).count() == 0
            assert linked(page) <= {"127.0.0.1", "clinic.example", ""}
            assert_disclaimer_in_sight(page)
            page.click("#cf-new")
