"""The light chat, the articles, the widget's loader and their files, as a browser asks for them."""

import gzip
import re

import pytest

from citedfaq.build.builds import KEPT_BUILDS
from citedfaq.disclaimer import DISCLAIMER
from citedfaq.web.assets import read_assets

from .apps import client_of

ORIGIN = "https://clinic.example"


@pytest.fixture(scope="module")
def client(first_small_index, encoder):
    with client_of(first_small_index, encoder, phone="+1 555 0100", embed_origins=ORIGIN) as client:
        yield client


HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def cited(client):
    return client.assistant.ask("what does knee taping do").quotes[0]


def address(quote, **changes):
    place = {"start": quote.start, "end": quote.end, "digest": quote.article.digest} | changes
    return f"/articles/{quote.article.id}?" + "&".join(f"{name}={value}" for name, value in place.items())


def policy(response):
    parts = (part.split() for part in response.headers["content-security-policy"].split(";"))
    return {name: values for name, *values in parts}


def test_the_light_chat_shows_its_parts(client):
    page = client.get("/embed")
    assert page.status_code == 200
    assert DISCLAIMER.replace("'", "&#39;") in page.text
    assert "How long does a plaster stay on?" in page.text
    assert '<a href="tel:+15550100">' in page.text
    assert "In an emergency, call your local emergency number now." in page.text


def test_an_article_is_shown_as_it_was_ingested(client):
    page = client.get("/articles/knee").text
    assert "<mark" not in page
    assert "Reviewed by a clinician on 1 May 2026" in page
    assert "The taping handbook" in page
    assert 'href="https://clinic.example/knee"' in page
    assert DISCLAIMER.replace("'", "&#39;") in page
    for line in ("What taping does", "broken or infected skin", "a knee that is hot and swollen"):
        assert line in page


def test_a_citation_leads_to_its_marked_quote(client):
    quote = cited(client)
    page = client.get(address(quote)).text
    marked = re.findall(r"<mark([^>]*)>(.*?)</mark>", page, re.DOTALL)
    # One mark in each of its paragraphs.
    assert "\n\n".join(text for _, text in marked) == quote.text
    assert ['id="quote"' in attributes for attributes, _ in marked] == [True] + [False] * (len(marked) - 1)
    assert 'href="https://clinic.example/knee#:~:text=' in page


@pytest.mark.parametrize(
    "changes",
    [{"digest": "0" * 16}, {"digest": "x"}, {"start": 0, "end": 10**8}, {"start": 9, "end": 3}],
)
def test_a_link_to_another_version_marks_nothing(client, changes):
    page = client.get(address(cited(client), **changes)).text
    assert "<mark" not in page
    assert ("has changed" in page) == ("digest" in changes)


@pytest.mark.parametrize(
    "changes", [{"digest": ""}, {"start": ""}, {"start": "-1"}, {"end": "1e3"}, {"end": "²"}, {"end": "9" * 5000}]
)
def test_a_broken_link_opens_the_article(client, changes):
    page = client.get(address(cited(client), **changes))
    assert page.status_code == 200
    assert "<mark" not in page.text
    assert "has changed" not in page.text


def test_an_article_that_never_was_is_not_found(client):
    response = client.get("/articles/elbow", headers=HTML)
    assert response.status_code == 404
    assert DISCLAIMER.replace("'", "&#39;") in response.text
    assert "+1 555 0100" in response.text


