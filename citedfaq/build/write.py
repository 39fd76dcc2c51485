"""Writes the files of a build into a folder aside, each flushed to the disk, the manifest last."""

import dataclasses
import datetime
import hashlib
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from citedfaq.articles import Article
from citedfaq.build.alike import nearly_the_same
from citedfaq.build.builds import flush, flush_folder
from citedfaq.build.vectors import write_vectors
from citedfaq.encoder import Encoder, Progress
from citedfaq.index import (
    ARTICLES,
    BM25,
    FORMAT_VERSION,
    FREQUENCY,
    MANIFEST,
    PASSAGES,
    Index,
    Manifest,
    file_digest,
)
from citedfaq.lexical import LexicalIndex
from citedfaq.passages import RULES_VERSION, Passage, cut, text_to_encode
from citedfaq.records import write_articles, write_passages


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """What a new build is to be: its id, the build in use before it, and its articles by path."""

    build: str
    previous: str | None
    articles: Sequence[Article]

    @classmethod
    def of(cls, articles: Sequence[Article], previous: str | None) -> "Plan":
        """Plan a build now; its id is the time in UTC, and the beginning of a digest of its articles' digests."""
        state = "".join(f"{article.path}\0{article.digest}\0" for article in articles)
        now = datetime.datetime.now(datetime.UTC)
        return cls(f"{now:%Y%m%d-%H%M%S-%f}-{hashlib.sha256(state.encode()).hexdigest()[:8]}", previous, articles)


def write_build(
    folder: Path,
    plan: Plan,
    encoder: Encoder,
    old: Index | None,
    progress: Callable[[int], Progress] | None,
) -> tuple[Manifest, int]:
    """Write a build.

    Args:
        folder: an empty one.
        plan: what to write.
        encoder: for the texts whose vectors are not known yet.
        old: a build of the same encoder whose vectors, and passages if they were cut by the same rules, are taken over.
        progress: as for `write_vectors`.

    Returns:
        The manifest as written, and how many texts were encoded.

    Raises:
        OSError: the files cannot be written.
    """
    started = time.monotonic()
    articles = plan.articles
    passages = _passages(articles, old)
    by_id = {article.id: article for article in articles}
    written = write_vectors(folder, by_id, passages, encoder, old, progress)
    lexical = LexicalIndex.build([text_to_encode(by_id[passage.article], passage) for passage in passages])
    lexical.save(folder / BM25)
    (folder / FREQUENCY).write_text(json.dumps(lexical.frequency), encoding="utf-8")
    write_articles(folder / ARTICLES, articles)
    write_passages(folder / PASSAGES, passages)
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    manifest = Manifest(
        build=plan.build,
        format_version=FORMAT_VERSION,
        rules_version=RULES_VERSION,
        encoder=encoder.name,
        encoder_digest=encoder.digest,
        dimension=written.dimension,
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        seconds=round(time.monotonic() - started, 2),
        previous=plan.previous,
        articles={article.path: article.digest for article in articles},
        stale=[article.path for article in articles if article.stale],
        passages=len(passages),
        vectors=written.vectors,
        alike=list(nearly_the_same(articles)),
        files={file.relative_to(folder).as_posix(): file_digest(file) for file in files},
    )
    (folder / MANIFEST).write_text(json.dumps(dataclasses.asdict(manifest), indent=1), encoding="utf-8")
    for file in [*files, folder / MANIFEST]:
        flush(file)
    for parent in {file.parent for file in files}:
        flush_folder(parent)
    return manifest, written.encoded


def _passages(articles: Sequence[Article], old: Index | None) -> list[Passage]:
    """Return the passages of all articles, in order; those of an article that has not changed are not cut again."""
    known: dict[str, list[Passage]] = {}
    for passage in old.passages if old and old.manifest.rules_version == RULES_VERSION else ():
        known.setdefault(passage.article, []).append(passage)
    passages: list[Passage] = []
    for article in articles:
        same = old is not None and old.articles.get(article.id) == article
        passages.extend(known[article.id] if same and article.id in known else cut(article))
    return passages
