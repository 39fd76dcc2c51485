import math

import numpy as np

from citedfaq.confidence import NAMES, THRESHOLD, evidence, leads, probability, standing
from citedfaq.learned import load_learned
from citedfaq.query import Query
from citedfaq.retrieval import PARTS, retrieve


def found(query, index, encoder):
    return evidence(Query(query), retrieve(Query(query), index, encoder), index.lexical)


def confidence(query, index, encoder):
    return probability(found(query, index, encoder))


def test_no_passage_is_no_evidence(loaded):
    assert evidence(Query("anything"), [], loaded.lexical) == dict.fromkeys(NAMES, 0.0)


def test_every_kind_of_evidence_has_a_weight_and_a_value(loaded, encoder):
    assert tuple(load_learned().evidence) == NAMES
    assert tuple(found("How long does soreness last?", loaded, encoder)) == NAMES


def test_what_covers_more_of_a_question_is_more_probable(loaded, encoder):
    known = found("How long does soreness last after a session?", loaded, encoder)
    for part in ("late", "headed", "best coverage"):
        assert probability({**known, part: known[part] - 0.2}) < probability(known), part


def test_a_mended_question_is_answered_with_less_confidence(loaded, encoder):
    known = found("How long does soreness last after a session?", loaded, encoder)
    assert probability(known, mended=True) < probability(known)


def test_an_answered_question_is_above_the_threshold_and_another_subject_below(loaded, encoder):
    assert confidence("How long does soreness last after a session?", loaded, encoder) > THRESHOLD
    assert confidence("What is the capital of Mongolia?", loaded, encoder) < THRESHOLD


def test_known_is_the_share_of_the_query_that_any_article_mentions(loaded, encoder):
    def known(query):
        return found(query, loaded, encoder)["known"]

    assert known("dry needling") == 1
    assert 0 < known("dry needling zebra") < 1
    assert known("zebra") == 0


def test_a_passage_leads_the_next_and_the_fifth():
    assert leads([1, 5, 3, 2, 0, 4]) == (5, 1, 4, math.log(sum(math.exp(-less) for less in range(6))))
    assert leads([2]) == (2, 2, 2, 0)


def test_a_stretch_stands_above_the_mean_of_the_others():
    parts = np.zeros((4, len(PARTS)), np.float32)
    parts[0] = 0.4
    parts[3, PARTS.index("late")] = 0.5
    sentences, headed, above, _, agreement = standing(parts, stretch=0, of_passage=2)
    assert np.allclose([sentences, headed], 0.1)
    assert np.isclose(above, 0.3 / (np.sqrt(0.03) + 0.01))
    assert agreement == (len(PARTS) - 1) / len(PARTS)
