"""The light chat in a real Chromium, on its own: asking, reading, opening the source, and what goes wrong."""

import json
import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from citedfaq.disclaimer import DISCLAIMER

from .browsing import (
    ANSWERED,
    EMERGENCY,
    LOOKS,
    UNANSWERED,
    answer_of,
    ask,
    assert_disclaimer_in_sight,
    served,
    watched,
)


@contextmanager
def opened(browser, address, **more):
    with watched(browser, address, **more) as page:
        page.goto(f"{address}/embed")
        page.locator("#cf-box").wait_for()
        yield page


def sent(page):
    """Return the bodies of all questions that the page has asked the server."""
    return [json.loads(request.post_data) for request in page.requests if request.url.endswith("/api/ask")]


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_a_patient_asks_opens_the_citation_and_reads_on_in_the_article(browser, server, size, scheme):
    with opened(browser, server, size=size, scheme=scheme) as page:
        assert page.locator("h1").inner_text() == "Elm Street Clinic"
        assert_disclaimer_in_sight(page)
        answer = ask(page, ANSWERED)
        quote = answer.locator(".cf-text").first.inner_text()
        assert "24 to 48 hours" in quote
        assert not answer.locator("mark").first.is_visible()
        answer.locator("summary").first.click()
        assert answer.locator("mark").first.inner_text() == quote
        expect(answer.locator("mark").first).to_be_in_viewport()
        assert_disclaimer_in_sight(page)
        with page.context.expect_page() as opening:
            answer.locator(".cf-open").first.click()
        article = opening.value
        assert article.locator("#quote").inner_text() == quote
        assert page.locator(".cf-answer").count() == 1  # the conversation stays where it was


def test_a_starter_question_is_asked_with_one_press_and_focus_goes_to_it(browser, server):
    with opened(browser, server) as page:
        starter = page.locator("#cf-starters button", has_text="Will it hurt?")
        answer = answer_of(page, starter.click)
        assert "uncomfortable" in answer.inner_text()
        expect(page.locator(".cf-typed")).to_be_focused()
        assert not starter.is_visible()


def test_a_suggested_question_is_asked_with_one_press(browser, server):
    with opened(browser, server) as page:
        suggestion = ask(page, UNANSWERED).locator(".cf-ask").first
        words = suggestion.inner_text()
        answer = answer_of(page, suggestion.click)
        assert page.locator(".cf-typed").last.inner_text().endswith(words)
        assert "cf-answered" in answer.get_attribute("class")


def test_earlier_questions_go_with_the_next_one_until_a_new_conversation(browser, server):
    with opened(browser, server) as page:
        ask(page, "how long is a session")
        answer = ask(page, "and what happens in it?")
        assert "cf-answered" in answer.get_attribute("class")
        ask(page, "will it hurt? call me, jane.roe@example.org")
        assert "jane.roe" not in page.locator("main").inner_text()
        ask(page, "what should i wear")
        assert [each["history"] for each in sent(page)] == [
            [],
            ["how long is a session"],
            ["how long is a session", "and what happens in it?"],
            ["how long is a session", "and what happens in it?"],  # nothing of the one with personal details
        ]
        page.click("#cf-new")
        assert page.locator(".cf-answer").count() == 0
        expect(page.locator("#cf-box")).to_be_focused()
        expect(page.locator("#cf-starters button").first).to_be_visible()
        ask(page, "will it hurt")
        assert sent(page)[-1]["history"] == []


def test_what_is_new_is_told_once_and_politely_but_for_an_emergency(browser, server):
    with opened(browser, server) as page:
        status = page.locator("[role=status]")
        ask(page, ANSWERED)
        expect(status).to_have_text(re.compile(r"^Answer ready, \d sources?$"))
        ask(page, UNANSWERED)
        expect(status).to_have_text(re.compile("^Our articles do not"))
        assert page.locator("[role=alert]").count() == 0
        answer = ask(page, EMERGENCY)
        assert "call" in answer.locator("[role=alert]").inner_text()
        assert answer.locator(".cf-quote").count() == 0
        assert "+1 555 0100" in answer.locator(".cf-contact").inner_text()
        expect(status).to_have_text("")
        # The card stays above later answers, without a word said of it again.
        answer = ask(page, ANSWERED)
        assert answer.locator(".cf-card-emergency").is_visible()
        assert page.locator("[role=alert]").count() == 1
        assert page.locator("[aria-live], [role=log]").count() == 0


def test_a_question_is_sent_once_however_often_it_is_submitted(browser, server):
    with opened(browser, server) as page:
        page.fill("#cf-box", ANSWERED)
        page.evaluate("for (let i = 0; i < 5; i++) document.querySelector('#cf-form').requestSubmit()")
        page.evaluate("document.querySelector('#cf-box').value = 'what should i wear'")
        page.locator(".cf-answer").wait_for()
        assert len(sent(page)) == 1
        assert page.locator("#cf-box").input_value() == "what should i wear"


def test_a_blank_question_asks_nothing(browser, server):
    with opened(browser, server) as page:
        page.fill("#cf-box", "  \n ")
        page.press("#cf-box", "Enter")
        assert sent(page) == []
        assert page.locator(".cf-turn").count() == 0


def assert_error(page, answer, words):
    assert words in answer.inner_text()
    assert "In an emergency, call" in answer.inner_text()
    assert "+1 555 0100" in answer.locator(".cf-contact").inner_text()
    expect(page.locator("[role=status]")).to_contain_text(words)
    assert_disclaimer_in_sight(page)


