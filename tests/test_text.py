from itertools import pairwise
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citedfaq.readers.draft import Draft, UnreadableArticleError
from citedfaq.readers.text import read_text

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

PIECES = st.sampled_from(
    [
        *(
            "Ice bath",
            "Cold calms a sprain.",
            "Does it hurt?",
            "Q: Is it cold?",
            "A: Yes.",
            "Q",
            "A:",
            "fever",
            "a fever;",
        ),
        *(
            "Bring:",
            "- shoes",
            "• water",
            "1. Warm up",
            "2) Rest",
            "o Lie",
            "– and rest",
            "# Ice",
            "=====",
            "-----",
            "Contents",
        ),
        *(
            "Before You Come:",
            "Monday 9am",
            "£45",
            "References",
            "Field A, Ice. 2019",
            "Page 1 of 2",
            "Book now",
            "By Ann Field",
        ),
        *(
            "word " * 14,
            "Word " * 40,
            "x" * 300,
            "\N{GRINNING FACE}",
            "e\u0301",
            "שלום",
            "\u202e\u200b",
            "?",
            "...",
            "\f",
            "\t",
        ),
    ]
)
HOSTILE = st.lists(
    st.tuples(PIECES | st.text(max_size=8), st.sampled_from(["\n", "\n\n", " ", "\n   ", "\r\n"])), max_size=30
)


def read(text: str) -> Draft:
    return read_text(dedent(text).strip("\n").encode(), "The file's name")


def blocks(text: str) -> list[tuple[str, str]]:
    draft = read(text)
    return [(block.kind, draft.text[block.start : block.end]) for block in draft.blocks]


def headings(text: str) -> list[tuple[int, str]]:
    draft = read(text)
    return [(block.level, draft.text[block.start : block.end]) for block in draft.blocks if block.kind == "heading"]


def heading(text: str) -> tuple[str, str]:
    return ("heading", text)


def paragraph(text: str) -> tuple[str, str]:
    return ("paragraph", text)


def items(*texts: str) -> list[tuple[str, str]]:
    return [("item", text) for text in texts]


# Layouts


def test_a_paragraph_a_line():
    assert blocks("""
        Ice or heat
        Ice calms a fresh sprain, and heat loosens a muscle that has been tight for days.
        Never put ice right on the skin.
        After a day
        Heat is fine from the second day on.
    """) == [
        heading("Ice or heat"),
        paragraph("Ice calms a fresh sprain, and heat loosens a muscle that has been tight for days."),
        paragraph("Never put ice right on the skin."),
        heading("After a day"),
        paragraph("Heat is fine from the second day on."),
    ]


def test_paragraphs_wrapped_at_a_fixed_width_are_joined():
    assert blocks("""
        ICE OR HEAT

        Ice calms a fresh sprain, and heat loosens a muscle that has been tight
        for days. Never put ice right on the skin: wrap it into a towel, and
        take it off after ten minutes.

        If the swelling has not gone down after three days of ice, see your
        GP. Bring this leaflet with you.

        After a day
        Heat is fine from the second day on, as long as the skin is not red and
        the joint is not hot.
        A warm bath does just as well as a warm pack, and so does a hot water
        bottle.
    """) == [
        heading("ICE OR HEAT"),
        paragraph(
            "Ice calms a fresh sprain, and heat loosens a muscle that has been tight for days. Never put ice right on "
            "the skin: wrap it into a towel, and take it off after ten minutes."
        ),
        paragraph(
            "If the swelling has not gone down after three days of ice, see your GP. Bring this leaflet with you."
        ),
        heading("After a day"),
        paragraph("Heat is fine from the second day on, as long as the skin is not red and the joint is not hot."),
        paragraph("A warm bath does just as well as a warm pack, and so does a hot water bottle."),
    ]


def test_items_that_were_wrapped_are_joined_and_stay_apart():
    bring = items(
        "Loose clothing that you can roll up above the knee on both of your legs, and a warm layer for the way home",
        "Shoes",
        "A list of what you take",
    )
    assert blocks("""
        Bring:
        - Loose clothing that you can roll up above the knee on both of your
          legs, and a warm layer for the way home
        - Shoes
        - A list of what you take
    """) == [paragraph("Bring:"), *bring]
    assert blocks("""
        Bring:
        - Loose clothing that you can roll up above the knee on both of your
        legs, and a warm layer for the way home
        - Shoes
        - A list of what you take
    """) == [paragraph("Bring:"), *bring]


