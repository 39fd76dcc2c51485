"""Boilerplate: what an article shows but nobody should be answered with (contents lists, repeats, references)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from citedfaq.readers.draft import Block

CONTENTS_HEADING = re.compile(
    r"(table of )?contents|(in|on) this (article|page|guide|post)|jump to( section)?", re.IGNORECASE
)
_REFERENCES_HEADING = re.compile(
    r"(sources|references|bibliography|citations|works cited|further reading|related (articles|posts|reading)|"
    r"(article )?sources and references|you (may|might) also like)",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"(?=.*https?://)(?=.*\b(19|20)\d\d\b)", re.DOTALL)
_PAGE_LINE = re.compile(
    r"(tags?|categor(y|ies)|filed under|posted (in|on|by)|share this|related( articles| posts)?|last updated)\s*:|"
    r"other articles you\b|you (may|might) also (like|enjoy|be interested)|(©|copyright\b)",
    re.IGNORECASE,
)
_LEGAL_NOTICE = re.compile(
    r"for (general |purely )?(informational|educational|information|education)( (and|or)( \w+)?)?.{0,40}purposes only|"
    r"not (intended as )?a substitute for (professional )?medical advice",
    re.IGNORECASE,
)
_INVITATION = re.compile(
    r"\bbook (your|an?|now|online|today)\b|\b(schedule|reserve) (your|an?) \w+|\blearn more about\b|"
    r"\bwant to (know|learn) more\b|\bread (our|the full|more)\b|\bclick (here|below)\b|\bsign up\b|\bsubscribe\b|"
    r"\bfollow us\b|\b(contact|call) us (now|today)\b|\bget in touch\b|"
    r"\b(experience|relieve|discover|start|try|feel) .{3,90}\btoday\b\W*$",
    re.IGNORECASE,
)
_INVITATION_WORDS = 30
_ADVICE = re.compile(r"\d|\b(if|when|unless|stop|avoid|doctor|clinician|emergency|hours)\b", re.IGNORECASE)
"""Words that make a line worth keeping even where it sounds like an invitation ("Call us today if pain spreads")."""
_REPEAT_WORDS = 4


def mark_boilerplate(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks with those that must not be served as answers turned into `boilerplate`.

    These are: contents lists, sections of references and single references (an address and a year), the lines of a
    web page around its article (tags, shares, related articles), legal notices, invitations to book or read on, and
    any paragraph or item of four words or more that repeats an earlier one.
    """
    seen: set[str] = set()
    listing: int | None = None
    marked: list[Block] = []
    for block in blocks:
        content = text[block.start : block.end]
        if block.kind in ("heading", "question"):
            opens = block.kind == "heading" and _is_listing_title(content)
            listing = _section_level(content, block.level) if opens else _still_within(listing, block)
            marked.append(replace(block, kind="boilerplate", level=0) if opens else block)
            continue
        folded = " ".join(re.findall(r"\w+", content.casefold()))
        repeat = folded in seen and folded.count(" ") >= _REPEAT_WORDS - 1
        seen.add(folded)
        useless = listing is not None or repeat or is_page_line(content) or _is_invitation(content)
        marked.append(replace(block, kind="boilerplate", level=0) if useless else block)
    return tuple(_without_dangling_lead_ins(text, marked))


def is_page_line(content: str) -> bool:
    """Say whether a line belongs to the page around an article: a tag, a reference, a legal notice."""
    return bool(_PAGE_LINE.match(content) or _REFERENCE.match(content) or _LEGAL_NOTICE.search(content))


def _is_listing_title(content: str) -> bool:
    title = content.strip(" :.")
    return bool(CONTENTS_HEADING.fullmatch(title) or _REFERENCES_HEADING.fullmatch(title))


def _section_level(content: str, level: int) -> int:
    # A contents list has no headings of its own, so that any heading ends it; references may be grouped under some.
    return 6 if CONTENTS_HEADING.fullmatch(content.strip(" :.")) else level


def _still_within(listing: int | None, block: Block) -> int | None:
    deeper = listing is not None and block.kind == "heading" and block.level > listing
    return listing if deeper else None


def _is_invitation(content: str) -> bool:
    words = content.count(" ") + 1
    return words <= _INVITATION_WORDS and bool(_INVITATION.search(content)) and not _ADVICE.search(content)


def _without_dangling_lead_ins(text: str, blocks: list[Block]) -> Iterator[Block]:
    """Mark a paragraph that ends in a colon but whose list was boilerplate: alone it announces nothing."""
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        leads = block.kind == "paragraph" and text[block.start : block.end].endswith(":")
        dangling = leads and (following is None or following.kind == "boilerplate")
        yield replace(block, kind="boilerplate") if dangling else block
