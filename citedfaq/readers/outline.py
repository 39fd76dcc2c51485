"""The outline of a plain text: which line is a heading, a list item, a paragraph.

A heading is a short line without a full stop that stands above text. Several short lines in a row are a list without
bullets (or an address, or opening hours) below a heading or below a line that ends in a colon. Where a line may as well
be the last of a list as the heading of what follows, it is kept in the list: a list of warnings must not lose one.
"""

import re
from collections.abc import Sequence
from typing import Literal

from citedfaq.readers.boilerplate import CONTENTS_HEADING, is_listing_title, is_page_line
from citedfaq.readers.draft import is_marked
from citedfaq.readers.lines import BULLET, NUMBER, Line
from citedfaq.readers.wording import ends_sentence, is_bare, is_short, is_statement, is_title_case

Role = Literal["heading", "item", "text"]

_QUOTATION_MARKS = ("“", '"', "‘", "'")
_LONG_PARAGRAPH_WORDS = 8
_LABEL_WORDS = 8
_MOST_STACKED = 3
"""Headings that stand right above each other, with blank lines between: chapter, section and a stray one."""


def outline(lines: Sequence[Line]) -> list[tuple[Role, int]]:
    """Return each line's role, and for headings their level (1 to 6, otherwise 0)."""
    roles = _Roles(lines).all()
    return list(zip(roles, _levels(lines, roles), strict=True))


