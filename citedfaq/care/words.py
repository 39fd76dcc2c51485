"""A patient's text as words: small letters, sentence ends marked, misspellings read as the care words meant."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from citedfaq.care.misspelt import Speller, stem

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
_WEEKS_AND_DAYS = re.compile(r"\b([1-3]?\d|4[0-3]) ?\+ ?([0-6])\b")
"""How far a pregnancy is, in weeks and days: "38+2"."""

_JOINING = {"/": "or", "&": "and", "+": "and"}
_ENDINGS = frozenset({"t", "s", "m", "re", "ve", "ll", "d"})
"""What an apostrophe that became a space leaves behind: "can t", "i m"."""

_NOT_OWNERS = frozenset(["it", "he", "she", "that", "there", "what", "who", "how", "where", "when", "here", "let"])

_LETTERS_APART = 4
"""So many single letters in a row ("c h e s t") are one word spelt out."""

_LONGEST = 60
"""A longer "word" is no word, nor several typed together."""

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_NUMBERS = {word: float(value) for value, word in enumerate((_UNITS + " eighteen nineteen").split())}
_NUMBERS |= {word: 10.0 * tens for tens, word in enumerate(_TENS.split(), 2)}

Read = tuple[tuple[str, tuple[str, ...]], ...]
"""What a typed word is read as: one or more words, each with what it may stand for."""


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

    def sentence(self, place: int) -> tuple[int, int]:
        """Return the first word of the sentence that holds a place, and the one after its last."""
        start, end = place, place + 1
        while start > 0 and self.breaks[start] != SENTENCE:
            start -= 1
        while end < len(self.words) and self.breaks[end] != SENTENCE:
            end += 1
        return start, end


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


class Spellings:
    """Chat spellings and contractions, with the words they stand for.

    Args:
        short: by what is typed; "not able to" is one of several words, and stands for one.
    """

    def __init__(self, short: Mapping[str, str]) -> None:
        self.words = {word: tuple(meant.split()) for word, meant in short.items() if " " not in word}
        self._sayings: dict[str, list[tuple[list[str], str]]] = {}
        sayings = (saying for saying in short if " " in saying)
        for saying in sorted(sayings, key=lambda saying: (-len(saying), saying)):
            self._sayings.setdefault(saying.split()[0], []).append((saying.split(), short[saying]))

    def meant(self) -> set[str]:
        """Return all words that any of them stand for."""
        sayings = {meant for entries in self._sayings.values() for _, meant in entries}
        return sayings.union(*self.words.values())

    def saying(self, words: Sequence[str], start: int) -> tuple[int, str] | None:
        """Return where the longest saying that begins at a word ends, and what it stands for."""
        for saying, meant in self._sayings.get(words[start], ()):
            end = start + len(saying)
            if words[start:end] == saying:
                return end, meant
        return None

    def in_full(self, phrase: str) -> list[str]:
        """Return a phrase's words as a patient's are read: "dont" as "do not", "not able to" as "cant".

        Args:
            phrase: "=word" counts in one form only; a saying is read as one if all of its words are so marked or none.
        """
        full: list[str] = []
        for word in phrase.split():
            mark, plain = ("=", word[1:]) if word.startswith("=") else ("", word)
            full += (mark + part for part in self.words.get(plain, (plain,)))
        start = 0
        while start < len(full):
            mark = "=" if full[start].startswith("=") else ""
            if full[start].removeprefix("=") in self._sayings:
                same = [word.removeprefix("=") if word.startswith("=") == bool(mark) else "" for word in full]
                if found := self.saying(same, start):
                    full[start : found[0]] = [mark + found[1]]
            start += 1
        return full


class Vocabulary:
    """The care words, and how a text is read as them.

    Args:
        words: every word that the concepts use.
        exact: those of which one form counts only.
        spellings: chat spellings, each with the words it stands for.
        slips: real words typed for others.
    """

    def __init__(
        self, words: Iterable[str], exact: Iterable[str], spellings: Spellings, slips: Mapping[str, Slip]
    ) -> None:
        self._exact = frozenset(exact)
        self._spellings = spellings
        self._slips = slips
        self._speller = Speller({*words, *self._exact})
        self._known: dict[str, Read] = {}

    def text(self, text: str) -> Text:
        """Take a patient's text apart into words."""
        words, breaks = _pieces(text)
        names = frozenset(name.lower() for name in _NAME.findall(text))
        result = Text([], [], [])
        for position, (word, mark) in enumerate(zip(words, breaks, strict=True)):
            read = self._known.get(word) or self._read(word, word in names)
            slip = self._slips.get(word)
            if slip and slip.counts(*_neighbours(words, position)):
                read = ((word, (*read[0][1], *self._keys(slip.means))), *read[1:])
            for number_of_part, (part, keys) in enumerate(read):
                result.words.append(part)
                result.keys.append(keys)
                result.breaks.append(0 if number_of_part else mark)
        self._shorten(result)
        return result

    def _shorten(self, text: Text) -> None:
        """Replace sayings by the one word that stands for them, so that "not able to" is "cant"."""
        start = 0
        while start < len(text.words) - 1:
            found = self._spellings.saying(text.words, start)
            if found and not any(text.breaks[start + 1 : found[0]]):
                end, meant = found
                text.words[start:end] = [meant]
                text.keys[start:end] = [self._keys(meant)]
                del text.breaks[start + 1 : end]
            start += 1

    def _read(self, word: str, named: bool) -> Read:
        if len(word) > _LONGEST:
            return ((word, ()),)
        read: list[tuple[str, tuple[str, ...]]] = []
        for part in self._spellings.words.get(word, (word,)):
            meant, in_a_row = self._speller.read(part, named)
            if in_a_row:
                read += ((other, self._keys(other)) for other in meant)
            else:
                read.append((meant[0], tuple(dict.fromkeys(key for other in meant for key in self._keys(other)))))
        # Only words of the lists are kept in memory: anything else may be a name.
        if word in self._spellings.words or self._speller.knows(word):
            self._known[word] = tuple(read)
        return tuple(read)

    def _keys(self, word: str) -> tuple[str, ...]:
        return (stem(word), f"={word}") if word in self._exact else (stem(word),)


