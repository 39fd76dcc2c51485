"""Pruning: taking everything off a web page's tree that is not its own content.

Extractors that were made for news pages drop what a small clinic's page is made of: short lines, lists of rules, tables
of prices, opening hours. This one goes the other way. It keeps everything but what its tag, its ARIA role, the wording
of its class and id, its heading, its links or its place show to belong to the site around the page. What was counted,
by `python benchmarks/pages.py`, stands in docs/articles.md.
"""

from collections.abc import Callable

from citedfaq.readers.boilerplate import gives_advice
from citedfaq.readers.chrome import (
    claims_copyright,
    invites,
    is_chrome,
    is_foot,
    is_perhaps_chrome,
    is_quoted,
    is_read_out,
    is_side,
    is_site_text,
)
from citedfaq.readers.linked import (
    drop_link_runs,
    is_button,
    is_content_list,
    is_labelled_as_button,
    is_link_list,
    is_site_title,
    link_share,
    stands_alone,
)
from citedfaq.readers.sections import drop_controls, drop_each, drop_side_sections
from citedfaq.readers.toggles import is_hidden, opened_ids, opens
from citedfaq.readers.tree import BLOCKS, HEADINGS, Element
from citedfaq.readers.wording import has_fact

_NEVER_SHOWN = frozenset({
    *("script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math", "canvas", "video"),
    *("audio", "map", "head", "select", "textarea", "input", "datalist", "output", "progress", "meter", "dialog"),
    *("nav", "search", "del", "s", "strike"),
})  # fmt: skip
_SITE_ROLES = frozenset({
    *("navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar", "toolbar"),
    *("progressbar", "tooltip"),
})  # fmt: skip


_MOST = 0.5
"""What holds a larger share of a page's words is never taken for its surroundings by the wording of a name."""


_LONG = 30
_FEW = 25
_FEWEST_TOLD = 5
_TWINS = ("div", "section", "article", "table", "ul", "ol", "dl")
_TWIN_WORDS = 12
_PROSE_WORDS = 15
_SLOGAN_WORDS = 4
_LINKED = 0.6
_MOST_BEFORE = 0.25


def prune(page: Element) -> None:
    """Take off a page's tree whatever is not its own content (the page's `body` stays)."""
    body = next(page.find("body"), page)
    _Pruner(body).run()


