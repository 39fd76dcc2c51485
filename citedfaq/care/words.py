"""A patient's text as words: small letters, sentence ends marked, misspellings read as the care words meant."""

import importlib.resources
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import Stemmer
from rapidfuzz import process
from rapidfuzz.distance import OSA

COMMA: Final = 1
SENTENCE: Final = 2
"""What stands before a word: nothing (0), a comma or its like, or the end of a sentence."""

_APOSTROPHES = str.maketrans(dict.fromkeys("’‘`´ʼʹ′＇‛ʻ", "'"))
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_PIECE = re.compile(r"[a-z]+(?:'[a-z]+)*|\d+(?:[.,]\d+)*|[.!?;\n]+|[,:()\[\]…–—|]|(?<=\s)-+(?=\s)|[/&+](?=\s*[a-z])")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+")
"""A capital in mid-sentence: most likely a name, and read as a care word only if a single letter is wrong."""

_RUN = re.compile(r"(.)\1{2,}")
_SENTENCE_END = re.compile(r"[.!?;\n]")
_ELLIPSIS = re.compile(r"\.\.+")
_JOINING = {"/": "or", "&": "and", "+": "and"}
_ENDINGS = frozenset({"t", "s", "m", "re", "ve", "ll", "d"})
"""What an apostrophe that became a space leaves behind: "can t", "i m"."""

_BY_EAR = 3
"""Words that sound the same may be so many edits apart: "throte" and "throat"."""

_ORDINARY = 5_000_000
"""An English word with so many occurrences is a likelier reading of a misspelling than a care word further away."""

_NOT_OWNERS = frozenset(["it", "he", "she", "that", "there", "what", "who", "how", "where", "when", "here", "let"])

_LETTERS_APART = 4
"""So many single letters in a row ("c h e s t") are one word spelt out."""

_LONGEST = 60
"""A longer "word" is no word, nor several typed together."""

_RARE = 150_000
"""An English word with fewer occurrences in symspellpy's list ("calve", "feint") may be a misspelling too."""

_NUMBERS = {
    word: float(value)
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
} | {
    word: 10.0 * tens
    for tens, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}


@dataclass(frozen=True, slots=True)
class Text:
    """A text's words in order; the lists run in parallel.

    Attributes:
        words: in small letters, without apostrophes.
        keys: what each word may stand for: stems, and "=word" for words that count in one form only.
        breaks: what stands before each word: 0, `COMMA` or `SENTENCE`.
    """

    words: list[str]
    keys: list[tuple[str, ...]]
    breaks: list[int]


@dataclass(frozen=True, slots=True)
class Slip:
    """A real word that patients type for a care word: "week" for "weak", but not after "last" or "a"."""

    means: str
    not_after: frozenset[str] = frozenset()
    only_after: frozenset[str] = frozenset()
    only_before: frozenset[str] = frozenset()

    def counts(self, before: str, after: str) -> bool:
        """Say whether the slip is meant between these two words."""
        if before in self.not_after or (self.only_after and before not in self.only_after):
            return False
        return not self.only_before or after in self.only_before


