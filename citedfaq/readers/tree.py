"""A web page as a tree of elements: parsed by the rules of HTML 5 (by Lexbor), and easy to take branches off."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from selectolax.lexbor import LexborHTMLParser

HEADINGS = {f"h{level}": level for level in range(1, 7)}

BLOCKS = frozenset(HEADINGS) | {
    *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div"),
    *("dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "legend"),
    *("li", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "summary", "table", "tbody", "td", "tfoot"),
    *("th", "thead", "tr", "ul"),
}
"""Elements that stand on lines of their own."""

_DEEPEST = 150
"""Elements nested deeper than this hang from the one at this depth: real pages stay below 60."""

_NAME_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(eq=False)
class Element:
    """An element, or with an empty `tag` the page itself.

    Attributes:
        tag: its name in small letters.
        attributes: by name, without those that have no value but for an empty text in its place.
        parent: the element that holds it; None for the page and for what was taken off.
        children: elements and texts in order.
    """

    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: list["Element | str"] = field(default_factory=list)

    @property
    def elements(self) -> list["Element"]:
        """Its child elements."""
        return [child for child in self.children if isinstance(child, Element)]

    @cached_property
    def names(self) -> str:
        """Its classes and id as words, apart by `/`: `nav-menu siteHeader` is `nav menu/site header`."""
        each = f"{self.attributes.get('class', '')} {self.attributes.get('id', '')}".split()
        return "/".join(" ".join(_NAME_PARTS.findall(name)).lower() for name in each)

    @cached_property
    def role(self) -> str:
        """Its ARIA role."""
        return self.attributes.get("role", "").strip().lower()

    def walk(self) -> Iterator["Element"]:
        """Yield it and all elements in it, in order."""
        yield self
        for child in self.elements:
            yield from child.walk()

    def find(self, *tags: str) -> Iterator["Element"]:
        """Yield the elements in it with one of these tags."""
        return (each for each in self.walk() if each.tag in tags and each is not self)

    def text(self) -> str:
        """Return its text on one line; elements that stand on lines of their own are apart by a blank."""
        return " ".join("".join(self._texts()).split())

    def words(self) -> int:
        """Return how many words it holds; signs between them do not count."""
        return sum(any(map(str.isalnum, word)) for word in self.text().split())

    def ancestors(self) -> Iterator["Element"]:
        """Yield what holds it, innermost first."""
        above = self.parent
        while above is not None:
            yield above
            above = above.parent

    def drop(self) -> None:
        """Take it off the tree."""
        if self.parent is not None:
            self.parent.children = [child for child in self.parent.children if child is not self]
            self.parent = None

    def following(self) -> list["Element | str"]:
        """Return its siblings after it."""
        siblings = self.parent.children if self.parent else []
        place = next((number for number, each in enumerate(siblings) if each is self), len(siblings))
        return siblings[place + 1 :]

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag in BLOCKS or child.tag == "br":
                yield " "
                yield from child._texts()
                yield " "
            else:
                yield from child._texts()


def parse(html: str) -> Element:
    """Return the tree of a page; comments are left out."""
    root = LexborHTMLParser(html).root
    top = Element("", {})
    # By hand, not by recursion: a page may nest its elements without end.
    stack = [(root, top, 0)]
    while stack:
        node, parent, depth = stack.pop()
        if node is None:
            continue
        stack.append((node.next, parent, depth))
        if node.is_text_node:
            parent.children.append(node.text_content or "")
        elif node.is_element_node and node.tag:
            attributes = {name: value or "" for name, value in node.attributes.items()}
            element = Element(node.tag, attributes, parent)
            parent.children.append(element)
            flat = depth >= _DEEPEST
            stack.append((node.first_child, parent if flat else element, depth + (not flat)))
    return top
