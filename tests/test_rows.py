import faiss
import numpy as np
import pytest

from citedfaq.rows import RowWriter, faiss_header, npy_header

ROWS = np.arange(12, dtype=np.float32).reshape(4, 3)


def test_rows_that_come_one_by_one_are_a_faiss_index(tmp_path):
    with RowWriter(tmp_path / "v", 3, np.float32, faiss_header) as writer:
        for row in ROWS:
            writer.append(row[np.newaxis])
    index = faiss.read_index(str(tmp_path / "v"), faiss.IO_FLAG_MMAP_IFC)
    assert (index.ntotal, index.d, index.metric_type) == (4, 3, faiss.METRIC_INNER_PRODUCT)
    assert np.array_equal(index.reconstruct_n(0, 4), ROWS)

    whole = faiss.IndexFlatIP(3)
    whole.add(ROWS)
    assert (tmp_path / "v").read_bytes() == faiss.serialize_index(whole).tobytes()


@pytest.mark.parametrize("count", [0, 1, 4, 100_000])
def test_rows_that_come_in_parts_are_a_numpy_array(tmp_path, count):
    rows = np.zeros((count, 3), np.int8)
    with RowWriter(tmp_path / "v", 3, np.int8, npy_header) as writer:
        writer.append(rows[:2])
        writer.append(rows[2:])
    assert np.array_equal(np.load(tmp_path / "v", mmap_mode="r"), rows)


def test_what_was_written_can_be_read_back_meanwhile(tmp_path):
    with RowWriter(tmp_path / "v", 3, np.float32, faiss_header) as writer:
        writer.append(ROWS[:3])
        assert np.array_equal(writer.read(1, 2), ROWS[1:3])
        writer.append(ROWS[3:])
        assert np.array_equal(writer.read(0, 4), ROWS)
        assert writer.read(4, 0).shape == (0, 3)
    assert faiss.read_index(str(tmp_path / "v")).ntotal == 4


def test_after_a_fault_the_header_says_that_nothing_is_there(tmp_path):
    with pytest.raises(TypeError), RowWriter(tmp_path / "v", 3, np.int8, npy_header) as writer:
        writer.append(np.zeros((2, 3), np.int8), "no such argument")
    assert np.load(tmp_path / "v").shape == (0, 3)
