"""The vectors of a build: what an earlier build holds is taken over, and only the rest is encoded.

All goes to the disk window by window, so that the memory it takes is that of one window, whatever the corpus.
"""

import hashlib
import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from citedfaq.articles import Article
from citedfaq.encoder import Encoder, Progress
from citedfaq.index import Index, entry_texts, row_texts
from citedfaq.late import PIECES, STARTS, Compressed, columns, compress
from citedfaq.nearest import VECTORS
from citedfaq.passages import Passage
from citedfaq.rows import RowWriter, faiss_header, npy_header

_WINDOW = 512
"""Passages whose texts are encoded together, the shorter before the longer: about 2,500 texts, or 50 MB of vectors."""

_CHUNK = 128
"""Texts whose pieces are compressed at once: at most 256 pieces of 384 numbers each make 50 MB."""

_Key = bytes

_ROWS, _ENTRIES, _TODO = "rows", "entries", "todo"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: how many vectors of how many numbers, and how many texts were encoded for them."""

    vectors: int
    dimension: int
    encoded: int


def write_vectors(
    folder: Path,
    articles: Mapping[str, Article],
    passages: Sequence[Passage],
    encoder: Encoder,
    old: Index | None,
    progress: Callable[[int], Progress] | None,
) -> Written:
    """Write the vectors and pieces of all passages.

    Args:
        folder: of the new build.
        articles: by id.
        passages: in the order of the build.
        encoder: for the texts that are not known yet.
        old: a build of the same encoder, or None.
        progress: given the number of texts to encode, returns what to tell as they are done.

    Raises:
        OSError: the files cannot be written.
    """
    dimension = old.manifest.dimension if old else encoder.encode([]).shape[1]
    with (
        _Known.of(old) as known,
        RowWriter(folder / VECTORS, dimension, np.float32, faiss_header) as vectors,
        RowWriter(folder / PIECES, columns(dimension), np.int8, npy_header) as pieces,
    ):
        todo = known.missing(articles, passages)
        report = progress(todo) if progress and todo else None
        starts = array("q", [0])
        for window in (passages[first : first + _WINDOW] for first in range(0, len(passages), _WINDOW)):
            rows = [text for passage in window for text in row_texts(articles[passage.article], passage)]
            entries = [text for passage in window for text in entry_texts(articles[passage.article], passage)]
            fresh = _Fresh.of(rows, entries, known, encoder, report)
            for key in map(_key, rows):
                vector = fresh.vectors.get(key)
                place = vectors.count
                vectors.append((known.vector(key, vectors) if vector is None else vector)[np.newaxis])
                known.add(_ROWS, key, place)
            for key in map(_key, entries):
                own = fresh.pieces.get(key)
                place = len(starts) - 1
                pieces.append(known.pieces_of(key, pieces, starts) if own is None else own)
                starts.append(pieces.count)
                known.add(_ENTRIES, key, place)
    np.save(folder / STARTS, np.array(starts, np.int64))
    return Written(vectors.count, dimension, todo)


class _Known:
    """Where the vector of each known text lies, and the pieces of each text that is an entry.

    Places in the old build are negative (`~row`, `~entry`); those in the new one are not. They are kept in a temporary
    database, which SQLite holds in memory while it is small and writes to the disk when it is not.
    """

    def __init__(self, old: Index | None) -> None:
        self.old = old
        self._places = sqlite3.connect("")
        for table in (_ROWS, _ENTRIES, _TODO):
            self._places.execute(f"CREATE TABLE {table} (key BLOB PRIMARY KEY, place INTEGER) WITHOUT ROWID")

    @classmethod
    def of(cls, old: Index | None) -> "_Known":
        """Take in all texts of an old build."""
        known = cls(old)
        if old is None:
            return known
        row = entry = 0
        for passage in old.passages:
            article = old.articles[passage.article]
            for text in row_texts(article, passage):
                known.add(_ROWS, _key(text), ~row)
                row += 1
            for text in entry_texts(article, passage):
                known.add(_ENTRIES, _key(text), ~entry)
                entry += 1
        return known

    def __enter__(self) -> "_Known":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Delete the database."""
        self._places.close()

    def add(self, table: str, key: _Key, place: int) -> None:
        """Note where a text's vector or pieces lie, unless that is known."""
        self._places.execute(f"INSERT OR IGNORE INTO {table} VALUES (?, ?)", (key, place))  # noqa: S608 - ours

    def place(self, table: str, key: _Key) -> int | None:
        """Return where a text's vector or pieces lie, or None where that is not known."""
        row = self._places.execute(f"SELECT place FROM {table} WHERE key = ?", (key,)).fetchone()  # noqa: S608 - ours
        return None if row is None else int(row[0])

    def missing(self, articles: Mapping[str, Article], passages: Iterable[Passage]) -> int:
        """Return how many texts have to be encoded."""
        for passage in passages:
            article = articles[passage.article]
            for table, texts in ((_ENTRIES, entry_texts(article, passage)), (_ROWS, row_texts(article, passage))):
                for key in map(_key, texts):
                    if self.place(table, key) is None:
                        self.add(_TODO, key, 0)
        [count] = self._places.execute(f"SELECT COUNT(*) FROM {_TODO}").fetchone()  # noqa: S608 - ours
        self._places.execute(f"DELETE FROM {_TODO}")  # noqa: S608 - ours
        return int(count)

    def vector(self, key: _Key, written: RowWriter) -> NDArray[np.float32]:
        place = self._known_place(_ROWS, key)
        if place >= 0 or self.old is None:
            vector: NDArray[np.float32] = written.read(place, 1)[0]
            return vector
        return self.old.vector(~place)

    def pieces_of(self, key: _Key, written: RowWriter, starts: Sequence[int]) -> Compressed:
        place = self._known_place(_ENTRIES, key)
        if place >= 0 or self.old is None:
            return written.read(starts[place], starts[place + 1] - starts[place])
        return self.old.late.entry(~place)

    def _known_place(self, table: str, key: _Key) -> int:
        place = self.place(table, key)
        assert place is not None, "a text that was not encoded is known"  # noqa: S101 - `_Fresh.of` sees to it
        return place


@dataclass(frozen=True, slots=True)
class _Fresh:
    """What was encoded for one window."""

    vectors: dict[_Key, NDArray[np.float32]]
    pieces: dict[_Key, Compressed]

    @classmethod
    def of(
        cls, rows: Iterable[str], entries: Iterable[str], known: _Known, encoder: Encoder, report: Progress | None
    ) -> "_Fresh":
        fresh = cls({}, {})
        whole = {key: text for text in entries if known.place(_ENTRIES, key := _key(text)) is None}
        for keys, texts in _chunks(whole):
            for key, encoded in zip(keys, encoder.encode_pieces(texts, report), strict=True):
                fresh.vectors[key] = encoded.vector
                fresh.pieces[key] = compress(encoded)
        others = {key: text for text in rows if (key := _key(text)) not in whole and known.place(_ROWS, key) is None}
        for keys, texts in _chunks(others):
            fresh.vectors.update(zip(keys, encoder.encode(texts, report), strict=True))
        return fresh


def _chunks(texts: Mapping[_Key, str]) -> Iterator[tuple[list[_Key], list[str]]]:
    """Yield texts in chunks, the shorter before the longer: texts of like length are encoded faster together."""
    keys = sorted(texts, key=lambda key: len(texts[key]))
    for first in range(0, len(keys), _CHUNK):
        chunk = keys[first : first + _CHUNK]
        yield chunk, [texts[key] for key in chunk]


def _key(text: str) -> _Key:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
