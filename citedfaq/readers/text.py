"""Plain text without mark-up, as clinics hand it over."""

import re
from collections.abc import Sequence

from citedfaq.readers.boilerplate import CONTENTS_HEADING, is_page_line, mark_boilerplate
from citedfaq.readers.decoding import decode, split_front_matter
from citedfaq.readers.draft import Draft, TextBuilder
from citedfaq.readers.lines import BULLET, Line, read_lines
from citedfaq.readers.outline import outline
from citedfaq.readers.wording import is_bare


def read_text(data: bytes, name: str) -> Draft:
    """Read a plain text file (front matter optional).

    Args:
        data: the file.
        name: the title to use where the text has none: it is the first line if that looks like a heading.

    Raises:
        UnreadableArticleError: it is empty, is not text, or its front matter does not parse.
    """
    front, body = split_front_matter(decode(data))
    lines = read_lines(body)
    contents = _contents_lines([line.text for line in lines])
    lines = [line for position, line in enumerate(lines) if position not in contents]
    builder = TextBuilder()
    _add_lines(lines, builder)
    text = builder.text()
    shown = (block for block in builder.blocks if not is_page_line(text[block.start : block.end]))
    first = next(shown, None)
    opening = text[first.start : first.end] if first and first.kind == "heading" else None
    title = front.title or (opening if opening and not CONTENTS_HEADING.fullmatch(opening) else name)
    return Draft(title, front.url, text, mark_boilerplate(text, builder.blocks), front.sources, front.reviewed)


def _add_lines(lines: Sequence[Line], builder: TextBuilder) -> None:
    for line, (role, level) in zip(lines, outline(lines), strict=True):
        bullet = BULLET.match(line.text)
        match role:
            case "heading":
                builder.add_title("heading", line.text, level)
            case "item" if bullet:
                mark = bullet[0] if bullet[0].strip("( ")[0].isalnum() and bullet[0][0] != "o" else "• "
                builder.add("item", line.text[bullet.end() :], level=1, mark=mark)
            case "item":
                builder.add("item", line.text, level=1)
            case _:
                builder.add_paragraph(line.text)


def _contents_lines(lines: Sequence[str]) -> set[int]:
    """Return the positions of contents lists: short lines below a contents heading, most of which come again."""
    folded = [_folded(line) for line in lines]
    last = {line: position for position, line in enumerate(folded)}
    found: set[int] = set()
    for position, line in enumerate(lines):
        if not CONTENTS_HEADING.fullmatch(line.strip(" :.")):
            continue
        start = end = position + 1
        listed: set[str] = set()
        while end < len(lines) and is_bare(lines[end]) and folded[end] not in listed:
            listed.add(folded[end])
            end += 1
        begins_text = end < len(lines) and folded[end] in listed
        while not begins_text and end > start and last[folded[end - 1]] < end:
            # Where no line of the list begins the text below it, one that does not come again may.
            end -= 1
        again = sum(last[each] >= end for each in folded[start:end])
        # A list of one line is as likely the first section, whose heading happens to come again.
        if end - start > 1 and 2 * again >= end - start:
            found.update(range(start, end))
    return found


def _folded(line: str) -> str:
    bullet = BULLET.match(line)
    return " ".join(re.findall(r"\w+", line[bullet.end() if bullet else 0 :].casefold()))
