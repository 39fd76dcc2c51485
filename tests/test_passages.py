import re
from itertools import groupby, pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from citedfaq.articles import Article
from citedfaq.passages import (
    MAX_PASSAGE_WORDS,
    Passage,
    Sentence,
    caption,
    cut,
    points_backward,
    text_to_encode,
)
from citedfaq.readers.draft import UnreadableArticleError
from citedfaq.readers.formats import READERS

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

TAIL_WORDS = 40
"""A rest of fewer words stays with the passage before it."""


NAMES = ("Ice", "Heat", "Tape", "Rest", "Sleep", "Water")


def read(content: str | bytes, ending: str = ".md") -> Article:
    data = content if isinstance(content, bytes) else content.encode()
    draft = READERS[ending](data, "The file's name")
    return Article("a", "a.md", draft.title, None, draft.text, draft.blocks, (), None, "")


def texts(article: Article) -> list[str]:
    return [article.text[passage.start : passage.end] for passage in cut(article)]


def groups(article: Article, passage: Passage) -> list[list[str]]:
    """Return a passage's sentences, those together that are only shown together."""
    return [
        [article.text[sentence.start : sentence.end] for sentence in group]
        for _, group in groupby(passage.sentences, key=lambda sentence: sentence.group)
    ]


def all_groups(article: Article) -> list[list[list[str]]]:
    return [groups(article, passage) for passage in cut(article)]


def sentence(words: int, opening: str = "Ice") -> str:
    return " ".join([opening, *["calms"] * (words - 1)]) + "."


# One passage


def test_a_section_is_a_passage_of_sentences():
    article = read("# Ice\n\n## What it does\n\nIce calms a sprain. Take it off after ten minutes.\n\nRest.")
    (passage,) = cut(article)
    text = article.text
    first, second, third = text.index("Ice calms"), text.index("Take"), text.index("Rest")
    assert passage == Passage(
        article="a",
        start=first,
        end=len(text),
        heading=("What it does",),
        question=None,
        sentences=(
            Sentence(first, second - 1, 0),
            Sentence(second, third - 2, 1),
            Sentence(third, len(text), 2),
        ),
    )


def test_headings_travel_outermost_first_without_the_articles_title():
    article = read("# Ice\n\nA.\n\n## Use\n\nB.\n\n### At home\n\nC.\n\n## Care\n\nD.")
    assert [passage.heading for passage in cut(article)] == [("Ice",), ("Use",), ("Use", "At home"), ("Care",)]


def test_a_passage_before_any_heading_has_none():
    article = read("Ice calms.")
    (passage,) = cut(article)
    assert (passage.heading, caption(article, passage)) == ((), "The file's name")


@pytest.mark.parametrize(
    "faq", ["## Does it hurt?\n\nNot much.", "**Does it hurt?**\n\nNot much.", "Q: Does it hurt?\nA: Not much."]
)
def test_an_faq_entry_carries_its_question(faq):
    article = read(f"# Ice\n\n{faq}")
    (passage,) = cut(article)
    assert passage.question == caption(article, passage) == "Does it hurt?"
    assert texts(article) == ["Not much."]


def test_an_faq_entry_carries_the_other_wordings_of_its_question():
    article = read("## Does it hurt?\n\n<!-- also asked: is it painful | ouch -->\n\nNo.\n\n## Is it cold?\n\nYes.")
    assert [passage.wordings for passage in cut(article)] == [("is it painful", "ouch"), ()]
    assert "painful" not in article.text


def test_a_marked_question_needs_no_question_mark():
    (passage,) = cut(read("Q: Tell me about parking\nA: Behind the house."))
    assert passage.question == "Tell me about parking"


def test_a_question_without_an_answer_gives_no_passage():
    assert cut(read("# Does it hurt?\n\n## And\n\nQ: Is it cold?")) == []


