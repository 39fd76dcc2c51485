"""Lines of a plain text file: which were one line before a program wrapped them, and which are marked headings.

Clinics hand over both layouts: a paragraph a line, and paragraphs wrapped at a fixed width with blank lines between.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from citedfaq.readers.draft import is_marked
from citedfaq.readers.wording import ends_sentence, is_short

BULLET = re.compile(
    r"(?:[•‣◦▪▫●○■□◆►▶➢➤]\s*|[-–](?=[A-Z][a-z])|"
    r"(?:[-*+·–—]|o(?=\s+[A-Z])|\(?(?:[a-z]|[ivx]{2,4})\)|\(?\d{1,2}[.)])\s+)(?=\S)"
)
NUMBER = re.compile(r"\(?\d{1,2}[.)]\s+(?=\S)")

_DASH = re.compile(r"[-–—]\s")
_MARKED_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*$")
_RULE = re.compile(r"(=|-|~|\*|_){3,}$")
_BOLD = re.compile(r"(\*\*|__)([^*_]+)\1")
_BARE_MARK = re.compile(r"(Q|A|Question|Answer)\s*\d{0,3}\s*[:.)]?")
_HYPHEN = re.compile(r"[^\W\d_]-$")
_TAB = 4
_WRAPPED_WIDTH = (40, 130)
_FULL, _NEARLY = 0.75, 0.9
"""A line that would have exceeded this share of the width with the next line's first word was wrapped there; the larger
share holds for a stanza that by itself does not show that it was wrapped."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file, or the lines that were one.

    Attributes:
        text: without blanks around it, and single ones in it.
        stanza: lines with the same number stand together, without a blank line between them.
        level: 1 to 6 if mark-up (`##`, an underline) says that it is a heading, else 0.
        indent: blanks before it.
    """

    text: str
    stanza: int
    level: int = 0
    indent: int = 0

    @property
    def width(self) -> int:
        """How far it reached in the file."""
        return self.indent + len(self.text)


def read_lines(body: str) -> list[Line]:
    """Return the lines of a decoded file, with wrapped ones joined and rules taken out."""
    stanzas = _stanzas(_with_marks(list(_marked_headings(_lines(body)))))
    wrapped = [_is_wrapped(stanza) for stanza in stanzas]
    widest = max((_width(stanza) for stanza, is_one in zip(stanzas, wrapped, strict=True) if is_one), default=0)
    joined: list[Line] = []
    for stanza, is_one in zip(stanzas, wrapped, strict=True):
        joined.extend(_joined(stanza, _width(stanza) if is_one else widest, loose=is_one))
    return joined


def _lines(body: str) -> Iterator[Line]:
    stanza = 0
    for raw in body.split("\n"):
        text = " ".join(raw.split())
        if bold := _BOLD.fullmatch(text):
            text = bold[2].strip()
        if text:
            line = raw.expandtabs(_TAB)
            yield Line(text, stanza, indent=len(line) - len(line.lstrip()))
        else:
            stanza += 1


def _marked_headings(lines: Iterator[Line]) -> Iterator[Line]:
    """Turn `## Heading` and headings underlined with a rule into lines with a level; drop other rules."""
    previous: Line | None = None
    for line in lines:
        if _RULE.fullmatch(line.text):
            if previous and previous.stanza == line.stanza and _is_underlined(previous):
                previous = replace(previous, level=1 if line.text[0] == "=" else 2)
            continue
        if previous:
            yield previous
        marked = _MARKED_HEADING.fullmatch(line.text)
        previous = replace(line, text=marked[2], level=len(marked[1])) if marked else line
    if previous:
        yield previous


def _is_underlined(line: Line) -> bool:
    # A rule may also close a section: then what stands above it is the end of a sentence or a list.
    return is_short(line.text) and not BULLET.match(line.text) and line.text[-1] not in ".,;!…"


def _with_marks(lines: Sequence[Line]) -> list[Line]:
    """Join a line that is only the mark of an FAQ pair ("Q", "A:") to the next one."""
    kept: list[Line] = []
    mark = ""
    for position, line in enumerate(lines):
        last = position + 1 == len(lines)
        if _BARE_MARK.fullmatch(line.text) and not last and not lines[position + 1].level and not line.level:
            mark = line.text.rstrip(":.) ")
            continue
        kept.append(replace(line, text=f"{mark}: {line.text}") if mark else line)
        mark = ""
    return kept


def _stanzas(lines: Sequence[Line]) -> list[list[Line]]:
    stanzas: list[list[Line]] = []
    for line in lines:
        if stanzas and stanzas[-1][0].stanza == line.stanza:
            stanzas[-1].append(line)
        else:
            stanzas.append([line])
    return stanzas


def _width(stanza: Sequence[Line]) -> int:
    return max(line.width for line in stanza)


def _is_wrapped(stanza: Sequence[Line]) -> bool:
    """Say whether a stanza was wrapped: most lines but the last run to nearly the same width, in mid-sentence."""
    low, high = _WRAPPED_WIDTH
    width = _width(stanza)
    if len(stanza) < 2 or not low <= width <= high:
        return False
    pairs = [pair for pair in itertools.pairwise(stanza) if not (is_marked(pair[1].text) or BULLET.match(pair[1].text))]
    small = [_opens_small(following) for _, following in pairs]
    if _opens_small(stanza[0]) or any(
        line.text.endswith(":") and is_one for (line, _), is_one in zip(pairs, small, strict=True)
    ):
        # A paragraph opens with a capital: this is a list without bullets.
        return False
    full = sum(line.width >= 0.7 * width for line, _ in pairs)
    return any(small) and full >= 0.6 * len(pairs) and sum(small) >= 0.5 * len(pairs)


def _opens_small(line: Line) -> bool:
    return line.text[0].islower() and not BULLET.match(line.text)


def _joined(stanza: Sequence[Line], width: int, *, loose: bool) -> Iterator[Line]:
    """Join lines of a stanza.

    Args:
        stanza: its lines.
        width: at which it, or the file's other stanzas, were wrapped; 0 if none were.
        loose: the stanza itself was wrapped.
    """
    whole, last = stanza[0], stanza[0]
    dashes = sum(bool(_DASH.match(line.text)) for line in stanza)
    for line in stanza[1:]:
        # A single dash that opens a line of a wrapped stanza is as likely a dash between two words.
        opens = is_marked(line.text) or bool(BULLET.match(line.text))
        if loose and dashes == 1 and _DASH.match(line.text) and not ends_sentence(last.text):
            opens = False
        if not opens and _continues(whole, last, line, width, loose=loose):
            # A hyphen at the end may part a word or join two: it stays, and nothing comes between.
            gap = "" if _HYPHEN.search(whole.text) and line.text[0].islower() else " "
            whole = replace(whole, text=f"{whole.text}{gap}{line.text}")
        else:
            yield whole
            whole = line
        last = line
    yield whole


def _continues(whole: Line, last: Line, line: Line, width: int, *, loose: bool) -> bool:
    """Say whether a line goes on with what the lines before it, joined to `whole`, began."""
    if line.level or whole.level:
        return False
    goes_on = _opens_small(line) and not ends_sentence(last.text)
    if BULLET.match(whole.text) and (line.indent > whole.indent or goes_on):
        return True
    if not width or last.width > width + 2:
        return False
    reached = last.width + 1 + len(line.text.split(" ", 1)[0])
    forced = reached > _FULL * width if loose else reached > _NEARLY * width and not ends_sentence(last.text)
    return forced or (loose and goes_on)
