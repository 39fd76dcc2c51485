"""What patients say for what articles write: "black and blue" for "bruising", "Eliquis" for "blood thinners".

The encoder does not know such words, so the articles' word is added to what is looked for. The list is data
(`lay_words.toml`) that a clinic can read and change; it adds words and never takes any away.
"""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from citedfaq.errors import CitedFAQError
from citedfaq.lexical import is_function_word, stem, words

LAY_WORDS_FILE: Final = Path(__file__).parent / "lay_words.toml"

_LONG_NAME: Final = 6

_Stems = tuple[str, ...]


class LayWords:
    """Finds lay wordings in questions.

    Args:
        groups: what patients say, with the words of articles for it.
    """

    def __init__(self, groups: Mapping[str, Sequence[str]]) -> None:
        self._articles: dict[_Stems, Sequence[str]] = {_stems(said): written for said, written in groups.items()}
        self._longest = max(map(len, self._articles), default=0)
        self.names = frozenset(said for said in groups if said.isalpha() and len(said) >= _LONG_NAME)
        """Single words of patients that are long enough to be known in spite of a typo, most of them medicines."""

    def added(self, text: str, vocabulary: Collection[str]) -> tuple[str, ...]:
        """Return the words of articles for what a patient says, where the articles do not say it so themselves.

        Args:
            text: the question.
            vocabulary: the stems of all words of the articles.
        """
        said = _stems(text)
        found: dict[str, None] = {}
        place = 0
        while place < len(said):
            size = next(
                (size for size in range(self._longest, 0, -1) if said[place : place + size] in self._articles), 0
            )
            phrase = said[place : place + size]
            if any(each not in vocabulary and not is_function_word(each) for each in phrase):
                found.update(
                    (written, None) for written in self._articles[phrase] if _is_new(written, said, vocabulary)
                )
            place += size or 1
        return tuple(found)


@lru_cache(maxsize=1)
def load_lay_words(file: Path = LAY_WORDS_FILE) -> LayWords:
    """Read the list.

    Raises:
        CitedFAQError: the file is missing or is not of its form.
    """
    try:
        groups = tomllib.loads(file.read_text(encoding="utf-8"))["words"]
        return LayWords({said: tuple(group["articles"]) for group in groups for said in group["patients"]})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise CitedFAQError(f"{file} is not a list of lay words ({error}): mend it or restore it.") from None


def _is_new(written: str, said: _Stems, vocabulary: Collection[str]) -> bool:
    stems = _stems(written)
    return any(each in vocabulary for each in stems) and not set(stems) <= set(said)


def _stems(text: str) -> _Stems:
    return tuple(map(stem, words(text)))
