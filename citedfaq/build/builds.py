"""The builds of an index: one is in use, a few before it are kept, and a switch is one atomic step."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import filelock

from citedfaq.errors import CitedFAQError
from citedfaq.index import load_build
from citedfaq.manifest import CURRENT, MANIFEST, Pointer, current_build, read_manifest, read_pointer

KEPT_BUILDS = 3
"""The build in use and the two before it, so that a rollback can be followed by another."""

UNFINISHED = ".unfinished-"
"""What a folder or file is called while it is being written."""

_LOCK = ".lock"


@contextlib.contextmanager
def locked(index_folder: Path) -> Iterator[None]:
    """Keep every other ingest away from an index; the system takes the lock from a process that dies.

    Raises:
        CitedFAQError: another ingest runs, or the folder cannot be written.
    """
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


def switch(index_folder: Path, pointer: Pointer) -> None:
    """Put a build in use: readers see the old one or the new one, whatever happens in between."""
    aside = index_folder / f"{UNFINISHED}{CURRENT}"
    aside.write_text(f"{pointer.build}\n{pointer.instead_of or ''}".rstrip("\n") + "\n", encoding="utf-8")
    flush(aside)
    aside.replace(index_folder / CURRENT)
    flush_folder(index_folder)


def rollback(index_folder: Path, encoder_name: str, encoder_digest: str) -> Pointer:
    """Put the build that was in use before back in use; it stays until the corpus changes.

    Returns:
        The build now in use, and the one that it takes the place of.

    Raises:
        CitedFAQError: there is no earlier build, or it is damaged or of another encoder; or another ingest runs.
    """
    with locked(index_folder):
        pointer = read_pointer(index_folder)
        earlier = _earlier(index_folder, pointer.build) if pointer else None
        if pointer is None or earlier is None:
            raise CitedFAQError(
                f"{index_folder} holds no earlier build: mend the articles and run 'python ingest.py' instead."
            )
        load_build(index_folder / earlier, encoder_name, encoder_digest)
        # After two rollbacks it is still the newest build whose articles must not come back by themselves.
        back = Pointer(earlier, instead_of=pointer.instead_of or pointer.build)
        try:
            switch(index_folder, back)
        except OSError as error:
            raise not_usable(index_folder, error) from error
        return back


def not_usable(index_folder: Path, error: OSError) -> CitedFAQError:
    """Return the sentence for an index folder that cannot be read or written."""
    return CitedFAQError(
        f"The index could not be written to {index_folder} ({error.strerror or error}): "
        "free space or mend its permissions; the build in use stays as it was."
    )


def builds_of(index_folder: Path) -> list[str]:
    """Return the ids of all finished builds, oldest first."""
    return sorted(
        entry.name
        for entry in index_folder.iterdir()
        if (entry / MANIFEST).is_file() and not entry.name.startswith(UNFINISHED)
    )


def kept_builds(index_folder: Path) -> list[str]:
    """Return the build in use and those in use before it, newest first, at most `KEPT_BUILDS`.

    Raises:
        CitedFAQError: one of their manifests, or `current`, cannot be read.
    """
    builds: list[str] = []
    build = current_build(index_folder)
    while build and (index_folder / build / MANIFEST).is_file() and build not in builds and len(builds) < KEPT_BUILDS:
        builds.append(build)
        build = read_manifest(index_folder / build).previous
    return builds


def sweep(index_folder: Path) -> None:
    """Delete what a killed run left half written."""
    with contextlib.suppress(OSError):
        for entry in index_folder.glob(f"{UNFINISHED}*"):
            _delete(entry)


def tidy(index_folder: Path) -> None:
    """Delete builds that are neither kept nor put out of use by a rollback; what is not ours stays.

    What cannot be read or deleted now is left to the next run.
    """
    with contextlib.suppress(OSError, CitedFAQError):
        pointer = read_pointer(index_folder)
        kept = {*kept_builds(index_folder), pointer.instead_of if pointer else None}
        for build in builds_of(index_folder):
            if build not in kept:
                # Renamed first, so that a run that is killed meanwhile leaves nothing that looks like a build.
                doomed = index_folder / f"{UNFINISHED}{build}"
                (index_folder / build).rename(doomed)
                _delete(doomed)


def flush(file: Path) -> None:
    """Wait until a file is on the disk."""
    with file.open("rb") as stream:
        os.fsync(stream.fileno())


def flush_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system can."""
    with contextlib.suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _earlier(index_folder: Path, build: str) -> str | None:
    """Return the build that was in use before another; the newest other one where that cannot be known any more."""
    try:
        earlier = read_manifest(index_folder / build).previous
    except CitedFAQError:
        return max((other for other in builds_of(index_folder) if other != build), default=None)
    return earlier if earlier in builds_of(index_folder) else None


def _delete(entry: Path) -> None:
    if entry.is_dir():
        shutil.rmtree(entry, ignore_errors=True)
    else:
        entry.unlink(missing_ok=True)
