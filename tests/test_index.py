import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from citedfaq.errors import CitedFAQError
from citedfaq.index import load_index, row_texts
from citedfaq.manifest import current_build, file_digest


def load(folder, encoder):
    return load_index(folder, encoder.name, encoder.digest)


def test_what_was_written_is_what_is_loaded(small_index, encoder):
    index = load(small_index, encoder)
    assert set(index.articles) == {"knee", "plasters"}
    knee = index.articles["knee"]
    assert (knee.title, knee.url, knee.sources) == (
        "Knee taping",
        "https://clinic.example/knee",
        ("The taping handbook",),
    )
    assert knee.reviewed.isoformat() == "2026-05-01"
    asked = [passage.question for passage in index.passages if passage.question]
    assert asked == ["How long does a plaster stay on?", "Can I swim with a plaster?"]
    assert index.manifest.passages == len(index.passages)


def test_every_passage_and_sentence_is_a_slice_of_its_article(loaded):
    for passage in loaded.passages:
        text = loaded.articles[passage.article].text
        assert loaded.text(passage) == text[passage.start : passage.end] != ""
        for sentence in passage.sentences:
            assert text[sentence.start : sentence.end].strip() == text[sentence.start : sentence.end] != ""


def test_each_row_of_vectors_is_that_of_its_text(small_index, encoder):
    index = load(small_index, encoder)
    for number, passage in enumerate(index.passages):
        texts = list(row_texts(index.articles[passage.article], passage))
        assert np.allclose(index.vectors_of(number), encoder.encode(texts), atol=1e-4)


def test_the_nearest_passage_is_the_one_that_says_it(small_index, encoder):
    index = load(small_index, encoder)
    nearest = index.nearest(encoder.encode(["Can I go swimming with my plaster?"]), 5)
    assert index.passages[nearest[0]].question == "Can I swim with a plaster?"
    assert len(nearest) == len(set(nearest))


def test_a_missing_index_is_one_sentence_with_the_remedy(tmp_path, encoder):
    with pytest.raises(CitedFAQError, match=r"There is no index in .*: run 'python ingest.py'\."):
        load(tmp_path / "nowhere", encoder)


@pytest.mark.parametrize(
    "name",
    [
        "articles.jsonl",
        "articles.npy",
        "passages.jsonl",
        "passages.npy",
        "spans.npy",
        "vocabulary.json",
        "vectors.faiss",
        "bm25/indices.csc.index.npy",
        "pieces.npy",
        "manifest.json",
    ],
)
@pytest.mark.parametrize("how", ["gone", "cut short"])
def test_a_damaged_file_is_named(small_index, encoder, name, how):
    file = small_index / current_build(small_index) / name
    if how == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-10])
    with pytest.raises(CitedFAQError, match=rf"{name} is missing or damaged: run"):
        load(small_index, encoder)


def test_another_encoder_is_refused(small_index):
    with pytest.raises(CitedFAQError, match=r"manifest.json was built with the encoder .* run 'python ingest.py'"):
        load_index(small_index, "another", "0" * 64)


def test_another_format_is_refused(small_index, encoder):
    file = small_index / current_build(small_index) / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "format_version": 99}))
    with pytest.raises(CitedFAQError, match="is of index format 99"):
        load(small_index, encoder)


def test_a_manifest_that_does_not_fit_its_files_is_refused(small_index, encoder):
    file = small_index / current_build(small_index) / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "passages": 1}))
    with pytest.raises(CitedFAQError, match="does not fit the files beside it"):
        load(small_index, encoder)


def change(folder, name, change):
    """Change an array of a build, and write its new digest into the manifest, so that only its meaning is wrong."""
    array = np.load(folder / name)
    change(array)
    np.save(folder / name, array)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][name] = file_digest(folder / name)
    (folder / "manifest.json").write_text(json.dumps(manifest))


def put(row, column, value):
    return lambda array: array.__setitem__((row, column), value)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("spans.npy", put(-1, 1, 100_000)),  # a sentence that ends beyond its passage
        ("spans.npy", put(0, 1, 100_000)),  # a passage that ends beyond its article
        ("spans.npy", put(0, 0, -1)),
        ("spans.npy", put(-1, 0, 0)),  # a sentence that begins before its passage
        ("spans.npy", put(1, 2, 5)),  # a caption that begins a stretch
        ("spans.npy", put(2, 2, -1)),  # a first sentence that begins none
        ("passages.npy", put(0, 3, 7)),  # a passage of no article
        ("passages.npy", put(0, 3, 1)),  # articles out of order
        ("passages.npy", put(1, 1, 1)),  # a passage without sentences
        ("passages.npy", put(1, 0, 1)),  # a line that begins within another
        ("articles.npy", put(0, 2, 10)),  # an article that is shorter than its passages
    ],
)
def test_passages_that_do_not_fit_their_articles_are_refused(small_index, encoder, name, fault):
    folder = small_index / current_build(small_index)
    change(folder, name, fault)
    with pytest.raises(CitedFAQError, match="does not fit"):
        load(small_index, encoder)


def test_sentences_that_overlap_are_refused(small_index, encoder):
    folder = small_index / current_build(small_index)
    spans = np.load(folder / "spans.npy")
    [second, *_] = [
        row for row in range(1, len(spans)) if spans[row, 1] and spans[row - 1, 2] >= 0 and spans[row, 2] != -4
    ]
    change(folder, "spans.npy", put(second, 0, spans[second, 0] - 5))
    with pytest.raises(CitedFAQError, match="passages.jsonl does not fit"):
        load(small_index, encoder)


def test_records_are_read_by_their_ids_and_numbers(loaded):
    assert [loaded.articles[each].id for each in loaded.articles] == list(loaded.articles)
    assert "no-such-article" not in loaded.articles
    passages = list(loaded.passages)
    assert loaded.passages[-1] == passages[-1] == loaded.passages[len(passages) - 1]
    assert loaded.passages[2:5] == passages[2:5]
    with pytest.raises(IndexError):
        loaded.passages[len(passages)]
    first = next(iter(loaded.articles))
    assert loaded.passages_of(first) == [passage for passage in passages if passage.article == first]
    for number, passage in enumerate(passages):
        text = loaded.searchable_text(passage)
        above = len(text) - (passage.end - passage.start)
        begins = [above + start - passage.start for start, _ in passage.stretches]
        assert loaded.passages.stretches_of(number) == begins


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="mapped files are read from Linux's /proc")
def test_vectors_stay_on_the_disk_until_they_are_used(loaded):
    mapped = Path("/proc/self/maps").read_text()
    assert f"{loaded.manifest.build}/vectors.faiss" in mapped
    assert f"{loaded.manifest.build}/pieces.npy" in mapped


def test_a_build_can_be_moved(small_index, tmp_path, encoder):
    shutil.copytree(small_index, tmp_path / "elsewhere")
    assert load(tmp_path / "elsewhere", encoder).manifest == load(small_index, encoder).manifest
