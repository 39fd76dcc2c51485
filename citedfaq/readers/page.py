"""HTML: a web page's own content, with headings, lists, tables and FAQ pairs."""

import re
from collections.abc import Sequence

from citedfaq.readers.boilerplate import mark_boilerplate
from citedfaq.readers.decoding import decode_page
from citedfaq.readers.draft import Draft, TextBuilder, is_marked, one_line
from citedfaq.readers.pagedata import PageData, fold, read_page_data
from citedfaq.readers.pruning import prune
from citedfaq.readers.toggles import opens, title_panels
from citedfaq.readers.tree import BLOCKS, HEADINGS, Element, parse
from citedfaq.readers.wording import has_fact, is_bold_heading, is_question

_LOWEST = 6
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_NO_TITLE = re.compile(r"new page( \d+)?|untitled.*|index|document\d*|home( ?page)?|welcome", re.IGNORECASE)
_BARE_SYMBOLS = re.compile(r"(?:^|(?<=\s))[^\w\s&]{1,2}(?:$|(?=\s))")
_LARGE = re.compile(r"[4-7]|\+[1-4]")
_BOLD = re.compile(r"font-weight\s*:\s*(bold|[6-9]00)")
_ROW_WORDS = 16
_CELL_WORDS = 9
_PROSE_CELL_WORDS = 50
_DEFINITION_WORDS = 12


def read_page(data: bytes, name: str) -> Draft:
    """Read a web page: its main content, without menus, footers, banners, forms and what else stands around it.

    Args:
        data: the file.
        name: the title to use where the page has none.

    Raises:
        UnreadableArticleError: it is empty, or is not text.
    """
    page = parse(decode_page(data))
    found = read_page_data(page)
    title_panels(page)
    prune(page)
    builder = TextBuilder()
    add_tree(next(page.find("body"), page), builder, found.questions)
    text = builder.text()
    blocks = mark_boilerplate(text, builder.blocks)
    return Draft(_title(builder, found, name), found.url, text, blocks, (), found.reviewed)


def add_tree(element: Element, builder: TextBuilder, questions: frozenset[str] = frozenset()) -> None:
    """Append all that an element holds.

    Args:
        element: the element; all of it is shown.
        builder: takes the blocks.
        questions: lines that are questions of an FAQ even without a question mark, folded.
    """
    _Emitter(builder, questions).add_all(element)


def _title(builder: TextBuilder, found: PageData, name: str) -> str:
    """Return a page's title: its first heading of the first level, else the part of `<title>` that it shows itself."""
    text = builder.text()
    tops = [text[block.start : block.end] for block in builder.blocks if block.kind == "heading" and block.level == 1]
    if tops:
        return tops[0]
    named = [title for title in found.titles if not _NO_TITLE.fullmatch(title)]
    shown = {fold(text[block.start : block.end]) for block in builder.blocks}
    return next((title for title in named if fold(title) in shown), next(iter(named), _first_heading(builder) or name))


def _first_heading(builder: TextBuilder) -> str:
    text = builder.text()
    return next((text[block.start : block.end] for block in builder.blocks if block.kind == "heading"), "")


