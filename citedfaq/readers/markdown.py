"""Markdown, by markdown-it: the visible text, with headings, paragraphs, lists, tables and FAQ pairs."""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from citedfaq.readers.boilerplate import mark_boilerplate
from citedfaq.readers.decoding import decode, split_front_matter
from citedfaq.readers.draft import Draft, TextBuilder, is_marked, one_line
from citedfaq.readers.html import HIDDEN, add_html
from citedfaq.readers.wording import is_bold_heading, is_question

_ALSO_ASKED = re.compile(r"<!--\s*also asked:(.*?)-->", re.IGNORECASE | re.DOTALL)
"""A comment below a heading, which no reader sees: other wordings in which patients ask it, one a line."""

_TAG = re.compile(r"<(/?)([a-z]+)\b", re.IGNORECASE)
_LOWEST = 6
_HARD_BREAK = "\v"
"""A line end that is shown as one; `decode` leaves no such character in a text."""


def read_markdown(data: bytes, name: str) -> Draft:
    """Read a Markdown file (CommonMark with tables and strike-through, front matter optional).

    Args:
        data: the file.
        name: the title to use where the file names none.

    Raises:
        UnreadableArticleError: it is empty, is not text, or its front matter does not parse.
    """
    front, body = split_front_matter(decode(data))
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    builder = TextBuilder()
    _add_all(SyntaxTreeNode(parser.parse(body)).children, builder)
    text = builder.text()
    headings = [block for block in builder.blocks if block.kind == "heading"]
    top = min(headings, key=lambda block: block.level, default=None)
    title = front.title or (text[top.start : top.end] if top else name)
    return Draft(title, front.url, text, mark_boilerplate(text, builder.blocks), front.sources, front.reviewed)


def _add_all(nodes: Sequence[SyntaxTreeNode], builder: TextBuilder) -> None:
    for node, following in zip(nodes, [*nodes[1:], None], strict=False):
        if node.type == "paragraph":
            _add_paragraph(node.children[0].children, builder, following)
        else:
            _add(node, builder)


def _add(node: SyntaxTreeNode, builder: TextBuilder) -> None:
    """Append a block that is no paragraph, and what it holds."""
    match node.type:
        case "heading":
            builder.add_title("heading", _inline_text(node.children[0].children), int(node.tag[1]))
        case "bullet_list" | "ordered_list":
            _add_list(node, builder, level=1)
        case "tr":
            _add_row([one_line(_inline_text(cell.children[0].children)) for cell in node.children], builder)
        case "fence" | "code_block":
            builder.add("paragraph", node.content)
        case "html_block":
            if asked := _ALSO_ASKED.fullmatch(node.content.strip()):
                builder.add_wordings(re.split(r"[\n|]", asked[1]))
            else:
                add_html(node.content, builder)
        case _:
            _add_all(node.children, builder)


def _add_paragraph(
    children: Sequence[SyntaxTreeNode], builder: TextBuilder, following: SyntaxTreeNode | None = None
) -> None:
    """Append a paragraph; a bold line above its text, or above the next block, is how many editors write headings."""
    shown = [child for child in children if child.type != "text" or child.content.strip()]
    if all(_is_image(child) for child in shown):
        # What describes a picture is no sentence of the article.
        return
    if shown and shown[0].type == "strong":
        rest = shown[1:]
        title = one_line(_inline_text(shown[:1]))
        stands_alone = not rest or _is_break(rest[0])
        if stands_alone and title.endswith("?"):
            builder.add_title("question", title)
            _add_paragraph(rest[1:], builder)
            return
        if stands_alone and _is_bold_heading(title, bool(rest[1:]), following):
            builder.add_title("heading", title, _LOWEST)
            _add_paragraph(rest[1:], builder)
            return
    text = one_line(_inline_text(children))
    if is_question(text) and following is not None and following.type == "paragraph" and builder.is_in_faq():
        builder.add_title("question", text)
    else:
        builder.add_lines(_hard_lines(children))


