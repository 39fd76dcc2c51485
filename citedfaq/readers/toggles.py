"""What a reader opens with a click: accordions, tabs, panels that are hidden at first."""

import re

from citedfaq.readers.tree import HEADINGS, Element

_PANEL = re.compile(
    r"\b(accordion|collaps\w*|toggle|faqs?|tab|tabs|panel|pane|answer|question|expand\w*|content|body|details|drawer|"
    r"hidden text|spoiler|read more)\b"
)
_TITLE = re.compile(
    r"\b((accordion|faq|toggle|collapsible|collapse|tab|panel|expander)( \w+)? (title|header|heading|button|head|"
    r"question|trigger|q|label|toggle|link)|question|accordion|collapsible|faq q)(?=$|/)"
)
_MENU = re.compile(r"\b(nav\w*|menu|dropdown|hamburger)\b")
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NAMING = ("aria-expanded", "aria-controls", "data-target", "data-bs-target", "data-toggle", "data-bs-toggle")
_CLICKED = ("a", "button", "div", "span", "label")
_TITLE_WORDS = 30


def opened_ids(body: Element) -> set[str]:
    """Return the ids of what something on the page opens."""
    return {
        target.lstrip("#")
        for each in body.walk()
        for name in ("aria-controls", "data-target", "data-bs-target", "href")
        for target in each.attributes.get(name, "").split()
        if name != "href" or (target.startswith("#") and len(target) > 1)
    }


def is_hidden(element: Element, opened: set[str]) -> bool:
    """Say whether an element is never shown: hidden, and not opened by a click."""
    attributes = element.attributes
    hidden = "hidden" in attributes or bool(_HIDING_STYLE.search(attributes.get("style", "")))
    if not hidden and attributes.get("aria-hidden", "").lower() != "true":
        return False
    by_click = attributes.get("id") in opened or _PANEL.search(element.names) or element.role in ("tabpanel", "region")
    beside_title = element.parent is not None and any(opens(each) for each in element.parent.elements)
    return not (by_click or beside_title)


def opens(element: Element) -> bool:
    """Say whether an element is what a reader clicks to open an answer: the title in an accordion."""
    if element.tag in ("ul", "ol", "table", "dl", "main", "article", "section", "body", "p", "form", "details"):
        return False
    if not 0 < element.words() <= _TITLE_WORDS or (element.tag in ("div", "li") and any(element.find("p", "ul", "ol"))):
        return False
    above = [element, *element.ancestors()]
    if any(_MENU.search(each.names) or each.tag == "nav" for each in above[:4]):
        return False
    if element.tag == "button" and any(each.tag in HEADINGS or each.tag in ("summary", "dt") for each in above):
        return True
    toggles = (
        any(name in element.attributes for name in _NAMING) and element.attributes.get("data-bs-toggle") != "modal"
    )
    named = bool(_TITLE.search(element.names)) and element.tag in _CLICKED
    if element.tag in HEADINGS:
        return False
    return (toggles and element.tag in _CLICKED) or (named and not _holds_panel(element))


def title_panels(page: Element) -> None:
    """Put each tab's title into its panel as a heading, where it does not stand there yet, and take off the tabs."""
    by_id = {each.attributes["id"]: each for each in page.walk() if each.attributes.get("id")}
    for tabs in [each for each in page.walk() if each.role == "tablist" or each.tag in ("ul", "ol")]:
        titles = [each for each in tabs.walk() if _target(each) in by_id and each.text()]
        panels = [by_id[_target(each)] for each in titles]
        strict = tabs.role == "tablist"
        if len(titles) < 2 or any(tabs in panel.ancestors() or not panel.text() for panel in panels):
            continue
        if not strict and not all(
            panel.role == "tabpanel" or re.search(r"\b(tab|panel|pane)\b", panel.names) for panel in panels
        ):
            continue
        for title, panel in zip(titles, panels, strict=True):
            if not _stands_at(panel, title.text()):
                panel.insert(Element("h3", {}, None, [title.text()]))
        tabs.drop()


def _target(element: Element) -> str:
    attributes = element.attributes
    named = attributes.get("aria-controls") or attributes.get("data-bs-target") or attributes.get("data-target")
    link = attributes.get("href", "")
    return (named or (link if link.startswith("#") else "")).lstrip("#")


def _stands_at(panel: Element, title: str) -> bool:
    """Say whether a title opens its panel or stands right before it."""
    above = panel.before()
    return panel.text().startswith(title) or (above is not None and above.text() == title)


def _holds_panel(element: Element) -> bool:
    if any(
        inner.tag == "button" or any(name in inner.attributes for name in _NAMING) for inner in element.find(*_CLICKED)
    ):
        return True
    return any(
        _PANEL.search(each.names) and not _TITLE.search(each.names) for each in element.walk() if each is not element
    )