class _Emitter:
    """Follows a tree and hands each block to the builder."""

    def __init__(self, builder: TextBuilder, questions: frozenset[str]) -> None:
        self.builder = builder
        self.questions = questions

    def add_all(self, element: Element) -> None:
        """Append what an element holds: stretches of running text, and blocks."""
        run: list[Element | str] = []
        for child in element.children:
            if isinstance(child, str) or not _holds_blocks(child):
                run.append(child)
                continue
            self._add_run(run, child)
            run = []
            self.add(child)
        self._add_run(run, _next_block(element))

    def add(self, element: Element) -> None:
        """Append one block."""
        if element.tag in HEADINGS:
            self._add_heading(element, HEADINGS[element.tag])
        elif element.tag in ("ul", "ol", "menu", "dir"):
            self._add_list(element, 1)
        elif element.tag == "dl":
            self._add_definitions(element)
        elif element.tag == "table":
            self._add_table(element)
        elif element.tag in ("summary", "dt", "legend"):
            self._add_title(_heading_text(element))
        elif opens(element) and element.words() < 40:
            self._add_title(_heading_text(element))
        elif element.tag == "pre":
            self.builder.add_lines("".join(_pieces(element, keep_lines=True)).split("\n"))
        elif row := _row(element):
            self.builder.add("item", row, level=1)
        else:
            self.add_all(element)

    def _add_heading(self, element: Element, level: int) -> None:
        text = _heading_text(element)
        if len(text.split()) > 40:
            # Marked as a heading for its looks.
            self.builder.add_paragraph(text)
        else:
            asked = fold(text) in self.questions and not text.endswith("?")
            self.builder.add_title("question" if asked else "heading", text, 0 if asked else level)

    def _add_title(self, text: str) -> None:
        """Append the title of what opens: an FAQ's question, or a heading of the lowest level."""
        if text.endswith("?") or fold(text) in self.questions:
            self.builder.add_title("question", text)
        else:
            self.builder.add_title("heading", text, _LOWEST)

    def _add_run(self, run: Sequence[Element | str], following: Element | None) -> None:
        """Append running text; a bold first line is a heading, as many editors write them."""
        shown = [each for each in run if (each.strip() if isinstance(each, str) else each.tag == "br" or each.text())]
        while shown and isinstance(shown[0], Element) and shown[0].tag == "br":
            shown = shown[1:]
        if not shown:
            return
        first, rest = shown[0], shown[1:]
        if isinstance(first, Element):
            first_line = one_line(first.text())
            alone = not rest or (isinstance(rest[0], Element) and rest[0].tag == "br")
            if alone and _is_bold(first):
                below = bool(rest[1:])
                if first_line.endswith("?"):
                    self.builder.add_title("question", first_line)
                    self._add_run(rest[1:], following)
                    return
                if is_bold_heading(first_line) and (below or following is not None):
                    self.builder.add_title("heading", first_line, _LOWEST)
                    self._add_run(rest[1:], following)
                    return
            if opens(first) and not rest:
                self._add_title(_heading_text(first))
                return
        lines = "".join(_joined(run)).split("\n")
        text = one_line(" ".join(lines))
        asked = is_question(text) and following is not None and self.builder.is_in_faq()
        if asked or fold(text) in self.questions:
            self.builder.add_title("question", text)
        else:
            self.builder.add_lines(lines)

    def _add_list(self, element: Element, level: int) -> None:
        start = element.attributes.get("start", "1")
        number = (int(start) if start.isdecimal() and len(start) < 5 else 1) if element.tag == "ol" else None
        for child in element.children:
            if isinstance(child, str):
                self.builder.add_paragraph(child)
            elif child.tag in ("ul", "ol"):
                self._add_list(child, level + 1)
            elif child.tag == "li":
                mark = "• " if number is None else f"{_numeral(number, element.attributes.get('type', ''))}. "
                number = None if number is None else number + 1
                self._add_item(child, level, mark)
            elif child.text():
                self.add(child)

    def _add_item(self, element: Element, level: int, mark: str) -> None:
        """Append a list item: its first text, then the lists and blocks in it. One that opens with a heading is a card."""
        first = next((each for each in element.walk() if each is not element and each.tag in BLOCKS and each.text()), None)
        if (first is not None and (first.tag in HEADINGS or first.tag in ("details", "dl", "table"))) or any(
            opens(each) and each.tag in ("button", "a", "div") for each in element.elements
        ):
            self.add_all(element)
            return
        if row := _row(element):
            self.builder.add("item", row, level=level)
            return
        run: list[Element | str] = []
        rest: list[Element] = []
        for child in element.children:
            if rest or (isinstance(child, Element) and _holds_blocks(child) and _joined_text(run)):
                rest.append(child if isinstance(child, Element) else Element("span", {}, None, [child]))
            elif isinstance(child, Element) and child.tag in ("ul", "ol"):
                rest.append(child)
            elif isinstance(child, Element) and _holds_blocks(child):
                inner = _only_text(child)
                if inner is None:
                    self.add_all(element)
                    return
                run.extend(inner)
            else:
                run.append(child)
        text = one_line(_joined_text(run).replace("\n", " "))
        shown_rest = [each for each in rest if each.text()]
        if is_question(text) and any(each.tag not in ("ul", "ol") for each in shown_rest):
            self.builder.add("question", text, mark=mark)
        elif is_marked(text):
            self.builder.add_paragraph(_joined_text(run))
        else:
            self.builder.add("item", text, level=level, mark=mark)
        for each in shown_rest:
            if each.tag in ("ul", "ol"):
                self._add_list(each, level + 1)
            elif each.tag in BLOCKS:
                self.add(each)
            else:
                self.add_all(Element("div", {}, None, [each]))

    def _add_definitions(self, element: Element) -> None:
        """Append a definition list: questions with answers, terms with what they mean, or days with hours on one line."""
        terms: list[str] = []
        for each in [inner for inner in element.walk() if inner.tag in ("dt", "dd") and _own_list(inner) is element]:
            if each.tag == "dt":
                terms.append(_heading_text(each))
                continue
            text = each.text()
            short = len(text.split()) <= _DEFINITION_WORDS and not any(each.find(*BLOCKS - {"p", "div"}))
            if terms and short and has_fact(text) and not terms[-1].endswith("?"):
                self.builder.add("item", " | ".join([*terms, text]), level=1)
            else:
                for term in terms:
                    self._add_title(term)
                self.add_all(each)
            terms = []
        for term in terms:
            self.builder.add_paragraph(term)

    def _add_table(self, element: Element) -> None:
        for caption in element.find("caption"):
            self.builder.add_paragraph(caption.text())
        rows = [each for each in element.find("tr") if _own_table(each) is element]
        cells = [[cell for cell in row.elements if cell.tag in ("td", "th")] for row in rows]
        if _is_layout(element, cells):
            for row in cells:
                for cell in row:
                    self.add_all(cell)
            return
        for row in cells:
            texts = [text for text in (one_line(cell.text()) for cell in row) if text]
            if len(texts) == 2 and texts[0].endswith("?"):
                self.builder.add_title("question", texts[0])
                self.builder.add_paragraph(texts[1])
            else:
                self.builder.add("item", " | ".join(texts), level=1)


