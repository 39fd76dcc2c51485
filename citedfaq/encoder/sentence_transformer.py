"""The reference encoder: any sentence-transformers model, on the CPU."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from citedfaq.encoder import Encoded, Progress, Vectors
from citedfaq.encoder.weights import model_folder, weights_digest
from citedfaq.errors import CitedFAQError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

_BATCH = 32
_WORD_STARTS = ("▁", "Ġ")


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
        vectors = np.empty((len(texts), self._dimension), np.float32)
        for batch in _batches(texts):
            vectors[batch] = self._model.encode(
                [texts[position] for position in batch],
                batch_size=_BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            if progress:
                progress(len(batch))
        return vectors

    def encode_pieces(self, texts: Sequence[str], progress: Progress | None = None) -> list[Encoded]:
        """Return each text with its pieces, in order; text beyond the model's window is not read."""
        encoded: dict[int, Encoded] = {}
        for batch in _batches(texts):
            outputs: Any = self._model.encode(
                [texts[position] for position in batch],
                batch_size=_BATCH,
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
            words=_words(self._model.tokenizer.convert_ids_to_tokens(ids[own].tolist())),
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
        import transformers
        from sentence_transformers import SentenceTransformer

        transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
        # One thread, for questions and articles alike: where anything else runs on the machine, torch's idle threads
        # spin and fight it for the cores, which costs far more than a second thread brings.
        torch.set_num_threads(1)
        return SentenceTransformer(str(model_folder(self.name)), device="cpu", local_files_only=True)


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Yield positions of texts of like length, so that little is spent on padding."""
    order = sorted(range(len(texts)), key=lambda position: len(texts[position]))
    for first in range(0, len(order), _BATCH):
        yield order[first : first + _BATCH]


def _words(pieces: Sequence[str]) -> tuple[str, ...]:
    """Return for each piece the word that it is a part of, for the marks of WordPiece, SentencePiece and BPE."""
    starts_marked = any(piece.startswith(_WORD_STARTS) for piece in pieces)
    words: list[str] = []
    owner: list[int] = []
    for piece in pieces:
        continues = not piece.startswith(_WORD_STARTS) if starts_marked else piece.startswith("##")
        bare = piece.removeprefix("##").lstrip("".join(_WORD_STARTS)).lower()
        if continues and words:
            words[-1] += bare
        else:
            words.append(bare)
        owner.append(len(words) - 1)
    return tuple(words[number] for number in owner)