def test_pairs_that_were_wrapped_are_joined_and_stay_apart():
    assert blocks("""
        Q: Can I put ice on my knee straight after I have fallen on it, or do
        I have to wait for a day?
        A: You can put ice on it straight away, wrapped into a towel, but not
        for longer than ten minutes.
    """) == [
        ("question", "Can I put ice on my knee straight after I have fallen on it, or do I have to wait for a day?"),
        paragraph("You can put ice on it straight away, wrapped into a towel, but not for longer than ten minutes."),
    ]


def test_a_dash_at_the_start_of_a_wrapped_line_is_no_bullet():
    assert blocks("""
        Ice calms a fresh sprain of the ankle or of the knee very well indeed
        – heat does not. Heat loosens a muscle that has been tight for many
        days.
    """) == [
        paragraph(
            "Ice calms a fresh sprain of the ankle or of the knee very well indeed – heat does not. Heat loosens a "
            "muscle that has been tight for many days."
        )
    ]


def test_a_hyphen_at_the_end_of_a_wrapped_line_stays_within_its_word():
    assert blocks("""
        Ice calms a fresh sprain of the ankle or of the knee, and so does self-
        massage around it, be it at the place that hurts or a few fingers else-
        where.
    """) == [
        paragraph(
            "Ice calms a fresh sprain of the ankle or of the knee, and so does self-massage around it, be it at the "
            "place that hurts or a few fingers else-where."
        )
    ]


def test_a_list_without_bullets_is_not_taken_for_a_wrapped_paragraph():
    symptoms = [
        "a knee that gives way when you walk down stairs",
        "a knee that is hot, red or swollen for days",
        "a knee that you can no longer bend or stretch",
        "numb toes or a foot that has turned quite cold",
    ]
    assert blocks("\n".join(["See a doctor about:", *symptoms])) == [
        paragraph("See a doctor about:"),
        *items(*symptoms),
    ]
    assert blocks("\n".join(["See a doctor about:", "", *symptoms])) == [
        paragraph("See a doctor about:"),
        *items(*symptoms),
    ]


def test_line_ends_of_windows_and_form_feeds_make_no_difference():
    text = "Ice\n\nCold calms a sprain.\n\nHeat\n\nWarmth loosens a muscle."
    assert read(text.replace("\n", "\r\n")) == read(text)
    assert read("Ice\n\nCold calms a sprain.\fHeat\n\nWarmth loosens a muscle.") == read(text)


def test_blanks_of_every_kind_are_single_spaces():
    assert blocks("Cold\u00a0calms  a\tsprain.") == [paragraph("Cold calms a sprain.")]


# Headings


def test_unmarked_headings_have_levels_from_how_they_stand():
    assert headings("""
        Ice and heat

        Ice

        When to use it

        Ice calms a fresh sprain.

        When to stop

        Stop when the skin turns white.

        Heat

        When to use it

        Heat loosens a tight muscle.
    """) == [
        (1, "Ice and heat"),
        (2, "Ice"),
        (3, "When to use it"),
        (3, "When to stop"),
        (2, "Heat"),
        (3, "When to use it"),
    ]


def test_underlined_and_hashed_headings_keep_their_levels():
    assert headings("""
        Ice and heat
        Cold calms.

        Ice
        ===
        Cold calms a sprain.

        ### In winter ###
        Cold calms then too.

        It tingles
        ~~~~~~~~~~
    """) == [(1, "Ice and heat"), (1, "Ice"), (3, "In winter"), (2, "It tingles")]


def test_a_rule_further_down_underlines_nothing():
    assert blocks("Cold calms a sprain.\n\nKind regards\n\n=====") == [
        paragraph("Cold calms a sprain."),
        paragraph("Kind regards"),
    ]


def test_a_rule_that_closes_a_section_makes_no_heading():
    assert blocks("-----\nCold calms.\n-----\n\n- shoes\n-----\n_____\n\nRest.\n***") == [
        paragraph("Cold calms."),
        *items("shoes"),
        paragraph("Rest."),
    ]


