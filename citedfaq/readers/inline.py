"""Running text in a web page: its words, its line ends, and what style sheets show as a heading or a row."""

import re
from collections.abc import Sequence

from citedfaq.readers.draft import one_line
from citedfaq.readers.tree import BLOCKS, HEADINGS, Element
from citedfaq.readers.wording import has_fact

_SIGNS = " +\u2212×▼▾›»"
_BARE_SYMBOLS = re.compile(r"(?:^|(?<=\s))[^\w\s&]{1,2}(?:$|(?=\s))")
_LARGE = re.compile(r"[4-7]|\+[1-4]")
_BOLD = re.compile(r"font-weight\s*:\s*(bold|[6-9]00)")
_ROW_WORDS = 16
_CELL_WORDS = 9


def pieces(element: Element, *, keep_lines: bool = False) -> list[str]:
    """Return the texts in an element; `keep_lines` keeps the line ends of the file, as in `<pre>`."""
    return [
        (child if keep_lines else blanks(child)) if isinstance(child, str) else "".join(joined([child]))
        for child in element.children
    ]


def blanks(text: str) -> str:
    """Return a text with single blanks, also at its ends: a line end in HTML is one."""
    return " ".join(f".{text}.".split())[1:-1]


def joined(run: Sequence[Element | str]) -> list[str]:
    """Return the texts of a run; `<br>` is a line end.

    Two elements without a blank between them are parted where one word seems to end and another to begin: style sheets
    show them apart ("<b>Deposit</b><span>Fifty pounds</span>").
    """
    texts: list[str] = []
    last: Element | None = None
    for each in run:
        if isinstance(each, str):
            texts.append(blanks(each))
            last = None if each else last
            continue
        if each.tag == "br":
            texts.append("\n")
            last = None
            continue
        inner = "".join(joined(each.children))
        if last is not None and texts and re.search(r"[\w.!?:]{2}\Z", texts[-1]) and re.match(r"[A-Z\d]", inner):
            texts.append(" ")
        texts.append(inner)
        last = each if inner else last
    return texts


def joined_text(run: Sequence[Element | str]) -> str:
    """Return the text of a run, with its line ends."""
    return "".join(joined(run)).strip()


def heading_text(element: Element) -> str:
    """Return a heading's text without the signs (`+`, `▼`) that show whether it is open."""
    inner = [child if isinstance(child, str) else _flat(child) for child in element.children]
    return one_line(_BARE_SYMBOLS.sub(" ", " ".join("".join(inner).split()).strip(_SIGNS)))


def _flat(element: Element) -> str:
    text = "".join(joined(element.children)).replace("\n", " ")
    return f" {text} " if element.tag in BLOCKS or not re.search(r"\w", text) or element.tag == "br" else text


def holds_blocks(element: Element) -> bool:
    """Say whether an element is a block or holds one."""
    return element.tag in BLOCKS or any(map(holds_blocks, element.elements))


def only_text(element: Element) -> list[Element | str] | None:
    """Return the running text of a block that holds nothing else, also through blocks around it; else None."""
    inner = [each for each in element.children if not isinstance(each, str) or each.strip()]
    if len(inner) == 1 and isinstance(inner[0], Element) and inner[0].tag in ("p", "div"):
        return only_text(inner[0])
    if element.tag not in ("p", "div", "address") or any(
        isinstance(each, Element) and holds_blocks(each) for each in inner
    ):
        return None
    return list(element.children)


def row(element: Element) -> str:
    """Return the line of what style sheets show as a row of a table ("Mon" beside "9–17"), else an empty text."""
    inner = [each for each in element.children if not isinstance(each, str) or each.strip()]
    cells = [each for each in inner if isinstance(each, Element) and each.text()]
    if not 2 <= len(cells) <= 5 or len(cells) < len(inner) or element.tag in ("td", "th", "p", "address"):
        return ""
    if any(
        cell.tag in HEADINGS or cell.tag in ("ul", "ol", "dl", "table", "p", "br") or _inner_blocks(cell)
        for cell in cells
    ):
        return ""
    texts = [cell.text() for cell in cells]
    short = (
        all(len(text.split()) <= _CELL_WORDS for text in texts)
        and sum(len(text.split()) for text in texts) <= _ROW_WORDS
    )
    return " | ".join(map(one_line, texts)) if short and has_fact(" ".join(texts)) and not has_fact(texts[0]) else ""


def _inner_blocks(element: Element) -> bool:
    return any(map(holds_blocks, element.elements))


def is_bold(element: Element) -> bool:
    """Say whether all of an element is bold, or set in large type as old pages do."""
    if element.tag in ("b", "strong") or _BOLD.search(element.attributes.get("style", "")):
        return True
    if element.tag == "font" and _LARGE.fullmatch(element.attributes.get("size", "")):
        return True
    inner = [each for each in element.children if not isinstance(each, str) or each.strip()]
    return len(inner) == 1 and isinstance(inner[0], Element) and is_bold(inner[0])
