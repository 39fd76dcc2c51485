"""Pruning: taking everything off a web page's tree that is not its own content.

Extractors that were made for news pages drop what a small clinic's page is made of: short lines, lists of rules, tables
of prices, opening hours. This one goes the other way. It keeps everything but what its tag, its ARIA role, the wording
of its class and id, its heading, its links or its place show to belong to the site around the page. What was counted,
by `python benchmarks/pages.py`, stands in docs/articles.md.
"""

import re
from collections.abc import Callable, Iterator

from citedfaq.readers.boilerplate import is_surrounding_line
from citedfaq.readers.toggles import is_hidden, opened_ids, opens
from citedfaq.readers.tree import BLOCKS, HEADINGS, Element
from citedfaq.readers.wording import has_fact

_NEVER_SHOWN = frozenset({
    *("script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math", "canvas", "video", "audio"),
    *("map", "head", "select", "textarea", "input", "datalist", "output", "progress", "meter", "dialog", "nav", "search"),
    *("del", "s", "strike"),
})  # fmt: skip
_SITE_ROLES = frozenset({
    *("navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar", "toolbar"),
    *("progressbar", "tooltip"),
})  # fmt: skip

_CHROME = re.compile(
    r"\b(cookies?|consent|gdpr|ccpa|newsletter|mailchimp|mc embed|subscribe|breadcrumbs?|sharedaddy|addtoany|share|sharing|"
    r"sharethis|comments?( (area|list|section|form|link|reply|respond))?|respond|disqus|pagination|pager|page numbers|"
    r"skip( to)?( main)?( content)?( link)?|screen reader( text)?|visually hidden|sr only|testimonials?|reviews?( slider)?|"
    r"pop ?up|modal|lightbox|off ?canvas|pre ?loader|loader|spinner|tag ?cloud|tags? (links|list)|author (box|bio)|"
    r"about (the )?author|byline|(post|entry|article) (meta|info)( \w+)?|edit link|lang(uage)?s?( (switch(er)?|menu|selector))?|adsense|"
    r"advert\w*|chat( \w+)?|tawk\w*|intercom|(announcement|promo|alert|offer) (bar|strip)( \w+)?|copyright|site info|"
    r"nav ?bar|navigation|(main|site|primary|mobile|mega|nav|top|side|sub|header|footer) ?(nav|menu)( \w+)?|"
    r"(site|main|page|global)( \w+)? ?footer|footer (sections|widgets|area|bottom)|(site|main|global) ?header|masthead|"
    r"top ?(bar|line|strip)|location (header|footer|popup)|(recent|related|popular|latest|similar) ?(posts?|entries|articles?|"
    r"stories|news|comments|products)|post navigation|toc|table of contents|back to top|scroll ?(to )?top|login|log in|"
    r"cart|floating cart|local tasks|social( \w+)?|follow us|google map|map fallback|wp admin( bar)?|messages|"
    r"widget (header|footer|reviews)|(happy )?(patients?|clients?) (say|quotes?)|carousel testimonials|region (header|footer|breadcrumb|highlighted))"
    r"( (area|wrap(per)?|container|section|block|box|bar|list|links?|buttons?|icons?|items?|holder|inner|outer|row|col|module|"
    r"form|group|content|grid|slider|\d+))*(?=$|/)|(^|/)(widget search|widget nav menu|widget recent \w+|widget archive|widget categories|widget tag cloud)\b|"
    r"\b(cookie|cc) (notice|banner|bar|law|consent|window|popup|message)\b|\bnewsletter\b|\btestimonials?\b"
)
"""Wordings of a class or an id that nothing but the site around a page has; each must end the name."""