@pytest.mark.parametrize("style", ["{}. {}", "{}) {}", "({}) {}"])
def test_numbered_headings_stand_above_their_text(style):
    one, two, three = (
        style.format(number, title)
        for number, title in enumerate(["What is it?", "Who should not have it?", "Steps"], start=1)
    )
    text = (
        f"{one}\nA massage. It presses on sore spots.\n\n{two}\nPeople with:\n- a fever\n- a rash\n\n"
        f"{three}\na) Lie down.\nb) Breathe."
    )
    assert blocks(text) == [
        heading("What is it?"),
        paragraph("A massage. It presses on sore spots."),
        heading("Who should not have it?"),
        paragraph("People with:"),
        *items("a fever", "a rash"),
        heading("Steps"),
        *items("Lie down.", "Breathe."),
    ]
    assert one in read(text).text


def test_the_last_step_of_a_numbered_list_is_no_heading():
    assert blocks("Steps\n1. Warm up\n2. Stretch\n3. Cool down\nEach step takes ten minutes or so.") == [
        heading("Steps"),
        *items("Warm up", "Stretch", "Cool down"),
        paragraph("Each step takes ten minutes or so."),
    ]


def test_a_numbered_list_below_a_numbered_heading_is_a_list():
    assert blocks("3. Steps\n1) Warm up\n2) Stretch\nEach step takes ten minutes or so.") == [
        heading("Steps"),
        *items("Warm up", "Stretch"),
        paragraph("Each step takes ten minutes or so."),
    ]


def test_a_step_with_a_nested_list_is_a_step():
    assert blocks("1. Warm up\n   - walk\n   - swing\n2. Stretch\n") == items("Warm up", "walk", "swing", "Stretch")


@pytest.mark.parametrize("title", ["Before Your Visit:", "BEFORE YOUR VISIT:"])
def test_a_title_that_ends_in_a_colon_is_a_heading_above_text(title):
    assert blocks(
        f"Welcome\n\n{title}\nPlease eat a light meal, so that you do not lie there hungry. Drink water."
    ) == [
        heading("Welcome"),
        heading(title),
        paragraph("Please eat a light meal, so that you do not lie there hungry. Drink water."),
    ]


@pytest.mark.parametrize("lead_in", ["Parking:", "What to bring:", "Things To Bring:"])
def test_a_line_that_ends_in_a_colon_above_a_list_leads_into_it(lead_in):
    assert blocks(f"Welcome\n\n{lead_in}\n- shoes\n- water") == [
        heading("Welcome"),
        paragraph(lead_in),
        *items("shoes", "water"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Call 999 if you have chest pain",
        "Do not drive after your treatment",
        "You may feel a little sore",
        "Please come ten minutes early",
        "Open until 6pm",
        "A visit costs £45",
        "Tel: 01234 567890",
        "desk@clinic.example",
        "Sunday: closed",
    ],
)
def test_a_line_that_tells_something_is_no_heading_though_it_lacks_a_full_stop(line):
    assert blocks(f"Welcome\n\nWe treat sore muscles.\n\n{line}\n\nAsk at the desk if you are not sure.")[
        2
    ] == paragraph(line)


def test_a_title_may_have_a_second_line_below_it():
    assert headings("Ice\nA cold friend of sore knees\n\nCold calms.") == [
        (1, "Ice"),
        (2, "A cold friend of sore knees"),
    ]


def test_a_chapter_and_its_section_may_stand_right_below_each_other():
    text = "Ice and heat\nCold calms.\nHeat\nWhen to use it\nHeat loosens.\nWhen to stop\nStop when it burns."
    assert headings(text) == [(1, "Ice and heat"), (2, "Heat"), (3, "When to use it"), (3, "When to stop")]


def test_three_lines_apart_are_headings_and_four_are_a_list():
    above, below = "Ice and heat\n\nCold calms.\n\n", "\n\nRest for a day."
    assert blocks(f"{above}Care\n\nAt home\n\nAfterwards{below}")[2:5] == [
        heading("Care"),
        heading("At home"),
        heading("Afterwards"),
    ]
    assert blocks(f"{above}Care\n\nA towel\n\nAn ice pack\n\nA timer{below}")[2:6] == [
        heading("Care"),
        *items("A towel", "An ice pack", "A timer"),
    ]


def test_a_question_may_be_longer_than_other_headings():
    question = "Can I come for a massage if I take blood thinners or have had an operation on my back in the last year?"
    assert blocks(f"Questions\n\n{question}\nAsk your doctor first.")[1] == heading(question)