def test_what_is_encoded_is_the_title_the_headings_the_question_and_the_text():
    article = read("# Ice\n\n## Use\n\n### At home\n\nIt calms.\n\n**Does it hurt?**\n\nNo.\n\n## Is it cold?\n\nYes.")
    assert [text_to_encode(article, passage) for passage in cut(article)] == [
        "Ice\nUse\nAt home\nIt calms.",
        "Ice\nUse\nAt home\nDoes it hurt?\nNo.",
        "Ice\nIs it cold?\nYes.",
    ]
    assert [caption(article, passage) for passage in cut(article)] == ["At home", "Does it hurt?", "Is it cold?"]


def test_boilerplate_is_in_no_passage_and_ends_one():
    article = read("## Ice\n\nIce calms.\n\nBook your session today!\n\nHeat loosens.\n\nTags: ice")
    assert texts(article) == ["Ice calms.", "Heat loosens."]
    assert [passage.heading for passage in cut(article)] == [("Ice",), ("Ice",)]


# Sentences


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Field works from 9 a.m. to 5 p.m. on weekdays.",
        "Use it for approx. 10 minutes.",
        "Open Mon. to Fri. all day.",
        "Tel. 01234 567890 is our number.",
        "Take 2 tbsp. of salt.",
        "1. Lie down.",
        "It costs £4.50 at St. Mary's, e.g. on Mondays.",
        "“Really?” she said.",
    ],
)
def test_an_abbreviation_or_a_number_does_not_end_a_sentence(text):
    article = read(text.replace("1. ", "1\\. "))
    assert all_groups(article) == [[[text]]]


def test_a_number_may_open_a_sentence():
    assert all_groups(read("Rest well. 5 minutes help.")) == [[["Rest well."], ["5 minutes help."]]]


def test_emoji_and_combining_characters_do_not_shift_the_offsets():
    article = read("\N{GRINNING FACE} Cafe\u0301 ice calms. שלום calms too.")
    assert all_groups(article) == [[["\N{GRINNING FACE} Cafe\u0301 ice calms."], ["שלום calms too."]]]


def test_lines_of_code_with_a_blank_one_between_are_sentences():
    assert all_groups(read("```\nIce calms\n\nRest\n```")) == [[["Ice calms"], ["Rest"]]]


def test_a_question_in_running_text_is_only_shown_with_what_follows_it():
    article = read("Do you wake up stiff? Is it your neck?\n\nIce may help. Heat may too.")
    assert all_groups(article) == [
        [["Do you wake up stiff?", "Is it your neck?", "Ice may help."], ["Heat may too."]],
    ]


def test_an_over_long_sentence_is_cut_between_words():
    long = " ".join(f"w{number}" for number in range(150))
    article = read(long)
    pieces = [piece for passage in all_groups(article) for group in passage for piece in group]
    assert [len(piece.split()) for piece in pieces] == [60, 60, 30]
    assert " ".join(pieces) == long


def test_a_sentence_just_short_enough_is_left_whole():
    assert all_groups(read(sentence(120))) == [[[sentence(120)]]]


# Lists


def test_a_list_and_its_lead_in_are_only_shown_together():
    article = read("## Ice\n\nIce calms. Do not use it with:\n\n- a rash\n- numb skin\n  - or pale skin\n\nAsk us.")
    assert all_groups(article) == [
        [["Ice calms."], ["Do not use it with:", "a rash", "numb skin", "or pale skin"], ["Ask us."]]
    ]


@pytest.mark.parametrize("lead_in", ["Do not come if you", "Do not come if you have,", "Do not come if:"])
def test_a_lead_in_to_a_list_need_not_end_in_a_colon(lead_in):
    assert all_groups(read(f"Ice calms. {lead_in}\n\n- have a fever\n- are unwell")) == [
        [["Ice calms."], [lead_in, "have a fever", "are unwell"]]
    ]


@pytest.mark.parametrize("sentence", ["Ice calms.", "(Ice calms.)", "Ice “calms!”"])
def test_a_whole_sentence_above_a_list_is_shown_without_it(sentence):
    assert all_groups(read(f"{sentence}\n\n- shoes\n- water")) == [[[sentence], ["shoes", "water"]]]


def test_a_list_without_a_lead_in_is_only_shown_whole():
    article = read("## Bring\n\n- shoes. Clean ones.\n- water\n\nThat is all.")
    assert all_groups(article) == [[["shoes.", "Clean ones.", "water"], ["That is all."]]]


