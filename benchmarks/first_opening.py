"""`python benchmarks/first_opening.py`: how soon the chat can be typed into, as Gradio's page and as the light one.

Wants a running server (`make run`) and a Chromium. Both pages are opened in turn, each time without
anything in the browser's cache, so that whatever else the machine does slows both alike; the ratio is that of the
medians.
"""

import argparse
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Request, sync_playwright

ROOT: Final = Path(__file__).parent.parent
SWITCHES: Final = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
PAGES: Final = {"light": ("/embed", "#cf-box"), "Gradio's": ("/", "#cf-question textarea")}
"""Each page's path, and the box that a patient types into."""

_WATCH: Final = """
const look = () => {
  const box = document.readyState !== "loading" && document.querySelector("%s");
  if (box && box.checkVisibility()) window.usable = performance.now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
"""Notes in the page itself, frame by frame, when the box is there: asked from outside, it would be noted too late."""

Opening = tuple[float, int, int]
"""Seconds until the box can be typed into, requests, and bytes of the replies as they travelled."""


def main(arguments: Sequence[str]) -> int:
    """Print the figures as Markdown."""
    parser = argparse.ArgumentParser(description="How soon each page of the chat can be used, as Markdown.")
    parser.add_argument("--address", default="http://127.0.0.1:7860")
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args(arguments)
    program = subprocess.run([ROOT / "tools" / "find_chromium.sh"], capture_output=True, text=True, check=True).stdout
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program.strip(), args=SWITCHES)
        for path, box in PAGES.values():  # what the server makes once is made before
            opened(browser, options.address + path, box)
        measured: dict[str, list[Opening]] = {name: [] for name in PAGES}
        for _ in range(options.rounds):
            for name, (path, box) in PAGES.items():
                measured[name].append(opened(browser, options.address + path, box))
        browser.close()
    sys.stdout.write(table(measured))
    return 0


def opened(browser: Browser, address: str, box: str) -> Opening:
    """Open a page with an empty cache, and type into its box to see that it can be used."""
    context = browser.new_context()
    page = context.new_page()
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))  # noqa: PLW0108 - Playwright marks what it is given
    page.add_init_script(_WATCH % box)
    page.goto(address, wait_until="commit")
    page.fill(box, "x")
    seconds = page.evaluate("usable") / 1000
    page.wait_for_timeout(500)  # for what is still under way; Gradio's heartbeat never ends
    sizes = [request.sizes() for request in requests]
    transferred = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)
    context.close()
    return seconds, len(sizes), transferred


def table(measured: dict[str, list[Opening]]) -> str:
    """Return the medians as a Markdown table, with the light page's share of the time of Gradio's."""
    lines = ["| page | seconds until it can be typed into | requests | KB |", "|---|---|---|---|"]
    medians = {}
    for name, openings in measured.items():
        seconds, requests, size = (statistics.median(column) for column in zip(*openings, strict=True))
        medians[name] = seconds
        lines.append(f"| {name} | {seconds:.2f} | {requests:.0f} | {size / 1024:.1f} |")
    light, full = medians.values()
    return "\n".join([*lines, "", f"The light page takes {light / full:.2f} of the time of Gradio's.", ""])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
