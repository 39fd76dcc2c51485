r"""Plain text without mark-up, as clinics hand it over: which line is a heading, a list item, a question, a paragraph.

A line of the file is a paragraph of its own, unless the lines of a stanza (a run of lines without a blank one) were
wrapped at a fixed width. A heading is a short line without a full stop that stands above text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from citedfaq.readers.boilerplate import CONTENTS_HEADING, is_page_line, mark_boilerplate
from citedfaq.readers.decoding import decode, split_front_matter
from citedfaq.readers.draft import Draft, TextBuilder, is_marked

_BULLET = re.compile(r"(?:[-*•‣◦▪·–—]|\(?[a-z]\)|\(?\d{1,2}[.)])\s+(?=\S)")
_NUMBER = re.compile(r"\d{1,2}[.)]\s+")
_MARKED_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*$")
_UNDERLINE = re.compile(r"(=|-|~|\*|_){3,}$")
_SENTENCE_END = re.compile(r"[.!?…;,:][\"'”’)\]]*$")
_QUOTATION_MARKS = ("“", '"', "‘", "'")
_HEADING_WORDS = 12
_HEADING_CHARACTERS = 90
_WRAPPED_WIDTH = (40, 100)
_LONG_PARAGRAPH_WORDS = 8


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    stanza: int
    """Lines with the same number stand together, without a blank line between them."""
    level: int = 0
    """1 to 6 if mark-up (`##`, an underline) says that the line is a heading."""


def read_text(data: bytes, name: str) -> Draft:
    """Read a plain text file (front matter optional).

    Args:
        data: the file.
        name: the title to use where the text has none: it is the first line if that looks like a heading.

    Raises:
        UnreadableArticleError: it is empty, is not text, or its front matter does not parse.
    """
    front, body = split_front_matter(decode(data))
    lines = list(_unwrapped(_marked_headings(_lines(body))))
    contents = _contents_lines([line.text for line in lines])
    builder = TextBuilder()
    _add_lines(lines, contents, builder)
    text = builder.text()
    first = builder.blocks[0] if builder.blocks else None
    opening = text[first.start : first.end] if first and first.kind == "heading" else None
    title = front.title or (opening if opening and not CONTENTS_HEADING.fullmatch(opening) else name)
    return Draft(title, front.url, text, mark_boilerplate(text, builder.blocks), front.sources, front.reviewed)


def _lines(body: str) -> Iterator[_Line]:
    stanza = 0
    for line in body.replace("\f", "\n\n").replace("\v", "\n").split("\n"):
        if line.strip():
            yield _Line(" ".join(line.split()), stanza)
        else:
            stanza += 1


def _marked_headings(lines: Iterator[_Line]) -> Iterator[_Line]:
    """Turn `## Heading` and headings underlined with a rule into lines with a level; drop other rules."""
    previous: _Line | None = None
    for line in lines:
        if _UNDERLINE.fullmatch(line.text):
            if previous and previous.stanza == line.stanza and _is_short(previous.text):
                previous = _Line(previous.text, previous.stanza, 1 if line.text[0] == "=" else 2)
            continue
        if previous:
            yield previous
        marked = _MARKED_HEADING.fullmatch(line.text)
        previous = _Line(marked[2], line.stanza, len(marked[1])) if marked else line
    if previous:
        yield previous


def _unwrapped(lines: Iterator[_Line]) -> Iterator[_Line]:
    """Join the lines of each stanza that was wrapped at a fixed width; items keep a line each."""
    stanza: list[_Line] = []
    for line in lines:
        if stanza and stanza[0].stanza != line.stanza:
            yield from _joined(stanza)
            stanza = []
        stanza.append(line)
    yield from _joined(stanza)


def _joined(stanza: Sequence[_Line]) -> Iterator[_Line]:
    if not _is_wrapped([line.text for line in stanza]):
        yield from stanza
        return
    text = ""
    for line in stanza:
        if text and (line.level or _BULLET.match(line.text) or is_marked(line.text)):
            yield _Line(text, line.stanza)
            text = ""
        if line.level:
            yield line
        else:
            text = f"{text} {line.text}".strip()
    if text:
        yield _Line(text, stanza[0].stanza)


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Say whether a stanza was wrapped: most lines but the last run to nearly the same width, in mid-sentence."""
    if len(lines) < 2:
        return False
    low, high = _WRAPPED_WIDTH
    width = max(map(len, lines))
    if width > high or width < low:
        return False
    inner = lines[:-1]
    full = sum(len(line) >= 0.7 * width for line in inner)
    open_ended = sum(
        not _SENTENCE_END.search(line) or following[:1].islower()
        for line, following in zip(inner, lines[1:], strict=True)
    )
    continued = any(following[:1].islower() for following in lines[1:])
    return full >= 0.6 * len(inner) and open_ended >= 0.5 * len(inner) and (continued or len(lines) > 3)


