"""One article written as Markdown, plain text, HTML with menus and footers, DOCX and PDF, as clinics keep them."""

import html
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import docx
import reportlab
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, ListFlowable, ListItem, PageTemplate, Paragraph
from reportlab.platypus.flowables import Flowable

SITE = "Brambledown"
"""The name of an invented clinic. It stands in every menu, head and foot that is written, and in no article."""

_ITEM_WORDS = 25
_MARGIN = 72


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, or an item of a list."""

    text: str
    item: bool


@dataclass(frozen=True, slots=True)
class Topic:
    """An article to write: its title and its parts in order."""

    title: str
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """All that its reader must get back."""
        return "\n".join([self.title, *(part.text for part in self.parts)])


def topic_of(title: str, text: str) -> Topic:
    """Return an article from running text, a paragraph or an item a line; short lines below a colon are a list."""
    parts: list[Part] = []
    listing = False
    for line in text.split("\n"):
        content = " ".join(line.split())
        if not content:
            listing = listing and bool(parts) and parts[-1].text.endswith(":")
            continue
        listing = listing and content.count(" ") < _ITEM_WORDS and not content.endswith(":")
        parts.append(Part(content, listing))
        listing = listing or content.endswith(":")
    return Topic(title, tuple(parts))


def to_markdown(topic: Topic, _number: int) -> bytes:
    """Write Markdown."""
    lines = [f"# {_escaped(topic.title)}"]
    for part in topic.parts:
        lines += [f"- {_escaped(part.text)}"] if part.item else ["", _escaped(part.text), ""]
    return "\n".join(lines).encode()


def to_text(topic: Topic, number: int) -> bytes:
    """Write plain text, in every other article wrapped at 78 characters."""
    lines = [topic.title, ""]
    for part in topic.parts:
        content = f"- {part.text}" if part.item else part.text
        lines += [*(_wrapped(content) if number % 2 else [content]), *([] if part.item else [""])]
    return "\n".join(lines).encode()


def to_html(topic: Topic, number: int) -> bytes:
    """Write one of four web pages with menus, a head, a foot, a side bar and a cookie banner."""
    body = "".join(_html_body(topic))
    title = html.escape(topic.title)
    menu = "".join(
        f'<li><a href="/{name}">{SITE} {name}</a></li>' for name in ("start", "treatments", "team", "contact")
    )
    cookies = (
        f"<div class='cookie-consent'><p>{SITE} uses cookies to remember you.</p><button>Accept {SITE}</button></div>"
    )
    foot = f"<p>© 2026 {SITE} Clinic, 1 {SITE} Road. All rights reserved.</p><ul>{menu}</ul>"
    crumbs = f"<div class='breadcrumbs'><a href='/'>{SITE}</a> » {title}</div>"
    share = f"<div class='share-buttons'><a href='#'>Share {SITE}</a></div>"
    bar = f"<div class='bar'><a href='/'>{SITE}</a> <a href='/b'>{SITE} team</a> <a href='/c'>{SITE} fees</a></div>"
    letter = f"<h3>Newsletter of {SITE}</h3><form><input type='email'><button>Sign up</button></form>"
    pages = (
        f"<header><a href='/'>{SITE}</a><nav><ul>{menu}</ul></nav></header><main><h1>{title}</h1>{body}</main>"
        f"<aside><h3>Related articles</h3><ul>{menu}</ul></aside><footer>{foot}</footer>{cookies}",
        f"<div id='header'><div class='logo'>{SITE}</div><ul class='main-menu'>{menu}</ul></div>"
        f"<div id='content'>{crumbs}<h1>{title}</h1>{body}{share}</div><div id='footer'>{foot}</div>",
        f"<table width='100%'><tr><td colspan='2'><a href='/'>{SITE}</a></td></tr><tr><td valign='top'>"
        f"<ul>{menu}</ul></td><td><h2>{title}</h2>{body}</td></tr><tr><td colspan='2'><font size='1'>"
        f"Copyright {SITE} 2009</font></td></tr></table>",
        f"<div class='wrap'>{bar}<section><h1>{title}</h1><article>{body}</article></section>"
        f"<div class='newsletter'>{letter}</div><div class='bottom'>{foot}</div></div>",
    )
    head = f"<meta charset='utf-8'><title>{title} | {SITE}</title>"
    return (
        f"<!DOCTYPE html><html lang='en'><head>{head}</head><body>{pages[number % len(pages)]}</body></html>".encode()
    )


def to_docx(topic: Topic, number: int) -> bytes:
    """Write a Word document with a page head and foot."""
    document = docx.Document()
    section = document.sections[0]
    section.header.paragraphs[0].text = f"{SITE} Clinic, patient information"
    section.footer.paragraphs[0].text = f"{SITE} leaflet {number}"
    document.add_heading(_xml_safe(topic.title), 0 if number % 2 else 1)
    for part in topic.parts:
        document.add_paragraph(_xml_safe(part.text), style="List Bullet" if part.item else None)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def to_pdf(topic: Topic, number: int) -> bytes:
    """Write a PDF file with a page head, a foot and page numbers, every third in two columns."""
    _register_fonts()
    styles = getSampleStyleSheet()
    for name, font in (("Normal", "Vera"), ("Title", "VeraBd")):
        styles[name].fontName = font
    styles["Normal"].spaceAfter = 6
    width, height = A4
    inner, tall = width - 2 * _MARGIN, height - 2 * _MARGIN
    two = number % 3 == 2
    frames = (
        [Frame(_MARGIN + side * (inner / 2 + 8), _MARGIN, inner / 2 - 8, tall) for side in (0, 1)]
        if two
        else [Frame(_MARGIN, _MARGIN, inner, tall)]
    )

    def furnish(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont("Vera", 9)
        canvas.drawString(_MARGIN, height - 36, f"{SITE} Clinic, patient information")
        canvas.drawCentredString(width / 2, 30, f"Page {document.page}")
        canvas.drawRightString(width - _MARGIN, 30, f"{SITE} leaflet {number}")

    flow: list[Flowable] = [Paragraph(html.escape(topic.title), styles["Title"])]
    items: list[ListItem] = []
    for part in (*topic.parts, None):
        if part is not None and part.item:
            items.append(ListItem(Paragraph(html.escape(part.text), styles["Normal"])))
            continue
        if items:
            flow.append(ListFlowable(items, bulletType="bullet", start="•"))
            items = []
        if part is not None:
            flow.append(Paragraph(html.escape(part.text), styles["Normal"]))
    file = io.BytesIO()
    document = BaseDocTemplate(file, pagesize=A4, title=topic.title)
    document.addPageTemplates(PageTemplate(frames=frames, onPage=furnish))
    document.build(flow)
    return file.getvalue()


WRITERS: dict[str, Callable[[Topic, int], bytes]] = {
    ".md": to_markdown,
    ".txt": to_text,
    ".html": to_html,
    ".docx": to_docx,
    ".pdf": to_pdf,
}
"""By ending. The number picks a layout."""


def _html_body(topic: Topic) -> Iterator[str]:
    open_list = False
    for part in topic.parts:
        if part.item != open_list:
            yield "<ul>" if part.item else "</ul>"
            open_list = part.item
        tag = "li" if part.item else "p"
        yield f"<{tag}>{html.escape(part.text)}</{tag}>"
    if open_list:
        yield "</ul>"


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|~])|^(\d{1,9})([.)])|^([-+])", _with_backslash, text)


def _with_backslash(found: re.Match[str]) -> str:
    return f"{found[2]}\\{found[3]}" if found[2] else f"\\{found[0]}"


def _wrapped(text: str) -> list[str]:
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > 78:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]


def _xml_safe(text: str) -> str:
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)


def _register_fonts() -> None:
    folder = Path(reportlab.__file__).parent / "fonts"
    for name in ("Vera", "VeraBd"):
        registerFont(TTFont(name, folder / f"{name}.ttf"))
    registerFontFamily("Vera", normal="Vera", bold="VeraBd", italic="Vera", boldItalic="VeraBd")
