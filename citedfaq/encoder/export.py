"""Makes the serving encoder from the reference one: the same weights on ONNX Runtime, in int8, compared before use.

Only here and in `sentence_transformer` is torch needed.
"""

import dataclasses
import io
import shutil
import warnings
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from citedfaq.encoder import Encoded, Encoder
from citedfaq.encoder.adapter import adapter_digest, adapter_for
from citedfaq.encoder.choice import VERSION
from citedfaq.encoder.onnx import (
    MODEL,
    NUMBERS,
    PIECES,
    QUESTIONS,
    TOKENIZER,
    VECTORS,
    Description,
    OnnxEncoder,
    digest_of,
    model_digest,
)
from citedfaq.encoder.sentence_transformer import SentenceTransformerEncoder, load_model
from citedfaq.encoder.weights import weights_digest

if TYPE_CHECKING:
    import onnx
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

LEAST_AGREEMENT = 0.99
LEAST_LOWEST = 0.95
"""The mean cosine to the reference's vectors, and the lowest, with which an encoder is used. One scale for a whole
activation or weight, which changes what is found, reaches .96 or less in the mean."""

_SAMPLE_FILE: Final = Path(__file__).parent / "sample.txt"
_TO_FIT = 200
"""Texts of the sample that the scales are fitted to; the other 500 compare the encoders."""
_AS_QUESTIONS = 5
"""One in so many of them is also read as a question, which goes the same way with other weights."""

_OPSET = 17

_LEAST_MAPPED: Final = 100_000
"""Bytes of a table or of weights that stand in the file of numbers."""

_PAGE: Final = 65_536
"""Where each begins there: a multiple of what every system can map from (on Windows these are 64 KiB)."""