def test_the_last_line_of_a_file_heads_nothing():
    assert blocks("Ice\n\nCold calms a sprain.\n\nKind regards") == [
        heading("Ice"),
        paragraph("Cold calms a sprain."),
        paragraph("Kind regards"),
    ]


def test_a_single_short_line_below_a_heading_is_its_text():
    assert blocks("Visit us\n\nParking\nBehind the house\n\nToilets\nOn the ground floor") == [
        heading("Visit us"),
        heading("Parking"),
        paragraph("Behind the house"),
        heading("Toilets"),
        paragraph("On the ground floor"),
    ]


def test_a_file_of_rules_alone_gives_nothing():
    assert blocks("=====\n\n-----") == []


# The title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Ice bath\n\nCold calms.", "Ice bath"),
        ("---\ntitle: Cold\n---\nIce bath\n\nCold calms.", "Cold"),
        ("Cold calms a sprain.", "The file's name"),
        ("Contents\n\nCold calms a sprain.", "The file's name"),
        ("Home > Care > Ice\nIce bath\nBy Ann Field\nPublished on 3 May 2024\n\nCold calms.", "Ice bath"),
        ("- shoes\n- water", "The file's name"),
    ],
)
def test_the_title_is_that_of_the_front_matter_else_the_first_line_if_it_is_a_heading(text, title):
    assert read(text).title == title


# Lists without bullets


def test_opening_hours_prices_and_addresses_are_lists_below_their_headings():
    assert blocks("""
        Visit us

        Opening hours
        Monday to Friday: 9am – 6pm
        Saturday: 9am – 1pm
        Sunday: closed

        Prices
        30 minutes\t£35
        60 minutes\t£60

        Where to find us
        Elm Street Clinic
        12 Mill Lane
        Ashford
        Tel: 01234 567890

        Parking
        There is free parking behind the house.
    """) == [
        heading("Visit us"),
        heading("Opening hours"),
        *items("Monday to Friday: 9am – 6pm", "Saturday: 9am – 1pm", "Sunday: closed"),
        heading("Prices"),
        *items("30 minutes £35", "60 minutes £60"),
        heading("Where to find us"),
        *items("Elm Street Clinic", "12 Mill Lane", "Ashford", "Tel: 01234 567890"),
        heading("Parking"),
        paragraph("There is free parking behind the house."),
    ]


def test_a_list_may_stand_apart_from_its_heading():
    assert blocks("Visit us\n\nFind us\n\nElm Street Clinic\nMill Lane\nAshford\n\nWe are by the church.")[
        2:5
    ] == items("Elm Street Clinic", "Mill Lane", "Ashford")
    assert blocks("Visit us\n\nOpening hours\n\nMon–Fri 9–5\nSat 9–1\nSun none\n\nWe are closed on bank holidays.") == [
        heading("Visit us"),
        heading("Opening hours"),
        *items("Mon–Fri 9–5", "Sat 9–1", "Sun none"),
        paragraph("We are closed on bank holidays."),
    ]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_short_lines_below_a_lead_in_are_its_list(gap):
    lines = ["Before you come", "Do not come if you have:", "Fever", "Open wounds", "A recent fracture"]
    assert blocks(gap.join(lines) + "\n\nSpeak to your doctor if you are not sure.") == [
        heading("Before you come"),
        paragraph("Do not come if you have:"),
        *items("Fever", "Open wounds", "A recent fracture"),
        paragraph("Speak to your doctor if you are not sure."),
    ]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize(
    "warnings", [["Fever", "Open wounds", "Numb skin"], ["High Fever", "Open Wounds", "Numb Skin"]]
)
def test_a_warning_is_rather_kept_in_its_list_than_made_the_heading_of_what_follows(gap, warnings):
    ask = "Ask your doctor if you are not sure."
    text = gap.join(["Ice", "Cold calms.", "Dangers", *warnings, ask])
    assert blocks(text)[2:] == [heading("Dangers"), *items(*warnings), paragraph(ask)]
    text = gap.join(["Ice", "Cold calms.", "Do not use ice with", *warnings, ask])
    assert blocks(text)[2:] == [*items("Do not use ice with", *warnings), paragraph(ask)]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_title_in_capitals_below_a_list_without_them_is_a_heading(gap):
    text = gap.join(
        ["Ice", "Cold calms.", "What It Helps With", "Sore knees", "Old sprains", "What Happens Next", "You rest."]
    )
    assert blocks(text)[2:] == [
        heading("What It Helps With"),
        *items("Sore knees", "Old sprains"),
        heading("What Happens Next"),
        paragraph("You rest."),
    ]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_line_in_another_case_than_the_list_above_it_is_a_heading(gap):
    lines = ["Ice", "It can help with:", "sore knees", "sprains", "What happens next", "You rest for a day or two."]
    assert blocks(gap.join(lines)) == [
        heading("Ice"),
        paragraph("It can help with:"),
        *items("sore knees", "sprains"),
        heading("What happens next"),
        paragraph("You rest for a day or two."),
    ]


