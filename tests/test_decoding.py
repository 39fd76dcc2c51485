import datetime
import unicodedata

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from citedfaq.readers.decoding import FrontMatter, decode, split_front_matter
from citedfaq.readers.draft import UnreadableArticleError

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

LEAFLET = "It’s £45 – “no more than 20° of flexion”… • naïve café"


def refused(data: bytes) -> str:
    with pytest.raises(UnreadableArticleError) as caught:
        decode(data)
    return str(caught.value)


def refused_front_matter(front: str) -> str:
    with pytest.raises(UnreadableArticleError) as caught:
        split_front_matter(f"---\n{front}\n---\nText.")
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "mac_roman"])
def test_what_word_and_editors_write_is_read_as_it_was_written(encoding):
    assert decode(LEAFLET.encode(encoding)) == LEAFLET


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_both_byte_orders_of_utf_16_are_read(mark):
    assert decode(mark + "Ice – cold".encode("utf-16-le" if mark[0] == 0xFF else "utf-16-be")) == "Ice – cold"


@pytest.mark.parametrize(
    "text", ["Cost £40.", "Café", "Don’t press.", "Crème à la carte für Ärzte", "½ hour", "École", "5 × 20°", "€5"]
)
def test_a_single_character_beyond_ascii_is_enough_in_an_old_windows_file(text):
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize("text", ["Don’t press.", "Wait…", "“Ice” helps", "Café", "ice — or heat"])
def test_a_single_character_beyond_ascii_is_enough_in_an_old_mac_file(text):
    assert decode(text.encode("mac_roman")) == text


@pytest.mark.parametrize(
    "data",
    [
        "It’s £45".encode() + b"\xff",
        "Żółć i łódź".encode("cp1250"),
        "Лёд помогает при боли".encode("cp1251"),
        "冷やす".encode("shift_jis"),
    ],
    ids=["utf-8 with a broken byte", "Polish", "Russian", "Japanese"],
)
def test_an_encoding_that_can_only_be_guessed_is_refused_with_the_remedy(data):
    assert refused(data) == "its character encoding is not certain: save it as UTF-8"


@pytest.mark.parametrize("data", [b"", b"  \r\n \t"])
def test_an_empty_file_is_refused(data):
    assert refused(data) == "it is empty"


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"a\0b\0c\0", b"\xff\xfe\0", b"PK\x03\x04\x00\xff", b"ab\x01\x02"],
    ids=["picture", "UTF-16 without its mark", "half a character", "archive", "controls"],
)
def test_what_is_no_text_is_refused(data):
    assert refused(data) == "it is not text"


def test_line_ends_of_every_system_become_one():
    assert decode(b"a\r\nb\rc\nd") == "a\nb\nc\nd"
    assert decode("a\x85b\u2028c\vd".encode()) == "a\nb\nc\nd"


def test_a_form_feed_and_a_paragraph_separator_end_a_paragraph():
    assert decode("a\fb\u2029c".encode()) == "a\n\nb\n\nc"


def test_every_blank_but_a_tab_becomes_a_space():
    assert decode("a\u00a0b\u2009c\u3000d\te".encode()) == "a b c d\te"


def test_what_cannot_be_seen_is_dropped():
    hidden = (
        "so\u00adft \u200bzero \u202eturned\u202c \u2066isolated\u2069 jo\u200din \ufeffmark \ue123private be\x07ll"
    )
    assert decode((hidden + " and plain words" * 9).encode()).startswith(
        "soft zero turned isolated join mark private bell and"
    )


def test_bullets_of_words_symbol_font_become_bullets():
    leaflet = "Bring:\n\uf0b7\tshoes\n \uf0a7 water\n\uf0d8\ta list"
    assert decode(leaflet.encode()) == "Bring:\n•\tshoes\n • water\n•\ta list"


def test_combining_characters_and_emoji_stay_as_they_are():
    assert decode("cafe\u0301 \N{GRINNING FACE} \u05e9\u05dc".encode()) == "cafe\u0301 \N{GRINNING FACE} \u05e9\u05dc"


@unhurried
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b"\xff\xfe\x00\xd8")
@example(b"\x00\x00\xfe\xff\x00")
def test_any_bytes_give_clean_text_or_are_refused(data):
    try:
        text = decode(data)
    except UnreadableArticleError:
        return
    assert all(char in "\n\t " or unicodedata.category(char)[0] in "LMNPS" for char in text)


def test_a_text_without_front_matter_is_left_as_it_is():
    for text in ("Text.", "", "--- dash", "----\ntitle: Ice\n----\n", "Text.\n---\ntitle: Ice\n---\n"):
        assert split_front_matter(text) == (FrontMatter(), text)


