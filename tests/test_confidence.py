from dataclasses import astuple, fields

from citedfaq.confidence import THRESHOLD, Evidence, evidence, probability
from citedfaq.query import Query
from citedfaq.retrieval import retrieve


def confidence(query, index, encoder):
    return probability(evidence(Query(query), retrieve(Query(query), index, encoder), index.lexical))


def test_no_passage_is_no_evidence(loaded):
    assert set(astuple(evidence(Query("anything"), [], loaded.lexical))) == {0.0}


def test_more_evidence_is_never_less_probable():
    low, high = (
        probability(Evidence(*[0.1] * len(fields(Evidence)))),
        probability(Evidence(*[0.9] * len(fields(Evidence)))),
    )
    assert 0 < low < THRESHOLD < high < 1


def test_a_mended_question_is_answered_with_less_confidence():
    found = Evidence(*[0.6] * len(fields(Evidence)))
    assert probability(found, mended=True) < probability(found)


def test_an_answered_question_is_above_the_threshold_and_another_subject_below(loaded, encoder):
    assert confidence("How long does soreness last after a session?", loaded, encoder) > THRESHOLD
    assert confidence("What is the capital of Mongolia?", loaded, encoder) < THRESHOLD


def test_known_is_the_share_of_the_query_that_any_article_mentions(loaded, encoder):
    def known(query):
        return evidence(Query(query), retrieve(Query(query), loaded, encoder), loaded.lexical).known

    assert known("dry needling") == 1
    assert 0 < known("dry needling zebra") < 1
    assert known("zebra") == 0
