import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.tokens import token_f1
from citedfaq.readers.draft import UnreadableArticleError
from citedfaq.readers.page import read_page

DATA = Path(__file__).parent / "data"
PAGES = sorted((DATA / "pages").glob("*/*.html"))


def read(body: str, head: str = "", name: str = "name"):
    return read_page(f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode(), name)


def kinds(draft) -> list[tuple[str, str]]:
    return [(block.kind, draft.text[block.start : block.end]) for block in draft.blocks]


def texts(body: str) -> list[str]:
    return [text for _, text in kinds(read(body))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_of_a_small_clinic_s_page_its_own_content_is_kept_and_nothing_else(page):
    draft = read_page(page.read_bytes(), page.stem)
    wanted = page.with_suffix(".txt").read_text(encoding="utf-8")
    assert token_f1(draft.text, wanted) >= 0.97
    for block in draft.blocks:
        assert draft.text[block.start : block.end].strip() == draft.text[block.start : block.end] != ""


def test_headings_paragraphs_lists_and_tables_become_readable_lines():
    draft = read(
        "<h1>Fees</h1><p>We keep it <b>simple</b>.</p><ul><li>cash<ul><li>coins too</li></ul></li><li>card</li></ul>"
        "<ol start=3><li>three</li><li>four</li></ol><ol type=a><li>one</li></ol><ol type=I><li>one</li></ol>"
        "<table><caption>Prices</caption><tr><th>Visit</th><th>Fee</th></tr><tr><td>First</td><td>£58</td></tr></table>"
    )
    assert draft.text == (
        "Fees\n\nWe keep it simple.\n\n• cash\n• coins too\n• card\n3. three\n4. four\na. one\nI. one\n\nPrices\n\n"
        "Visit | Fee\nFirst | £58"
    )
    assert [(block.kind, block.level) for block in draft.blocks] == [
        ("heading", 1),
        ("paragraph", 0),
        *[("item", 1), ("item", 2), ("item", 1)],
        *[("item", 1)] * 4,
        ("paragraph", 0),
        *[("item", 1)] * 2,
    ]


@pytest.mark.parametrize(
    "faq",
    [
        "<details><summary>Does it hurt?</summary><p>No.</p></details>",
        "<dl><dt>Does it hurt?</dt><dd>No.</dd></dl>",
        "<p>Q: Does it hurt?<br>A: No.</p>",
        "<p><b>Does it hurt?</b></p><p>No.</p>",
        "<p><strong>Does it hurt?</strong><br>No.</p>",
        "<div class=accordion><button aria-expanded=false>Does it hurt?</button><div hidden>No.</div></div>",
        "<div class=faq-item><div class=faq-question>Does it hurt? <i>+</i></div><div class=faq-answer "
        "style='display:none'>No.</div></div>",
        "<table><tr><td>Does it hurt?</td><td>No.</td></tr><tr><td>Does it last?</td><td>Yes.</td></tr></table>",
        "<ul><li>Does it hurt?<p>No.</p></li></ul>",
        "<input type=checkbox id=a><label class=tab-label for=a>Does it hurt?</label><div class=tab-content>No.</div>",
    ],
)
def test_a_question_and_its_answer_are_known_in_every_mark_up(faq):
    assert kinds(read(f"<main><h2>What patients ask</h2>{faq}</main>"))[1:3] == [
        ("question", "Does it hurt?"),
        ("paragraph", "No."),
    ]


def test_a_question_of_the_page_s_data_counts_where_it_stands_on_the_page_and_is_not_doubled():
    data = """<script type="application/ld+json">{"@graph": [{"@type": "FAQPage", "mainEntity": [
      {"@type": "Question", "name": "Parking", "acceptedAnswer": {"text": "Behind the house."}},
      {"@type": "Question", "name": "Not shown", "acceptedAnswer": {"text": "Never."}}]}]}</script>"""
    draft = read("<p>Parking</p><p>Behind the house.</p>", data)
    assert kinds(draft) == [("question", "Parking"), ("paragraph", "Behind the house.")]
    assert "Never" not in draft.text


@pytest.mark.parametrize("data", ["{", "[" * 100_000, '"text"', '{"@type": "Question", "name": 7}', ""])
def test_data_that_does_not_parse_is_passed_over(data):
    assert read("<p>Text.</p>", f"<script type='application/ld+json'>{data}</script>").text == "Text."


def test_microdata_names_questions_too():
    body = (
        "<div itemscope itemtype='https://schema.org/Question'><p itemprop=name>Parking</p>"
        "<div itemprop=acceptedAnswer>Behind the house.</div></div>"
    )
    assert kinds(read(body))[0] == ("question", "Parking")


def test_title_address_and_day_of_review_come_from_the_page():
    head = (
        "<title>Fees | Elm Clinic</title><meta property='og:site_name' content='Elm Clinic'>"
        "<link rel=canonical href='https://elm.example/fees'>"
        '<script type=\'application/ld+json\'>{"lastReviewed": "2026-05-01T10:00:00"}</script>'
    )
    draft = read("<p>Ten pounds a visit.</p>", head)
    assert (draft.title, draft.url, draft.reviewed) == ("Fees", "https://elm.example/fees", datetime.date(2026, 5, 1))
    assert read("<h1>What it costs</h1><p>Ten pounds.</p>", head).title == "What it costs"


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>New Page 1</title>", "<h2>Prices</h2><p>Ten.</p>", "Prices"),
        ("<title>Home</title>", "<p>Ten.</p>", "name"),
        ("<title>Dr Lind - Policies</title>", "<p><b>Policies</b></p><p>Ten.</p>", "Policies"),
        ("<svg><title>Logo</title></svg>", "<p>Ten.</p>", "name"),
    ],
)
def test_a_title_that_says_nothing_is_not_taken(head, body, title):
    assert read(body, head).title == title


