"""Writes the files of a build into a folder aside, each flushed to the disk, the manifest last."""

import dataclasses
import datetime
import hashlib
import json
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from citedfaq.articles import Article
from citedfaq.build.alike import nearly_the_same
from citedfaq.build.builds import flush, flush_folder
from citedfaq.build.records import ArticleWriter, PassageWriter
from citedfaq.build.vectors import write_vectors
from citedfaq.encoder import Encoder, Progress
from citedfaq.index import VOCABULARY, Index
from citedfaq.lexical import words, write_lexical
from citedfaq.manifest import FORMAT_VERSION, MANIFEST, Manifest, file_digest, is_sampled, sample_digest
from citedfaq.nearest import write_nearest
from citedfaq.passages import RULES_VERSION, Passage, cut, text_to_encode
from citedfaq.records import Articles, Passages


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
    told = _write_texts(folder, plan.articles, old)
    # From here on all is read back from the disk, so that the corpus need not be in memory.
    articles, passages = Articles.load(folder), Passages.load(folder)
    written = write_vectors(folder, articles, passages, encoder, old, progress)
    write_nearest(folder, old.folder if old else None)
    write_lexical(folder, (text_to_encode(articles[passage.article], passage) for passage in passages))
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
        articles=told.digests,
        stale=told.stale,
        passages=len(passages),
        vectors=written.vectors,
        alike=list(nearly_the_same(plan.articles)),
        files={file.relative_to(folder).as_posix(): file_digest(file) for file in files},
        samples={file.relative_to(folder).as_posix(): sample_digest(file) for file in files if is_sampled(file)},
    )
    (folder / MANIFEST).write_text(json.dumps(dataclasses.asdict(manifest), indent=1), encoding="utf-8")
    for file in [*files, folder / MANIFEST]:
        flush(file)
    for parent in {file.parent for file in files}:
        flush_folder(parent)
    return manifest, written.encoded


@dataclasses.dataclass(frozen=True, slots=True)
class _Told:
    """What the manifest says of the articles: the digest of each, by path, and the paths of stale ones."""

    digests: dict[str, str]
    stale: list[str]


def _write_texts(folder: Path, articles: Iterable[Article], old: Index | None) -> _Told:
    """Write the articles one by one, their passages, and how often each word stands in them."""
    told = _Told({}, [])
    vocabulary: dict[str, int] = {}
    with ArticleWriter(folder) as article_writer, PassageWriter(folder) as passage_writer:
        for number, article in enumerate(articles):
            article_writer.append(article)
            for passage in _passages(article, old):
                passage_writer.append(article, number, passage)
            for word in words(article.text):
                vocabulary[word] = vocabulary.get(word, 0) + 1
            told.digests[article.path] = article.digest
            if article.stale:
                told.stale.append(article.path)
    (folder / VOCABULARY).write_text(json.dumps(vocabulary), encoding="utf-8")
    return told


def _passages(article: Article, old: Index | None) -> Sequence[Passage]:
    """Return the passages of an article; those of one that has not changed are not cut again."""
    if old and old.manifest.rules_version == RULES_VERSION and old.articles.get(article.id) == article:
        return old.passages_of(article.id)
    return cut(article)
