"""Articles and passages as an index keeps them on disk: a JSON record a line, and beside them what is counted.

Records are read one by one where they are needed. Where each begins, and every offset into an article's text, stands in
arrays of numbers, so that a whole build is checked at its loading without reading its records. All is written by
`build.records`.
"""

import datetime
import hashlib
import json
import mmap
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from citedfaq.articles import Article
from citedfaq.passages import Passage, Sentence
from citedfaq.readers.draft import Block
from citedfaq.rows import mapped

ARTICLES, PASSAGES = "articles.jsonl", "passages.jsonl"
ARTICLE_ROWS, PASSAGE_ROWS, SPANS = "articles.npy", "passages.npy", "spans.npy"
"""The files of a build: the records, and the arrays beside them (`Articles`, `Passages`)."""

WHOLE, WORDING, CONTINUES = -4, -3, -1
"""What stands in the third column of the spans where no stretch begins."""

_KEPT_ARTICLES, _KEPT_PASSAGES = 256, 2048
"""How many records stay in memory once they were read: some ten megabytes."""


class Lines:
    """A file of lines, read by their numbers.

    Args:
        file: the file; it stays mapped, and must not change.
        starts: where each line begins in it, and at the end its size: shape (lines + 1,).
    """

    def __init__(self, file: Path, starts: NDArray[np.int64]) -> None:
        with file.open("rb") as stream:
            size = stream.seek(0, 2)
            self._data: mmap.mmap | bytes = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
        self._starts = starts
        ends = starts[1:]
        self.fits = bool(len(starts) and starts[-1] == size and (np.diff(starts) > 0).all() and self._end_lines(ends))

    def _end_lines(self, ends: NDArray[np.int64]) -> bool:
        return bool((np.frombuffer(self._data, np.uint8)[ends - 1] == ord("\n")).all()) if len(ends) else True

    def record(self, number: int) -> dict[str, Any]:
        """Return the JSON object of a line."""
        record: dict[str, Any] = json.loads(self._data[int(self._starts[number]) : int(self._starts[number + 1])])
        return record


class Articles(Mapping[str, Article]):
    """The articles of a build by id, read when they are asked for.

    Args:
        file: a record a line.
        rows: of each article where its line begins, a number of 64 bits for its id, and its text's length in code
            points; at the end a row that holds the file's size: shape (articles + 1, 3).
    """

    def __init__(self, file: Path, rows: NDArray[np.int64]) -> None:
        self._lines = Lines(file, np.ascontiguousarray(rows[:, 0]))
        self.lengths = np.ascontiguousarray(rows[:-1, 2])
        self._order = np.argsort(rows[:-1, 1], kind="stable")
        self._ids = rows[:-1, 1][self._order]
        self._kept: Callable[[int], Article] = lru_cache(_KEPT_ARTICLES)(self.read)

    @classmethod
    def load(cls, folder: Path) -> "Articles":
        """Open what `ArticleWriter` wrote."""
        return cls(folder / ARTICLES, np.load(folder / ARTICLE_ROWS))

    @property
    def fits(self) -> bool:
        """Whether the array and the records belong together."""
        return self._lines.fits

    def read(self, number: int) -> Article:
        """Return the article of a line, and do not keep it."""
        return _article(self._lines.record(number))

    def numbered(self, number: int) -> Article:
        """Return the article of a line, as one that is asked for again."""
        return self._kept(number)

    def number(self, article_id: str) -> int:
        """Return an article's number, that of its line; raises `KeyError` where there is none of that id."""
        wanted = id_number(article_id)
        place = int(np.searchsorted(self._ids, wanted))
        while place < len(self._ids) and self._ids[place] == wanted:
            number = int(self._order[place])
            if self._kept(number).id == article_id:
                return number
            place += 1
        raise KeyError(article_id)

    def __getitem__(self, article_id: str) -> Article:
        """Return an article; raises `KeyError` where there is none of that id."""
        return self._kept(self.number(article_id))

    def __iter__(self) -> Iterator[str]:
        """Yield the ids in the order of the file."""
        return (self._lines.record(number)["id"] for number in range(len(self)))

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.lengths)


