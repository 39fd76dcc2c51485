"""The widget on a clinic's website in a real Chromium: on another origin, under a strict policy, beside its style."""

import gzip
import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from .browsing import ANSWERED, LOOKS, answer_of, ask, assert_disclaimer_in_sight, watched
from .conftest import ROOT

STATIC = ROOT / "citedfaq" / "web" / "static"
FRAME = "citedfaq-widget iframe"


@contextmanager
def opened(browser, server, site, path="", **more):
    """Open a page of the website, under watch."""
    with watched(browser, server, site, **more) as page:
        page.goto(f"{site}/{path}")
        yield page


def bubble_of(page):
    bubble = page.locator("button.bubble")
    bubble.wait_for()
    return bubble


def chat_of(page, name=FRAME):
    """Return the frame of the chat once it is there."""
    page.frame_locator(name).locator("#cf-box").wait_for()
    return page.locator(name).element_handle().content_frame()


def paths(page, address):
    return [each.url.removeprefix(address).split("?")[0] for each in page.requests if each.url.startswith(address)]


def test_the_script_is_small():
    assert len(gzip.compress((STATIC / "widget.js").read_bytes(), 6)) <= 5 * 1024


def test_every_attribute_is_documented():
    code = (STATIC / "widget.js").read_text(encoding="utf-8")
    names = re.search(r"const \{ ([a-z, ]+) \} = script\.dataset", code)[1].split(", ")
    page = (ROOT / "docs" / "embed.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `data-([a-z]+)` \|", page, re.MULTILINE) == names


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_a_visitor_opens_the_bubble_asks_and_reads(browser, server, site, size, scheme):
    with opened(browser, server, site, size=size, scheme=scheme) as page:
        bubble = bubble_of(page)
        page.wait_for_load_state("networkidle")
        assert paths(page, server) == ["/widget.js"]
        assert not page.get_by_role("link", name="Ask our FAQ").is_visible()
        bubble.click()
        chat = chat_of(page)
        assert chat.locator("#cf-greeting").inner_text() == "What would you like to know about your treatment?"
        expect(chat.locator("#cf-starters button")).to_have_text(
            ["Will it hurt?", "How long is a session?", "What should I wear?"]
        )
        assert_disclaimer_in_sight(page, chat)
        answer = ask(chat, ANSWERED)
        answer.locator("summary").first.click()
        expect(answer.locator("mark").first).to_be_visible()
        assert_disclaimer_in_sight(page, chat)
        page.get_by_role("button", name="Close").click()
        expect(bubble).to_be_focused()
        bubble.click()
        assert chat.locator(".cf-answer").count() == 1


def test_the_first_opening_takes_40_kilobytes_at_most(browser, server, site):
    with opened(browser, server, site) as page:
        bubble_of(page).click()
        chat_of(page).locator("#cf-starters button").first.wait_for()
        asked = [each for each in page.requests if each.url.startswith(server)]
        sizes = [each.sizes() for each in asked]
        assert len(asked) == 6
        assert all(each["responseBodySize"] > 0 for each in sizes)
        assert sum(each["responseBodySize"] + each["responseHeadersSize"] for each in sizes) <= 40 * 1024


def test_by_keyboard_it_opens_closes_and_holds_nobody(browser, server, site):
    with opened(browser, server, site, size="desktop") as page:
        bubble = bubble_of(page)
        assert bubble.get_attribute("aria-haspopup") == "dialog"
        assert bubble.get_attribute("aria-expanded") == "false"
        page.locator("main a").last.focus()
        page.keyboard.press("Tab")
        expect(bubble).to_be_focused()
        assert bubble.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") != "CITEDFAQ-WIDGET"  # closed, it holds nothing more
        bubble.focus()
        page.keyboard.press("Enter")
        assert bubble.get_attribute("aria-expanded") == "true"
        chat = chat_of(page)
        expect(chat.locator("#cf-box")).to_be_focused()
        page.keyboard.type("will it hurt")
        answer = answer_of(chat, lambda: page.keyboard.press("Enter"))
        for _ in range(9):
            page.keyboard.press("Shift+Tab")
            if chat.evaluate("document.activeElement.tagName") == "SUMMARY":
                break
        page.keyboard.press("Enter")
        expect(answer.locator("mark").last).to_be_visible()
        page.keyboard.press("Escape")
        expect(bubble).to_be_focused()
        expect(bubble).to_have_attribute("aria-expanded", "false")
        assert not page.locator("dialog").is_visible()


