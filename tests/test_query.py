import pytest

from citedfaq.errors import CitedFAQError
from citedfaq.lay_words import LAY_WORDS_FILE, LayWords, load_lay_words
from citedfaq.lexical import stem
from citedfaq.query import Query, Reader


@pytest.fixture(scope="module")
def reader(loaded):
    return Reader(loaded)


def test_words_that_articles_use_are_added_for_what_patients_say(reader):
    query = reader.read("will I be black and blue afterwards")
    assert query.added == ("bruising",)
    assert query.full == "will I be black and blue afterwards (bruising)"
    assert reader.read("I take Eliquis, can I have a massage?").added == ("blood thinners",)


def test_nothing_is_added_where_the_articles_use_the_patients_words(reader):
    assert reader.read("Can I have dry needling on blood thinners?").added == ()


def test_a_phrase_is_found_in_any_inflection_and_the_longest_counts():
    lay = LayWords({"dig": ("pressing",), "dig in the ribs": ("joke",)})
    vocabulary = {stem("pressing"), stem("joke")}
    assert lay.added("She was digging", vocabulary) == ("pressing",)
    assert lay.added("a dig in the ribs", vocabulary) == ("joke",)


def test_words_that_no_article_uses_or_that_were_typed_are_not_added():
    lay = LayWords({"physio": ("physiotherapist",), "masseuse": ("massage therapist",)})
    assert lay.added("my physio", set()) == ()
    assert lay.added("masseuse or massage therapist?", {stem("massage")}) == ()


def test_a_follow_up_is_looked_for_with_its_subject_and_alone(reader):
    query = reader.read("and how long does it last?", ["Is soreness normal?"])
    assert query.wordings == [
        ("Is soreness normal? and how long does it last?", 0.6),
        ("and how long does it last?", 0.4),
    ]
    assert Query("Is soreness normal?").wordings == [("Is soreness normal?", 1.0)]


def test_a_short_question_after_another_is_looked_for_with_its_subject_as_well(reader):
    query = reader.read("right on the skin?", ["I have a wheat bag."])
    assert (query.text, query.full) == ("right on the skin?", "right on the skin?")
    assert query.wordings == [("right on the skin?", 0.7), ("I have a wheat bag. right on the skin?", 0.3)]


def test_the_typos_of_an_earlier_question_are_not_told_as_those_of_this_one(reader):
    query = reader.read("right on the skin?", ["I have a sholder bag."])
    assert query.corrected == {}
    assert query.beside == "I have a shoulder bag. right on the skin?"
    follow_up = reader.read("and how longg?", ["I have a sholder bag."])
    assert follow_up.text == "I have a shoulder bag. and how long?"
    assert follow_up.corrected == {"longg": "long"}


def test_typos_are_mended_before_words_are_added(reader):
    query = reader.read("can the masseuse ease my sholder")
    assert query.corrected == {"sholder": "shoulder"}
    assert query.text == "can the masseuse ease my shoulder"


def test_a_misspelt_lay_word_is_known_as_well(reader):
    query = reader.read("is it ok with warfrin")
    assert query.corrected == {"warfrin": "warfarin"}
    assert query.added == ("blood thinners",)
    assert reader.speller.not_mentioned("warfarin") == ("warfarin",)


def test_the_list_is_of_its_form():
    assert load_lay_words().added("warfarin", {stem("blood"), stem("thinners")}) == ("blood thinners",)
    text = LAY_WORDS_FILE.read_text(encoding="utf-8")
    assert text == text.lower() or all(
        line.lower() == line for line in text.splitlines() if line.startswith("patients")
    )


@pytest.mark.parametrize("content", ["words = 3", "[[words]]\npatients = ['a']", "not toml"])
def test_a_list_that_is_not_of_its_form_is_one_sentence(tmp_path, content):
    file = tmp_path / "lay_words.toml"
    file.write_text(content)
    with pytest.raises(CitedFAQError, match="is not a list of lay words"):
        load_lay_words(file)
