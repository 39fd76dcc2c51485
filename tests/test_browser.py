"""The chat in a real Chromium: what a patient sees, on a desktop and on a phone, light and dark."""

import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from .browsing import LOOKS, assert_disclaimer_in_sight, watched
from .conftest import serving


@contextmanager
def opened(browser, address, size="phone", scheme="light"):
    """Open the chat and watch it."""
    with watched(browser, address, size=size, scheme=scheme) as page:
        page.goto(address)
        page.wait_for_selector("#cf-question textarea")
        page.locator("#cf-starters button").first.wait_for(state="attached")
        yield page


def ask(page, question):
    answers = page.locator(".cf-answer").count()
    page.fill("#cf-question textarea", question)
    page.keyboard.press("Enter")
    page.locator(".cf-answer").nth(answers).wait_for()
    return page.locator(".cf-answer").nth(answers)


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_a_patient_asks_and_opens_the_source(browser, server, size, scheme):
    with opened(browser, server, size, scheme) as page:
        assert page.locator("h1").inner_text() == "Elm Street Clinic"
        assert_disclaimer_in_sight(page)
        answer = ask(page, "how long will i be sore after")
        assert "24 to 48 hours" in answer.locator(".cf-text").first.inner_text()
        assert not answer.locator("mark").first.is_visible()
        answer.locator("summary").first.click()
        mark = answer.locator("mark").first
        assert mark.inner_text() == answer.locator(".cf-text").first.inner_text()
        assert "Not yet reviewed by a clinician" in answer.locator("summary").first.inner_text()
        assert_disclaimer_in_sight(page)


def test_starter_questions_are_asked_with_one_press(browser, server):
    with opened(browser, server) as page:
        page.locator("#cf-starters button", has_text="Will it hurt?").click()
        page.wait_for_selector(".cf-answer")
        assert page.locator(".cf-typed").inner_text() == "Will it hurt?"
        assert not page.locator("#cf-starters").is_visible()
        assert_disclaimer_in_sight(page)


def test_a_question_without_an_answer_leads_on(browser, server):
    with opened(browser, server) as page:
        answer = ask(page, "What does parking cost?")
        assert "do not answer" in answer.locator(".cf-message").inner_text()
        assert "+1 555 0100" in answer.locator(".cf-contact").inner_text()
        suggestion = answer.locator(".cf-ask").first
        text = suggestion.inner_text()
        suggestion.click()
        expect(page.locator(".cf-answer")).to_have_count(2)
        assert page.locator(".cf-typed").last.inner_text() == text
        assert_disclaimer_in_sight(page)


@pytest.mark.parametrize(
    ("question", "message"), [("   ", "type a question"), ("x" * 3000, "more than 2,000"), ("?!", "could not read")]
)
def test_what_is_no_question_is_told_so(browser, server, question, message):
    with opened(browser, server) as page:
        assert message in ask(page, question).inner_text()
        assert_disclaimer_in_sight(page)


def test_the_newest_question_is_scrolled_into_sight_and_a_new_conversation_begins_empty(browser, server):
    with opened(browser, server) as page:
        for question in ("what is dry needling", "how do i use a foam roller", "who should not have it"):
            ask(page, question)
        newest = page.locator(".cf-typed").last
        expect(newest).to_be_in_viewport(ratio=0.9)
        assert newest.inner_text() == "who should not have it"
        page.click("#cf-new")
        page.wait_for_selector("#cf-starters button:visible")
        assert page.locator(".cf-answer").count() == 0
        assert_disclaimer_in_sight(page)


def test_everything_works_by_keyboard_alone(browser, server):
    with opened(browser, server) as page:
        page.locator("#cf-question textarea").focus()
        page.keyboard.type("will my hand go numb")
        page.keyboard.press("Enter")
        page.wait_for_selector(".cf-answer")
        assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"  # ready for the next question
        page.locator(".cf-citation summary").first.focus()
        page.keyboard.press("Enter")
        assert page.locator(".cf-citation mark").first.is_visible()
        names = page.locator("#cf-history [role=group]").evaluate_all("all => all.map(e => e.ariaLabel)")
        assert names == ["Your question", "Answer"]


HOSTILE = """---
title: "<script>alert(1)</script> {{ 7*7 }}"
sources: ["<img src=x onerror=alert(2)>"]
---

## <div style="position:fixed;inset:0;background:red;z-index:99999">Ice packs</div>

Ice packs calm an ankle <script>alert(3)</script> &lt;img src=https://tracker.example/x.png&gt; within ten minutes.

&lt;div style="position:fixed;inset:0;z-index:99999"&gt; Ice packs are cold &lt;/div&gt;
"""


def test_hostile_text_is_shown_as_text_and_hides_nothing(browser, tmp_path, ingest):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "ice.md").write_text(HOSTILE)
    ingest(tmp_path / "corpus", tmp_path / "index")
    overlay = (
        "Do ice packs calm an ankle? <div style='position:fixed;inset:0;z-index:9999'>x</div><img src=//t.example>"
    )
    with serving("--index", str(tmp_path / "index")) as address, opened(browser, address) as page:
        page.on("dialog", lambda dialog: pytest.fail("a script of the article ran"))
        answer = ask(page, overlay)
        assert page.locator(".cf-typed").inner_text() == overlay
        assert "<img src=https://tracker.example/x.png>" in answer.inner_text()
        answer.locator("summary").first.click()
        assert "<script>alert(1)</script> {{ 7*7 }}" in answer.inner_text()
        assert_disclaimer_in_sight(page)


def test_an_emergency_is_announced_and_leads_the_reply(browser, server):
    with opened(browser, server) as page:
        answer = ask(page, "i have crushing chest pain and my left arm is numb")
        card = answer.locator(".cf-card-emergency")
        assert "EMERGENCY: CALL NOW." in card.inner_text().upper()
        assert answer.locator(".cf-quote").count() == 0
        expect(page.locator("body > [role=alert]")).to_contain_text("call")
        expect(page.locator("body > [role=status]")).to_have_text("")
        assert_disclaimer_in_sight(page)
        assert "Elm Street Clinic" in answer.locator(".cf-contact").inner_text()


def test_a_polite_status_tells_what_is_new_and_the_history_is_never_read_again(browser, server):
    with opened(browser, server) as page:
        status = page.locator("body > [role=status]")
        ask(page, "how long will i be sore after")
        expect(status).to_have_text(re.compile(r"^Answer ready, \d sources?$"))
        assert page.locator("#cf-history [aria-live]").evaluate_all("all => all.map(e => e.ariaLive)") == ["off"]
        ask(page, "who won the world cup?")
        expect(status).to_have_text(re.compile("^Our articles do not"))


def test_magnified_four_times_it_scrolls_under_the_disclaimer(browser, server):
    with opened(browser, server, "magnified") as page:
        answer = ask(page, "how long will i be sore after")
        answer.locator("summary").first.click()
        answer.locator("mark").first.scroll_into_view_if_needed()
        expect(answer.locator("mark").first).to_be_in_viewport()
        assert_disclaimer_in_sight(page)
        page.focus("#cf-question textarea")
        expect(page.locator("#cf-question textarea")).to_be_in_viewport(ratio=1)
        assert_disclaimer_in_sight(page)


def test_personal_details_are_not_shown_again(browser, server):
    with opened(browser, server) as page:
        assert "personal details" in page.locator("#cf-question").inner_text()
        ask(page, "will it hurt? call me, jane.roe@example.org")
        assert "jane.roe" not in page.locator("#cf-history").inner_text()
        assert page.locator(".cf-typed").inner_text() == "(your message is not shown again)"
