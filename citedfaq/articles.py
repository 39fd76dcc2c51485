"""`Article`: what a reader sees of one file of the corpus, and where each heading, paragraph and list item stands."""

import datetime
import hashlib
import re
import unicodedata
from dataclasses import dataclass

from citedfaq.readers.draft import Block


@dataclass(frozen=True, slots=True)
class Article:
    """One article, as its readers see it.

    Attributes:
        id: its path in the corpus as a slug, without the ending; unique.
        path: its path in the corpus, with forward slashes.
        title: from the front matter, else its first heading, else the file's name.
        url: its public address, or None.
        text: the visible text, without mark-up. All offsets count its Unicode code points.
        blocks: in reading order, without overlap.
        sources: what the article rests on, as its front matter names it.
        reviewed: when a clinician last reviewed it, or None.
        digest: SHA-256 of the file's bytes.
        stale: the file could not be read this time; this is the version of an earlier build.
        untitled: it names no title of its own, so that the file's name is shown.
    """

    id: str
    path: str
    title: str
    url: str | None
    text: str
    blocks: tuple[Block, ...]
    sources: tuple[str, ...]
    reviewed: datetime.date | None
    digest: str
    stale: bool = False
    untitled: bool = False


def slug(path: str) -> str:
    """Turn a path into an id of small letters, digits and hyphens: `After care/Day 1.md` becomes `after-care-day-1`.

    A path without a single ASCII letter or digit gets an id from its digest, so that ids are never empty.
    """
    stem = path.rpartition(".")[0] or path
    ascii_only = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    short = re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")
    return short or hashlib.sha256(path.encode()).hexdigest()[:12]
