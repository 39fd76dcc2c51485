import pytest

from citedfaq.readers.boilerplate import is_listing_title, is_page_line, mark_boilerplate
from citedfaq.readers.draft import BlockKind, TextBuilder
from citedfaq.readers.markdown import read_markdown


def kept(markdown: str) -> list[str]:
    """Return what of an article may be served, headings and questions aside."""
    draft = read_markdown(markdown.encode(), "name")
    return [
        draft.text[block.start : block.end] for block in draft.blocks if block.kind in ("paragraph", "item", "question")
    ]


def kinds(*blocks: tuple[BlockKind, str]) -> list[str]:
    builder = TextBuilder()
    for kind, text in blocks:
        builder.add(kind, text, level=2 if kind == "heading" else 0)
    return [block.kind for block in mark_boilerplate(builder.text(), builder.blocks)]


def test_an_article_without_blocks_has_no_boilerplate():
    assert mark_boilerplate("", []) == ()


def test_boilerplate_keeps_its_place_in_the_text():
    builder = TextBuilder()
    builder.add("paragraph", "Ice calms a sprain.")
    builder.add("paragraph", "Tags: ice")
    one, other = mark_boilerplate(builder.text(), builder.blocks)
    assert one == builder.blocks[0]
    assert (other.kind, other.start, other.end) == ("boilerplate", builder.blocks[1].start, builder.blocks[1].end)


# Contents and references


@pytest.mark.parametrize(
    "title", ["Contents", "Table of contents:", "On this page", "In this guide", "Jump to section"]
)
def test_a_contents_list_is_not_served(title):
    assert kept(f"# Ice\n\n## {title}\n\n- What it does\n- Care\n\n## What it does\n\nIt calms.") == ["It calms."]


@pytest.mark.parametrize(
    "title", ["References", "Sources:", "Further reading", "Works cited", "Related articles", "You might also like"]
)
def test_references_are_not_served_though_they_be_grouped_under_headings(title):
    references = f"## {title}\n\n### Books\n\nThe ice handbook\n\n### Papers\n\n- Field 2019"
    assert kept(f"## Ice\n\nIt calms.\n\n{references}\n\n## Care\n\nRest.") == ["It calms.", "Rest."]


def test_a_contents_list_ends_at_any_heading():
    assert kept("## Contents\n\n- Care\n\n### Care\n\nRest.") == ["Rest."]


@pytest.mark.parametrize("title", ["Sources of pain", "Contents of a first-aid box", "References to old injuries"])
def test_a_heading_that_only_begins_like_these_is_one_of_the_article(title):
    assert not is_listing_title(title)
    assert kept(f"## {title}\n\nIt calms.") == ["It calms."]


@pytest.mark.parametrize(
    "reference",
    [
        "Field A (2019). On ice. https://journal.example/ice",
        "Field A. On ice. Journal of Cold 2019;3:5. doi:10.1000/ice",
        "Cold Clinic (2021a). Ice. https://cold.example",
    ],
)
def test_a_single_reference_is_not_served(reference):
    assert kept(f"It calms.\n\n{reference}") == ["It calms."]


def test_a_sentence_with_an_address_and_a_year_is():
    moved = "We moved house in 2021; see https://clinic.example/map for the way."
    assert kept(moved) == [moved]


def test_the_questions_listed_above_an_faq_are_not_served():
    assert kept("# FAQ\n\n1. Does it hurt?\n2. Is it cold?\n\n## Does it hurt?\n\nNo.\n\n## Is it cold?\n\nYes.") == [
        "No.",
        "Yes.",
    ]


# The page around an article


@pytest.mark.parametrize(
    "line",
    [
        "Tags: ice, heat",
        "Categories: Care",
        "Posted in: Care",
        "Filed under: Care",
        "Related posts: Heat",
        "Last updated: May 2026",
        "Last updated on 3 May 2026",
        "Published 3 May 2026",
        "Reviewed on 2026",
        "By Ann Field",
        "Written by Dr. Ann Field",
        "Medically reviewed by Ann M. Field-Hill",
        "Other articles you might be interested in: Heat",
        "You may also like these",
        "© 2026 Elm Street Clinic",
        "(c) 2026 Elm Street Clinic",
        "Copyright Elm Street Clinic",
        "Home > Care > Ice",
        "Page 2 of 5",
        "5 min read",
        "3 comments",
        "Leave a comment",
        "Share on Facebook",
        "Skip to content",
        "Back to top",
        "Next post: Heat",
    ],
)
def test_a_line_of_the_page_is_not_served(line):
    assert is_page_line(line)
    assert kept(f"It calms.\n\n{line}") == ["It calms."]


@pytest.mark.parametrize(
    "line",
    [
        "Home exercises are best done in the morning.",
        "By then the swelling is gone.",
        "By Monday you can walk.",
        "Page through the leaflet before you come.",
        "Share your worries with your therapist.",
        "Reviewed exercises can be found at the desk.",
        "Next, lie down.",
        "Tagging along is fine.",
    ],
)
def test_a_sentence_that_only_begins_like_one_is(line):
    assert kept(line) == [line]


