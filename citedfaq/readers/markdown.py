"""Markdown, by markdown-it: the visible text, with headings, paragraphs, lists, tables and FAQ pairs."""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from markupsafe import Markup

from citedfaq.readers.boilerplate import mark_boilerplate
from citedfaq.readers.decoding import decode, split_front_matter
from citedfaq.readers.draft import Draft, TextBuilder

_LINE_BREAK_TAG = re.compile(r"<br\b", re.IGNORECASE)
_UNSEEN = re.compile(r"<(script|style|template)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)


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
    _add(SyntaxTreeNode(parser.parse(body)), builder)
    text = builder.text()
    first = next((block for block in builder.blocks if block.kind == "heading"), None)
    title = front.title or (text[first.start : first.end] if first else name)
    return Draft(title, front.url, text, mark_boilerplate(text, builder.blocks), front.sources, front.reviewed)


def _add(node: SyntaxTreeNode, builder: TextBuilder) -> None:
    """Append a block and what it holds."""
    match node.type:
        case "heading":
            builder.add("heading", _one_line(_inline_text(node)), level=int(node.tag[1]))
        case "paragraph" if _is_bold_question(node):
            builder.add("question", _one_line(_inline_text(node)))
        case "paragraph":
            builder.add_paragraph(_inline_text(node))
        case "bullet_list" | "ordered_list":
            _add_list(node, builder, level=1)
        case "tr":
            cells = (_one_line(_inline_text(cell)) for cell in node.children)
            builder.add("item", " | ".join(cell for cell in cells if cell), level=1)
        case "fence" | "code_block":
            builder.add("paragraph", node.content)
        case "html_block":
            visible = _UNSEEN.sub(" ", node.content)
            builder.add("paragraph", Markup(visible).striptags())  # noqa: S704 - only to take the tags out
        case _:
            for child in node.children:
                _add(child, builder)


def _add_list(node: SyntaxTreeNode, builder: TextBuilder, level: int) -> None:
    number = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
    for item in node.children:
        mark = "• " if number is None else f"{number}. "
        number = None if number is None else number + 1
        for child in item.children:
            if child.type in ("bullet_list", "ordered_list"):
                _add_list(child, builder, level + 1)
            elif child.type in ("paragraph", "heading"):
                builder.add("item", _one_line(_inline_text(child)), level=level, mark=mark)
                mark = ""
            else:
                _add(child, builder)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _inline_text(node: SyntaxTreeNode) -> str:
    """Return the visible text of a block's line of words, links and images (by their description)."""
    return "".join(_pieces(node))


def _pieces(node: SyntaxTreeNode) -> Iterator[str]:
    for child in node.children:
        if child.type in ("text", "code_inline"):
            yield child.content
        elif child.type in ("softbreak", "hardbreak"):
            yield "\n"
        elif child.type == "html_inline":
            yield "\n" if _LINE_BREAK_TAG.match(child.content) else ""
        else:
            yield from _pieces(child)


def _is_bold_question(node: SyntaxTreeNode) -> bool:
    # "**Does it hurt?**" alone in its paragraph is how many editors write an FAQ.
    children = [child for child in node.children[0].children if child.type != "text" or child.content.strip()]
    return [child.type for child in children] == ["strong"] and _inline_text(children[0]).strip().endswith("?")
