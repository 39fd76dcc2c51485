"""`Draft`: the text and blocks of one file as its reader makes them, and the builder that keeps their offsets."""

import datetime
import re
import unicodedata
from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Literal

from citedfaq.readers.wording import ends_sentence, is_faq_title, is_short

BlockKind = Literal["heading", "question", "paragraph", "item", "boilerplate"]

_SEPARATOR = r"(?:[:.)]|[-–—](?=\s))"
_QUESTION_MARK = re.compile(rf"(?:[Qq]|(?i:question))\s*\d{{0,3}}\s*{_SEPARATOR}\s*(?=\S)")
_ANSWER_MARK = re.compile(rf"(?:(?:A|(?i:answer))\s*\d{{0,3}}\s*{_SEPARATOR}|a\s*\d{{0,3}}\s*:)\s*(?=\S)")
_BARE_ANSWER_MARK = re.compile(r"(?:A|(?i:answer))\s*\d{0,3}\s*[:.)]")
_ANSWER_INSIDE = re.compile(r"(?<=\?)\s*(?:A|(?i:answer))\s*\d{0,3}\s*[:.]\s+(?=\S)")
_NUMBER = re.compile(r"\(?\d{1,2}[.)]\s+(?=\S)")
_DOT = re.compile(r"(?:[•‣◦▪▫●○■□◆►▶➢➤]\s*|·\s+)(?=\S)")
_DASH = re.compile(r"[–—]\s+(?=\S)")
_BLANKS = re.compile(r"[^\S\n]+")

UNSEEN = ("Cc", "Cf", "Cn", "Co", "Cs")
"""Unicode categories without a visible sign: control, format, unassigned, private use, surrogate. Among them are those
that turn the writing direction and could make a quote read otherwise than its article."""


class UnreadableArticleError(Exception):
    """A file gives no article; the message says why in a few words."""


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, FAQ question, paragraph, list item or piece of boilerplate: `text[start:end]`.

    Attributes:
        kind: `boilerplate` is shown to readers but never served as an answer (contents lists, repeats, references).
        start: first code point.
        end: one past the last code point.
        level: 1 to 6 for headings; nesting, from 1, for items; 0 otherwise.
        wordings: of a heading or question: other wordings in which patients ask it; never shown.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    wordings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reader found in one file; `articles.Article` says what the fields mean."""

    title: str
    url: str | None
    text: str
    blocks: tuple[Block, ...]
    sources: tuple[str, ...]
    reviewed: datetime.date | None


@dataclass(slots=True)
class TextBuilder:
    """Collects an article's visible text block by block, so that every offset is known from the first cut."""

    parts: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    length: int = 0
    _asked: bool = field(default=False, init=False)
    _title: str = field(default="", init=False)

    def add(self, kind: BlockKind, text: str, level: int = 0, mark: str = "") -> None:
        """Append one block.

        Args:
            kind: what it is.
            text: its text, of which `visible` is kept; an empty block is not added.
            level: of a heading or an item.
            mark: what readers see before it on its line (a bullet, `Q:`), which is no part of the block.
        """
        text = visible(text)
        if not text:
            return
        if self.blocks:
            follows_item = kind == "item" and self.blocks[-1].kind == "item"
            self._append("\n" if follows_item or mark.startswith("A") else "\n\n")
        self._append(mark)
        self.blocks.append(Block(kind, self.length, self.length + len(text), level))
        self._append(text)
        if kind in ("heading", "question"):
            self._title = text
        # "A. Smith wrote …" is no answer where no question stands before it.
        self._asked = kind == "question" or (kind == "heading" and text.endswith("?"))

    def add_title(self, kind: Literal["heading", "question"], text: str, level: int = 0) -> None:
        """Append a heading or an FAQ question; its number ("2.", "Q3:") or bullet is a mark before it."""
        text = one_line(text)
        found = _QUESTION_MARK.match(text) or _NUMBER.match(text) or _DOT.match(text)
        mark = found[0] if found else ""
        self.add(kind, text[len(mark) :], level, mark)

    def is_in_faq(self) -> bool:
        """Say whether what comes next stands below a question or the heading of an FAQ."""
        return self._title.endswith("?") or is_faq_title(self._title)

    def add_wordings(self, wordings: Sequence[str]) -> None:
        """Give the heading or question that was added last other wordings in which patients ask it."""
        if self.blocks and self.blocks[-1].kind in ("heading", "question"):
            more = tuple(filter(None, map(one_line, wordings)))
            self.blocks[-1] = replace(self.blocks[-1], wordings=self.blocks[-1].wordings + more)

    def add_paragraph(self, text: str) -> None:
        """Append a paragraph, or what stands in it: the parts of a `Q:`/`A:` pair, and items with a typed bullet.

        Each of these opens a line; the other lines continue the one before them.
        """
        lines = [line for line in visible(text).split("\n") if line]
        dashes = sum(bool(_DASH.match(line)) for line in lines) > 1
        start = 0
        for number in range(1, len(lines) + 1):
            if number == len(lines) or _opens(lines[number], dashes):
                self._add_marked(" ".join(lines[start:number]), dashes)
                start = number

    def add_lines(self, lines: Sequence[str]) -> None:
        """Append lines that were broken on purpose: items if all are short and without a full stop, else a paragraph.

        A line may itself hold line ends, which only fill the page.
        """
        kept = [line for line in map(one_line, lines) if line]
        if len(kept) > 1 and all(is_short(line) and not ends_sentence(line) and not is_marked(line) for line in kept):
            for line in kept:
                self.add("item", line, level=1)
        else:
            self.add_paragraph("\n".join(lines))

    def text(self) -> str:
        """Return the text so far."""
        return "".join(self.parts)

    def _add_marked(self, text: str, dashes: bool) -> None:
        if question := _QUESTION_MARK.match(text):
            asked, mark, rest = _split_answer(text[question.end() :])
            self.add("question", asked, mark=question[0])
            self.add("paragraph", rest, mark=mark)
        elif self._asked and (answer := _ANSWER_MARK.match(text)):
            self.add("paragraph", text[answer.end() :], mark=answer[0])
        elif self._asked and _BARE_ANSWER_MARK.fullmatch(text):
            self.add("boilerplate", text)
        elif bullet := _bullet(text, dashes):
            self.add("item", text[bullet.end() :], level=1, mark="• ")
        else:
            self.add("paragraph", text)

    def _append(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)