class _Roles:
    """Finds the role of each line, first from itself and its neighbours, then from the run of short lines it is in."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.roles: list[Role | None] = []

    def all(self) -> list[Role]:
        """Return the role of every line."""
        self.roles = [self._own_role(position) for position in range(len(self.lines))]
        for position in range(len(self.lines)):
            if self._is_lead_in(position):
                self._find_list_below(position)
        for position in range(len(self.lines)):
            if self.roles[position] is None and self._is_label(position):
                self.roles[position] = "heading"
        position = 0
        while position < len(self.lines):
            end = self._end_of_run(position)
            if end > position:
                self._decide_run(position, end)
            position = max(end, position + 1)
        return [role or "text" for role in self.roles]

    def _own_role(self, position: int) -> Role | None:
        line = self.lines[position]
        number, bullet = NUMBER.match(line.text), BULLET.match(line.text)
        role: Role | None = None
        if line.level or is_listing_title(line.text):
            role = "heading"
        elif is_marked(line.text) or is_page_line(line.text):
            role = "text"
        elif number:
            role = "heading" if self._is_numbered_heading(position, line.text[number.end() :]) else "item"
        elif bullet:
            role = "heading" if self._is_bulleted_question(position) else "item"
        return role

    def _is_numbered_heading(self, position: int, title: str) -> bool:
        line, before, after = self.lines[position], self._near(position - 1), self._near(position + 1)
        in_list = (before and _counts_on(before.text, line.text)) or (after and _counts_on(line.text, after.text))
        nested = after and BULLET.match(after.text) and after.indent > line.indent
        return not in_list and not nested and is_bare(title) and self._can_head(position, title)

    def _is_bulleted_question(self, position: int) -> bool:
        before, after = self._near(position - 1), self._near(position + 1)
        in_list = before and BULLET.match(before.text)
        return bool(self.lines[position].text.endswith("?") and after and not BULLET.match(after.text) and not in_list)

    def _is_lead_in(self, position: int) -> bool:
        return self.roles[position] in (None, "text") and self.lines[position].text.endswith(":")

    def _find_list_below(self, position: int) -> None:
        """Find the items of a list without bullets that stands right below its lead-in, if it does."""
        start = end = position + 1
        stanza = self.lines[position].stanza
        while end < len(self.lines) and self.lines[end].stanza == stanza and self._is_short_text(end):
            end += 1
        whole_stanza = end == len(self.lines) or self.lines[end].stanza != stanza
        if not whole_stanza or self.lines[0].stanza == self.lines[-1].stanza:
            # Where no blank line ends the list, only "fever;" and "open wounds," tell that they are items.
            end = start
            while end < len(self.lines) and self._is_short_text(end) and self.lines[end].text[-1] in ";,":
                end += 1
            end += end > start and end < len(self.lines) and self._is_short_text(end)
        if end - start > 1:
            self.roles[start:end] = ["item"] * (end - start)

    def _is_short_text(self, position: int) -> bool:
        text = self.lines[position].text
        return self.roles[position] is None and is_short(text) and not text.endswith(":")

    def _is_label(self, position: int) -> bool:
        """Say whether a line is a heading although it ends in a colon: "Before Your Visit:" above running text."""
        text = self.lines[position].text
        after = self._near(position + 1)
        return bool(
            text.endswith(":")
            and text.count(" ") < _LABEL_WORDS
            and (is_title_case(text) or text.isupper())
            and after
            and self.roles[position + 1] is None
            and _is_running_text(after.text)
        )

    def _end_of_run(self, start: int) -> int:
        """Return where a run of short lines ends: all in one stanza, or each in one of its own."""
        end = start
        while end < len(self.lines) and self._is_in_run(end) and (end == start or self._joins_run(start, end)):
            end += 1
            if self._asks(end - 1):
                break
        return end

    def _is_in_run(self, position: int) -> bool:
        return self.roles[position] is None and is_bare(self.lines[position].text)

    def _joins_run(self, start: int, position: int) -> bool:
        if self._asks(position):
            return False
        if self._same_stanza(start, start + 1):
            return self._same_stanza(start, position)
        alone = (
            not self._same_stanza(each - 1, each) and not self._same_stanza(each, each + 1)
            for each in (start, position)
        )
        return all(alone)

    def _asks(self, position: int) -> bool:
        """Say whether a line is a question that stands above its answer."""
        above = position > 0 and self.lines[position - 1].text.endswith(":") and self.roles[position - 1] != "heading"
        return not above and self.lines[position].text.endswith("?") and self._can_head(position)

    def _decide_run(self, start: int, end: int) -> None:
        led = start > 0 and self.lines[start - 1].text.endswith(":") and self.roles[start - 1] != "heading"
        count = end - start
        if count == 1:
            self.roles[start] = "heading" if self._is_single_heading(start, led=led) else "text"
            return
        tight = self._same_stanza(start, start + 1)
        listed = led or (tight and count > 2 and start > self._first() + 1 and self.roles[start - 1] == "heading")
        stacked = not listed and self._are_stacked(start, end, tight=tight)
        for position in range(start, end):
            first, last = position == start, position == end - 1
            heads = stacked or (first and not listed) or (last and self._stands_out(start + (not listed), end))
            self.roles[position] = "heading" if heads and self._can_head(position) else "item"
        if self.roles[start:end].count("item") == 1:
            self.roles[self.roles.index("item", start)] = "text"

    def _is_single_heading(self, position: int, *, led: bool) -> bool:
        after = self._near(position + 1)
        if after is None or not self._can_head(position):
            return False
        above_text = _is_running_text(after.text)
        within_stanza = position > 0 and self._same_stanza(position - 1, position)
        trails = within_stanza and not self._same_stanza(position, position + 1)
        answers = position > 0 and self.roles[position - 1] == "heading" and self._asks(position - 1)
        return above_text if led or trails else not answers or self._asks(position)

    def _are_stacked(self, start: int, end: int, *, tight: bool) -> bool:
        """Say whether all lines of a run are headings, one below the other: title, chapter, section."""
        after = self._near(end)
        count = end - start - (start == self._first())
        if after is None:
            return False
        if not tight:
            return count <= _MOST_STACKED
        return (
            count <= 2 and _is_running_text(after.text) and (start == self._first() or self._same_stanza(end - 1, end))
        )

    def _stands_out(self, start: int, end: int) -> bool:
        """Say whether the last line of a run is a heading by its looks: in another case than those before it."""
        after = self._near(end)
        *others, last = (line.text for line in self.lines[start:end])
        if after is None or not others or not _is_running_text(after.text):
            return False
        several = [other for other in others if " " in other]
        titled = is_title_case(last) and bool(several) and not any(map(is_title_case, several))
        return titled or (last[0].isupper() and all(other[0].islower() for other in others))

    def _can_head(self, position: int, title: str = "") -> bool:
        title = title or self.lines[position].text
        opens = title[0].isupper() or title[0].isdigit() or title[0] in _QUOTATION_MARKS
        return opens and position + 1 < len(self.lines) and not is_statement(title)

    def _near(self, position: int) -> Line | None:
        return self.lines[position] if 0 <= position < len(self.lines) else None

    def _same_stanza(self, one: int, other: int) -> bool:
        first, second = self._near(one), self._near(other)
        return first is not None and second is not None and first.stanza == second.stanza

    def _first(self) -> int:
        return next((number for number, line in enumerate(self.lines) if not is_page_line(line.text)), 0)


def _levels(lines: Sequence[Line], roles: Sequence[Role]) -> list[int]:
    """Return each heading's level, 0 for other lines.

    Where no mark-up tells it, the first line is the title (1), a heading above another heading is a chapter (2), one
    right below a chapter and those that follow it are sections (3); in a text without chapters all are chapters.
    """
    levels = [0] * len(lines)
    leaf = 2
    first = next((number for number, line in enumerate(lines) if not is_page_line(line.text)), 0)
    for position, line in enumerate(lines):
        if roles[position] != "heading":
            continue
        contents = bool(CONTENTS_HEADING.fullmatch(line.text.strip(" :.")))
        if line.level:
            levels[position] = line.level
        elif position == first and not contents:
            levels[position] = 1
        elif contents or roles[position + 1 : position + 2] == ["heading"]:
            levels[position] = leaf = 2
        else:
            leaf = 3 if position > first + 1 and levels[position - 1] == 2 else leaf
            levels[position] = leaf
    return levels


def _counts_on(line: str, following: str) -> bool:
    """Say whether two lines are numbered as neighbours in a list are: "2." and "3.", but not "2." and "1)"."""
    one, other = (NUMBER.match(each) for each in (line, following))
    return one is not None and other is not None and _number(other) == _number(one) + 1


def _number(mark: re.Match[str]) -> int:
    return int(mark[0].strip("(.) "))


def _is_running_text(text: str) -> bool:
    return ends_sentence(text) or text.count(" ") + 1 >= _LONG_PARAGRAPH_WORDS or bool(BULLET.match(text))