def _contents_lines(lines: Sequence[str]) -> set[int]:
    """Return the positions of contents lists: runs of short lines below a contents heading that all come again."""
    folded = [_folded(line) for line in lines]
    last = {line: position for position, line in enumerate(folded)}
    found: set[int] = set()
    for position, line in enumerate(lines):
        if not CONTENTS_HEADING.fullmatch(line.strip(" :.")):
            continue
        following = position + 1
        while following < len(lines) and last[folded[following]] > following and _is_short(lines[following]):
            following += 1
        # A list of one line is as likely the first section, whose heading happens to come again.
        if following - position > 2:
            found.update(range(position + 1, following))
    return found


def _add_lines(lines: Sequence[_Line], contents: set[int], builder: TextBuilder) -> None:
    kept = [line for position, line in enumerate(lines) if position not in contents]
    headings = [_is_heading(kept, position) for position in range(len(kept))]
    levels = _levels(kept, headings)
    pair: list[str] = []
    for position, line in enumerate(kept):
        bullet = _BULLET.match(line.text)
        if headings[position]:
            builder.add("heading", line.text if line.level else _NUMBER.sub("", line.text), level=levels[position])
        elif bullet and not is_marked(line.text):
            mark = bullet[0] if bullet[0][0].isalnum() or bullet[0][0] == "(" else "• "
            builder.add("item", line.text[bullet.end() :], level=1, mark=mark)
        else:
            # A `Q:` line and the `A:` line below it go in together.
            pair.append(line.text)
            follower = kept[position + 1].text if position + 1 < len(kept) else ""
            if not (is_marked(line.text) and is_marked(follower)):
                builder.add_paragraph("\n".join(pair))
                pair = []


def _levels(lines: Sequence[_Line], headings: Sequence[bool]) -> list[int]:
    """Return each heading's level, 0 for other lines.

    Where no mark-up tells it, the first line is the title (1), a heading above another heading is a chapter (2), one
    right below a chapter and those that follow it are sections (3); in a text without chapters all are chapters.
    """
    levels = [0] * len(lines)
    leaf = 2
    for position, line in enumerate(lines):
        if not headings[position]:
            continue
        contents = bool(CONTENTS_HEADING.fullmatch(line.text.strip(" :.")))
        if line.level:
            levels[position] = line.level
        elif position == 0 and not contents:
            levels[position] = 1
        elif contents or headings[position + 1 : position + 2] == [True]:
            levels[position] = leaf = 2
        else:
            leaf = 3 if levels[position - 1] == 2 and position > 1 else leaf
            levels[position] = leaf
    return levels


def _is_heading(lines: Sequence[_Line], position: int) -> bool:
    """Say whether a line is a heading: marked as one, or short, without a full stop, and above running text."""
    line = lines[position]
    following = lines[position + 1].text if position + 1 < len(lines) else ""
    if line.level:
        return True
    if not following or not _looks_like_heading(line.text, following):
        return False
    # One of several short lines in a stanza is a list without bullets or an address, not a heading.
    beside = [lines[other] for other in (position - 1, position + 1) if other >= 0]
    listed = [
        other.stanza == line.stanza and _is_short(other.text) and not _ends_sentence(other.text) for other in beside
    ]
    return len(listed) == 1 or not all(listed)


def _looks_like_heading(text: str, following: str) -> bool:
    numbered = _NUMBER.match(text)
    bare = text[numbered.end() :] if numbered else text
    if is_marked(text) or is_page_line(text) or (_BULLET.match(text) and not numbered):
        return False
    if numbered and _BULLET.match(following):
        return False
    opens = bare[:1].isupper() or bare[:1].isdigit() or bare[:1] in _QUOTATION_MARKS
    ends = bare.endswith("?") or not _ends_sentence(bare)
    above_text = _is_running_text(following) or _is_short(following)
    return _is_short(text) and opens and ends and above_text


def _ends_sentence(text: str) -> bool:
    return bool(_SENTENCE_END.search(text))


def _is_short(text: str) -> bool:
    return len(text) <= _HEADING_CHARACTERS and text.count(" ") < _HEADING_WORDS


def _is_running_text(text: str) -> bool:
    return _ends_sentence(text) or text.count(" ") + 1 >= _LONG_PARAGRAPH_WORDS or bool(_BULLET.match(text))


def _folded(line: str) -> str:
    return " ".join(re.findall(r"\w+", _NUMBER.sub("", line).casefold()))