_PERHAPS_CHROME = re.compile(
    r"\b(nav\w*|(?<!treatment )(?<!price )menu|menus|header|footer|foot|bottom( \w+)?|sidebar|side ?bar|side|aside|widget|"
    r"promo\w*|banner|cta|call to action|toolbar|meta|feedback|search|print|tags?|categories|logos?|ratings?|credits?|"
    r"offers?|related|popular|stats?|counters?|badge|brand|branding|partners|stars|sticky|fixed|links|carousel|"
    r"slider|tabs wrapper|accreditations?|awards)\b"
)
"""Wordings that content may have as well: what has them goes if it is mostly links, or a few words without a fact."""

_SIDE = re.compile(r"(?:^|/)(?:widget area|(?:\w+ )?side ?bar(?: \w+)?|secondary|rail|right ?col(?:umn)?)(?=$|/)")

_SIDE_HEADING = re.compile(
    r"(related|recent|latest|popular|similar|more|other|featured)( \w+)? (posts?|articles?|stories|news|pages|reading|"
    r"comments|blogs?)|popular|you (may|might) also (like|enjoy|be interested in).*|(blog )?categories|archives?|tags?|"
    r"share( this)?( (page|post|article|with .{0,20}))?|spread the word|follow( us| me)?( on .{0,30})?|"
    r"find us on (facebook|instagram|social media)|connect( with us)?|stay (in touch|connected|informed|up to date)|"
    r"(our )?newsletter|(subscribe|sign up)\b.{0,60}|join our .{0,30}(list|newsletter)|(\d+ |no )?comments?|"
    r"leave a (comment|reply)|(about|meet) the author|testimonials?|(google |patient |client |customer |our )*reviews?|"
    r"(what|hear what|see what) (our |my |the )?(patients|clients|people|customers|others|families)( \w+)? (say\w*|are saying|think)"
    r"( about \w+)?|kind words|(our )?happy (patients|clients|faces|customers|smiles)|"
    r"((patient|client|customer|success) )+(stories|testimonials|feedback|love)|(as )?(seen|featured) (in|on)|in this section|"
    r"on this page|in this (article|page|post|guide)|(table of )?contents|quick ?links|useful site links|navigation|menu|"
    r"twitter|facebook|instagram|youtube|tweets|was this (page|article|information) (helpful|useful)\??|(instagram|twitter|facebook) feed|(our )?latest from .{0,30}|"
    r"(share|rate) (your|this) (experience|page)|filed under|search( this site)?|site map|recently viewed",
    re.IGNORECASE,
)
"""Headings of what stands beside a page's own content."""

_CALL = re.compile(
    r"(please )?(book|schedule|request|reserve|make|get|arrange)( \w+){0,3} (now|online|today|here|appointments?|consultations?|"
    r"sessions?|visits?|started|call ?back|quote|in touch|directions|treatment)( (now|online|today|here))?|book( with \w+)?|"
    r"(call|phone|ring|email|text|contact|message|enquire)( us| now| today)*|choose|select|buy( now)?|order( now)?|apply now|"
    r"(learn|read|find out|see|view|discover|know|show|load)( \w+)? (more|all|details|less)( about .{0,40})?|more( info\w*)?|"
    r"details|continue( reading)?|(click|tap) here|back( to .{0,30})?|close|dismiss|ok(ay)?|got it|accept( all)?|reject( all)?|"
    r"next|previous|prev|menu|print( this)?( page)?|share|tweet|pin|like|reply|send|submit|sign (up|in)|log ?in|register|"
    r"download( now| pdf)?|start( chat| now)?|schedule|view larger map|(open|view) (in|on) (google )?maps?|get directions|"
    r"print this page|(e-?mail (this )?to|tell) a friend|play( video)?|watch( video)?|follow( us)?|subscribe|join( us| now)?|expand all|collapse all|top|edit|go|home",
    re.IGNORECASE,
)
"""What the words of a button are."""

