from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citedfaq.readers.draft import Block, TextBuilder, is_marked, one_line, visible

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

LINES = st.sampled_from(
    ["", "Ice", "Q: Does it hurt?", "A: No.", "A:", "• one", "– two", "Q: Is it cold? A: Yes.", "é\u0301 \u202eל", "?"]
) | st.text(max_size=20)


def blocks(builder: TextBuilder) -> list[tuple[str, str]]:
    text = builder.text()
    return [(block.kind, text[block.start : block.end]) for block in builder.blocks]


def paragraphs(*texts: str) -> list[tuple[str, str]]:
    builder = TextBuilder()
    for text in texts:
        builder.add_paragraph(text)
    return blocks(builder)


def test_blocks_keep_their_offsets_in_the_text_that_grows():
    builder = TextBuilder()
    builder.add("heading", "Ice", level=2)
    builder.add("paragraph", "  Cold calms.  ")
    builder.add("item", "shoes", level=1, mark="• ")
    builder.add("item", "water", level=2, mark="3. ")
    builder.add("paragraph", "Rest.")
    assert builder.text() == "Ice\n\nCold calms.\n\n• shoes\n3. water\n\nRest."
    assert builder.blocks == [
        Block("heading", 0, 3, 2),
        Block("paragraph", 5, 16),
        Block("item", 20, 25, 1),
        Block("item", 29, 34, 2),
        Block("paragraph", 36, 41),
    ]


def test_offsets_count_code_points_and_not_bytes():
    builder = TextBuilder()
    builder.add("paragraph", "\N{GRINNING FACE} é שלום")
    builder.add("paragraph", "Rest.")
    assert builder.blocks[1] == Block("paragraph", 10, 15)


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b", "\u202e\u202c"])
def test_what_cannot_be_seen_gives_no_block(text):
    builder = TextBuilder()
    builder.add("item", text, mark="• ")
    builder.add_title("heading", text, 1)
    builder.add_paragraph(text)
    builder.add_lines([text, text])
    assert (builder.text(), builder.blocks) == ("", [])


def test_visible_text_has_single_blanks_and_no_hidden_characters():
    assert visible(" a\u00a0 b\t\tc \n  d\u200b\u202ee ") == "a b c\nde"
    assert one_line(" a\n b ") == "a b"


def test_a_question_and_its_answer_stand_without_their_marks_and_readers_still_see_them():
    builder = TextBuilder()
    builder.add_paragraph("Q: Does it hurt?\nA: No.")
    assert builder.text() == "Q: Does it hurt?\nA: No."
    assert blocks(builder) == [("question", "Does it hurt?"), ("paragraph", "No.")]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Q1. ", "A1. "),
        ("Q 12) ", "A 12) "),
        ("q: ", "a: "),
        ("Question: ", "Answer: "),
        ("QUESTION 3: ", "ANSWER 3: "),
        ("Q - ", "A - "),
        ("Q – ", "A – "),
        ("Q.", "A."),
    ],
)
def test_many_ways_to_mark_a_pair_are_known(question, answer):
    pair = [("question", "Does it hurt?"), ("paragraph", "No.")]
    assert paragraphs(f"{question}Does it hurt?\n{answer}No.") == pair
    assert paragraphs(f"{question}Does it hurt?", f"{answer}No.") == pair


def test_a_question_and_its_answer_may_stand_on_one_line():
    builder = TextBuilder()
    builder.add_paragraph("Q: Does it hurt? A: No, not much.")
    assert blocks(builder) == [("question", "Does it hurt?"), ("paragraph", "No, not much.")]
    assert builder.text() == "Q: Does it hurt?\nA: No, not much."


def test_an_answer_may_go_on_and_further_pairs_may_follow():
    assert paragraphs("Q: Is it\ncold?\nA: Yes,\nvery.\nQ: Is it wet?\nA: No.") == [
        ("question", "Is it cold?"),
        ("paragraph", "Yes, very."),
        ("question", "Is it wet?"),
        ("paragraph", "No."),
    ]


