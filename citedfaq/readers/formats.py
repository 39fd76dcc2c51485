"""Which reader reads which ending of a file's name."""

from collections.abc import Callable

from citedfaq.readers.draft import Draft
from citedfaq.readers.markdown import read_markdown
from citedfaq.readers.text import read_text

Reader = Callable[[bytes, str], Draft]
"""From a file's bytes, and the title to use where it names none, to its draft; raises `UnreadableArticleError`."""


def _read_page(data: bytes, name: str) -> Draft:
    # Like the two below: its libraries are loaded in the child process that reads, and not in a running chat.
    from citedfaq.readers.page import read_page

    return read_page(data, name)


def _read_pdf(data: bytes, name: str) -> Draft:
    from citedfaq.readers.pdf import read_pdf

    return read_pdf(data, name)


def _read_docx(data: bytes, name: str) -> Draft:
    from citedfaq.readers.docx import read_docx

    return read_docx(data, name)


READERS: dict[str, Reader] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_text,
    ".text": read_text,
    ".html": _read_page,
    ".htm": _read_page,
    ".xhtml": _read_page,
    ".pdf": _read_pdf,
    ".docx": _read_docx,
}
