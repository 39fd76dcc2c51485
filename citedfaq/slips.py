"""Which English words a typed one is a slip away from, and how likely each was meant."""

from collections.abc import Iterator
from string import ascii_lowercase
from typing import Final

from rapidfuzz.distance import OSA, JaroWinkler

from citedfaq.lexical import is_function_word
from citedfaq.wordlists import english

SHORTEST: Final = 4
"""Of shorter words only swapped letters and the same sound are mended: nearly any three letters are near several words.
"""

SHORTEST_BY_SOUND: Final = 3

_COMMON = 30_000_000
"""An English word with so many occurrences in symspellpy's list ("which", "should") may be meant though no article uses
it: it does not tell one article from another, but the encoder reads the rest of the question better with it."""

_SWAP = 0.05
MARGIN: Final = 0.03
"""Two letters swapped are the commonest slip; another word has to be likelier by so much to keep a typo as it is."""


def one_edit_away(word: str, letters: str) -> dict[str, None]:
    """Return all strings that are one edit away, in order: a letter too many, too few, wrong, or swapped with the next.

    Looking these up is about ten times as fast as comparing a word with every one of a list (Norvig 2007, "How to Write
    a Spelling Corrector").
    """
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    near = dict.fromkeys(left + right[1:] for left, right in cuts if right)
    near.update((left + right[1] + right[0] + right[2:], None) for left, right in cuts if len(right) > 1)
    near.update((left + letter + right[1:], None) for left, right in cuts if right for letter in letters)
    near.update((left + letter + right, None) for left, right in cuts for letter in letters)
    near.pop(word, None)
    return near


def swaps(word: str) -> Iterator[str]:
    """Yield a word with each two neighbouring letters swapped that differ."""
    for at in range(len(word) - 1):
        if word[at] != word[at + 1]:
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def is_swapped(typed: str, word: str) -> bool:
    """Say whether letters of a word other than the first changed places."""
    return typed[0] == word[0] and sorted(typed) == sorted(word)


def likeness(typed: str, word: str) -> float:
    """Return how likely a word was meant, 0 to 1: Jaro-Winkler similarity, which trusts a word's start."""
    return float(JaroWinkler.similarity(typed, word)) + (_SWAP if sorted(typed) == sorted(word) else 0.0)


def english_near(typed: str) -> list[tuple[str, int]]:
    """Return the English words that are one edit away, each with how often it occurs, the commonest first."""
    counts = ((word, english().count(word)) for word in one_edit_away(typed, ascii_lowercase + "'"))
    return sorted(((word, count) for word, count in counts if count is not None), key=lambda near: -near[1])


def is_nearer_to_another(typed: str, meant: str) -> bool:
    """Say whether a word is a likelier typo of a word that no article uses, or of one that carries no subject."""
    near = [word for word, _ in english_near(typed)]
    if any(len(other) >= SHORTEST and is_function_word(other) for other in near):
        return True
    if near and OSA.distance(typed, meant) > 1:
        return True
    return any(likeness(typed, other) > likeness(typed, meant) + MARGIN for other in near)


def common_words_near(typed: str) -> list[str]:
    """Return the common English words that are one edit away."""
    near = [word for word, count in english_near(typed) if count >= _COMMON and len(word) >= SHORTEST_BY_SOUND]
    return [word for word in near if len(typed) >= SHORTEST or sorted(word) == sorted(typed)]
