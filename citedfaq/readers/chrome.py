"""The wording of what surrounds a page: class names, headings, buttons and lines that a whole site has in common."""

import re

from citedfaq.readers.boilerplate import is_surrounding_line

_CHROME = re.compile(
    r"\b(cookies?|consent|gdpr|ccpa|newsletter|mailchimp|mc embed|subscribe|breadcrumbs?|sharedaddy|addtoany|"
    r"share|sharing|"
    r"sharethis|comments?( (area|list|section|form|link|reply|respond))?|respond|disqus|pagination|pager|"
    r"page numbers|"
    r"skip( to)?( main)?( content)?( link)?|screen reader( text)?|visually hidden|sr only|testimonials?|"
    r"reviews?( slider)?|"
    r"pop ?up|modal|lightbox|off ?canvas|pre ?loader|loader|spinner|tag ?cloud|tags? (links|list)|author (box|bio)|"
    r"about (the )?author|byline|(post|entry|article) (meta|info)( \w+)?|edit link|lang(uage)?s?( (switch(er)?|"
    r"menu|selector))?|adsense|"
    r"advert\w*|chat( \w+)?|tawk\w*|intercom|(announcement|promo|alert|offer) (bar|strip)( \w+)?|copyright|site info|"
    r"nav ?bar|navigation|(main|site|primary|mobile|mega|nav|top|side|sub|header|footer) ?(nav|menu)( \w+)?|"
    r"(site|main|page|global)( \w+)? ?footer|footer (sections|widgets|area|bottom)|(site|main|global) ?header|"
    r"masthead|"
    r"top ?(bar|line|strip)|location (header|footer|popup)|(recent|related|popular|latest|similar) ?(posts?|"
    r"entries|articles?|"
    r"stories|news|comments|products)|post navigation|toc|table of contents|back to top|scroll ?(to )?top|login|"
    r"log in|"
    r"cart|floating cart|local tasks|social( \w+)?|follow us|google map|map fallback|wp admin( bar)?|messages|"
    r"widget (header|footer|reviews)|(happy )?(patients?|clients?) (say|quotes?)|carousel testimonials|"
    r"region (header|footer|breadcrumb|highlighted))"
    r"( (area|wrap(per)?|container|section|block|box|bar|list|links?|buttons?|icons?|items?|holder|inner|outer|"
    r"row|col|module|"
    r"form|group|content|grid|slider|\d+))*(?=$|/)|(^|/)(widget search|widget nav menu|widget recent \w+|"
    r"widget archive|widget categories|widget tag cloud)\b|"
    r"\b(cookie|cc) (notice|banner|bar|law|consent|window|popup|message)\b|\bnewsletter\b|\btestimonials?\b"
)
"""Wordings of a class or an id that nothing but the site around a page has; each must end the name."""

_OF_CARE = re.compile(
    r"\b(medic\w*|drugs?|annual|yearly|health|care|asthma|copd|diabet\w*|heart|kidney|pill|information|data|records?|"
    r"nurse|gp|doctor|nhs|treatment|appointment|needle|case)\s*$"
)
"""Words before which a wording means care and not the site: medication reviews, information sharing, health chat."""

_PERHAPS_CHROME = re.compile(
    r"\b(nav\w*|(?<!treatment )(?<!price )menu|menus|header|footer|foot|bottom( \w+)?|sidebar|side ?bar|side|"
    r"aside|widget|"
    r"promo\w*|banner|cta|call to action|toolbar|meta|feedback|search|print|tags?|categories|logos?|ratings?|"
    r"credits?|"
    r"offers?|related|popular|stats?|counters?|badge|brand|branding|partners|stars|sticky|fixed|links|carousel|"
    r"slider|tabs wrapper|accreditations?|awards)\b"
)
"""Wordings that content may have as well: what has them goes if it is mostly links, or a few words without a fact."""

_SIDE = re.compile(r"(?:^|/)(?:widget area|(?:\w+ )?side ?bar(?: \w+)?|secondary|rail|right ?col(?:umn)?)(?=$|/)")

_FOOT = re.compile(r"(?<!not )(?<!no )(?<!card )(?<!entry )(?<!table )\b(foot|footer|ft|bottom|colophon|imprint)\b")

_SIDE_HEADING = re.compile(
    r"(related|recent|latest|popular|similar|more|other|featured)( \w+)? (posts?|articles?|stories|news|pages|"
    r"reading|"
    r"comments|blogs?)|popular|you (may|might) also (like|enjoy|be interested in).*|(blog )?categories|"
    r"archives?|tags?|"
    r"share( this)?( (page|post|article|with .{0,20}))?|spread the word|follow( us| me)?( on .{0,30})?|"
    r"find us on (facebook|instagram|social media)|connect( with us)?|stay (in touch|connected|informed|up to date)|"
    r"(our )?newsletter|(subscribe|sign up)\b.{0,60}|join our .{0,30}(list|newsletter)|(\d+ |no )?comments?|"
    r"leave a (comment|reply)|(about|meet) the author|testimonials?|(google |patient |client |customer |"
    r"our )*reviews?|"
    r"(what|hear what|see what) (our |my |the )?(patients|clients|people|customers|others|"
    r"families)( \w+)? (say\w*|are saying|think)"
    r"( about \w+)?|kind words|(our )?happy (patients|clients|faces|customers|smiles)|"
    r"((patient|client|customer|success) )+(stories|testimonials|feedback|love)|(as )?(seen|featured) (in|on)|"
    r"in this section|"
    r"on this page|in this (article|page|post|guide)|(table of )?contents|quick ?links|useful site links|"
    r"navigation|menu|"
    r"twitter|facebook|instagram|youtube|tweets|was this (page|article|information) (helpful|useful)\??|"
    r"(instagram|twitter|facebook) feed|(our )?latest from .{0,30}|"
    r"((latest|more) )?(from|on) (our|the) (blog|journal|news)|(our )?(latest )?(blog|news)( posts?)?|(share|"
    r"rate) (your|this) (experience|page)|filed under|search( this site)?|site map|recently viewed",
    re.IGNORECASE,
)
"""Headings of what stands beside a page's own content."""