_SITE_LINE = re.compile(
    r"(©|\(c\) ?(19|20)\d\d|copyright\b|all rights reserved|(proudly )?(powered|created|built|designed|hosted|made) (by|with) |"
    r"(web)?site( design(ed)?)? by |web ?design |best viewed |you are visitor|visitor number|"
    r"(this|our) (web)?site uses cookies|we use cookies|we value your privacy|skip to |loading\b.{0,3}$|"
    r"thanks for submitting|your (message|submission) has been|javascript (is|must)|please enable javascript|"
    r"you are here:|home (>|»|/|›|::) )",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"©|\bcopyright\b|\ball rights reserved\b|\(c\) ?(19|20)\d\d", re.IGNORECASE)
_INVITES = re.compile(
    r"\b(today|now|ready to|don['’]?t wait|book (your|an?|now|online)|schedule (your|an?)|get started|first step|take the|"
    r"free (consultation|quote|trial)|sign up|get in touch|start your|discover|experience)\b",
    re.IGNORECASE,
)
_BUTTON = re.compile(r"\b(btn|button|cta)\b")
_FILE = re.compile(r"\.(pdf|docx?|odt|rtf|xlsx?)([?#]|$)|^(mailto|tel|sms):", re.IGNORECASE)

_MOST = 0.5
"""What holds a larger share of a page's words is never taken for its surroundings by the wording of a name."""

_FOOT = re.compile(r"(?<!not )(?<!no )(?<!card )(?<!entry )(?<!table )\b(foot|footer|ft|bottom|colophon|imprint)\b")
_SITE_ROOT = re.compile(r"(https?://[^/]+)?/?(#.*|(index|default|home)\.\w+)?")
_MENTION = re.compile(
    r"(last |page )?(posted|published|updated|created|modified|written)\b.{0,25}\b(19|20)\d\d$|(hits|views|reads)\s*:\s*[\d,]+$|"
    r"this page was last (updated|modified)\b|(print|email) this\b.{0,12}$|(e-?mail (this )?to|tell) a friend\b",
    re.IGNORECASE,
)

