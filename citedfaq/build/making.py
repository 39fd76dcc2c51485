"""`ingest`: bring the index up to date with the corpus, or leave it as it is."""

import datetime
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from citedfaq.articles import Article
from citedfaq.build.advice import Advice, advise
from citedfaq.build.builds import UNFINISHED, flush_folder, locked, not_usable, sweep, switch, tidy
from citedfaq.build.changes import Changes, LastBuild, changes_between, last_build, with_kept
from citedfaq.build.report import Report
from citedfaq.build.verify import verify, wrong_questions
from citedfaq.build.write import Plan, write_build
from citedfaq.corpus import QUESTIONS, Corpus, files_of, read_corpus
from citedfaq.encoder import Encoder, Progress
from citedfaq.errors import CitedFAQError
from citedfaq.index import Index, load_build
from citedfaq.manifest import Manifest, Pointer
from citedfaq.settings import Settings, load_settings

StartProgress = Callable[[str, int], Progress]
"""Given what is being done ("Reading" or "Encoding") and to how many files or texts, returns what to tell of each."""


def ingest(  # noqa: PLR0913 - what it works on, and what its caller may choose
    corpus_folder: Path,
    index_folder: Path,
    encoder: Encoder,
    *,
    full: bool = False,
    allow_shrink: bool = False,
    settings: Settings | None = None,
    progress: StartProgress | None = None,
) -> Report:
    """Bring the index up to date with the corpus.

    The new build is written aside, loaded and checked, and only then put in use; whatever fails before that leaves the
    build in use as it was. Vectors of texts that have not changed are taken from the build in use.

    Args:
        corpus_folder: the clinic's articles.
        index_folder: the folder of all builds.
        encoder: what makes the vectors.
        full: read, cut and encode everything anew.
        allow_shrink: accept a corpus that lost more than half of its articles.
        settings: the clinic's, by default those of the working directory.
        progress: is told of what takes long.

    Raises:
        CitedFAQError: the corpus is missing, or empty, or much smaller without `allow_shrink`; another ingest runs; the
            index folder cannot be written; or the new build did not pass its checks.
    """
    started = time.monotonic()
    chosen = settings or load_settings()
    making = Making(corpus_folder, index_folder, encoder, chosen, progress)
    with locked(index_folder):
        try:
            changes, made, articles = making.bring_up_to_date(full=full, allow_shrink=allow_shrink)
        except OSError as error:
            raise not_usable(index_folder, error) from error
    today = datetime.datetime.now().astimezone().date()
    advice = [*advise(articles, made.manifest.alike, chosen.review_months, today), *map(_missed, made.wrong)]
    seconds = round(time.monotonic() - started, 2)
    return Report(changes, made.manifest.build, made.manifest.passages, made.encoded, tuple(advice), seconds)


@dataclass(frozen=True, slots=True)
class Made:
    """A build: its manifest, how many texts were encoded for it, and the clinic's questions that it gets wrong."""

    manifest: Manifest
    encoded: int = 0
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Making:
    """What a build is made with; the fields are as for `ingest`."""

    corpus_folder: Path
    index_folder: Path
    encoder: Encoder
    settings: Settings
    progress: StartProgress | None

    def bring_up_to_date(self, *, full: bool, allow_shrink: bool) -> tuple[Changes, Made, Iterable[Article]]:
        """Make a new build if one is called for; returns what had changed, the build now in use, and its articles."""
        sweep(self.index_folder)
        last = last_build(self.index_folder, self.encoder.digest)
        if full:
            last = LastBuild(last.manifest, last.articles, "everything was asked for")
        corpus = _read(self.corpus_folder, last, self.progress)
        changes = changes_between(corpus, last, self.encoder.digest)
        if last.manifest and not changes.any:
            tidy(self.index_folder)
            return changes, Made(last.manifest), last.articles.values()
        articles = with_kept(corpus, last)
        _refuse(articles, last, self.corpus_folder, allow_shrink=allow_shrink)
        made = self._build(articles, last)
        tidy(self.index_folder)
        return changes, made, articles

    def _build(self, articles: Sequence[Article], last: LastBuild) -> Made:
        """Write a build aside, check it, and put it in use."""
        plan = Plan.of(articles, last.manifest.build if last.manifest else None)
        aside = self.index_folder / f"{UNFINISHED}{plan.build}"
        try:
            aside.mkdir()
            manifest, encoded = write_build(aside, plan, self.encoder, self._old(last), self._encoding())
            index = verify(aside, self.encoder, encode=encoded > 0)
            wrong = wrong_questions(index, self.corpus_folder, self.settings, self.encoder)
            aside.rename(self.index_folder / plan.build)
            flush_folder(self.index_folder)
            switch(self.index_folder, Pointer(plan.build))
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return Made(manifest, encoded, wrong)

    def _old(self, last: LastBuild) -> Index | None:
        if last.manifest is None or not last.same_vectors:
            return None
        return load_build(self.index_folder / last.manifest.build, self.encoder.name, self.encoder.digest)

    def _encoding(self) -> Callable[[int], Progress] | None:
        return partial(self.progress, "Encoding") if self.progress else None


def _read(folder: Path, last: LastBuild, progress: StartProgress | None) -> Corpus:
    report = progress("Reading", sum(1 for _ in files_of(folder))) if progress and folder.is_dir() else None
    return read_corpus(folder, last.articles if last.same_rules else None, report)


def _refuse(articles: Sequence[Article], last: LastBuild, folder: Path, *, allow_shrink: bool) -> None:
    if not articles:
        raise CitedFAQError(f"The corpus folder {folder} holds no article that can be read: add one (.md or .txt).")
    before = len(last.manifest.articles) if last.manifest else 0
    if len(articles) * 2 < before and not allow_shrink:
        raise CitedFAQError(
            f"{folder} holds {len(articles)} articles where the index has {before}: "
            "restore them, or add --allow-shrink if they are meant to go."
        )


def _missed(question: str) -> Advice:
    return Advice("question", QUESTIONS, f"asks “{question}”, which the articles do not answer as it says")