def test_without_a_connection_it_says_so_and_keeps_the_question(browser, server):
    with opened(browser, server, expected="ERR_INTERNET_DISCONNECTED") as page:
        page.context.set_offline(True)
        assert_error(page, ask(page, "will it hurt"), "cannot be reached")
        assert page.locator("#cf-box").input_value() == "will it hurt"
        page.context.set_offline(False)
        answer = answer_of(page, lambda: page.press("#cf-box", "Enter"))
        assert "uncomfortable" in answer.inner_text()
        assert sent(page)[-1]["history"] == []  # what was not answered is no part of the conversation


def test_an_over_long_question_is_refused_in_plain_words(browser, server):
    with opened(browser, server, expected="status of 413") as page:
        answer = ask(page, "does it hurt " * 300)
        assert "more than 2,000 characters" in answer.inner_text()
        assert_error(page, ask(page, "痛" * 30_000), "too much text at once")
        assert_error(page, ask(page, "does it hurt " * 80_000), "too much text at once")
        assert_disclaimer_in_sight(page)


def test_a_proxy_without_a_server_behind_it_is_an_error_in_plain_words(browser, server):
    with opened(browser, server, expected="status of 503") as page:
        # What nginx answers while the app is away: HTML of its own, which must not get into the page.
        away = {"status": 503, "content_type": "text/html", "body": "<h1 class='cf-answer'>503 nginx</h1>"}
        page.route("**/api/ask", lambda route: route.fulfill(**away))
        answer = ask(page, "will it hurt")
        assert_error(page, answer, "not available at the moment")
        assert "nginx" not in page.locator("main").inner_text()


def test_the_rate_limit_is_told_with_how_long_to_wait(browser, first_small_index, encoder):
    with (
        served(first_small_index, encoder, rate_limit="2/hour", phone="+1 555 0100") as address,
        opened(browser, address, expected="status of 429") as page,
    ):
        for _ in range(2):
            ask(page, "can i swim with a plaster")
        assert_error(page, ask(page, "can i swim with a plaster"), "Please wait 60 minutes")


def test_without_script_it_says_how_to_reach_the_clinic(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/embed")
    assert page.locator("#cf-disclaimer").inner_text().strip() == DISCLAIMER
    assert "You can reach Elm Street Clinic: +1 555 0100" in page.locator("main").inner_text()
    assert not page.locator("form").is_visible()
    assert not page.locator("#cf-start").is_visible()
    context.close()


def test_everything_works_by_keyboard_alone(browser, server):
    with opened(browser, server, size="desktop") as page:
        for _ in range(9):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == "cf-box":
                break
        page.keyboard.type("will my hand")
        page.keyboard.press("Shift+Enter")
        page.keyboard.type("go numb")
        answer = answer_of(page, lambda: page.keyboard.press("Enter"))
        expect(page.locator("#cf-box")).to_be_focused()
        for _ in range(9):
            page.keyboard.press("Shift+Tab")
            if page.evaluate("document.activeElement.tagName") == "SUMMARY":
                break
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        expect(answer.locator("mark").last).to_be_visible()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "cf-open"
        with page.context.expect_page() as opening:
            page.keyboard.press("Enter")
        expect(opening.value.locator("#quote")).to_be_focused()


def test_magnified_four_times_everything_is_within_reach(browser, server):
    with opened(browser, server, size="magnified") as page:
        assert_disclaimer_in_sight(page)
        page.keyboard.press("Tab")
        answer = ask(page, ANSWERED)
        answer.locator("summary").first.focus()
        page.keyboard.press("Enter")
        expect(answer.locator("mark").first).to_be_in_viewport()
        assert_disclaimer_in_sight(page)
        # Nothing that has the focus is hidden behind the disclaimer (WCAG 2.2, 2.4.11).
        for _ in range(12):
            page.keyboard.press("Shift+Tab")
            covered = page.evaluate(
                """() => { const { left, top, width, height } = document.activeElement.getBoundingClientRect();
                const middle = Math.max(1, Math.min(top + height / 2, innerHeight - 1));
                const seen = document.elementFromPoint(left + width / 2, middle);
                return !!seen && !!seen.closest("#cf-disclaimer"); }"""
            )
            assert not covered


def test_targets_have_44_pixels(browser, server):
    with opened(browser, server) as page:
        ask(page, ANSWERED).locator("summary").first.click()
        ask(page, UNANSWERED)
        small = page.evaluate(
            """[...document.querySelectorAll("button, summary, a, textarea")].filter((e) => e.checkVisibility())
            .filter((e) => e.getBoundingClientRect().height < 44).map((e) => e.outerHTML)"""
        )
        assert small == []


def test_nothing_moves_and_forced_colours_keep_every_edge(browser, server):
    with opened(browser, server, reduced_motion="reduce", forced_colors="active") as page:
        ask(page, ANSWERED)
        assert page.evaluate("document.getAnimations().length") == 0
        for name in (".cf-answer", ".cf-typed", "#cf-send", "#cf-row"):
            assert page.locator(name).first.evaluate("e => getComputedStyle(e).borderTopStyle") == "solid"


def test_a_message_from_anywhere_changes_nothing_where_no_page_frames_it(browser, server):
    with opened(browser, server) as page:
        page.evaluate("postMessage({ citedfaq: 'hello', greeting: 'Call 555-EVIL', starters: [] }, '*')")
        page.evaluate("postMessage({ citedfaq: 'ask', question: 'will it hurt' }, '*')")
        page.wait_for_timeout(200)
        assert page.locator("#cf-greeting").inner_text() == "What would you like to know?"
        assert sent(page) == []
