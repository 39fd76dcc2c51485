"""Checks of an installation, each with its remedy."""

import datetime
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from citedfaq.answer import is_overdue
from citedfaq.build import compare
from citedfaq.encoder.weights import weights_digest
from citedfaq.errors import CitedFAQError
from citedfaq.index import Index, load_index
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
    """Check Python, settings, encoder, index and corpus, in the order in which each needs the ones before it."""
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
        digest = weights_digest(settings.encoder)
    except CitedFAQError as error:
        yield _failed("encoder", error)
        return
    yield Check("encoder", True, f"{settings.encoder}, SHA-256 {digest[:12]}…")
    try:
        loaded = load_index(index, settings.encoder, digest)
    except CitedFAQError as error:
        yield _failed("index", error)
    else:
        yield Check(
            "index",
            True,
            f"build {loaded.manifest.build}: {len(loaded.articles)} articles, {len(loaded.passages)} passages",
        )
        yield from _reviews(loaded, settings)
    yield from _corpus(corpus, index, digest)


def _contact(settings: Settings) -> Check:
    known = bool(settings.phone or settings.contact_url)
    remedy = "set phone or contact_url in citedfaq.toml, so that a patient has whom to turn to"
    return Check("contact", known, "set" if known else "neither phone nor contact_url is set", "" if known else remedy)


def _reviews(loaded: Index, settings: Settings) -> Iterator[Check]:
    today = datetime.datetime.now().astimezone().date()
    articles = loaded.articles.values()
    missing = [article.path for article in articles if article.reviewed is None]
    overdue = [
        article.path
        for article in articles
        if article.reviewed and is_overdue(article.reviewed, settings.review_months, today)
    ]
    stale = [article.path for article in articles if article.stale]
    yield Check(
        "reviews",
        not missing and not overdue,
        f"{len(missing)} not reviewed, {len(overdue)} overdue, of {len(articles)}",
        "have a clinician review " + _some([*missing, *overdue]) + " and set 'reviewed' in the front matter"
        if missing or overdue
        else "",
    )
    yield Check(
        "stale", not stale, f"{len(stale)} earlier versions served", f"mend or delete {_some(stale)}" if stale else ""
    )


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


def _failed(name: str, error: CitedFAQError) -> Check:
    seen, _, remedy = str(error).rstrip(".").partition(": ")
    return Check(name, False, seen, remedy)


def _some(paths: list[str]) -> str:
    return ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
