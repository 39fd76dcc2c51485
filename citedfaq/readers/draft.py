"""`Draft`: the text and blocks of one file as its reader makes them, and the builder that keeps their offsets."""

import datetime
import re
from dataclasses import dataclass, field
from typing import Literal

BlockKind = Literal["heading", "question", "paragraph", "item", "boilerplate"]

_QUESTION_MARK = re.compile(r"(?:Q|Question)\s*\d{0,3}\s*[:.)]\s*(?=\S)", re.IGNORECASE)
_ANSWER_MARK = re.compile(r"(?:A|Answer)\s*\d{0,3}\s*[:.)]\s*(?=\S)", re.IGNORECASE)


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
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0


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

    def add(self, kind: BlockKind, text: str, level: int = 0, mark: str = "") -> None:
        """Append one block.

        Args:
            kind: what it is.
            text: its visible text; white space around it is dropped, and an empty block is not added.
            level: of a heading or an item.
            mark: what readers see before it on its line (a bullet, `Q:`), which is no part of the block.
        """
        text = text.strip()
        if not text:
            return
        if self.blocks:
            follows_item = kind == "item" and self.blocks[-1].kind == "item"
            self._append("\n" if follows_item or mark.startswith("A") else "\n\n")
        self._append(mark)
        self.blocks.append(Block(kind, self.length, self.length + len(text), level))
        self._append(text)

    def add_paragraph(self, text: str) -> None:
        """Append a paragraph, or the parts of a `Q:`/`A:` pair that stands in it (one mark at the start of a line)."""
        lines = text.strip().split("\n")
        start = 0
        for number in range(1, len(lines) + 1):
            if number == len(lines) or is_marked(lines[number].lstrip()):
                self._add_marked(" ".join(line.strip() for line in lines[start:number]))
                start = number

    def text(self) -> str:
        """Return the text so far."""
        return "".join(self.parts)

    def _add_marked(self, text: str) -> None:
        if question := _QUESTION_MARK.match(text):
            self.add("question", text[question.end() :], mark=text[: question.end()])
        elif answer := self._follows_question() and _ANSWER_MARK.match(text):
            self.add("paragraph", text[answer.end() :], mark=text[: answer.end()])
        else:
            self.add("paragraph", text)

    def _follows_question(self) -> bool:
        # "A. Smith wrote …" is no answer where no question stands before it.
        return bool(self.blocks) and self.blocks[-1].kind == "question"

    def _append(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)


def is_marked(line: str) -> bool:
    """Say whether a line opens with the mark of an FAQ pair (`Q:`, `Question 3.`, `A:`)."""
    return bool(_QUESTION_MARK.match(line) or _ANSWER_MARK.match(line))