def without(text: str, blocks: Sequence[Block], positions: Set[int]) -> tuple[str, tuple[Block, ...]]:
    """Return a text and its blocks without those at some positions, and without the marks before them."""
    parts: list[str] = []
    kept: list[Block] = []
    length = end = 0
    for position, block in enumerate(blocks):
        before, end_before = text[end : block.start], end
        end = block.end
        if position in positions:
            continue
        before = before.lstrip("\n") if not kept else before
        if kept and position - 1 in positions and end_before and "\n\n" not in before:
            # The line end parted two items; now it parts this block from another one.
            before = f"\n\n{before.lstrip()}" if kept[-1].kind != block.kind else before
        parts += [before, text[block.start : block.end]]
        start = length + len(before)
        length = start + block.end - block.start
        kept.append(replace(block, start=start, end=length))
    return "".join(parts), tuple(kept)


def visible(text: str) -> str:
    r"""Return what a reader sees of a text: no invisible characters, and single spaces between words.

    Characters of the categories `UNSEEN` are dropped. Every run of blanks becomes one space; line ends (`\n`) stay,
    without blanks around them.
    """
    if not text.isprintable():
        text = _BLANKS.sub(" ", text)
        text = "".join(char for char in text if char == "\n" or unicodedata.category(char) not in UNSEEN)
    return "\n".join(" ".join(line.split()) for line in text.strip().split("\n"))


def one_line(text: str) -> str:
    """Return what a reader sees of a text, on one line."""
    return " ".join(visible(text).split())


def is_marked(line: str) -> bool:
    """Say whether a line opens with the mark of an FAQ pair (`Q:`, `Question 3.`, `A:`)."""
    return bool(_QUESTION_MARK.match(line) or _ANSWER_MARK.match(line))


def _split_answer(text: str) -> tuple[str, str, str]:
    """Split "Does it hurt? A: No." into the question, the answer's mark and the answer."""
    found = _ANSWER_INSIDE.search(text)
    return (text[: found.start()], found[0].lstrip(), text[found.end() :]) if found else (text, "", "")


def _opens(line: str, dashes: bool) -> bool:
    return is_marked(line) or bool(_BARE_ANSWER_MARK.fullmatch(line) or _bullet(line, dashes))


def _bullet(line: str, dashes: bool) -> re.Match[str] | None:
    # A dash may open a line of running text, but hardly two of them.
    return _DOT.match(line) or (_DASH.match(line) if dashes else None)
