"""The blocks of a web page's tree: headings, paragraphs, lists, tables, definitions and what opens with a click."""

from collections.abc import Callable, Sequence

from citedfaq.readers.draft import TextBuilder, is_marked, one_line
from citedfaq.readers.inline import heading_text, holds_blocks, is_bold, joined, joined_text, only_text, pieces, row
from citedfaq.readers.pagedata import fold
from citedfaq.readers.toggles import opens
from citedfaq.readers.tree import BLOCKS, HEADINGS, Element
from citedfaq.readers.wording import has_fact, is_bold_heading, is_question

_LOWEST = 6
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_PROSE_CELL_WORDS = 50
_DEFINITION_WORDS = 12
_TITLE_WORDS = 40
"""More words than this are no title, however they are marked."""


def add_tree(
    element: Element,
    builder: TextBuilder,
    questions: frozenset[str] = frozenset(),
    is_left_out: Callable[[str], bool] = lambda _line: False,
) -> None:
    """Append all that an element holds.

    Args:
        element: the element.
        builder: takes the blocks.
        questions: lines that are questions of an FAQ even without a question mark, folded.
        is_left_out: says of a line of running text that it is not shown.
    """
    _Emitter(builder, questions, is_left_out).add_all(element)


class _Emitter:
    """Follows a tree and hands each block to the builder."""

    def __init__(self, builder: TextBuilder, questions: frozenset[str], is_left_out: Callable[[str], bool]) -> None:
        self.builder = builder
        self.is_left_out = is_left_out
        self.questions = questions

    def add_all(self, element: Element) -> None:
        """Append what an element holds: stretches of running text, and blocks."""
        run: list[Element | str] = []
        for child in element.children:
            if isinstance(child, str) or not holds_blocks(child):
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
        elif element.tag in ("summary", "dt", "legend") or (opens(element) and element.words() <= _TITLE_WORDS):
            self._add_title(heading_text(element))
        elif element.tag == "pre":
            self.builder.add_lines("".join(pieces(element, keep_lines=True)).split("\n"))
        elif line := row(element):
            self.builder.add("item", line, level=1)
        else:
            self.add_all(element)

    def _add_heading(self, element: Element, level: int) -> None:
        text = heading_text(element)
        if len(text.split()) > _TITLE_WORDS:
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
            if alone and is_bold(first):
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
                self._add_title(heading_text(first))
                return
        lines = [line for line in "".join(joined(run)).split("\n") if not self.is_left_out(one_line(line))]
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
        """Append a list item: its first text, then what else is in it; one that opens with a heading is a card."""
        parts = _item_parts(element)
        if parts is None:
            self.add_all(element)
            return
        if line := row(element):
            self.builder.add("item", line, level=level)
            return
        run, rest = parts
        text = one_line(joined_text(run).replace("\n", " "))
        if is_question(text) and any(each.tag not in ("ul", "ol") for each in rest):
            self.builder.add("question", text, mark=mark)
        elif is_marked(text):
            self.builder.add_paragraph(joined_text(run))
        else:
            self.builder.add("item", text, level=level, mark=mark)
        for each in rest:
            if each.tag in ("ul", "ol"):
                self._add_list(each, level + 1)
            elif each.tag in BLOCKS:
                self.add(each)
            else:
                self.add_all(Element("div", {}, None, [each]))

    def _add_definitions(self, element: Element) -> None:
        """Append definitions: questions with answers, terms with meanings, or days with hours on one line."""
        terms: list[str] = []
        for each in [inner for inner in element.walk() if inner.tag in ("dt", "dd") and _own_list(inner) is element]:
            if each.tag == "dt":
                terms.append(heading_text(each))
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


def _item_parts(element: Element) -> tuple[list[Element | str], list[Element]] | None:
    """Return a list item's first running text and the elements after it; None if it is no item but a card of blocks."""
    first = next((each for each in element.walk() if each is not element and each.tag in BLOCKS and each.text()), None)
    if first is not None and (first.tag in HEADINGS or first.tag in ("details", "dl", "table")):
        return None
    if any(opens(each) and each.tag in ("button", "a", "div") for each in element.elements):
        return None
    run: list[Element | str] = []
    rest: list[Element] = []
    for child in element.children:
        block = isinstance(child, Element) and holds_blocks(child)
        if rest or (block and joined_text(run)) or (isinstance(child, Element) and child.tag in ("ul", "ol")):
            rest.append(child if isinstance(child, Element) else Element("span", {}, None, [child]))
        elif isinstance(child, Element) and block:
            inner = only_text(child)
            if inner is None:
                return None
            run.extend(inner)
        else:
            run.append(child)
    return run, [each for each in rest if each.text()]


def _numeral(number: int, kind: str) -> str:
    """Return an item's number as its list writes it."""
    if kind in ("a", "A") and number <= 26:
        return chr(ord(kind) + number - 1)
    if kind in ("i", "I") and number <= len(_ROMAN):
        return _ROMAN[number - 1] if kind == "i" else _ROMAN[number - 1].upper()
    return str(number)


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
