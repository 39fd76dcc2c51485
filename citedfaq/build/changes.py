"""What differs between a corpus and the build in use. Digests decide: of every file, of the encoder, of the rules."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from citedfaq.articles import Article
from citedfaq.corpus import Corpus, SkippedFile, read_corpus
from citedfaq.errors import CitedFAQError
from citedfaq.manifest import FORMAT_VERSION, Manifest, damaged_files, read_manifest, read_pointer
from citedfaq.passages import RULES_VERSION
from citedfaq.records import ARTICLE_ROWS, ARTICLES, Articles


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
        reason: why every article must be taken up again, or an empty string.
        held: whether the corpus is still the one whose build a rollback put out of use; then nothing is to be done.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    kept: tuple[str, ...]
    skipped: tuple[SkippedFile, ...]
    reason: str = ""
    held: bool = False

    @property
    def any(self) -> bool:
        """Whether a new build is called for."""
        differs = self.added or self.changed or self.removed or self.kept or self.reason
        return bool(differs) and not self.held


@dataclass(frozen=True, slots=True)
class LastBuild:
    """The build in use, as far as a new one can be made from it.

    Attributes:
        manifest: its manifest, or None where there is none that can be read.
        articles: its articles by path, as far as they are sound.
        reason: why every article must be taken up again, or an empty string.
        same_rules: whether its articles were read and cut by today's rules.
        same_vectors: whether its vectors are sound and those of today's encoder.
        put_out: the manifest of the newer build that a rollback put out of use, or None.
    """

    manifest: Manifest | None
    articles: Mapping[str, Article]
    reason: str
    same_rules: bool = False
    same_vectors: bool = False
    put_out: Manifest | None = None


class _ByPath(Mapping[str, Article]):
    """The articles of a build by path, read when they are asked for; the manifest names them in the file's order."""

    def __init__(self, articles: Articles, manifest: Manifest) -> None:
        self._articles = articles
        self._numbers = {path: number for number, path in enumerate(manifest.articles)}

    def __getitem__(self, path: str) -> Article:
        return self._articles.read(self._numbers[path])

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


def compare(corpus_folder: Path, index_folder: Path, encoder_digest: str) -> Changes:
    """Say what an ingest would change, without changing anything.

    Raises:
        CitedFAQError: the corpus folder does not exist.
    """
    last = last_build(index_folder, encoder_digest)
    corpus = read_corpus(corpus_folder, last.articles if last.same_rules else None)
    return changes_between(corpus, last, encoder_digest)


def last_build(index_folder: Path, encoder_digest: str) -> LastBuild:
    """Find the build in use, look through its files for damage, and read its articles."""
    try:
        pointer = read_pointer(index_folder)
        if pointer is None:
            return LastBuild(None, {}, "there is no index yet")
        folder = index_folder / pointer.build
        manifest = read_manifest(folder)
    except CitedFAQError:
        return LastBuild(None, {}, "the index is damaged or of another format")
    damaged = list(damaged_files(folder, manifest))
    same_rules = manifest.rules_version == RULES_VERSION
    same_encoder = manifest.encoder_digest == encoder_digest
    reason = ""
    if damaged:
        reason = f"{damaged[0]} of the index is missing or damaged"
    elif not same_encoder:
        reason = "the encoder has changed, so that everything is encoded again"
    elif not same_rules:
        reason = "the rules by which articles are read and cut have changed"
    return LastBuild(
        manifest,
        {} if {ARTICLES, ARTICLE_ROWS} & set(damaged) else _ByPath(Articles.load(folder), manifest),
        reason,
        same_rules=same_rules,
        same_vectors=same_encoder and not damaged,
        put_out=_put_out(index_folder, pointer.instead_of),
    )


def changes_between(corpus: Corpus, last: LastBuild, encoder_digest: str) -> Changes:
    """Compare a corpus with the build in use."""
    old = last.manifest.articles if last.manifest else {}
    stale = set(last.manifest.stale if last.manifest else ())
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
        reason=last.reason,
        held=last.same_vectors and _would_be_the_same(with_kept(corpus, last), last.put_out, encoder_digest),
    )


def with_kept(corpus: Corpus, last: LastBuild) -> list[Article]:
    """Return the articles of a new build by path: with earlier versions, marked stale, of those that are unreadable."""
    taken = {article.id for article in corpus.articles}
    unreadable = [last.articles[skipped.path] for skipped in corpus.skipped if skipped.path in last.articles]
    kept = [dataclasses.replace(article, stale=True) for article in unreadable if article.id not in taken]
    return sorted([*corpus.articles, *kept], key=lambda article: article.path)


def _put_out(index_folder: Path, build: str | None) -> Manifest | None:
    try:
        return read_manifest(index_folder / build) if build else None
    except CitedFAQError:
        return None


def _would_be_the_same(articles: list[Article], build: Manifest | None, encoder_digest: str) -> bool:
    """Say whether a build made now would hold what another one holds."""
    if build is None:
        return False
    digests = {article.path: article.digest for article in articles}
    stale = sorted(article.path for article in articles if article.stale)
    return build.made_from == (FORMAT_VERSION, RULES_VERSION, encoder_digest, digests, stale)
