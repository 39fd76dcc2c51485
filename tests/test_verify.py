import dataclasses
import json

import faiss
import numpy as np
import pytest

from citedfaq.build.verify import verify, wrong_questions
from citedfaq.errors import CitedFAQError
from citedfaq.manifest import current_build, file_digest, read_manifest
from citedfaq.settings import Settings


@pytest.fixture
def folder(small_index):
    return small_index / current_build(small_index)


def sign(folder, name):
    """Write a file's new digest into the manifest, so that its loading does not already notice the fault."""
    manifest = read_manifest(folder)
    files = {**manifest.files, name: file_digest(folder / name)}
    (folder / "manifest.json").write_text(json.dumps(dataclasses.asdict(dataclasses.replace(manifest, files=files))))


def test_a_sound_build_passes(folder, encoder):
    assert len(verify(folder, encoder, encode=True).passages) == 4
    assert len(verify(folder, encoder, encode=False).passages) == 4


def test_vectors_that_stand_in_the_wrong_row_are_noticed(folder, encoder):
    old = faiss.read_index(str(folder / "vectors.faiss"))
    new = faiss.IndexFlatIP(old.d)
    new.add(np.roll(old.reconstruct_n(0, old.ntotal), 1, axis=0))
    faiss.write_index(new, str(folder / "vectors.faiss"))
    sign(folder, "vectors.faiss")
    with pytest.raises(CitedFAQError, match=r"a passage of knee.md is not found by its own words: run .* --full"):
        verify(folder, encoder, encode=True)


def test_vectors_that_are_no_unit_vectors_are_noticed_without_the_encoder(folder, encoder):
    old = faiss.read_index(str(folder / "vectors.faiss"))
    new = faiss.IndexFlatIP(old.d)
    new.add(old.reconstruct_n(0, old.ntotal) / 2)
    faiss.write_index(new, str(folder / "vectors.faiss"))
    sign(folder, "vectors.faiss")
    with pytest.raises(CitedFAQError, match="is not found by its own words"):
        verify(folder, encoder, encode=False)


def test_pieces_of_another_passage_are_noticed(folder, encoder):
    pieces = np.load(folder / "pieces.npy")
    np.save(folder / "pieces.npy", np.roll(pieces, 40, axis=0))
    sign(folder, "pieces.npy")
    with pytest.raises(CitedFAQError, match="is not found by its own words"):
        verify(folder, encoder, encode=True)


def test_a_passage_that_cannot_be_quoted_is_noticed(folder, encoder):
    spans = np.load(folder / "spans.npy")
    spans[0, 0] -= 1  # the line break above it
    np.save(folder / "spans.npy", spans)
    sign(folder, "spans.npy")
    with pytest.raises(CitedFAQError, match="a passage of knee.md cannot be quoted"):
        verify(folder, encoder, encode=True)


def test_questions_that_a_build_gets_wrong_are_named(folder, encoder, tmp_path):
    index = verify(folder, encoder, encode=False)
    assert wrong_questions(index, tmp_path, Settings(), encoder) == ()
    asked = [
        {"question": "Can I swim with a plaster?", "evidence": ["Waterproof"]},
        {"question": "How long does a plaster stay on?", "evidence": ["for ever"]},
        {"question": "Who won the world cup?", "evidence": []},
    ]
    (tmp_path / "questions.jsonl").write_text("".join(json.dumps(each) + "\n" for each in asked))
    with pytest.raises(CitedFAQError, match=r"gets 2 of the 3 questions .*question_floor \(0.8\).*How long does"):
        wrong_questions(index, tmp_path, Settings(), encoder)
    wrong = wrong_questions(index, tmp_path, Settings(question_floor=0.6), encoder)
    assert wrong == ("How long does a plaster stay on?",)
