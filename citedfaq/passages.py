"""`Passage`: the unit that is searched. Where to cut an article so that each piece can be understood alone."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sentencex

from citedfaq.articles import Article
from citedfaq.readers.draft import Block

RULES_VERSION = 1
"""Raise it whenever this module or a reader would cut or read an article otherwise: every index is then rebuilt."""

MAX_PASSAGE_WORDS = 120
"""The encoder reads 256 word pieces; 120 words and their headings stay below that, and so does the longest quote."""

_BACKWARD = re.compile(
    r"(this|that|these|those|it|its|they|them|their|he|she|such|also|however|therefore|thus|instead|otherwise|so|but|and|or|"
    r"because of (this|that)|as a result|for (example|instance|this reason)|in (addition|fact|contrast)|"
    r"similarly|likewise|moreover|furthermore|additionally|besides(?=,)|then|both|"
    r"the (former|latter)|while (this|that|these|they|it))\b",
    re.IGNORECASE,
)
_TAIL_WORDS = 40
"""What is left of a section stays with the passage before it if it is shorter: often it is the caution to an advice."""

_MOST_LISTED = 12
_LISTED_WORDS = 60
"""Sections that a lead-in announces are one list if there are at most so many, each of at most so many words."""

_FAQ_HEADING = re.compile(r"faqs?|(frequently asked|common) questions|questions and answers|q ?& ?a", re.IGNORECASE)

_CLAUSE_WORDS = 60
"""A sentence longer than twice this is no sentence (a table, a lost full stop) and is cut between words."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence or list item: `article.text[start:end]`.

    Attributes:
        start: first code point.
        end: one past the last code point.
        group: sentences of a passage with one number are only shown together: a list and the line that leads into it.
    """

    start: int
    end: int
    group: int


@dataclass(frozen=True, slots=True)
class Passage:
    """One stretch of an article below one heading: `article.text[start:end]`.

    Attributes:
        article: the article's id.
        start: first code point.
        end: one past the last code point.
        heading: the titles above it, outermost first; the article's own title is left out.
        question: the FAQ question that it answers, or None.
        sentences: in order, without overlap, within [start, end).
    """

    article: str
    start: int
    end: int
    heading: tuple[str, ...]
    question: str | None
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class _Section:
    """The body below one heading or question; `level` is the heading's, 0 for a question that is none."""

    heading: tuple[str, ...]
    question: str | None
    level: int
    title: Block | None
    body: tuple[Block, ...]


def cut(article: Article) -> list[Passage]:
    """Cut an article into passages of at most `MAX_PASSAGE_WORDS`, except that a list stays whole with its lead-in."""
    sections = list(_sections(article))
    passages: list[Passage] = []
    for position, section in enumerate(sections):
        listed = _listed_sections(article.text, sections, position)
        if listed:
            passages.append(_headed_list(article, section, listed))
            # Without its last, dangling sentence, which leads into the list.
            passages.extend(_cut_section(article, section, keep_lead_in=False))
        else:
            passages.extend(_cut_section(article, section))
    return passages


def text_to_encode(article: Article, passage: Passage) -> str:
    """Return what the encoder and the lexical index read of a passage: its headings travel with its text."""
    above = [title for title in passage.heading if title not in (article.title, passage.question)]
    question = [passage.question] if passage.question else []
    return "\n".join([article.title, *above, *question, article.text[passage.start : passage.end]])


def caption(article: Article, passage: Passage) -> str:
    """Return what a passage says that it answers: its FAQ question, else the heading above it, else the title."""
    return passage.question or (passage.heading[-1] if passage.heading else article.title)


def points_backward(text: str) -> bool:
    """Say whether a sentence opens with a word that needs the sentence before it ("This…", "However…")."""
    return bool(_BACKWARD.match(text.lstrip("\"'“‘(")))


def _sections(article: Article) -> Iterator[_Section]:
    heading: list[tuple[int, str]] = []
    question: str | None = None
    title: Block | None = None
    body: list[Block] = []

    def section() -> _Section:
        above = [text for _, text in heading]
        path = tuple(text for text in above if text != article.title) or tuple(above)
        return _Section(path, question, title.level if title else 0, title, tuple(body))

    for block in article.blocks:
        if block.kind in ("paragraph", "item"):
            body.append(block)
        elif block.kind in ("heading", "question"):
            yield section()
            body = []
            title = block
            content = article.text[block.start : block.end]
            question = content if content.endswith("?") else None
            if block.kind == "heading":
                while heading and heading[-1][0] >= block.level:
                    heading.pop()
                heading.append((block.level, content))
    yield section()


