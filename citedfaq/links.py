"""Links from a quote to its source: to the article as ingested, with the quote marked, and to the clinic's own page."""

import hashlib
import re
from functools import lru_cache
from typing import Final
from urllib.parse import quote as percent_encode
from urllib.parse import urlencode

from citedfaq.answer import Quote

_DIGEST_DIGITS: Final = 16
_KEPT_DIGESTS: Final = 256
_WHOLE_WORDS: Final = 8
_EDGE_WORDS: Final = 4
"""A fragment holds a text of up to `_WHOLE_WORDS` words whole, and of a longer one its first and last `_EDGE_WORDS`."""

_BULLET = re.compile(r"^• ")


@lru_cache(maxsize=_KEPT_DIGESTS)
def text_digest(text: str) -> str:
    """Return the first 16 hexadecimal digits of a text's SHA-256.

    A link carries the digest of its article's visible text, on which the offsets stand, and not of the file: another
    version of a reader may see another text in the same file.
    """
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_DIGITS]


def article_link(quote: Quote) -> str:
    """Return the address of a quote in its article, relative to the app's root so that it fits any sub-path."""
    place = {"start": quote.start, "end": quote.end, "digest": quote.article.digest}
    return f"articles/{quote.article.id}?{urlencode(place)}#quote"


def public_link(quote: Quote) -> str | None:
    """Return the address of a quote on the clinic's own page, or None where the article has no public address."""
    return marked_address(quote.article.url, quote.text) if quote.article.url else None


def marked_address(url: str, text: str) -> str:
    """Return a page's address with a text fragment, by which the browser marks a text and scrolls to it.

    A browser that knows no text fragments, and a page that reads otherwise, open at the top (WICG, URL Fragment Text
    Directives). A long text is named by its first and last words, each taken from within one line, since no part of a
    fragment may cross from one paragraph into the next.
    """
    lines = [words for line in text.split("\n") if (words := _BULLET.sub("", line).split())]
    if not lines:
        return url
    if len(lines) == 1 and len(lines[0]) <= _WHOLE_WORDS:
        directive = _part(lines[0])
    else:
        directive = f"{_part(lines[0][:_EDGE_WORDS])},{_part(lines[-1][-_EDGE_WORDS:])}"
    return f"{url}{'' if '#' in url else '#'}:~:text={directive}"


def _part(words: list[str]) -> str:
    # A hyphen separates a fragment's prefix and suffix, and is the one such sign that is not encoded otherwise.
    return percent_encode(" ".join(words), safe="").replace("-", "%2D")