def export(name: str, folder: Path) -> Description:
    """Make the serving encoder of a model and compare it with the reference.

    Args:
        name: of the model, as the settings call it.
        folder: where to write it; it is made anew, and afterwards holds the description, and the encoder unless it was
            refused.

    Raises:
        CitedFAQError: the model or its weights are missing or are not the published ones.
        OSError: the folder cannot be written.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    weights = weights_digest(name)
    try:
        description = _make(name, weights, folder)
    except OSError:
        raise
    except Exception as error:
        # Whatever a model has that the exporter cannot take: the reference serves, and `doctor` says so.
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        refused = f"it cannot be exported ({reason[:200]})"
        description = Description(VERSION, name, weights, adapter=adapter_digest(weights), refused=refused)
    if description.refused:
        shutil.rmtree(folder)
        folder.mkdir()
    description.write(folder)
    return description


def sample() -> tuple[list[str], list[str]]:
    """Return the texts that the scales are fitted to, and those by which the encoders are compared."""
    texts = _SAMPLE_FILE.read_text(encoding="utf-8").splitlines()
    return texts[:_TO_FIT], texts[_TO_FIT:]


def _make(name: str, weights: str, folder: Path) -> Description:
    from citedfaq.encoder.quantise import quantise

    # Only attention that is written out step by step can be exported.
    model = load_model(name, attn_implementation="eager").eval()
    tokenizer = _tokenizer(model)
    to_fit, to_compare = sample()
    tokenizer.enable_truncation(_window(model))
    encodings = [tokenizer.encode(text) for text in to_fit]
    feeds = [
        {"input_ids": np.array([each.ids]), "attention_mask": np.array([each.attention_mask])} for each in encodings
    ]
    _write(quantise(_as_onnx(model), feeds), folder / MODEL)
    adapter = adapter_for(weights)
    if adapter:
        adapter.adapt(model)
        _write(quantise(_as_onnx(model), feeds), folder / QUESTIONS)
    tokenizer.no_truncation()
    tokenizer.save(str(folder / TOKENIZER))
    description = Description(
        VERSION,
        name,
        weights,
        model=model_digest(folder / MODEL),
        questions=model_digest(folder / QUESTIONS) if adapter else "",
        adapter=adapter.digest if adapter else "",
        tokenizer=digest_of(folder / TOKENIZER),
        dimension=model.get_embedding_dimension() or 0,
        window=_window(model),
        marks=tuple(model.tokenizer.all_special_ids),
    )
    description.write(folder)
    return _compared(description, OnnxEncoder(folder), SentenceTransformerEncoder(name), to_compare)


def _write(model: "onnx.ModelProto", file: Path) -> None:
    """Write a model, and its larger tables and weights to a file of numbers beside it."""
    from onnx.external_data_helper import set_external_data

    numbers = file.with_suffix(NUMBERS)
    with numbers.open("wb") as stream:
        for each in model.graph.initializer:
            if len(each.raw_data) >= _LEAST_MAPPED:
                stream.write(bytes(-stream.tell() % _PAGE))
                place = stream.tell()
                stream.write(each.raw_data)
                set_external_data(each, numbers.name, place, len(each.raw_data))
                each.ClearField("raw_data")
    file.write_bytes(model.SerializeToString())


def _tokenizer(model: "SentenceTransformer") -> "Tokenizer":
    from tokenizers import Tokenizer

    if not model.tokenizer.is_fast:
        raise ValueError("its tokenizer is not one of the library 'tokenizers'")
    tokenizer = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
    tokenizer.no_padding()
    return tokenizer


def _window(model: "SentenceTransformer") -> int:
    window = model.max_seq_length
    if window is None:
        raise ValueError("it does not tell how much of a text it reads")
    return window


def _as_onnx(model: "SentenceTransformer") -> "onnx.ModelProto":
    import onnx
    import torch

    class Both(torch.nn.Module):
        """The model from numbers of pieces to the text's vector and the pieces'."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            found: Any = self.model({"input_ids": input_ids, "attention_mask": attention_mask})
            return found["sentence_embedding"], found["token_embeddings"]

    # Two texts of two lengths, so that neither number is taken for a constant.
    example = (torch.tensor([[1, 2, 3, 4], [1, 2, 3, 0]]), torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]]))
    lengths = {0: "texts", 1: "pieces"}
    file = io.BytesIO()
    with warnings.catch_warnings():
        # The exporter by tracing is deprecated for one that needs another package, and says of shapes what the
        # comparison afterwards would show.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Both(),
            example,
            file,  # type: ignore[arg-type] # the exporter by tracing takes one, whatever its signature says
            input_names=["input_ids", "attention_mask"],
            output_names=[VECTORS, PIECES],
            dynamic_axes={"input_ids": lengths, "attention_mask": lengths, VECTORS: {0: "texts"}, PIECES: lengths},
            opset_version=_OPSET,
            dynamo=False,
        )
    return onnx.load_from_string(file.getvalue())


def _compared(description: Description, made: Encoder, reference: Encoder, texts: Sequence[str]) -> Description:
    as_articles = list(zip(made.encode_pieces(texts), reference.encode_pieces(texts), strict=True))
    some = texts[::_AS_QUESTIONS]
    as_questions = list(zip(made.encode_questions(some), reference.encode_questions(some), strict=True))
    readings = (as_articles, as_questions)
    cosines = [[float(one.vector @ other.vector) for one, other in pairs] for pairs in readings]
    pieces = [fmean(_pieces_agree(*pair) for pair in pairs) for pairs in readings]
    mean, lowest = min(map(fmean, cosines)), min(map(min, cosines))
    refused = ""
    if mean < LEAST_AGREEMENT or lowest < LEAST_LOWEST:
        refused = f"in int8 its vectors differ from the reference's (mean cosine {mean:.3f}, lowest {lowest:.3f})"
    return dataclasses.replace(
        description,
        agreement=round(mean, 4),
        lowest=round(lowest, 4),
        pieces=round(min(pieces), 4),
        refused=refused,
    )


def _pieces_agree(one: Encoded, other: Encoded) -> float:
    if one.words != other.words:
        raise ValueError("its pieces are not the reference's")
    return float(np.einsum("ij,ij->i", one.piece_vectors, other.piece_vectors).mean()) if one.words else 1.0