@pytest.mark.parametrize(
    "notice",
    [
        "This article is for informational purposes only.",
        "For general information and education purposes only.",
        "The information on this website is not intended as a substitute for professional medical advice.",
        "This page is not a substitute for medical advice.",
    ],
)
def test_a_legal_notice_is_not_served(notice):
    assert kept(f"It calms.\n\n{notice}") == ["It calms."]


def test_advice_that_names_medical_advice_is():
    advice = "Massage is not a substitute for medical advice: see your doctor about new pain."
    assert kept(advice) == [advice]


# Invitations


@pytest.mark.parametrize(
    "invitation",
    [
        "Book now",
        "Book your session today!",
        "Ready to feel better? Book your first visit.",
        "Simply book online.",
        "Schedule your appointment.",
        "Learn more about ice.",
        "Want to know more? Ask us.",
        "Read our guide to heat.",
        "Click here",
        "Sign up for our newsletter.",
        "Follow us on social media.",
        "Contact us today!",
        "Call us now to reserve a place.",
        "Get in touch with our team.",
        "Start your way to a life without knots today!",
        "Ready to relieve your tight shoulders today?",
    ],
)
def test_an_invitation_is_not_served(invitation):
    assert kept(f"It calms.\n\n{invitation}") == ["It calms."]


@pytest.mark.parametrize(
    "advice",
    [
        "Call us today if the pain spreads.",
        "Call us now about numbness or swelling.",
        "Get in touch with your GP straight away.",
        "Contact us today when the wound smells.",
        "Book an appointment before the pain gets worse.",
        "Call us today: 01234 567890.",
        "Most patients book a second visit.",
        "You can book online or at the desk.",
        "Tell us how you feel.",
        "You will be able to read more easily.",
    ],
)
def test_advice_and_facts_that_sound_like_one_are(advice):
    assert kept(advice) == [advice]


def test_a_long_paragraph_is_no_invitation():
    text = "Book now. " + "The therapist works with slow and steady pressure on the sore spots that you name. " * 3
    assert kept(text) == [text.strip()]


def test_what_answers_a_question_is_no_invitation():
    assert kept("## How do I come to you?\n\nBook online or at the desk.") == ["Book online or at the desk."]
    assert kept("Q: How do I come to you?\n\nA: Get in touch.") == ["How do I come to you?", "Get in touch."]
    assert kept("## Booking\n\nChoose a day. Book online.\n\nGet in touch.") == [
        "Choose a day. Book online.",
        "Get in touch.",
    ]


def test_a_question_that_is_itself_one_saves_nothing():
    assert kept("## Ready to book your visit?\n\nBook now.\n\n## Contact us today!\n\nGet in touch.") == []


def test_only_what_stands_right_below_a_question_answers_it():
    assert kept("## Does it hurt?\n\nNot much.\n\nBook your session today!") == ["Not much."]


def test_a_step_in_a_list_is_no_invitation_but_a_link_is():
    assert kept("- Book your next visit\n- Read more about ice\n- Rest\n- Read more when you are tired") == [
        "Book your next visit",
        "Rest",
        "Read more when you are tired",
    ]


# Repeats


def test_a_repeated_paragraph_is_served_once():
    assert kept("Ice calms a sprain.\n\nRest.\n\n**Ice** calms – a sprain!") == ["Ice calms a sprain.", "Rest."]


def test_a_short_paragraph_may_come_again():
    assert kept("Rest for long.\n\nIce calms.\n\nRest for long.") == ["Rest for long.", "Ice calms.", "Rest for long."]


def test_a_list_that_comes_again_whole_is_served_once():
    once = ["Drink a glass of water", "Walk for ten minutes"]
    twice = "- Drink a glass of water\n- Walk for ten minutes\n"
    assert kept(f"{twice}\nThen:\n\n{twice}") == once
    assert kept(f"{twice}{twice}") == once


def test_a_list_that_only_shares_an_item_stays_whole():
    before, after = "- Drink a glass of water\n- Eat lightly\n", "- Drink a glass of water\n- Walk gently\n"
    assert kept(f"## Before\n\n{before}\n## After\n\n{after}") == [
        "Drink a glass of water",
        "Eat lightly",
        "Drink a glass of water",
        "Walk gently",
    ]


def test_two_questions_may_have_one_answer_but_not_one_question_two():
    assert (
        kept("## Is it cold?\n\nYes, for a while.\n\n## Is it wet?\n\nYes, for a while.") == ["Yes, for a while."] * 2
    )
    assert kept("## Is it cold?\n\nYes, for a while.\n\n## Is it cold?\n\nYes, for a while.") == ["Yes, for a while."]


# Lead-ins


def test_a_lead_in_whose_list_is_gone_goes_too():
    assert kept("It calms.\n\nSee also:\n\n- Read more about ice") == ["It calms."]
    assert kept("It calms.\n\nSee also:") == ["It calms."]
    assert kept("It calms:\n\n## Skin\n\nIce calms it.") == ["It calms:", "Ice calms it."]


def test_items_and_questions_that_end_in_a_colon_are_left_alone():
    assert kinds(("item", "Skin:"), ("paragraph", "Tags: ice"), ("question", "And:")) == [
        "item",
        "boilerplate",
        "question",
    ]
