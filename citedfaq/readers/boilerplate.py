"""Boilerplate: what an article shows but nobody should be answered with (contents lists, repeats, references)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from citedfaq.readers.draft import Block, BlockKind

CONTENTS_HEADING = re.compile(
    r"(table of )?contents|(in|on) this (article|page|guide|post)|jump to( section)?", re.IGNORECASE
)
_REFERENCES_HEADING = re.compile(
    r"(sources|references|bibliography|citations|works cited|further reading|related (articles|posts|reading)|"
    r"(article )?sources and references|you (may|might) also like)",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"(?=.*(https?://|\bdoi:))(?=.*(\((19|20)\d\d[a-z]?\)|\b(19|20)\d\d\b[.;,:]))", re.DOTALL)
_OURS = re.compile(r"\b(we|our|us)\b", re.IGNORECASE)
_PAGE_LINE = re.compile(
    r"(tags?|categor(y|ies)|filed under|posted (in|on|by)|share this|related( articles| posts)?|last updated)\s*:|"
    r"other articles you\b|you (may|might) also (like|enjoy|be interested)|"
    r"(©|copyright\b|\(c\)\s*(19|20)\d\d)|home\s*[>»›/|]|"
    r"(last )?(updated|reviewed|published|modified|posted)( on)?\b.{0,12}\b(19|20)\d\d$|"
    r"((medically )?reviewed |written )?by (?-i:[A-Z][\w.'’-]*( [A-Z][\w.'’-]*){1,4})$|"
    r"page \d+( (of|/) \d+)?$|\d+ min(ute)?s? read$|\d* ?comments?$|leave a (comment|reply)$|"
    r"share (this|on)\b.{0,30}$|skip to (main )?content$|back to top$|(previous|next) (post|article)\b.{0,90}$",
    re.IGNORECASE,
)
_LEGAL_NOTICE = re.compile(
    r"for (general |purely )?(informational|educational|information|education)( (and|or)( \w+)?)?.{0,40}purposes only|"
    r"\b(articles?|page|information|content|guide|website|site|blog|material|post)\b.{0,120}"
    r"\bnot (intended as )?a substitute for (professional )?medical advice",
    re.IGNORECASE,
)
_INVITATION = re.compile(
    r"(?:^|[.!?:…]['\"”’)\]]*\s+|\b(?:please|simply|just|today,?|now,?|(?:ready|want|time|ways?) to)\s+)"
    r"(?:book (?:your|an?|now|online|today)\b|(?:schedule|reserve) (?:your|an?) \w+|(?:know|learn) more\b|"
    r"read (?:our|the full|more)\b|click (?:here|below)\b|sign up\b|subscribe\b|follow us\b|"
    r"(?:contact|call) us (?:now|today)\b|get in touch\b|"
    r"(?:experience|relieve|discover|start|try|feel) .{3,90}\btoday\b\W*$)",
    re.IGNORECASE,
)
_LINK_ON = re.compile(r"(learn more|read (our|the full|more)|click (here|below)|sign up|subscribe|follow us)\b", re.I)
_INVITATION_WORDS = 30
_ADVICE = re.compile(
    r"\d|\b(if|when|unless|until|before|stop|avoid|doctors?|clinicians?|gp|nurse|midwife|physicians?|pharmacist|"
    r"hospital|emergency|ambulance|hours|symptoms?|worse\w*|severe\w*|spread\w*|new pain|numb\w*|swell\w*|swollen|"
    r"bleed\w*|fever|rash|infect\w*|dizz\w*|faint\w*|pregnan\w*|allerg\w*)\b",
    re.IGNORECASE,
)
"""Words that make a line worth keeping even where it sounds like an invitation ("Call us today if pain spreads")."""

_ABOUT_BOOKING = re.compile(r"\b(book\w*|appointments?|contact\w*|reach|schedul\w*|reserv\w*)\b", re.IGNORECASE)
_REPEAT_WORDS = 4


def mark_boilerplate(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks with those that must not be served as answers turned into `boilerplate`.

    These are: contents lists and the questions of an FAQ listed above it, sections of references and single references
    (an address and a year), the lines of a web page around its article (tags, shares, related articles), legal
    notices, invitations to book or read on, any paragraph of four words or more that repeats an earlier one, and any
    list whose items all do. What answers a question is neither an invitation nor a repeat.
    """
    asked = {_folded(text, block) for block in blocks if _is_question(text, block)}
    repeats = _repeats(text, blocks)
    listing: int | None = None
    title: Block | None = None
    marked: list[Block] = []
    for position, block in enumerate(blocks):
        if block.kind in ("heading", "question"):
            content = text[block.start : block.end]
            opens = block.kind == "heading" and is_listing_title(content)
            listing = _section_level(content, block.level) if opens else _still_within(listing, block)
            marked.append(replace(block, kind="boilerplate", level=0) if opens else block)
            title = block
            continue
        repeated = position in repeats or _folded(text, block) in asked
        useless = listing is not None or repeated or _is_off_subject(text, blocks, position, title)
        marked.append(replace(block, kind="boilerplate", level=0) if useless else block)
    return tuple(_without_dangling_lead_ins(text, marked))


