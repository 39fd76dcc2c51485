"""Concepts: what patients may mean, each with the words for it, and the search for them in a text.

An entry of a concept is one of

- a phrase: `short of breath`. Its words stand next to each other, in any inflection; small words ("the", "my")
  may stand between them. `=fit` counts in this form only, `<8..500>` is any number in that range.
- a pattern: `{chest} {pain}`. Its parts stand near each other in any order; with `>` between them, in this order.
  `{chest|ribs}` is either, `'of my life'` a phrase in place, `(within 8)` sets how many other words may lie between.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from sys import intern
from typing import Final, NamedTuple

from citedfaq.care.misspelt import stem
from citedfaq.care.places import Found, Pattern, Places
from citedfaq.care.words import Slip, Spellings, Text, Vocabulary, number

NEAR: Final = 4
"""How many words may lie between two parts of a pattern, small words not counted."""

_CONTRAST = 3
"""How much "but" counts as distance."""

_MOST_SKIPPED = 3
_ARTICLES = frozenset(["a", "an", "the", "my", "his", "her", "their", "our", "your", "its"])
_PART = re.compile(r"\{([^{}]*)\}|'([^']*)'|(>)|\(within (\d+)\)|(\S+)")
_NUMBER_RANGE = re.compile(r"<(\d+(?:\.\d+)?)\.\.(\d+(?:\.\d+)?)>")


class EntryError(Exception):
    """An entry that cannot be read; the message says why, without a full stop."""


@dataclass(slots=True)
class _Node:
    """One word of the phrases that begin alike.

    Attributes:
        loose: whether small words may stand after it; not after a word that counts in one form only.
        following: by the word that comes next.
        numbers: by the number that comes next.
        ends: the concepts of which a phrase ends here.
    """

    loose: bool = True
    # None and tuples, for most are empty: there are as many nodes as words in the file.
    following: dict[str, "_Node"] | None = None
    numbers: tuple[tuple[float, float, "_Node"], ...] = ()
    ends: tuple[int, ...] = ()


class _Level(NamedTuple):
    """Patterns that rest on nothing of their own level or a later one, by a concept without which they are not found.

    Attributes:
        either: what a concept alone is an occurrence of.
        all_of: patterns of several parts.
    """

    either: dict[int, list[int]]
    all_of: dict[int, list[Pattern]]


class Concepts:
    """All concepts, ready to be searched for.

    Args:
        entries: each concept's name with its entries.
        fillers: small words that may stand within a phrase and do not count between parts.
        contrasts: words such as "but", which part what stands before from what comes after.
        short: chat spellings, each with the words it stands for.
        slips: real words typed for others.

    Raises:
        EntryError: an entry is not of the form above, names no concept, or a concept rests on itself.
    """

    def __init__(
        self,
        entries: Mapping[str, Sequence[str]],
        fillers: Iterable[str],
        contrasts: Iterable[str],
        short: Mapping[str, str],
        slips: Mapping[str, Slip],
    ) -> None:
        self._numbers: dict[str, int] = {name: position for position, name in enumerate(entries)}
        self._root = _Node()
        self._fillers = frozenset(fillers)
        self._weights = {**dict.fromkeys(fillers, 0), **dict.fromkeys(contrasts, _CONTRAST)}
        self._words: set[str] = set()
        self._exact: set[str] = set()
        self._spellings, self._slips = Spellings(short), slips
        self._patterns: list[Pattern] = []
        for name, texts in entries.items():
            for text in texts:
                self._add(self._numbers[name], text)
        self._levels: list[_Level] = []
        self._vocabulary: Vocabulary | None = None

    def number(self, name: str) -> int:
        """Return a concept's number; `name` may join several by "|".

        Raises:
            EntryError: there is no such concept.
        """
        names = tuple(part.strip() for part in name.split("|"))
        for part in names:
            if part not in self._numbers:
                raise EntryError(f"'{part}' is not a concept")
        if len(names) == 1:
            return self._numbers[names[0]]
        joined = "|".join(sorted(names))
        if joined not in self._numbers:
            result = self._numbers[joined] = len(self._numbers)
            self._patterns += (Pattern.of(result, (self._numbers[part],), False, NEAR) for part in names)
        return self._numbers[joined]

    def alternatives(self, text: str) -> tuple[int, ...]:
        """Return the numbers of the concepts of which a part of a rule's wording, such as "{pain|numb}", needs one.

        Raises:
            EntryError: there is no such concept, or the text is no entry.
        """
        if re.fullmatch(r"\{[^{}]*\}", text):
            return tuple(self.number(name) for name in text[1:-1].split("|"))
        return (self.part(text),)

    def part(self, text: str) -> int:
        """Return the number of the concept that one entry alone makes."""
        key = f"[{text}]"
        if key not in self._numbers:
            result = self._numbers[key] = len(self._numbers)
            self._add(result, text)
        return self._numbers[key]

    def close(self) -> None:
        """Make everything added so far searchable."""
        words = self._words | self._fillers | {slip.means for slip in self._slips.values()} | self._spellings.meant()
        self._vocabulary = Vocabulary(words, self._exact, self._spellings, self._slips)
        self._levels = _in_levels(self._patterns, {number: name for name, number in self._numbers.items()})

    def text(self, text: str) -> Text:
        """Take a patient's text apart into words."""
        assert self._vocabulary is not None  # noqa: S101 - `close` has been called
        return self._vocabulary.text(text)

    def phrases(self, text: Text) -> Found:
        """Find the phrases of all concepts."""
        found: Found = {}
        following = self._root.following or {}
        for start, keys in enumerate(text.keys):
            for key in keys:
                node = following.get(key)
                if node is not None:
                    self._follow(node, text, start, start + 1, found)
            if self._root.numbers:
                self._follow_number(self._root, text, start, start, found)
        return found

    def patterns(self, text: Text, found: Found) -> Found:
        """Add to the phrases that were found all occurrences of patterns."""
        found = {concept: sorted(set(spans)) if len(spans) > 1 else spans for concept, spans in found.items()}
        if not found:
            return found
        places = Places(text, self._weights)
        for either, all_of in self._levels:
            more: Found = {}
            for concept in found.keys() & either.keys():
                for result in either[concept]:
                    more[result] = more[result] + found[concept] if result in more else found[concept]
            for concept in found.keys() & all_of.keys():
                for pattern in all_of[concept]:
                    if pattern.needed <= found.keys() and (
                        spans := places.match(pattern, [found[part] for part in pattern.parts])
                    ):
                        more[pattern.result] = more.get(pattern.result, []) + spans
            for concept, spans in more.items():
                known = found.get(concept)
                found[concept] = sorted({*spans, *known}) if known else sorted(set(spans)) if len(spans) > 1 else spans
        return found

    def _add(self, result: int, text: str) -> None:
        if not text.strip():
            raise EntryError("an entry is empty")
        if "{" not in text and "'" not in text:
            self._add_phrase(result, text)
            return
        parts: list[int] = []
        arrows, within = 0, NEAR
        for name, phrase, arrow, gap, other in _PART.findall(text):
            if other:
                raise EntryError(f"'{other}' stands neither in braces nor in apostrophes")
            if arrow:
                arrows += 1
            elif gap:
                within = int(gap)
            else:
                parts.append(self.number(name) if not phrase else self.part(phrase))
        if arrows not in (0, len(parts) - 1):
            raise EntryError("'>' has to stand between all parts or none")
        self._patterns.append(Pattern.of(result, tuple(parts), arrows > 0, within))

    def _add_phrase(self, result: int, text: str) -> None:
        node = self._root
        for word in _without_articles(self._spellings.in_full(text)):
            if limits := _NUMBER_RANGE.fullmatch(word):
                following = _Node()
                node.numbers = (*node.numbers, (float(limits[1]), float(limits[2]), following))
                node = following
                continue
            plain = word.removeprefix("=")
            if not (plain.isascii() and plain.isalnum() and plain == plain.lower()):
                raise EntryError(f"'{word}' has to be in small letters without apostrophes or signs")
            (self._exact if plain != word else self._words).add(plain)
            # One string for all phrases that hold the word.
            key = intern(word if plain != word else stem(word))
            if node.following is None:
                node.following = {}
            node = node.following.get(key) or node.following.setdefault(key, _Node(plain == word))
        node.ends = (*node.ends, result)

    def _follow(self, node: _Node, text: Text, start: int, end: int, found: Found, skipped: int = 0) -> None:
        if not skipped:
            for concept in node.ends:
                found.setdefault(concept, []).append((start, end))
        if end == len(text.words) or not (node.following or node.numbers):
            return
        if node.following:
            for key in text.keys[end]:
                following = node.following.get(key)
                if following is not None:
                    self._follow(following, text, start, end + 1, found)
        if node.numbers:
            self._follow_number(node, text, start, end, found)
        if node.loose and skipped < _MOST_SKIPPED and text.words[end] in self._fillers:
            self._follow(node, text, start, end + 1, found, skipped + 1)

    def _follow_number(self, node: _Node, text: Text, start: int, end: int, found: Found) -> None:
        value = number(text.words[end])
        if value is None:
            return
        for low, high, following in node.numbers:
            if low <= value <= high:
                self._follow(following, text, start, end + 1, found)


