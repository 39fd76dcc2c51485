"""A web page as a tree of elements: parsed by the rules of HTML 5 (by Lexbor), and easy to take branches off."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from selectolax.lexbor import LexborHTMLParser

HEADINGS = {f"h{level}": level for level in range(1, 7)}

BLOCKS = frozenset(HEADINGS) | {
    *(
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
    ),
    *("dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "legend"),
    *("li", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "summary", "table", "tbody", "td", "tfoot"),
    *("th", "thead", "tr", "ul"),
}
"""Elements that stand on lines of their own."""

_DEEPEST = 150
"""Of elements nested deeper than this only the text is kept: real pages stay below 60."""

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
    _joined: str | None = field(default=None, init=False, repr=False)
    _text: str | None = field(default=None, init=False, repr=False)
    _words: int | None = field(default=None, init=False, repr=False)
    _places: dict[int, int] | None = field(default=None, init=False, repr=False)

    @property
    def stands_apart(self) -> bool:
        """Whether it ends the line before it: a block, or a line end."""
        return self.tag in BLOCKS or self.tag == "br"

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
        if self._text is None:
            self._text = " ".join(self._raw().split())
        return self._text

    def words(self) -> int:
        """Return how many words it holds; signs between them do not count."""
        if self._words is None:
            self._words = sum(any(map(str.isalnum, word)) for word in self.text().split())
        return self._words

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
            self.parent._forget()
            self.parent = None

    def preceding(self, body: "Element") -> Iterator["Element | str"]:
        """Yield what stands before the element on its branch and on the branches that hold it, up to `body`."""
        branch = self
        while branch.parent is not None and branch is not body:
            for each in branch.parent.children:
                if each is branch:
                    break
                yield each
            branch = branch.parent

    def following(self) -> Iterator["Element | str"]:
        """Yield its siblings after it."""
        if self.parent is not None:
            siblings = self.parent.children
            yield from (siblings[number] for number in range(self.place() + 1, len(siblings)))

    def before(self) -> "Element | None":
        """Return the element among its siblings that stands right before it, whatever text is between."""
        siblings = self.parent.children if self.parent else []
        numbers = range(self.place() - 1, -1, -1) if self.parent else range(0)
        found = (siblings[number] for number in numbers)
        return next((each for each in found if isinstance(each, Element)), None)

    def place(self) -> int:
        """Return its number among what its parent holds, from 0; 0 without a parent."""
        if self.parent is None:
            return 0
        if self.parent._places is None:
            self.parent._places = {id(child): number for number, child in enumerate(self.parent.children)}
        return self.parent._places[id(self)]

    def insert(self, child: "Element") -> None:
        """Put an element before its other children."""
        child.parent = self
        self.children.insert(0, child)
        self._forget()

    def _raw(self) -> str:
        if self._joined is None:
            self._joined = "".join(
                child if isinstance(child, str) else f" {child._raw()} " if child.stands_apart else child._raw()
                for child in self.children
            )
        return self._joined

    def _forget(self) -> None:
        """Forget the texts that its children and those of what holds it made up."""
        self._places = None
        for each in (self, *self.ancestors()):
            each._joined = each._text = each._words = None


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
            if depth >= _DEEPEST:
                if node.tag in BLOCKS or node.tag == "br":
                    parent.children.append(" ")
                stack.append((node.first_child, parent, depth))
                continue
            attributes = {name: value or "" for name, value in node.attributes.items()}
            element = Element(node.tag, attributes, parent)
            parent.children.append(element)
            stack.append((node.first_child, element, depth + 1))
    return top
