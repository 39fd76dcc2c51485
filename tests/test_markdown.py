from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citedfaq.readers.draft import Draft, UnreadableArticleError
from citedfaq.readers.markdown import read_markdown

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

PIECES = st.sampled_from(
    [
        *(
            "# ",
            "## ",
            "- ",
            "  - ",
            "1. ",
            "> ",
            "    ",
            "***",
            "---",
            "| a | b |",
            "|-|-|",
            "```",
            "~~",
            "**",
            "_",
            "`",
        ),
        *(
            "<div>",
            "</div>",
            "<p>",
            "<li>",
            "<tr><td>",
            "<br>",
            "<script>",
            "</script>",
            "<!--",
            "-->",
            "<![x[",
            "<a b='",
        ),
        *(
            "<del>",
            "<details><summary>",
            "</summary>",
            "[",
            "](#x)",
            "![",
            "](a.png)",
            "&nbsp;",
            "&#x202e;",
            "&#0;",
            "\\",
        ),
        *(
            "Does it hurt?",
            "**Does it hurt?**",
            "Q: Is it cold?",
            "A: Yes.",
            "Ice calms.",
            "• one",
            "Contents",
            "Book now",
        ),
        *("\N{GRINNING FACE}", "e\u0301", "שלום", "\u202e", "\u200b", "\n", "\n\n", "\n\n", "\t", "\r\n", "word " * 40),
    ]
)
HOSTILE = st.lists(PIECES | st.text(max_size=6), max_size=40).map("".join)


def read(markdown: str) -> Draft:
    return read_markdown(markdown.encode(), "The file's name")


def blocks(markdown: str) -> list[tuple[str, str]]:
    draft = read(markdown)
    return [(block.kind, draft.text[block.start : block.end]) for block in draft.blocks]


def test_headings_and_paragraphs():
    draft = read("# Ice\n\nIce *calms* a **fresh**\nsprain.\n\nCare\n----\n\n### For `cold` skin ###\n\nStop.")
    assert [(block.kind, block.level, draft.text[block.start : block.end]) for block in draft.blocks] == [
        ("heading", 1, "Ice"),
        ("paragraph", 0, "Ice calms a fresh sprain."),
        ("heading", 2, "Care"),
        ("heading", 3, "For cold skin"),
        ("paragraph", 0, "Stop."),
    ]
    assert draft.text == "Ice\n\nIce calms a fresh sprain.\n\nCare\n\nFor cold skin\n\nStop."


def test_the_title_is_that_of_the_front_matter_else_the_topmost_heading_else_the_files_name():
    assert read("---\ntitle: Cold\n---\n# Ice\n\nText.").title == "Cold"
    assert read("## Ice\n\nText.\n\n## Care").title == "Ice"
    assert read("**Elm Street Clinic**\n\nWelcome.\n\n# Ice\n\nText.").title == "Ice"
    assert read("Text.").title == "The file's name"


def test_front_matter_is_handed_on():
    draft = read("---\nurl: https://clinic.example/ice\nsources: [A]\nreviewed: 2026-05-01\n---\nText.")
    assert (draft.url, draft.sources, draft.text) == ("https://clinic.example/ice", ("A",), "Text.")
    assert draft.reviewed.isoformat() == "2026-05-01"


def test_lists_keep_their_marks_before_the_items():
    draft = read("Bring:\n\n- shoes\n- water\n  or tea\n\n3. warm up\n4. stretch\n")
    assert draft.text == "Bring:\n\n• shoes\n• water or tea\n3. warm up\n4. stretch"
    assert [block.kind for block in draft.blocks] == ["paragraph", "item", "item", "item", "item"]


def test_nested_lists_keep_their_levels_whether_set_in_by_blanks_or_tabs():
    for indent in ("  ", "\t"):
        draft = read(f"- shoes\n{indent}- clean\n{indent}{indent}- inside\n- water\n")
        assert [(block.level, draft.text[block.start : block.end]) for block in draft.blocks] == [
            (1, "shoes"),
            (2, "clean"),
            (3, "inside"),
            (1, "water"),
        ]


