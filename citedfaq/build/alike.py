"""Which articles are nearly the same, so that an editor can delete one of them."""

import zlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from citedfaq.articles import Article
from citedfaq.lexical import words

NEARLY_THE_SAME = 0.6
"""Resemblance from which two articles count as one: a copy in which every twentieth word was changed still has it."""

_RUN = 4
"""Words in a row that are compared as one (a shingle)."""

_MOST_RUNS = 2_000_000
_CHARACTERS = 6
_LIKELY = 0.4
"""Of more runs than these only a share is looked at, by their numbers; a run takes about so many characters of a text.
Pairs that have so much of the share in common are compared in full."""

_COMMON = 50
"""A run of words that stands in more articles than these is the clinic's boilerplate, and is left out of the count of
pairs, so that the time taken grows with the corpus and not with its square."""


def nearly_the_same(articles: Sequence[Article]) -> Iterator[tuple[str, str, float]]:
    """Yield pairs of articles, by path, whose resemblance is at least `NEARLY_THE_SAME`, with that resemblance.

    Resemblance is that of Broder 1997 ("On the resemblance and containment of documents"): of the runs of four words
    that stand in either, the share that stands in both. It is counted exactly; of a corpus with more than `_MOST_RUNS`
    only for the pairs that a sample of the runs makes likely, so that memory does not grow with all runs.
    """
    every = sum(len(article.text) for article in articles) // (_CHARACTERS * _MOST_RUNS) + 1
    runs = [sampled[sampled % np.uint64(every) == 0] for sampled in (_runs(article.text) for article in articles)]
    sizes = np.array([len(each) for each in runs], np.int64)
    if not sizes.sum():
        return
    owners = np.repeat(np.arange(len(articles)), sizes)
    values = np.concatenate(runs)
    order = np.lexsort((owners, values))
    values, owners = values[order], owners[order]
    starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    counts = np.diff(np.append(starts, len(values)))
    shared: dict[tuple[int, int], int] = {}
    for start, count in zip(starts[counts > 1].tolist(), counts[counts > 1].tolist(), strict=True):
        if count <= _COMMON:
            holders = owners[start : start + count].tolist()
            for position, first in enumerate(holders):
                for second in holders[position + 1 :]:
                    shared[first, second] = shared.get((first, second), 0) + 1
    for (first, second), count in sorted(shared.items()):
        resemblance = count / float(sizes[first] + sizes[second] - count)
        if every > 1 and resemblance >= _LIKELY:
            one, other = _runs(articles[first].text), _runs(articles[second].text)
            both = len(np.intersect1d(one, other, assume_unique=True))
            resemblance = both / float(len(one) + len(other) - both)
        if resemblance >= NEARLY_THE_SAME:
            yield articles[first].path, articles[second].path, round(resemblance, 2)


def _runs(text: str) -> NDArray[np.uint64]:
    """Return a number for each run of words of a text, each once."""
    numbers = np.array([zlib.crc32(word.encode()) for word in words(text)], np.uint64)
    mixed = np.zeros(max(len(numbers) - _RUN + 1, 0), np.uint64)
    for position in range(_RUN if len(mixed) else 0):
        # A polynomial in an odd number, modulo 2^64: two different runs meet with a probability of about 2^-32.
        mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + numbers[position : position + len(mixed)]
    return np.unique(mixed)
