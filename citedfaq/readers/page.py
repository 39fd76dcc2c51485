"""HTML: a web page's own content, with headings, lists, tables and FAQ pairs."""

import re

from citedfaq.readers.blocks import add_tree
from citedfaq.readers.boilerplate import mark_boilerplate
from citedfaq.readers.chrome import is_site_text
from citedfaq.readers.decoding import decode_page
from citedfaq.readers.draft import Draft, TextBuilder
from citedfaq.readers.pagedata import PageData, fold, read_page_data
from citedfaq.readers.pruning import prune
from citedfaq.readers.toggles import title_panels
from citedfaq.readers.tree import parse

_LOWEST = 6
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_NO_TITLE = re.compile(r"new page( \d+)?|untitled.*|index|document\d*|home( ?page)?|welcome", re.IGNORECASE)
_BARE_SYMBOLS = re.compile(r"(?:^|(?<=\s))[^\w\s&]{1,2}(?:$|(?=\s))")
_LARGE = re.compile(r"[4-7]|\+[1-4]")
_BOLD = re.compile(r"font-weight\s*:\s*(bold|[6-9]00)")
_ROW_WORDS = 16
_CELL_WORDS = 9
_PROSE_CELL_WORDS = 50
_DEFINITION_WORDS = 12


def read_page(data: bytes, name: str) -> Draft:
    """Read a web page: its main content, without menus, footers, banners, forms and what else stands around it.

    Args:
        data: the file.
        name: the title to use where the page has none.

    Raises:
        UnreadableArticleError: it is empty, or is not text.
    """
    page = parse(decode_page(data))
    found = read_page_data(page)
    title_panels(page)
    prune(page)
    builder = TextBuilder()
    add_tree(next(page.find("body"), page), builder, found.questions, is_site_text)
    text = builder.text()
    blocks = mark_boilerplate(text, builder.blocks)
    return Draft(_title(builder, found, name), found.url, text, blocks, (), found.reviewed)


def _title(builder: TextBuilder, found: PageData, name: str) -> str:
    """Return a page's title: its first heading of the first level, else the part of `<title>` that it shows itself."""
    text = builder.text()
    tops = [text[block.start : block.end] for block in builder.blocks if block.kind == "heading" and block.level == 1]
    if tops:
        return tops[0]
    named = [title for title in found.titles if not _NO_TITLE.fullmatch(title)]
    shown = {fold(text[block.start : block.end]) for block in builder.blocks}
    return next((title for title in named if fold(title) in shown), next(iter(named), _first_heading(builder) or name))


def _first_heading(builder: TextBuilder) -> str:
    text = builder.text()
    return next((text[block.start : block.end] for block in builder.blocks if block.kind == "heading"), "")
