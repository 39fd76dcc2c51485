"""What the fit computes in torch is what answers are made with: the same scores and the same evidence."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from citedfaq.confidence import NAMES, evidence
from citedfaq.encoder.adapter import Adapter
from citedfaq.encoder.sentence_transformer import SentenceTransformerEncoder, load_model
from citedfaq.encoder.weights import BUILT_IN, BUILT_IN_SHA256
from citedfaq.evaluate import Question
from citedfaq.index import load_index
from citedfaq.retrieval import retrieve

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))

import learning
from learning import _apart, _descend, _fit, kept
from matching import Reading, Scoring
from questions import Corpus, Kept, examples, nothing_learnt


@pytest.fixture(scope="module")
def model():
    return load_model(BUILT_IN, attn_implementation="eager")


@pytest.fixture
def corpus(small_index, encoder):
    return Corpus.of(load_index(small_index, encoder.name, encoder.digest))


@pytest.fixture
def pieces(model):
    return lambda text: model.tokenizer(text)["input_ids"]


ASKED = [
    Question(question="may I go swimming with it on?", evidence=("Pat the plaster dry",)),
    Question(question="how long?", history=("Does the tape stay on while I walk?",)),
    Question(question="kneecap"),
]


@pytest.fixture
def start():
    return nothing_learnt(BUILT_IN, 384)


@pytest.fixture
def asked(corpus, pieces, start):
    """The questions, as they are learnt from."""
    reader = Kept(SentenceTransformerEncoder(BUILT_IN, Adapter(BUILT_IN_SHA256, {})))
    return examples([(each, 1.0) for each in ASKED], corpus, reader, start, pieces)


@pytest.mark.parametrize("question", ASKED)
def test_a_question_has_the_same_scores_and_evidence_as_when_it_is_answered(question, model, corpus, pieces):
    torch.manual_seed(1)
    start = nothing_learnt(BUILT_IN, 384)
    reading, scoring = Reading(model).eval(), Scoring(start).eval()
    with torch.no_grad():
        scoring.importance += torch.randn(384) / 10
        for layer in reading.changes().values():
            layer.up += torch.randn_like(layer.up) / 50
    reader = Kept(SentenceTransformerEncoder(BUILT_IN, reading.adapter(BUILT_IN_SHA256)))

    [asked] = examples([(question, 1.0)], corpus, reader, start, pieces)
    query = corpus.reader.read(question.question, question.history)
    texts = [text for text, _ in query.wordings]
    read = {
        id(each): (torch.tensor(encoded.vector), torch.tensor(encoded.piece_vectors))
        for each, encoded in zip(asked.wordings, reader.encode_questions(texts), strict=True)
    }
    with torch.no_grad():
        sums, found = scoring(asked, read)
        for key, (vector, own) in reading(asked.wordings).items():
            # In two bytes a number, but otherwise what the encoder makes of it with the adapter.
            assert vector @ read[key][0] > 0.999
            assert torch.einsum("ij,ij->i", own, read[key][1]).min() > 0.99
    learned = replace(start, importance=scoring.importance.detach().numpy())
    scored = {each.number: each for each in retrieve(query, corpus.index, reader, learned)}
    assert np.allclose(sums, np.concatenate([scored[number].sums for number in asked.passages]), rtol=1e-3, atol=1e-3)
    best = sorted((scored[number] for number in asked.passages), key=lambda each: -max(each.sums))
    gathered = evidence(query, best, corpus.index.lexical)
    assert dict(zip(NAMES, found.tolist(), strict=True)) == pytest.approx(gathered, rel=2e-3, abs=2e-3)


def test_a_fit_changes_all_that_is_learnt(model, asked, start):
    torch.manual_seed(1)
    reading, scoring = Reading(model), Scoring(start)
    learnt = {
        name: value for part in (reading, scoring) for name, value in part.named_parameters() if value.requires_grad
    }
    before = {name: value.detach().clone() for name, value in learnt.items()}
    _descend(asked, reading, scoring)
    assert [name for name, value in learnt.items() if torch.equal(before[name], value)] == []
    assert len(learnt) == 36 * 2 + 4


def test_a_seed_makes_the_same_fit_again_and_another_seed_another(model, asked, start, monkeypatch):
    # As it is in the processes that `fit` forks.
    monkeypatch.setattr(learning, "_task", [(asked, model, BUILT_IN_SHA256, start)])
    one, again, other = (_fit(seed)[1].changes["encoder.layer.0.attention.self.query"] for seed in (0, 0, 1))
    assert np.array_equal(one[1], again[1])
    assert not np.array_equal(one[1], other[1])


def test_how_far_a_reading_is_from_the_published_one_is_told(model, asked):
    [wording] = asked[0].wordings
    reading = Reading(model).eval()
    with torch.no_grad():
        unchanged = float(_apart(reading([wording])[id(wording)], wording.published))
        for layer in reading.changes().values():
            layer.up += torch.randn_like(layer.up) / 20
        changed = float(_apart(reading([wording])[id(wording)], wording.published))
    # In two bytes a number.
    assert unchanged == pytest.approx(0.0, abs=1e-3)
    assert changed > 0.05


def test_a_fit_stays_nearer_to_the_published_reading_the_more_that_counts(model, asked, start, monkeypatch):
    monkeypatch.setattr(learning, "EPOCHS", 8)
    apart = []
    for anchor in (0.0, 100.0):
        monkeypatch.setattr(learning, "ANCHOR", anchor)
        torch.manual_seed(1)
        reading = Reading(model)
        _descend(asked, reading, Scoring(start))
        [wording] = asked[0].wordings
        with torch.no_grad():
            apart.append(float(_apart(reading.eval()([wording])[id(wording)], wording.published)))
    assert apart[1] < apart[0] / 2


def test_a_share_of_an_adapter_changes_the_weights_by_that_share():
    change = (np.ones((1, 2), np.float32), np.full((3, 1), 4.0, np.float32))
    [(down, up)] = Adapter("digest", {"layer": change}).share(0.75).changes.values()
    assert np.array_equal(up @ down, np.full((3, 2), 3.0))


def test_of_the_mean_of_fits_that_share_of_the_changes_is_kept_which_is_said(monkeypatch):
    monkeypatch.setattr(learning, "KEPT", 0.75)
    start = nothing_learnt(BUILT_IN, 4)
    fits = []
    for number in (1.0, 3.0):
        change = (np.full((1, 2), number, np.float32), np.ones((3, 1), np.float32))
        learned = replace(start, importance=np.full(4, number), intercept=number)
        fits.append((learned, Adapter("x", {"layer": change})))
    learned, adapter = kept(fits)
    down, up = adapter.changes["layer"]
    assert np.allclose(up @ down, 2.0 * 0.75)
    assert (learned.importance.tolist(), learned.intercept, learned.score) == ([2.0] * 4, 2.0, start.score)