_CALL = re.compile(
    r"(please )?(book|schedule|request|reserve|make|get|arrange)( \w+){0,3} (now|online|today|here|"
    r"appointments?|consultations?|"
    r"sessions?|visits?|started|call ?back|quote|in touch|directions|treatment)( (now|online|today|here))?|"
    r"book( with \w+)?|"
    r"(call|phone|ring|email|text|contact|message|enquire)( us| now| today)*|choose|select|buy( now)?|"
    r"order( now)?|apply now|"
    r"(learn|read|find out|see|view|discover|know|show|load)( \w+)? (more|all|details|less)( about .{0,40})?|"
    r"more( info\w*)?|"
    r"details|continue( reading)?|(click|tap) here|back( to .{0,30})?|close|dismiss|ok(ay)?|got it|"
    r"accept( all)?|reject( all)?|"
    r"next|previous|prev|menu|print( this)?( page)?|share|tweet|pin|like|reply|send|submit|sign (up|in)|log ?in|"
    r"register|"
    r"download( now| pdf)?|start( chat| now)?|schedule|view larger map|(open|view) (in|on) (google )?maps?|"
    r"get directions|"
    r"print this page|(e-?mail (this )?to|tell) a friend|play( video)?|watch( video)?|follow( us)?|subscribe|"
    r"join( us| now)?|expand all|collapse all|top|edit|go|home",
    re.IGNORECASE,
)
"""What the words of a button are."""

_SITE_LINE = re.compile(
    r"(©|\(c\) ?(19|20)\d\d|copyright\b|all rights reserved|(proudly )?(powered|created|built|designed|hosted|"
    r"made) (by|with) |"
    r"(web)?site( design(ed)?)? by |web ?design |best viewed |you are visitor|visitor number|"
    r"(this|our) (web)?site uses cookies|we use cookies|we value your privacy|skip to |loading\b.{0,3}$|"
    r"thanks for submitting|your (message|submission) has been|javascript (is|must)|please enable javascript|"
    r"you are here:|home (>|»|/|›|::) )",
    re.IGNORECASE,
)

_MENTION = re.compile(
    r"(last |page )?(posted|published|updated|created|modified|written)\b.{0,25}\b(19|20)\d\d$|(hits|views|"
    r"reads)\s*:\s*[\d,]+$|"
    r"(page )?last reviewed\s*:|next review( due)?\s*:|(improve|edit|report a problem with) this page\b.{0,12}$|"
    r"this page was last (updated|modified)\b|(print|email) this\b.{0,12}$|(e-?mail (this )?to|tell) a friend\b",
    re.IGNORECASE,
)

_COPYRIGHT = re.compile(r"©|\bcopyright\b|\ball rights reserved\b|\(c\) ?(19|20)\d\d", re.IGNORECASE)

_INVITES = re.compile(
    r"\b(today|now|ready (to|for)|don['’]?t wait|book (your|an?|now|online)|schedule (your|an?)|get started|"
    r"first step|take the|"
    r"free (consultation|quote|trial)|sign up|get in touch|start your|discover|experience)\b",
    re.IGNORECASE,
)

_QUOTED = re.compile(r"[“\"„«].*[”\"»]", re.DOTALL)

_READ_OUT = re.compile(r"\b(screen reader|visually hidden|sr only)\b")
_LONG = 30
_CALL_SIGNS = " »→›.!"


def is_chrome(names: str) -> bool:
    """Say whether an element's names are those of the site around a page, whatever it holds."""
    found = _CHROME.search(names)
    return bool(found and not _OF_CARE.search(names[: found.start()]))


def is_read_out(names: str) -> bool:
    """Say whether an element's names are those of text for screen readers alone."""
    return bool(_READ_OUT.search(names))


def is_perhaps_chrome(names: str) -> bool:
    """Say whether an element's names are those of the site around a page, but content may have them as well."""
    return bool(_PERHAPS_CHROME.search(names))


def is_side(names: str) -> bool:
    """Say whether an element's names are those of what stands beside the content."""
    return bool(_SIDE.search(names))


def is_foot(names: str) -> bool:
    """Say whether an element's names are those of a foot."""
    return bool(_FOOT.search(names))


def is_side_heading(text: str) -> bool:
    """Say whether a heading stands above what is beside a page's own content: related posts, reviews, a newsletter."""
    return bool(_SIDE_HEADING.fullmatch(text.strip(" :.!")))


def is_call(text: str) -> bool:
    """Say whether a text is what buttons say."""
    return bool(_CALL.fullmatch(text.strip(_CALL_SIGNS)))


def invites(text: str) -> bool:
    """Say whether a text has the tone of an invitation."""
    return bool(_INVITES.search(text))


def is_quoted(text: str) -> bool:
    """Say whether a whole text stands in quotation marks."""
    return bool(_QUOTED.fullmatch(text))


def claims_copyright(text: str) -> bool:
    """Say whether a text is a line of copyright, or holds one."""
    return bool(_COPYRIGHT.search(text))


def is_site_text(text: str) -> bool:
    """Say whether a line belongs to the site: a copyright, a cookie notice, a day of change, signs between links."""
    if text and not re.search(r"\w", text):
        return True
    return 0 < len(text.split()) <= _LONG and bool(
        _SITE_LINE.match(text) or _MENTION.match(text) or is_surrounding_line(text)
    )
