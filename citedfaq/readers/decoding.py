"""From a file's bytes to clean text and its front matter: what all readers of text formats share."""

import codecs
import datetime
import re
import unicodedata
from dataclasses import dataclass

import yaml

from citedfaq.readers.draft import UNSEEN, UnreadableArticleError, one_line

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_LINE_ENDS = re.compile(r"\r\n|[\r\v\x85\u2028]")
_BLANKS = re.compile(r"[^\S\n\t]")
_SYMBOL_BULLET = re.compile(r"^([^\S\n]*)[\ue000-\uf8ff](?=[^\S\n])", re.MULTILINE)
"""Word writes its bullets with characters of a symbol font, which Unicode keeps for private use."""

_MOST_CONTROLS = 0.02
"""More control characters than this share mean that a file is not text, whatever it is called."""

_OLD_ENCODINGS = ("cp1252", "mac_roman")
"""What Word still writes as "plain text", on Windows and on a Mac."""

_CAPITALS = "ÀÁÂÄÅÆÇÈÉÊËÌÍÎÏÑÖØÙÚÛÜŒ"
_BEYOND_ASCII = _CAPITALS + "ß-öø-ÿœ\xa0¡¿¢£€©®™«»°º±²³¹¼½¾×÷µ\xb4·•†…‘’“”„–—"
_UNLIKELY = re.compile(rf"[^\x00-\x7f{_BEYOND_ASCII}]|[{_CAPITALS}¡¿](?![A-Za-zÀ-ÿ])|(?<=[a-z0-9])[{_CAPITALS}]|â€")
"""What English and its neighbours do not write; found in a text that was decoded otherwise than it was encoded."""

_NAMED_ENCODING = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{2,30})", re.IGNORECASE
)
_HEAD_BYTES = 4096
_TAKEN_FOR_CP1252 = ("iso-8859-1", "latin1", "latin-1", "iso8859-1", "ascii", "us-ascii", "utf-8", "windows-1252")
"""See the Encoding Standard (https://encoding.spec.whatwg.org); a page that calls itself UTF-8 and is not is most
often in Windows-1252."""

_MOST_ACCENTS = 0.3
"""A larger share of letters beyond ASCII means a language whose encoding cannot be told from this."""

_MOST_NUMBER = 10**15
"""A title may be a number, such as a year; Python refuses to write out a very long one."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The keys that CitedFAQ reads of a file's front matter; others (tags, author) are left alone."""

    title: str | None = None
    url: str | None = None
    sources: tuple[str, ...] = ()
    reviewed: datetime.date | None = None


def decode(data: bytes) -> str:
    r"""Decode a text file and clean it: `\n` line ends, spaces and tabs, no invisible characters.

    Dropped are control, format, private-use and unassigned characters (Unicode categories Cc, Cf, Co, Cn, Cs); bullets
    of a symbol font become `•`, every kind of blank but a tab a space. A form feed ends a paragraph.

    Raises:
        UnreadableArticleError: the file is empty, is not text, or its encoding is not certain.
    """
    if not data.strip():
        raise UnreadableArticleError("it is empty")
    return _clean(_to_unicode(data))


def decode_page(data: bytes) -> str:
    """Decode a web page and clean it as `decode` does; the encoding that it names counts where it is not UTF-8.

    A name that browsers take for Windows-1252 (`iso-8859-1`, `ascii`) is read as that; a few bytes that do not fit
    become `\ufffd`, as in a browser.

    Raises:
        UnreadableArticleError: the file is empty or is not text.
    """
    if not data.strip():
        raise UnreadableArticleError("it is empty")
    try:
        return _clean(_to_unicode(data))
    except UnreadableArticleError:
        named = _NAMED_ENCODING.search(data[:_HEAD_BYTES])
        name = named[1].decode("ascii").lower() if named else "windows-1252"
        if b"\0" in data:
            raise
    if name in _TAKEN_FOR_CP1252:
        name = "cp1252"
    try:
        text = data.decode(name, "replace")
    except (LookupError, ValueError):
        raise UnreadableArticleError(f"its character encoding '{name}' is not known: save it as UTF-8") from None
    if text.count("\ufffd") > _MOST_CONTROLS * len(text):
        raise UnreadableArticleError("its character encoding is not certain: save it as UTF-8")
    return _clean(text)


def _clean(text: str) -> str:
    text = _LINE_ENDS.sub("\n", text).replace("\f", "\n\n").replace("\u2029", "\n\n")
    text = _SYMBOL_BULLET.sub(r"\1•", text)
    controls = sum(1 for char in text if unicodedata.category(char) in ("Cc", "Cn", "Co") and char not in "\n\t")
    if controls > _MOST_CONTROLS * len(text):
        raise UnreadableArticleError("it is not text")
    text = _BLANKS.sub(" ", text)
    return "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in UNSEEN)


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
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        # PyYAML lets other errors than its own through where a tag (`!!int ""`) does not fit its value.
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
    if isinstance(title, int | float) and not isinstance(title, bool) and abs(title) < _MOST_NUMBER:
        title = str(title)
    if title is not None and not isinstance(title, str):
        raise UnreadableArticleError("its front matter's title is not a text: put it in quotes")
    if url is not None and not (
        isinstance(url, str) and re.match(r"https?://[^\s<>\"']+\Z", url) and url.isprintable()
    ):
        raise UnreadableArticleError("its front matter's url is not an https:// or http:// address")
    if isinstance(sources, str):
        sources = [sources]
    if sources is not None and not (isinstance(sources, list) and all(isinstance(source, str) for source in sources)):
        raise UnreadableArticleError("its front matter's sources are not a list of texts")
    if isinstance(reviewed, datetime.datetime):
        reviewed = reviewed.date()
    if reviewed is not None and not isinstance(reviewed, datetime.date):
        raise UnreadableArticleError("its front matter's reviewed is not a date such as 2026-05-01, nor null")
    return FrontMatter(
        title=one_line(title or "") or None,
        url=url,
        sources=tuple(filter(None, map(one_line, sources or ()))),
        reviewed=reviewed,
    )


def _to_unicode(data: bytes) -> str:
    try:
        if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
            return data.decode("utf-32")
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\0" in data:
            raise UnreadableArticleError("it is not text") from None
    for encoding in _OLD_ENCODINGS:
        text = data.decode(encoding, "replace")
        beyond_ascii = sum(char > "\x7f" and char.isalpha() for char in text)
        if beyond_ascii <= _MOST_ACCENTS * len(text) and not _UNLIKELY.search(text):
            return text
    raise UnreadableArticleError("its character encoding is not certain: save it as UTF-8")
