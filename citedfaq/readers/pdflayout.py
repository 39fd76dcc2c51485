"""The lines of a PDF page in the order in which they are read: columns one after the other, tables row by row."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from citedfaq.readers.pdfwords import Page, Word
from citedfaq.readers.wording import has_fact

_WIDE_GAP = 1.3
"""A gap wider than this share of a line's height parts two columns or two cells; a blank has about a quarter."""

_GUTTER_LINES = 4
_COLUMN_WORDS = 2.8
_EDGE = 0.14
_MARGIN, _MARGIN_GAP = 0.075, 1.5
"""A line within this share of the page's height from its edge, and so many lines from the text, is no part of it."""

_PAGE_NUMBER = re.compile(r"\W*(page\s*)?\d{1,4}(\s*(of|/|\|)\s*\d{1,4})?\W*|[ivxl]{1,5}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Segment:
    """Words on one line without a wide gap between them; `top` counts from the page's lower edge, in points."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line in reading order.

    Attributes:
        text: its words; cells of a table are apart by ` | `.
        cells: how many there are; 1 where it is no row of a table.
        left: where it begins, in points.
        right: where it ends.
        bottom: its lower edge.
        top: its upper edge.
        size: the height of its type.
        bold: whether all of it is bold.
        column: lines with one number stand below one another in one column of one page.
    """

    text: str
    cells: int
    left: float
    right: float
    bottom: float
    top: float
    size: float
    bold: bool
    column: int


def read_lines(pages: Sequence[Page]) -> list[PrintedLine]:
    """Return all lines of a document in reading order, without running heads, feet and page numbers."""
    printed: list[PrintedLine] = []
    rows_by_page = [_rows(page) for page in pages]
    running = _running(rows_by_page, pages)
    column = 0
    for page, rows in zip(pages, rows_by_page, strict=True):
        kept = [row for number, row in enumerate(rows) if not _is_running(row, number, rows, page, running)]
        for zone in _zones(kept):
            column += 1
            printed.extend(_line(row, column) for row in zone)
    return printed


def _rows(page: Page) -> list[list[Segment]]:
    """Return a page's rows from top to bottom; each is its segments from left to right."""
    rows: list[list[Word]] = []
    for word in sorted(page.words, key=lambda word: (-(word.bottom + word.top) / 2, word.left)):
        middle = (word.bottom + word.top) / 2
        last = rows[-1] if rows else None
        if last and abs((last[0].bottom + last[0].top) / 2 - middle) < 0.45 * min(word.size, last[0].size):
            last.append(word)
        else:
            rows.append([word])
    return [list(_segments(sorted(row, key=lambda word: word.left))) for row in rows]


def _segments(words: Sequence[Word]) -> Iterator[Segment]:
    start = 0
    for number in range(1, len(words) + 1):
        gap = number < len(words) and words[number].left - max(word.right for word in words[start:number])
        if number == len(words) or gap > _WIDE_GAP * max(words[number].size, words[number - 1].size) * 0.72:
            part = words[start:number]
            if len(part) == 1 and re.fullmatch(r"[^\w\s]|\(?\w{1,2}[.)]", part[0].text) and number < len(words):
                # A bullet or a number, with a tab after it.
                continue
            yield _segment(part)
            start = number


def _segment(words: Sequence[Word]) -> Segment:
    sizes = Counter(round(word.size * 2) / 2 for word in words for _ in word.text)
    return Segment(
        text=" ".join(word.text for word in words),
        left=words[0].left,
        right=max(word.right for word in words),
        bottom=min(word.bottom for word in words),
        top=max(word.top for word in words),
        size=sizes.most_common(1)[0][0],
        bold=all(word.bold for word in words if any(map(str.isalnum, word.text))),
    )


def _zones(rows: Sequence[list[Segment]]) -> Iterator[list[list[Segment]]]:
    """Yield stretches of rows in reading order: whole rows, and the columns of a stretch that is set in columns."""
    found = _find_columns(rows)
    if found is None:
        if rows:
            yield list(rows)
        return
    start, end, gutter = found
    yield from _zones(rows[:start])
    for left in (True, False):
        sides = [[each for each in row if (each.right <= gutter) == left] for row in rows[start:end]]
        yield from _zones([side for side in sides if side])
    yield from _zones(rows[end:])


def _find_columns(rows: Sequence[list[Segment]]) -> tuple[int, int, float] | None:
    """Return the longest stretch of rows that is set in columns, and where the gap between two of them is."""
    best: tuple[int, int, float] | None = None
    places = {round((one.right + other.left) / 2) for row in rows for one, other in itertools.pairwise(row)}
    for gutter in sorted(places):
        start = 0
        for end in range(len(rows) + 1):
            if end < len(rows) and not any(each.left < gutter < each.right for each in rows[end]):
                continue
            if (best is None or end - start > best[1] - best[0]) and _are_columns(rows[start:end], gutter):
                best = (start, end, gutter)
            start = end + 1
    return best


def _are_columns(rows: Sequence[list[Segment]], gutter: float) -> bool:
    """Say whether rows are two columns of running text, not a table: several lines of several words on each side."""
    sides = [[each for row in rows for each in row if (each.right <= gutter) == left] for left in (True, False)]
    return all(
        len(side) >= _GUTTER_LINES
        and sum(len(each.text.split()) for each in side) / len(side) >= _COLUMN_WORDS
        and sum(bool(re.match(r"[a-z]", each.text)) for each in side) >= 0.2 * len(side)
        for side in sides
    )


def _line(row: Sequence[Segment], column: int) -> PrintedLine:
    return PrintedLine(
        text=" | ".join(each.text for each in row),
        cells=len(row),
        left=row[0].left,
        right=max(each.right for each in row),
        bottom=min(each.bottom for each in row),
        top=max(each.top for each in row),
        size=max(each.size for each in row),
        bold=all(each.bold for each in row),
        column=column,
    )


def _running(rows_by_page: Sequence[Sequence[list[Segment]]], pages: Sequence[Page]) -> set[str]:
    """Return the lines near the edges, without their digits, that come on half of the pages, and on two at least."""
    seen = Counter(
        key
        for page, rows in zip(pages, rows_by_page, strict=True)
        for key in {_key(row) for row in rows if _is_at_edge(row, page)}
    )
    return {key for key, count in seen.items() if count >= max(2, len(pages) / 2)}


def _is_running(
    row: Sequence[Segment], number: int, rows: Sequence[list[Segment]], page: Page, running: set[str]
) -> bool:
    if not _is_at_edge(row, page):
        return False
    outermost = number in (0, len(rows) - 1) and len(rows) > 1
    text = " ".join(each.text for each in row)
    if _key(row) in running or (outermost and bool(_PAGE_NUMBER.fullmatch(text))):
        return True
    # "Page 1 | Leaflet 911" gives no fact, although a number in it could be one.
    numbered = any(_PAGE_NUMBER.fullmatch(each.text) for each in row)
    return outermost and _is_in_margin(row, number, rows, page) and (numbered or not has_fact(text))


def _is_in_margin(row: Sequence[Segment], number: int, rows: Sequence[list[Segment]], page: Page) -> bool:
    """Say whether the first or the last row of a page stands apart in its margin, in type no larger than the text's."""
    middle = (row[0].bottom + row[0].top) / 2
    neighbour = rows[1] if number == 0 else rows[number - 1]
    gap = row[0].bottom - neighbour[0].top if number == 0 else neighbour[0].bottom - row[0].top
    sizes = sorted(each.size for other in rows for each in other)
    return (
        not _MARGIN * page.height < middle < (1 - _MARGIN) * page.height
        and gap > _MARGIN_GAP * row[0].size
        and row[0].size <= 1.05 * sizes[len(sizes) // 2]
    )


def _is_at_edge(row: Sequence[Segment], page: Page) -> bool:
    middle = (row[0].bottom + row[0].top) / 2
    return not _EDGE * page.height < middle < (1 - _EDGE) * page.height


def _key(row: Sequence[Segment]) -> str:
    return re.sub(r"\d+", "#", " ".join(each.text for each in row).casefold())
