"""The vectors of a build, and which of them are nearest to a query: exactly, or, of many, through an inverted file.

The vectors themselves (`VECTORS`) are always there, and every cosine that counts is worked out from them. Where they
are so many that comparing a query with all of them would take longer than the rest of an answer, a second index of FAISS
beside them (`NEAREST`) tells which are worth comparing: clusters of vectors (Jégou, Douze and Schmid 2011, "IVFADC",
here with a byte a number instead of product quantisation), of which the few nearest to the query are searched.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from citedfaq.encoder import Vectors

VECTORS, NEAREST, LISTS = "vectors.faiss", "nearest.faiss", "nearest.lists"
"""The files of a build: all vectors, the clusters, and the vectors' codes cluster by cluster."""

EXACT_UP_TO = 20_000
"""Vectors up to which a query is compared with all of them, which takes a millisecond (`benchmarks/growth.py`)."""

RECALL = 0.98
"""Of the ten nearest vectors of a sample, the share that has to be found; the benchmark's questions ask for .97."""

_PER_CLUSTER = 256
"""Vectors a cluster: for 700,000 about 2,700 clusters, so that finding the nearest clusters takes no longer than
searching them."""

_TRAINED_ON = 40
_ROUNDS = 8
"""Vectors of each cluster, and rounds, from which k-means learns where the clusters are; more changed the recall by
less than .005."""

_WINDOW = 50_000
"""Vectors that are in memory at once while the inverted file is written: 77 MB."""

_ASKED, _NEIGHBOURS = 200, 10
_PROBES = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)
_BLUR = 0.5
_ROUNDING = 1e-5

_SEED = 5
_SPARE = 2
"""The codes find so many times the vectors that were asked for; of these the exact cosines choose."""