def test_a_lead_in_takes_the_first_sentence_below_it_where_no_list_stands():
    article = read("For example:\n\nIce calms a sprain. Heat loosens.\n\nRest.")
    assert all_groups(article) == [[["For example:", "Ice calms a sprain."], ["Heat loosens."], ["Rest."]]]


def test_a_list_stays_whole_with_its_lead_in_though_it_is_longer_than_a_passage():
    items = "\n".join(f"- {sentence(30, each)}" for each in NAMES)
    article = read(f"{sentence(50)}\n\nDo not use it with:\n\n{items}\n\n{sentence(50, 'Rest')}")
    first, second, third = cut(article)
    assert len(groups(article, second)) == 1
    assert len(second.sentences) == 1 + 6
    assert [len(each.sentences) for each in (first, third)] == [1, 1]


def test_a_caution_below_a_long_list_stays_with_it():
    items = "\n".join(f"- {sentence(30, each)}" for each in NAMES)
    article = read(f"Do this:\n\n{items}\n\nStop when it hurts.")
    assert [len(groups(article, passage)) for passage in cut(article)] == [2]


def test_wordy_items_without_a_lead_in_are_paragraphs():
    items = "\n".join(f"- {sentence(40, each)}\n  - {sentence(5, each)}" for each in NAMES[:5])
    article = read(f"## Tips\n\n{items}")
    assert [len(groups(article, passage)) for passage in cut(article)] == [2, 2, 1]
    assert {len(group) for passage in all_groups(article) for group in passage} == {2}


def test_many_short_items_are_one_list():
    items = "\n".join(f"- {sentence(4, f'Ice{number}')}" for number in range(40))
    assert [len(passage) for passage in all_groups(read(items))] == [1]


def test_wordy_items_below_a_whole_sentence_are_paragraphs_and_below_a_lead_in_a_list():
    items = "\n".join(f"- {sentence(40, each)}" for each in NAMES[:4])
    assert len(cut(read(f"Ice calms.\n\n{items}"))) == 2
    assert len(cut(read(f"Ice calms:\n\n{items}"))) == 1


def test_a_single_item_that_is_a_whole_article_is_cut():
    article = read("## Tips\n\n- " + " ".join(sentence(20) for _ in range(12)))
    sizes = [len(text.split()) for text in texts(article)]
    assert sizes == [120, 120]


def test_a_chain_of_lead_ins_does_not_grow_beyond_a_passage():
    article = read("\n\n".join(sentence(30, each)[:-1] + ":" for each in NAMES) + "\n\nRest.")
    assert max(len(text.split()) for text in texts(article)) <= MAX_PASSAGE_WORDS


# Lead-ins to headed sections


HEADED = """# Ice

## Benefits

Ice is an old remedy. The main benefits are:

### Less pain

Cold slows the nerves down.

### Less swelling

Cold narrows the vessels. Water stays in them.

## Care

Rest.
"""


def test_short_sections_that_a_lead_in_announces_are_a_list_and_passages_too():
    article = read(HEADED)
    assert [(passage.heading, groups(article, passage)) for passage in cut(article)] == [
        (("Benefits",), [["Ice is an old remedy."]]),
        (
            ("Benefits",),
            [
                [
                    "The main benefits are:",
                    "Less pain\n\nCold slows the nerves down.\n\nLess swelling\n\n"
                    "Cold narrows the vessels. Water stays in them.",
                ]
            ],
        ),
        (("Benefits", "Less pain"), [["Cold slows the nerves down."]]),
        (("Benefits", "Less swelling"), [["Cold narrows the vessels."], ["Water stays in them."]]),
        (("Care",), [["Rest."]]),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("### Less swelling", "### Does it swell?"),
        ("### Less swelling", "#### Less swelling"),
        ("### Less swelling", "# Swelling"),
        ("Cold narrows the vessels.", sentence(61)),
        ("Cold narrows the vessels. Water stays in them.", ""),
        ("Water stays in them.", "For example:"),
        ("Cold slows the nerves down.", "Cold slows.\n\nBook your session today!"),
        ("benefits are:", "benefits follow."),
    ],
)
def test_sections_that_are_no_list_stand_alone(old, new):
    article = read(HEADED.replace(old, new))
    assert not any("Less pain" in text for text in texts(article))


