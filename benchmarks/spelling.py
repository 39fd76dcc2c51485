"""`python benchmarks/spelling.py FOLDER`: which typos are mended, and which names of other diseases are by mistake.

On the public set `medquad_articles`: its questions with typos against the same without, and its questions on diseases
that its articles do not cover.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.sets import read_set
from citedfaq.lay_words import load_lay_words
from citedfaq.lexical import words
from citedfaq.spelling import Speller


def main(arguments: Sequence[str]) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Which typos are mended, and which names are by mistake.")
    parser.add_argument("folder", type=Path, help="the folder of the public question sets")
    benchmark = read_set(parser.parse_args(arguments).folder, "medquad_articles")
    vocabulary = Counter(word for each in benchmark.documents for word in words(f"{each.title} {each.text}"))
    speller = Speller(vocabulary, load_lay_words().names)
    became: Counter[str] = Counter()
    for query in benchmark.queries:
        meant, typed = words(query.text), words(query.misspelt)
        used = words(speller.correct(query.misspelt).text)
        if len(meant) == len(typed) == len(used):
            became.update(_outcome(*each) for each in zip(meant, typed, used, strict=True) if each[0] != each[1])
    wrong = [speller.correct(query.text).words for query in benchmark.near]
    asked = sum(bool(speller.correct(query.text).words) for query in benchmark.queries)
    sys.stdout.write(
        f"typos: {became.total()}, mended rightly {became['right']}, left {became['left']}, to another word "
        f"{became['wrong']}\nquestions without typos in which a word was changed: {asked} of {len(benchmark.queries)}, "
        f"on other diseases {sum(map(bool, wrong))} of {len(benchmark.near)}\n"
        f"{ {typed: used for each in wrong for typed, used in each.items()} }\n"
    )
    return 0


def _outcome(meant: str, typed: str, used: str) -> str:
    return "right" if used == meant else "left" if used == typed else "wrong"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
