"""The words of a PDF file, each with its place and its type, as PDFium (the engine of Chrome) reads them."""

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from citedfaq.readers.draft import UnreadableArticleError

_BOLD_WEIGHT = 600
_GAP = 0.18
"""A gap between two characters wider than this share of their height parts two words, if no blank does."""

_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_HYPHENS = (0x02, 0xAD, 0xFFFE)
"""What PDFium gives for a hyphen that it takes for the end of a line's part of a word."""

_BULLETS = (0xF0B7, 0xF0A7, 0xF0D8, 0xF0FC, 0x95)
_MOST_PAGES = 400
_SURROGATES = range(0xD800, 0xE000)


@dataclass(frozen=True, slots=True)
class Word:
    """A word on a page; lengths in points, from the page's lower left corner.

    Attributes:
        text: its characters.
        left: where it begins.
        right: where it ends.
        bottom: its line's lower edge.
        top: its line's upper edge.
        size: the height of its type.
        bold: whether its type is bold.
    """

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its words in the order of the file, and its height in points."""

    words: tuple[Word, ...]
    height: float


def read_pages(data: bytes) -> tuple[str, list[Page]]:
    """Return a PDF file's title (empty if it has none) and its pages.

    Raises:
        UnreadableArticleError: it is damaged, protected by a password, or has too many pages.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise UnreadableArticleError("it is protected by a password: save it without one") from None
        raise UnreadableArticleError("it is a damaged PDF file") from None
    try:
        if len(document) > _MOST_PAGES:
            raise UnreadableArticleError(f"it has {len(document)} pages, more than the {_MOST_PAGES} of one article")
        title = document.get_metadata_value("Title")
        return title, [_page(document, number) for number in range(len(document))]
    except pypdfium2.PdfiumError:
        raise UnreadableArticleError("it is a damaged PDF file") from None
    finally:
        document.close()


def _page(document: pypdfium2.PdfDocument, number: int) -> Page:
    page = document[number]
    text = page.get_textpage()
    try:
        return Page(tuple(_words(text.raw)), page.get_height())
    finally:
        text.close()
        page.close()


class _Character(NamedTuple):
    text: str
    at: int
    left: float
    right: float
    bottom: float
    top: float


def _words(text: ctypes.c_void_p) -> Iterator[Word]:
    word: list[_Character] = []
    for index in range(pdfium.FPDFText_CountChars(text)):
        character = _character(text, index)
        if character is None or character.text.isspace():
            yield from _joined(text, word)
            word = []
            continue
        if word and _parts(word[-1], character):
            yield from _joined(text, word)
            word = []
        word.append(character)
    yield from _joined(text, word)


def _character(text: ctypes.c_void_p, index: int) -> _Character | None:
    """Return a character with its place, or None for a blank or a line end."""
    code = pdfium.FPDFText_GetUnicode(text, index)
    if code in (0, 9, 10, 13, 32, 0xA0) or code in _SURROGATES:
        return None
    written = "-" if code in _HYPHENS else "•" if code in _BULLETS else _LIGATURES.get(code) or chr(code)
    box = pdfium.FS_RECTF()
    if not pdfium.FPDFText_GetLooseCharBox(text, index, box):
        return None
    return _Character(written, index, box.left, box.right, box.bottom, box.top)


def _is_bold(text: ctypes.c_void_p, index: int) -> bool:
    if pdfium.FPDFText_GetFontWeight(text, index) >= _BOLD_WEIGHT:
        return True
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    length = pdfium.FPDFText_GetFontInfo(text, index, name, len(name), flags)
    return length > 0 and bool(re.search(rb"bold|black|heavy|semibd", name.value, re.IGNORECASE))


def _parts(last: _Character, character: _Character) -> bool:
    """Say whether a word ends between two characters: on another line, far from it, or to its left."""
    height = max(last.top - last.bottom, character.top - character.bottom, 1.0)
    apart = character.left - last.right
    other_line = abs(character.bottom - last.bottom) > 0.5 * height
    return other_line or apart > _GAP * height or apart < -0.8 * height


def _joined(text: ctypes.c_void_p, word: list[_Character]) -> Iterator[Word]:
    if word:
        bottom, top = min(each.bottom for each in word), max(each.top for each in word)
        yield Word(
            text="".join(each.text for each in word),
            left=word[0].left,
            right=max(each.right for each in word),
            bottom=bottom,
            top=top,
            size=max(each.top - each.bottom for each in word),
            bold=_is_bold(text, word[0].at),
        )
