"""The pages that were fetched from the clinic's website: files in the corpus, and beside them where each came from.

`corpus/site/<host>/` holds each page as it was sent, and `.pages.json` its address and what the server said of its
version. The pages are read like any other file; the addresses become those of the articles.
"""

import dataclasses
import hashlib
import json
import re
import urllib.parse
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from citedfaq.errors import CitedFAQError

SITE: Final = "site"
RECORD: Final = ".pages.json"
_MOST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class Page:
    """One fetched page.

    Attributes:
        url: its address.
        file: the name of its file.
        etag: the version that the server named, or an empty text.
        modified: the `Last-Modified` that the server named, or an empty text.
        fetched: when it was fetched, as an ISO date and time.
    """

    url: str
    file: str
    etag: str = ""
    modified: str = ""
    fetched: str = ""


def folder_of(corpus: Path, host: str) -> Path:
    """Return where the pages of a host are kept; a port becomes a part of the name."""
    return corpus / SITE / re.sub(r"[^a-z0-9.-]", "-", host.lower())


def read_record(folder: Path) -> dict[str, Page]:
    """Return the fetched pages of a folder by address; none if nothing was fetched into it.

    Raises:
        CitedFAQError: the record is damaged.
    """
    file = folder / RECORD
    try:
        entries = json.loads(file.read_text(encoding="utf-8"))
        pages = [Page(**{key: str(value) for key, value in entry.items()}) for entry in entries]
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, TypeError, AttributeError):
        raise CitedFAQError(f"{file} is damaged: remove the folder {folder} and fetch the site anew.") from None
    return {page.url: page for page in pages if "/" not in page.file and page.file not in ("", ".", "..")}


def write_record(folder: Path, pages: dict[str, Page]) -> None:
    """Replace the record of a folder, at once or not at all."""
    entries = [dataclasses.asdict(page) for _, page in sorted(pages.items())]
    write_file(folder / RECORD, json.dumps(entries, indent=1, ensure_ascii=False).encode())


def write_file(file: Path, content: bytes) -> None:
    """Write a file so that a reader finds the old one or the new one, never a part."""
    aside = file.with_name(f".{file.name}.new")
    aside.write_bytes(content)
    aside.replace(file)


def address_of(file: Path) -> str | None:
    """Return the address that a file of the corpus was fetched from, or None if it was not, or if that is lost."""
    record = file.parent / RECORD
    try:
        changed = record.stat().st_mtime_ns
    except OSError:
        return None
    return _addresses(file.parent, changed).get(file.name)


def file_name(url: str, ending: str, taken: set[str]) -> str:
    """Return the name of the file for a page: its path in small letters, with a digest where that is not enough."""
    parts = urllib.parse.urlsplit(url)
    path = re.sub(r"\.(html?|php|aspx?|xhtml|pdf|docx)$", "", urllib.parse.unquote(parts.path), flags=re.IGNORECASE)
    stem = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-")[:_MOST_NAME] or "index"
    if parts.query or f"{stem}{ending}" in taken or re.search(r"[^\x00-\x7f]", path):
        stem = f"{stem}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"
    return f"{stem}{ending}"


@lru_cache(maxsize=8)
def _addresses(folder: Path, changed: int) -> dict[str, str]:  # noqa: ARG001 - a changed record is read anew
    try:
        return {page.file: page.url for page in read_record(folder).values()}
    except CitedFAQError:
        # The next `--site` says so; the pages themselves are still there.
        return {}
