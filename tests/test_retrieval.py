import pytest

from citedfaq.index import load_index
from citedfaq.learned import load_learned
from citedfaq.query import Query
from citedfaq.retrieval import CLOSE_PASSAGES, PARTS, retrieve


@pytest.fixture
def index(small_index, encoder):
    return load_index(small_index, encoder.name, encoder.digest)


def test_the_passage_that_answers_comes_first(index, encoder):
    scored = retrieve(Query("how long until the plaster comes off"), index, encoder)
    assert scored[0].passage.question == "How long does a plaster stay on?"
    assert [found.score for found in scored] == sorted((found.score for found in scored), reverse=True)


def test_each_passage_comes_once_with_all_parts_of_its_score(index, encoder):
    scored = retrieve(Query("plaster"), index, encoder)
    assert len({found.number for found in scored}) == len(scored) == len(index.passages)
    for found in scored:
        assert 0 <= found.score <= 1
        assert 0 <= found.part("lexical") <= 1
        assert 0 <= found.coverage <= 1
        assert len(found.sentence_similarity) == len(found.passage.sentences)
        assert found.part("nearest") >= max(found.part("passage"), found.part("caption"), found.part("sentence"))
        assert found.part("late") >= found.part("stretch")
        assert found.part("headed") >= found.part("stretch")
        assert found.parts.shape == (len(found.passage.stretches), len(PARTS))
        assert len(found.stretches) == len(found.passage.stretches)
        assert found.score == max(found.stretches)


def test_every_part_of_the_score_speaks_for_a_passage():
    learned = load_learned()
    assert tuple(learned.score) == PARTS
    assert all(weight >= 0 for weight in learned.score.values())


def test_words_find_what_vectors_miss(loaded, encoder):
    scored = retrieve(Query("MFR"), loaded, encoder)
    assert any("MFR" in loaded.text(found.passage) for found in scored[:5])


def test_a_query_without_a_term_is_searched_for_all_the_same(index, encoder):
    scored = retrieve(Query("what is it"), index, encoder)
    assert scored
    assert all(found.part("lexical") == found.coverage == 0 for found in scored)


def test_a_large_corpus_is_not_scored_whole(loaded, encoder):
    found = retrieve(Query("muscle"), loaded, encoder)
    assert len(found) == CLOSE_PASSAGES < len(loaded.passages)
    assert all(each.part("late") > 0 for each in found)


def test_the_stretch_that_answers_scores_best_within_its_passage(loaded, encoder):
    found = retrieve(Query("Who should not have trigger point therapy?"), loaded, encoder)[0]
    best = max(range(len(found.stretches)), key=found.stretches.__getitem__)
    start, end = found.passage.stretches[best]
    assert "trigger point therapy" in loaded.articles[found.passage.article].text[start:end].lower()


def test_a_query_in_two_wordings_gets_the_mean_of_both(index, encoder):
    joined, alone = "What does knee taping do? and how long?", "and how long?"
    mixed = retrieve(Query(joined, beside=alone, share=0.4), index, encoder)
    by_number = [{each.number: each for each in retrieve(Query(text), index, encoder)} for text in (joined, alone)]
    for found in mixed:
        one, other = (each[found.number] for each in by_number)
        assert found.parts == pytest.approx(0.6 * one.parts + 0.4 * other.parts, abs=1e-6)
        assert len(found.pieces) == 2
        assert sum(weights.sum() for weights, _ in found.pieces) == pytest.approx(1)
