"""Rows of vectors on disk, written as they come, so that a corpus of any size needs no more memory than a small one."""

import io
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import faiss
import numpy as np
from numpy.typing import DTypeLike, NDArray

Header = Callable[[int, int], bytes]
"""From the numbers of rows and columns to the bytes that stand before the rows; their length is that of the columns."""


class RowWriter:
    """Writes an array to a file row by row; what was written can be read back at any time.

    Args:
        file: a new one.
        columns: of every row.
        kind: of every number.
        header: what the file's format says before the rows; written anew when their number is known.
    """

    def __init__(self, file: Path, columns: int, kind: DTypeLike, header: Header) -> None:
        self.count = 0
        self._columns = columns
        self._kind = np.dtype(kind)
        self._header = header
        self._stream = file.open("w+b")
        self._first = self._stream.write(header(0, columns))

    def __enter__(self) -> "RowWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the header, flush all to the disk and close the file; after a fault only close it."""
        try:
            if error is None:
                self._stream.seek(0)
                self._stream.write(self._header(self.count, self._columns))
                self._stream.flush()
                os.fsync(self._stream.fileno())
        finally:
            self._stream.close()

    def append(self, rows: NDArray[Any]) -> None:
        """Write more rows: shape (rows, columns)."""
        self._stream.write(np.ascontiguousarray(rows, self._kind).data)
        self.count += len(rows)

    def read(self, first: int, count: int) -> NDArray[Any]:
        """Return rows that were written: shape (count, columns)."""
        width = self._columns * self._kind.itemsize
        self._stream.seek(self._first + first * width)
        data = self._stream.read(count * width)
        self._stream.seek(0, io.SEEK_END)
        return np.frombuffer(data, self._kind).reshape(count, self._columns)


def npy_header(rows: int, columns: int, kind: str = "|i1") -> bytes:
    """Return the header of a `.npy` file, by default of bytes; NumPy leaves room for the number of rows to grow."""
    stream = io.BytesIO()
    described = {"descr": kind, "fortran_order": False, "shape": (rows, columns)}
    np.lib.format.write_array_header_1_0(stream, described)
    return stream.getvalue()


def faiss_header(rows: int, columns: int) -> bytes:
    """Return the header of a FAISS file of an `IndexFlatIP`.

    That of an empty index is FAISS's own; the number of vectors stands in it at byte 8, and, last, that of their
    4-byte numbers (faiss/impl/index_write.cpp, `write_index_header` and `WRITEXBVECTOR`).
    """
    empty: bytes = faiss.serialize_index(faiss.IndexFlatIP(columns)).tobytes()
    return empty[:8] + rows.to_bytes(8, "little") + empty[16:-8] + (rows * columns).to_bytes(8, "little")


def mapped(file: Path) -> NDArray[Any]:
    """Return the array of a `.npy` file; the system reads from the disk what is used of it.

    It is a plain array, since each slice of NumPy's own class for mapped ones costs two microseconds.
    """
    array: NDArray[Any] = np.load(file, mmap_mode="r").view(np.ndarray)
    return array
