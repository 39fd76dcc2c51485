"""What a web page says of itself beside its text: title, address, day of review, the questions of its FAQ."""

import datetime
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from citedfaq.readers.draft import one_line
from citedfaq.readers.tree import Element

_ADDRESS = re.compile(r"https?://[^\s<>\"']+\Z")
_SEPARATOR = re.compile(r"\s+[|–—·»:•-]+\s+|\s*\|\s*")
_MOST_DATA = 200_000
"""Characters of one stretch of JSON-LD; more is not read."""


@dataclass(frozen=True, slots=True)
class PageData:
    """What was found.

    Attributes:
        titles: its title without the site's name, and other parts of it, likeliest first.
        url: its public address (canonical link, else `og:url`), or None.
        reviewed: the day of the last medical review, where the page gives one (schema.org `lastReviewed`).
        questions: of its FAQ, folded; they count only where they stand on the page.
    """

    titles: tuple[str, ...]
    url: str | None
    reviewed: datetime.date | None
    questions: frozenset[str]


def read_page_data(page: Element) -> PageData:
    """Read what a page says of itself."""
    metas = {
        (each.attributes.get("property") or each.attributes.get("name") or "").lower(): each.attributes.get(
            "content", ""
        )
        for each in page.find("meta")
    }
    site = metas.get("og:site_name", "")
    named = [metas.get("og:title", ""), *(each.text() for each in page.find("title") if not _in_drawing(each))]
    parts = [part for title in named for part in _SEPARATOR.split(one_line(title)) if part]
    links = [
        each.attributes.get("href", "")
        for each in page.find("link")
        if "canonical" in each.attributes.get("rel", "").lower().split()
    ]
    records = list(_records(page))
    reviewed = [metas.get("last-reviewed", ""), *(_text(each.get("lastReviewed")) for each in records)]
    asked = [_text(each.get("name")) for each in records if each.get("@type") == "Question"]
    asked += [
        name.text()
        for each in page.walk()
        if each.attributes.get("itemtype", "").endswith("schema.org/Question")
        for name in each.walk()
        if name.attributes.get("itemprop") == "name"
    ]
    return PageData(
        titles=tuple(part for part in parts if part.casefold() != site.casefold()),
        url=next((url for url in [*links, metas.get("og:url", "")] if is_address(url)), None),
        reviewed=next(filter(None, map(_date, reviewed)), None),
        questions=frozenset(filter(None, map(fold, asked))),
    )


def is_address(url: str) -> bool:
    """Say whether a text is a whole address on the web that may be shown as a link."""
    return bool(_ADDRESS.match(url)) and url.isprintable()


def fold(text: str) -> str:
    """Return a text's words in small letters."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _records(page: Element) -> Iterator[dict[str, object]]:
    """Yield every record of a page's JSON-LD."""
    for script in page.find("script"):
        if script.attributes.get("type", "").lower() != "application/ld+json":
            continue
        written = "".join(child for child in script.children if isinstance(child, str))
        try:
            stack: list[object] = [json.loads(written, strict=False)] if len(written) <= _MOST_DATA else []
        except (ValueError, RecursionError):
            continue
        while stack:
            value = stack.pop()
            if isinstance(value, dict):
                yield value
                stack.extend(value.values())
            elif isinstance(value, list):
                stack.extend(value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _date(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def _in_drawing(title: Element) -> bool:
    return any(above.tag == "svg" for above in title.ancestors())