@pytest.mark.parametrize("url", ["javascript:alert(1)", "/fees", "https://x.example/ y", "https://x.example/'onload='"])
def test_an_address_that_may_not_be_linked_is_not_taken(url):
    assert read("<p>Text.</p>", f'<link rel=canonical href="{url}">').url is None


def test_tabs_give_their_titles_to_their_panels():
    body = (
        "<main><h1>Visit</h1><ul role=tablist><li><a role=tab href='#a'>Hours</a></li><li>"
        "<a role=tab href='#b'>Parking</a></li></ul><div id=a role=tabpanel><p>Always open.</p></div>"
        "<div id=b role=tabpanel hidden><p>Behind.</p></div></main>"
    )
    assert texts(body) == ["Visit", "Hours", "Always open.", "Parking", "Behind."]
    plain = (
        body.replace("role=tablist", "class=tabs").replace("role=tabpanel", "class=tab-pane").replace("role=tab ", "")
    )
    assert texts(plain) == ["Visit", "Hours", "Always open.", "Parking", "Behind."]


def test_opening_hours_are_lines_however_they_are_marked_up():
    wanted = ["Hours", "Mon | 9–17", "Tue | closed"]
    assert texts("<h2>Hours</h2><dl><dt>Mon</dt><dd>9–17</dd><dt>Tue</dt><dd>Tue: closed</dd></dl>")[:2] == wanted[:2]
    rows = "<div class=r><div>Mon</div><div>9–17</div></div><div class=r><span>Tue</span><span>Tue closed</span></div>"
    assert texts(f"<h2>Hours</h2><div>{rows}</div>")[:2] == wanted[:2]
    lines = "<p>Mon 9–17<br>Tue closed</p>"
    assert texts(f"<h2>Hours</h2>{lines}") == ["Hours", "Mon 9–17", "Tue closed"]


def test_a_table_that_only_places_things_is_read_cell_by_cell():
    prose = "word " * 60
    assert texts(f"<table><tr><td><p>One.</p></td><td>{prose}</td></tr></table>") == ["One.", prose.strip()]
    assert texts("<table role=presentation><tr><td>One.</td><td>Two.</td></tr></table>") == ["One.", "Two."]


def test_elements_that_style_sheets_show_apart_are_not_run_together():
    assert texts("<p><b>Deposit</b><span>Fifty pounds</span></p>") == ["Deposit Fifty pounds"]
    assert texts("<p><span>f</span><span>irst</span></p>") == ["first"]


def test_what_is_struck_out_hidden_or_a_control_is_not_shown():
    body = (
        "<p>Ten <del>twenty</del> pounds.</p><div hidden><p>Secret.</p></div><p style='display: none'>Secret.</p>"
        "<noscript>Secret</noscript><button>Secret</button><form><label>Secret</label><input></form>"
        "<p aria-hidden=true>Secret</p><template><p>Secret</p></template><!-- Secret -->"
    )
    assert texts(body) == ["Ten pounds."]


def test_a_form_around_the_whole_page_is_no_reason_to_drop_it():
    draft = read("<form action=x><h1>Fees</h1><p>Ten pounds a visit, twenty for two.</p><input type=submit></form>")
    assert draft.text == "Fees\n\nTen pounds a visit, twenty for two."


@pytest.mark.parametrize(
    "warning",
    [
        "<aside><h3>In an emergency</h3><p>Call 911.</p></aside>",
        "<div class=sidebar><h3>Urgent help</h3><p>If your face droops, go to a hospital.</p></div>",
        "<div class=widget><p>Call 999 now.</p></div>",
        "<section class='medication-reviews'><h2>Medication reviews</h2><p>A pharmacist calls you.</p></section>",
        "<section id='information-sharing'><h2>Sharing</h2><p>We share your record with the hospital.</p></section>",
        "<div class='cta'><h3>Emergencies</h3><p>Call an ambulance now.</p></div>",
        "<div class='treatment-menu'><h3>Menu of treatments</h3><p>Massage: £40</p></div>",
    ],
)
def test_what_a_patient_must_not_miss_stays_whatever_it_is_called(warning):
    content = "<main><h1>About us</h1><p>We are a practice of three doctors in the old mill by the river.</p></main>"
    sentence = warning.rsplit("<p>", 1)[1].split("</p>")[0]
    assert sentence in read(content + warning).text


