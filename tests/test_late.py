import numpy as np

from citedfaq.encoder import Encoded
from citedfaq.index import load_index
from citedfaq.late import LateIndex, compress, piece_weights

RIGHT, UP = np.eye(2, dtype=np.float32)


def test_each_query_piece_counts_its_nearest_piece_weighted():
    late = LateIndex(compress(np.stack([RIGHT, UP, UP])), np.array([0, 2, 3]), entries=[1, 1])
    query = Encoded(RIGHT, ("a", "b"), np.stack([RIGHT, UP]))
    assert late.scores(query, np.array([3, 1], np.float32), [0, 1]).tolist() == [1.0, 0.25]
    assert late.scores(query, np.array([3, 1], np.float32), [1]).tolist() == [0.25]


def test_the_best_entry_of_a_passage_counts():
    late = LateIndex(compress(np.stack([UP, RIGHT])), np.array([0, 1, 2]), entries=[2])
    assert late.scores(Encoded(RIGHT, ("a",), RIGHT[np.newaxis]), np.ones(1, np.float32), [0]).tolist() == [1.0]


def test_nothing_to_compare_scores_nothing():
    late = LateIndex(compress(RIGHT[np.newaxis]), np.array([0, 1]), entries=[1])
    empty = Encoded(RIGHT, (), np.zeros((0, 2), np.float32))
    assert late.scores(empty, np.zeros(0, np.float32), [0]).tolist() == [0.0]
    assert late.scores(Encoded(RIGHT, ("a",), RIGHT[np.newaxis]), np.ones(1, np.float32), []).tolist() == []


def test_parts_that_do_not_belong_together_are_noticed():
    pieces = compress(np.stack([RIGHT, UP]))
    assert LateIndex(pieces, np.array([0, 2]), entries=[1]).fits()
    assert not LateIndex(pieces, np.array([0, 2]), entries=[2]).fits()
    assert not LateIndex(pieces, np.array([0, 3]), entries=[1]).fits()


def test_compression_changes_a_cosine_by_less_than_a_hundredth(encoder):
    [one] = encoder.encode_pieces(["Taping supports the kneecap while you walk."])
    exact = one.piece_vectors @ one.piece_vectors.T
    rough = one.piece_vectors @ (compress(one.piece_vectors).astype(np.float32) / 127).T
    assert np.abs(exact - rough).max() < 0.01


def test_pieces_are_unit_vectors_and_know_their_words(encoder):
    [encoded] = encoder.encode_pieces(["Myofascial pain?"])
    assert encoded.words == ("myofascial",) * (len(encoded.words) - 2) + ("pain", "?")
    assert len(encoded.words) > 3
    assert np.allclose(np.linalg.norm(encoded.piece_vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(encoded.vector, encoder.encode(["Myofascial pain?"])[0], atol=1e-5)


def test_rare_words_count_most_and_function_words_least(small_index, encoder):
    lexical = load_index(small_index, encoder.name, encoder.digest).lexical
    kneecap, plaster, the, mark = piece_weights(["kneecap", "plaster", "the", "?"], lexical)
    assert kneecap > plaster > the
    assert mark < plaster


def test_a_text_is_nearest_to_itself(loaded, encoder):
    [query] = encoder.encode_pieces(["What is ischemic compression?"])
    numbers = list(range(len(loaded.passages)))
    scores = loaded.late.scores(query, piece_weights(query.words, loaded.lexical), numbers)
    assert loaded.passages[int(np.argmax(scores))].question == "What is ischemic compression?"
