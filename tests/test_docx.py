import io
import re
import zipfile

import docx
import pytest
from docx.oxml import OxmlElement

from citedfaq.readers.docx import read_docx
from citedfaq.readers.draft import UnreadableArticleError


def saved(document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def changed(data: bytes, part: str, content: str | bytes) -> bytes:
    """A document with one part replaced or added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        new.writestr(part, content)
    return file.getvalue()


@pytest.fixture
def leaflet():
    document = docx.Document()
    document.core_properties.title = "Taping & you"
    document.sections[0].header.paragraphs[0].text = "Elm Clinic"
    document.sections[0].footer.paragraphs[0].text = "Page 1"
    document.add_heading("Taping", 1)
    document.add_paragraph("The tape stays on for five days.")
    return document


def kinds(data: bytes) -> list[tuple[str, int, str]]:
    draft = read_docx(data, "name")
    return [(block.kind, block.level, draft.text[block.start : block.end]) for block in draft.blocks]


def test_headings_lists_tables_and_questions_are_kept_without_page_heads_and_feet(leaflet):
    leaflet.add_paragraph("one", style="List Bullet")
    leaflet.add_paragraph("deeper", style="List Bullet 2")
    leaflet.add_paragraph("first", style="List Number")
    leaflet.add_paragraph("second", style="List Number")
    leaflet.add_paragraph().add_run("Swimming").bold = True
    leaflet.add_paragraph("You may swim.")
    table = leaflet.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Mon", "9-5"
    leaflet.add_paragraph("Q: Does it hurt?\nA: No.")
    draft = read_docx(saved(leaflet), "name")
    assert draft.text == (
        "Taping\n\nThe tape stays on for five days.\n\n• one\n• deeper\n1. first\n2. second\n\n"
        "Swimming\n\nYou may swim.\n\nMon | 9-5\n\nQ: Does it hurt?\nA: No."
    )
    assert draft.title == "Taping"


def test_the_title_is_the_first_heading_or_the_document_s_or_the_file_s(leaflet):
    assert read_docx(saved(leaflet), "name").title == "Taping"
    plain = docx.Document()
    plain.add_paragraph("Text.")
    plain.core_properties.title = "Taping & you"
    assert read_docx(saved(plain), "name").title == "Taping & you"
    plain.core_properties.title = "Word Document"
    assert read_docx(saved(plain), "name").title == "name"


def test_a_footnote_stands_at_the_end_without_its_link_back(leaflet):
    data = saved(leaflet)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = archive.read("word/document.xml").decode()
        links = archive.read("word/_rels/document.xml.rels").decode()
    space = re.search(r'xmlns:w="([^"]+)"', text)[1]
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>Not in the sauna.</w:t></w:r></w:p></w:footnote>'
    note = f'<w:footnotes xmlns:w="{space}">{note}</w:footnotes>'
    data = changed(
        data,
        "word/document.xml",
        text.replace("five days.</w:t>", 'five days.</w:t></w:r><w:r><w:footnoteReference w:id="2"/>'),
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    data = changed(
        data,
        "word/_rels/document.xml.rels",
        links.replace(
            "</Relationships>", f'<Relationship Id="rId99" Type="{kind}" Target="footnotes.xml"/></Relationships>'
        ),
    )
    draft = read_docx(changed(data, "word/footnotes.xml", note), "name")
    assert draft.text == "Taping\n\nThe tape stays on for five days.[1]\n\n1. Not in the sauna."


def test_what_was_struck_out_or_deleted_is_not_shown(leaflet):
    leaflet.add_paragraph("Ten pounds.").add_run(" Twenty pounds.").font.strike = True
    deleted = OxmlElement("w:del")
    run = OxmlElement("w:r")
    run.append(OxmlElement("w:delText"))
    run[0].text = "Thirty."
    deleted.append(run)
    leaflet.paragraphs[-1]._p.append(deleted)
    assert kinds(saved(leaflet))[-1] == ("paragraph", 0, "Ten pounds.")


def archive_of(**parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


BOMB = archive_of(**{"[Content_Types].xml": "x", "word__document.xml": "<a>" + " " * 50_000_000})


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04rubbish", "it is a damaged Word document"),
        (archive_of(readme="x"), "it is a ZIP archive, not a Word document"),
        (
            archive_of(**{"[Content_Types].xml": "x", "xl__workbook.xml": "x"}),
            "it is an Office file, but not a Word document",
        ),
        (archive_of(**{"[Content_Types].xml": "x", "word__document.xml": "<a"}), "it is a damaged Word document"),
        (BOMB, "it unpacks to 50,000,004 bytes of text, more than the 40,000,000 that are read"),
    ],
)
def test_what_cannot_be_read_says_so(data, reason):
    with pytest.raises(UnreadableArticleError, match=reason):
        read_docx(data, "x")


def test_a_document_protected_part_by_part_says_so(leaflet):
    data = bytearray(saved(leaflet))
    # The first bit of each part's flags, in the list of parts at the end, says that it is encrypted.
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    with pytest.raises(UnreadableArticleError, match="it is protected by a password"):
        read_docx(bytes(data), "x")
