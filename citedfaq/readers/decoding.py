"""From a file's bytes to clean text and its front matter: what all readers of text formats share."""

import datetime
import re
import unicodedata
from dataclasses import dataclass

import charset_normalizer
import yaml

from citedfaq.readers.draft import UnreadableArticleError

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n?---[ \t]*(?:\n|\Z)", re.DOTALL)
_SPACES = re.compile(r"[^\S\n]")
_MOST_CONTROLS = 0.02
"""More control characters than this share mean that a file is not text, whatever it is called."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The keys that CitedFAQ reads of a file's front matter; others (tags, author) are left alone."""

    title: str | None = None
    url: str | None = None
    sources: tuple[str, ...] = ()
    reviewed: datetime.date | None = None


def decode(data: bytes) -> str:
    r"""Decode a text file and clean it: `\n` line ends, ordinary spaces, no invisible characters.

    Dropped are control, format and private-use characters (Unicode categories Cc, Cf, Co), among them those that turn
    the writing direction and could make a quote read otherwise than its article. Every kind of blank becomes a space.

    Raises:
        UnreadableArticleError: the file is empty, or is not text.
    """
    if not data.strip():
        raise UnreadableArticleError("it is empty")
    text = _to_unicode(data).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    controls = sum(1 for char in text if unicodedata.category(char) in ("Cc", "Cn", "Co") and char not in "\n\t\f\v")
    if controls > _MOST_CONTROLS * len(text):
        raise UnreadableArticleError("it is not text")
    text = "".join(
        char for char in text if char in "\n\t\f\v" or unicodedata.category(char) not in ("Cc", "Cf", "Cn", "Co", "Cs")
    )
    return _SPACES.sub(" ", text)


def split_front_matter(text: str) -> tuple[FrontMatter, str]:
    """Split a decoded file into its front matter (YAML between two `---` lines) and the rest.

    Raises:
        UnreadableArticleError: the front matter does not parse, does not end, or a key's value does not fit.
    """
    if not re.match(r"---[ \t]*\n", text):
        return FrontMatter(), text
    found = _FRONT_MATTER.match(text)
    if found is None:
        if re.match(r"---[ \t]*\n\s*\w+:", text):
            raise UnreadableArticleError("its front matter does not end: add a line '---' after the last key")
        return FrontMatter(), text
    try:
        values = yaml.safe_load(found[1])
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f" (line {line + 2})" if line is not None else ""
        raise UnreadableArticleError(f"its front matter does not parse{where}") from None
    if values is None:
        return FrontMatter(), text[found.end() :]
    if not isinstance(values, dict):
        raise UnreadableArticleError("its front matter is not a list of keys and values")
    return _front_matter(values), text[found.end() :]


def _front_matter(values: dict[object, object]) -> FrontMatter:
    title, url, sources, reviewed = (values.get(key) for key in ("title", "url", "sources", "reviewed"))
    if title is not None and not isinstance(title, str | int | float):
        raise UnreadableArticleError("its front matter's title is not a text")
    if url is not None and not (isinstance(url, str) and re.match(r"https?://[^\s<>\"']+\Z", url)):
        raise UnreadableArticleError("its front matter's url is not an https:// or http:// address")
    if isinstance(sources, str):
        sources = [sources]
    if sources is not None and not (isinstance(sources, list) and all(isinstance(source, str) for source in sources)):
        raise UnreadableArticleError("its front matter's sources are not a list of texts")
    if isinstance(reviewed, datetime.datetime):
        reviewed = reviewed.date()
    if reviewed is not None and not isinstance(reviewed, datetime.date):
        raise UnreadableArticleError("its front matter's reviewed is not a date such as 2026-05-01, nor null")
    return FrontMatter(str(title).strip() or None if title is not None else None, url, tuple(sources or ()), reviewed)


def _to_unicode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        best = charset_normalizer.from_bytes(data).best()
        if best is None:
            raise UnreadableArticleError("its character encoding is not known: save it as UTF-8") from None
        return str(best)