def test_beside_the_open_panel_the_page_stays_in_use(browser, server, site):
    with opened(browser, server, site, "visit.html", size="desktop") as page:
        bubble_of(page).click()
        expect(chat_of(page).locator("#cf-box")).to_be_focused()
        page.fill("#what", "Hello")
        page.evaluate("CitedFAQ.close()")
        expect(page.locator("#what")).to_be_focused()  # closing takes the focus from nobody who is elsewhere
        assert not page.locator("dialog").is_visible()


def test_on_a_phone_it_takes_the_window_and_leaves_room_for_the_keyboard(browser, server, site):
    with opened(browser, server, site, has_touch=True, is_mobile=True) as page:
        page.evaluate("scrollTo(0, 40)")
        bubble_of(page).tap()
        chat = chat_of(page)
        dialog = page.locator("dialog")
        assert dialog.bounding_box() == {"x": 0, "y": 0, "width": 375, "height": 667}
        expect(page.get_by_role("button", name="Close")).to_be_focused()  # the box would call the keyboard up
        # A headless browser has no keyboard on its screen: the window is told that one took its place.
        page.evaluate(
            """Object.defineProperty(visualViewport, "height", { value: 330 });
            visualViewport.dispatchEvent(new Event("resize"))"""
        )
        expect(dialog).to_have_css("height", "330px")
        answer = ask(chat, ANSWERED)
        expect(answer).to_be_in_viewport()
        assert_disclaimer_in_sight(page, chat)
        for _ in range(6):
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.tagName") in ("CITEDFAQ-WIDGET", "BODY")
        page.get_by_role("button", name="Close").tap()
        assert page.evaluate("scrollY") == 40


def test_turning_the_phone_keeps_the_conversation(browser, server, site):
    with opened(browser, server, site) as page:
        bubble_of(page).click()
        chat = chat_of(page)
        ask(chat, ANSWERED)
        page.set_viewport_size({"width": 1280, "height": 800})
        expect(page.locator("dialog")).to_have_css("width", "410px")
        page.set_viewport_size({"width": 375, "height": 667})
        expect(page.locator("dialog")).to_have_css("width", "375px")
        assert chat.locator(".cf-answer").count() == 1


LOOKS_OF_THE_PAGE = """() => [...document.querySelectorAll("body, body *:not(citedfaq-widget)")].map((e) => {
  const style = getComputedStyle(e);
  const box = e.getBoundingClientRect();
  return [e.tagName, box.x, box.y, box.width, style.color, style.font, style.overflow, style.position].join(" ");
})"""


def test_the_pages_style_stays_the_pages_and_the_widgets_the_widgets(browser, server, site):
    with opened(browser, server, site, "treatment.html", size="desktop") as page:
        bubble = bubble_of(page)
        assert bubble.evaluate("e => getComputedStyle(e).textTransform") == "none"
        assert "Georgia" not in bubble.evaluate("e => getComputedStyle(e).fontFamily")
        before = page.evaluate(LOOKS_OF_THE_PAGE)
        bubble.click()
        chat_of(page)
        assert page.locator("dialog").evaluate("e => getComputedStyle(e).borderTopWidth") == "1px"
        assert page.locator(FRAME).evaluate("e => getComputedStyle(e).borderTopWidth") == "0px"
        assert page.evaluate(LOOKS_OF_THE_PAGE) == before


def test_a_button_of_the_page_can_ask(browser, server, site):
    with opened(browser, server, site, "treatment.html", size="desktop") as page:
        bubble_of(page)
        page.click("button.ask")
        chat = chat_of(page)
        chat.locator(".cf-answer").wait_for()
        assert chat.locator(".cf-typed").inner_text().endswith("Who should not have trigger point therapy?")
        answer_of(chat, lambda: page.evaluate("CitedFAQ.ask('Will it hurt?')"))
        page.evaluate("CitedFAQ.close()")
        expect(page.locator("dialog")).to_be_hidden()
        page.evaluate("CitedFAQ.open()")
        expect(page.locator("dialog")).to_be_visible()
        assert chat.locator(".cf-answer").count() == 2


def test_the_inline_mode_stands_in_the_links_place(browser, server, site):
    with opened(browser, server, site, "ask.html", size="desktop") as page:
        chat = chat_of(page)
        assert page.locator("dialog, button.bubble").count() == 0
        assert page.get_by_role("link", name="Ask our FAQ").count() == 0
        expect(chat.locator("#cf-greeting")).to_contain_text("Ask about trigger point therapy")
        assert chat.locator("#cf-send").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(122, 47, 91)"
        assert page.evaluate("scrollY") == 0
        answer_of(chat, lambda: page.evaluate("CitedFAQ.ask('Will it hurt?')"))
        assert page.evaluate("scrollY") == 0  # an answer scrolls its frame and not the page
        assert_disclaimer_in_sight(page, chat)


