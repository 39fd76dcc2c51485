"""Patients' typos become the words that the articles use; a word of an English or medical word list stays as typed."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from citedfaq.care.misspelt import sound
from citedfaq.lexical import is_function_word, stem, stems, words
from citedfaq.slips import (
    MARGIN,
    SHORTEST,
    SHORTEST_BY_SOUND,
    common_words_near,
    english_near,
    is_nearer_to_another,
    is_swapped,
    likeness,
    one_edit_away,
    swaps,
)
from citedfaq.wordlists import english, is_known

_Key = TypeVar("_Key")

_TOKEN = re.compile(r"(?<!\w)[^\W\d_]+(?:['’][^\W\d_]+)*(?!\w)")

_BY_SOUND = 3
"""A word that sounds the same may be at most so many edits away; "ackilees" and "achilles" are two apart."""

_LIKE = 0.8
"""How like it has to be (`likeness`): "fome" and "foam" are, "rowley" and "rely" are not."""

_FAR_COMMONER = 4
"""Of two words that sound the same, one of the articles' is meant where it is so many times as common in English, and
hardly less like the typed one: "many" is 4.3 times as common as "menu"."""

_HARDLY_LESS = 0.05
"""Its likeness may be less by so much."""

_LONGEST = 64
"""Longer runs of letters are no words (the longest of an English dictionary has 45), and one of a million letters, as a
file pasted into an article has it, would take the memory of the machine with all its beginnings."""

_TWO_EDITS = 7
"""Words of this length may be two edits away; shorter ones one (103 of 300 names of rare diseases in a public set are
within two letters of a word of the articles that do not cover them)."""

_NO_SUBSTITUTION = 4
"""In words of this length a wrong letter is not mended: "tite" is nearer to "tight" than to "time"."""

_AS_HEARD = re.compile(r"ite(?=(n|ness|ly|s)?$)")
"""What "ight" is often written as: "tite", "titeness", "at nite". By letters these are nearer to "note" or too far off.
"""

_BEGINNING = 3
"""Letters that two words at least share if one may be an inflection or a derivation of the other."""

_IRREGULAR_WORDS = (
    "foot feet tooth teeth child children woman women people person mouse mice went gone goes feel felt feels "
    "took taken take takes taking gave given give gives giving came come comes coming make made makes making keep "
    "kept leave left lose lost mean meant meet meeting said says tell told think thought bring brought buys "
    "bought catch caught teach taught seek sought stand stood understand understood wake woke woken wear wore "
    "worn write wrote written rise rose risen drive drove driven break broke broken speak spoke spoken sleep "
    "slept sweep swept bend bent spend spent send sent build built hold held lead fall fell fallen draw drew "
    "drawn grow grew grown know knew known throw threw thrown blow blew blown swim swam swum begin began begun "
    "drink drank drunk ring rang sing sang sink sank sunk lying lain laid better best worse worst further farther "
    "less least more most dice knives lives wives halves calf calves shelves leaves selves thieves analyses "
    "analysis diagnosis diagnoses vertebra vertebrae "
)
_TIMES_AND_THINGS = (
    "year years month months today tonight tomorrow yesterday something someone somebody anything anyone anybody "
    "nothing everything thing things stuff question questions answer answers hello sorry"
)
_NAMES_NOTHING = frozenset((*_IRREGULAR_WORDS.split(), *_TIMES_AND_THINGS.split()))
"""Words of which nothing is said: those whose inflections do not share their beginning, and those that name no subject.
"""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A text with its typos mended: `words` maps each typed word, in small letters, to the one used."""

    text: str
    words: dict[str, str]