class Vocabulary:
    """The care words, and how misspellings of them are read.

    Args:
        words: every word that the concepts use.
        exact: those of which one form counts only.
        short: chat spellings, each with the words it stands for.
        slips: real words typed for others.
    """

    def __init__(
        self, words: Iterable[str], exact: Iterable[str], short: Mapping[str, str], slips: Mapping[str, Slip]
    ) -> None:
        self._exact = frozenset(exact)
        words = frozenset(words) | self._exact
        care_stems = frozenset(map(stem, words))
        self._short = {word: tuple(meant.split()) for word, meant in short.items() if " " not in word}
        self._sayings = sayings(short)
        self._slips = slips
        english = _english()
        spelt = {word for word, word_stem in zip(english, stems(english), strict=True) if word_stem in care_stems}
        self._spelt = words | spelt
        self._by_start: dict[tuple[str, int], list[str]] = {}
        self._by_part: dict[str, list[str]] = {}
        self._by_sound: dict[str, list[str]] = {}
        for word in sorted(self._spelt):
            self._by_start.setdefault((word[0], len(word)), []).append(word)
            if len(word) > 2:
                self._by_sound.setdefault(sound(word), []).append(word)
                for part in _shortened(word):
                    self._by_part.setdefault(part, []).append(word)
        self._read: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {}

    def text(self, text: str) -> Text:
        """Take a patient's text apart into words."""
        words, breaks = _pieces(text)
        names = frozenset(name.lower() for name in _NAME.findall(text))
        result = Text([], [], [])
        for position, (word, mark) in enumerate(zip(words, breaks, strict=True)):
            read = self._read.get(word)
            if read is None:
                read = self._remember(word, word in names)
            slip = self._slips.get(word)
            if slip and slip.counts(
                words[position - 1] if position else "", "".join(words[position + 1 : position + 2])
            ):
                read = ((word, (*read[0][1], *self._keys(slip.means))), *read[1:])
            for part, keys in read:
                result.words.append(part)
                result.keys.append(keys)
                result.breaks.append(mark)
                mark = 0  # noqa: PLW2901 - only the first part of a joined word stands after the mark
        self._shorten(result)
        return result

    def _shorten(self, text: Text) -> None:
        """Replace sayings by the one word that stands for them, so that "not able to" is "cant"."""
        for start in range(len(text.words) - 1):
            for saying, meant in self._sayings.get(text.words[start], ()) if start < len(text.words) else ():
                end = start + len(saying)
                if tuple(text.words[start:end]) == saying and not any(text.breaks[start + 1 : end]):
                    text.words[start:end] = [meant]
                    text.keys[start:end] = [self._keys(meant)]
                    del text.breaks[start + 1 : end]
                    break

    def _remember(self, word: str, named: bool) -> tuple[tuple[str, tuple[str, ...]], ...]:
        if len(word) > _LONGEST:
            return ((word, ()),)
        parts = self._short.get(word) or (word,)
        read = tuple(pair for part in parts for pair in self._reading(part, named))
        # Only words of the lists are kept in memory: anything else may be a name.
        if word in _english() or word in self._spelt or word in self._short:
            self._read[word] = read
        return read

    def _keys(self, word: str) -> tuple[str, ...]:
        return (stem(word), f"={word}") if word in self._exact else (stem(word),)

    def _reading(self, word: str, named: bool) -> tuple[tuple[str, tuple[str, ...]], ...]:
        count = _english().get(word)
        if word in self._spelt or len(word) < 3 or word[0].isdigit() or (count is not None and count >= _RARE):
            return ((word, self._keys(word)),)
        if count is not None:
            near = self._within(word, 1) if len(word) > 3 else []
            keys = (*self._keys(word), *(key for other in near for key in self._keys(other)))
            return ((word, tuple(dict.fromkeys(keys))),)
        near = self._near(word, 1)
        if not near and (parts := self._apart(word)):
            return tuple((part, self._keys(part)) for part in parts)
        if not near and not named:
            near = [other for other in self._by_sound.get(sound(word), ()) if OSA.distance(word, other) <= _BY_EAR]
        if not near and not named and not _is_nearly_ordinary(word):
            near = self._near(word, _reach(len(word)))
        if not near:
            return ((word, (stem(word),)),)
        return ((near[0], tuple(dict.fromkeys(key for other in near for key in self._keys(other)))),)

    def _near(self, word: str, reach: int) -> list[str]:
        """Return the care words that are fewest edits away, with those that sound the same."""
        alike = self._by_sound.get(sound(word), [])
        if len(word) <= 3:
            near = [other for other in alike if OSA.distance(word, other) < 3]
            return near or [other for other in self._within(word, 1) if sorted(other) == sorted(word)]
        for distance in range(1, min(reach, _reach(len(word))) + 1):
            near = self._within(word, distance)
            # Words that sound the same may be a little further away: "blud" is "blood" as well as "bled".
            further = distance + (2 if len(word) > 5 else 1)
            near += [other for other in alike if OSA.distance(word, other) <= further]
            if near:
                return list(dict.fromkeys(near))
        return []

    def _within(self, word: str, distance: int) -> list[str]:
        """Return the care words so many edits away; two edits away or more, the first letter has to be right."""
        if distance == 1:
            near = {other for part in _shortened(word) for other in self._by_part.get(part, ())}
            return sorted(other for other in near if OSA.distance(word, other, score_cutoff=1) <= 1)
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
        for end in range(1, min(len(word), 40) + 1):
            for start in range(max(0, end - 14), end):
                part = word[start:end]
                if start in best and len(best[start]) < 4 and (part in _TINY or len(part) > 2) and part in self._spelt:
                    split = (*best[start], part)
                    if end not in best or len(split) < len(best[end]):
                        best[end] = split
        split = best.get(len(word), ())
        return split if len(split) > 1 and max(map(len, split)) > 2 else ()


