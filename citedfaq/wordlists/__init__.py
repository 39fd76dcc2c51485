"""The words that are never typos: an English list, each with how often it is used, and one of diseases and drugs.

Both are tries (marisa-trie) that are mapped from the disk: a third of a megabyte, where Python's own sets and strings
took 55. `python tools/word_lists.py` makes them from the packages that carry the lists; they are not changed by hand.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from marisa_trie import Trie

FOLDER: Final = Path(__file__).parent
ENGLISH, COUNTS, MEDICAL = "english.marisa", "english_counts.npy", "medical.marisa"


class EnglishWords:
    """The English words that symspellpy carries, in small letters, each with how often it occurs in books."""

    def __init__(self, folder: Path) -> None:
        self._words = _mapped(folder / ENGLISH)
        # A view: a single number is much sooner taken from it than from numpy's array.
        self._counts = memoryview(np.load(folder / COUNTS, mmap_mode="r"))

    def __len__(self) -> int:
        return len(self._words)

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def count(self, word: str) -> int | None:
        """Return how often a word occurs, or None for what is no word of the list."""
        number = self._words.get(word)
        return None if number is None else self._counts[number]

    def items(self) -> Iterator[tuple[str, int]]:
        """Yield all words, each with how often it occurs."""
        return ((word, self._counts[number]) for word, number in self._words.iteritems())


@lru_cache(maxsize=1)
def english() -> EnglishWords:
    """Return the English words."""
    return EnglishWords(FOLDER)


def is_known(word: str) -> bool:
    """Say whether a word, in small letters, is English, or stands in the name of a disease (MeSH) or of a drug."""
    return word in english() or word in _medical()


def write(english_words: Mapping[str, int], medical_words: Iterable[str], folder: Path = FOLDER) -> None:
    """Write both lists; words of the second that stand in the first are left out of it."""
    trie = Trie(english_words)
    counts = np.zeros(len(trie), np.uint64)
    for word, count in english_words.items():
        counts[trie[word]] = count
    trie.save(str(folder / ENGLISH))
    np.save(folder / COUNTS, counts)
    Trie(word for word in medical_words if word not in trie).save(str(folder / MEDICAL))


@lru_cache(maxsize=1)
def _medical() -> Trie:
    return _mapped(FOLDER / MEDICAL)


def _mapped(file: Path) -> Trie:
    trie = Trie()
    trie.mmap(str(file))
    return trie
