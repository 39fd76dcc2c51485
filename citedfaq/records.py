"""Articles and passages as JSON records, one a line, as an index keeps them on disk."""

import dataclasses
import datetime
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from citedfaq.articles import Article
from citedfaq.passages import Passage, Sentence
from citedfaq.readers.draft import Block


def write_articles(file: Path, articles: Iterable[Article]) -> None:
    """Write articles, one a line."""
    _write_lines(file, map(_article_record, articles))


def read_articles(file: Path) -> dict[str, Article]:
    """Return the articles that `write_articles` wrote, by id."""
    return {article.id: article for article in map(_article, _read_lines(file))}


def write_passages(file: Path, passages: Iterable[Passage]) -> None:
    """Write passages, one a line."""
    _write_lines(file, map(_passage_record, passages))


def read_passages(file: Path) -> list[Passage]:
    """Return the passages that `write_passages` wrote, in order."""
    return list(map(_passage, _read_lines(file)))


def _article_record(article: Article) -> dict[str, Any]:
    record = _fields(article)
    record["blocks"] = [[block.kind, block.start, block.end, block.level, *block.wordings] for block in article.blocks]
    record["reviewed"] = article.reviewed and article.reviewed.isoformat()
    return record


def _article(record: dict[str, Any]) -> Article:
    record["blocks"] = tuple(
        Block(kind, start, end, level, tuple(wordings)) for kind, start, end, level, *wordings in record["blocks"]
    )
    record["reviewed"] = record["reviewed"] and datetime.date.fromisoformat(record["reviewed"])
    record["sources"] = tuple(record["sources"])
    return Article(**record)


def _passage_record(passage: Passage) -> dict[str, Any]:
    record = _fields(passage)
    record["sentences"] = [[sentence.start, sentence.end, sentence.group] for sentence in passage.sentences]
    return record


def _passage(record: dict[str, Any]) -> Passage:
    record["sentences"] = tuple(Sentence(*sentence) for sentence in record["sentences"])
    record["heading"], record["wordings"] = tuple(record["heading"]), tuple(record["wordings"])
    return Passage(**record)


def _fields(noun: Article | Passage) -> dict[str, Any]:
    # Not `dataclasses.asdict`, which would take every block and sentence apart: three times as slow.
    return {field.name: getattr(noun, field.name) for field in dataclasses.fields(noun)}


def _write_lines(file: Path, records: Iterable[dict[str, Any]]) -> None:
    with file.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(record) + "\n" for record in records)


def _read_lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)
