import numpy as np

from citedfaq.late import piece_weights
from citedfaq.learned import load_learned


def test_a_question_is_adapted_as_vector_and_piece_by_piece(encoder):
    [read] = encoder.encode_pieces(["Does it hurt?"])
    learned = load_learned()
    adapted = learned.adapted(read, encoder.name)
    assert np.allclose(adapted.vector, read.vector @ (np.eye(384) + learned.vector_in @ learned.vector_out), atol=1e-5)
    assert np.allclose(
        adapted.piece_vectors, read.piece_vectors @ (np.eye(384) + learned.piece_in @ learned.piece_out), atol=1e-5
    )
    assert (adapted.words, adapted.places is read.places) == (read.words, True)


def test_a_piece_counts_by_its_rarity_and_by_its_own_vector(loaded, encoder):
    [read] = encoder.encode_pieces(["Does the needling hurt?"])
    weights = load_learned().piece_weights(read, loaded.lexical, encoder.name)
    factor = np.exp(read.piece_vectors @ load_learned().importance)
    assert np.allclose(weights, piece_weights(read.words, loaded.lexical) * factor)


def test_what_was_learnt_for_one_encoder_leaves_another_alone(loaded, encoder):
    [other] = encoder.encode_pieces(["Does the needling hurt?"])
    assert load_learned().adapted(other, "another model") is other
    found = load_learned().piece_weights(other, loaded.lexical, "another model")
    assert np.array_equal(found, piece_weights(other.words, loaded.lexical))


def test_what_is_saved_is_loaded_again(tmp_path):
    load_learned().save(tmp_path)
    again = load_learned(tmp_path)
    assert again.score == load_learned().score
    assert (again.evidence, again.intercept) == (load_learned().evidence, load_learned().intercept)
    assert np.array_equal(again.piece_out, load_learned().piece_out)
