"""Typos of our own, for questions of which a set has no misspelt version."""

import random
import re

_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST = 4
_SHARE = 0.25
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def misspell(text: str, seed: int = 0) -> str:
    """Return a text with typos, always the same ones for one text and seed.

    Modelled on the sets' own typos: every word of four letters or more is hit with a probability of a quarter, at
    least one in all; each time two neighbouring letters are swapped, one is doubled, dropped, or replaced by a
    neighbour on the keyboard (all four equally often), and never the first.
    """
    dice = random.Random(f"{seed}\0{text}")  # noqa: S311 - typos are no secret
    words = [found for found in _WORD.finditer(text) if len(found[0]) >= _SHORTEST]
    hit = [word for word in words if dice.random() < _SHARE] or ([dice.choice(words)] if words else [])
    for word in reversed(hit):
        text = text[: word.start()] + _slip(word[0], dice) + text[word.end() :]
    return text


def _slip(word: str, dice: random.Random) -> str:
    kind = dice.choice(("swap", "double", "drop", "neighbour"))
    at = dice.randrange(1, len(word) - (kind == "swap"))
    before, letter, after = word[:at], word[at], word[at + 1 :]
    match kind:
        case "swap" if letter != after[0]:
            return before + after[0] + letter + after[1:]
        case "neighbour" if keys := _neighbours(letter):
            return before + dice.choice(keys) + after
        case "drop":
            return before + after
        case _:
            return before + 2 * letter + after


def _neighbours(letter: str) -> list[str]:
    """Return the keys that touch a letter's key."""
    for row, keys in enumerate(_KEYS):
        column = keys.find(letter.lower())
        if column >= 0:
            near = [(_KEYS[other], row == other) for other in range(max(row - 1, 0), min(row + 2, len(_KEYS)))]
            return [
                other[place]
                for other, same in near
                for place in range(max(column - 1, 0), min(column + 2, len(other)))
                if not (same and place == column)
            ]
    return []
