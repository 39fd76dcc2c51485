"""An article's page: its text block by block, with the quoted stretch marked."""

import datetime
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from citedfaq.answer import review_state
from citedfaq.articles import Article
from citedfaq.links import marked_address, text_digest
from citedfaq.readers.draft import Block
from citedfaq.settings import Settings

_TOP_LEVEL, _DEEPEST = 2, 6
"""Headings of the page's text, below its own `h1`."""

Piece = tuple[str, bool, bool]
"""A stretch of text, whether it is marked, and whether it is the first one that is."""


@dataclass(frozen=True, slots=True)
class Item:
    """A list item; `level` is its nesting, from 1, and `mark` what readers see before it, such as `•` or `2.`."""

    level: int
    mark: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One block of the page.

    Attributes:
        kind: `heading`, `question`, `paragraph`, `boilerplate`, or `list`.
        level: 2 to 6 of a heading or question, never more than one below the heading before it.
        pieces: its text; empty of a list.
        items: of a list.
    """

    kind: str
    level: int
    pieces: tuple[Piece, ...]
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """What the page of an article shows.

    Attributes:
        title: of the article.
        url: its public address, or None.
        public_url: the same, with the marked text where there is one.
        review: in words, whether a clinician has reviewed it.
        reviewed: when, or None.
        sources: what it rests on.
        changed: the link names another version of the text, so that nothing is marked.
        marked: a stretch is marked.
        blocks: the text.
    """

    title: str
    url: str | None
    public_url: str | None
    review: str
    reviewed: datetime.date | None
    sources: tuple[str, ...]
    changed: bool
    marked: bool
    blocks: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """What a link points to: `text[start:end]` of the version of an article whose text has this digest."""

    start: int
    end: int
    digest: str


def article_page(article: Article, place: Place | None, settings: Settings, today: datetime.date) -> ArticlePage:
    """Lay an article out.

    Args:
        article: as ingested.
        place: what to mark; a place in another version of the text, or outside of it, is not.
        settings: how long a review holds.
        today: the day to judge that by.
    """
    changed = place is not None and place.digest != text_digest(article.text)
    inside = place is not None and 0 <= place.start < place.end <= len(article.text)
    span = (place.start, place.end) if place and inside and not changed else (0, 0)
    blocks = tuple(_parts(article, span))
    marked = any(piece[1] for part in blocks for piece in _pieces_of(part))
    public_url = article.url
    if article.url and marked:
        public_url = marked_address(article.url, article.text[slice(*span)])
    return ArticlePage(
        title=article.title,
        url=article.url,
        public_url=public_url,
        review=review_state(article, settings, today),
        reviewed=article.reviewed,
        sources=article.sources,
        changed=changed,
        marked=marked,
        blocks=blocks,
    )


def _parts(article: Article, span: tuple[int, int]) -> Iterator[Part]:
    blocks = article.blocks
    first = blocks[0] if blocks else None
    if first and first.kind == "heading" and article.text[first.start : first.end] == article.title:
        blocks = blocks[1:]
    before = dict(zip(article.blocks[1:], article.blocks, strict=False))

    def mark(block: Block) -> str:
        return article.text[before[block].end if block in before else 0 : block.start].strip()

    marker = _Marker(article.text, *span)
    level = _TOP_LEVEL - 1
    for is_list, group in itertools.groupby(blocks, key=lambda block: block.kind == "item"):
        if is_list:
            yield Part(
                "list", 0, (), tuple(Item(max(1, block.level), mark(block), marker.pieces(block)) for block in group)
            )
            continue
        for block in group:
            shown = 0
            if block.kind == "heading":
                shown = level = _level(block.level, level)
            elif block.kind == "question":
                # Questions stand beside each other, all below the heading before them.
                shown = min(level + 1, _DEEPEST)
            yield Part(block.kind, shown, marker.pieces(block))


def _level(written: int, before: int) -> int:
    # An article's own headings may start at any level and leave some out; a page's should not.
    return max(_TOP_LEVEL, min(written, before + 1, _DEEPEST))


def _pieces_of(part: Part) -> Sequence[Piece]:
    return [*part.pieces, *(piece for item in part.items for piece in item.pieces)]


class _Marker:
    """Cuts blocks where the marked stretch begins and ends, and remembers whether its first piece was met."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text, self._start, self._end = text, start, end
        self._met = False

    def pieces(self, block: Block) -> tuple[Piece, ...]:
        """Return a block's text in one to three pieces."""
        start = min(max(self._start, block.start), block.end)
        end = max(min(self._end, block.end), start)
        found: list[Piece] = []
        for begin, stop, marked in ((block.start, start, False), (start, end, True), (end, block.end, False)):
            if begin < stop:
                found.append((self._text[begin:stop], marked, marked and not self._met))
                self._met = self._met or marked
        return tuple(found)
