"""`python tools/screenshots.py`: take the README's pictures of the chat with a real Chromium.

Wants a running server (`make run`) and a Chromium; `tools/find_chromium.sh` prints where one is.
"""

import argparse
import subprocess
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PICTURES = {
    "chat-desktop": (1100, 760, "light"),
    "chat-phone": (375, 760, "light"),
    "chat-phone-dark": (375, 760, "dark"),
}


def converse(page: Page, address: str) -> None:
    """Ask one question and open its first citation."""
    page.goto(address)
    page.fill("#cf-question textarea", "Is it ok if I take blood thinners?")
    page.keyboard.press("Enter")
    page.locator(".cf-citation summary").first.click()
    page.wait_for_selector(".cf-citation mark:visible")
    page.mouse.move(0, 0)
    page.wait_for_timeout(300)


def main() -> None:
    """Take every picture."""
    parser = argparse.ArgumentParser(description="Take the README's pictures of the chat.")
    parser.add_argument("--address", default="http://127.0.0.1:7860")
    parser.add_argument("--folder", type=Path, default=ROOT / "docs" / "images")
    options = parser.parse_args()
    program = subprocess.run([ROOT / "tools" / "find_chromium.sh"], capture_output=True, text=True, check=True).stdout
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program.strip(), args=SWITCHES)
        for name, (width, height, scheme) in PICTURES.items():
            page = browser.new_page(
                viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
            )
            converse(page, options.address)
            page.screenshot(path=options.folder / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