class VectorIndex:
    """The vectors of a build.

    Args:
        store: all of them.
        near: the inverted file, or None where a query is compared with all.
    """

    def __init__(self, store: faiss.IndexFlat, near: faiss.IndexIVF | None) -> None:
        self._store = store
        self._near = near
        self.count = int(store.ntotal)
        self.dimension = int(store.d)

    @classmethod
    def load(cls, folder: Path) -> "VectorIndex":
        """Open the files of a build; all is mapped: the system keeps in memory what is used, once for all processes."""
        near = _read(folder) if (folder / NEAREST).exists() else None
        return cls(faiss.read_index(str(folder / VECTORS), faiss.IO_FLAG_MMAP_IFC), near)

    @property
    def is_exact(self) -> bool:
        """Whether a query is compared with all vectors."""
        return self._near is None

    def nearest(self, query: Vectors, count: int) -> NDArray[np.int64]:
        """Return the numbers of the vectors nearest to a query (shape (1, dimension)), best first: at most `count`."""
        if self._near is None:
            found: NDArray[np.int64] = self._store.search(query, count)[1][0]
            return found[found >= 0]
        found = self._near.search(query, _SPARE * count)[1][0]
        found = found[found >= 0]
        return found[np.argsort(-self.cosines(query[0], found), kind="stable")[:count]]

    def cosines(self, query: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the cosines of a query, shape (dimension,), with vectors by their numbers: shape (rows,)."""
        cosines = np.empty(len(rows), np.float32)
        asked, wanted = np.ascontiguousarray(query, np.float32), np.ascontiguousarray(rows, np.int64)
        pointers = (faiss.swig_ptr(cosines), faiss.swig_ptr(wanted))
        self._store.compute_distance_subset(1, faiss.swig_ptr(asked), len(rows), *pointers)
        return cosines

    def rows(self, first: int, count: int) -> Vectors:
        """Return vectors that lie one after the other: shape (count, dimension)."""
        rows: Vectors = self._store.reconstruct_n(first, count)
        return rows


def write_nearest(folder: Path, old: Path | None = None) -> None:
    """Write the inverted file of a build whose vectors are written, if they are so many that it pays.

    Args:
        folder: of the build.
        old: an earlier build's; while the vectors have not become a quarter more or fewer since its clusters were
            learnt, they are kept.

    Raises:
        OSError: the files cannot be written.
    """
    store = faiss.read_index(str(folder / VECTORS), faiss.IO_FLAG_MMAP_IFC)
    if store.ntotal <= EXACT_UP_TO:
        return
    near = _trained(store, old)
    parts = []
    try:
        for first in range(0, store.ntotal, _WINDOW):
            count = min(_WINDOW, store.ntotal - first)
            part = faiss.clone_index(near)
            part.add_with_ids(store.reconstruct_n(first, count), np.arange(first, first + count))
            parts.append(folder / f"{NEAREST}.{first}")
            faiss.write_index(part, str(parts[-1]))
            del part
        _merge(folder, near, parts)
    finally:
        for each in parts:
            each.unlink(missing_ok=True)
    if near.nprobe == 1:
        _choose_probes(folder, near, store)


def _trained(store: faiss.IndexFlat, old: Path | None) -> faiss.IndexIVF:
    """Return an empty inverted file, with an earlier one's clusters or new ones; new ones have `nprobe` 1."""
    clusters = max(store.ntotal // _PER_CLUSTER, 16)
    if old is not None and (old / NEAREST).exists():
        earlier = _read(old)
        if 0.8 <= earlier.nlist / clusters <= 1.25:
            lists = faiss.ArrayInvertedLists(earlier.nlist, earlier.code_size)
            earlier.replace_invlists(lists, True)
            lists.this.disown()
            earlier.ntotal = 0
            return earlier
    quantizer = faiss.IndexFlatIP(store.d)
    near = faiss.IndexIVFScalarQuantizer(
        quantizer, store.d, clusters, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT, False
    )
    near.own_fields = True
    quantizer.this.disown()
    near.cp.niter, near.cp.seed, near.cp.spherical = _ROUNDS, _SEED, True
    numbers = np.random.default_rng(_SEED).permutation(store.ntotal)[: clusters * _TRAINED_ON]
    near.train(store.reconstruct_batch(np.sort(numbers)))
    return near


def _merge(folder: Path, near: faiss.IndexIVF, parts: Sequence[Path]) -> None:
    """Join the parts on the disk: `LISTS` holds the codes, `NEAREST` the clusters and where each one's codes begin."""
    opened = [faiss.read_index(str(part), faiss.IO_FLAG_MMAP) for part in parts]
    lists = faiss.OnDiskInvertedLists(near.nlist, near.code_size, str(folder / LISTS))
    vector = faiss.InvertedListsPtrVector()
    for each in opened:
        vector.push_back(each.invlists)
    near.ntotal = lists.merge_from_multiple(vector.data(), vector.size())
    near.replace_invlists(lists, True)
    lists.this.disown()
    faiss.write_index(near, str(folder / NEAREST))


def _choose_probes(folder: Path, near: faiss.IndexIVF, store: faiss.IndexFlat) -> None:
    """Set how many clusters are searched: the fewest that find enough of the nearest vectors of a sample.

    What counts as found is as near as the tenth nearest: vectors of like texts take each other's place.
    """
    numbers = np.sort(np.random.default_rng(_SEED).permutation(store.ntotal)[:_ASKED])
    # Blurred, since a question is no sentence of the articles.
    noise = np.random.default_rng(_SEED).standard_normal((len(numbers), store.d)).astype(np.float32)
    queries = store.reconstruct_batch(numbers) + _BLUR / store.d**0.5 * noise
    wanted = store.search(queries, _NEIGHBOURS)[0][:, -1:]
    for near.nprobe in _PROBES:
        found = near.search(queries, _SPARE * _NEIGHBOURS)[1]
        cosines = np.stack([vectors @ query for vectors, query in zip(_of(store, found), queries, strict=True)])
        if float((cosines >= wanted - _ROUNDING).sum(axis=1).clip(max=_NEIGHBOURS).mean()) >= RECALL * _NEIGHBOURS:
            break
    faiss.write_index(near, str(folder / NEAREST))


def _of(store: faiss.IndexFlat, rows: NDArray[np.int64]) -> Iterator[Vectors]:
    """Yield the vectors of each row of numbers; -1, which stands for none, takes the first's place."""
    for numbers in rows:
        yield store.reconstruct_batch(np.where(numbers < 0, numbers[0], numbers))


def _read(folder: Path) -> faiss.IndexIVF:
    return faiss.read_index(str(folder / NEAREST), faiss.IO_FLAG_ONDISK_SAME_DIR | faiss.IO_FLAG_READ_ONLY)
