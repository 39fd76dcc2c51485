"""The serving encoder: a model in int8 on ONNX Runtime, with neither torch nor transformers."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from citedfaq.encoder import Encoded, Progress, Vectors
from citedfaq.encoder.texts import batches, words_of
from citedfaq.errors import CitedFAQError

if TYPE_CHECKING:
    import onnxruntime as ort

MODEL, QUESTIONS, TOKENIZER, DESCRIPTION = "model.onnx", "questions.onnx", "tokenizer.json", "encoder.json"
NUMBERS = ".bin"
"""What the name of a model file ends with where its tables and weights are: they are mapped, so that of a table that
has a row for each piece only those that questions use are held in memory."""

VECTORS, PIECES = "vectors", "pieces"
"""The model's outputs: shape (texts, dimension), and (texts, longest text's pieces, dimension)."""


@dataclass(frozen=True, slots=True)
class Description:
    """What `export` says of an encoder that it made.

    Attributes:
        version: `export.VERSION` when it was made.
        name: of the model, as the settings call it.
        weights: SHA-256 of the weights that it was made from.
        model: SHA-256 of its model file, which reads articles, and its numbers.
        questions: SHA-256 of the model file that reads questions, and its numbers, where an adapter makes that another.
        adapter: SHA-256 of the adapter, or an empty string.
        tokenizer: SHA-256 of its tokenizer's file.
        dimension: of its vectors.
        window: the most pieces of a text, the model's own marks included, that it reads.
        marks: the numbers of the pieces that stand for no word.
        agreement: the mean cosine of its vectors to the reference's on the sample of texts, read as articles or as
            questions, whichever is less.
        lowest: the lowest of these cosines.
        pieces: the mean cosine of the pieces' vectors, in the same way.
        refused: why it is not used, or an empty string.
    """

    version: int
    name: str
    weights: str
    model: str = ""
    questions: str = ""
    adapter: str = ""
    tokenizer: str = ""
    dimension: int = 0
    window: int = 0
    marks: tuple[int, ...] = ()
    agreement: float = 0.0
    lowest: float = 0.0
    pieces: float = 0.0
    refused: str = ""

    @property
    def digest(self) -> str:
        """One SHA-256 of all that decides what the vectors of articles are."""
        return sha256(f"{self.model}{self.tokenizer}{self.window}".encode()).hexdigest()

    def write(self, folder: Path) -> None:
        """Write it to a folder."""
        (folder / DESCRIPTION).write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Description | None":
        """Return what stands in a folder, or None where nothing that can be read does."""
        try:
            record = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
            return cls(**{**record, "marks": tuple(record["marks"])})
        except (OSError, ValueError, KeyError, TypeError):
            return None


class OnnxEncoder:
    """An encoder that `export` made.

    A text has the same vector alone and in any batch. Each call runs in its own thread and on one core; many texts are
    encoded on all cores.

    Args:
        folder: what `export` wrote.

    Raises:
        CitedFAQError: the files are missing, or are not as they were written.
    """

    def __init__(self, folder: Path) -> None:
        description = Description.read(folder)
        if description is None or not _sound(folder, description):
            raise CitedFAQError(f"The encoder in {folder} is damaged: delete that folder and run 'python ingest.py'.")
        self.name = description.name
        self.digest = description.digest
        self._folder = folder
        self._dimension = description.dimension
        self._window = description.window
        self._marks = frozenset(description.marks)
        self._of_questions = QUESTIONS if description.questions else MODEL

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        # Its limits are set once: a tokenizer keeps those of its last call, and questions come in several threads.
        tokenizer = Tokenizer.from_file(str(self._folder / TOKENIZER))
        tokenizer.no_padding()
        tokenizer.enable_truncation(self._window)
        return tokenizer

    # Not before the first text: an ingest that finds nothing changed needs neither, and a server no articles.
    @cached_property
    def _articles_session(self) -> "ort.InferenceSession":
        return self._session(MODEL)

    @cached_property
    def _questions_session(self) -> "ort.InferenceSession":
        return self._articles_session if self._of_questions == MODEL else self._session(QUESTIONS)

    def _session(self, file: str) -> "ort.InferenceSession":
        import onnxruntime as ort

        options = ort.SessionOptions()
        # A second thread for one question brings little, and waiting threads that spin take the core from the others.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return ort.InferenceSession(str(self._folder / file), options, providers=["CPUExecutionProvider"])

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return a unit vector for each text, in order; text beyond the model's window is not read."""
        vectors = np.empty((len(texts), self._dimension), np.float32)

        def encode_batch(batch: list[int]) -> list[int]:
            tokens = self._tokens([texts[position] for position in batch])
            [found] = _run(self._articles_session, tokens, [VECTORS])
            vectors[batch] = _unit(found)
            return batch

        for batch in _on_all_cores(encode_batch, batches(texts)):
            if progress:
                progress(len(batch))
        return vectors

    def encode_pieces(self, texts: Sequence[str], progress: Progress | None = None) -> list[Encoded]:
        """Return each text with its pieces, in order; text beyond the model's window is not read."""
        return self._with_pieces(self._articles_session, texts, progress)

    def encode_questions(self, texts: Sequence[str]) -> list[Encoded]:
        """Return each question with its pieces, read by the adapted weights."""
        return self._with_pieces(self._questions_session, texts, None)

    def _with_pieces(
        self, session: "ort.InferenceSession", texts: Sequence[str], progress: Progress | None
    ) -> list[Encoded]:
        encoded: dict[int, Encoded] = {}

        def encode_batch(batch: list[int]) -> list[int]:
            tokens = self._tokens([texts[position] for position in batch])
            vectors, pieces = _run(session, tokens, [VECTORS, PIECES])
            for number, position in enumerate(batch):
                encoded[position] = self._encoded(tokens[number], vectors[number], pieces[number])
            return batch

        for batch in _on_all_cores(encode_batch, batches(texts)):
            if progress:
                progress(len(batch))
        return [encoded[position] for position in range(len(texts))]

    def _tokens(self, texts: Sequence[str]) -> list[Encoding]:
        return [self._tokenizer.encode(text) for text in texts]

    def _encoded(self, tokens: Encoding, vector: NDArray[np.float32], pieces: NDArray[np.float32]) -> Encoded:
        names, offsets = tokens.tokens, tokens.offsets
        own = [number for number, each in enumerate(tokens.ids) if each not in self._marks]
        return Encoded(
            vector=_unit(vector),
            words=words_of([names[number] for number in own]),
            piece_vectors=_unit(pieces[own]),
            places=np.array([offsets[number][0] for number in own], np.int64),
        )


