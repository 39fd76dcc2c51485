"""PDF: running text, headings (by their type), lists and tables."""

import re
from collections import Counter
from collections.abc import Sequence

from citedfaq.readers.boilerplate import mark_boilerplate
from citedfaq.readers.draft import Draft, TextBuilder, UnreadableArticleError, is_marked, one_line
from citedfaq.readers.lines import BULLET
from citedfaq.readers.pagedata import fold
from citedfaq.readers.pdflayout import PrintedLine, read_lines
from citedfaq.readers.pdfwords import read_pages
from citedfaq.readers.wording import ends_sentence, is_bold_heading, is_short, is_statement
from citedfaq.wordlists import english

_LARGER = 1.08
"""Type larger than the text's by this factor is a heading's."""

_LEADING = 1.54
"""Lines whose upper edges lie further apart than this many times their height do not belong to one paragraph."""

_CHARACTER = 0.5
"""The width of a character, on average, as a share of its height."""

_RAGGED = 0.14
"""How much of the width of a column a line may leave free and still go on in the next one."""

_NUMBER_MARK = re.compile(r"\(?(?:\d{1,2}|[a-z])[.)]\s+(?=\S)")
_DOT = re.compile(r"(?:[•‣◦▪▫●○■□◆►▶➢➤✓✔·*]|[-–](?=\s))\s*(?=\S)")
_HYPHENATED = re.compile(r"([^\W\d_]+)-$")
_NO_TITLE = re.compile(
    r"microsoft (word|powerpoint) - .*|untitled.*|.*\.(docx?|pdf|indd|pages|odt|rtf)|\(?anonymous\)?|document ?\d*",
    re.I,
)
_TITLE_LINES = 3


def read_pdf(data: bytes, name: str) -> Draft:
    """Read a PDF file.

    Args:
        data: the file.
        name: the title to use where the file names none.

    Raises:
        UnreadableArticleError: it is damaged, protected, or holds no text.
    """
    named, pages = read_pages(data)
    lines = read_lines(pages)
    if not lines:
        reason = "it holds pictures of pages and no text: run text recognition on it" if pages else "it has no page"
        raise UnreadableArticleError(reason)
    paragraphs = _paragraphs(lines)
    builder = TextBuilder()
    sizes = _heading_sizes(lines)
    for position, paragraph in enumerate(paragraphs):
        following = paragraphs[position + 1] if position + 1 < len(paragraphs) else None
        _add(paragraph, following, sizes, builder)
    text = builder.text()
    tops = [block for block in builder.blocks if block.kind == "heading"]
    top = min(tops, key=lambda block: block.level, default=None)
    heading = text[top.start : top.end] if top else ""
    title = one_line(named)
    if not title or _NO_TITLE.fullmatch(title) or (heading and fold(title) not in fold(text)):
        # Often left over from the document that this one was made from.
        title = heading
    return Draft(title or name, None, text, mark_boilerplate(text, builder.blocks), (), None)


def _heading_sizes(lines: Sequence[PrintedLine]) -> list[float]:
    """Return the heights of type that are larger than the text's, largest first."""
    counts: Counter[float] = Counter()
    for line in lines:
        counts[line.size] += len(line.text)
    body = counts.most_common(1)[0][0]
    larger = sorted({size for size in counts if size > body * _LARGER}, reverse=True)
    return [*larger, body]


def _paragraphs(lines: Sequence[PrintedLine]) -> list[list[PrintedLine]]:
    """Return the lines of each paragraph, heading, list item and row of a table."""
    rights: dict[int, float] = {}
    for line in lines:
        rights[line.column] = max(rights.get(line.column, 0.0), line.right)
    paragraphs: list[list[PrintedLine]] = []
    for line in lines:
        if paragraphs and _continues(paragraphs[-1], line, rights):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return paragraphs


def _continues(paragraph: Sequence[PrintedLine], line: PrintedLine, rights: dict[int, float]) -> bool:
    """Say whether a line goes on with the paragraph before it."""
    first, last = paragraph[0], paragraph[-1]
    if line.cells > 1 or last.cells > 1 or abs(line.size - last.size) > 0.06 * last.size or line.bold != last.bold:
        return False
    if _opens(line.text):
        return False
    width = rights[last.column] - min(first.left, last.left)
    word = line.text.split(" ", 1)[0]
    # A line was wrapped if the next one's first word had no room on it; in mid-sentence a little more room is allowed.
    needed = (len(word) + 1) * _CHARACTER * line.size
    open_end = not ends_sentence(last.text)
    filled = rights[last.column] - last.right < (max(_RAGGED * width, needed) if open_end else needed)
    if line.column != last.column:
        # Across columns and pages only what plainly goes on.
        return filled and open_end and not line.text[0].isupper()
    if last.top - line.top > _LEADING * last.size:
        return False
    if _opens(first.text) and line.left < first.left + 1 and not (filled and line.text[0].islower()):
        return False
    return filled or (line.text[0].islower() and open_end)


def _opens(text: str) -> bool:
    return bool(_DOT.match(text) or _NUMBER_MARK.match(text) or is_marked(text))


def _add(
    paragraph: Sequence[PrintedLine],
    following: Sequence[PrintedLine] | None,
    sizes: Sequence[float],
    builder: TextBuilder,
) -> None:
    first = paragraph[0]
    text = _join(paragraph)
    if first.cells > 1:
        builder.add("item", text, level=1)
        return
    level = _level(paragraph, following, sizes, text)
    if level:
        builder.add_title("heading", text, level)
    elif dot := _DOT.match(text):
        builder.add("item", text[dot.end() :], level=1, mark="• ")
    elif (number := _NUMBER_MARK.match(text)) and not is_marked(text):
        builder.add("item", text[number.end() :], level=1, mark=number[0])
    else:
        builder.add_paragraph(text)


def _level(
    paragraph: Sequence[PrintedLine], following: Sequence[PrintedLine] | None, sizes: Sequence[float], text: str
) -> int:
    """Return the level of a heading: larger type, or a bold line above text that is not bold; 0 for other text."""
    first = paragraph[0]
    if (
        len(paragraph) > _TITLE_LINES
        or (BULLET.match(text) and not _NUMBER_MARK.match(text))
        or not re.search(r"\w", text)
    ):
        return 0
    larger = next((number for number, size in enumerate(sizes[:-1], 1) if first.size >= size - 0.25), 0)
    if larger and (is_short(text) or text.endswith("?") or larger == 1) and not text.endswith((",", ";")):
        return min(larger, 5)
    plain_below = following is not None and not following[0].bold and following[0].size <= first.size
    if first.bold and plain_below and (is_bold_heading(text) or (text.endswith("?") and is_short(text))):
        return min(len(sizes), 6) if not is_statement(text) else 0
    return 0


def _join(paragraph: Sequence[PrintedLine]) -> str:
    text = paragraph[0].text
    for line in paragraph[1:]:
        parted = _HYPHENATED.search(text)
        if parted and line.text[0].islower():
            rest = re.match(r"[^\W\d_]+", line.text)
            whole = parted[1] + (rest[0] if rest else "")
            # "Treat-ment" is one word, "self-help" is not.
            text = (text[:-1] if whole.casefold() in english() else text) + line.text
        else:
            text = f"{text} {line.text}"
    return one_line(text)
