import math

import bm25s
import numpy as np
import pytest
from bm25s.stopwords import STOPWORDS_EN_PLUS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citedfaq.lexical import _STOP_WORDS, BM25, LexicalIndex, best, is_function_word, stem, terms, words, write_lexical

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

PASSAGES = (
    "Ice calms a fresh sprain. Put ice on for ten minutes.",
    "Heat loosens tight muscles.",
    "Ice and heat are both safe for muscles.",
    "The and of.",
)
WORDS = st.text(max_size=12) | st.sampled_from(["ice", "heat", "muscl", "the", "\0", ""])


def build(folder, texts) -> LexicalIndex:
    write_lexical(folder, texts)
    return LexicalIndex(folder)


@pytest.fixture(scope="module")
def index(tmp_path_factory) -> LexicalIndex:
    return build(tmp_path_factory.mktemp("lexical"), PASSAGES)


def test_words_are_small_and_keep_their_apostrophes_straightened():
    assert words("Don’t ICE it: 20-minute rest, café_ 5½…") == [
        "don't",
        "ice",
        "it",
        "20",
        "minute",
        "rest",
        "café",
        "5½",
    ]
    assert words("?! …") == []


def test_terms_are_the_stems_of_content_words_in_order():
    assert terms("Please, how do I loosen the muscles in my neck? Loosening!") == ["loosen", "muscl", "neck", "loosen"]
    assert terms("What is it, and how are you? Thanks") == []


@pytest.mark.parametrize(
    ("word", "expected"),
    [("muscles", "muscl"), ("fasting", "fast"), ("therapist's", "therapist"), ("", ""), ("冰", "冰")],
)
def test_a_stem_is_the_same_for_all_forms_of_a_word(word, expected):
    assert stem(word) == expected


def test_function_words_carry_no_subject():
    assert is_function_word("the")
    assert is_function_word("what's")
    assert not is_function_word("ice")


def test_the_passage_that_says_most_about_a_term_scores_highest(index):
    scores = index.scores(terms("ice"))
    assert scores.shape == (len(PASSAGES),)
    assert scores.dtype == np.float32
    assert scores[0] > scores[2] > 0
    assert scores[1] == scores[3] == 0


def test_a_rare_term_weighs_more_than_a_common_one(index):
    assert index.scores(["sprain"])[0] > index.scores(["heat"])[1]
    assert index.rarity("unheard") > index.rarity("sprain") > index.rarity("ice") > 0
    assert index.rarity("sprain") == pytest.approx(math.log(1 + 3.5 / 1.5))


@pytest.mark.parametrize("query", [[], ["unheard"], [""], ["\0"]])
def test_a_query_without_a_known_term_scores_nothing(index, query):
    assert index.scores(query).tolist() == [0] * len(PASSAGES)


def test_unknown_terms_of_a_query_are_passed_over(index):
    assert index.scores(["unheard", "ice"]).tolist() == index.scores(["ice"]).tolist()


@pytest.mark.parametrize("query", ["ice", "ice heat ice", "sprain muscles", "ten minutes of heat"])
def test_scores_are_those_of_bm25s(tmp_path, query):
    index = build(tmp_path, PASSAGES)
    theirs = bm25s.BM25.load(str(tmp_path / BM25), show_progress=False).get_scores(terms(query))
    assert index.scores(terms(query)).tolist() == theirs.tolist()


def test_the_stop_words_are_those_that_bm25s_carries():
    assert set(_STOP_WORDS.split()) == set(STOPWORDS_EN_PLUS)


def test_rarity_counts_in_how_many_passages_a_term_stands(index):
    assert index.rarity("ice") == pytest.approx(math.log(1 + 2.5 / 2.5))
    assert index.rarity("minut") == pytest.approx(math.log(1 + 3.5 / 1.5))
    assert index.rarity("unheard") == pytest.approx(math.log(1 + 4.5 / 0.5))


def test_it_knows_its_terms_and_how_many_passages_it_is_of(index):
    assert "unheard" not in index.vocabulary
    assert index.fits(len(PASSAGES))
    assert not index.fits(len(PASSAGES) + 1)


def test_coverage_is_the_share_of_a_query_that_a_text_holds_weighted_by_rarity(index):
    assert index.coverage(["ice", "sprain"], ["sprain", "ice", "rest"]) == 1
    assert index.coverage(["ice", "sprain"], []) == 0
    assert index.coverage([], ["ice"]) == 0
    rare, common = index.rarity("sprain"), index.rarity("ice")
    assert index.coverage(["ice", "sprain"], ["sprain"]) == pytest.approx(rare / (rare + common))
    assert index.coverage(["ice", "ice", "sprain"], ["sprain"]) == index.coverage(["ice", "sprain"], ["sprain"])


def test_coverages_are_the_coverage_of_each_passage(index):
    for query in ("ice", "heat muscles", "unheard ice", ""):
        each = [index.coverage(terms(query), terms(text)) for text in PASSAGES]
        assert index.coverages(terms(query), np.arange(4)).tolist() == pytest.approx(each)
        assert index.coverages(terms(query), np.array([2, 0])).tolist() == pytest.approx([each[2], each[0]])


def test_the_best_are_the_first_of_all_in_order():
    scores = np.random.default_rng(3).integers(0, 50, 5000).astype(np.float32)
    wanted = np.argsort(-scores, kind="stable")
    assert best(scores, 50).tolist() == wanted[:50].tolist()
    assert best(scores[:7], 50).tolist() == [each for each in np.argsort(-scores[:7], kind="stable") if scores[each]]
    assert best(np.zeros(1000, np.float32), 50).tolist() == []


def test_an_index_of_passages_without_any_term_answers_too(tmp_path):
    index = build(tmp_path, ["the", "?"])
    assert index.scores(["ice"]).tolist() == [0, 0]
    assert index.coverage(["ice"], ["ice"]) == 1
    assert index.coverages(["ice"], np.arange(2)).tolist() == [0, 0]


@unhurried
@given(st.lists(WORDS), st.lists(WORDS))
def test_coverage_lies_between_nothing_and_all(index, query, text):
    assert 0 <= index.coverage(query, text) <= 1
    assert 0 <= index.coverage(terms(" ".join(query)), terms(" ".join(text))) <= 1


@unhurried
@given(st.lists(WORDS))
def test_scores_are_never_negative_and_always_one_a_passage(index, query):
    scores = index.scores(terms(" ".join(query)))
    assert scores.shape == (len(PASSAGES),)
    assert np.isfinite(scores).all()
    assert (scores >= 0).all()


@unhurried
@given(st.text(max_size=100))
def test_any_text_has_words_and_terms(text):
    found = words(text)
    assert all(word and not word.isspace() for word in found)
    assert len(terms(text)) <= len(found)
