"""The vectors of a build, and which of them are nearest to a query: exactly, or, of many, through an inverted file.

The vectors themselves (`VECTORS`) are always there, and every cosine that counts is worked out from them. Where they
are so many that comparing a query with all of them would take longer than the rest of an answer, a second index
(`NEAREST`) tells which are worth comparing: clusters of vectors, of which the few nearest to the query are searched,
each vector as half a byte for every three of its numbers (Jégou, Douze and Schmid 2011, "IVFADC"; André, Kermarrec and
Le Scouarnec 2017, "Accelerated nearest neighbor search with Quick ADC": the processor looks up many codes at once).
With a byte a number a search took five to ten times as long, and found as much of what the exact cosines choose from.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from citedfaq.encoder import Vectors

_Faiss = Any
"""An index of FAISS: its type stubs lack much of what it has."""

VECTORS, NEAREST = "vectors.faiss", "nearest.faiss"
"""The files of a build: all vectors; the clusters, and the vectors' codes cluster by cluster."""

EXACT_UP_TO = 30_000
"""Vectors up to which a query is compared with all of them: a millisecond or two (`benchmarks/growth.py`)."""

RECALL = 0.98
"""Of the ten nearest vectors of a sample, the share that has to be found; the benchmark's questions ask for .97."""

_PER_CLUSTER = 256
"""Vectors a cluster: for 700,000 about 2,700 clusters, each of which is compared with every question."""

_TRAINED_ON = 40
_ROUNDS = 8
"""Vectors of each cluster, and rounds, from which k-means learns where the clusters are: half a minute for 700,000."""

_WINDOW = 50_000
"""Vectors that are in memory at once while the inverted file is written: 77 MB."""

_PROBES = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)
_ASKED, _NEIGHBOURS = 200, 10
_BLUR = 2.5
"""What is tried as the number of clusters searched; and how it is tried: so many vectors of the build, each moved at
random by so much, ask for so many neighbours. By so much because real questions lie apart from the texts: moved by 2.2,
too few clusters seemed enough, and found .955 of what real questions asked for among 700,000 (`benchmarks/growth.py`);
moved by 2.5, they find .981."""

_ROUNDING = 1e-5

_TOGETHER, _BITS = (3, 4, 2, 1), 4
"""How many numbers of a vector make one code, the first of these that fits, and of how many bits: as FAISS looks up
many at once. Of 700,000 vectors codes of three numbers find .981 of what real questions ask for, those of four .959."""

_SEED = 5
_SPARE, _LEAST = 2, 400
"""The codes find so many times the vectors that are wanted, and at least so many; of these the exact cosines choose."""


class VectorIndex:
    """The vectors of a build.

    Args:
        store: all of them.
        near: the inverted file, or None where a query is compared with all.
    """

    def __init__(self, store: _Faiss, near: _Faiss = None) -> None:
        self._store = store
        self._near = near
        self.count = int(store.ntotal)
        self.dimension = int(store.d)
        self._rows = faiss.rev_swig_ptr(store.get_xb(), self.count * self.dimension).reshape(-1, self.dimension)

    @classmethod
    def load(cls, folder: Path) -> "VectorIndex":
        """Open the files of a build; the vectors are mapped, the codes, 64 bytes for 384 numbers, held in memory."""
        one_thread()
        near = _read(folder) if (folder / NEAREST).exists() else None
        return cls(faiss.read_index(str(folder / VECTORS), faiss.IO_FLAG_MMAP_IFC), near)

    @property
    def is_exact(self) -> bool:
        """Whether a query is compared with all vectors."""
        return self._near is None

    def asked(self, query: NDArray[np.float32]) -> "Asked":
        """Put a query, shape (dimension,), beside the vectors."""
        return Asked(self._store, self._near, query)

    def nearest(self, query: Vectors, count: int) -> NDArray[np.int64]:
        """Return the numbers of the vectors nearest to a query (shape (1, dimension)), best first: at most `count`."""
        asked = self.asked(query[0])
        found = asked.nearest(count)
        return found[np.argsort(-asked.cosines(found), kind="stable")]

    def rows(self, first: int, count: int) -> Vectors:
        """Return vectors that lie one after the other: shape (count, dimension)."""
        return np.array(self._rows[first : first + count])


