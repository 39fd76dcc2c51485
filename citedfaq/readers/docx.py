"""DOCX, by mammoth, which gives HTML: headings, lists, tables and footnotes, without page heads and feet."""

import io
import re
import zipfile

import mammoth

from citedfaq.readers.blocks import add_tree
from citedfaq.readers.boilerplate import mark_boilerplate
from citedfaq.readers.draft import Draft, TextBuilder, UnreadableArticleError, one_line
from citedfaq.readers.tree import parse

_MOST_BYTES = 40_000_000
"""Of all parts that are read, unpacked; a book of 1,000 pages has a tenth of it."""

_MOST_PARTS = 3000
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='TOC Heading'] => !
p[style-name='toc 1'] => !
p[style-name='toc 2'] => !
p[style-name='toc 3'] => !
p[style-name='TOC 1'] => !
p[style-name='TOC 2'] => !
p[style-name='TOC 3'] => !
p[style-name='header'] => !
p[style-name='footer'] => !
p[style-name='List Bullet'] => ul > li:fresh
p[style-name='List Bullet 2'] => ul > li > ul > li:fresh
p[style-name='List Number'] => ol > li:fresh
p[style-name='List Number 2'] => ol > li > ol > li:fresh
p[style-name='Heading 7'] => h6:fresh
p[style-name='Heading 8'] => h6:fresh
p[style-name='Heading 9'] => h6:fresh
strike => s
comment-reference => !
"""
_UNUSED = re.compile(rb'<w:latentStyles.*?</w:latentStyles>|<w:style [^>]*w:type="table".*?</w:style>', re.DOTALL)
_TITLE = re.compile(rb"<dc:title[^>]*>([^<]{1,300})</dc:title>")
_NO_TITLE = re.compile(r"(word )?(document|dokument)\d*|untitled.*|.*\.docx?|microsoft word.*", re.IGNORECASE)
_BACK = "↑"
"""The link from a footnote back to its mark in mammoth's HTML."""


def read_docx(data: bytes, name: str) -> Draft:
    """Read a Word document.

    Args:
        data: the file.
        name: the title to use where the document names none.

    Raises:
        UnreadableArticleError: it is damaged, or unpacks to more than is read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check(archive)
            named = _named(archive)
            slim = _slim(archive)
        html = mammoth.convert_to_html(
            slim,
            style_map=_STYLES,
            include_embedded_style_map=False,
            ignore_empty_paragraphs=True,
            convert_image=lambda _image: [],
        ).value
    except UnreadableArticleError:
        raise
    except Exception as error:
        # Mammoth has no error of its own: a damaged part ends in whatever the code that reads it raises.
        raise UnreadableArticleError("it is a damaged Word document") from error
    builder = TextBuilder()
    tree = parse(html)
    for each in list(tree.find("a", "s")):
        if each.tag == "s" or each.text() == _BACK:
            each.drop()
    add_tree(tree, builder)
    text = builder.text()
    headings = [block for block in builder.blocks if block.kind == "heading"]
    top = min(headings, key=lambda block: block.level, default=None)
    title = text[top.start : top.end] if top and (top.level == 1 or not named) else named
    return Draft(title or name, None, text, mark_boilerplate(text, builder.blocks), (), None)


def _check(archive: zipfile.ZipFile) -> None:
    """Refuse what is no Word document, or a small file that would fill the memory.

    A part never unpacks to more than its declared size: Python's zipfile stops there.
    """
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names:
        raise UnreadableArticleError("it is a ZIP archive, not a Word document")
    if not any(each.startswith("word/") for each in names):
        raise UnreadableArticleError("it is an Office file, but not a Word document")
    read = sum(part.file_size for part in parts if part.filename.endswith((".xml", ".rels")))
    if read > _MOST_BYTES or len(parts) > _MOST_PARTS:
        raise UnreadableArticleError(
            f"it unpacks to {read:,} bytes of text, more than the {_MOST_BYTES:,} that are read"
        )
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableArticleError("it is protected by a password: save it without one")


def _slim(archive: zipfile.ZipFile) -> io.BytesIO:
    """Return a document without the styles of tables and without pictures: of no use here, and slow to read."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as slim:
        for part in archive.infolist():
            if part.filename.endswith((".xml", ".rels")):
                content = archive.read(part)
                slim.writestr(
                    part.filename, _UNUSED.sub(b"", content) if part.filename == "word/styles.xml" else content
                )
    file.seek(0)
    return file


def _named(archive: zipfile.ZipFile) -> str:
    """Return the title among the document's properties, or an empty text."""
    try:
        found = _TITLE.search(archive.read("docProps/core.xml"))
    except KeyError:
        return ""
    title = one_line(found[1].decode("utf-8", "replace")) if found else ""
    title = title.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    return "" if _NO_TITLE.fullmatch(title) else title