def test_a_lead_in_alone_before_its_sections_is_not_lost():
    article = read("## Benefits\n\nThey are:\n\n### Pain\n\nLess of it.\n\n### Sleep\n\nMore of it.")
    assert texts(article) == ["They are:\n\nPain\n\nLess of it.\n\nSleep\n\nMore of it.", "Less of it.", "More of it."]


def test_a_list_whose_last_item_ends_in_a_colon_is_not_lost_above_headed_sections():
    article = read("## Care\n\n- Rest well\n- At home:\n\n### Ice\n\nCold calms.\n\n### Heat\n\nWarmth loosens.")
    assert texts(article)[0] == "• Rest well\n• At home:"[2:]


def test_an_faq_keeps_every_sentence_above_headed_sections():
    article = read("## FAQ\n\nIce calms. Rest well.\n\nThe steps are:\n\n### One\n\nLie down.\n\n### Two\n\nBreathe.")
    assert texts(article)[0] == "Ice calms. Rest well."


# Long sections


def test_a_long_section_is_cut_at_sentences():
    article = read("## Ice\n\n" + " ".join(sentence(25, f"Ice{number}") for number in range(10)))
    assert [len(passage.sentences) for passage in cut(article)] == [4, 4, 2]
    assert " ".join(texts(article)) == article.text.removeprefix("Ice\n\n")


def test_a_short_rest_stays_with_the_passage_before_it():
    article = read(f"{sentence(60)} {sentence(59)}\n\nStop at once when the skin turns white. Ask us.")
    assert len(cut(article)) == 1
    article = read(f"{sentence(60)} {sentence(59)}\n\n{sentence(41)}")
    assert len(cut(article)) == 2


def test_what_a_sentence_points_back_to_goes_with_it():
    article = read(f"{sentence(60)} {sentence(50)} {sentence(50, 'This')} {sentence(30, 'It')}")
    assert [[len(group[0].split()) for group in passage] for passage in all_groups(article)] == [[60], [50, 50, 30]]


def test_where_every_sentence_points_back_a_passage_still_ends():
    article = read(" ".join(sentence(30, "This") for _ in range(12)))
    assert [len(text.split()) for text in texts(article)] == [150, 150, 60]


def test_a_long_list_that_points_back_stays_with_what_it_points_to():
    items = "\n".join(f"- {sentence(30, each)}" for each in NAMES)
    article = read(f"This is ice. It has many uses.\n\nThese are:\n\n{items}")
    assert [len(groups(article, passage)) for passage in cut(article)] == [3]


def test_the_paragraphs_of_an_faq_whose_questions_were_lost_stand_alone():
    article = read(
        "# Ice\n\n## FAQs\n\nYes, it does.\n\nThree things:\n\n- one\n- two\n\nFor example:\n\nA towel.\n\nNo."
    )
    assert texts(article) == ["Yes, it does.", "Three things:\n\n• one\n• two", "For example:\n\nA towel.", "No."]
    assert {passage.heading for passage in cut(article)} == {("FAQs",)}


@pytest.mark.parametrize(
    "title",
    [
        "FAQ",
        "Frequently Asked Questions:",
        "Common questions",
        "Q & A",
        "Questions and answers",
        "Ice FAQs",
        "FAQ about ice",
    ],
)
def test_an_faq_is_known_by_its_heading(title):
    assert len(cut(read(f"## {title}\n\nYes.\n\nNo."))) == 2


def test_another_section_about_questions_is_one_passage():
    assert len(cut(read("## Questions to ask yourself\n\nOne.\n\nTwo."))) == 1


# Backward-pointing openings


