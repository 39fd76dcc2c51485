"""The adapter: small changes to the published weights, with which questions are read and articles are not."""

import numpy as np
import pytest

from citedfaq.encoder.adapter import Adapter, adapter_digest, adapter_for, read_adapter
from citedfaq.encoder.sentence_transformer import SentenceTransformerEncoder, load_model
from citedfaq.encoder.weights import BUILT_IN, BUILT_IN_SHA256

QUESTION = "how much time should I block off for this"


def test_it_is_for_the_published_weights_and_for_no_others():
    assert adapter_for(BUILT_IN_SHA256) is read_adapter()
    assert len(adapter_digest(BUILT_IN_SHA256)) == 64
    assert adapter_for("0" * 64) is None
    assert adapter_digest("0" * 64) == ""


def test_its_digest_is_known_without_its_changes():
    read_adapter.cache_clear()
    assert adapter_digest(BUILT_IN_SHA256)
    assert read_adapter.cache_info().currsize == 0
    assert read_adapter().digest == adapter_digest(BUILT_IN_SHA256)


@pytest.mark.parametrize("engine", ["encoder", "reference"])
def test_articles_are_read_as_the_model_says_and_questions_otherwise(engine, request):
    engine = request.getfixturevalue(engine)
    [plain], [adapted] = engine.encode_pieces([QUESTION]), engine.encode_questions([QUESTION])
    assert np.allclose(plain.vector, engine.encode([QUESTION])[0], atol=1e-5)
    assert (adapted.words, adapted.places.tolist()) == (plain.words, plain.places.tolist())
    assert adapted.vector @ plain.vector < 0.98


def test_both_engines_read_questions_alike(encoder, reference):
    for one, other in zip(encoder.encode_questions([QUESTION]), reference.encode_questions([QUESTION]), strict=True):
        assert one.vector @ other.vector > 0.97
        assert np.einsum("ij,ij->i", one.piece_vectors, other.piece_vectors).mean() > 0.98


def test_a_change_is_added_to_its_layer(tmp_path):
    layer, rank = "encoder.layer.0.attention.self.query", 2
    down, up = np.full((rank, 384), 0.5, np.float32), np.ones((384, rank), np.float32)
    Adapter("x", {layer: (down, up)}).save(tmp_path / "adapter.npz")
    again = read_adapter(tmp_path / "adapter.npz")
    assert (again.weights, list(again.changes)) == ("x", [layer])
    before, changed = load_model(BUILT_IN), load_model(BUILT_IN)
    again.adapt(changed)
    weights = [each[0].model.get_submodule(layer).weight.detach().numpy().copy() for each in (before, changed)]
    assert np.allclose(weights[1] - weights[0], 1.0, atol=1e-5)


def test_a_model_without_an_adapter_reads_questions_as_articles(monkeypatch):
    monkeypatch.setattr("citedfaq.encoder.sentence_transformer.adapter_for", lambda weights: None)
    plain = SentenceTransformerEncoder(BUILT_IN)
    assert np.allclose(plain.encode_questions([QUESTION])[0].vector, plain.encode([QUESTION])[0], atol=1e-5)
