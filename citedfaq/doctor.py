"""Checks of an installation, each with its remedy."""

import datetime
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from citedfaq.build import compare
from citedfaq.build.advice import Kind, advise
from citedfaq.build.builds import kept_builds
from citedfaq.encoder.choice import current_digest, why_reference
from citedfaq.errors import CitedFAQError
from citedfaq.index import Index, load_index
from citedfaq.manifest import read_manifest, read_pointer
from citedfaq.passages import RULES_VERSION
from citedfaq.settings import Settings, load_settings

_OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was looked at, whether it is well, what was seen, and what mends it (empty if well)."""

    name: str
    well: bool
    seen: str
    remedy: str = ""


def examine(corpus: Path, index: Path, settings_file: Path | None) -> list[Check]:
    """Check Python, settings, encoder, index, corpus and disk, in the order in which each needs the ones before it."""
    return list(_checks(corpus, index, settings_file))


def _checks(corpus: Path, index: Path, settings_file: Path | None) -> Iterator[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    old = sys.version_info < _OLDEST_PYTHON
    yield Check("python", not old, version, "install Python 3.11 or newer" if old else "")
    try:
        settings = load_settings(settings_file)
    except CitedFAQError as error:
        yield _failed("settings", error)
        return
    yield Check("settings", True, "read")
    yield _contact(settings)
    try:
        digest = current_digest(settings.encoder, index)
    except CitedFAQError as error:
        yield _failed("encoder", error)
        return
    yield _encoder(settings.encoder, index, digest)
    yield from _manifest(index)
    try:
        loaded = load_index(index, settings.encoder, digest)
    except CitedFAQError as error:
        yield _failed("index", error)
    else:
        yield Check("index", True, f"{len(loaded.articles)} articles, {len(loaded.passages)} passages, all files sound")
        yield from _articles(loaded, settings)
    yield from _corpus(corpus, index, digest)
    yield _disk(index)


def _manifest(index: Path) -> Iterator[Check]:
    try:
        pointer = read_pointer(index)
        if pointer is None:
            return
        manifest = read_manifest(index / pointer.build)
        earlier = len(kept_builds(index)) - 1
    except CitedFAQError as error:
        yield _failed("manifest", error)
        return
    seen = f"build {manifest.build}, made in {manifest.seconds:.0f} seconds; {earlier} kept for --rollback"
    current = manifest.rules_version == RULES_VERSION
    remedy = "" if current else "run 'python ingest.py': the rules by which articles are read and cut have changed"
    yield Check("manifest", current, seen, remedy)
    if pointer.instead_of:
        seen = f"build {pointer.instead_of} was put out of use by a rollback"
        yield Check("rollback", False, seen, "mend the articles and run 'python ingest.py', or add --full to keep them")


def _contact(settings: Settings) -> Check:
    known = bool(settings.phone or settings.contact_url)
    remedy = "set phone or contact_url in citedfaq.toml, so that a patient has whom to turn to"
    return Check("contact", known, "set" if known else "neither phone nor contact_url is set", "" if known else remedy)


def _encoder(name: str, index: Path, digest: str) -> Check:
    seen = f"{name}, SHA-256 {digest[:12]}…"
    refused = why_reference(name, index)
    if not refused:
        return Check("encoder", True, seen)
    # Not a fault: all works, at a price.
    cost = "a question takes some five times as long, the server starts ten seconds later and needs 350 MB more"
    return Check("encoder", True, f"{seen}, on sentence-transformers, because {refused}: {cost}")


_MENDING: dict[Kind, tuple[str, str, str]] = {
    "untitled": ("titles", "without a title", "give {} a heading, or 'title' in the front matter"),
    "unreviewed": ("reviews", "not reviewed", "have a clinician review {} and set 'reviewed' in the front matter"),
    "overdue": ("overdue", "overdue for review", "have a clinician review {} again and set 'reviewed'"),
    "stale": ("stale", "served in an earlier version", "mend or delete {}"),
    "alike": ("alike", "nearly the same as another", "delete {}, or make clear what sets it apart"),
}


def _articles(loaded: Index, settings: Settings) -> Iterator[Check]:
    today = datetime.datetime.now().astimezone().date()
    found = list(advise(loaded.articles.values(), loaded.manifest.alike, settings.review_months, today))
    for kind, (name, seen, remedy) in _MENDING.items():
        paths = list(dict.fromkeys(each.path for each in found if each.kind == kind))
        told = f"{len(paths)} of {len(loaded.articles)} articles {seen}"
        yield Check(name, not paths, told, remedy.format(_some(paths)) if paths else "")


def _corpus(corpus: Path, index: Path, digest: str) -> Iterator[Check]:
    try:
        changes = compare(corpus, index, digest)
    except CitedFAQError as error:
        yield _failed("corpus", error)
        return
    drift = len(changes.added) + len(changes.changed) + len(changes.removed) + len(changes.kept)
    seen = changes.reason or (f"{drift} articles differ from the index" if drift else "as indexed")
    yield Check("corpus", not changes.any, seen, "run 'python ingest.py'" if changes.any else "")
    for skipped in changes.skipped:
        yield Check("corpus", False, f"{skipped.path} is skipped", f"mend it: {skipped.reason}")


def _disk(index: Path) -> Check:
    folder = next(parent for parent in (index.absolute(), *index.absolute().parents) if parent.is_dir())
    if not os.access(folder, os.W_OK):
        return Check("disk", False, f"{folder} cannot be written", "give whoever runs ingest.py the right to write it")
    used = sum(file.stat().st_size for file in index.rglob("*") if file.is_file()) if index.is_dir() else 0
    free = shutil.disk_usage(folder).free
    # A new build is written beside those that are kept, which are at least as large together.
    enough = free > used
    seen = f"{used / 1e6:,.0f} MB used by the index, {free / 1e6:,.0f} MB free"
    return Check("disk", enough, seen, "" if enough else f"free some space on the disk of {folder} for the next build")


def _failed(name: str, error: CitedFAQError) -> Check:
    seen, _, remedy = str(error).rstrip(".").partition(": ")
    return Check(name, False, seen, remedy)


def _some(paths: list[str]) -> str:
    return ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
