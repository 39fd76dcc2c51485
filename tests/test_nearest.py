import shutil

import faiss
import numpy as np
import pytest

from citedfaq import nearest
from citedfaq.index import load_index
from citedfaq.manifest import current_build, read_manifest
from citedfaq.nearest import NEAREST, VECTORS, VectorIndex, write_nearest

ROWS, DIMENSION, CLUSTERS = 6000, 32, 60


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def vectors():
    """Unit vectors in clusters, as those of sentences are."""
    rng = np.random.default_rng(1)
    centres = rng.standard_normal((CLUSTERS, DIMENSION))
    return unit(centres[rng.integers(0, CLUSTERS, ROWS)] + 0.7 * rng.standard_normal((ROWS, DIMENSION)))


def store(folder, rows):
    index = faiss.IndexFlatIP(DIMENSION)
    index.add(rows)
    faiss.write_index(index, str(folder / VECTORS))


@pytest.fixture
def few(monkeypatch):
    """A threshold that a small build exceeds."""
    monkeypatch.setattr(nearest, "EXACT_UP_TO", 100)
    monkeypatch.setattr(nearest, "_WINDOW", 2500)


def test_few_vectors_are_compared_with_all(tmp_path, vectors):
    store(tmp_path, vectors)
    write_nearest(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [VECTORS]
    index = VectorIndex.load(tmp_path)
    assert index.is_exact
    assert index.nearest(vectors[7:8], 5).tolist() == np.argsort(-vectors @ vectors[7])[:5].tolist()


def test_of_many_nearly_all_of_the_nearest_are_found(tmp_path, vectors, few, capfd):
    store(tmp_path, vectors)
    write_nearest(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == [NEAREST, VECTORS]
    index = VectorIndex.load(tmp_path)
    assert not index.is_exact
    asked = unit(vectors[::20] + 0.1 * np.random.default_rng(2).standard_normal((ROWS // 20, DIMENSION)))
    found = [set(index.nearest(query[np.newaxis], 10).tolist()) for query in asked]
    exact = [set(np.argsort(-vectors @ query)[:10].tolist()) for query in asked]
    assert np.mean([len(one & other) / 10 for one, other in zip(found, exact, strict=True)]) >= 0.95
    assert capfd.readouterr() == ("", "")  # standard output is the caller's
    near = index.nearest(asked[:1], 10)
    assert (np.diff(vectors[near] @ asked[0]) <= 0).all()
    assert index.asked(asked[0]).cosines(near) == pytest.approx(vectors[near] @ asked[0], abs=1e-6)


def test_the_same_vectors_make_the_same_file(tmp_path, vectors, few):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        store(tmp_path / name, vectors)
        write_nearest(tmp_path / name)
    assert (tmp_path / "one" / NEAREST).read_bytes() == (tmp_path / "other" / NEAREST).read_bytes()


def test_a_build_can_be_moved_with_its_inverted_file(tmp_path, vectors, few):
    (tmp_path / "one").mkdir()
    store(tmp_path / "one", vectors)
    write_nearest(tmp_path / "one")
    before = VectorIndex.load(tmp_path / "one").nearest(vectors[:1], 10).tolist()
    shutil.move(tmp_path / "one", tmp_path / "other")
    assert VectorIndex.load(tmp_path / "other").nearest(vectors[:1], 10).tolist() == before


def test_clusters_are_kept_while_the_corpus_is_of_like_size(tmp_path, vectors, few, monkeypatch):
    folders = [tmp_path / name for name in ("one", "more", "twice")]
    for folder, rows in zip(folders, (vectors[:3000], vectors[:3300], vectors), strict=True):
        folder.mkdir()
        store(folder, rows)
    monkeypatch.setattr(nearest, "_PER_CLUSTER", 50)
    write_nearest(folders[0])
    write_nearest(folders[1], folders[0])
    write_nearest(folders[2], folders[0])
    one, more, twice = (faiss.read_index(str(folder / NEAREST), faiss.IO_FLAG_MMAP) for folder in folders)
    assert (one.nlist, more.nlist, twice.nlist) == (60, 60, 120)
    assert (one.ntotal, more.ntotal, more.nprobe) == (3000, 3300, one.nprobe)
    assert np.array_equal(one.quantizer.reconstruct_n(0, 60), more.quantizer.reconstruct_n(0, 60))


def test_a_real_build_answers_through_it(corpus, ingest, tmp_path, encoder, small_index, monkeypatch):
    monkeypatch.setattr(nearest, "EXACT_UP_TO", 10)
    ingest(corpus, tmp_path / "many")
    manifest = read_manifest(tmp_path / "many" / current_build(tmp_path / "many"))
    assert NEAREST in manifest.files
    few, many = (load_index(folder, encoder.name, encoder.digest) for folder in (small_index, tmp_path / "many"))
    query = encoder.encode(["Can I go swimming with my plaster?"])
    assert many.nearest(query, 5)[0] == few.nearest(query, 5)[0]
    (corpus / "ice.md").write_text("# Ice\n\nWrap the ice in a towel.")
    assert ingest(corpus, tmp_path / "many").encoded == 3
    assert len(load_index(tmp_path / "many", encoder.name, encoder.digest).passages) == len(few.passages) + 1
