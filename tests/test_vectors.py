import numpy as np

from citedfaq.build import vectors
from citedfaq.index import load_index


def test_small_windows_make_the_same_build(corpus, small_index, ingest, encoder, tmp_path, monkeypatch):
    monkeypatch.setattr(vectors, "_WINDOW", 1)
    monkeypatch.setattr(vectors, "_CHUNK", 2)
    ingest(corpus, tmp_path / "windows")
    one, other = (load_index(folder, encoder.name, encoder.digest) for folder in (small_index, tmp_path / "windows"))
    for number in range(len(one.passages)):
        assert np.allclose(one.vectors_of(number), other.vectors_of(number), atol=1e-5)
        for left, right in zip(one.late.entries_of(number), other.late.entries_of(number), strict=True):
            assert np.abs(left.astype(int) - right).max() <= 1


def test_a_text_that_stands_in_two_windows_is_encoded_once(tmp_path, ingest, encoder, monkeypatch):
    monkeypatch.setattr(vectors, "_WINDOW", 1)
    (tmp_path / "corpus").mkdir()
    for name in ("one", "two"):
        (tmp_path / "corpus" / f"{name}.md").write_text("# Ice\n\nWrap the ice in a towel.")
    report = ingest(tmp_path / "corpus", tmp_path / "index")
    assert report.encoded == 3  # the passage, its caption "Ice", its sentence
    index = load_index(tmp_path / "index", encoder.name, encoder.digest)
    assert np.array_equal(index.vectors_of(0), index.vectors_of(1))
    [one], [two] = index.late.entries_of(0), index.late.entries_of(1)
    assert np.array_equal(one, two)
    assert len(one) > 5


def test_a_sentence_that_becomes_another_wording_gets_its_pieces(corpus, small_index, ingest, encoder):
    (corpus / "knee.md").write_text(
        "# Knee taping\n\n## What taping does\n\n<!-- also asked:\nTaping supports the kneecap while you walk.\n-->\n\n"
        "Taping supports the kneecap while you walk."
    )
    ingest(corpus, small_index)
    index = load_index(small_index, encoder.name, encoder.digest)
    [wording] = [passage for passage in index.passages if passage.wordings]
    _, pieces = index.late.entries_of(index.passages.index(wording))
    assert len(pieces) > 5