def test_where_nothing_else_ends_a_list_its_marks_of_punctuation_do():
    assert blocks(
        "Ice\nDo not use it with:\nnumbness;\na rash;\nopen skin.\nCold calms.\nIt also helps with pain."
    ) == [
        heading("Ice"),
        paragraph("Do not use it with:"),
        *items("numbness;", "a rash;", "open skin."),
        paragraph("Cold calms."),
        paragraph("It also helps with pain."),
    ]


def test_headed_sections_below_a_lead_in_keep_their_headings():
    assert blocks("""
        Ice
        The main benefits of ice are:
        Less pain
        Cold slows down the nerves that carry the pain to your brain.
        Less swelling
        Cold narrows the small vessels, so that less water leaves them.
    """)[1:4] == [
        paragraph("The main benefits of ice are:"),
        heading("Less pain"),
        paragraph("Cold slows down the nerves that carry the pain to your brain."),
    ]


# Bullets


@pytest.mark.parametrize(
    "bullet", ["-", "*", "+", "•", "·", "–", "—", "o", "▪", "➢", "\uf0b7", "1.", "1)", "(1)", "a)", "(a)"]
)
@pytest.mark.parametrize("gap", [" ", "\t", "\u00a0"])
def test_bullets_of_many_kinds(bullet, gap):
    second = bullet.replace("1", "2").replace("a", "b")
    assert blocks(f"Bring:\n{bullet}{gap}Shoes\n{second}{gap}Water") == [paragraph("Bring:"), *items("Shoes", "Water")]


def test_bullets_may_lack_the_blank_behind_them():
    assert blocks("Bring:\n•Shoes\n•water") == [paragraph("Bring:"), *items("Shoes", "water")]
    assert blocks("Bring:\n-Shoes\n-Water") == [paragraph("Bring:"), *items("Shoes", "Water")]


def test_marks_that_mean_something_stay_in_the_text():
    assert blocks("Afterwards:\n✓ Walk\n✗ Run") == [paragraph("Afterwards:"), *items("✓ Walk", "✗ Run")]


def test_the_marks_of_items_are_seen_by_readers():
    assert read("Bring:\n- shoes\n- water\n\nSteps:\n1. Rest\n2. Rise").text == (
        "Bring:\n\n• shoes\n• water\n\nSteps:\n\n1. Rest\n2. Rise"
    )


# FAQs

HURTS = [("question", "Does it hurt?"), paragraph("Not much."), ("question", "Is it cold?"), paragraph("Yes, a bit.")]


@pytest.mark.parametrize(
    "text",
    [
        "Q: Does it hurt?\nA: Not much.\nQ: Is it cold?\nA: Yes, a bit.",
        "Q1. Does it hurt?\n\nA1. Not much.\n\nQ2. Is it cold?\n\nA2. Yes, a bit.",
        "Question: Does it hurt?\nAnswer: Not much.\n\nQuestion: Is it cold?\nAnswer: Yes, a bit.",
        "Q - Does it hurt?\nA - Not much.\nQ - Is it cold?\nA - Yes, a bit.",
        "Q\nDoes it hurt?\nA\nNot much.\nQ\nIs it cold?\nA\nYes, a bit.",
        "Q:\n\nDoes it hurt?\n\nA:\n\nNot much.\n\nQ:\n\nIs it cold?\n\nA:\n\nYes, a bit.",
        "Question 1\nDoes it hurt?\nAnswer\nNot much.\nQuestion 2\nIs it cold?\nAnswer\nYes, a bit.",
        "Q: Does it hurt? A: Not much.\nQ: Is it cold? A: Yes, a bit.",
    ],
)
def test_marked_pairs(text):
    assert blocks(text) == HURTS


