"""The lexical index: BM25 over stemmed words by bm25s, and how rare each word is."""

import json
import math
import re
from array import array
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
import Stemmer
from numpy.typing import NDArray

from citedfaq.rows import mapped

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
_STOP_WORDS = (
    "a about above after again against ain all am an and any are aren aren't as at be because been before being below "
    "between both but by can couldn couldn't d did didn didn't do does doesn doesn't doing don don't down during each "
    "few for from further had hadn hadn't has hasn hasn't have haven haven't having he her here hers herself him "
    "himself his how i if in into is isn isn't it it's its itself just ll m ma me mightn mightn't more most mustn "
    "mustn't my myself needn needn't no nor not now o of off on once only or other our ours ourselves out over own re "
    "s same shan shan't she she's should should've shouldn shouldn't so some such t than that that'll the their "
    "theirs them themselves then there these they this those through to too under until up ve very was wasn wasn't we "
    "were weren weren't what when where which while who whom why will with won won't wouldn wouldn't y you you'd "
    "you'll you're you've your yours yourself yourselves"
)
"""NLTK's English stop words, as bm25s carries them (STOPWORDS_EN_PLUS)."""

_FUNCTION_WORDS = frozenset(_STOP_WORDS.split()) | frozenset(_CHAT_WORDS.split())


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

    Its matrix of terms and passages is bm25s' own, read without bm25s, which would load SciPy: a question only sums its
    terms' columns. They are mapped: what is not read stays on the disk.

    Args:
        folder: of a build, where `write_lexical` wrote it.
    """

    def __init__(self, folder: Path) -> None:
        files = folder / BM25
        self._starts: NDArray[np.int64] = np.load(files / "indptr.csc.index.npy").astype(np.int64)
        self._holders: NDArray[np.int32] = mapped(files / "indices.csc.index.npy")
        self._scores: NDArray[np.float32] = mapped(files / "data.csc.index.npy")
        numbers = json.loads((files / "vocab.index.json").read_text(encoding="utf-8"))
        # bm25s adds an empty term of its own, beyond the last that the matrix has.
        self._number: dict[str, int] = {term: n for term, n in numbers.items() if term not in ("", _NO_TERM)}
        self._size = int(json.loads((files / "params.index.json").read_text(encoding="utf-8"))["num_docs"])
        counts = np.diff(self._starts)
        # A plain array: a single number is much sooner taken from it than from one of numpy's.
        self._rarities = array("d", np.log(1 + (self._size - counts + 0.5) / (counts + 0.5)).tobytes())
        self._rarest = math.log(1 + (self._size + 0.5) / 0.5)

    def fits(self, passages: int) -> bool:
        """Say whether it is of so many passages."""
        return self._size == passages and len(self._holders) == int(self._starts[-1])

    def scores(self, query: Iterable[str]) -> NDArray[np.float32]:
        """Return the BM25 score of every passage for a query's terms: shape (passages,), 0 where no term stands."""
        scores = np.zeros(self._size, np.float32)
        for number in [self._number[term] for term in query if term in self._number]:
            column = slice(self._starts[number], self._starts[number + 1])
            # A passage stands in a column once.
            scores[self._holders[column]] += self._scores[column]
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
    import bm25s

    bm25 = bm25s.BM25(k1=_K1, b=_B)
    bm25.index([terms(text) or [_NO_TERM] for text in texts], show_progress=False)
    bm25.save(str(folder / BM25), show_progress=False)
