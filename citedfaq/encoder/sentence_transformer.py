"""The reference encoder: any sentence-transformers model, on the CPU."""

import logging
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from citedfaq.encoder import Encoded, Progress, Vectors
from citedfaq.encoder.adapter import Adapter, adapter_for
from citedfaq.encoder.texts import BATCH, batches, words_of
from citedfaq.encoder.weights import model_folder, weights_digest
from citedfaq.errors import CitedFAQError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer


class SentenceTransformerEncoder:
    """A sentence-transformers model from a folder; torch is imported at the first text, not before.

    Args:
        name: as in `Settings.encoder`.
        adapter: with which it reads questions; by default the package's, where that is for this model.

    Raises:
        CitedFAQError: the model or its weights are missing or are not the published ones.
    """

    def __init__(self, name: str, adapter: Adapter | None = None) -> None:
        self.name = name
        self.digest = weights_digest(name)
        self._adapter = adapter or adapter_for(self.digest)

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return a unit vector for each text, in order; text beyond the model's window is not read."""
        vectors = np.empty((len(texts), self._dimension), np.float32)
        for batch in batches(texts):
            vectors[batch] = self._model.encode(
                [texts[position] for position in batch],
                batch_size=BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            if progress:
                progress(len(batch))
        return vectors

    def encode_pieces(self, texts: Sequence[str], progress: Progress | None = None) -> list[Encoded]:
        """Return each text with its pieces, in order; text beyond the model's window is not read."""
        return self._with_pieces(self._model, texts, progress)

    def encode_questions(self, texts: Sequence[str]) -> list[Encoded]:
        """Return each question with its pieces, read by the adapted weights."""
        return self._with_pieces(self._adapted_model, texts, None)

    def _with_pieces(
        self, model: "SentenceTransformer", texts: Sequence[str], progress: Progress | None
    ) -> list[Encoded]:
        encoded: dict[int, Encoded] = {}
        for batch in batches(texts):
            outputs: Any = model.encode(
                [texts[position] for position in batch],
                batch_size=BATCH,
                output_value=None,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            encoded.update(
                (position, self._encoded(texts[position], output))
                for position, output in zip(batch, outputs, strict=True)
            )
            if progress:
                progress(len(batch))
        return [encoded[position] for position in range(len(texts))]

    def _encoded(self, text: str, output: Mapping[str, Any]) -> Encoded:
        ids = output["input_ids"].numpy()
        own = (output["attention_mask"].numpy() == 1) & ~np.isin(ids, self._marks)
        vectors = output["token_embeddings"].numpy()[own].astype(np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return Encoded(
            vector=output["sentence_embedding"].numpy().astype(np.float32),
            words=words_of(self._model.tokenizer.convert_ids_to_tokens(ids[own].tolist())),
            piece_vectors=vectors / np.maximum(lengths, 1e-9),
            places=self._places(text, ids)[own],
        )

    def _places(self, text: str, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        places = np.zeros(len(ids), np.int64)
        if self._locator:
            starts = [start for start, _ in self._locator.encode(text).offsets[: len(ids)]]
            places[: len(starts)] = starts
        return places

    @cached_property
    def _locator(self) -> "Tokenizer | None":
        """The model's tokenizer without limits, to tell the places of pieces; None where the model's cannot tell them.

        One of its own: a tokenizer keeps the limits of its last call, and questions are encoded in several threads.
        """
        from tokenizers import Tokenizer

        if not self._model.tokenizer.is_fast:
            return None
        locator = Tokenizer.from_str(self._model.tokenizer.backend_tokenizer.to_str())
        locator.no_truncation()
        locator.no_padding()
        return locator

    @cached_property
    def _marks(self) -> list[int]:
        return list(self._model.tokenizer.all_special_ids)

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

        # One thread, for questions and articles alike: where anything else runs on the machine, torch's idle threads
        # spin and fight it for the cores, which costs far more than a second thread brings.
        torch.set_num_threads(1)
        return load_model(self.name)

    @cached_property
    def _adapted_model(self) -> "SentenceTransformer":
        if self._adapter is None:
            return self._model
        model = load_model(self.name)
        self._adapter.adapt(model)
        return model


def load_model(name: str, **how: Any) -> "SentenceTransformer":  # noqa: ANN401 - the library's own options
    """Load a model on the CPU, without the network and without its messages.

    Args:
        name: as in `Settings.encoder`.
        how: more of how transformers makes the model.

    Raises:
        CitedFAQError: there is no such model.
    """
    import transformers
    from sentence_transformers import SentenceTransformer

    transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
    return SentenceTransformer(str(model_folder(name)), device="cpu", local_files_only=True, model_kwargs=how)