def _listed_sections(text: str, sections: Sequence[_Section], position: int) -> list[_Section]:
    """Return the short sections that a section's last sentence announces ("The main benefits are:"), if it does."""
    section = sections[position]
    if not section.body or not text[section.body[-1].start : section.body[-1].end].endswith(":"):
        return []
    listed: list[_Section] = []
    for following in sections[position + 1 : position + 1 + _MOST_LISTED]:
        words = len(text[following.body[0].start : following.body[-1].end].split()) if following.body else 0
        announces = bool(following.body) and text[following.body[-1].start : following.body[-1].end].endswith(":")
        if not 0 < words <= _LISTED_WORDS or announces or following.question or following.level < max(section.level, 1):
            break
        if listed and following.level != listed[0].level:
            break
        listed.append(following)
    return listed if len(listed) > 1 else []


def _headed_list(article: Article, section: _Section, listed: Sequence[_Section]) -> Passage:
    lead_in = list(_spans(article.text, section.body[-1]))[-1]
    pieces = [lead_in]
    for each in listed:
        if each.title:
            pieces.append((each.title.start, each.title.end))
        pieces.extend(span for block in each.body for span in _spans(article.text, block))
    sentences = tuple(Sentence(start, end, 0) for start, end in pieces)
    return Passage(article.id, lead_in[0], pieces[-1][1], section.heading, section.question, sentences)


def _cut_section(article: Article, section: _Section, *, keep_lead_in: bool = True) -> Iterator[Passage]:
    if section.question is None and section.heading and _FAQ_HEADING.fullmatch(section.heading[-1].strip(" :")):
        # An FAQ whose questions were lost: its paragraphs answer different questions and do not belong together.
        runs = [run for run in _runs(section.body) if run]
    else:
        runs = [list(section.body)]
    for run in runs:
        groups: list[list[Sentence]] = []
        for sentence in _sentences(article.text, run):
            if groups and groups[-1][0].group == sentence.group:
                groups[-1].append(sentence)
            else:
                groups.append([sentence])
        for part in _parts(article.text, groups if keep_lead_in else groups[:-1]):
            yield _passage(article, part, section.heading, section.question)


def _runs(body: Sequence[Block]) -> list[list[Block]]:
    runs: list[list[Block]] = [[]]
    for block in body:
        if block.kind == "paragraph":
            runs.append([])
        runs[-1].append(block)
    return runs


def _parts(text: str, groups: list[list[Sentence]]) -> Iterator[list[list[Sentence]]]:
    sizes = [_words(text, group) for group in groups]
    start = words = 0
    for position, (group, size) in enumerate(zip(groups, sizes, strict=True)):
        fits = words + size <= MAX_PASSAGE_WORDS or sum(sizes[position:]) < _TAIL_WORDS
        if words and not fits and not points_backward(text[group[0].start : group[0].end]):
            yield groups[start:position]
            start, words = position, 0
        words += size
    if groups:
        yield groups[start:]


def _passage(
    article: Article, groups: Sequence[Sequence[Sentence]], heading: tuple[str, ...], question: str | None
) -> Passage:
    sentences = tuple(
        Sentence(sentence.start, sentence.end, number) for number, group in enumerate(groups) for sentence in group
    )
    return Passage(article.id, sentences[0].start, sentences[-1].end, heading, question, sentences)


def _sentences(text: str, body: Sequence[Block]) -> Iterator[Sentence]:
    group = -1
    previous: Block | None = None
    leads = False
    for block in body:
        in_list = block.kind == "item" and (leads or (previous is not None and previous.kind == "item"))
        for number, (start, end) in enumerate(_spans(text, block)):
            if not (in_list or (block.kind == "item" and number) or (leads and not number)):
                group += 1
            leads = text[start:end].endswith(":")
            yield Sentence(start, end, max(group, 0))
        previous = block


def _spans(text: str, block: Block) -> Iterator[tuple[int, int]]:
    content = text[block.start : block.end]
    for boundary in sentencex.get_sentence_boundaries("en", content):
        raw = content[boundary["start_index"] : boundary["end_index"]]
        start = block.start + boundary["start_index"] + len(raw) - len(raw.lstrip())
        end = start + len(raw.strip())
        if end > start:
            yield from _clauses(text, start, end)


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    words = list(re.finditer(r"\S+", text[start:end]))
    if len(words) <= 2 * _CLAUSE_WORDS:
        yield start, end
        return
    for first in range(0, len(words), _CLAUSE_WORDS):
        piece = words[first : first + _CLAUSE_WORDS]
        yield start + piece[0].start(), start + piece[-1].end()


def _words(text: str, group: Sequence[Sentence]) -> int:
    return sum(len(text[sentence.start : sentence.end].split()) for sentence in group)