def test_a_second_paragraph_of_an_item_is_an_item_without_a_mark():
    draft = read("- shoes\n\n  They should be clean.\n\n- water\n")
    assert draft.text == "• shoes\nThey should be clean.\n• water"


def test_other_blocks_in_a_list_item_are_read():
    assert blocks("- shoes\n\n  > clean ones\n\n- # Water\n-\n") == [
        ("item", "shoes"),
        ("paragraph", "clean ones"),
        ("item", "Water"),
    ]


def test_a_tables_rows_are_items():
    assert blocks("| Visit | Price |\n|---|---|\n| First | £60 |\n| **Next** | |\n") == [
        ("item", "Visit | Price"),
        ("item", "First | £60"),
        ("item", "Next"),
    ]


def test_a_table_of_questions_is_an_faq():
    assert blocks("| Question | Answer |\n|---|---|\n| Does it hurt? | No. |\n| And then? | |\n") == [
        ("item", "Question | Answer"),
        ("question", "Does it hurt?"),
        ("paragraph", "No."),
        ("item", "And then?"),
    ]


def test_code_is_a_paragraph_with_its_lines():
    assert blocks("```\nMon  9-5\nTue  9-1\n```\n\n    indented\n") == [
        ("paragraph", "Mon 9-5\nTue 9-1"),
        ("paragraph", "indented"),
    ]


def test_links_and_pictures_within_text_are_read_without_their_addresses():
    assert blocks('See [our *map*](https://a.example "title"), ![a door](door.png) <https://b.example>.') == [
        ("paragraph", "See our map, a door https://b.example.")
    ]


@pytest.mark.parametrize("picture", ["![A door](a.png)", "[![A door](a.png)](b)", "![A door](a.png)\n![](b.png)"])
def test_a_picture_alone_is_no_text(picture):
    assert blocks(f"Come in.\n\n{picture}\n\nRest.") == [("paragraph", "Come in."), ("paragraph", "Rest.")]


def test_lines_broken_on_purpose_are_items_where_they_are_short():
    address = [("item", "Elm Street Clinic"), ("item", "12 Mill Lane"), ("item", "Ashford")]
    assert blocks("Elm Street Clinic  \n12 Mill Lane\\\nAshford") == address
    assert blocks("Elm Street Clinic<br>12 Mill Lane<br/>\nAshford") == address
    assert blocks("Cold calms.  \nRest helps.") == [("paragraph", "Cold calms. Rest helps.")]


@pytest.mark.parametrize(
    "markdown",
    [
        "**Does it hurt?**\n\nNo, *not* much.",
        "**Does it hurt?**\nNo, *not* much.",
        "**Does it hurt?**  \nNo, *not* much.",
        "**Does it hurt?**<br>No, *not* much.",
        "**Q: Does it hurt?**\n\nA: No, *not* much.",
        "**Q: Does it hurt?**\n**A:** No, *not* much.",
        "**Q:** Does it hurt?\n**A:** No, *not* much.",
        "Q: Does it hurt?\n\nA: No, *not* much.",
        "Q1. Does it hurt? A1. No, not much.",
        "**1. Does it hurt?**\n\nNo, not much.",
        "1. **Does it hurt?** No, not much.",
        "1. **Does it hurt?**\n\n   No, not much.",
        "- Does it hurt?\n  No, not much.",
        "- Q: Does it hurt?\n- A: No, not much.",
        "<details><summary>Does it hurt?</summary>\n\nNo, not much.\n\n</details>",
        "<details>\n<summary><b>Does it hurt?</b></summary>\nNo, not much.\n</details>",
        "<dl><dt>Does it hurt?</dt><dd>No, not much.</dd></dl>",
    ],
)
def test_many_ways_to_write_an_faq_give_the_same_pair(markdown):
    assert blocks(markdown) == [("question", "Does it hurt?"), ("paragraph", "No, not much.")]