class Speller:
    """Mends typos towards a vocabulary.

    Args:
        vocabulary: the words of the articles, in small letters, with how often each stands there.
        others: words that no article has to have and that a typo may stand for all the same.
    """

    def __init__(self, vocabulary: Mapping[str, int], others: Iterable[str] = ()) -> None:
        self._vocabulary = {word: count for word, count in vocabulary.items() if len(word) <= _LONGEST}
        self.stems = frozenset(stems(self._vocabulary))
        self._count = {**dict.fromkeys(others, 1), **self._vocabulary}

    def warm_up(self) -> None:
        """Make the tables of words now, so that the first patient who misspells one does not wait for them."""
        for _ in (self._by_stem, self._by_sound, self._by_length, self._sorted, self._letters):
            pass

    @cached_property
    def _likely(self) -> list[str]:
        """The words that a typo may stand for."""
        return [word for word in self._count if len(word) >= SHORTEST_BY_SOUND and not is_function_word(word)]

    @cached_property
    def _by_stem(self) -> dict[str, list[str]]:
        return _grouped(self._likely, stems(self._likely))

    @cached_property
    def _by_sound(self) -> dict[str, list[str]]:
        return _grouped(self._likely, map(sound, self._likely))

    @cached_property
    def _by_length(self) -> dict[int, list[str]]:
        return _grouped(self._likely, map(len, self._likely))

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._vocabulary)

    @cached_property
    def _letters(self) -> str:
        return "".join(sorted(set().union(*self._likely)))

    def correct(self, text: str) -> Corrected:
        """Replace each typo by the word of the vocabulary that was meant, if there is one that is near enough."""
        mended: dict[str, str] = {}

        def mend(found: re.Match[str]) -> str:
            typed = found[0]
            named = typed[0].isupper() and typed[1:].islower() and found.start() > 0
            used = self._meant(typed.lower().replace("’", "'"), named)
            if used is None:
                return typed
            mended[typed.lower()] = used
            return used

        return Corrected(_TOKEN.sub(mend, text), mended)

    def not_mentioned(self, text: str) -> tuple[str, ...]:
        """Return the words of a text that no article holds in any inflection, as typed in small letters.

        Only words of the lists below count, so that a typo or a name is never said to be missing; and only words that
        share no beginning with a word of the articles that an inflection or a derivation could have.
        """
        typed = dict.fromkeys(word.removesuffix("'s") for word in words(text))
        return tuple(word for word in typed if self._is_missing(word))

    def _is_missing(self, word: str) -> bool:
        if len(word) < SHORTEST or is_function_word(word) or word in _NAMES_NOTHING or not is_known(word):
            return False
        # What words are built on: "curable" on "cure".
        bases = (word[:size] for size in range(_BEGINNING, len(word)))
        derived = any(base in self._vocabulary or f"{base}e" in self._vocabulary for base in bases)
        return not derived and stem(word) not in self.stems and not self._begins_a_word(word[: _beginning(word)])

    def _begins_a_word(self, beginning: str) -> bool:
        place = bisect_left(self._sorted, beginning)
        found = place < len(self._sorted) and self._sorted[place].startswith(beginning)
        # "Body" becomes "bodily" and "bodies".
        return found or (beginning.endswith("i") and f"{beginning[:-1]}y" in self._vocabulary)

    def _meant(self, word: str, named: bool) -> str | None:
        word = word.removesuffix("'s")
        if not SHORTEST_BY_SOUND <= len(word) <= _LONGEST or "'" in word or is_function_word(word):
            return None
        if word in self._count or is_known(word):
            return None
        heard = _AS_HEARD.sub("ight", word)
        if heard != word and (heard in self._count or is_known(heard)):
            return heard
        # "headach" is found as "headache" is, but not read as it.
        same = [other for other in self._by_stem.get(stem(word), ()) if OSA.distance(word, other) <= 1]
        if same or (near := self._by_letters(word)):
            return self._likeliest(word, same) if same else near
        if named:
            return None
        common = common_words_near(word)
        alike = [*self._of_same_sound(word), *(other for other in common if sound(other) == sound(word))]
        if len(word) <= _NO_SUBSTITUTION:
            common = [other for other in common if len(word) == _NO_SUBSTITUTION and is_swapped(word, other)]
        meant = max(alike or common, key=lambda other: likeness(word, other), default=None)
        meant = self._far_commoner(word, meant, alike) or meant
        return meant or (self._inflection(word) if len(word) > _NO_SUBSTITUTION else None)

    def _far_commoner(self, typed: str, meant: str | None, alike: Sequence[str]) -> str | None:
        """Return a word that sounds as the typed one does and is hardly less like it: "meny" is "many", not "menu"."""
        counted = {other: english().count(other) or 0 for other in alike if other in self._vocabulary}
        commonest = max(counted, key=counted.__getitem__, default=None)
        if meant is None or commonest is None or counted[commonest] < _FAR_COMMONER * (english().count(meant) or 0):
            return None
        return commonest if likeness(typed, commonest) > likeness(typed, meant) - _HARDLY_LESS else None

    def _inflection(self, typed: str) -> str | None:
        """Return what was meant where the articles use it in other forms only: "headache", and they say "headaches"."""
        like = {
            other: likeness(typed, other)
            for other, _ in english_near(typed)
            if other[0] == typed[0] and not is_function_word(other)
        }
        least = max(like.values(), default=0.0) - MARGIN
        near = [other for other in like if like[other] >= least and stem(other) in self.stems]
        if not near:
            return None
        likeliest = stem(max(near, key=like.__getitem__))
        # Of "painful" and "painfully" the commoner, which comes first.
        meant = next(other for other in near if stem(other) == likeliest)
        return None if is_nearer_to_another(typed, meant) else meant

    def _by_letters(self, word: str) -> str | None:
        if len(word) < SHORTEST:
            return next((other for other in swaps(word) if other in self._count), None)
        near = one_edit_away(word, self._letters)
        terms = [other for other in near if other in self._count and self._may_be_meant(other)]
        if not terms and len(word) >= _TWO_EDITS:
            terms = [other for other in self._two_edits_away(word) if other[0] == word[0]]
        if len(word) <= _NO_SUBSTITUTION:
            terms = [term for term in terms if len(term) != len(word) or sorted(term) == sorted(word)]
        if not terms:
            return None
        best = self._likeliest(word, terms)
        return None if is_nearer_to_another(word, best) else best

    def _may_be_meant(self, other: str) -> bool:
        return len(other) >= SHORTEST and not is_function_word(other)

    def _two_edits_away(self, word: str) -> list[str]:
        lengths = range(max(len(word) - 2, SHORTEST), len(word) + 3)
        others = [other for length in lengths for other in self._by_length.get(length, ())]
        near = process.extract(word, others, scorer=OSA.distance, score_cutoff=2, limit=None)
        return [other for other, _, _ in near]

    def _of_same_sound(self, word: str) -> list[str]:
        return [
            other
            for other in self._by_sound.get(sound(word), ())
            if OSA.distance(word, other, score_cutoff=_BY_SOUND) <= _BY_SOUND and likeness(word, other) >= _LIKE
        ]

    def _likeliest(self, word: str, others: Sequence[str]) -> str:
        return max(others, key=lambda other: (likeness(word, other), self._count[other]))


def _beginning(word: str) -> int:
    return max(_BEGINNING, round(0.6 * len(word)))


def _grouped(words: Iterable[str], keys: Iterable[_Key]) -> dict[_Key, list[str]]:
    groups: dict[_Key, list[str]] = {}
    for word, key in zip(words, keys, strict=True):
        groups.setdefault(key, []).append(word)
    return groups