_UNSEEN = ("hidden", "submit", "button", "checkbox", "image")
_LONG = 30
_FEW = 25
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
        self.titles = [each for each in body.find("h1") if each.text() and _link_share(each) < _LINKED]

    def run(self) -> None:
        """Prune."""
        self._drop_controls()
        self._each(lambda each: each.tag in _NEVER_SHOWN or is_hidden(each, self.opened))
        self.total = max(1, self.body.words())
        self._each(self._is_site_role)
        self._each(self._is_site_name)
        self._each(self._is_header_or_footer)
        self._drop_named_feet()
        self._each(_is_site_title)
        self._each(self._is_aside)
        self._drop_by_headings()
        self._each(self._is_heading_with_button)
        self._each(self._is_button)
        self._each(self._is_link_list)
        self._each(self._is_call_to_action)
        self._drop_copyright()
        self._drop_before_title()
        self._each(_is_site_line)
        self._drop_after_content()

    def _each(self, goes: Callable[[Element], bool]) -> None:
        """Take off every element that goes; what is in it is not looked at."""
        stack = list(reversed(self.body.elements))
        while stack:
            element = stack.pop()
            if goes(element):
                element.drop()
            else:
                stack.extend(reversed(element.elements))

    def _is_main(self, element: Element) -> bool:
        """Say whether an element is, or holds, what must be the page's own content."""
        if element is self.body or any(element is each or element in each.ancestors() for each in self.mains):
            return True
        return element.words() > _MOST * self.total

    def _is_site_role(self, element: Element) -> bool:
        if element.role in _SITE_ROLES:
            return not self._is_main(element) and not (element.role == "banner" and self._holds_title(element))
        return False

    def _is_site_name(self, element: Element) -> bool:
        if element.tag in ("html", "body", "main", "article") or element.tag in HEADINGS or not element.names:
            return False
        named = _CHROME.search(element.names)
        if named and not self._is_main(element) and not self._holds_title(element):
            # "Reviews" may name a section of prose; what opens and closes is content whatever it is called.
            return not (named[0] in ("alert", "messages") and has_fact(element.text()))
        return False

    def _is_header_or_footer(self, element: Element) -> bool:
        if element.tag not in ("header", "footer") or self._is_main(element):
            return False
        inside = any(above.tag in ("article", "main", "section", "li", "blockquote") for above in element.ancestors())
        if element.tag == "footer":
            return not (inside and has_fact(element.text()) and _link_share(element) < _LINKED)
        return not (inside or self._holds_title(element))

    def _drop_named_feet(self) -> None:
        """Take off what its name calls a foot, if nothing but feet and closing lines follow it."""
        feet = [each for each in self.body.walk() if each.tag == "footer" or _FOOT.search(each.names)]
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
        if element.tag in HEADINGS or element.tag in ("body", "main", "article", "td") or self._is_main(element):
            return False
        if self._holds_title(element):
            return False
        if _is_side(element):
            note = any(above.tag in ("main", "article") for above in element.ancestors()) and not element.names
            return not (has_fact(element.text()) or (note and _link_share(element) < 0.3))
        if any(map(_is_side, element.ancestors())):
            holds_heading = any(element.find(*HEADINGS)) or element.tag in ("ul", "ol", "form")
            return holds_heading and not has_fact(element.text())
        if not _PERHAPS_CHROME.search(element.names):
            return False
        if _link_share(element) > _LINKED and not _is_content_list(element):
            return True
        return element.words() < _FEW and not has_fact(element.text()) and not any(element.find("h2", "h3", "li", "p"))

    def _drop_controls(self) -> None:
        """Take off buttons, labels and forms; a form that holds the whole page (as ASP.NET writes it) stays."""
        whole = max(1, self.body.words())

        def goes(element: Element) -> bool:
            if element.tag == "form":
                controls = sum(each.tag in ("button", "label") for each in element.walk())
                return element.words() < _MOST * whole and (controls > 0 or element.words() < _LONG)
            if element.tag == "label":
                return any(above.tag == "form" for above in element.ancestors()) or not opens(element)
            return element.tag == "button" and not opens(element)

        for form in list(self.body.find("form")):
            if form.parent is None or not goes(form):
                continue
            fields = [each for each in form.find("input", "textarea", "select") if each.attributes.get("type") not in _UNSEEN]
            if len(fields) <= 2 and any(each.attributes.get("type") == "email" for each in fields):
                self._drop_block_of(form)
            else:
                self._drop_title_of(form)
        self._each(goes)

    def _drop_block_of(self, form: Element) -> None:
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

    def _drop_title_of(self, form: Element) -> None:
        """Take off the heading right above a form that has nothing else below it."""
        above = form.before()
        below = next((each for each in form.following() if isinstance(each, Element)), None)
        if above is not None and above.tag in HEADINGS and (below is None or below.tag in HEADINGS):
            above.drop()

    def _drop_by_headings(self) -> None:
        headings = [each for each in self.body.walk() if each.tag in HEADINGS or _is_title_like(each)]
        for heading in headings:
            if heading.parent is not None and _SIDE_HEADING.fullmatch(heading.text().strip(" :.!")):
                self._drop_section(heading)

    def _drop_section(self, heading: Element) -> None:
        """Take off a heading with what stands below it."""
        branch = heading
        while (
            branch.parent is not None
            and branch.parent is not self.body
            and branch.parent.text() == heading.text()
            and branch.parent.tag not in ("main", "article")
        ):
            branch = branch.parent
        holder = branch.parent
        level = HEADINGS.get(heading.tag, 6)
        others = (each for each in branch.following() if isinstance(each, Element))
        next_one = next((each for each in others if _level(each) and _level(each) <= level), None)
        opens = holder is not None and holder.text().startswith(heading.text())
        whole = holder is not None and holder is not self.body and holder.tag not in ("main", "article")
        if whole and opens and next_one is None and holder is not None and holder.words() < _MOST * self.total:
            holder.drop()
            return
        for each in list(branch.following()):
            if each is next_one:
                break
            if isinstance(each, Element) and each.words() < _MOST * self.total:
                if any(HEADINGS.get(inner.tag, 7) <= level for inner in each.walk()) and each.tag not in ("ul", "ol", "div"):
                    break
                each.drop()
        branch.drop()

    def _is_button(self, element: Element) -> bool:
        """Say whether an element is a button, or a block that holds nothing else."""
        if element.tag in ("html", "body") or element.tag in HEADINGS or opens(element):
            return False
        links = [element] if element.tag == "a" else list(element.find("a"))
        text = element.text()
        if not links and element.tag in BLOCKS | {"span"} and any(above.tag == "a" for above in element.ancestors()):
            # "Read more" at the end of a card that is one link.
            return bool(_CALL.fullmatch(text.strip(" »→›.!"))) and _stands_alone(element)
        if not links or not text or len(text.split()) > 8:
            return False
        if any(_FILE.search(link.attributes.get("href", "")) for link in links) and not _CALL.fullmatch(text.strip(" »→›.!")):
            return False
        looks = any(_BUTTON.search(each.names) for each in (*links, element))
        if element.tag == "a":
            alone = _stands_alone(element)
            return bool((looks and not has_fact(text)) or (alone and _CALL.fullmatch(text.strip(" »→›.!"))))
        whole = " ".join(link.text() for link in links) == text
        return whole and (looks or bool(_CALL.fullmatch(text.strip(" »→›.!"))))

    def _is_heading_with_button(self, element: Element) -> bool:
        """Say whether a block is a slogan above a button."""
        if element.tag not in ("div", "section") or self._is_main(element) or self._holds_title(element):
            return False
        headings = [each for each in element.find(*HEADINGS) if each.text()]
        buttons = [each for each in element.find("a") if _BUTTON.search(each.names) and each.text()]
        if len(headings) != 1 or not buttons or headings[0].words() < _SLOGAN_WORDS or headings[0].text().endswith("?"):
            return False
        rest = element.words() - headings[0].words() - sum(each.words() for each in buttons)
        return rest <= 0 and not has_fact(element.text())

    def _is_link_list(self, element: Element) -> bool:
        """Say whether an element is a menu by its links alone: several short ones and hardly anything else."""
        if element.tag in HEADINGS or element.tag in ("li", "a", "body", "main", "article") or self._is_main(element):
            return False
        links = [link for link in element.find("a") if link.text()]
        if len(links) < 2 or has_fact(element.text()) or _is_content_list(element):
            return False
        within = sum(link.attributes.get("href", "").startswith("#") for link in links)
        if within >= 2 and within == len(links) and _link_share(element) > 0.8:
            return True
        if any(_FILE.search(link.attributes.get("href", "")) for link in links):
            return False
        words = sum(link.words() for link in links)
        short = words / len(links) <= 4.5
        separate = len(links) >= 3 or element.tag in ("ul", "ol", "nav")
        return separate and short and _link_share(element) > 0.8

    def _is_call_to_action(self, element: Element) -> bool:
        """Say whether a block holds nothing but an invitation."""
        if element.tag not in ("div", "section", "aside", "p") or self._is_main(element) or self._holds_title(element):
            return False
        text = element.text()
        return (
            0 < len(text.split()) <= _LONG
            and not has_fact(text)
            and not any(element.find("li", "td", "dd"))
            and bool(_INVITES.search(text))
            and (any(element.find("h2", "h3", "h4", "h5")) or len(text.split()) <= 8)
            and not re.search(r"\b(if|when|unless|until|before|after|avoid|stop|do not|must)\b", text, re.IGNORECASE)
        )

    def _drop_copyright(self) -> None:
        """Take off the foot of a page that has no better mark than its copyright line."""
        for element in list(self.body.walk()):
            own = " ".join(child for child in element.children if isinstance(child, str))
            if element is self.body or element.parent is None or not _COPYRIGHT.search(own):
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
        before = list(_before(title, self.body))
        words = [len(each.split()) if isinstance(each, str) else each.words() for each in before]
        if sum(words) > _MOST_BEFORE * self.total or max(words, default=0) > 2 * _LONG:
            return
        for each in before:
            if isinstance(each, Element):
                if not any(inner.tag == "p" and inner.words() >= 15 for inner in each.walk()):
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
            if _link_share(last) > 0.45 and last.words() < _LONG and not has_fact(last.text()) and len(list(last.find("a"))) > 1:
                last.drop()
            elif len(shown) == 1:
                holder = last
            else:
                return


