import numpy as np

from citedfaq.encoder import Encoded
from citedfaq.index import load_index
from citedfaq.late import LateIndex, compress, piece_weights

RIGHT, UP = np.eye(2, dtype=np.float32)


def encoded(*vectors, places=None):
    pieces = np.array(vectors, np.float32).reshape(-1, 2)
    at = np.arange(len(pieces)) if places is None else np.array(places)
    return Encoded(RIGHT, ("a",) * len(pieces), pieces, at)


def stretches(*of_passages):
    """Where each passage's stretches begin, by its number."""
    return of_passages.__getitem__


def test_each_query_piece_counts_its_nearest_piece_weighted():
    pieces = np.concatenate([compress(encoded(RIGHT, UP)), compress(encoded(UP))])
    late = LateIndex(pieces, np.array([0, 2, 3]), np.array([0, 1, 2]), stretches([0], [0]))
    query, weights = encoded(RIGHT, UP), np.array([3, 1], np.float32)
    found = late.scores(query, weights, [0, 1])
    assert found.best.tolist() == [1.0, 0.25]
    assert found.stretches.tolist() == [1.0, 0.25]
    assert late.scores(query, weights, [1]).best.tolist() == [0.25]
    assert found.pieces.tolist() == [[1.0, 1.0], [0.0, 1.0]]


def test_the_best_entry_of_a_passage_counts():
    late = LateIndex(
        np.concatenate([compress(encoded(UP)), compress(encoded(RIGHT))]),
        np.array([0, 1, 2]),
        np.array([0, 2]),
        stretches([0]),
    )
    found = late.scores(encoded(RIGHT), np.ones(1, np.float32), [0])
    assert (found.best.tolist(), found.stretches.tolist()) == ([1.0], [0.0])


def test_each_stretch_is_scored_by_the_pieces_that_begin_in_it():
    pieces = compress(encoded(UP, UP, RIGHT, UP, places=[0, 5, 9, 70_000]))
    late = LateIndex(pieces, np.array([0, 4]), np.array([0, 1]), stretches([5, 9, 30]))
    found = late.scores(encoded(RIGHT), np.ones(1, np.float32), [0])
    assert found.stretches.tolist() == [0.0, 1.0, 0.0]


def test_an_encoder_that_cannot_tell_places_scores_no_stretch():
    pieces = compress(encoded(RIGHT, UP, places=[0, 0]))
    late = LateIndex(pieces, np.array([0, 2]), np.array([0, 1]), stretches([3, 9]))
    found = late.scores(encoded(RIGHT), np.ones(1, np.float32), [0])
    assert (found.best.tolist(), found.stretches.tolist(), found.headed.tolist()) == ([1.0], [-1.0, -1.0], [1.0, 1.0])


def test_nothing_to_compare_scores_nothing():
    late = LateIndex(compress(encoded(RIGHT)), np.array([0, 1]), np.array([0, 1]), stretches([0, 4]))
    found = late.scores(encoded(), np.zeros(0, np.float32), [0])
    assert (found.best.tolist(), found.stretches.tolist()) == ([0.0], [0.0, 0.0])
    assert late.scores(encoded(RIGHT), np.ones(1, np.float32), []).stretches.tolist() == []


def test_a_text_without_pieces_covers_nothing():
    late = LateIndex(compress(encoded(RIGHT)), np.array([0, 0, 1]), np.array([0, 1, 2]), stretches([0], [0]))
    found = late.scores(encoded(RIGHT), np.ones(1, np.float32), [0, 1])
    assert (found.best.tolist(), found.stretches.tolist()) == ([-1.0, 1.0], [-1.0, 1.0])
    assert late.scores(encoded(RIGHT), np.ones(1, np.float32), [0]).best.tolist() == [-1.0]


def test_parts_that_do_not_belong_together_are_noticed():
    pieces = compress(encoded(RIGHT, UP))
    assert LateIndex(pieces, np.array([0, 2]), np.array([0, 1]), stretches([0])).fits()
    assert not LateIndex(pieces, np.array([0, 2]), np.array([0, 2]), stretches([0])).fits()
    assert not LateIndex(pieces, np.array([0, 3]), np.array([0, 1]), stretches([0])).fits()


def test_compression_changes_a_cosine_by_less_than_a_hundredth(encoder):
    [one] = encoder.encode_pieces(["Taping supports the kneecap while you walk."])
    exact = one.piece_vectors @ one.piece_vectors.T
    rough = one.piece_vectors @ (compress(one)[:, :-2].astype(np.float32) / 127).T
    assert np.abs(exact - rough).max() < 0.01


def test_pieces_are_unit_vectors_and_know_their_words(encoder):
    [read] = encoder.encode_pieces(["Myofascial pain?"])
    assert read.words == ("myofascial",) * (len(read.words) - 2) + ("pain", "?")
    assert len(read.words) > 3
    assert read.places[0] == 0
    assert read.places[-2:].tolist() == [11, 15]
    assert np.allclose(np.linalg.norm(read.piece_vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(read.vector, encoder.encode(["Myofascial pain?"])[0], atol=1e-5)


def test_rare_words_count_most_and_function_words_least(small_index, encoder):
    lexical = load_index(small_index, encoder.name, encoder.digest).lexical
    kneecap, plaster, the, mark = piece_weights(["kneecap", "plaster", "the", "?"], lexical)
    assert kneecap > plaster > the
    assert mark < plaster


def test_a_text_is_nearest_to_itself(loaded, encoder):
    [query] = encoder.encode_pieces(["What is ischemic compression?"])
    found = loaded.late.scores(query, piece_weights(query.words, loaded.lexical), range(len(loaded.passages)))
    assert loaded.passages[int(np.argmax(found.best))].question == "What is ischemic compression?"