def test_a_plain_frame_needs_no_script(browser, server, site):
    with opened(browser, server, site, "visit.html", size="desktop") as page:
        chat = chat_of(page, "iframe.faq")
        assert chat.locator("h1").is_visible()
        answer = ask(chat, ANSWERED)
        assert "24 to 48 hours" in answer.inner_text()


@pytest.mark.parametrize(
    ("colour", "ink"), [("#ffe08a", "rgb(0, 0, 0)"), ("#123456", "rgb(255, 255, 255)"), ("url(x)", "")]
)
def test_the_clinics_colour_gets_letters_that_can_be_read(browser, server, site, colour, ink):
    with opened(browser, server, site, bypass_csp=True) as page:
        bubble_of(page)
        page.evaluate(
            """([server, colour]) => new Promise((done) => {
              document.querySelector("citedfaq-widget").remove(); delete window.CitedFAQ;
              const script = document.createElement("script");
              Object.assign(script, { src: `${server}/widget.js`, onload: done });
              Object.assign(script.dataset, { colour, position: "left", title: "Fragen?" });
              document.body.append(script);
            })""",
            [server, colour],
        )
        bubble = bubble_of(page)
        assert bubble.inner_text() == "Fragen?"
        assert bubble.bounding_box()["x"] == 16
        assert bubble.evaluate("e => getComputedStyle(e).color") == (ink or "rgb(255, 255, 255)")
        if not ink:
            assert bubble.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(11, 107, 102)"


def test_where_the_script_does_not_come_the_link_is_a_link(browser, server, site):
    with watched(browser, server, site, expected="ERR_CONNECTION_REFUSED") as page:
        page.route("**/widget.js", lambda route: route.abort("connectionrefused"))
        page.goto(f"{site}/")
        link = page.get_by_role("link", name="Ask our FAQ")
        assert link.is_visible()
        assert link.get_attribute("href") == f"{server}/"


def test_where_the_chat_does_not_come_the_panel_says_so(browser, server, site):
    context = browser.new_context()  # not watched: the failure is told on the console, and is meant
    page = context.new_page()
    page.route("**/embed", lambda route: route.abort("connectionrefused"))
    page.goto(f"{site}/")
    bubble_of(page).click()
    expect(page.locator("dialog p")).to_contain_text("cannot be reached at the moment", timeout=10_000)
    assert page.locator("dialog p a").get_attribute("href") == f"{server}/"
    page.unroute("**/embed")
    page.keyboard.press("Escape")
    bubble_of(page).click()
    chat_of(page)
    expect(page.locator("dialog p")).to_be_hidden()
    context.close()


def test_only_the_frame_and_the_page_around_it_are_listened_to(browser, server, site):
    with opened(browser, server, site, size="desktop", bypass_csp=True) as page:
        bubble_of(page).click()
        chat = chat_of(page)
        page.evaluate("postMessage({ citedfaq: 'close' }, '*')")  # the right words from the wrong window
        page.evaluate(
            """() => { const other = document.createElement("iframe"); other.srcdoc = "";
            document.body.append(other); other.contentWindow.parent.postMessage({ citedfaq: "close" }, "*"); }"""
        )
        page.wait_for_timeout(200)
        assert page.locator("dialog").is_visible()
        # A frame beside the chat's asks in it: the right origin, and not the page around it.
        page.evaluate(
            """(address) => { const other = document.createElement("iframe"); other.name = "other";
            other.src = address; document.body.append(other); }""",
            f"{server}/embed",
        )
        other = chat_of(page, "iframe[name=other]")
        other.evaluate(
            "for (let i = 0; i < parent.length; i++) parent[i].postMessage({ citedfaq: 'ask', question: 'x y' }, '*')"
        )
        page.wait_for_timeout(200)
        assert chat.locator(".cf-turn").count() == 0


ASK = """(address) => fetch(`${address}/api/ask`, { method: "POST", headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ question: "will it hurt" }) }).then((response) => response.json())
  .then((answer) => answer.outcome, () => "refused")"""


def test_a_website_that_is_not_allowed_can_neither_frame_it_nor_ask(browser, server, site, stranger):
    context = browser.new_context()
    for address, allowed in ((site, True), (stranger, False)):
        page = context.new_page()
        # The website's own policy would stop the request; another website has no such policy.
        page.goto(f"{address}/site.css")
        assert (page.evaluate(ASK, server) == "answered") == allowed
        page.goto(f"{address}/")
        bubble_of(page).click()
        if allowed:
            chat_of(page)
        else:
            expect(page.locator("dialog p")).to_contain_text("cannot be reached", timeout=10_000)
            assert not any(frame.url.startswith(server) for frame in page.frames)
    context.close()
