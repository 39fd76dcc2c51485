import pytest

from citedfaq.index import load_index
from citedfaq.retrieval import CANDIDATE_PASSAGES, CLOSE_PASSAGES, WEIGHTS, retrieve


@pytest.fixture
def index(small_index, encoder):
    return load_index(small_index, encoder.name, encoder.digest)


def test_the_passage_that_answers_comes_first(index, encoder):
    scored = retrieve("how long until the plaster comes off", index, encoder)
    assert scored[0].passage.question == "How long does a plaster stay on?"
    assert [found.score for found in scored] == sorted((found.score for found in scored), reverse=True)


def test_each_passage_comes_once_with_all_parts_of_its_score(index, encoder):
    scored = retrieve("plaster", index, encoder)
    assert len({found.number for found in scored}) == len(scored) == len(index.passages)
    for found in scored:
        assert 0 <= found.score <= 1
        assert 0 <= found.lexical <= 1
        assert 0 <= found.coverage <= 1
        assert len(found.sentence_similarity) == len(found.passage.sentences)
        assert found.nearest >= max(found.passage_similarity, found.caption_similarity)
        assert 0 < found.late <= 1.01


def test_the_weights_sum_to_one():
    assert sum(WEIGHTS.values()) == pytest.approx(1)


def test_words_find_what_vectors_miss(loaded, encoder):
    scored = retrieve("MFR", loaded, encoder)
    assert any("MFR" in loaded.text(found.passage) for found in scored[:5])


def test_a_query_without_a_term_is_searched_for_all_the_same(index, encoder):
    scored = retrieve("what is it", index, encoder)
    assert scored
    assert all(found.lexical == found.coverage == 0 for found in scored)


def test_a_large_corpus_is_not_scored_whole(loaded, encoder):
    found = retrieve("muscle", loaded, encoder)
    assert CANDIDATE_PASSAGES <= len(found) < len(loaded.passages)
    assert sum(each.late > 0 for each in found) == CLOSE_PASSAGES
