"""HTML as it stands in Markdown: its visible text, block by block."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from citedfaq.readers.draft import TextBuilder, one_line

HIDDEN = frozenset({"script", "style", "template", "title", "noscript", "del", "s", "strike"})
"""What stands in these is not shown, or is shown struck out: nobody must be answered with it."""

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_LOWEST = 6
_HOLDERS = frozenset(_HEADINGS) | {"summary", "dt", "dd", "li", "tr"}
_BLOCKS = _HOLDERS | {
    *("address", "article", "aside", "blockquote", "body", "caption", "center", "details", "div", "dl", "fieldset"),
    *("figcaption", "figure", "footer", "form", "header", "hr", "html", "main", "nav", "ol", "p", "pre", "section"),
    *("table", "tbody", "tfoot", "thead", "ul"),
}


def add_html(content: str, builder: TextBuilder) -> None:
    """Append the blocks of a piece of HTML, which may open or close elements that it does not hold whole."""
    reader = _HtmlReader(builder)
    # Python's parser raises an error for some marked sections (`<![`), and is slow where a comment does not end.
    reader.feed(_COMMENT.sub("", content).replace("<![", "<! ["))
    reader.close()
    reader.flush()


@dataclass(eq=False)
class _HtmlReader(HTMLParser):
    """Follows the tags and hands each finished stretch of text to the builder.

    Attributes:
        builder: takes the blocks.
        tag: the block-level tag that the stretch stands in; empty after its end.
        words: the stretch so far; `<br>` is a line end.
        hidden: how many elements are open whose text is not shown.
    """

    builder: TextBuilder
    tag: str = ""
    words: list[str] = field(default_factory=list)
    hidden: int = 0

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Begin a block, a line, or a stretch that is not shown."""
        if tag in HIDDEN:
            self.hidden += 1
        elif tag == "br":
            self.words.append("\n")
        elif tag in _BLOCKS:
            self._turn(tag, then=tag)

    def handle_endtag(self, tag: str) -> None:
        """End a block, a table's cell, or a stretch that is not shown."""
        if tag in HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        elif tag in ("td", "th"):
            self.words.append(" | ")
        elif tag in _BLOCKS:
            self._turn(tag, then="")

    def handle_data(self, data: str) -> None:
        """Keep text that is shown; a line end in it is a blank."""
        if not self.hidden:
            self.words.append(" ".join(f".{data}.".split())[1:-1])

    def flush(self) -> None:
        """Hand over the stretch so far."""
        text = "".join(self.words)
        self.words.clear()
        if self.tag in _HEADINGS:
            self.builder.add_title("heading", text, _HEADINGS[self.tag])
        elif self.tag in ("summary", "dt"):
            if one_line(text).endswith("?"):
                self.builder.add_title("question", text)
            else:
                self.builder.add_title("heading", text, _LOWEST)
        elif self.tag == "tr":
            self.builder.add("item", " | ".join(filter(None, map(one_line, text.split(" | ")))), level=1)
        elif self.tag == "li":
            self.builder.add("item", one_line(text), level=1, mark="• ")
        else:
            self.builder.add_lines(text.split("\n"))

    def _turn(self, tag: str, then: str) -> None:
        if tag in ("p", "div") and self.tag in _HOLDERS:
            # A paragraph within a list item, a heading or a table's cell is a part of it.
            self.words.append(" ")
            return
        self.flush()
        self.tag = then