def _is_side(element: Element) -> bool:
    return element.tag == "aside" or element.role == "complementary" or bool(_SIDE.search(element.names))


def _is_title_like(element: Element) -> bool:
    """Say whether an element is a heading but by its mark-up: a bold line, or one whose class says so."""
    if element.tag in ("b", "strong"):
        return element.parent is not None and element.parent.text() == element.text()
    return bool(re.search(r"\b(title|heading|headline)(?=$|/)", element.names)) and 0 < element.words() < 10


def _is_content_list(element: Element) -> bool:
    """Say whether a list of links stands right below a heading or a lead-in among the page's content."""
    if element.tag not in ("ul", "ol"):
        return False
    inside = any(above.tag in ("main", "article") or above.role == "main" for above in element.ancestors())
    above = element.before()
    if above is None or element.parent is None:
        return False
    led = above.tag in HEADINGS or above.text().endswith(":")
    return led and (inside or len([each for each in element.parent.elements if each.text()]) > 3)


def _words_after(element: Element) -> int:
    return sum(len(each.split()) if isinstance(each, str) else each.words() for each in element.following())


def _stands_alone(link: Element) -> bool:
    """Say whether a link has a place of its own: no running text beside it."""
    siblings = link.parent.children if link.parent else []
    place = link.place()
    before = next((each for each in reversed(siblings[:place]) if _shows(each)), None)
    after = next((each for each in siblings[place + 1 :] if _shows(each)), None)
    return not any(
        isinstance(each, str) or (each is not None and each.tag not in BLOCKS and each.tag != "a") for each in (before, after)
    )