@pytest.mark.parametrize(
    "text",
    [
        "This helps.",
        "“It helps.”",
        "(However, it may not.)",
        "They do.",
        "Because of this, rest.",
        "If it hurts, stop.",
        "After that, rest.",
        "For example, ice.",
        "Another way is heat.",
        "In addition, rest.",
        "such cases",
    ],
)
def test_an_opening_that_points_back_is_known(text):
    assert points_backward(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ice helps.",
        "Thisbe slept.",
        "Items help.",
        "If ice hurts, stop.",
        "In winter, rest.",
        "Another word for ice.",
        "",
    ],
)
def test_an_opening_that_stands_alone_is_known(text):
    assert not points_backward(text)


# Invariants

PIECES = st.sampled_from(
    [
        *("# Ice\n\n", "## FAQ\n\n", "### Less pain\n\n", "## Does it hurt?\n\n", "**Is it cold?**\n\n"),
        *(
            "Q: Is it?\nA: Yes.\n",
            "- one\n",
            "  - two\n",
            "1. three\n",
            "- " + sentence(40) + "\n",
            "Benefits are:\n\n",
        ),
        *("Ice calms. ", "It helps. ", "This? ", "e.g. ", "approx. 5 ", "Book now\n\n", "Tags: ice\n\n", "\n\n", "\n"),
        *(sentence(30) + " ", sentence(35, "It") + "\n\n", "word " * 130, "x" * 300 + " ", "?! ", "… ", ": ", "; "),
        *("\N{GRINNING FACE} ", "e\u0301 ", "שלום. ", "\u202e", "\u200b", "<li>a</li>", "<p>b.</p>\n\n", "Rest.\n\n"),
        *("| a | b |\n|-|-|\n| c? | d |\n", "These include:\n"),
    ]
)
ARTICLES = st.lists(PIECES | st.text(max_size=8), max_size=30).map("".join) | st.text(max_size=200)


@unhurried
@given(ARTICLES, st.sampled_from(list(READERS)))
@example("word " * 2000, ".txt")
@example("x" * 10_000, ".md")
@example("." * 10_000, ".txt")
@example("\N{GRINNING FACE}e\u0301. " * 1500, ".md")
def test_whatever_is_cut_passages_and_sentences_are_slices_in_order(content, ending):
    try:
        article = read(content.encode("utf-8", "replace"), ending)
    except UnreadableArticleError:
        return
    passages = cut(article)
    assert [passage.start for passage in passages] == sorted(passage.start for passage in passages)
    for passage in passages:
        assert passage.sentences[0].start == passage.start
        assert passage.sentences[-1].end == passage.end <= len(article.text)
        assert passage.sentences[0].group == 0
        for each in passage.sentences:
            content = article.text[each.start : each.end]
            assert content.strip() == content != ""
        for one, other in pairwise(passage.sentences):
            assert one.end <= other.start
            assert other.group - one.group in (0, 1)
        for block in article.blocks:
            assert block.kind != "boilerplate" or block.end <= passage.start or block.start >= passage.end
    # Only the list of headed sections shares its words with other passages, which it holds whole.
    for one, other in pairwise(passages):
        assert one.end <= other.start or other.end <= one.end


@unhurried
@given(ARTICLES, st.sampled_from(list(READERS)))
def test_no_passage_is_too_long_unless_one_list_makes_it_so(content, ending):
    try:
        article = read(content.encode("utf-8", "replace"), ending)
    except UnreadableArticleError:
        return
    for passage in cut(article):
        sizes = [len(" ".join(group).split()) for group in groups(article, passage)]
        if max(sizes) > MAX_PASSAGE_WORDS:
            sizes.remove(max(sizes))
        assert sum(sizes) <= MAX_PASSAGE_WORDS + TAIL_WORDS


@unhurried
@given(ARTICLES, st.sampled_from(list(READERS)))
def test_no_word_of_a_paragraph_or_an_item_is_lost(content, ending):
    try:
        article = read(content.encode("utf-8", "replace"), ending)
    except UnreadableArticleError:
        return
    served = {
        position for passage in cut(article) for each in passage.sentences for position in range(each.start, each.end)
    }
    for block in article.blocks:
        if block.kind in ("paragraph", "item"):
            words = re.finditer(r"\S+", article.text[block.start : block.end])
            assert all(block.start + word.start() in served for word in words)