@pytest.mark.parametrize("heading", ["## Does it hurt?", "### 1. Does it hurt?", "### Q1: Does it hurt?"])
def test_a_heading_that_asks_loses_its_number_and_its_answer_its_mark(heading):
    assert blocks(f"{heading}\n\nA: No.") == [("heading", "Does it hurt?"), ("paragraph", "No.")]


def test_below_the_heading_of_an_faq_a_plain_paragraph_that_asks_is_a_question():
    faq = "Does it hurt?\n\nNo.\n\nIs it *cold*?\n\nYes.\n\nWhy?"
    assert [kind for kind, _ in blocks(f"## FAQ\n\n{faq}")] == [
        *("heading", "question", "paragraph", "question", "paragraph", "paragraph")
    ]
    assert [kind for kind, _ in blocks(f"## Ice\n\n{faq}")] == ["heading", *["paragraph"] * 5]


def test_an_item_that_asks_is_no_question_where_no_answer_stands_in_it():
    assert blocks("Ask yourself:\n\n- Is it new?\n- **Is it spreading?**\n") == [
        ("paragraph", "Ask yourself:"),
        ("item", "Is it new?"),
        ("item", "Is it spreading?"),
    ]


def test_what_follows_a_question_in_its_item_is_its_answer():
    assert blocks("1. Does it hurt?\n\n   No.\n\n   - not here\n\n   Rest.\n2. **Is it cold?** Yes.\n") == [
        ("question", "Does it hurt?"),
        ("paragraph", "No."),
        ("item", "not here"),
        ("paragraph", "Rest."),
        ("question", "Is it cold?"),
        ("paragraph", "Yes."),
    ]


@pytest.mark.parametrize(
    "markdown",
    [
        "**Before your visit**\n\nEat lightly.",
        "**Before your visit**\nEat lightly.",
        "__Before your visit__\\\nEat lightly.",
    ],
)
def test_a_bold_line_above_text_is_a_heading_below_the_real_ones(markdown):
    draft = read(f"# Ice\n\n{markdown}")
    assert [(block.kind, block.level, draft.text[block.start : block.end]) for block in draft.blocks] == [
        ("heading", 1, "Ice"),
        ("heading", 6, "Before your visit"),
        ("paragraph", 0, "Eat lightly."),
    ]


@pytest.mark.parametrize(
    "markdown",
    [
        "**Rest well.**\n\nText.",
        "**What to bring:**\n\n- shoes",
        "**Call 999 if you have chest pain**\n\nText.",
        "**Do not drive after your treatment**\n\nText.",
        "**Tel: 01234 567890**\n\nText.",
        "**Elm Street Clinic**",
        "**Elm Street Clinic**\n\n## Ice\n\nText.",
        "**Rest** well\n\nText.",
        "**One two three four five six seven eight nine**\n\nText.",
    ],
)
def test_a_bold_line_that_tells_something_or_heads_nothing_is_a_paragraph(markdown):
    assert blocks(markdown)[0][0] == "paragraph"


def test_what_is_struck_out_is_not_read():
    assert blocks("It costs ~~£40~~ £45 <del>or £50</del> <s>now</s>.") == [("paragraph", "It costs £45 .")]
    assert blocks("<p>It costs <del>£40 <s>or</s> £50</del> £45.</p>") == [("paragraph", "It costs £45.")]


def test_html_is_read_block_by_block():
    html = """<div class="a > b">
<h2>Prices</h2><p>From £40<br>to &pound;90, <b>paid</b> by card.</p>
<ul><li>one</li><li><p>two</p></li></ul>
<table><tr><th>Visit</th><th>Price</th></tr><tr><td><p>First</p></td><td></td><td>£60</td></tr></table>
Elm Street Clinic<br/>12 Mill Lane
</div>
"""
    assert blocks(html) == [
        ("heading", "Prices"),
        ("paragraph", "From £40 to £90, paid by card."),
        ("item", "one"),
        ("item", "two"),
        ("item", "Visit | Price"),
        ("item", "First | £60"),
        ("item", "Elm Street Clinic"),
        ("item", "12 Mill Lane"),
    ]