def sayings(short: Mapping[str, str]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Return the chat spellings of several words, each with the word for it, longest first under their first words."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for saying in sorted((saying for saying in short if " " in saying), key=len, reverse=True):
        found.setdefault(saying.split()[0], []).append((tuple(saying.split()), short[saying]))
    return found


def spelt_in_full(text: str, short: Mapping[str, str]) -> list[str]:
    """Return a phrase's words as a patient's are read: "dont" as "do not", "not able to" as "cant"."""
    full: list[str] = []
    for word in text.split():
        mark = "=" if word.startswith("=") else ""
        full += (mark + part for part in short.get(word.removeprefix("="), word.removeprefix("=")).split())
    text = f" {' '.join(full)} "
    for saying in sorted((saying for saying in short if " " in saying), key=len, reverse=True):
        if f" {saying} " in text.replace("=", ""):
            exact = " ".join(f"={word}" for word in saying.split())
            text = text.replace(f" {exact} ", f" ={short[saying]} ").replace(f" {saying} ", f" {short[saying]} ")
    return text.split()


_TINY = frozenset(["i", "im", "my", "me", "no", "to", "in", "a", "is", "it", "up", "of", "on", "go", "do"])


def number(word: str) -> float | None:
    """Return a word's value if it is a number, in digits or up to ninety in letters."""
    if not word[0].isdigit():
        return _NUMBERS.get(word)
    whole = re.sub(r",(?=\d{3}\b)", "", word).replace(",", ".")
    return float(whole) if whole.count(".") < 2 else None


def stem(word: str) -> str:
    """Return a word's stem (Snowball's English stemmer)."""
    return str(_stemmer().stemWord(word))


def stems(words: Iterable[str]) -> list[str]:
    """Return the stems of many words."""
    return list(_stemmer().stemWords(list(words)))


def sound(word: str) -> str:
    """Return roughly how a word sounds, so that "throte" and "throat", "kneck" and "neck" come out the same."""
    for pattern, replacement in _SOUNDS:
        word = pattern.sub(replacement, word)
    return word


_SOUNDS = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"^kn|^gn", "n"), (r"^wr", "r"), (r"^ps", "s"), (r"ough|off", "of"), (r"augh", "af"), (r"igh", "i"),
        (r"ph", "f"), (r"wh", "w"), (r"mb$", "m"), (r"tch", "ch"), (r"ache?", "ak"), (r"[ts]ion", "shn"),
        (r"[st]?ciou?s|shu?s", "shs"),
        (r"gue$", "g"), (r"dg", "j"), (r"ck|c(?![eiyh])|q", "k"), (r"c(?=[eiy])|z", "s"), (r"x", "ks"), (r"gh", ""),
        (r"(?<=[aeiouy][^aeiouy])e$", ""), (r"[aeiou]+[aeiouyw]*|(?<=.)y[aeiou]*", "a"), (r"(.)\1", r"\1"),
    )
]  # fmt: skip


def _reach(length: int) -> int:
    """Return how many edits away a misspelling of this length may be."""
    return 0 if length < 4 else 1 if length < 6 else 2 if length < 9 else 3


def _pieces(text: str) -> tuple[list[str], list[int]]:
    text = unicodedata.normalize("NFKC", text).lower()
    if not text.isascii():
        text = _INVISIBLE.sub("", text.translate(_APOSTROPHES))
        text = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    text = text.translate(_APOSTROPHES).replace("w/o", "without").replace("w/", "with ")
    words: list[str] = []
    breaks: list[int] = []
    mark = 0
    for piece in _PIECE.findall(text):
        if piece[0].isalnum():
            # "leg's" is "leg", whether it means "leg is" or what belongs to it; "it's" stays, or "its" would be lost.
            owned = piece.endswith("'s") and piece[:-2] not in _NOT_OWNERS
            word = piece[:-2] if owned else piece.replace("'", "")
            if word in _ENDINGS and words and not mark and not piece[0].isdigit() and words[-1].isalpha():
                words[-1] += word
                continue
            words.append(_RUN.sub(r"\1\1", word) if word.isalpha() else word)
            breaks.append(mark)
            mark = 0
        elif piece in _JOINING:
            words.append(_JOINING[piece])
            breaks.append(mark)
            mark = 0
        else:
            mark = max(mark, SENTENCE if _SENTENCE_END.search(piece) and not _ELLIPSIS.fullmatch(piece) else COMMA)
    return _spelt_out(words, breaks)


def _spelt_out(words: list[str], breaks: list[int]) -> tuple[list[str], list[int]]:
    """Join letters that stand apart: "c h e s t"."""
    if sum(len(word) == 1 for word in words) < _LETTERS_APART:
        return words, breaks
    joined: list[str] = []
    marks: list[int] = []
    start = 0
    while start < len(words):
        end = start
        while end < len(words) and len(words[end]) == 1 and words[end].isalpha():
            end += 1
        if end - start >= _LETTERS_APART:
            joined.append("".join(words[start:end]))
        else:
            end = start + 1
            joined.append(words[start])
        marks.append(breaks[start])
        start = end
    return joined, marks


def _is_nearly_ordinary(word: str) -> bool:
    """Say whether an ordinary English word is one edit away: "laeve" is "leave", and nothing that hurts."""
    candidates = (other for part in _shortened(word) for other in _ordinary().get(part, ()))
    return any(OSA.distance(word, other, score_cutoff=1) <= 1 for other in candidates)


def _shortened(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


@lru_cache(maxsize=1)
def _ordinary() -> dict[str, list[str]]:
    """Return the ordinary English words under themselves and what remains of each without any one letter."""
    words: dict[str, list[str]] = {}
    for word, count in _english().items():
        if count >= _ORDINARY and len(word) > 3:
            for part in _shortened(word):
                words.setdefault(part, []).append(word)
    return words


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english", 0)


@lru_cache(maxsize=1)
def _english() -> dict[str, int]:
    """Return the 82,765 English words that symspellpy carries, each with how often it occurs in books."""
    file = importlib.resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt"
    lines = (line.split() for line in file.read_text(encoding="utf-8-sig").splitlines())
    return {word: int(count) for word, count in lines}
