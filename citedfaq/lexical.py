"""The lexical index: BM25 over stemmed words, and how rare each word is.

It is kept as posting lists: of each term, the passages that hold it and its BM25 score in each, worked out when the
build is made. A question reads those of its own terms only, from the disk, so that neither its time nor the memory
grows with the words of the corpus. (bm25s, from which the formula's variant is, keeps the whole corpus in memory while
it indexes, and scores every passage for every question; a test compares the scores with its own.)
"""

import json
import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
import Stemmer
from bm25s.stopwords import STOPWORDS_EN_PLUS
from numpy.typing import NDArray

from citedfaq.rows import mapped

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_K1, _B = 1.5, 0.75
"""BM25's usual constants (Robertson and Zaragoza 2009, section 3.2.4); bm25s has the same defaults."""

FREQUENCY, HOLDERS, SCORES = "frequency.json", "bm25_passages.npy", "bm25_scores.npy"
"""The files of a build: in how many passages each term stands; which; and its BM25 score in each. The posting lists lie
one after the other in the order of the terms."""

_SPILL = "bm25.unfinished"
_AT_ONCE = 1_000_000
"""Pairs of a term and a passage that are sorted in memory at once: 40 MB."""

_SAMPLED = 16
"""Of so many scores one is looked at to find a bound that the best ones exceed."""

_CHAT_WORDS = (
    "i'm i've i'd i'll im ive id dont don't doesnt doesn't isnt isn't cant can't wont won't whats what's hows how's "
    "its it's would could may might must shall please tell ok okay hi hello thanks thank really "
    "just also like get got need want know maybe "
    "u ur pls plz wat wats wot shud wud cud carnt alot gonna gona wanna gotta cos coz thx woud shoud thier abuot"
)
_FUNCTION_WORDS = frozenset(STOPWORDS_EN_PLUS) | frozenset(_CHAT_WORDS.split())


def words(text: str) -> list[str]:
    """Return the words of a text, in small letters, with apostrophes straightened."""
    return [match.replace("’", "'") for match in _WORD.findall(text.lower())]


def terms(text: str) -> list[str]:
    """Return the stems of a text's content words, in order; "the", "please" and their like are left out."""
    return [stem(word) for word in words(text) if word not in _FUNCTION_WORDS]