def _shows(each: Element | str) -> bool:
    return bool(each.strip() if isinstance(each, str) else each.text())


def _link_share(element: Element) -> float:
    words = element.words()
    linked = sum(
        link.words() for link in element.find("a") if not _FILE.search(link.attributes.get("href", ""))
    )
    return linked / words if words else 0.0


def _level(element: Element) -> int:
    """Return the level of a heading, or of what holds nothing but one; else 0."""
    if element.tag in HEADINGS:
        return HEADINGS[element.tag]
    first = next((each for each in element.walk() if each.tag in HEADINGS), None)
    return HEADINGS[first.tag] if first is not None and first.text() == element.text() else 0


def _is_site_title(element: Element) -> bool:
    """Say whether a block is the site's name: nothing but a link to its start page."""
    links = list(element.find("a")) if element.tag in BLOCKS and element.tag != "li" else []
    if len(links) != 1 or links[0].text() != element.text():
        return False
    target = links[0].attributes.get("href", "-")
    # An address with a host may also be that of a partner.
    return bool(_SITE_ROOT.fullmatch(target)) and (element.tag in HEADINGS or not target.startswith("http"))


def _is_site_line(element: Element) -> bool:
    text = element.text()
    if text and not re.search(r"\w", text) and not any(element.find("img")):
        return True
    few = len(text.split()) <= 8
    if not few and any(each.tag in ("p", "div", "ul", "table", "section") for each in element.find(*BLOCKS)):
        return False
    return 0 < len(text.split()) <= _LONG and bool(
        _SITE_LINE.match(text) or _MENTION.match(text) or is_surrounding_line(text)
    )


def _before(title: Element, body: Element) -> Iterator[Element | str]:
    """Yield what stands before a heading on its branch and on the branches that hold it."""
    branch = title
    while branch.parent is not None and branch is not body:
        for each in branch.parent.children:
            if each is branch:
                break
            yield each
        branch = branch.parent
