"""Writes the articles and passages of a build, which `citedfaq.records` reads."""

import dataclasses
import json
from array import array
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from citedfaq.articles import Article
from citedfaq.passages import Passage, text_to_encode
from citedfaq.records import (
    ARTICLE_ROWS,
    ARTICLES,
    CONTINUES,
    PASSAGE_ROWS,
    PASSAGES,
    SPANS,
    WHOLE,
    WORDING,
    id_number,
)
from citedfaq.rows import RowWriter, npy_header


class _Writer:
    """Writes records, one a line, and keeps where they begin."""

    def __init__(self, file: Path, rows: Path, columns: int) -> None:
        self._stream = file.open("wb")
        self._rows_file = rows
        self._rows = array("q")
        self._columns = columns

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file, and write the array unless something failed."""
        if error is None:
            self._rows.extend((self._stream.tell(), *self._totals()))
            np.save(self._rows_file, np.array(self._rows, np.int64).reshape(-1, self._columns))
        self._stream.close()

    def _totals(self) -> tuple[int, ...]:
        raise NotImplementedError

    def _write(self, record: dict[str, Any], *row: int) -> None:
        self._rows.extend((self._stream.tell(), *row))
        self._stream.write(json.dumps(record).encode() + b"\n")


class ArticleWriter(_Writer):
    """Writes the articles of a build into a folder, one after the other."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / ARTICLES, folder / ARTICLE_ROWS, 3)

    def append(self, article: Article) -> None:
        """Write one more."""
        self._write(_article_record(article), id_number(article.id), len(article.text))

    def _totals(self) -> tuple[int, ...]:
        return 0, 0


class PassageWriter(_Writer):
    """Writes the passages of a build into a folder, one after the other, those of an article together."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / PASSAGES, folder / PASSAGE_ROWS, 5)
        self._spans = RowWriter(folder / SPANS, 3, np.int32, partial(npy_header, kind="<i4"))
        self._entries = 0

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the files, and finish the arrays unless something failed."""
        super().__exit__(kind, error, trace)
        self._spans.__exit__(kind, error, trace)

    def append(self, article: Article, number: int, passage: Passage) -> None:
        """Write one more, of the article of that number."""
        record = {name: getattr(passage, name) for name in ("article", "heading", "question", "wordings")}
        self._write(record, self._spans.count, self._entries, number, int(bool(passage.question)))
        self._entries += 1 + len(passage.wordings)
        above = len(text_to_encode(article, passage)) - (passage.end - passage.start)
        rows = [[passage.start, passage.end, WHOLE], *[[0, 0, WORDING]] * (1 + len(passage.wordings))]
        group: int | None = None
        for sentence in passage.sentences:
            stretch = CONTINUES if sentence.group == group else above + sentence.start - passage.start
            rows.append([sentence.start, sentence.end, stretch])
            group = sentence.group
        self._spans.append(np.array(rows, np.int32))

    def _totals(self) -> tuple[int, ...]:
        return self._spans.count, self._entries, 0, 0


def _article_record(article: Article) -> dict[str, Any]:
    # Not `dataclasses.asdict`, which would take every block apart: three times as slow.
    record = {field.name: getattr(article, field.name) for field in dataclasses.fields(article)}
    record["blocks"] = [[block.kind, block.start, block.end, block.level, *block.wordings] for block in article.blocks]
    record["reviewed"] = article.reviewed and article.reviewed.isoformat()
    return record