def test_an_answers_mark_alone_above_a_list_is_not_served():
    builder = TextBuilder()
    builder.add_paragraph("Q: What do I bring?\nA:")
    builder.add("item", "shoes", mark="• ")
    assert blocks(builder) == [("question", "What do I bring?"), ("boilerplate", "A:"), ("item", "shoes")]


def test_an_initial_is_no_answer_where_no_question_stands_before_it():
    assert paragraphs("Read this.", "A. Field wrote it.") == [
        ("paragraph", "Read this."),
        ("paragraph", "A. Field wrote it."),
    ]


def test_a_heading_that_asks_may_have_a_marked_answer():
    builder = TextBuilder()
    builder.add_title("heading", "Does it hurt?", 2)
    builder.add_paragraph("A: No.")
    assert blocks(builder) == [("heading", "Does it hurt?"), ("paragraph", "No.")]


@pytest.mark.parametrize("title", ["3. Does it hurt?", "3) Does it hurt?", "Q3: Does it hurt?", "• Does it hurt?"])
def test_a_titles_number_is_seen_but_no_part_of_it(title):
    builder = TextBuilder()
    builder.add_title("question", title)
    assert builder.text() == title
    assert blocks(builder) == [("question", "Does it hurt?")]


def test_other_wordings_belong_to_the_title_right_above_and_are_not_seen():
    builder = TextBuilder()
    builder.add_wordings(["No title yet"])
    builder.add_title("heading", "Does it hurt?", 2)
    builder.add_wordings([" is it\u200b  painful ", "", "ouch?"])
    builder.add_wordings(["sore"])
    builder.add("paragraph", "No.")
    builder.add_wordings(["too late"])
    assert builder.text() == "Does it hurt?\n\nNo."
    assert [block.wordings for block in builder.blocks] == [("is it painful", "ouch?", "sore"), ()]


def test_lines_with_a_typed_bullet_are_items():
    assert paragraphs("Bring:\n• shoes\nand socks\n•water\n· a list") == [
        ("paragraph", "Bring:"),
        ("item", "shoes and socks"),
        ("item", "water"),
        ("item", "a list"),
    ]


def test_dashes_that_open_several_lines_are_bullets_but_a_single_one_is_a_dash():
    assert paragraphs("Bring:\n– shoes\n– water") == [("paragraph", "Bring:"), ("item", "shoes"), ("item", "water")]
    assert paragraphs("Cold helps\n– and rest too.") == [("paragraph", "Cold helps – and rest too.")]


def test_short_lines_broken_on_purpose_are_items_and_sentences_are_not():
    builder = TextBuilder()
    builder.add_lines(["Elm Street Clinic", " ", "12 Mill Lane", "Ashford"])
    assert blocks(builder) == [("item", "Elm Street Clinic"), ("item", "12 Mill Lane"), ("item", "Ashford")]
    builder = TextBuilder()
    builder.add_lines(["Cold helps.", "Rest too"])
    assert blocks(builder) == [("paragraph", "Cold helps. Rest too")]
    builder = TextBuilder()
    builder.add_lines(["Q: Is it cold", "A: Yes"])
    assert blocks(builder) == [("question", "Is it cold"), ("paragraph", "Yes")]


@pytest.mark.parametrize("line", ["Q: x", "Question 3. x", "A1) x", "a: x"])
def test_a_marked_line_is_known(line):
    assert is_marked(line)


@pytest.mark.parametrize("line", ["Quiet: x", "Ask: x", "Q", "A:", "Q x", "a) x", "An answer: x", "Q-tip"])
def test_an_unmarked_line_is_known(line):
    assert not is_marked(line)


@unhurried
@given(st.lists(st.lists(LINES, max_size=5).map("\n".join), max_size=6), st.booleans())
def test_whatever_is_added_blocks_are_slices_in_order_without_overlap(texts, as_lines):
    builder = TextBuilder()
    for text in texts:
        if as_lines:
            builder.add_lines(text.split("\n"))
        else:
            builder.add_paragraph(text)
    text = builder.text()
    for block in builder.blocks:
        assert text[block.start : block.end].strip() == text[block.start : block.end] != ""
    assert all(one.end <= other.start for one, other in pairwise(builder.blocks))
    assert all(block.end <= len(text) for block in builder.blocks)