def is_page_line(content: str) -> bool:
    """Say whether a line belongs to the page around an article: a tag, a reference, a legal notice."""
    reference = _REFERENCE.match(content) and not _OURS.search(content)
    return bool(_PAGE_LINE.match(content) or reference or _LEGAL_NOTICE.search(content))


def is_surrounding_line(content: str) -> bool:
    """Say whether a line stands around an article: its tags, its day and author, a link to another article."""
    return bool(_PAGE_LINE.match(content))


def gives_advice(content: str) -> bool:
    """Say whether a text has a number, a condition or a warning."""
    return bool(_ADVICE.search(content))


def is_listing_title(content: str) -> bool:
    """Say whether a heading stands above a contents list or references."""
    title = content.strip(" :.")
    return bool(CONTENTS_HEADING.fullmatch(title) or _REFERENCES_HEADING.fullmatch(title))


def _is_off_subject(text: str, blocks: Sequence[Block], position: int, title: Block | None) -> bool:
    """Say whether a block is a line of the page or an invitation, and not what its heading or question asks for."""
    block = blocks[position]
    content = text[block.start : block.end]
    above = text[title.start : title.end] if title else ""
    if not _INVITATION.search(above):
        if title and blocks[position - 1] == title and _is_question(text, title):
            return False
        if _ABOUT_BOOKING.search(above) and not is_page_line(content):
            return False
    return is_page_line(content) or _is_invitation(content, block.kind)


def _is_invitation(content: str, kind: BlockKind) -> bool:
    if kind == "item":
        # "Book your next visit" is a step in a list of steps.
        return bool(_LINK_ON.match(content)) and not _ADVICE.search(content)
    short = content.count(" ") < _INVITATION_WORDS
    return short and bool(_INVITATION.search(content)) and not _ADVICE.search(content)


def _repeats(text: str, blocks: Sequence[Block]) -> set[int]:
    """Return the positions of the blocks that repeat an earlier one; items, one of their list or all another list.

    What stands right below a question is compared together with it: two questions may have one answer.
    """
    seen: set[str] = set()
    found: set[int] = set()
    for start, end in _stretches(blocks):
        keys = [_folded(text, block) for block in blocks[start:end]]
        if start and _is_question(text, blocks[start - 1]):
            keys[0] = f"{_folded(text, blocks[start - 1])}: {keys[0]}"
        whole = seen.issuperset(keys)
        within: set[str] = set()
        for number, key in enumerate(keys):
            if key.count(" ") >= _REPEAT_WORDS - 1 and (whole or key in within):
                found.add(start + number)
            within.add(key)
        seen |= within
    return found


def _stretches(blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """Yield the first position, and one past the last, of each list and of each block that is no item."""
    start = 0
    for position in range(1, len(blocks) + 1):
        if position == len(blocks) or not blocks[position].kind == blocks[start].kind == "item":
            yield start, position
            start = position


def _section_level(content: str, level: int) -> int:
    # A contents list has no headings of its own, so that any heading ends it; references may be grouped under some.
    return 6 if CONTENTS_HEADING.fullmatch(content.strip(" :.")) else level


def _still_within(listing: int | None, block: Block) -> int | None:
    deeper = listing is not None and block.kind == "heading" and block.level > listing
    return listing if deeper else None


def _is_question(text: str, block: Block) -> bool:
    return block.kind == "question" or (block.kind == "heading" and text[block.start : block.end].endswith("?"))


def _folded(text: str, block: Block) -> str:
    return " ".join(re.findall(r"\w+", text[block.start : block.end].casefold()))


def _without_dangling_lead_ins(text: str, blocks: list[Block]) -> Iterator[Block]:
    """Mark a paragraph that ends in a colon but whose list was boilerplate: alone it announces nothing."""
    for position, block in enumerate(blocks):
        leads = block.kind == "paragraph" and text[block.start : block.end].endswith(":")
        following = blocks[position + 1 : position + 2]
        kept = next((each.kind for each in blocks[position + 1 :] if each.kind != "boilerplate"), None)
        dangling = leads and (not following or (following[0].kind == "boilerplate" and kept != "item"))
        yield replace(block, kind="boilerplate") if dangling else block