@pytest.mark.parametrize("path", ["/embed", "/articles/knee", "/web/embed.js", "/widget.js"])
def test_what_a_browser_has_is_not_sent_again(client, path):
    first = client.get(path)
    tag = first.headers["etag"]
    again = client.get(path, headers={"If-None-Match": f'W/"other", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert client.get(path, headers={"If-None-Match": 'W/"other"'}).status_code == 200
    assert client.head(path).status_code == 200


def test_the_files_of_our_pages_are_kept_under_their_digest_only(client):
    for name, asset in read_assets().items():
        if name == "widget.js":
            continue
        kept = client.get(f"/web/{name}?v={asset.digest}")
        assert kept.content == asset.body
        assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert client.get(f"/web/{name}?v=other").headers["cache-control"] == "no-cache"
        kind = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}[name.rpartition(".")[2]]
        assert kept.headers["content-type"].startswith(kind)
    page = client.get("/embed").text
    assert f"web/embed.js?v={read_assets()['embed.js'].digest}" in page


def test_any_website_may_load_the_widget_and_nothing_else(client):
    assert client.get("/web/widget.js").status_code == 404  # it has one address
    widget = client.get("/widget.js", headers={"Origin": "https://anywhere.example", "Accept-Encoding": "gzip"})
    assert widget.headers["content-type"] == "text/javascript; charset=utf-8"
    assert widget.headers["access-control-allow-origin"] == "*"
    assert widget.headers["cross-origin-resource-policy"] == "cross-origin"
    assert widget.headers["cache-control"] == "public, max-age=3600"
    assert len(gzip.compress(widget.content, 6)) <= 5 * 1024
    for path in ("/web/embed.js", "/articles/knee", "/", "/config"):
        response = client.get(path, headers={"Origin": "https://anywhere.example"})
        assert "access-control-allow-origin" not in response.headers
        assert response.headers["cross-origin-resource-policy"] == "same-origin"


def test_a_text_travels_compressed(client):
    response = client.get("/embed", headers={"Accept-Encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in response.headers["vary"]


@pytest.mark.parametrize(
    "path", ["/", "/embed", "/articles/knee", "/no-such-page", "/web/embed.js", "/config", "/api/ask"]
)
def test_every_reply_has_its_headers_and_no_cookie(client, path):
    response = client.get(path)
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert "camera=()" in response.headers["permissions-policy"]
    assert "x-frame-options" not in response.headers
    assert "set-cookie" not in response.headers
    assert "cache-control" in response.headers
    found = policy(response)
    assert found["frame-ancestors"] == ["'self'", ORIGIN]
    assert found["default-src"] == ["'none'"]
    assert "'unsafe-eval'" not in response.headers["content-security-policy"]
    assert ("'unsafe-inline'" in response.headers["content-security-policy"]) == (path == "/")
    assert ("script-src" in found) == (path in ("/", "/embed"))
    assert ("connect-src" in found) == (path in ("/", "/embed"))


def test_pages_hold_nothing_that_their_policy_forbids(client):
    for path in ("/embed", "/articles/knee", address(cited(client)), "/no-such-page"):
        page = client.get(path, headers=HTML).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=\")", page), path


def test_without_origins_only_the_app_itself_may_frame(first_small_index, encoder):
    with client_of(first_small_index, encoder) as client:
        assert policy(client.get("/embed"))["frame-ancestors"] == ["'self'"]


def test_everything_works_below_a_prefix(first_small_index, encoder):
    prefix = {"X-Forwarded-Prefix": "/faq", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "clinic.example"}
    with client_of(first_small_index, encoder, peer="127.0.0.1", trusted_proxies="127.0.0.1") as client:
        client.headers.update(prefix)
        for path in ("/embed", "/articles/knee", "/widget.js", "/healthz", "/readyz", "/openapi.json"):
            assert client.get(path).status_code == 200, path
        assert client.post("/api/ask", json={"question": "plasters?"}).status_code == 200
        assert client.get("/openapi.json").json()["servers"] == [{"url": "/faq"}]
        assert client.get("/config").json()["root"] == "https://clinic.example/faq"
        assert "script-src" in policy(client.get("/embed"))
        assert client.get("/gradio_api/upload").status_code == 404


def test_an_article_that_changed_or_left_says_so(corpus, tmp_path, ingest, encoder):
    index = tmp_path / "index"
    ingest(corpus, index)
    with client_of(index, encoder) as client:
        quote = cited(client)
        link = address(quote)
        knee = corpus / "knee.md"
        knee.write_text(knee.read_text().replace("Taping supports", "Tape supports"), encoding="utf-8")
        ingest(corpus, index)
        page = client.get(link).text
        assert "has changed" in page
        assert "<mark" not in page
        assert "Tape supports" in page

        knee.unlink()
        ingest(corpus, index)
        for gone in (link, "/articles/knee"):
            response = client.get(gone, headers=HTML)
            assert response.status_code == 410
            assert "Taping" not in response.text
            assert DISCLAIMER.replace("'", "&#39;") in response.text
        for number in range(KEPT_BUILDS):
            (corpus / "elbow.md").write_text(f"# Elbows\n\nRest an elbow for {number} days.", encoding="utf-8")
            ingest(corpus, index)
        # No build that is kept knows it any more; a link that once cited it still does.
        assert client.get(link).status_code == 410
        assert client.get("/articles/knee").status_code == 404