def is_function_word(word: str) -> bool:
    """Say whether a word, in small letters, carries no subject of its own."""
    return word in _FUNCTION_WORDS


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return a word's stem (Snowball's English stemmer), without a possessive ending."""
    return str(_stemmer().stemWord(word.removesuffix("'s")))


def stems(words: Iterable[str]) -> list[str]:
    """Return the stems of many words, which is faster than one by one."""
    return list(_stemmer().stemWords([word.removesuffix("'s") for word in words]))


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


class LexicalIndex:
    """BM25 scores of passages, and the rarity of terms.

    Args:
        frequency: in how many passages each term stands.
        holders: the passages that hold each term, ascending, term after term: shape (postings,).
        scores: the term's BM25 score in each: shape (postings,).
        size: the number of passages.
    """

    def __init__(
        self, frequency: dict[str, int], holders: NDArray[np.int32], scores: NDArray[np.float32], size: int
    ) -> None:
        self.frequency = frequency
        self._holders = holders
        self._scores = scores
        self._size = size
        self._number = {term: number for number, term in enumerate(frequency)}
        counts = np.fromiter(frequency.values(), np.int64, len(frequency))
        self._starts = np.concatenate(([0], np.cumsum(counts)))

    @classmethod
    def load(cls, folder: Path, size: int) -> "LexicalIndex":
        """Load what `write_lexical` wrote; the posting lists stay on disk until they are read."""
        frequency = json.loads((folder / FREQUENCY).read_text(encoding="utf-8"))
        return cls(frequency, mapped(folder / HOLDERS), mapped(folder / SCORES), size)

    def fits(self) -> bool:
        """Say whether the parts belong together."""
        return len(self._holders) == len(self._scores) == int(self._starts[-1])

    def scores(self, query: Iterable[str]) -> NDArray[np.float32]:
        """Return the BM25 score of every passage for a query's terms: shape (passages,), 0 where no term stands."""
        scores = np.zeros(self._size, np.float32)
        for term in query:
            postings = self._postings(term)
            scores[self._holders[postings]] += self._scores[postings]
        return scores

    def rarity(self, term: str) -> float:
        """Return a term's inverse document frequency, ln(1 + (N - n + ½) / (n + ½)): highest for an unknown term."""
        return _rarity(self.frequency.get(term, 0), self._size)

    def coverage(self, query: Iterable[str], text: Iterable[str]) -> float:
        """Return how much of a query's rarity-weighted terms a text holds: 0 to 1; 0 for a query without terms."""
        held = text if isinstance(text, frozenset | dict) else set(text)
        weights = [(self.rarity(term), term in held) for term in dict.fromkeys(query)]
        total = sum(weight for weight, _ in weights)
        return sum(weight for weight, held_there in weights if held_there) / total if total else 0.0

    def coverages(self, query: Iterable[str], passages: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the same for passages, by their numbers: shape (passages,)."""
        held = np.zeros(len(passages))
        total = 0.0
        for term in dict.fromkeys(query):
            weight = self.rarity(term)
            total += weight
            holders = self._holders[self._postings(term)]
            if len(holders):
                places = np.minimum(np.searchsorted(holders, passages), len(holders) - 1)
                held += weight * (holders[places] == passages)
        return held / total if total else held

    def _postings(self, term: str) -> slice:
        number = self._number.get(term)
        return slice(0) if number is None else slice(int(self._starts[number]), int(self._starts[number + 1]))


def best(scores: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Return the numbers of the `count` greatest scores above 0, best first; of like ones the first."""
    bound = np.float32(0)
    sample = scores[::_SAMPLED]
    if len(sample) > count:
        # What is among the best of all is not below the best of a part.
        bound = np.partition(sample, -count)[-count]
    numbers = np.flatnonzero((scores >= bound) & (scores > 0))
    return numbers[np.argsort(-scores[numbers], kind="stable")[:count]]


def write_lexical(folder: Path, texts: Iterable[str]) -> None:
    """Write the posting lists of passages, given their texts in order; the memory taken is that of the words.

    The pairs of terms and passages are written to the disk as they come, and then sorted by term, part by part, into
    their places, which are known once all are counted.

    Raises:
        OSError: the files cannot be written.
    """
    numbers: dict[str, int] = {}
    counts, lengths, sizes = array("q"), array("i"), array("i")
    spill = folder / _SPILL
    with spill.open("w+b") as stream:
        for text in texts:
            found = Counter(terms(text))
            pairs = array("i")
            for term, count in found.items():
                number = numbers.setdefault(term, len(numbers))
                if number == len(counts):
                    counts.append(0)
                counts[number] += 1
                pairs.extend((number, count))
            stream.write(pairs)
            lengths.append(max(found.total(), 1))
            sizes.append(len(found))
        (folder / FREQUENCY).write_text(json.dumps(dict(zip(numbers, counts, strict=True))), encoding="utf-8")
        _write_postings(folder, stream, np.array(counts, np.int64), np.array(lengths), np.array(sizes, np.int64))
    spill.unlink()


def _write_postings(
    folder: Path, spill: BinaryIO, counts: NDArray[np.int64], lengths: NDArray[np.int32], sizes: NDArray[np.int64]
) -> None:
    """Write the posting lists.

    Args:
        folder: of the build.
        spill: of each passage in turn, the numbers of its terms, each with how often it stands there.
        counts: in how many passages each term stands.
        lengths: how many terms each passage has.
        sizes: how many different ones.
    """
    total = int(counts.sum())
    rarity = np.array([_rarity(count, len(sizes)) for count in counts.tolist()])
    norms = _K1 * (1 - _B + _B * lengths / lengths.mean()) if len(lengths) else np.zeros(0)
    free = np.cumsum(counts) - counts
    # An empty file cannot be mapped, and needs no places.
    holders, scores = np.zeros(0, np.int32), np.zeros(0, np.float32)
    if total:
        holders = np.lib.format.open_memmap(folder / HOLDERS, "w+", np.int32, (total,))
        scores = np.lib.format.open_memmap(folder / SCORES, "w+", np.float32, (total,))
    else:
        np.save(folder / HOLDERS, holders)
        np.save(folder / SCORES, scores)
    spill.seek(0)
    ends = np.cumsum(sizes)
    first = 0
    while first < len(sizes):
        before = int(ends[first] - sizes[first])
        last = max(int(np.searchsorted(ends, before + _AT_ONCE, side="right")), first + 1)
        size = int(ends[last - 1]) - before
        pairs = np.frombuffer(spill.read(8 * size), np.int32).reshape(size, 2)
        passages = np.repeat(np.arange(first, last, dtype=np.int32), sizes[first:last])
        order = np.argsort(pairs[:, 0], kind="stable")
        number, count, passage = pairs[order, 0], pairs[order, 1], passages[order]
        here = np.bincount(number, minlength=len(counts))
        places = np.arange(size) - np.repeat(np.cumsum(here) - here, here) + np.repeat(free, here)
        holders[places] = passage
        scores[places] = rarity[number] * count / (count + norms[passage])
        free += here
        first = last


def _rarity(count: int, size: int) -> float:
    return math.log(1 + (size - count + 0.5) / (count + 0.5))