@pytest.mark.parametrize(
    "text",
    [
        "Does it hurt?\nNot much.\nIs it cold?\nYes, a bit.",
        "Does it hurt?\n\nNot much.\n\nIs it cold?\n\nYes, a bit.",
        "1. Does it hurt?\nNot much.\n2. Is it cold?\nYes, a bit.",
        "• Does it hurt?\nNot much.\n• Is it cold?\nYes, a bit.",
        "**Does it hurt?**\nNot much.\n\n**Is it cold?**\nYes, a bit.",
    ],
)
def test_pairs_without_marks_are_headings_that_ask(text):
    assert blocks(f"Your questions\n\n{text}")[1:] == [
        heading("Does it hurt?"),
        paragraph("Not much."),
        heading("Is it cold?"),
        paragraph("Yes, a bit."),
    ]


def test_a_short_answer_is_no_heading():
    assert blocks("Questions\n\nAsk us.\n\nDoes it hurt?\n\nA little\n\nIs it cold?\n\nYes") == [
        heading("Questions"),
        paragraph("Ask us."),
        heading("Does it hurt?"),
        paragraph("A little"),
        heading("Is it cold?"),
        paragraph("Yes"),
    ]


def test_questions_to_ask_oneself_are_a_list():
    asked = ["Is it new?", "Is it spreading?"]
    assert blocks("Pain\n\nAsk yourself:\nIs it new?\nIs it spreading?\n\nIf so, see a doctor.")[2:4] == items(*asked)
    assert blocks("Pain\n\nAsk yourself:\n• Is it new?\n• Is it spreading?\nIf so, see a doctor.")[2:4] == items(*asked)


# Contents


@pytest.mark.parametrize("title", ["Contents", "Table of Contents:", "On this page", "IN THIS ARTICLE"])
def test_a_contents_list_whose_lines_come_again_is_left_out(title):
    assert blocks(
        f"Ice and heat\n{title}\nIce\n2. When to use heat\nIce\nCold calms.\nWhen to use heat\nOn tight muscles."
    ) == [
        heading("Ice and heat"),
        ("boilerplate", title),
        heading("Ice"),
        paragraph("Cold calms."),
        heading("When to use heat"),
        paragraph("On tight muscles."),
    ]


def test_a_contents_heading_without_a_list_takes_nothing_away():
    assert blocks("Ice\n\nIn this article\n\nHow it works\n\nCold calms.\n\nHow it works\n\nIt narrows vessels.")[
        2
    ] == heading("How it works")


def test_a_line_of_a_contents_list_may_differ_from_its_heading():
    text = "Ice\nContents\nWelcome to us\nCare\nUse\nCare\nCold calms.\nUse\nOn sore knees."
    rest = [heading("Care"), paragraph("Cold calms."), heading("Use"), paragraph("On sore knees.")]
    assert blocks(text) == [heading("Ice"), ("boilerplate", "Contents"), *rest]
    text = "Ice\nContents\nCare\nUse\nWelcome to us\nWe are by the church.\nCare\nCold calms.\nUse\nOn sore knees."
    welcome = [heading("Welcome to us"), paragraph("We are by the church.")]
    assert blocks(text) == [heading("Ice"), ("boilerplate", "Contents"), *welcome, *rest]


# Whatever comes


def test_an_empty_file_is_refused():
    with pytest.raises(UnreadableArticleError, match="it is empty"):
        read("")


@pytest.mark.parametrize(
    "text", ["x" * 10_000, "word " * 2000, "?!…" * 3000, "a\n\n" * 2000, "Short line\n" * 1000, "Q\n" * 500]
)
def test_long_input_is_read(text):
    assert read(text).blocks


@unhurried
@given(HOSTILE)
def test_whatever_is_read_blocks_are_slices_in_order_without_overlap(pieces):
    text = "".join(piece + gap for piece, gap in pieces)
    try:
        draft = read_text(text.encode("utf-8", "replace"), "name")
    except UnreadableArticleError:
        return
    assert draft.title
    for block in draft.blocks:
        content = draft.text[block.start : block.end]
        assert content.strip() == content != ""
        assert "\n" not in content
        assert (block.level > 0) == (block.kind in ("heading", "item"))
    assert all(one.end <= other.start for one, other in pairwise(draft.blocks))
    assert not set(draft.text) & set("\u202e\u200b\u00a0\t\r\f")