def _without_articles(words: list[str]) -> list[str]:
    """Leave out articles and whose it is from within a phrase: a text may have others there, or none."""
    return [word for place, word in enumerate(words) if word not in _ARTICLES or place in (0, len(words) - 1)]


def _in_levels(patterns: Sequence[Pattern], names: Mapping[int, str]) -> list[_Level]:
    """Sort patterns so that each comes after those that its parts rest on, under its rarest part."""
    by_result: dict[int, list[Pattern]] = {}
    uses: dict[int, int] = {}
    for pattern in patterns:
        by_result.setdefault(pattern.result, []).append(pattern)
        for part in pattern.parts:
            uses[part] = uses.get(part, 0) + 1
    height: dict[int, int] = {}

    def high(concept: int, above: tuple[int, ...]) -> int:
        if concept in above:
            raise EntryError(f"'{names[concept]}' rests on itself")
        if concept not in height:
            below = [high(part, (*above, concept)) for pattern in by_result.get(concept, ()) for part in pattern.parts]
            height[concept] = 1 + max(below) if below else 0
        return height[concept]

    levels: list[_Level] = []
    for pattern in patterns:
        level = max(high(part, (pattern.result,)) for part in pattern.parts)
        while len(levels) <= level:
            levels.append(_Level({}, {}))
        if len(pattern.parts) == 1:
            levels[level].either.setdefault(pattern.parts[0], []).append(pattern.result)
        else:
            rarest = min(pattern.parts, key=lambda part: uses[part])
            levels[level].all_of.setdefault(rarest, []).append(pattern)
    return levels
