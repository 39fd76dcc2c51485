"""`python benchmarks/encoding.py`: the engines side by side, and what an ingest makes of the serving one.

On the passages of an index, sorted by length: sentence-transformers with its own settings, the serving encoder alone,
and a whole ingest of the same corpus, of which all texts are encoded. Then the physical limit of one question: the
multiplications and additions of its forward pass at the pace of one large product of 8-bit matrices on one core, and
the bytes of weights that it reads at the pace of a copy.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

from citedfaq import build
from citedfaq.encoder import Encoded, Encoder, Progress, Vectors
from citedfaq.encoder.choice import encoder_to_build
from citedfaq.encoder.weights import model_folder
from citedfaq.settings import load_settings

ROOT: Final = Path(__file__).parent.parent
ROUNDS: Final = 3
LAYERS: Final = 6
WIDTH: Final = 384
WIDER: Final = 1536
"""Of all-MiniLM-L6-v2."""


class _Timed:
    """An encoder that adds up how long it worked, and remembers on what."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.digest = encoder.name, encoder.digest
        self._encoder = encoder
        self.texts: list[str] = []
        self.with_pieces: list[str] = []

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.texts += texts
        return self._encoder.encode(texts, progress)

    def encode_pieces(self, texts: Sequence[str], progress: Progress | None = None) -> list[Encoded]:
        self.with_pieces += texts
        return self._encoder.encode_pieces(texts, progress)

    def encode_questions(self, texts: Sequence[str]) -> list[Encoded]:
        return self._encoder.encode_questions(texts)


def main(arguments: Sequence[str]) -> int:
    """Print throughputs and ratios."""
    parser = argparse.ArgumentParser(description="The encoders' throughput, and what ingestion makes of it.")
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus", help="articles to ingest (%(default)s)")
    parser.add_argument("--index", type=Path, default=ROOT / "index", help="where the encoder lies (%(default)s)")
    options = parser.parse_args(arguments)
    from sentence_transformers import SentenceTransformer

    settings = load_settings()
    serving = encoder_to_build(settings.encoder, options.index)
    reference = SentenceTransformer(str(model_folder(settings.encoder)), device="cpu", local_files_only=True)
    bare, whole, others = [], [], []
    texts: list[str] = []
    for _ in range(ROUNDS):
        watched = _Timed(serving)
        with tempfile.TemporaryDirectory() as folder:
            whole.append(_seconds(lambda: build.ingest(options.corpus, Path(folder), watched)))  # noqa: B023 - called at once
        plain, pieces = sorted(watched.texts, key=len), sorted(watched.with_pieces, key=len)
        bare.append(_seconds(lambda: (serving.encode(plain), serving.encode_pieces(pieces))))  # noqa: B023 - called at once
        texts = sorted([*plain, *pieces], key=len)
        others.append(_seconds(lambda: reference.encode(texts, normalize_embeddings=True)))  # noqa: B023 - called at once
    count = len(texts)
    sys.stdout.write(
        f"{count} texts: sentence-transformers {count / statistics.median(others):.0f} a second, the serving encoder "
        f"{count / statistics.median(bare):.0f}, a whole ingest {count / statistics.median(whole):.0f}\n"
        f"  ingest / serving encoder: {_ratio(bare, whole):.2f}\n"
        f"  serving encoder / sentence-transformers: {_ratio(others, bare):.2f}\n"
        f"  ingest / sentence-transformers: {_ratio(others, whole):.2f}\n"
    )
    _report_limit(serving)
    return 0


def _report_limit(encoder: Encoder) -> None:
    question = "How long does the soreness last after a session?"
    pieces = len(encoder.encode_pieces([question])[0].words) + 2
    weights = LAYERS * (4 * WIDTH**2 + 2 * WIDTH * WIDER)
    products = pieces * weights + LAYERS * 2 * pieces**2 * WIDTH
    multiplying, copying = products / _products_a_second(), weights / _bytes_a_second()
    took = statistics.median(_seconds(lambda: encoder.encode_questions([question])) for _ in range(200))
    sys.stdout.write(
        f"a question of {pieces} pieces: {products / 1e6:.0f} million multiplications and additions, "
        f"{multiplying * 1e3:.2f} ms at the pace of a large product; {weights / 1e6:.1f} MB of weights, "
        f"{copying * 1e3:.2f} ms at the pace of a copy; measured {took * 1e3:.2f} ms, "
        f"{took / max(multiplying, copying):.1f} times the larger of both\n"
    )


def _products_a_second() -> float:
    """Return how many 8-bit multiplications and additions one core does in a second, in one large product."""
    size = 1024
    node = helper.make_node("MatMulInteger", ["a", "b", "zero"], ["c"])
    rng = np.random.default_rng(0)
    constants = [
        numpy_helper.from_array(rng.integers(-63, 64, (size, size), np.int8), "b"),
        numpy_helper.from_array(np.array(128, np.uint8), "zero"),
    ]
    graph = helper.make_graph(
        [node],
        "product",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, [size, size])],
        [helper.make_tensor_value_info("c", TensorProto.INT32, [size, size])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    feed = {"a": rng.integers(0, 256, (size, size), np.uint8)}
    return size**3 / statistics.median(_seconds(lambda: session.run(None, feed)) for _ in range(20))


def _bytes_a_second() -> float:
    source = np.zeros(2**28, np.uint8)
    target = np.ones_like(source)
    return len(source) / statistics.median(_seconds(lambda: np.copyto(target, source)) for _ in range(10))


def _ratio(one: Sequence[float], other: Sequence[float]) -> float:
    return statistics.median(first / second for first, second in zip(one, other, strict=True))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