def _run(session: "ort.InferenceSession", tokens: Sequence[Encoding], outputs: list[str]) -> list[NDArray[np.float32]]:
    ids = np.zeros((len(tokens), max(len(each.ids) for each in tokens)), np.int64)
    own = np.zeros_like(ids)
    for number, each in enumerate(tokens):
        ids[number, : len(each.ids)] = each.ids
        own[number, : len(each.ids)] = 1
    found: list[NDArray[np.float32]] = session.run(outputs, {"input_ids": ids, "attention_mask": own})
    return found


def _on_all_cores(encode_batch: Callable[[list[int]], list[int]], work: Iterator[list[int]]) -> Iterator[list[int]]:
    todo = list(work)
    if len(todo) < 2:
        yield from map(encode_batch, todo)
        return
    # ONNX Runtime lets go of the interpreter while it works. The longest go last, so that memory is asked for once.
    with ThreadPoolExecutor(cores()) as pool:
        yield from pool.map(encode_batch, todo)


def cores() -> int:
    """Return how many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths: NDArray[np.float32] = np.sqrt(np.einsum("...i,...i->...", vectors, vectors))
    unit: NDArray[np.float32] = np.divide(vectors, np.maximum(lengths, 1e-9)[..., np.newaxis], dtype=np.float32)
    return unit


def _sound(folder: Path, description: Description) -> bool:
    try:
        return (description.model, description.tokenizer, description.questions) == (
            model_digest(folder / MODEL),
            digest_of(folder / TOKENIZER),
            model_digest(folder / QUESTIONS) if description.questions else "",
        )
    except OSError:
        return False


def model_digest(file: Path) -> str:
    """Return the SHA-256 of a model file and its numbers; raises OSError."""
    return sha256(f"{digest_of(file)}{digest_of(file.with_suffix(NUMBERS))}".encode()).hexdigest()


def digest_of(file: Path) -> str:
    """Return a file's SHA-256; raises OSError."""
    with file.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()