def test_html_that_is_not_shown_is_not_read():
    assert blocks("Ice <script>var a = '<b>'</script>calms <!-- note -->a sprain.") == [
        ("paragraph", "Ice calms a sprain.")
    ]
    hidden = "<!-- note -->\n\n<script>\nalert('x')\n</script>\n\n<style>p {}</style>\n\n<template>x</template>\n\n"
    assert blocks(f"{hidden}<p>Cold.</p>\n\n<!-- not ended\n\nText.") == [("paragraph", "Cold.")]


def test_a_comment_may_name_other_wordings_of_the_question_above_it():
    draft = read("## Does it hurt?\n\n<!-- Also asked:\nis it painful\nouch | sore?\n-->\n\nNo.")
    assert [block.wordings for block in draft.blocks] == [("is it painful", "ouch", "sore?"), ()]
    assert draft.text == "Does it hurt?\n\nNo."


def test_html_that_is_broken_is_read_as_far_as_it_goes():
    assert blocks("<div><p>Cold</div></p></script> calms") == [("paragraph", "Cold"), ("paragraph", "calms")]
    assert blocks("<div><p>Cold</p><![weird[ calms <br")[0] == ("paragraph", "Cold")


def test_a_summary_that_asks_nothing_is_a_heading():
    assert blocks("<details><summary>Parking</summary>\nBehind the house.\n</details>") == [
        ("heading", "Parking"),
        ("paragraph", "Behind the house."),
    ]


def test_entities_are_decoded_and_what_they_hide_is_dropped():
    assert blocks("Ice&nbsp;&amp;&nbsp;heat &#x202e;calm&shy;ing&#8203; &lt;b&gt;") == [
        ("paragraph", "Ice & heat calming <b>")
    ]


def test_bullets_typed_by_hand_are_items():
    assert blocks("Bring:\n• shoes\n• water") == [("paragraph", "Bring:"), ("item", "shoes"), ("item", "water")]


def test_a_list_of_links_within_the_page_is_not_served():
    contents = "- [Ice](#ice)\n  - [Cold skin](#cold)\n- [Heat](#heat)\n"
    assert blocks(f"{contents}\n## Ice\n\nSee [below](#heat).") == [
        ("boilerplate", "Ice"),
        ("boilerplate", "Cold skin"),
        ("boilerplate", "Heat"),
        ("heading", "Ice"),
        ("paragraph", "See below."),
    ]


def test_a_list_of_links_to_other_pages_is_served():
    assert blocks("- [Our map](https://clinic.example/#map)\n- [Ice](ice.md)\n") == [
        ("item", "Our map"),
        ("item", "Ice"),
    ]


def test_line_ends_of_windows_make_no_difference():
    markdown = "# Ice\n\nCold\ncalms.\n\n- shoes\n- water\n"
    assert read(markdown.replace("\n", "\r\n")) == read(markdown)


def test_a_file_that_opens_with_a_rule_is_read():
    assert blocks("***\n\nText.") == [("paragraph", "Text.")]


def test_an_empty_file_is_refused():
    with pytest.raises(UnreadableArticleError, match="it is empty"):
        read("")


@pytest.mark.parametrize(
    "markdown",
    ["> " * 3000 + "x", "- " * 3000 + "x", "[" * 5000, "*" * 10_000, "<div>" * 2000, "x" * 10_000, "<!--" * 2000],
)
def test_deep_and_long_input_is_read(markdown):
    assert len(read(markdown).text) <= len(markdown)


@unhurried
@given(HOSTILE)
def test_whatever_is_read_blocks_are_slices_in_order_without_overlap(markdown):
    try:
        draft = read_markdown(markdown.encode("utf-8", "replace"), "name")
    except UnreadableArticleError:
        return
    assert draft.title
    for block in draft.blocks:
        content = draft.text[block.start : block.end]
        assert content.strip() == content != ""
        assert block.kind in ("paragraph", "boilerplate") or "\n" not in content
    assert all(one.end <= other.start for one, other in pairwise(draft.blocks))
    assert not set(draft.text) & set("\u202e\u200b\u00a0\t\r")
