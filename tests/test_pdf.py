import io

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    ListFlowable,
    ListItem,
    PageTemplate,
    Paragraph,
    SimpleDocTemplate,
    Table,
)

from citedfaq.readers import pdfwords
from citedfaq.readers.draft import UnreadableArticleError
from citedfaq.readers.pdf import read_pdf

STYLES = getSampleStyleSheet()
LONG = "The tape stays on for five days, and a physiotherapist tells you when it is time to take it off again. "


def drawn(*lines: tuple[float, float, str], size: float = 11, pages: int = 1, **options) -> bytes:
    """A PDF file with texts at places in points from the lower left corner, the same on each page."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, **options)
    for number in range(1, pages + 1):
        for left, bottom, text in lines:
            canvas.setFont("Helvetica-Bold" if text.startswith("*") else "Helvetica", size)
            canvas.drawString(left, bottom, text.lstrip("*").replace("#", str(number)))
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def flowed(*flow, head: str = "", title: str | None = None) -> bytes:
    file = io.BytesIO()

    def furnish(canvas, document):
        canvas.setFont("Helvetica", 9)
        canvas.drawString(72, A4[1] - 30, head)
        canvas.drawCentredString(A4[0] / 2, 25, f"Page {document.page}" if head else "")

    SimpleDocTemplate(file, pagesize=A4, title=title).build(list(flow), onFirstPage=furnish, onLaterPages=furnish)
    return file.getvalue()


def p(text: str, style: str = "Normal") -> Paragraph:
    return Paragraph(text, STYLES[style])


def read(data: bytes, name: str = "name"):
    return read_pdf(data, name)


def kinds(data: bytes) -> list[tuple[str, str]]:
    draft = read(data)
    return [(block.kind, draft.text[block.start : block.end]) for block in draft.blocks]


def test_headings_are_known_by_their_type_and_lines_are_joined_to_paragraphs():
    draft = read(
        flowed(p("Taping", "Title"), p("How long", "Heading1"), p(LONG * 3), p("<b>Swimming</b>"), p("You may swim."))
    )
    assert [(block.kind, block.level, draft.text[block.start : block.end]) for block in draft.blocks] == [
        ("heading", 1, "Taping"),
        ("heading", 1, "How long"),
        ("paragraph", 0, (LONG * 3).strip()),
        ("heading", 2, "Swimming"),
        ("paragraph", 0, "You may swim."),
    ]
    assert draft.title == "Taping"


def test_lists_and_tables_become_lines():
    items = ListFlowable([ListItem(p(text)) for text in ("a hot, swollen knee", "thin skin")], bulletType="bullet")
    numbers = ListFlowable([ListItem(p(text)) for text in ("Wash.", "Dry.")], bulletFormat="%s.")
    table = Table([["Day", "Hours"], ["Mon", "9-5"]])
    draft = read(flowed(p("Do not tape:"), items, p("Then:"), numbers, p("We are here:"), table))
    assert draft.text == (
        "Do not tape:\n\n• a hot, swollen knee\n• thin skin\n\nThen:\n\n1. Wash.\n2. Dry.\n\n"
        "We are here:\n\nDay | Hours\nMon | 9-5"
    )


def test_two_columns_are_read_one_after_the_other():
    file = io.BytesIO()
    document = BaseDocTemplate(file, pagesize=A4)
    frames = [Frame(72 + side * 230, 72, 215, 300) for side in (0, 1)]
    document.addPageTemplates(PageTemplate(frames=frames))
    text = " ".join(f"The sentence with number {number} stands here in its place." for number in range(40))
    document.build([p(text)])
    assert read(file.getvalue()).text == text


def test_a_table_with_aligned_cells_is_not_taken_for_columns():
    data = flowed(Table([[f"Treatment {number}", f"{number} pounds"] for number in range(8)]))
    assert read(data).text.split("\n")[1] == "Treatment 1 | 1 pounds"


def test_page_heads_feet_and_numbers_are_dropped():
    text = read(flowed(*[p(LONG * 6)] * 12, head="Elm Clinic leaflet")).text
    assert "Elm Clinic" not in text
    assert "Page" not in text


def test_a_single_page_s_head_and_foot_are_dropped_unless_they_give_a_fact():
    body = [(72, 700, "The tape stays on for five days."), (72, 686, "You may swim with it.")]
    assert (
        read(drawn((72, 815, "Elm Clinic"), *body, (290, 25, "1"))).text
        == "The tape stays on for five days. You may swim with it."
    )
    assert "911" not in read(drawn(*body, (72, 25, "Page 1"), (300, 25, "Leaflet 911"))).text
    assert "020 7946 0777" in read(drawn(*body, (72, 25, "Call us: 020 7946 0777"))).text


@pytest.mark.parametrize(
    ("end", "start", "joined"),
    [
        ("treat-", "ment in the end", "treatment in the end"),
        ("self-", "help in the end", "self-help in the end"),
        ("Mon-", "Fri in the end", "Mon- Fri in the end"),
    ],
)
def test_a_hyphen_at_a_line_s_end_goes_if_it_parts_a_word(end, start, joined):
    first = "The most that can be said here and now about such a"
    assert joined in read(drawn((72, 700, f"{first} {end}"), (72, 686, start))).text


def test_a_paragraph_goes_on_across_pages_if_it_plainly_does():
    flow = [p(f"{LONG * 30}And more."), p("The end.")]
    paragraphs = [text for kind, text in kinds(flowed(*flow))]
    assert paragraphs == [f"{LONG * 30}And more.", "The end."]


def test_questions_and_answers_are_known():
    data = flowed(p("Q: Does it hurt?"), p("A: No."), p("Does it last?", "Heading2"), p("Five days."))
    assert kinds(data)[:3] == [("question", "Does it hurt?"), ("paragraph", "No."), ("heading", "Does it last?")]


@pytest.mark.parametrize(
    ("named", "title"),
    [
        ("Taping", "Taping"),
        ("Microsoft Word - x.doc", "Taping your knee"),
        ("Another leaflet", "Taping your knee"),
        (None, "Taping your knee"),
    ],
)
def test_the_title_is_the_document_s_if_it_stands_in_it(named, title):
    assert read(flowed(p("Taping your knee", "Title"), p(LONG), title=named)).title == title


def test_without_a_heading_the_title_is_the_document_s_or_the_file_s():
    assert read(flowed(p(LONG))).title == "name"
    assert read(flowed(p(LONG), title="A leaflet")).title == "A leaflet"


def test_a_file_that_only_forbids_copying_is_read():
    data = drawn((72, 700, "The tape stays on."), encrypt=StandardEncryption("", ownerPassword="x", canCopy=0))
    assert read(data).text == "The tape stays on."


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            drawn((72, 700, "x"), encrypt=StandardEncryption("secret")),
            "it is protected by a password: save it without one",
        ),
        (drawn(), "it holds pictures of pages and no text: run text recognition on it"),
        (b"%PDF-1.4\nrubbish", "it is a damaged PDF file"),
        (drawn((72, 700, "x"))[:400], "it is a damaged PDF file"),
    ],
)
def test_what_cannot_be_read_says_so(data, reason):
    with pytest.raises(UnreadableArticleError, match=reason):
        read(data)


def test_a_book_is_refused(monkeypatch):
    monkeypatch.setattr(pdfwords, "_MOST_PAGES", 2)
    with pytest.raises(UnreadableArticleError, match="it has 3 pages, more than the 2 of one article"):
        read(drawn((72, 700, "x"), pages=3))
