"""Misspelt words: which care words a patient may have meant, by letters and by sound."""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, repeat
from typing import Final

import numpy as np
import Stemmer
from rapidfuzz import process
from rapidfuzz.distance import OSA

from citedfaq.wordlists import english

_RARE = 150_000
"""An English word with fewer occurrences in symspellpy's list ("calve", "sweeting") may be a misspelling too."""

_ORDINARY = 5_000_000
"""An English word with so many occurrences is a likelier reading of a misspelling than a care word further
away, and what somebody meant who swapped two letters of it."""

_BY_EAR = 3
"""Words that sound the same may be so many edits apart: "throte" and "throat"."""

_AT_A_TIME = 1000
_SHORT = 3
"""Of words so short, only a swap of letters and the same sound are mended: nearly any three letters are near others."""

_MOST_PARTS: Final = 4
_LONGEST_PART: Final = 14
_TINY = frozenset(["i", "im", "my", "me", "no", "to", "in", "a", "is", "it", "up", "of", "on", "go", "do"])
"""Words of one or two letters that may be part of several typed together ("icantbreathe")."""


class _NearWords:
    """Finds the words one edit away: they have a part in common, which is the word or what remains without one letter.

    The parts' hashes in order take a tenth of a dictionary's room; two parts of the same hash do no harm, for each word
    is compared.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        hashes, owners = array("q"), array("i")
        for owner, word in enumerate(words):
            parts = _shortened(word)
            hashes.extend(map(hash, parts))
            owners.extend(repeat(owner, len(parts)))
        order = np.argsort(hashes)
        # Plain arrays: a single number is much sooner taken from them than from one of numpy's.
        self._hashes = array("q", np.asarray(hashes)[order].tobytes())
        self._owners = array("i", np.asarray(owners)[order].tobytes())

    def of(self, word: str) -> set[str]:
        """Return the words that are at most one edit away."""
        near: set[str] = set()
        for part in _shortened(word):
            key = hash(part)
            for place in range(bisect_left(self._hashes, key), len(self._hashes)):
                if self._hashes[place] != key:
                    break
                near.add(self._words[self._owners[place]])
        return {other for other in near if OSA.distance(word, other, score_cutoff=1) <= 1}


class Speller:
    """Finds the care words that a misspelt word may stand for.

    Args:
        words: the care words as they are written in the file.
    """

    def __init__(self, words: Iterable[str]) -> None:
        words = frozenset(words)
        care_stems = frozenset(map(stem, words))
        self._spelt = words | {word for word, word_stem in _english_stems() if word_stem in care_stems}
        self._by_start: dict[tuple[str, int], list[str]] = {}
        self._by_sound: dict[str, list[str]] = {}
        # "Bricked" is a form of "brick", but nobody means it.
        meant = [word for word in sorted(self._spelt) if word in words or (english().count(word) or 0) >= _RARE]
        self._near_words = _NearWords([word for word in meant if len(word) > 2])
        for word in meant:
            self._by_start.setdefault((word[0], len(word)), []).append(word)
            if len(word) > 2:
                self._by_sound.setdefault(sound(word), []).append(word)
        # Made now, so that the first patient who misspells a word does not wait for it.
        _ordinary()

    def knows(self, word: str) -> bool:
        """Say whether a word is of the list, or English: no misspelling, and no name."""
        return word in self._spelt or word in english()

    def read(self, word: str, named: bool) -> tuple[list[str], bool]:
        """Return what a word may stand for, and whether that is one word in several readings or several in a row.

        Args:
            word: in small letters.
            named: whether it looks like a name; such a word is mended only if a single letter is wrong.
        """
        count = english().count(word)
        if word in self._spelt or len(word) < _SHORT or word[0].isdigit() or (count is not None and count >= _RARE):
            return [word], False
        if count is not None:
            return [word, *(self._within(word, 1) if len(word) > _SHORT else ())], False
        if swapped := self._swapped(word):
            return swapped, False
        near = self._near(word, 1)
        if _sounds_ordinary(word):
            # "tenis" is "tennis" and nothing else: hardly anybody mistakes the first letter.
            near = [other for other in near if other[0] == word[0] or sound(other) == sound(word)]
        if not near and (parts := self._apart(word)):
            return list(parts), True
        if not near and not named:
            near = self._alike(word, _BY_EAR)
        if not near and not named and not _is_nearly_ordinary(word):
            near = self._near(word, _reach(len(word)))
        return near or [word], False

    def _swapped(self, word: str) -> list[str]:
        """Return the words of which two neighbouring letters are swapped: care words, or else ordinary ones.

        No other slip is as likely to leave every letter in place: "trun" is "turn", and not "run".
        """
        swaps = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)} - {word}
        care = sorted(swaps & self._spelt)
        ordinary = sorted(other for other in swaps if (english().count(other) or 0) >= _ORDINARY)
        if not care and not ordinary:
            return []
        # In "hrad" the key beside an "e" may have been hit, and "blod" sounds like "blood".
        mistyped = [other for other in self._within(word, 1) if _mistyped(word, other)]
        return list(dict.fromkeys([*care, *mistyped, *self._alike(word, 1), *ordinary]))

    def _near(self, word: str, reach: int) -> list[str]:
        """Return the care words that are fewest edits away, with those that sound the same and are hardly further."""
        if len(word) <= _SHORT:
            return self._alike(word, 2) or [other for other in self._within(word, 1) if sorted(other) == sorted(word)]
        for distance in range(1, min(reach, _reach(len(word))) + 1):
            # "blud" is "blood" as well as "bled".
            near = self._within(word, distance) + self._alike(word, distance + (2 if len(word) > 5 else 1))
            if near:
                return list(dict.fromkeys(near))
        return []

    def _alike(self, word: str, distance: int) -> list[str]:
        return [other for other in self._by_sound.get(sound(word), ()) if OSA.distance(word, other) <= distance]

    def _within(self, word: str, distance: int) -> list[str]:
        """Return the care words so many edits away; two edits away or more, the first letter has to be right."""
        if distance == 1:
            return sorted(self._near_words.of(word))
        return [
            match
            for length in range(len(word) - distance, len(word) + distance + 1)
            for match, _, _ in process.extract(
                word, self._by_start.get((word[0], length), ()), scorer=OSA.distance, score_cutoff=distance, limit=None
            )
        ]

    def _apart(self, word: str) -> tuple[str, ...]:
        """Split a word into care words that were typed together ("cantbreathe"), or return an empty tuple."""
        best: dict[int, tuple[str, ...]] = {0: ()}
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - _LONGEST_PART), end):
                part = word[start:end]
                whole = (part in _TINY or len(part) >= _SHORT) and part in self._spelt
                if whole and start in best and len(best[start]) < _MOST_PARTS:
                    split = (*best[start], part)
                    if end not in best or len(split) < len(best[end]):
                        best[end] = split
        split = best.get(len(word), ())
        return split if len(split) > 1 and max(map(len, split)) >= _SHORT else ()


_PASTS: Final = {
    "went": "gone", "fell": "fallen", "took": "taken", "threw": "thrown", "shook": "shaken", "woke": "woken",
    "ate": "eaten", "gave": "given", "froze": "frozen", "tore": "torn", "swelled": "swollen", "wrote": "written",
    "spoke": "spoken", "came": "come", "became": "become", "forgot": "forgotten", "sank": "sunk", "hid": "hidden",
    "began": "begun", "stole": "stolen", "drove": "driven", "broke": "broken", "swole": "swollen", "swoll": "swollen",
}  # fmt: skip
"""Pasts that the stemmer does not know, each with the participle: they mean the same."""


def stem(word: str) -> str:
    """Return a word's stem (Snowball's English stemmer, and irregular pasts as their participles)."""
    return str(_stemmer().stemWord(_PASTS.get(word, word)))


def sound(word: str) -> str:
    """Return roughly how a word sounds, so that "throte" and "throat", "kneck" and "neck" come out the same."""
    for pattern, replacement in _SOUNDS:
        word = pattern.sub(replacement, word)
    return word


_SOUNDS = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"^kn|^gn", "n"), (r"^wr", "r"), (r"^ps", "s"), (r"ough|off", "of"), (r"augh", "af"), (r"igh", "i"),
        (r"(?<=.[fs])t(?=en|le)|(?<=s)c(?=l)", ""), (r"ph", "f"), (r"wh", "w"), (r"mb$", "m"), (r"tch", "ch"),
        (r"ache?", "ak"), (r"[ts]ion", "shn"), (r"[st]?ciou?s|shu?s", "shs"), (r"gue$", "g"), (r"dg", "j"),
        (r"ck|c(?![eiyh])|q", "k"), (r"c(?=[eiy])|z", "s"), (r"x", "ks"), (r"gh", ""),
        (r"(?<=[aeiouy][^aeiouy])e$", ""), (r"[aeiou]+[aeiouyw]*|(?<=.)y[aeiou]*", "a"), (r"(.)\1", r"\1"),
    )
]  # fmt: skip


def _reach(length: int) -> int:
    """Return how many edits away a misspelling of this length may be."""
    return 0 if length <= _SHORT else 1 if length < 6 else 2 if length < 9 else 3


def _is_nearly_ordinary(word: str) -> bool:
    """Say whether an ordinary English word is one edit away: "laeve" is "leave", and nothing that hurts."""
    return bool(_ordinary().of(word))


def _sounds_ordinary(word: str) -> bool:
    """Say whether an ordinary English word one edit away sounds the same."""
    return any(sound(other) == sound(word) for other in _ordinary().of(word))


def _mistyped(word: str, meant: str) -> bool:
    """Say whether a word of the same length differs from another by a key beside the right one."""
    wrong = [pair for pair in zip(word, meant, strict=False) if pair[0] != pair[1]]
    return len(word) == len(meant) and len(wrong) == 1 and wrong[0][0] in _BESIDE.get(wrong[0][1], "")


def _beside() -> dict[str, str]:
    """Return for each letter those whose keys touch its own; a row stands half a key to the right of the one above."""
    rows = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
    places = {
        letter: 2 * column + row + 1.5j * row for row, keys in enumerate(rows) for column, letter in enumerate(keys)
    }
    return {
        one: "".join(other for other, there in places.items() if 0 < abs(there - here) <= 2)
        for one, here in places.items()
    }


_BESIDE: Final = _beside()


def _shortened(word: str) -> set[str]:
    """Return a word and what remains of it without any one letter; words one edit apart have one of these in common."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def _english_stems() -> Iterator[tuple[str, str]]:
    """Yield all English words, each with its stem; some at a time, so that they are never all in memory."""
    words = (word for word, _ in english().items())
    while some := list(islice(words, _AT_A_TIME)):
        yield from zip(some, _stemmer().stemWords(some), strict=True)


@lru_cache(maxsize=1)
def _ordinary() -> _NearWords:
    return _NearWords([word for word, count in english().items() if count >= _ORDINARY and len(word) > _SHORT])


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    # Without a cache: it would keep what patients type.
    return Stemmer.Stemmer("english", 0)
