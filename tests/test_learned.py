import numpy as np

from citedfaq.late import piece_weights
from citedfaq.learned import load_learned


def test_a_piece_counts_by_its_rarity_and_by_its_own_vector(loaded, encoder):
    [read] = encoder.encode_questions(["Does the needling hurt?"])
    weights = load_learned().piece_weights(read, loaded.lexical, encoder.name)
    factor = np.exp(read.piece_vectors @ load_learned().importance)
    assert np.allclose(weights, piece_weights(read.words, loaded.lexical) * factor)


def test_what_was_learnt_for_one_encoder_leaves_another_alone(loaded, encoder):
    [other] = encoder.encode_questions(["Does the needling hurt?"])
    found = load_learned().piece_weights(other, loaded.lexical, "another model")
    assert np.array_equal(found, piece_weights(other.words, loaded.lexical))


def test_what_is_saved_is_loaded_again(tmp_path):
    load_learned().save(tmp_path)
    again = load_learned(tmp_path)
    assert again.score == load_learned().score
    assert (again.evidence, again.intercept) == (load_learned().evidence, load_learned().intercept)
    assert np.array_equal(again.importance, load_learned().importance)