def _pieces(element: Element, *, keep_lines: bool = False) -> list[str]:
    return [
        (child if keep_lines else _blanks(child)) if isinstance(child, str) else "".join(_joined([child]))
        for child in element.children
    ]


def _blanks(text: str) -> str:
    """Return a text with single blanks, also at its ends: a line end in HTML is one."""
    return " ".join(f".{text}.".split())[1:-1]


def _joined(run: Sequence[Element | str]) -> list[str]:
    """Return the texts of a run; `<br>` is a line end.

    Two elements without a blank between them are parted where one word seems to end and another to begin: style sheets
    show them apart ("<b>Deposit</b><span>Fifty pounds</span>").
    """
    texts: list[str] = []
    last: Element | None = None
    for each in run:
        if isinstance(each, str):
            texts.append(_blanks(each))
            last = None if each else last
            continue
        if each.tag == "br":
            texts.append("\n")
            last = None
            continue
        inner = "".join(_joined(each.children))
        if last is not None and texts and re.search(r"[\w.!?:]{2}\Z", texts[-1]) and re.match(r"[A-Z\d]", inner):
            texts.append(" ")
        texts.append(inner)
        last = each if inner else last
    return texts


def _numeral(number: int, kind: str) -> str:
    """Return an item's number as its list writes it."""
    if kind in ("a", "A") and number <= 26:
        return chr(ord(kind) + number - 1)
    if kind in ("i", "I") and number <= len(_ROMAN):
        return _ROMAN[number - 1] if kind == "i" else _ROMAN[number - 1].upper()
    return str(number)


