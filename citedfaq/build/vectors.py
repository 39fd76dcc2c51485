"""The vectors of a build: what an earlier build holds is taken over, and only the rest is encoded.

All goes to the disk window by window, so that the memory it takes is that of one window, whatever the corpus.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from citedfaq.articles import Article
from citedfaq.encoder import Encoder, Progress
from citedfaq.index import VECTORS, Index, entry_texts, row_texts
from citedfaq.late import PIECES, STARTS, Compressed, columns, compress
from citedfaq.passages import Passage
from citedfaq.rows import RowWriter, faiss_header, npy_header

_WINDOW = 512
"""Passages whose texts are encoded together, the shorter before the longer: about 2,500 texts, or 50 MB of vectors."""

_CHUNK = 128
"""Texts whose pieces are compressed at once: at most 256 pieces of 384 numbers each make 50 MB."""

_Key = bytes


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
    known = _Known.of(old)
    todo = known.missing(articles, passages)
    report = progress(todo) if progress and todo else None
    starts = [0]
    with (
        RowWriter(folder / VECTORS, dimension, np.float32, faiss_header) as vectors,
        RowWriter(folder / PIECES, columns(dimension), np.int8, npy_header) as pieces,
    ):
        for window in (passages[first : first + _WINDOW] for first in range(0, len(passages), _WINDOW)):
            rows = [text for passage in window for text in row_texts(articles[passage.article], passage)]
            entries = [text for passage in window for text in entry_texts(articles[passage.article], passage)]
            fresh = _Fresh.of(rows, entries, known, encoder, report)
            for key in map(_key, rows):
                vector = fresh.vectors.get(key)
                place = vectors.count
                vectors.append((known.vector(key, vectors) if vector is None else vector)[np.newaxis])
                known.rows.setdefault(key, place)
            for key in map(_key, entries):
                own = fresh.pieces.get(key)
                place = pieces.count
                pieces.append(known.pieces_of(key, pieces) if own is None else own)
                starts.append(pieces.count)
                known.entries.setdefault(key, (place, pieces.count))
    np.save(folder / STARTS, np.array(starts, np.int64))
    return Written(vectors.count, dimension, todo)


@dataclass(frozen=True, slots=True)
class _Known:
    """Where the vector of each known text lies, and the pieces of each text that is an entry.

    Places in the old build are negative (`~row`, and `~entry` twice); those in the new one are not.
    """

    old: Index | None
    rows: dict[_Key, int] = field(default_factory=dict)
    entries: dict[_Key, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, old: Index | None) -> "_Known":
        known = cls(old)
        if old is None:
            return known
        row = entry = 0
        for passage in old.passages:
            article = old.articles[passage.article]
            for text in row_texts(article, passage):
                known.rows[_key(text)] = ~row
                row += 1
            for text in entry_texts(article, passage):
                known.entries[_key(text)] = (~entry, ~entry)
                entry += 1
        return known

    def missing(self, articles: Mapping[str, Article], passages: Iterable[Passage]) -> int:
        """Return how many texts have to be encoded."""
        keys: set[_Key] = set()
        for passage in passages:
            article = articles[passage.article]
            keys.update(key for text in entry_texts(article, passage) if (key := _key(text)) not in self.entries)
            keys.update(key for text in row_texts(article, passage) if (key := _key(text)) not in self.rows)
        return len(keys)

    def vector(self, key: _Key, written: RowWriter) -> NDArray[np.float32]:
        place = self.rows[key]
        if place >= 0 or self.old is None:
            vector: NDArray[np.float32] = written.read(place, 1)[0]
            return vector
        return self.old.vector(~place)

    def pieces_of(self, key: _Key, written: RowWriter) -> Compressed:
        first, end = self.entries[key]
        if first >= 0 or self.old is None:
            return written.read(first, end - first)
        return self.old.late.entry(~first)


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
        whole = {key: text for text in entries if (key := _key(text)) not in known.entries}
        for keys, texts in _chunks(whole):
            for key, encoded in zip(keys, encoder.encode_pieces(texts, report), strict=True):
                fresh.vectors[key] = encoded.vector
                fresh.pieces[key] = compress(encoded)
        others = {key: text for text in rows if (key := _key(text)) not in known.rows and key not in whole}
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
