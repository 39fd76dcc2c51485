"""From a corpus to a new build: what changed, build aside, verify, then one atomic switch."""

import contextlib
import dataclasses
import datetime
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import filelock
import numpy as np

from citedfaq.articles import Article, Corpus, SkippedFile, read_corpus
from citedfaq.encoder import Encoder, Progress, Vectors
from citedfaq.errors import CitedFAQError
from citedfaq.index import (
    CURRENT,
    FORMAT_VERSION,
    MANIFEST,
    Index,
    Manifest,
    articles_of,
    current_build,
    entry_texts,
    load_build,
    read_manifest,
    row_texts,
    write_build,
)
from citedfaq.late import Compressed, compress
from citedfaq.passages import RULES_VERSION, cut

KEPT_BUILDS = 2
"""The build in use and the one before it."""

_UNFINISHED = ".unfinished-"
_LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between the corpus and the build in use; paths in the corpus, in order.

    Attributes:
        added: articles that the build does not hold.
        changed: articles whose file has changed.
        removed: articles of the build whose file is gone.
        unchanged: articles that are the same.
        kept: articles that can no longer be read, so that their earlier version stays, from now on marked stale.
        skipped: files that give no article, with the reason.
        reason: why every passage must be made anew, or an empty string.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    kept: tuple[str, ...]
    skipped: tuple[SkippedFile, ...]
    reason: str = ""

    @property
    def any(self) -> bool:
        """Whether a new build is called for."""
        return bool(self.added or self.changed or self.removed or self.kept or self.reason)


@dataclass(frozen=True, slots=True)
class Report:
    """How an ingest ended: what had changed, the build now in use, its passages, how many texts were encoded anew."""

    changes: Changes
    build: str
    passages: int
    encoded: int
    seconds: float


def compare(corpus_folder: Path, index_folder: Path, encoder_digest: str) -> Changes:
    """Say what an ingest would change, without changing anything.

    Raises:
        CitedFAQError: the corpus folder does not exist.
    """
    corpus = read_corpus(corpus_folder)
    old, reason = _previous(index_folder, encoder_digest)
    return _changes(corpus, old, reason)


def ingest(
    corpus_folder: Path,
    index_folder: Path,
    encoder: Encoder,
    *,
    full: bool = False,
    allow_shrink: bool = False,
    progress: Callable[[int], Progress] | None = None,
) -> Report:
    """Bring the index up to date with the corpus.

    The new build is written aside, loaded and checked, and only then put in use; whatever fails before that leaves the
    build in use as it was. Vectors of texts that have not changed are taken from the build in use.

    Args:
        corpus_folder: the clinic's articles.
        index_folder: the folder of all builds.
        encoder: what makes the vectors.
        full: make every vector anew.
        allow_shrink: accept a corpus that is empty or lost more than half of its articles.
        progress: given the number of texts to encode, returns what to tell as they are done.

    Raises:
        CitedFAQError: the corpus is missing, or empty or much smaller without `allow_shrink`; another ingest runs; or
            the index folder cannot be written.
    """
    started = time.monotonic()
    corpus = read_corpus(corpus_folder)
    with _locked(index_folder):
        old, reason = _previous(index_folder, encoder.digest)
        changes = _changes(corpus, old, "everything was asked for" if full else reason)
        articles = sorted([*corpus.articles, *_kept(corpus, old, index_folder)], key=lambda article: article.path)
        if not articles:
            raise CitedFAQError(
                f"The corpus folder {corpus_folder} holds no article that can be read: add one (.md or .txt)."
            )
        if old and len(articles) * 2 < len(old.articles) and not allow_shrink:
            raise CitedFAQError(
                f"{corpus_folder} holds {len(articles)} articles where the index has {len(old.articles)}: "
                "restore them, or add --allow-shrink if they are meant to go."
            )
        if not changes.any and old:
            return Report(changes, old.build, old.passages, 0, time.monotonic() - started)
        index = _load_or_none(index_folder, encoder) if reason == "" and not full else None
        build, passages, encoded = _build(articles, index, index_folder, encoder, progress, started)
        _tidy(index_folder, keep=[build, *([old.build] if old else [])])
    return Report(changes, build, passages, encoded, time.monotonic() - started)


