"""A small change to a model's weights with which it reads questions as patients ask them; articles it reads without.

Each weight matrix W gets a change of low rank, W + up @ down (Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large
Language Models"). It is learnt, with all else that is, by `python tools/fit_confidence.py`, while the vectors of
articles stay what the published model says; so no article is encoded anew when it changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

FILE: Final = Path(__file__).parent / "adapter.npz"

_WEIGHTS, _DOWN, _UP = "weights", ".down", ".up"


@dataclass(frozen=True, eq=False, slots=True)
class Adapter:
    """Changes to the weights of one model.

    Attributes:
        weights: SHA-256 of the model's weights for which they were learnt.
        changes: for each linear layer, by its name within the transformer, `down` and `up`: shapes (rank, inputs) and
            (outputs, rank).
        digest: SHA-256 of what was read.
    """

    weights: str
    changes: Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]]
    digest: str = ""

    def share(self, kept: float) -> "Adapter":
        """Return the same with each change made smaller, to a share of it."""
        changes = {layer: (down, up * np.float32(kept)) for layer, (down, up) in self.changes.items()}
        return Adapter(self.weights, changes)

    def save(self, file: Path = FILE) -> None:
        """Write it, with two bytes a number."""
        arrays = {_WEIGHTS: np.array(self.weights)}
        for layer, (down, up) in self.changes.items():
            arrays |= {f"{layer}{_DOWN}": down.astype(np.float16), f"{layer}{_UP}": up.astype(np.float16)}
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type] # the stubs take the names for options

    def adapt(self, model: "SentenceTransformer") -> None:
        """Change a model's weights in place."""
        import torch

        transformer: Any = model[0].model
        for layer, (down, up) in self.changes.items():
            with torch.no_grad():
                transformer.get_submodule(layer).weight += torch.from_numpy(up @ down)


@lru_cache(maxsize=1)
def read_adapter(file: Path = FILE) -> Adapter:
    """Read what `Adapter.save` wrote."""
    weights, digest = _stamp(file)
    with np.load(file) as arrays:
        layers = [name.removesuffix(_DOWN) for name in arrays if name.endswith(_DOWN)]
        changes = {
            layer: (arrays[f"{layer}{_DOWN}"].astype(np.float32), arrays[f"{layer}{_UP}"].astype(np.float32))
            for layer in layers
        }
        return Adapter(weights, changes, digest)


def adapter_digest(weights: str) -> str:
    """Return the digest of the adapter for a model, or an empty string where there is none for it.

    The changes themselves, which a server needs no more, are not unpacked.
    """
    known, digest = _stamp(FILE)
    return digest if known == weights else ""


def adapter_for(weights: str) -> Adapter | None:
    """Return the adapter for a model, given the digest of its weights, or None where there is none for it."""
    return read_adapter() if adapter_digest(weights) else None


@lru_cache(maxsize=1)
def _stamp(file: Path) -> tuple[str, str]:
    """Return for which weights an adapter is, and its digest."""
    with np.load(file) as arrays, file.open("rb") as stream:
        return str(arrays[_WEIGHTS]), file_digest(stream, "sha256").hexdigest()
