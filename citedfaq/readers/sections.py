"""Forms, and the sections of a page whose heading says that they stand beside its content."""

import re
from collections.abc import Callable

from citedfaq.readers.chrome import is_side_heading
from citedfaq.readers.toggles import opens
from citedfaq.readers.tree import HEADINGS, Element
from citedfaq.readers.wording import has_fact

_UNSEEN = ("hidden", "submit", "button", "checkbox", "image")
_LONG = 30
_MOST = 0.5


def drop_each(body: Element, goes: Callable[[Element], bool]) -> None:
    """Take off every element that goes; what is in it is not looked at."""
    stack = list(reversed(body.elements))
    while stack:
        element = stack.pop()
        if goes(element):
            element.drop()
        else:
            stack.extend(reversed(element.elements))


def drop_controls(body: Element) -> None:
    """Take off buttons, labels and forms; a form that holds the whole page (as ASP.NET writes it) stays."""
    whole = max(1, body.words())

    def goes(element: Element) -> bool:
        if element.tag == "form":
            controls = sum(each.tag in ("button", "label") for each in element.walk())
            return element.words() < _MOST * whole and (controls > 0 or element.words() < _LONG)
        if element.tag == "label":
            return any(above.tag == "form" for above in element.ancestors()) or not opens(element)
        return element.tag == "button" and not opens(element)

    for form in list(body.find("form")):
        if form.parent is None or not goes(form):
            continue
        fields = [
            each for each in form.find("input", "textarea", "select") if each.attributes.get("type") not in _UNSEEN
        ]
        if len(fields) <= 2 and any(each.attributes.get("type") == "email" for each in fields):
            _drop_block_of(form)
        else:
            _drop_title_of(form)
    drop_each(body, goes)


def _drop_block_of(form: Element) -> None:
    """Take off what invites to a newsletter: the block around its form."""
    block = form
    while (
        block.parent is not None
        and block.parent.tag not in ("body", "main", "article")
        and block.parent.words() <= _LONG + form.words()
        and not has_fact(block.parent.text())
    ):
        block = block.parent
    block.drop()


def _drop_title_of(form: Element) -> None:
    """Take off the heading right above a form that has nothing else below it."""
    above = form.before()
    below = next((each for each in form.following() if isinstance(each, Element)), None)
    if above is not None and above.tag in HEADINGS and (below is None or below.tag in HEADINGS):
        above.drop()


def drop_side_sections(body: Element, total: int) -> None:
    """Take off the sections of a page, of so many words, whose heading names what stands beside its content."""
    headings = [each for each in body.walk() if each.tag in HEADINGS or _is_title_like(each)]
    for heading in headings:
        if heading.parent is not None and is_side_heading(heading.text()):
            _drop_section(heading, body, total)


def _drop_section(heading: Element, body: Element, total: int) -> None:
    """Take off a heading with what stands below it."""
    branch = heading
    while (
        branch.parent is not None
        and branch.parent is not body
        and branch.parent.text() == heading.text()
        and branch.parent.tag not in ("main", "article")
    ):
        branch = branch.parent
    holder = branch.parent
    level = HEADINGS.get(heading.tag, 6)
    others = (each for each in branch.following() if isinstance(each, Element))
    next_one = next((each for each in others if _level(each) and _level(each) <= level), None)
    first = holder is not None and holder.text().startswith(heading.text())
    whole = holder is not None and holder is not body and holder.tag not in ("main", "article")
    if whole and first and next_one is None and holder is not None and holder.words() < _MOST * total:
        holder.drop()
        return
    for each in list(branch.following()):
        if each is next_one:
            break
        if isinstance(each, Element) and each.words() < _MOST * total:
            if any(HEADINGS.get(inner.tag, 7) <= level for inner in each.walk()) and each.tag not in (
                "ul",
                "ol",
                "div",
            ):
                break
            each.drop()
    branch.drop()


def _is_title_like(element: Element) -> bool:
    """Say whether an element is a heading but by its mark-up: a bold line, or one whose class says so."""
    if element.tag in ("b", "strong"):
        return element.parent is not None and element.parent.text() == element.text()
    return bool(re.search(r"\b(title|heading|headline)(?=$|/)", element.names)) and 0 < element.words() < 10


def _level(element: Element) -> int:
    """Return the level of a heading, or of what holds nothing but one; else 0."""
    if element.tag in HEADINGS:
        return HEADINGS[element.tag]
    first = next((each for each in element.walk() if each.tag in HEADINGS), None)
    return HEADINGS[first.tag] if first is not None and first.text() == element.text() else 0
