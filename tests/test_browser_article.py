"""An article's page in a real Chromium: at its quote, without any script."""

import re

from playwright.sync_api import expect

from .browsing import assert_disclaimer_in_sight, served, watched


def test_a_citation_opens_the_article_at_its_quote(browser, first_small_index, encoder):
    """The small clinic's articles have a public address and a review."""
    with served(first_small_index, encoder) as address, watched(browser, address) as page:
        for size in ((375, 667), (1280, 800)):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            page.goto(f"{address}/embed")
            page.fill("#cf-box", "what does knee taping do")
            page.press("#cf-box", "Enter")
            citation = page.locator(".cf-citation").first
            citation.locator("summary").click()
            public = citation.locator(".cf-public").get_attribute("href")
            assert re.match(r"https://clinic\.example/knee#:~:text=Taping", public)
            quote = page.locator(".cf-text").first.inner_text()
            page.goto(citation.locator(".cf-open").evaluate("link => link.href"))
            marked = page.locator("mark")
            assert "\n\n".join(marked.all_inner_texts()) == quote
            expect(marked.first).to_be_focused()
            expect(marked.first).to_be_in_viewport(ratio=1)
            below = page.locator("#cf-disclaimer").bounding_box()
            assert marked.first.bounding_box()["y"] >= below["y"] + below["height"]
            assert_disclaimer_in_sight(page)
            assert "Reviewed by a clinician on 1 May 2026" in page.locator("main").inner_text()
            assert "The taping handbook" in page.locator("main").inner_text()
            assert page.locator("script").count() == 0
        page.locator("header a").click()
        page.wait_for_url(f"{address}/")


def test_an_article_that_changed_says_so_and_marks_nothing(browser, server):
    with watched(browser, server) as page:
        page.goto(f"{server}/articles/faq?start=0&end=40&digest=0123456789abcdef#quote")
        assert "has changed since it was quoted" in page.locator("main").inner_text()
        assert page.locator("mark").count() == 0
        assert_disclaimer_in_sight(page)


def test_a_page_that_is_not_there_still_says_whom_to_turn_to(browser, server):
    with watched(browser, server, expected="status of 404") as page:
        page.goto(f"{server}/articles/no-such-article")
        assert "+1 555 0100" in page.locator("main").inner_text()
        assert "In an emergency, call" in page.locator("main").inner_text()
        assert_disclaimer_in_sight(page)
