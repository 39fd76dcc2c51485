import pytest

from citedfaq import manifest as manifest_module
from citedfaq.errors import CitedFAQError
from citedfaq.index import load_index, row_count
from citedfaq.manifest import CURRENT, Pointer, current_build, read_manifest, read_pointer


def load(folder, encoder):
    return load_index(folder, encoder.name, encoder.digest)


def test_the_manifest_tells_what_the_build_is_made_of(small_index, encoder):
    build = current_build(small_index)
    manifest = read_manifest(small_index / build)
    assert manifest.build == build
    assert (manifest.encoder, manifest.encoder_digest, manifest.dimension) == (encoder.name, encoder.digest, 384)
    assert set(manifest.articles) == {"knee.md", "plasters.txt"}
    assert manifest.vectors == sum(map(row_count, load(small_index, encoder).passages))


def test_the_pointer_names_the_build_and_the_one_it_takes_the_place_of(small_index, encoder):
    build = current_build(small_index)
    assert read_pointer(small_index) == Pointer(build, None)
    (small_index / CURRENT).write_text(f"{build}\nanother\n")
    assert read_pointer(small_index) == Pointer(build, "another")
    assert load(small_index, encoder).manifest.build == build


def test_the_pointer_to_the_build_can_be_damaged(small_index, encoder):
    (small_index / CURRENT).write_bytes(b"\xff\xfe\xff")
    with pytest.raises(CitedFAQError, match="current cannot be read"):
        load(small_index, encoder)
    (small_index / CURRENT).write_text("no-such-build")
    with pytest.raises(CitedFAQError, match="manifest.json is missing or damaged"):
        load(small_index, encoder)


def test_of_a_large_file_of_vectors_a_sample_is_looked_at(corpus, ingest, tmp_path, encoder, monkeypatch):
    monkeypatch.setattr(manifest_module, "_WHOLE_BYTES", 1000)
    ingest(corpus, tmp_path / "index")
    folder = tmp_path / "index" / current_build(tmp_path / "index")
    assert set(read_manifest(folder).samples) == {"vectors.faiss", "pieces.npy"}
    load(tmp_path / "index", encoder)
    file = folder / "vectors.faiss"
    file.write_bytes(file.read_bytes()[:-10])
    with pytest.raises(CitedFAQError, match=r"vectors.faiss is missing or damaged: run"):
        load(tmp_path / "index", encoder)
