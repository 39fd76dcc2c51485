from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citedfaq.corpus import read_corpus
from citedfaq.lexical import words
from citedfaq.spelling import Speller
from citedfaq.wordlists import is_known

from .conftest import CORPUS

TEXT = (
    "Massage and pressure on a trigger point in the shoulder can hurt. A roller, a swelling, an infection and a "
    "hyperthyroid gland. Headaches come and go. Tense, tight muscles. The router is broken. A temple."
)


CORPUS_WORDS = Counter(word for article in read_corpus(CORPUS).articles for word in words(article.text))


@pytest.fixture(scope="module")
def speller():
    return Speller(Counter(words(TEXT)))


@pytest.fixture(scope="module")
def own_speller():
    return Speller(CORPUS_WORDS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a triger piont", "a trigger point"),
        ("masage for my sholder", "massage for my shoulder"),
        ("will it hrut", "will it hurt"),
        ("presure, please!", "pressure, please!"),
        ("my tempel", "my temple"),
        ("Hedaches?", "headaches?"),
        # Its "t" is not heard, so it is not "offer", though that is nearer by letters.
        ("how offen", "how often"),
        # As they are heard: the first in the articles, the others words that need not be.
        ("so tite", "so tight"),
        ("i grind at nite", "i grind at night"),
        ("titeness in brite light", "tightness in bright light"),
        ("my mussles", "my muscles"),
        # The articles have these in other forms only: "headaches", "swelling", "hurt".
        ("a hedache", "a headache"),
        ("it swels and is hurtfull", "it swells and is hurtful"),
        # Swapped letters of common words.
        ("waht is taht", "what is that"),
        # Nothing near has the same beginning, or is built on a word of the articles.
        ("yoga aswell", "yoga aswell"),
        ("asd", "asd"),
        ("my pillws", "my pillws"),
        # Neither is what is heard a word.
        ("no apetite", "no apetite"),
    ],
)
def test_typos_become_the_words_of_the_articles(speller, typed, meant):
    assert speller.correct(typed).text == meant


def test_of_two_words_of_one_sound_a_far_commoner_one_of_the_articles_is_meant():
    # "menu" is nearer by letters, but far less common; "tech" is the commoner of the others, but no article has it.
    both = Speller(Counter(words("How many treatments are on the menu? A light touch.")))
    assert both.correct("how meny, and is a tuch enough").text == "how many, and is a touch enough"
    assert Speller(Counter(words("There is a menu."))).correct("how meny").text == "how menu"


def test_what_was_mended_is_told(speller):
    assert speller.correct("Triger piont, triger").words == {"triger": "trigger", "piont": "point"}


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("injection", "infection"),
        ("hypothyroid", "hyperthyroid"),
        ("router", "roller"),
        ("rollers", "roller"),
        ("dwelling", "swelling"),
        ("fibromyalgia", "myalgia"),
        ("apixaban", "rivaroxaban"),
        ("moulder", "shoulder"),
        ("tripper", "trigger"),
        ("headache", "headaches"),
        ("passage", "massage"),
        ("message", "massage"),
        ("joint", "point"),
        ("hunt", "hurt"),
        ("tense", "sense"),
    ],
)
def test_a_word_of_a_word_list_stays_as_typed(word, near):
    assert Speller({near: 9, "other": 1}).correct(word).words == {}


@pytest.mark.parametrize("typed", ["woud", "shoud", "thier", "abuot"])
def test_typos_of_words_without_a_subject_stay(typed):
    assert Speller({"wound": 9, "shroud": 1, "tier": 1, "about": 1}).correct(typed).words == {}


@pytest.mark.parametrize("typed", ["MFR", "TrP", "nek", "ok", "L4-L5", "C6", "covid19", "x" * 500, "don't", ""])
def test_short_words_codes_and_oddities_stay(speller, typed):
    assert speller.correct(typed).text == typed


def test_inflections_of_the_articles_words_are_no_typos(speller):
    assert speller.correct("massaging shoulders and rollers").words == {}


def test_no_word_of_the_corpus_is_a_typo(own_speller):
    for article in read_corpus(CORPUS).articles:
        assert own_speller.correct(article.text).words == {}


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=120))
def test_no_text_raises_and_what_typos_become_are_words(own_speller, text):
    mended = own_speller.correct(text).words
    assert all(word in CORPUS_WORDS or is_known(word) for word in mended.values())
    assert not any(typed in CORPUS_WORDS or is_known(typed) for typed in mended)


def test_words_that_no_article_holds_are_named(own_speller):
    assert own_speller.not_mentioned("Is it safe during pregnancy or with a pacemaker?") == ("pregnancy", "pacemaker")
    assert own_speller.not_mentioned("How much does parking cost?") == ("parking", "cost")


def test_typos_and_names_are_not_named(own_speller):
    assert own_speller.not_mentioned("does Mrs Xqwzy accept masage for my pension") == ("accept", "pension")


ENDINGS = ("s", "es", "ed", "d", "ing", "er", "ers", "ly", "y", "ness", "al", "ion", "ive", "able", "'s")


def test_no_inflection_of_a_word_of_the_corpus_is_said_to_be_missing(own_speller):
    for word in sorted(CORPUS_WORDS):
        forms = {word, *(word + ending for ending in ENDINGS)}
        forms |= {word + word[-1] + ending for ending in ("ed", "ing", "er")}
        if word[-1] == "e":
            forms |= {word[:-1] + ending for ending in ("ing", "ed", "er", "ers", "able", "ion", "ive", "y")}
        if word[-1] == "y":
            forms |= {word[:-1] + ending for ending in ("ies", "ied", "ier", "ily", "iness")}
        for form in forms:
            assert len(word) < 4 or own_speller.not_mentioned(form) == (), (word, form)


def test_irregular_forms_are_not_said_to_be_missing():
    speller = Speller({"foot": 1, "child": 1, "feel": 1, "take": 1})
    assert speller.not_mentioned("feet children felt took taken") == ()


def test_a_run_of_a_million_letters_is_no_word():
    """Its beginnings alone would fill the memory."""
    assert Speller({"massage": 2, "a" * 1_000_000: 1}).correct("massge").text == "massage"
