"""`python tools/screenshots.py`: take the pictures of the README and of docs/ with a real Chromium.

Wants the example website running (`make example`) and a Chromium; `tools/find_chromium.sh` prints where one is.
"""

import argparse
import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT: Final = Path(__file__).parent.parent
SWITCHES: Final = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
QUESTION: Final = "Is it ok if I take blood thinners?"


def chat(page: Page, faq: str, _site: str) -> None:
    """Ask one question in the chat and open its first citation."""
    page.goto(faq)
    page.fill("#cf-question textarea", QUESTION)
    page.keyboard.press("Enter")
    page.locator(".cf-citation summary").first.click()
    page.locator(".cf-citation mark").first.wait_for()


def article(page: Page, faq: str, _site: str) -> None:
    """Follow a citation to its article."""
    page.goto(f"{faq}/embed")
    page.fill("#cf-box", QUESTION)
    page.keyboard.press("Enter")
    page.goto(page.locator(".cf-open").first.evaluate("link => link.href"))


def widget(page: Page, _faq: str, site: str) -> None:
    """Open the bubble on the example website and press the first starter question."""
    page.goto(site)
    page.locator("button.bubble").click()
    frame = page.frame_locator("citedfaq-widget iframe")
    frame.locator("#cf-starters button").first.click()
    frame.locator(".cf-answer").wait_for()


Pose = Callable[[Page, str, str], None]
PICTURES: Final[dict[str, tuple[Pose, int, int, bool]]] = {
    "chat-desktop": (chat, 1100, 760, False),
    "chat-phone": (chat, 375, 760, False),
    "chat-phone-dark": (chat, 375, 760, True),
    "article-phone": (article, 375, 760, False),
    "widget-desktop": (widget, 1100, 760, False),
    "widget-phone-dark": (widget, 375, 760, True),
}
"""Each picture's pose, width, height, and whether it is dark."""


def main() -> None:
    """Take every picture."""
    parser = argparse.ArgumentParser(description="Take the pictures of the README and of docs/.")
    parser.add_argument("--faq", default="http://127.0.0.1:7860", help="the address of CitedFAQ")
    parser.add_argument("--site", default="http://127.0.0.1:8080", help="the address of the example website")
    parser.add_argument("--folder", type=Path, default=ROOT / "docs" / "images")
    options = parser.parse_args()
    program = subprocess.run([ROOT / "tools" / "find_chromium.sh"], capture_output=True, text=True, check=True).stdout
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program.strip(), args=SWITCHES)
        for name, (pose, width, height, dark) in PICTURES.items():
            page = browser.new_page(
                viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
            )
            pose(page, options.faq, options.site)
            page.mouse.move(0, 0)
            page.wait_for_timeout(300)
            # 128 colours are enough for such a page, and take a third of the space.
            picture = Image.open(io.BytesIO(page.screenshot()))
            picture.convert("RGB").quantize(128).save(options.folder / f"{name}.png", optimize=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
