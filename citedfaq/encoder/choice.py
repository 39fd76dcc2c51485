"""Which engine runs a model: ONNX Runtime wherever its encoder could be made, else sentence-transformers."""

import contextlib
import importlib.util
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock

from citedfaq.encoder import Encoder
from citedfaq.encoder.adapter import adapter_digest
from citedfaq.encoder.onnx import Description, OnnxEncoder, cores
from citedfaq.encoder.together import Together
from citedfaq.encoder.weights import weights_digest
from citedfaq.errors import CitedFAQError

ENCODERS = "encoders"
"""The folder beside the builds of an index that holds the encoders made for them."""

VERSION = 3
"""Of what `export` makes: raise it whenever another model file is made from the same weights."""

_UNFINISHED = ".unfinished-"


def encoder_to_build(name: str, index_folder: Path, say: Callable[[str], object] | None = None) -> Encoder:
    """Return the encoder for a new build; it is made first where it has not been.

    Args:
        name: of the model, as the settings call it.
        index_folder: the folder of all builds.
        say: is told what takes long, and what was refused, in a sentence.

    Raises:
        CitedFAQError: the model is missing or is not the published one, or the index folder cannot be written.
    """
    weights = weights_digest(name)
    folder = index_folder / ENCODERS
    made = _made(folder, name, weights)
    if made:
        with contextlib.suppress(CitedFAQError):
            return _engine(made, name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock"):
            # Somebody else may have made it while this waited.
            made = _made(folder, name, weights) or _make(folder, name, weights, say)
            with contextlib.suppress(CitedFAQError):
                return _engine(made, name)
            return _engine(_make(folder, name, weights, say), name)
    except OSError as error:
        raise CitedFAQError(
            f"The encoder cannot be written to {folder} ({error.strerror}): check its permissions and free space."
        ) from None


def encoder_to_serve(name: str, index_folder: Path, digest: str) -> Encoder:
    """Return the encoder that a build was made with.

    Args:
        name: of the model, as the settings call it.
        index_folder: the folder of all builds.
        digest: of the encoder, as the build's manifest has it.

    Raises:
        CitedFAQError: it is not here.
    """
    for folder, made in _found(index_folder / ENCODERS):
        if made.name == name and made.digest == digest and _usable(made):
            return Together(OnnxEncoder(folder), cores())
    return _reference(name)


def current_digest(name: str, index_folder: Path) -> str:
    """Return the digest that a build must have to be up to date: of the encoder made from the model's weights.

    Where the model's weights are not, as on a machine that only serves, it is that of the encoder that was brought here
    for the model. It is that of the weights themselves where the reference serves, or none was made yet.

    Raises:
        CitedFAQError: the model is missing or is not the published one.
    """
    named = [made for _, made in _found(index_folder / ENCODERS) if made.name == name]
    try:
        weights = weights_digest(name)
    except CitedFAQError:
        if not named:
            raise
        return next(filter(_usable, named), named[0]).digest
    made = next((made for made in named if made.weights == weights and _usable(made)), None)
    return made.digest if made else weights


def why_reference(name: str, index_folder: Path) -> str:
    """Return why a model runs on the reference engine, or an empty string if it does not, or none was made yet."""
    return next((made.refused for _, made in _found(index_folder / ENCODERS) if made.name == name), "")


def _made(folder: Path, name: str, weights: str) -> tuple[Path, Description] | None:
    fitting = (
        (place, made)
        for place, made in _found(folder)
        if (made.version, made.name, made.weights, made.adapter) == (VERSION, name, weights, adapter_digest(weights))
    )
    return next(fitting, None)


def _usable(made: Description) -> bool:
    return not made.refused and made.adapter == adapter_digest(made.weights)


def _make(folder: Path, name: str, weights: str, say: Callable[[str], object] | None) -> tuple[Path, Description]:
    from citedfaq.encoder.export import export

    if say:
        say("Preparing the encoder, once for each model: about a minute.")
    place = folder / weights[:16]
    for left_over in folder.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(left_over, ignore_errors=True)
    aside = folder / f"{_UNFINISHED}{place.name}"
    made = export(name, aside)
    shutil.rmtree(place, ignore_errors=True)
    aside.rename(place)
    if say and made.refused:
        say(f"'{name}' runs on sentence-transformers, because {made.refused}.")
    return place, made


def _found(folder: Path) -> Iterator[tuple[Path, Description]]:
    if folder.is_dir():
        for place in sorted(folder.iterdir()):
            made = None if place.name.startswith(".") else Description.read(place)
            if made:
                yield place, made


def _engine(made: tuple[Path, Description], name: str) -> Encoder:
    place, description = made
    return _reference(name) if description.refused else OnnxEncoder(place)


def _reference(name: str) -> Encoder:
    if importlib.util.find_spec("sentence_transformers") is None:
        raise CitedFAQError(
            f"The encoder '{name}' of this index is not here, or is of another version of CitedFAQ, and "
            "sentence-transformers, which would make it, is not here either: copy the whole index folder, with "
            f"'{ENCODERS}' in it, from a machine that built it with this version."
        )
    from citedfaq.encoder.sentence_transformer import SentenceTransformerEncoder

    return SentenceTransformerEncoder(name)