def number(word: str) -> float | None:
    """Return a word's value if it is a number, in digits or up to ninety in letters."""
    if not word[0].isdigit():
        return _NUMBERS.get(word)
    whole = re.sub(r",(?=\d{3}\b)", "", word).replace(",", ".")
    return float(whole) if whole.count(".") < 2 else None


def _neighbours(words: list[str], position: int) -> tuple[str, str]:
    before = words[position - 1] if position else ""
    return before, words[position + 1] if position + 1 < len(words) else ""


def _pieces(text: str) -> tuple[list[str], list[int]]:
    text = unicodedata.normalize("NFKC", text).lower()
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
        text = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    text = text.translate(_APOSTROPHES).replace("w/o", "without").replace("w/", "with ")
    text = _WEEKS_AND_DAYS.sub(r"\1 plus \2", text)
    words: list[str] = []
    breaks: list[int] = []
    mark = 0
    for piece in _PIECE.findall(text):
        if piece[0].isalnum():
            # "leg's" is "leg", whether it means "leg is" or what belongs to it; "it's" stays, or "its" would be lost.
            owned = piece.endswith("'s") and piece[:-2] not in _NOT_OWNERS
            word = piece[:-2] if owned else piece.replace("'", "")
            if word in _ENDINGS and words and not mark and _may_end(words[-1]):
                words[-1] += word
                continue
            word = _RUN.sub(r"\1\1", word) if word.isalpha() else word
        elif piece in _JOINING:
            word = _JOINING[piece]
        else:
            mark = max(mark, SENTENCE if _SENTENCE_END.search(piece) and not _ELLIPSIS.fullmatch(piece) else COMMA)
            continue
        words.append(word)
        breaks.append(mark)
        mark = 0
    return _spelt_out(words, breaks)


def _may_end(word: str) -> bool:
    """Say whether what an apostrophe left behind may belong to this word: to "can" or "i", not to a single letter."""
    return word.isalpha() and (len(word) > 1 or word == "i")


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
        if end - start < _LETTERS_APART:
            end = start + 1
        joined.append("".join(words[start:end]))
        marks.append(breaks[start])
        start = end
    return joined, marks
