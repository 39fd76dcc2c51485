"""`python benchmarks/encoding.py`: the engines side by side, and what an ingest makes of the serving one.

On the passages of an index, sorted by length: sentence-transformers with its own settings, the serving encoder alone,
and a whole ingest of the same corpus, of which all texts are encoded.
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

from citedfaq import build
from citedfaq.encoder import Encoded, Encoder, Progress, Vectors
from citedfaq.encoder.choice import encoder_to_build
from citedfaq.encoder.weights import model_folder
from citedfaq.settings import load_settings

ROOT: Final = Path(__file__).parent.parent
ROUNDS: Final = 3


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
            whole.append(_seconds(lambda: build.ingest(options.corpus, Path(folder), watched)))  # noqa: B023
        plain, pieces = sorted(watched.texts, key=len), sorted(watched.with_pieces, key=len)
        bare.append(_seconds(lambda: (serving.encode(plain), serving.encode_pieces(pieces))))  # noqa: B023
        texts = sorted([*plain, *pieces], key=len)
        others.append(_seconds(lambda: reference.encode(texts, normalize_embeddings=True)))  # noqa: B023
    count = len(texts)
    sys.stdout.write(
        f"{count} texts: sentence-transformers {count / statistics.median(others):.0f} a second, the serving encoder "
        f"{count / statistics.median(bare):.0f}, a whole ingest {count / statistics.median(whole):.0f}\n"
        f"  ingest / serving encoder: {_ratio(bare, whole):.2f}\n"
        f"  serving encoder / sentence-transformers: {_ratio(others, bare):.2f}\n"
        f"  ingest / sentence-transformers: {_ratio(others, whole):.2f}\n"
    )
    return 0


def _ratio(one: Sequence[float], other: Sequence[float]) -> float:
    return statistics.median(first / second for first, second in zip(one, other, strict=True))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