def _build(
    articles: Sequence[Article],
    old: Index | None,
    index_folder: Path,
    encoder: Encoder,
    progress: Callable[[int], Progress] | None,
    started: float,
) -> tuple[str, int, int]:
    passages = [passage for article in articles for passage in cut(article)]
    by_id = {article.id: article for article in articles}
    rows = [text for passage in passages for text in row_texts(by_id[passage.article], passage)]
    entries = [text for passage in passages for text in entry_texts(by_id[passage.article], passage)]
    known = _Known.of(old)
    encoded = known.add(rows, entries, encoder, progress)
    vectors = np.stack([known.vectors[text] for text in rows])
    pieces = [known.pieces[text] for text in entries]
    state = hashlib.sha256("".join(f"{article.path}\0{article.digest}\0" for article in articles).encode()).hexdigest()
    now = datetime.datetime.now(datetime.UTC)
    manifest = Manifest(
        build=f"{now:%Y%m%d-%H%M%S-%f}-{state[:8]}",
        format_version=FORMAT_VERSION,
        rules_version=RULES_VERSION,
        encoder=encoder.name,
        encoder_digest=encoder.digest,
        dimension=vectors.shape[1],
        created=now.isoformat(timespec="seconds"),
        seconds=round(time.monotonic() - started, 2),
        articles={article.path: article.digest for article in articles},
        stale=[article.path for article in articles if article.stale],
        passages=len(passages),
        vectors=len(vectors),
        files={},
    )
    aside = index_folder / f"{_UNFINISHED}{manifest.build}"
    try:
        aside.mkdir()
        write_build(aside, manifest, articles, passages, vectors, pieces)
        load_build(aside, encoder.name, encoder.digest)
        aside.rename(index_folder / manifest.build)
        _switch(index_folder, manifest.build)
    except OSError as error:
        raise CitedFAQError(
            f"The index could not be written to {index_folder} ({error.strerror or error}): "
            "free space or mend its permissions."
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return manifest.build, len(passages), encoded


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of texts: the vector of each, and the pieces of those that are entries of the late index."""

    vectors: dict[str, Vectors]
    pieces: dict[str, Compressed]

    @classmethod
    def of(cls, index: Index | None) -> "_Known":
        """Take over what a build holds."""
        known = cls({}, {})
        if index is None:
            return known
        for number, passage in enumerate(index.passages):
            article = index.articles[passage.article]
            known.vectors.update(zip(row_texts(article, passage), index.vectors_of(number), strict=True))
            known.pieces.update(zip(entry_texts(article, passage), index.late.entries_of(number), strict=True))
        return known

    def add(
        self,
        rows: Sequence[str],
        entries: Sequence[str],
        encoder: Encoder,
        progress: Callable[[int], Progress] | None,
    ) -> int:
        """Encode what is not known yet and return how many texts that were."""
        whole = [text for text in dict.fromkeys(entries) if text not in self.pieces]
        whole_set = set(whole)
        others = [text for text in dict.fromkeys(rows) if text not in self.vectors and text not in whole_set]
        count = len(whole) + len(others)
        report = progress(count) if progress and count else None
        for text, encoded in zip(whole, encoder.encode_pieces(whole, report), strict=True):
            self.vectors[text] = encoded.vector
            self.pieces[text] = compress(encoded)
        self.vectors.update(zip(others, encoder.encode(others, report), strict=True))
        return count


def _previous(index_folder: Path, encoder_digest: str) -> tuple[Manifest | None, str]:
    """Return the manifest of the build in use, and why it cannot be built upon (an empty string if it can)."""
    try:
        build = current_build(index_folder)
        if build is None:
            return None, "there is no index yet"
        manifest = read_manifest(index_folder / build)
    except CitedFAQError:
        return None, "the index is damaged or of another format"
    if manifest.encoder_digest != encoder_digest:
        return manifest, "the encoder has changed"
    if manifest.rules_version != RULES_VERSION:
        return manifest, "articles are cut by newer rules"
    return manifest, ""


def _changes(corpus: Corpus, manifest: Manifest | None, reason: str) -> Changes:
    old = manifest.articles if manifest else {}
    stale = set(manifest.stale if manifest else ())
    new = {article.path: article.digest for article in corpus.articles}
    unreadable = {skipped.path for skipped in corpus.skipped}
    same = {path for path in new if new[path] == old.get(path) and path not in stale}
    return Changes(
        added=tuple(path for path in new if path not in old),
        changed=tuple(path for path in new if path in old and path not in same),
        removed=tuple(path for path in old if path not in new and path not in unreadable),
        unchanged=tuple(path for path in new if path in same),
        kept=tuple(path for path in old if path in unreadable and path not in stale),
        skipped=corpus.skipped,
        reason=reason,
    )


def _kept(corpus: Corpus, old: Manifest | None, index_folder: Path) -> list[Article]:
    """Return the earlier versions, marked stale, of articles whose file cannot be read this time."""
    unreadable = {skipped.path for skipped in corpus.skipped}
    if old is None or unreadable.isdisjoint(old.articles):
        return []
    taken = {article.id for article in corpus.articles}
    earlier = articles_of(index_folder / old.build).values()
    return [
        dataclasses.replace(article, stale=True)
        for article in earlier
        if article.path in unreadable and article.id not in taken
    ]


def _load_or_none(index_folder: Path, encoder: Encoder) -> Index | None:
    build = current_build(index_folder)
    try:
        return load_build(index_folder / build, encoder.name, encoder.digest) if build else None
    except CitedFAQError:
        return None


def _switch(index_folder: Path, build: str) -> None:
    aside = index_folder / f"{_UNFINISHED}{CURRENT}"
    with aside.open("w", encoding="utf-8") as stream:
        stream.write(build + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(index_folder / CURRENT)
    with contextlib.suppress(OSError):  # not every system can flush a folder
        folder = os.open(index_folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _tidy(index_folder: Path, keep: Sequence[str]) -> None:
    for entry in index_folder.iterdir():
        unfinished = entry.name.startswith(_UNFINISHED)
        if unfinished or (entry.is_dir() and (entry / MANIFEST).is_file() and entry.name not in keep):
            if entry.is_dir():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)


@contextlib.contextmanager
def _locked(index_folder: Path) -> Iterator[None]:
    try:
        index_folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(index_folder / _LOCK, timeout=0)
        lock.acquire()
    except filelock.Timeout:
        raise CitedFAQError(
            f"Another ingest is at work on {index_folder}: wait until it ends, then run this again."
        ) from None
    except OSError as error:
        raise CitedFAQError(
            f"The index folder {index_folder} cannot be written ({error.strerror}): mend its permissions."
        ) from None
    try:
        yield
    finally:
        lock.release()
