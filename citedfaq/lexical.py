"""The lexical index: BM25 over stemmed words by bm25s, and how rare each word is."""

import math
import re
from array import array
from collections.abc import Iterable
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

BM25 = "bm25"
"""The folder of a build in which bm25s keeps its matrix of terms and passages."""

_NO_TERM = "\0"
"""Stands for a passage that holds no term: bm25s cannot index an empty document."""

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
        bm25: the index of all passages; its matrix may be mapped from the disk.
    """

    def __init__(self, bm25: bm25s.BM25) -> None:
        # Plain arrays, since each slice of NumPy's own class for mapped ones costs two microseconds.
        bm25.scores.update({name: bm25.scores[name].view(np.ndarray) for name in ("data", "indices", "indptr")})
        self._bm25 = bm25
        self._starts: NDArray[np.int64] = np.asarray(bm25.scores["indptr"], np.int64)
        # bm25s adds an empty term of its own, beyond the last that the matrix has.
        own = ("", _NO_TERM)
        self._number: dict[str, int] = {term: n for term, n in bm25.vocab_dict.items() if term not in own}
        self._holders: NDArray[np.int32] = bm25.scores["indices"]
        self._size = int(bm25.scores["num_docs"])
        counts = np.diff(self._starts)
        # A plain array: a single number is much sooner taken from it than from one of numpy's.
        self._rarities = array("d", np.log(1 + (self._size - counts + 0.5) / (counts + 0.5)).tobytes())
        self._rarest = math.log(1 + (self._size + 0.5) / 0.5)

    @classmethod
    def load(cls, folder: Path) -> "LexicalIndex":
        """Load what `write_lexical` wrote; the matrix stays on disk until it is read."""
        return cls(bm25s.BM25.load(str(folder / BM25), mmap=True, show_progress=False))

    def fits(self, passages: int) -> bool:
        """Say whether it is of so many passages."""
        return self._size == passages and len(self._holders) == int(self._starts[-1])

    def scores(self, query: Iterable[str]) -> NDArray[np.float32]:
        """Return the BM25 score of every passage for a query's terms: shape (passages,), 0 where no term stands."""
        known = [self._number[term] for term in query if term in self._number]
        if not known:
            return np.zeros(self._size, np.float32)
        scores: NDArray[np.float32] = self._bm25.get_scores_from_ids(known)
        return scores

    @property
    def vocabulary(self) -> dict[str, int]:
        """All terms, each with its number."""
        return self._number

    def rarity(self, term: str) -> float:
        """Return a term's inverse document frequency, ln(1 + (N - n + ½) / (n + ½)): highest for an unknown term."""
        number = self._number.get(term)
        return self._rarest if number is None else self._rarities[number]

    def coverage(self, query: Iterable[str], text: Iterable[str]) -> float:
        """Return how much of a query's rarity-weighted terms a text holds: 0 to 1; 0 for a query without terms."""
        held = text if isinstance(text, frozenset | dict) else set(text)
        weights = [(self.rarity(term), term in held) for term in dict.fromkeys(query)]
        total = sum(weight for weight, _ in weights)
        return sum(weight for weight, held_there in weights if held_there) / total if total else 0.0

    def coverages(self, query: Iterable[str], passages: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the same for passages, by their numbers: shape (passages,)."""
        held = np.zeros(len(passages))
        # Of the same kind as what they are looked for in, or that would be copied.
        wanted = passages.astype(self._holders.dtype)
        total = 0.0
        for term in dict.fromkeys(query):
            weight = self.rarity(term)
            total += weight
            number = self._number.get(term)
            if number is not None:
                # bm25s keeps the passages of a term together, ascending.
                holders = self._holders[self._starts[number] : self._starts[number + 1]]
                held += weight * (holders.take(holders.searchsorted(wanted), mode="clip") == wanted)
        return held / total if total else held


def best(scores: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Return the numbers of the `count` greatest scores above 0, best first; of like ones the first."""
    bound = np.float32(0)
    sample = scores[::_SAMPLED]
    # Most are 0, and of so many like numbers `partition` is slow to find one.
    sample = sample[sample > 0]
    if len(sample) > count:
        # What is among the best of all is not below the best of a part.
        bound = np.partition(sample, -count)[-count]
    numbers = np.flatnonzero((scores >= bound) & (scores > 0))
    return numbers[np.argsort(-scores[numbers], kind="stable")[:count]]


def write_lexical(folder: Path, texts: Iterable[str]) -> None:
    """Index passages, given their texts in order; equal terms are kept once, so that a passage takes little memory.

    Raises:
        OSError: the files cannot be written.
    """
    bm25 = bm25s.BM25(k1=_K1, b=_B)
    bm25.index([terms(text) or [_NO_TERM] for text in texts], show_progress=False)
    bm25.save(str(folder / BM25), show_progress=False)
