"""`Corpus`: the articles of a folder, each file read by the reader of its format, and the files that give none."""

import dataclasses
import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from citedfaq import pages
from citedfaq.articles import Article, slug
from citedfaq.errors import CitedFAQError
from citedfaq.readers.draft import Draft, UnreadableArticleError
from citedfaq.readers.formats import READERS
from citedfaq.readers.kinds import misnamed
from citedfaq.readers.process import ReaderProcess
from citedfaq.repeats import without_repeats

QUESTIONS = "questions.jsonl"
"""The clinic's own question set, beside its articles: what a new build has to get right before it is put in use."""

MAX_ARTICLE_BYTES = 5_000_000
"""A longer file is skipped: the longest health articles of public sites stay below 200 KB."""

MAX_DOCUMENT_BYTES = 50_000_000
"""The same for PDF and Word, which carry pictures."""

_DOCUMENTS = (".pdf", ".docx")
_PLAIN = (".md", ".markdown", ".txt", ".text")
_PLAIN_BYTES = 200_000
"""Plain files up to this size are read in this process; all others in a child, with limits."""

_MAX_CHARACTERS = 3_000_000
"""Of visible text; a file that gives more is no article but a library."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Characters of a file's name that would break a line of a report or make it read otherwise."""


Progress = Callable[[int], object]
"""Told how many more files are done."""


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file of the corpus that gave no article, and why in a few words."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """All articles of a folder by path, and the files that were skipped."""

    articles: tuple[Article, ...]
    skipped: tuple[SkippedFile, ...]


def require_corpus(folder: Path) -> None:
    """Refuse a corpus folder that is not there, before anything that takes long.

    Raises:
        CitedFAQError: the folder does not exist.
    """
    if not folder.is_dir():
        raise CitedFAQError(f"The corpus folder {folder} does not exist: create it, or name another with --corpus.")


def read_corpus(folder: Path, earlier: Mapping[str, Article] | None = None, progress: Progress | None = None) -> Corpus:
    """Read every article of a folder and its sub-folders; a file that cannot be read is skipped with its reason.

    Hidden files and folders are passed over without a word, and so is the clinic's question set.

    Args:
        folder: where the articles lie.
        earlier: articles by their path, as they were read before by the same rules; a file whose bytes have not
            changed is not taken apart again.
        progress: told after each file.

    Raises:
        CitedFAQError: the folder does not exist or cannot be listed.
    """
    require_corpus(folder)
    articles: list[Article] = []
    skipped: list[SkippedFile] = []
    by_id: dict[str, str] = {}
    known = earlier or {}
    with ReaderProcess() as process:
        for file in files_of(folder):
            if progress:
                progress(1)
            path = _CONTROLS.sub("\ufffd", os.fsencode(file.relative_to(folder).as_posix()).decode("utf-8", "replace"))
            try:
                article = read_article(file, path, folder, known.get(path), process)
            except UnreadableArticleError as error:
                skipped.append(SkippedFile(path, str(error)))
                continue
            if article.id in by_id:
                skipped.append(
                    SkippedFile(path, f"its id '{article.id}' is already that of {by_id[article.id]}: rename one")
                )
                continue
            by_id[article.id] = path
            articles.append(article)
    return Corpus(tuple(without_repeats(articles)), tuple(skipped))


def read_article(
    file: Path, path: str, folder: Path, earlier: Article | None = None, process: ReaderProcess | None = None
) -> Article:
    """Read one file of the corpus.

    Args:
        file: where it lies.
        path: its path in the corpus.
        folder: the corpus; a link that leads out of it is not followed.
        earlier: the article as it was read before; it is returned if the file's bytes are still the same.
        process: reads what is better not read in this process; one is made for this file if it is missing.

    Raises:
        UnreadableArticleError: in a few words, why the file gives no article.
    """
    ending = file.suffix.lower()
    if file.is_symlink() and file.is_dir():
        raise UnreadableArticleError("it is a link to a folder, which is not followed")
    if ending not in READERS:
        raise UnreadableArticleError(
            f"no reader for '{file.suffix or file.name}' files (there is one for {', '.join(READERS)})"
        )
    data = _bytes(file, folder, MAX_DOCUMENT_BYTES if ending in _DOCUMENTS else MAX_ARTICLE_BYTES)
    digest = hashlib.sha256(data).hexdigest()
    if earlier and earlier.digest == digest and not earlier.stale:
        return dataclasses.replace(earlier, url=pages.address_of(file) or earlier.url)
    parsed = _read(ending, data, "", process)
    if len(parsed.text) > _MAX_CHARACTERS:
        raise UnreadableArticleError(
            f"it has {len(parsed.text):,} characters, more than the {_MAX_CHARACTERS:,} of one"
        )
    if not any(block.kind in ("paragraph", "item") for block in parsed.blocks):
        raise UnreadableArticleError("it has no text below its headings")
    return Article(
        id=slug(path),
        path=path,
        title=parsed.title or _title_from_name(file.stem),
        url=pages.address_of(file) or parsed.url,
        text=parsed.text,
        blocks=parsed.blocks,
        sources=parsed.sources,
        reviewed=parsed.reviewed,
        digest=digest,
        untitled=not parsed.title,
    )


def files_of(folder: Path) -> Iterator[Path]:
    """Yield the files of a corpus, in order; raises `CitedFAQError` where a folder cannot be listed."""
    for parent, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = [name for name in folders if Path(parent, name).is_symlink()]
        here = [Path(parent, name) for name in sorted([*names, *links]) if not name.startswith(".")]
        yield from (file for file in here if file != folder / QUESTIONS)


def _read(ending: str, data: bytes, name: str, process: ReaderProcess | None) -> Draft:
    if not data.strip():
        raise UnreadableArticleError("it is empty")
    if wrong := misnamed(data, ending):
        raise UnreadableArticleError(wrong)
    if ending in _PLAIN and len(data) <= _PLAIN_BYTES:
        try:
            return READERS[ending](data, name)
        except RecursionError:
            raise UnreadableArticleError("it is nested too deeply") from None
    if process is not None:
        return process.read(ending, data, name)
    with ReaderProcess() as own:
        return own.read(ending, data, name)


def _refuse(error: OSError) -> None:
    # Articles that are only out of sight must not be taken for deleted ones.
    raise CitedFAQError(f"{error.filename} cannot be listed ({error.strerror}): check its permissions.")


def _bytes(file: Path, folder: Path, most: int) -> bytes:
    try:
        # This first: a link that leads to itself cannot be resolved.
        if not file.is_file():
            raise UnreadableArticleError("it is not a regular file")
        if not file.resolve().is_relative_to(folder.resolve()):
            raise UnreadableArticleError("it is a link that leads out of the corpus")
        size = file.stat().st_size
        if size > most:
            raise UnreadableArticleError(f"it has {size:,} bytes, more than the {most:,} of one article")
        return file.read_bytes()
    except OSError as error:
        raise UnreadableArticleError(f"it cannot be read ({error.strerror})") from None


def _title_from_name(stem: str) -> str:
    words = re.sub(r"[-_]+", " ", stem).strip()
    return (words[:1].upper() + words[1:]) or "Untitled"