class _Pruner:
    """One pass after the other over the tree; each is one way to tell content from surroundings."""

    def __init__(self, body: Element) -> None:
        self.body = body
        self.total = 1
        self.opened = opened_ids(body)
        self.mains = [each for each in body.walk() if each.tag == "main" or each.role == "main"]
        self.titles = [each for each in body.find("h1") if each.text() and link_share(each) < _LINKED]

    def run(self) -> None:
        """Prune."""
        drop_controls(self.body)
        self._each(lambda each: each.tag in _NEVER_SHOWN or is_hidden(each, self.opened))
        self.total = max(1, self.body.words())
        self._each(self._is_site_role)
        self._each(self._is_site_name)
        self._each(self._is_header_or_footer)
        self._drop_named_feet()
        self._each(is_site_title)
        self._each(self._is_aside)
        drop_side_sections(self.body, self.total)
        self._each(self._is_heading_with_button)
        self._each(is_button)
        self._each(lambda each: is_link_list(each) and not self._is_main(each))
        drop_link_runs(self.body)
        self._each(_is_praise)
        self._each(self._is_call_to_action)
        self._drop_copyright()
        self._drop_before_title()
        self._each(_is_site_line)
        self._drop_after_content()
        self._drop_twins()

    def _drop_twins(self) -> None:
        """Take off a block that stands on the page twice, as pages for wide and for small screens hold it.

        Not what stands right below a title: two questions may have one answer.
        """
        seen: dict[str, Element] = {}
        for element in list(self.body.walk()):
            if element.tag not in _TWINS or element.words() < _TWIN_WORDS:
                continue
            first = seen.setdefault(element.text(), element)
            if first is element or first in element.ancestors() or self.body not in element.ancestors():
                continue
            above = element.before()
            if above is None or not (above.tag in HEADINGS or above.tag in ("summary", "dt") or opens(above)):
                element.drop()

    def _each(self, goes: Callable[[Element], bool]) -> None:
        """Take off every element that goes; what is in it is not looked at."""
        drop_each(self.body, goes)

    def _is_main(self, element: Element) -> bool:
        """Say whether an element is, or holds, what must be the page's own content."""
        if element is self.body or any(element is each or element in each.ancestors() for each in self.mains):
            return True
        return element.words() > _MOST * self.total

    def _holds_page(self, element: Element) -> bool:
        return element.tag in ("", "html") or self._is_main(element) or self._holds_title(element)

    def _is_site_role(self, element: Element) -> bool:
        if element.role in _SITE_ROLES:
            return not self._is_main(element) and not (element.role == "banner" and self._holds_title(element))
        return False

    def _is_site_name(self, element: Element) -> bool:
        if element.tag in ("html", "body", "main", "article") or element.tag in HEADINGS or not element.names:
            return False
        if not is_chrome(element.names) or self._is_main(element) or self._holds_title(element):
            return False
        # Within a sentence a name says little ("comment" in an example), but for what only machines read out.
        return element.tag in BLOCKS or stands_alone(element) or is_read_out(element.names)

    def _is_header_or_footer(self, element: Element) -> bool:
        if element.tag not in ("header", "footer") or self._is_main(element):
            return False
        inside = any(above.tag in ("article", "main", "section", "li", "blockquote") for above in element.ancestors())
        if element.tag == "footer":
            return not (inside and has_fact(element.text()) and link_share(element) < _LINKED)
        return not (inside or self._holds_title(element))

    def _drop_named_feet(self) -> None:
        """Take off what its name calls a foot, if nothing but feet and closing lines follow it."""
        feet = [each for each in self.body.walk() if each.tag == "footer" or is_foot(each.names)]
        for foot in reversed(feet):
            if foot.parent is None or self._is_main(foot) or self._holds_title(foot) or foot.tag in HEADINGS:
                continue
            after = sum(_words_after(each) for each in (foot, *foot.ancestors()))
            if after <= _FEW and foot.words() < 0.3 * self.total:
                foot.drop()

    def _holds_title(self, element: Element) -> bool:
        """Say whether the page's only first heading stands in an element, and is no link to the start page."""
        titles = [each for each in self.titles if self.body in each.ancestors() and each.text()]
        return bool(titles) and all(element in each.ancestors() for each in titles)

    def _is_aside(self, element: Element) -> bool:
        """Say whether an element stands beside the content; what gives hours, a price, a number or an address stays."""
        fixed = element.tag in HEADINGS or element.tag in ("body", "main", "article", "td")
        if fixed or self._is_main(element) or self._holds_title(element):
            return False
        if _is_side(element):
            note = any(above.tag in ("main", "article") for above in element.ancestors()) and not element.names
            told = gives_advice(element.text()) and element.words() >= _FEWEST_TOLD
            return not (has_fact(element.text()) or ((note or told) and link_share(element) < 0.3))
        # A page with a side bar often says so in the names of what holds all of it.
        if any(_is_side(above) for above in element.ancestors() if not self._holds_page(above)):
            holds_heading = any(element.find(*HEADINGS)) or element.tag in ("ul", "ol", "form")
            told = has_fact(element.text()) or (gives_advice(element.text()) and link_share(element) < 0.3)
            return holds_heading and not told
        if not is_perhaps_chrome(element.names):
            return False
        if link_share(element) > _LINKED and not is_content_list(element):
            return True
        return element.words() < _FEW and not has_fact(element.text()) and not any(element.find("h2", "h3", "li", "p"))

    def _is_heading_with_button(self, element: Element) -> bool:
        """Say whether a block is a slogan above a button."""
        if element.tag not in ("div", "section") or self._is_main(element) or self._holds_title(element):
            return False
        headings = [each for each in element.find(*HEADINGS) if each.text()]
        buttons = [each for each in element.find("a") if is_labelled_as_button(each) and each.text()]
        if len(headings) != 1 or not buttons or headings[0].words() < _SLOGAN_WORDS:
            return False
        if headings[0].text().endswith("?") and not invites(headings[0].text()):
            return False
        rest = element.words() - headings[0].words() - sum(each.words() for each in buttons)
        return rest <= 0 and not gives_advice(element.text())

    def _is_call_to_action(self, element: Element) -> bool:
        """Say whether a block holds nothing but an invitation."""
        if element.tag not in ("div", "section", "aside", "p") or self._is_main(element) or self._holds_title(element):
            return False
        text = element.text()
        return (
            0 < len(text.split()) <= _LONG
            and not has_fact(text)
            and not any(element.find("li", "td", "dd"))
            and invites(text)
            and (any(element.find("h2", "h3", "h4", "h5")) or len(text.split()) <= 8)
            and not gives_advice(text)
        )

    def _drop_copyright(self) -> None:
        """Take off the foot of a page that has no better mark than its copyright line."""
        for element in list(self.body.walk()):
            own = " ".join(child for child in element.children if isinstance(child, str))
            if element is self.body or element.parent is None or not claims_copyright(own):
                continue
            foot = element
            while (
                foot.parent is not None
                and foot.parent is not self.body
                and foot.parent.tag not in ("main", "article", "table", "tbody", "html")
                and foot.parent.words() < max(_LONG, 0.3 * self.total)
                and not any(foot.parent.find("h1"))
            ):
                foot = foot.parent
            if foot.words() < max(_LONG, 0.3 * self.total):
                foot.drop()

    def _drop_before_title(self) -> None:
        """Take off what stands before the page's first heading, if that is little: an opening line, a logo, a badge."""
        title = next((each for each in self.body.walk() if each.tag == "h1" and each.text()), None)
        if title is None:
            return
        before = list(title.preceding(self.body))
        words = [len(each.split()) if isinstance(each, str) else each.words() for each in before]
        if sum(words) > _MOST_BEFORE * self.total or max(words, default=0) > 2 * _LONG:
            return
        for each in before:
            if isinstance(each, Element) and not any(
                inner.tag == "p" and inner.words() >= _PROSE_WORDS for inner in each.walk()
            ):
                each.drop()

    def _drop_after_content(self) -> None:
        """Take off blocks at the end of a page that are mostly links."""
        holder = self.body
        while True:
            shown = [each for each in holder.elements if each.text()]
            if not shown:
                return
            last = shown[-1]
            if last.tag in HEADINGS or last.tag in ("main", "article", "p", "ul", "ol", "table", "dl"):
                return
            if (
                link_share(last) > 0.45
                and last.words() < _LONG
                and not has_fact(last.text())
                and len(list(last.find("a"))) > 1
            ):
                last.drop()
            elif len(shown) == 1:
                holder = last
            else:
                return


def _is_side(element: Element) -> bool:
    return element.tag == "aside" or element.role == "complementary" or is_side(element.names)


def _words_after(element: Element) -> int:
    return sum(len(each.split()) if isinstance(each, str) else each.words() for each in element.following())


def _is_praise(element: Element) -> bool:
    """Say whether a block is what a patient said, in quotation marks, with the name."""
    if element.tag not in ("div", "section", "blockquote", "figure", "li"):
        return False
    parts = [each.text() for each in element.elements if each.text()]
    if not 2 <= len(parts) <= 3 or " ".join(parts) != element.text() or not is_quoted(parts[0]):
        return False
    return len(parts[0].split()) > 1 and len(" ".join(parts[1:]).split()) <= 8


def _is_site_line(element: Element) -> bool:
    text = element.text()
    few = len(text.split()) <= 8
    if not few and any(each.tag in ("p", "div", "ul", "table", "section") for each in element.find(*BLOCKS)):
        return False
    return is_site_text(text)
