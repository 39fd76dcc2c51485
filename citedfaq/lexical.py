"""The lexical index: BM25 over stemmed words, and how rare each word is."""

import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import bm25s
import numpy as np
import Stemmer
from bm25s.stopwords import STOPWORDS_EN_PLUS
from numpy.typing import NDArray

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_K1, _B = 1.5, 0.75
"""BM25's usual constants (Robertson and Zaragoza 2009, section 3.2.4); bm25s has the same defaults."""

_NO_TERM = "\0"
"""Stands for a passage that holds no term: bm25s cannot index an empty document."""

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


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


class LexicalIndex:
    """BM25 scores of passages, and the rarity of terms.

    Args:
        bm25: the index of all passages.
        frequency: in how many passages each term stands.
        size: the number of passages.
    """

    def __init__(self, bm25: bm25s.BM25, frequency: dict[str, int], size: int) -> None:
        self._bm25 = bm25
        self._frequency = frequency
        self._size = size

    @classmethod
    def build(cls, texts: Sequence[str]) -> "LexicalIndex":
        """Index passages by their texts."""
        documents = [terms(text) or [_NO_TERM] for text in texts]
        bm25 = bm25s.BM25(k1=_K1, b=_B)
        bm25.index(documents, show_progress=False)
        frequency: dict[str, int] = {}
        for document in documents:
            for term in set(document) - {_NO_TERM}:
                frequency[term] = frequency.get(term, 0) + 1
        return cls(bm25, frequency, len(texts))

    @classmethod
    def load(cls, folder: Path, frequency: dict[str, int], size: int) -> "LexicalIndex":
        """Load what `save` wrote; `frequency` is kept by the caller among its own records."""
        return cls(bm25s.BM25.load(str(folder), show_progress=False), frequency, size)

    def save(self, folder: Path) -> None:
        """Write the BM25 index to a folder."""
        self._bm25.save(str(folder), show_progress=False)

    @property
    def frequency(self) -> dict[str, int]:
        """In how many passages each term stands."""
        return self._frequency

    def scores(self, query: Sequence[str]) -> NDArray[np.float32]:
        """Return the BM25 score of every passage for a query's terms: shape (passages,), 0 where no term stands."""
        known = [term for term in query if term in self._frequency]
        if not known:
            return np.zeros(self._size, np.float32)
        return np.asarray(self._bm25.get_scores(known), np.float32)

    def rarity(self, term: str) -> float:
        """Return a term's inverse document frequency, ln(1 + (N - n + ½) / (n + ½)): highest for an unknown term."""
        count = self._frequency.get(term, 0)
        return math.log(1 + (self._size - count + 0.5) / (count + 0.5))

    def coverage(self, query: Iterable[str], text: Iterable[str]) -> float:
        """Return how much of a query's rarity-weighted terms a text holds: 0 to 1; 0 for a query without terms."""
        held = text if isinstance(text, frozenset | dict) else set(text)
        weights = [(self.rarity(term), term in held) for term in set(query)]
        total = sum(weight for weight, _ in weights)
        return sum(weight for weight, held_there in weights if held_there) / total if total else 0.0