def _is_bold_heading(title: str, text_below: bool, following: SyntaxTreeNode | None) -> bool:
    followed = text_below or (following is not None and following.type in ("paragraph", "bullet_list", "ordered_list"))
    return followed and is_bold_heading(title)


def _add_list(node: SyntaxTreeNode, builder: TextBuilder, level: int) -> None:
    number = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
    for item in node.children:
        mark = "• " if number is None else f"{number}. "
        number = None if number is None else number + 1
        asked = False
        for position, child in enumerate(item.children):
            if child.type in ("bullet_list", "ordered_list"):
                _add_list(child, builder, level + 1)
            elif child.type in ("paragraph", "heading") and not asked:
                asked = _add_item(child, builder, level, mark, len(item.children) > position + 1)
                mark = ""
            else:
                _add_all([child], builder)


def _add_item(node: SyntaxTreeNode, builder: TextBuilder, level: int, mark: str, more: bool) -> bool:
    """Append a paragraph of a list item; say whether it was a question whose answer stands in the same item.

    Args:
        node: the paragraph.
        builder: takes it.
        level: the list's.
        mark: what stands before it, empty for all but the first paragraph.
        more: something follows in the same item.
    """
    children = [child for child in node.children[0].children if child.type != "text" or child.content.strip()]
    text = _inline_text(children)
    question, answer = text.partition("\n")[::2]
    if children and children[0].type == "strong" and _inline_text(children[:1]).strip().endswith("?"):
        question, answer = _inline_text(children[:1]), _inline_text(children[1:])
    question = one_line(question)
    if mark and is_question(question) and (answer.strip() or more):
        builder.add("question", question, mark=mark)
        builder.add_paragraph(answer)
        return True
    if is_marked(text):
        builder.add_paragraph(text)
    elif [child.type for child in children] == ["link"] and str(children[0].attrs.get("href", "")).startswith("#"):
        # A link within the page: a line of a contents list.
        builder.add("boilerplate", one_line(text))
    else:
        builder.add("item", one_line(text), level=level, mark=mark)
    return False


def _add_row(cells: Sequence[str], builder: TextBuilder) -> None:
    if len(cells) == 2 and cells[0].endswith("?") and cells[1]:
        builder.add_title("question", cells[0])
        builder.add_paragraph(cells[1])
    else:
        builder.add("item", " | ".join(cell for cell in cells if cell), level=1)


def _inline_text(children: Sequence[SyntaxTreeNode]) -> str:
    """Return the visible text of a block's words, links and images (by their description), with its line ends."""
    return "".join(_pieces(children)).replace(_HARD_BREAK, "\n")


def _hard_lines(children: Sequence[SyntaxTreeNode]) -> list[str]:
    return "".join(_pieces(children)).split(_HARD_BREAK)


def _pieces(children: Sequence[SyntaxTreeNode]) -> Iterator[str]:
    hidden = 0
    for child in children:
        tag = _TAG.match(child.content) if child.type == "html_inline" else None
        if tag and tag[2].lower() in HIDDEN:
            hidden = max(0, hidden + (-1 if tag[1] else 1))
        elif hidden or child.type == "s":
            # Struck out: nobody must be answered with it.
            continue
        elif child.type in ("text", "code_inline"):
            yield child.content
        elif _is_break(child):
            yield "\n" if child.type == "softbreak" else _HARD_BREAK
        else:
            yield from _pieces(child.children)


def _is_break(node: SyntaxTreeNode) -> bool:
    tag = _TAG.match(node.content) if node.type == "html_inline" else None
    return node.type in ("softbreak", "hardbreak") or bool(tag and tag[2].lower() == "br")


def _is_image(node: SyntaxTreeNode) -> bool:
    return (
        node.type == "image"
        or _is_break(node)
        or (node.type == "link" and bool(node.children) and all(_is_image(child) for child in node.children))
    )
