"""What stands on most web pages of one folder belongs to their site and not to any of them: it is taken off."""

import dataclasses
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from citedfaq.articles import Article
from citedfaq.readers.boilerplate import gives_advice
from citedfaq.readers.draft import without
from citedfaq.readers.wording import has_fact

_PAGES: Final = (".html", ".htm", ".xhtml")
_FEWEST: Final = 3
_SHARE: Final = 0.5
_MOST_TAKEN: Final = 0.4
"""A page that would lose more of its words than this share is no page with a repeated foot, but a near copy."""


def without_repeats(articles: Sequence[Article]) -> list[Article]:
    """Return articles in their order, those from web pages without what stands on half of the pages of their folder.

    At least three pages must have it. What gives a fact or advice (opening hours, "if it swells …") stays on the first
    page that has it, so that nothing a patient could ask for is lost. The digest of a page that lost something covers
    what it lost, since its text depends on it.
    """
    folders: dict[str, list[int]] = defaultdict(list)
    for number, article in enumerate(articles):
        if article.path.lower().endswith(_PAGES):
            folders[article.path.rpartition("/")[0]].append(number)
    result = list(articles)
    for numbers in folders.values():
        if len(numbers) < _FEWEST:
            continue
        pages = [articles[number] for number in numbers]
        keys = [[_key(page, position) for position in range(len(page.blocks))] for page in pages]
        counts = Counter(key for each in keys for key in set(each))
        repeated = {key for key, count in counts.items() if key and count >= max(_FEWEST, _SHARE * len(pages))}
        kept: set[str] = set()
        for number, page, each in zip(numbers, pages, keys, strict=True):
            result[number] = _without(page, each, repeated, kept)
    return result


def _without(page: Article, keys: Sequence[str], repeated: set[str], kept: set[str]) -> Article:
    gone: set[int] = set()
    for position, key in enumerate(keys):
        if key not in repeated or page.blocks[position].kind == "heading":
            continue
        content = _content(page, position)
        if (has_fact(content) or gives_advice(content)) and key not in kept:
            kept.add(key)
        else:
            gone.add(position)
    gone |= _bare_headings(page, keys, repeated, gone)
    lost = sum(len(_content(page, position).split()) for position in gone)
    if not gone or lost > _MOST_TAKEN * len(page.text.split()):
        return page
    text, blocks = without(page.text, page.blocks, gone)
    taken = "\0".join(_content(page, position) for position in sorted(gone))
    digest = hashlib.sha256(f"{page.digest}\0{taken}".encode()).hexdigest()
    return dataclasses.replace(page, text=text, blocks=blocks, digest=digest)


def _bare_headings(page: Article, keys: Sequence[str], repeated: set[str], gone: set[int]) -> set[int]:
    """Return the repeated headings below which nothing is left."""
    found: set[int] = set()
    bare = True
    for position in reversed(range(len(page.blocks))):
        if page.blocks[position].kind != "heading":
            bare = bare and position in gone
            continue
        followed_by_taken = position + 1 < len(keys) and (position + 1 in gone or position + 1 in found)
        if keys[position] in repeated and bare and followed_by_taken:
            found.add(position)
        bare = True
    return found


def _key(page: Article, position: int) -> str:
    return " ".join(re.findall(r"\w+", _content(page, position).casefold()))


def _content(page: Article, position: int) -> str:
    return page.text[page.blocks[position].start : page.blocks[position].end]