class Passages(Sequence[Passage]):
    """The passages of a build, read when they are asked for.

    Args:
        file: a record a line.
        rows: of each passage where its line begins, its first vector, its first entry for late interaction, its
            article's number, and 1 if it answers an FAQ question, else 0; at the end a row of the totals: shape
            (passages + 1, 5).
        spans: of each vector the first code point in the article's text and the one past the last (0 and 0 for a
            caption and other wordings), and where in the passage's searchable text the stretch begins that begins with
            it, if one does, else `WHOLE`, `WORDING` or `CONTINUES`: shape (vectors, 3).
    """

    def __init__(self, file: Path, rows: NDArray[np.int64], spans: NDArray[np.int32]) -> None:
        self._lines = Lines(file, np.ascontiguousarray(rows[:, 0]))
        self.first_vectors = np.ascontiguousarray(rows[:, 1])
        self.first_entries = np.ascontiguousarray(rows[:, 2])
        # Behind the vector of the whole, one for its caption and each of its other wordings.
        self.first_sentences = self.first_vectors[:-1] + 1 + np.diff(self.first_entries)
        self.article_numbers = np.ascontiguousarray(rows[:-1, 3])
        self.answer_questions = rows[:-1, 4] == 1
        self.spans = spans
        self._kept: Callable[[int], Passage] = lru_cache(_KEPT_PASSAGES)(self._read)

    @classmethod
    def load(cls, folder: Path) -> "Passages":
        """Open what `PassageWriter` wrote."""
        return cls(folder / PASSAGES, np.load(folder / PASSAGE_ROWS), mapped(folder / SPANS))

    def fits(self, articles: Articles) -> bool:
        """Say whether every passage and sentence is a slice of its article, and the parts belong together."""
        first, entries = self.first_vectors, np.diff(self.first_entries)
        sound = self._lines.fits and len(first) == len(self) + 1 and int(first[-1]) == len(self.spans)
        if not sound or not ((entries > 0) & (np.diff(first) >= entries + 2)).all():
            return False
        if not len(self):
            return True
        numbers = self.article_numbers
        if not ((numbers >= 0) & (numbers < len(articles))).all() or (np.diff(numbers) < 0).any():
            return False
        start, end, stretch = self.spans.T
        kinds = np.full(len(self.spans), CONTINUES)
        kinds[first[:-1]] = WHOLE
        captions = np.arange(int(entries.sum())) - np.repeat(np.cumsum(entries) - entries, entries)
        kinds[np.repeat(first[:-1] + 1, entries) + captions] = WORDING
        sentences = np.flatnonzero(kinds == CONTINUES)
        owner = np.searchsorted(first, sentences, side="right") - 1
        opens = first[:-1] + 1 + entries
        whole_start, whole_end = start[first[:-1]], end[first[:-1]]
        follows = sentences[~np.isin(sentences, opens)]
        return bool(
            (np.where(stretch >= 0, CONTINUES, stretch) == kinds).all()
            and (stretch[opens] >= 0).all()
            and (whole_start >= 0).all()
            and (whole_end <= articles.lengths[numbers]).all()
            and (start[sentences] >= whole_start[owner]).all()
            and (end[sentences] <= whole_end[owner]).all()
            and (start[sentences] <= end[sentences]).all()
            and (end[follows - 1] <= start[follows]).all()
        )

    @overload
    def __getitem__(self, number: int) -> Passage: ...

    @overload
    def __getitem__(self, number: slice) -> list[Passage]: ...

    def __getitem__(self, number: int | slice) -> Passage | list[Passage]:
        """Return a passage; raises `IndexError` where there is none of that number."""
        if isinstance(number, slice):
            return [self._read(each) for each in range(*number.indices(len(self)))]
        at = number + len(self) if number < 0 else number
        if not 0 <= at < len(self):
            raise IndexError(number)
        return self._kept(at)

    def __iter__(self) -> Iterator[Passage]:
        """Yield all passages, without keeping them."""
        return map(self._read, range(len(self)))

    def with_question(self) -> Iterator[Passage]:
        """Yield those that answer an FAQ question."""
        return map(self._read, np.flatnonzero(self.answer_questions).tolist())

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.article_numbers)

    def stretches_of(self, number: int) -> list[int]:
        """Return where in a passage's searchable text each of its stretches begins, in code points."""
        starts = self.spans[self.first_vectors[number] : self.first_vectors[number + 1], 2]
        begins: list[int] = starts[starts >= 0].tolist()
        return begins

    def _read(self, number: int) -> Passage:
        record = self._lines.record(number)
        first, end = int(self.first_vectors[number]), int(self.first_vectors[number + 1])
        [start, last, _], *rows = self.spans[first:end].tolist()
        sentences: list[Sentence] = []
        group = -1
        for sentence_start, sentence_end, stretch in rows[1 + len(record["wordings"]) :]:
            group += stretch >= 0
            sentences.append(Sentence(sentence_start, sentence_end, group))
        return Passage(
            article=record["article"],
            start=start,
            end=last,
            heading=tuple(record["heading"]),
            question=record["question"],
            sentences=tuple(sentences),
            wordings=tuple(record["wordings"]),
        )


def id_number(article_id: str) -> int:
    """Return the number of 64 bits that stands for an article's id; another id may have the same."""
    return int.from_bytes(hashlib.blake2b(article_id.encode(), digest_size=8).digest(), "little", signed=True)


def _article(record: dict[str, Any]) -> Article:
    record["blocks"] = tuple(
        Block(kind, start, end, level, tuple(wordings)) for kind, start, end, level, *wordings in record["blocks"]
    )
    record["reviewed"] = record["reviewed"] and datetime.date.fromisoformat(record["reviewed"])
    record["sources"] = tuple(record["sources"])
    return Article(**record)