def test_links_that_are_content_stay():
    body = (
        "<main><h1>Forms</h1><p>Print one before your visit.</p><ul><li><a href=a.pdf>Consent form</a></li>"
        "<li><a href=b.pdf>Medical history</a></li><li><a href=c.pdf>Release of records</a></li></ul></main>"
    )
    assert texts(body)[2:] == ["Consent form", "Medical history", "Release of records"]


def test_an_old_page_s_encoding_is_the_one_that_it_names():
    page = "<meta charset='iso-8859-1'><p>Café – “open”</p>".encode("cp1252")
    assert read_page(page, "x").text == "Café – “open”"
    assert read_page("<meta charset=windows-1251><p>Приём в девять</p>".encode("cp1251"), "x").text == "Приём в девять"
    assert read_page("<?xml version='1.0' encoding='utf-16'?><p>Text</p>".encode("utf-16"), "x").text == "Text"
    assert read_page(b"<meta charset=utf-8><p>" + b"Some words here. " * 20 + b"caf\xe9 \x81</p>", "x").text.startswith(
        "Some"
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b" \n", "it is empty"),
        (b"\0\x01\x02" * 50, "it is not text"),
        (b"<meta charset=klingon><p>caf\xe9\x81", "its character encoding 'klingon' is not known"),
        (b"<meta charset=shift_jis><p>" + b"\x81\xff\xfd" * 30, "its character encoding is not certain"),
    ],
)
def test_what_is_no_page_says_so(data, reason):
    with pytest.raises(UnreadableArticleError, match=reason):
        read_page(data, "x")


def test_ten_thousand_nested_elements_are_read():
    assert read("<div>" * 10_000 + "Deep." + "</div>" * 10_000).text == "Deep."
    assert read("<b>" * 10_000 + "Deep.<br>Down.").text == "Deep. Down."
    assert read("<ul><li>" * 2_000 + "Deep.").text.endswith("Deep.")


@pytest.mark.parametrize(
    "tags", ["<p>", "<td></table><table>", "<li></ul>", "</div>", "<h1><h2>", "<dd>", "<dt>", "<br>", "<summary>"]
)
def test_broken_mark_up_loses_no_text(tags):
    text = read(f"One.{tags}Two.{tags}Three.").text
    assert all(word in text for word in ("One.", "Two.", "Three."))


def test_a_list_may_hold_blocks_cards_and_lists_of_its_own():
    body = (
        "<ul><li><h3>Anna</h3><p>Sees backs.</p></li><li><p>First.</p><p>More.</p></li><li>Text<div>Below.</div></li>"
        "<li><table><tr><td>A</td><td>B</td></tr></table></li><ul><li>inner</li></ul>loose<p>stray</p></ul>"
    )
    assert texts(body) == [
        "Anna",
        "Sees backs.",
        "First.",
        "More.",
        "Text",
        "Below.",
        "A | B",
        "inner",
        "loose",
        "stray",
    ]


def test_lines_of_the_site_are_not_shown():
    body = "<h1>Fees</h1><p>Ten pounds.</p><address>Dr Bauer<br>Last modified: 4 March 2003</address><p>Hits: 12</p>"
    assert texts(body) == ["Fees", "Ten pounds.", "Dr Bauer"]


def test_a_pre_keeps_its_lines_and_a_long_heading_is_a_paragraph():
    assert texts("<pre>Mon 9-5\nTue 9-1</pre>") == ["Mon 9-5", "Tue 9-1"]
    assert kinds(read(f"<h2>{'word ' * 41}</h2>"))[0][0] == "paragraph"


TAGS = st.sampled_from(
    ["div", "p", "li", "ul", "h1", "h2", "td", "tr", "table", "nav", "b", "a href=/x", "br", "dt", "dd", "form"]
)


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(TAGS, st.booleans(), st.text("ab ?:©911\n<&", max_size=12)), max_size=25))
def test_whatever_the_mark_up_every_block_is_a_slice_of_the_text(parts):
    draft = read(
        "".join(f"<{tag}>{text}{f'</{tag.split()[0]}>' if closed else ''}" for tag, closed, text in parts) + "end"
    )
    last = 0
    for block in draft.blocks:
        assert last <= block.start < block.end <= len(draft.text)
        content = draft.text[block.start : block.end]
        assert content == content.strip()
        last = block.end