def test_front_matter_is_read_and_taken_off():
    front = """---
title: Ice "or" heat
url: https://clinic.example/ice?a=b#c
sources:
  - The ice handbook
  - Field, 2019
reviewed: 2026-05-01
tags: [cold]
---
Text.
"""
    assert split_front_matter(front) == (
        FrontMatter(
            'Ice "or" heat',
            "https://clinic.example/ice?a=b#c",
            ("The ice handbook", "Field, 2019"),
            datetime.date(2026, 5, 1),
        ),
        "Text.\n",
    )


@pytest.mark.parametrize("front", ["", "# only a comment", "title: null\nurl: null\nsources: null\nreviewed: null"])
def test_front_matter_may_be_empty(front):
    assert split_front_matter(f"---\n{front}\n---\nText.") == (FrontMatter(), "Text.")
    assert split_front_matter("---\n---\nText.") == (FrontMatter(), "Text.")


def test_front_matter_may_be_all_there_is():
    assert split_front_matter("--- \ntitle: Ice\n---") == (FrontMatter("Ice"), "")


def test_dashes_within_a_line_do_not_end_the_front_matter():
    front, text = split_front_matter("---\ntitle: Ice ---\nurl: http://a.example\n---\nText.")
    assert (front.title, front.url, text) == ("Ice ---", "http://a.example", "Text.")


@pytest.mark.parametrize(("value", "title"), [("2026", "2026"), ("1.5", "1.5"), ("' Ice '", "Ice"), ("' '", None)])
def test_a_title_may_be_a_number(value, title):
    assert split_front_matter(f"---\ntitle: {value}\n---\n")[0].title == title


def test_a_single_source_need_not_be_a_list():
    assert split_front_matter("---\nsources: The ice handbook\n---\n")[0].sources == ("The ice handbook",)


def test_a_review_may_name_the_hour():
    assert split_front_matter("---\nreviewed: 2026-05-01 10:00:00\n---\n")[0].reviewed == datetime.date(2026, 5, 1)


def test_escaped_characters_that_cannot_be_seen_are_dropped_too():
    front, _ = split_front_matter('---\ntitle: "I\\u202ece\\n \\ud800bath"\nsources: ["\\u200b", "a\\tb"]\n---\n')
    assert (front.title, front.sources) == ("Ice bath", ("a b",))


def test_front_matter_that_does_not_end_is_refused():
    with pytest.raises(UnreadableArticleError, match="does not end: add a line '---' after the last key"):
        split_front_matter("---\ntitle: Ice\n\nText.")


def test_a_rule_at_the_top_is_no_front_matter():
    assert split_front_matter("---\n\nText.") == (FrontMatter(), "---\n\nText.")


@pytest.mark.parametrize(("front", "line"), [("title: [", 3), ("title: Ice\n\turl: x", 3), ("title: a: b", 2)])
def test_front_matter_that_does_not_parse_is_refused_with_its_line(front, line):
    assert refused_front_matter(front) == f"its front matter does not parse (line {line})"


@pytest.mark.parametrize(
    "front", ['a: !!int ""', "a: !!bool maybe", "a: !!timestamp x", "reviewed: 2026-13-41", "a: " + "[" * 400]
)
def test_hostile_front_matter_is_refused_and_not_a_crash(front):
    assert refused_front_matter(front).startswith("its front matter does not parse")


@pytest.mark.parametrize("front", ["just words", "- a\n- b", "42"])
def test_front_matter_that_is_no_mapping_is_refused(front):
    assert refused_front_matter(front) == "its front matter is not a list of keys and values"


@pytest.mark.parametrize(
    ("front", "reason"),
    [
        ("title: [Ice]", "title is not a text: put it in quotes"),
        ("title: yes", "title is not a text: put it in quotes"),
        ("title: 2026-05-01", "title is not a text: put it in quotes"),
        (f"title: 0x{'f' * 4000}", "title is not a text: put it in quotes"),
        ("title: .nan", "title is not a text: put it in quotes"),
        ("url: javascript:alert(1)", "url is not an https:// or http:// address"),
        ("url: clinic.example/ice", "url is not an https:// or http:// address"),
        ("url: 'https://clinic.example/\"onclick='", "url is not an https:// or http:// address"),
        ('url: "https://clinic.example/\\u202e"', "url is not an https:// or http:// address"),
        ("url: 5", "url is not an https:// or http:// address"),
        ("sources: {a: b}", "sources are not a list of texts"),
        ("sources: [a, 5]", "sources are not a list of texts"),
        ("reviewed: soon", "reviewed is not a date such as 2026-05-01, nor null"),
        ("reviewed: 2026", "reviewed is not a date such as 2026-05-01, nor null"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_with_what_it_should_be(front, reason):
    assert refused_front_matter(front) == f"its front matter's {reason}"


@unhurried
@given(st.text(st.sampled_from("title:url sr[]{}&*!|>'\"#-%@`?,\n\t1.é"), max_size=60))
def test_any_front_matter_is_read_or_refused(front):
    try:
        found, _ = split_front_matter(f"---\n{front}\n---\nText.")
    except UnreadableArticleError:
        return
    assert found.title != ""
