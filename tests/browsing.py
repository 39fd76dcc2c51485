"""What the browser tests share: a page that is watched, the disclaimer in sight, and the rules of axe."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Frame, Page, Request

from citedfaq.assistant import Assistant
from citedfaq.disclaimer import DISCLAIMER
from citedfaq.encoder import Encoder
from citedfaq.settings import Settings

from .apps import app_of
from .conftest import LONG, NO_LIMIT, free_port

SIZES = {"phone": (375, 667), "desktop": (1280, 800), "magnified": (320, 256)}
"""Windows in CSS pixels; the last one is what a desktop window has left at 400%."""
LOOKS = (
    [(size, scheme) for size in ("phone", "desktop") for scheme in ("light", "dark")] if LONG else [("phone", "light")]
)
"""Window sizes and colour schemes to show a state in."""

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}

EMERGENCY = "i have crushing chest pain and my left arm is numb"
ANSWERED = "how long will i be sore after"
UNANSWERED = "who won the world cup?"


@contextmanager
def served(index: Path, encoder: Encoder, **settings: str) -> Iterator[str]:
    """Serve the web app from a thread of this process, which saves loading the encoder again; yields its address."""
    app = app_of(Assistant(index, Settings(**{"rate_limit": NO_LIMIT, **settings}), encoder))
    port = free_port()
    config = uvicorn.Config(app, port=port, log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def watched(
    browser: Browser, *addresses: str, size: str = "phone", scheme: str = "light", expected: str = "", **more: Any
) -> Iterator[Page]:
    """Yield a new page and watch it; afterwards nothing may have gone wrong, gone elsewhere, or been kept.

    Args:
        browser: a real one.
        addresses: the origins that may be asked.
        size: of the window, by its name in `SIZES`.
        scheme: light or dark.
        expected: a part of the console messages that the test causes on purpose.
        more: further options of the browser context.
    """
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, **more)
    page = context.new_page()
    trouble: list[str] = []
    asked: list[Request] = []
    context.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: trouble.append(str(error.error)))
    context.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - Playwright marks what it is given
    context.on("dialog", lambda dialog: (trouble.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.requests = asked
    yield page
    assert [each.url for each in asked if not each.url.startswith((*addresses, "data:", "blob:"))] == []
    assert [text for text in trouble if not expected or expected not in text] == []
    for frame in page.frames:
        if frame.url.startswith("http"):
            assert frame.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert context.cookies() == []
    context.close()


def ask(frame: Page | Frame, question: str) -> Any:
    """Ask in the light chat by typing, and return the answer."""
    frame.fill("#cf-box", question)
    return answer_of(frame, lambda: frame.press("#cf-box", "Enter"))


def answer_of(frame: Page | Frame, act: Callable[[], None]) -> Any:
    """Do something that asks the light chat, and return the answer."""
    answers = frame.locator(".cf-answer").count()
    act()
    # Not `wait_for_function`, which the pages' content security policy stops.
    frame.locator(".cf-answer").nth(answers).wait_for()
    return frame.locator(".cf-answer").nth(answers)


def assert_disclaimer_in_sight(page: Page, frame: Page | Frame | None = None) -> None:
    """The whole disclaimer lies within the window, on top of everything else, and nothing scrolls sideways."""
    inner = frame or page
    note = inner.locator("#cf-disclaimer p")
    assert note.inner_text() == DISCLAIMER
    box = note.bounding_box()
    assert box is not None
    window = page.evaluate("[innerWidth, innerHeight]")
    assert box["height"] > 20
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= window[0]
    assert box["y"] + box["height"] <= window[1]
    on_top = note.evaluate(
        """(note) => {
          const { left, top, width, height } = note.getBoundingClientRect();
          return [0.02, 0.5, 0.98].every((x) => [0.1, 0.5, 0.9].every((y) =>
            note.contains(document.elementFromPoint(left + x * width, top + y * height))));
        }"""
    )
    assert on_top
    assert inner.evaluate("document.documentElement.scrollWidth <= innerWidth")


def violations(frame: Page | Frame, context: Any = None) -> list[str]:
    """Return what axe finds against WCAG 2.2 AA and good practice in a page or frame, frames within it left out."""
    found = Axe().run(frame, context, {**RULES, "iframes": False}).response["violations"]
    return [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:300]}" for each in found for node in each["nodes"]
    ]