class Asked:
    """A query beside the vectors of a build: which are nearest, and how near any of them is.

    Where it is compared with all of them, that is done once, for all that is asked for afterwards.

    Args:
        store: the vectors.
        near: the inverted file, or None.
        query: shape (dimension,).
    """

    def __init__(self, store: _Faiss, near: _Faiss, query: NDArray[np.float32]) -> None:
        self._store = store
        self._near = near
        self._query = np.ascontiguousarray(query, np.float32)
        self._all = None if near is not None else self._compared_with_all()

    def _compared_with_all(self) -> NDArray[np.float32]:
        cosines = np.empty(self._store.ntotal, np.float32)
        pointers = (faiss.swig_ptr(cosines), faiss.swig_ptr(self._query), self._store.get_xb())
        # Not by NumPy, which would copy all vectors first: they begin at an odd byte of their file.
        faiss.fvec_inner_products_ny(*pointers, self._store.d, self._store.ntotal)  # type: ignore[attr-defined]
        return cosines

    def nearest(self, count: int) -> NDArray[np.int64]:
        """Return the numbers of the nearest vectors, in no order: at most `count`."""
        if self._all is not None:
            return _greatest(self._all, count)
        found: NDArray[np.int64] = self._near.search(self._query[np.newaxis], max(_SPARE * count, _LEAST))[1][0]
        found = found[found >= 0]
        return found[_greatest(self.cosines(found), count)]

    def cosines(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the cosines with vectors by their numbers: shape (rows,)."""
        if self._all is not None:
            return self._all[rows]
        cosines = np.empty(len(rows), np.float32)
        wanted = np.ascontiguousarray(rows, np.int64)
        pointers = (faiss.swig_ptr(cosines), faiss.swig_ptr(wanted))
        self._store.compute_distance_subset(1, faiss.swig_ptr(self._query), len(rows), *pointers)
        return cosines


def _greatest(values: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Return where the greatest of some values stand, in no order: at most `count`."""
    return np.argpartition(values, -count)[-count:] if count < len(values) else np.arange(len(values))


def one_thread() -> None:
    """Let FAISS and BLAS work in the thread that calls them, from now on.

    A question's work for them is too small to share: where anything else runs on the machine, their idle threads wait
    for a core, and a search of a tenth of a millisecond takes sixteen.
    """
    faiss.omp_set_num_threads(1)
    threadpool_limits(1, user_api="blas")


def write_nearest(folder: Path, old: Path | None = None) -> None:
    """Write the inverted file of a build whose vectors are written, if they are so many that it pays.

    Args:
        folder: of the build.
        old: an earlier build's; while the vectors have not become a quarter more or fewer since its clusters were
            learnt, they are kept.

    Raises:
        OSError: the files cannot be written.
    """
    store: _Faiss = faiss.read_index(str(folder / VECTORS), faiss.IO_FLAG_MMAP_IFC)
    if store.ntotal <= EXACT_UP_TO:
        return
    near = _trained(store, old)
    for rows in _windows(store):
        near.add(rows)
    if near.nprobe == 1:
        near.nprobe = _choose_probes(near, store)
    faiss.write_index(near, str(folder / NEAREST))


def _windows(store: _Faiss) -> Iterator[Vectors]:
    """Yield all vectors, part by part."""
    for first in range(0, store.ntotal, _WINDOW):
        yield store.reconstruct_n(first, min(_WINDOW, store.ntotal - first))


def _trained(store: _Faiss, old: Path | None) -> _Faiss:
    """Return an empty inverted file, with an earlier one's clusters or new ones; new ones have `nprobe` 1."""
    clusters = max(store.ntotal // _PER_CLUSTER, 16)
    if old is not None and (old / NEAREST).exists():
        earlier = _read(old)
        if isinstance(earlier, faiss.IndexIVFPQFastScan) and 0.8 <= earlier.nlist / clusters <= 1.25:
            earlier.reset()
            return earlier
    quantizer: _Faiss = faiss.IndexFlatIP(store.d)
    codes = store.d // next(numbers for numbers in _TOGETHER if store.d % numbers == 0)
    near: _Faiss = faiss.IndexIVFPQFastScan(quantizer, store.d, clusters, codes, _BITS, faiss.METRIC_INNER_PRODUCT)
    near.by_residual = False
    near.own_fields = True
    quantizer.this.disown()
    near.cp.niter, near.cp.seed, near.cp.spherical, near.cp.min_points_per_centroid = _ROUNDS, _SEED, True, 1
    numbers = np.random.default_rng(_SEED).permutation(store.ntotal)[: clusters * _TRAINED_ON]
    near.train(store.reconstruct_batch(np.sort(numbers)))
    return near


def _choose_probes(near: _Faiss, store: _Faiss) -> int:
    """Return how many clusters are to be searched: the fewest that find enough of the nearest vectors of a sample.

    What counts as found is as near as the tenth nearest: vectors of like texts take each other's place.
    """
    numbers = np.sort(np.random.default_rng(_SEED).permutation(store.ntotal)[:_ASKED])
    # Blurred, since a question is no sentence of the articles.
    noise = np.random.default_rng(_SEED).standard_normal((len(numbers), store.d)).astype(np.float32)
    queries = store.reconstruct_batch(numbers) + _BLUR / store.d**0.5 * noise
    wanted = store.search(queries, _NEIGHBOURS)[0][:, -1:]
    for near.nprobe in _PROBES:
        found = near.search(queries, _LEAST)[1]
        cosines = np.stack([vectors @ query for vectors, query in zip(_of(store, found), queries, strict=True)])
        if float((cosines >= wanted - _ROUNDING).sum(axis=1).clip(max=_NEIGHBOURS).mean()) >= RECALL * _NEIGHBOURS:
            break
    return int(near.nprobe)


def _of(store: _Faiss, rows: NDArray[np.int64]) -> Iterator[Vectors]:
    """Yield the vectors of each row of numbers; -1, which stands for none, takes the first's place."""
    for numbers in rows:
        yield store.reconstruct_batch(np.where(numbers < 0, numbers[0], numbers))


def _read(folder: Path) -> _Faiss:
    # What an earlier version wrote, eight times as large, is mapped; FAISS reads these codes into memory in any case.
    return faiss.read_index(str(folder / NEAREST), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
