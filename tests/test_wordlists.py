import pytest

from citedfaq.wordlists import EnglishWords, english, is_known, write
from tools.word_lists import english_words, medical_words


@pytest.mark.parametrize(
    "word", ["injection", "hypothyroid", "fibromyalgia", "piriformis", "apixaban", "naproxen", "ménière"]
)
def test_the_lists_hold_english_and_medical_words(word):
    assert is_known(word)


@pytest.mark.parametrize("word", ["infecton", "presure", "masage", "", "in", "injectio", "injections\0"])
def test_they_hold_no_typo_and_no_beginning_of_a_word(word):
    assert is_known(word) == (word == "in")


def test_they_are_those_of_the_packages():
    """Where this fails after a new version of one, run `python tools/word_lists.py`."""
    listed, medical = english_words(), medical_words()
    assert len(english()) == len(listed) > 82_000
    assert dict(english().items()) == listed
    assert all(english().count(word) == count for word, count in listed.items())
    assert all(map(is_known, medical))
    assert len(medical - listed.keys()) > 20_000


def test_a_word_that_is_not_there_has_no_count():
    assert english().count("the") > 10_000_000_000
    assert english().count("infecton") is None
    assert "infecton" not in english()


def test_what_is_written_is_read(tmp_path):
    write({"neck": 3, "ache": 2**40}, ["neck", "ménière"], tmp_path)
    words = EnglishWords(tmp_path)
    assert dict(words.items()) == {"neck": 3, "ache": 2**40}
    assert "ménière" not in words
