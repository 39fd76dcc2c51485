"""The reference encoder: any sentence-transformers model, on the CPU."""

import logging
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from citedfaq.encoder import Progress, Vectors
from citedfaq.encoder.weights import model_folder, weights_digest
from citedfaq.errors import CitedFAQError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_BATCH = 32


class SentenceTransformerEncoder:
    """A sentence-transformers model from a folder; torch is imported at the first text, not before.

    Args:
        name: as in `Settings.encoder`.

    Raises:
        CitedFAQError: the model or its weights are missing or are not the published ones.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.digest = weights_digest(name)

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return a unit vector for each text, in order; text beyond the model's window is not read."""
        if not texts:
            return np.zeros((0, self._dimension), np.float32)
        # Texts of like length share a batch, so that little is spent on padding.
        order = sorted(range(len(texts)), key=lambda position: len(texts[position]))
        vectors = np.empty((len(texts), self._dimension), np.float32)
        for first in range(0, len(order), _BATCH):
            batch = order[first : first + _BATCH]
            vectors[batch] = self._model.encode(
                [texts[position] for position in batch],
                batch_size=_BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            if progress:
                progress(len(batch))
        return vectors

    @cached_property
    def _dimension(self) -> int:
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise CitedFAQError(
                f"The encoder '{self.name}' does not tell its dimension: set 'encoder' to another model."
            )
        return dimension

    @cached_property
    def _model(self) -> "SentenceTransformer":
        import torch
        import transformers
        from sentence_transformers import SentenceTransformer

        transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
        # One thread, for questions and articles alike: where anything else runs on the machine, torch's idle threads
        # spin and fight it for the cores, which costs far more than a second thread brings.
        torch.set_num_threads(1)
        return SentenceTransformer(str(model_folder(self.name)), device="cpu", local_files_only=True)
