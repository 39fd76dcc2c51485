"""Menus and buttons: what of a page is there to be clicked, not read."""

import re

from citedfaq.readers.chrome import is_call
from citedfaq.readers.toggles import opens
from citedfaq.readers.tree import BLOCKS, HEADINGS, Element
from citedfaq.readers.wording import has_fact

_BUTTON = re.compile(r"\b(btn|button|cta)\b")
_FILE = re.compile(r"\.(pdf|docx?|odt|rtf|xlsx?)([?#]|$)|^(mailto|tel|sms):", re.IGNORECASE)
_SITE_ROOT = re.compile(r"(https?://[^/]+)?/?(#(top)?|(index|default|home)\.\w+)?")
_BUTTON_WORDS = 8
_MENU_SHARE = 0.8
_MENU_WORDS = 4.5
"""Words of a menu's entry, on average, at most."""


def is_button(element: Element) -> bool:
    """Say whether an element is a button, or a block that holds nothing else."""
    if element.tag in ("html", "body") or element.tag in HEADINGS or opens(element):
        return False
    links = [element] if element.tag == "a" else list(element.find("a"))
    text = element.text()
    if not links and element.tag in BLOCKS | {"span"} and any(above.tag == "a" for above in element.ancestors()):
        # "Read more" at the end of a card that is one link.
        return is_call(text) and stands_alone(element)
    if not links or not text or len(text.split()) > _BUTTON_WORDS:
        return False
    if any(_FILE.search(link.attributes.get("href", "")) for link in links) and not is_call(text):
        return False
    looks = any(_BUTTON.search(each.names) for each in (*links, element))
    if element.tag == "a":
        alone = stands_alone(element)
        return bool((looks and not has_fact(text)) or (alone and is_call(text)))
    whole = " ".join(link.text() for link in links) == text
    return whole and (looks or is_call(text))


def is_link_list(element: Element) -> bool:
    """Say whether an element is a menu by its links alone: several short ones and hardly anything else."""
    if element.tag in HEADINGS or element.tag in ("li", "a", "body", "main", "article"):
        return False
    links = [link for link in element.find("a") if link.text()]
    if len(links) < 2:
        return False
    within = sum(link.attributes.get("href", "").startswith("#") for link in links)
    if within >= 2 and within == len(links) and link_share(element) > _MENU_SHARE:
        return True
    if has_fact(element.text()) or is_content_list(element):
        return False
    if any(_FILE.search(link.attributes.get("href", "")) for link in links):
        return False
    words = sum(link.words() for link in links)
    short = words / len(links) <= _MENU_WORDS
    separate = len(links) >= 3 or element.tag in ("ul", "ol", "nav")
    return separate and short and link_share(element) > _MENU_SHARE


def drop_link_runs(body: Element) -> None:
    """Take off menus that stand between blocks without one of their own: three short links or more in a row."""
    for element in list(body.walk()):
        if element.tag in ("p", "li", *HEADINGS) or not any(each.tag in BLOCKS for each in element.elements):
            continue
        run: list[Element] = []
        around = 0
        for child in [*element.children, None]:
            if isinstance(child, str):
                around += sum(map(str.isalpha, child))
            elif child is not None and child.tag not in BLOCKS and child.tag != "img":
                run.append(child)
            else:
                links = [each for each in run if each.tag == "a" and each.text() and not has_fact(each.text())]
                if len(links) >= 3 and not around and all(each in links or not each.text() for each in run):
                    for each in links:
                        each.drop()
                run, around = [], 0


def is_site_title(element: Element) -> bool:
    """Say whether a block is the site's name: nothing but a link to its start page."""
    links = list(element.find("a")) if element.tag in BLOCKS and element.tag != "li" else []
    if len(links) != 1 or links[0].text() != element.text():
        return False
    target = links[0].attributes.get("href", "-")
    # An address with a host may also be that of a partner.
    return bool(_SITE_ROOT.fullmatch(target)) and (element.tag in HEADINGS or not target.startswith("http"))


def is_content_list(element: Element) -> bool:
    """Say whether a list of links stands right below a heading or a lead-in among the page's content."""
    if element.tag not in ("ul", "ol"):
        return False
    inside = any(above.tag in ("main", "article") or above.role == "main" for above in element.ancestors())
    above = element.before()
    if above is None or element.parent is None:
        return False
    led = above.tag in HEADINGS or above.text().endswith(":")
    return led and (inside or len([each for each in element.parent.elements if each.text()]) > 3)


def stands_alone(link: Element) -> bool:
    """Say whether a link has a place of its own: no running text beside it."""
    siblings = link.parent.children if link.parent else []
    place = link.place()
    before = next((each for each in reversed(siblings[:place]) if _shows(each)), None)
    after = next((each for each in siblings[place + 1 :] if _shows(each)), None)
    return not any(
        isinstance(each, str) or (each is not None and each.tag not in BLOCKS and each.tag != "a")
        for each in (before, after)
    )


def link_share(element: Element) -> float:
    """Return the share of an element's words that are links to other pages; mail, telephone and files do not count."""
    words = element.words()
    linked = sum(link.words() for link in element.find("a") if _leads_on(link))
    return linked / words if words else 0.0


def _shows(each: Element | str) -> bool:
    return bool(each.strip() if isinstance(each, str) else each.text())


def _leads_on(link: Element) -> bool:
    target = link.attributes.get("href", "")
    if target.startswith("#") and any(above.tag in HEADINGS for above in link.ancestors()):
        # A heading that links to itself, so that its address can be copied.
        return False
    return not _FILE.search(target)


def is_labelled_as_button(element: Element) -> bool:
    """Say whether an element's names are those of a button."""
    return bool(_BUTTON.search(element.names))