def _joined_text(run: Sequence[Element | str]) -> str:
    return "".join(_joined(run)).strip()


def _heading_text(element: Element) -> str:
    """Return a heading's text without the signs (`+`, `▼`) that show whether it is open."""
    inner = [child if isinstance(child, str) else _flat(child) for child in element.children]
    return one_line(_BARE_SYMBOLS.sub(" ", " ".join("".join(inner).split()).strip(" +−×▼▾›»")))


def _flat(element: Element) -> str:
    text = "".join(_joined(element.children)).replace("\n", " ")
    return f" {text} " if element.tag in BLOCKS or not re.search(r"\w", text) or element.tag == "br" else text


def _holds_blocks(element: Element) -> bool:
    return element.tag in BLOCKS or any(map(_holds_blocks, element.elements))


def _only_text(element: Element) -> list[Element | str] | None:
    """Return the running text of a block that holds nothing else, looking through blocks that hold only one; else None."""
    inner = [each for each in element.children if not isinstance(each, str) or each.strip()]
    if len(inner) == 1 and isinstance(inner[0], Element) and inner[0].tag in ("p", "div"):
        return _only_text(inner[0])
    if element.tag not in ("p", "div", "address") or any(isinstance(each, Element) and _holds_blocks(each) for each in inner):
        return None
    return list(element.children)


def _row(element: Element) -> str:
    """Return the line of what style sheets show as a row of a table ("Mon" beside "9–17"), else an empty text."""
    inner = [each for each in element.children if not isinstance(each, str) or each.strip()]
    cells = [each for each in inner if isinstance(each, Element) and each.text()]
    if not 2 <= len(cells) <= 5 or len(cells) < len(inner) or element.tag in ("td", "th", "p", "address"):
        return ""
    if any(cell.tag in HEADINGS or cell.tag in ("ul", "ol", "dl", "table", "p", "br") or _inner_blocks(cell) for cell in cells):
        return ""
    texts = [cell.text() for cell in cells]
    short = all(len(text.split()) <= _CELL_WORDS for text in texts) and sum(len(text.split()) for text in texts) <= _ROW_WORDS
    return " | ".join(map(one_line, texts)) if short and has_fact(" ".join(texts)) and not has_fact(texts[0]) else ""


def _inner_blocks(element: Element) -> bool:
    return any(map(_holds_blocks, element.elements))


def _is_bold(element: Element) -> bool:
    if element.tag in ("b", "strong") or _BOLD.search(element.attributes.get("style", "")):
        return True
    if element.tag == "font" and _LARGE.fullmatch(element.attributes.get("size", "")):
        return True
    inner = [each for each in element.children if not isinstance(each, str) or each.strip()]
    return len(inner) == 1 and isinstance(inner[0], Element) and _is_bold(inner[0])


def _is_layout(table: Element, rows: Sequence[Sequence[Element]]) -> bool:
    """Say whether a table only places things on the page."""
    cells = [cell for row in rows for cell in row]
    return (
        table.role in ("presentation", "none")
        or any(table.find("table", "h1", "h2", "h3", "h4", "form", "blockquote", "hr"))
        or max((sum(bool(cell.text()) for cell in row) for row in rows), default=0) < 2
        or any(sum(each.tag == "p" for each in cell.walk()) > 2 or any(cell.find("ul", "ol")) for cell in cells)
        or any(cell.words() > _PROSE_CELL_WORDS for cell in cells)
    )


def _own_table(row: Element) -> Element | None:
    return next((above for above in row.ancestors() if above.tag == "table"), None)


def _own_list(term: Element) -> Element | None:
    return next((above for above in term.ancestors() if above.tag == "dl"), None)


def _next_block(element: Element) -> Element | None:
    """Return the block that stands after an element, or after what holds it."""
    for each in (element, *element.ancestors()):
        for sibling in each.following():
            if isinstance(sibling, Element) and sibling.text():
                return sibling
            if isinstance(sibling, str) and sibling.strip():
                return None
    return None
