"""`Manifest`: what a build is made of, and whether its files are as they were written; `Pointer`: which is in use."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from citedfaq.errors import CitedFAQError
from citedfaq.late import PIECES
from citedfaq.nearest import NEAREST, VECTORS

FORMAT_VERSION = 5
"""Raise it whenever the files of a build change their form."""

CURRENT = "current"
MANIFEST = "manifest.json"

_ONLY_RANKING = frozenset({VECTORS, NEAREST, PIECES})
"""Files of which no text is shown; a large one is sampled at loading, and read in full before a build is made from it.
"""

_WHOLE_BYTES = 64_000_000
_SAMPLES, _SAMPLE_BYTES = 256, 16_384
"""Of a larger one, so many stretches of so many bytes each are looked at: the ends, and others spread between."""

REBUILD = "run 'python ingest.py'"
"""What mends an index."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a build is made of.

    Attributes:
        build: its id, also its folder's name.
        format_version: `FORMAT_VERSION` when it was made.
        rules_version: `passages.RULES_VERSION` when it was made.
        encoder: the encoder's name.
        encoder_digest: SHA-256 of its weights.
        dimension: of the vectors.
        created: when it was finished, in UTC.
        seconds: how long it took.
        previous: the build that was in use before it, or None.
        articles: every article's path with the SHA-256 of its file.
        stale: the paths of those that are an earlier version, because their file could not be read.
        passages: how many.
        vectors: how many; one for each passage, caption, other wording and sentence.
        alike: pairs of articles, by path, that are nearly the same, each with the share of what they have in common.
        files: every file of the build with its SHA-256.
        samples: those that are sampled at loading, with the SHA-256 of the sample.
    """

    build: str
    format_version: int
    rules_version: int
    encoder: str
    encoder_digest: str
    dimension: int
    created: str
    seconds: float
    previous: str | None
    articles: dict[str, str]
    stale: list[str]
    passages: int
    vectors: int
    alike: list[tuple[str, str, float]]
    files: dict[str, str]
    samples: dict[str, str]

    @property
    def made_from(self) -> tuple[object, ...]:
        """All that decides what a build holds: two builds are the same if these are."""
        return (self.format_version, self.rules_version, self.encoder_digest, self.articles, sorted(self.stale))


@dataclass(frozen=True, slots=True)
class Pointer:
    """What `current` says.

    Attributes:
        build: the id of the build in use.
        instead_of: the id of the newer build that a rollback put out of use, or None.
    """

    build: str
    instead_of: str | None = None


def current_build(index: Path) -> str | None:
    """Return the id of the build in use, or None where there is none.

    Raises:
        CitedFAQError: it cannot be read.
    """
    pointer = read_pointer(index)
    return pointer.build if pointer else None


def read_pointer(index: Path) -> Pointer | None:
    """Return what `current` says, or None where there is no index; raises as `current_build` does."""
    try:
        names = (index / CURRENT).read_text(encoding="utf-8").split("\n")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError):
        raise CitedFAQError(f"{index / CURRENT} cannot be read: check its permissions, or {REBUILD}.") from None
    build, held = names[0].strip(), names[1].strip() if len(names) > 1 else ""
    return Pointer(build, held or None) if build else None


def read_manifest(folder: Path) -> Manifest:
    """Read a build's manifest.

    Raises:
        CitedFAQError: it is missing, damaged, or of another format.
    """
    file = folder / MANIFEST
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        version = record["format_version"]
        if version != FORMAT_VERSION:
            raise CitedFAQError(f"{file} is of index format {version}, not {FORMAT_VERSION}: {REBUILD}.")
        return Manifest(**record)
    except (OSError, ValueError, KeyError, TypeError):
        raise CitedFAQError(f"{file} is missing or damaged: {REBUILD}.") from None


def current_manifest(index: Path) -> Manifest:
    """Read the manifest of the build in use.

    Raises:
        CitedFAQError: there is no index, or its manifest is missing, damaged or of another format.
    """
    return read_manifest(folder_in_use(index))


def folder_in_use(index: Path) -> Path:
    """Return the folder of the build in use; raises `CitedFAQError` where there is none."""
    build = current_build(index)
    if build is None:
        raise CitedFAQError(f"There is no index in {index}: {REBUILD}.")
    return index / build


def damaged_files(folder: Path, manifest: Manifest, *, sampled: bool = False) -> Iterator[str]:
    """Yield the names of a build's files that are missing or are not as they were written.

    Args:
        folder: of the build.
        manifest: its manifest.
        sampled: look only at a sample of large files from which no text is shown.
    """
    for name, digest in manifest.files.items():
        sample = manifest.samples.get(name) if sampled else None
        try:
            if (sample_digest(folder / name) if sample else file_digest(folder / name)) != (sample or digest):
                yield name
        except OSError:
            yield name


def file_digest(file: Path) -> str:
    """Return a file's SHA-256."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_sampled(file: Path) -> bool:
    """Say whether loading looks only at a sample of a file."""
    return file.name in _ONLY_RANKING and file.stat().st_size > _WHOLE_BYTES


def sample_digest(file: Path) -> str:
    """Return the SHA-256 of a file's size and of stretches of it."""
    with file.open("rb") as stream:
        size = stream.seek(0, 2)
        digest = hashlib.sha256(str(size).encode())
        for number in range(_SAMPLES):
            stream.seek(number * max(size - _SAMPLE_BYTES, 0) // (_SAMPLES - 1))
            digest.update(stream.read(_SAMPLE_BYTES))
        return digest.hexdigest()
