"""axe-core on every page in every state: no violation of WCAG 2.2 AA, nor of what it calls good practice."""

import pytest

from .browsing import ANSWERED, EMERGENCY, LOOKS, UNANSWERED, answer_of, ask, violations, watched

each_look = pytest.mark.parametrize(("size", "scheme"), LOOKS)


@each_look
def test_the_light_chat(browser, server, size, scheme):
    with watched(browser, server, size=size, scheme=scheme, expected="ERR_INTERNET_DISCONNECTED") as page:
        page.goto(f"{server}/embed")
        page.locator("#cf-box").wait_for()
        assert violations(page) == []  # empty
        answer = ask(page, ANSWERED)
        assert violations(page) == []
        answer.locator("summary").first.click()
        assert violations(page) == []  # a citation open
        for question in (UNANSWERED, EMERGENCY, "will it hurt? i am jane.roe@example.org"):
            ask(page, question)
            assert violations(page) == []
        page.context.set_offline(True)
        ask(page, ANSWERED)
        assert violations(page) == []  # an error


@each_look
def test_the_chat(browser, server, size, scheme):
    with watched(browser, server, size=size, scheme=scheme) as page:
        page.goto(server)
        page.locator("#cf-starters button").first.wait_for()
        assert violations(page) == []

        def say(question):
            page.fill("#cf-question textarea", question)
            return answer_of(page, lambda: page.keyboard.press("Enter"))

        answer = say(ANSWERED)
        assert violations(page) == []
        answer.locator("summary").first.click()
        assert violations(page) == []
        for question in (UNANSWERED, EMERGENCY):
            say(question)
            assert violations(page) == []


@each_look
def test_the_articles_and_the_error_page(browser, server, size, scheme):
    with watched(browser, server, size=size, scheme=scheme, expected="status of 404") as page:
        page.goto(f"{server}/embed")
        link = ask(page, ANSWERED).locator(".cf-open").first.evaluate("link => link.href")
        for address in (link, f"{server}/articles/faq", f"{server}/articles/no-such-article"):
            page.goto(address)
            assert violations(page) == []


@each_look
def test_the_widget(browser, server, site, size, scheme):
    with watched(browser, server, site, size=size, scheme=scheme) as page:
        page.goto(site)
        page.locator("button.bubble").click()
        frame = page.frame_locator("citedfaq-widget iframe")
        frame.locator("#cf-box").wait_for()
        chat = page.locator("citedfaq-widget iframe").element_handle().content_frame()
        assert violations(page) == []
        assert violations(chat) == []
        ask(chat, ANSWERED).locator("summary").first.click()
        assert violations(chat) == []
        page.get_by_role("button", name="Close").click()
        assert violations(page) == []
        page.goto(f"{site}/ask.html")
        frame.locator("#cf-box").wait_for()
        assert violations(page) == []
