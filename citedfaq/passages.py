"""`Passage`: the unit that is searched. Where to cut an article so that each piece can be understood alone."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby

from citedfaq.articles import Article
from citedfaq.readers.draft import Block
from citedfaq.readers.wording import is_faq_title
from citedfaq.sentences import Group, count_words, groups, is_lead_in, spans

RULES_VERSION = 5
"""Raise it whenever this module, `sentences` or a reader would cut or read an article otherwise: that rebuilds it."""

MAX_PASSAGE_WORDS = 120
"""The encoder reads 256 word pieces; 120 words and their headings stay below that, and so does the longest quote."""

_BACKWARD = re.compile(
    r"(this|that|these|those|it|its|they|them|their|he|she|such|also|however|therefore|thus|instead|otherwise|so|but|and|or|"
    r"as a result|for (example|instance|this reason)|in (addition|fact|contrast)|"
    r"similarly|likewise|moreover|furthermore|additionally|besides(?=,)|then|both|"
    r"the (former|latter)|another(?! \w+ (for|of|to)\b)|"
    r"(after|as|at|because of|before|by|during|for|from|if|in|once|since|though|until|when|while|with|without) "
    r"(this|that|these|those|it|they|them))\b",
    re.IGNORECASE,
)
_TAIL_WORDS = 40
"""What is left of a section stays with the passage before it if it is shorter: often it is the caution to an advice."""

_MOST_LISTED = 12
_LISTED_WORDS = 60
"""Sections that a lead-in announces are one list if there are at most so many, each of at most so many words."""


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
        wordings: other wordings in which patients ask for it; they help to find it and are never shown.
    """

    article: str
    start: int
    end: int
    heading: tuple[str, ...]
    question: str | None
    sentences: tuple[Sentence, ...]
    wordings: tuple[str, ...] = ()

    @property
    def stretches(self) -> list[tuple[int, int]]:
        """Where each group of sentences that are only shown together begins and ends in the article, in order."""
        runs = [list(run) for _, run in groupby(self.sentences, lambda sentence: sentence.group)]
        return [(run[0].start, run[-1].end) for run in runs]


@dataclass(frozen=True, slots=True)
class _Section:
    """The body below one heading or question; `level` is the heading's, 0 for a question that is none."""

    heading: tuple[str, ...]
    question: str | None
    level: int
    title: Block | None
    body: tuple[Block, ...]

    @property
    def wordings(self) -> tuple[str, ...]:
        return self.title.wordings if self.title else ()


def cut(article: Article) -> list[Passage]:
    """Cut an article into passages, in order.

    A passage has at most `MAX_PASSAGE_WORDS`, but for two cases: a short rest of its section stays with it
    (`_TAIL_WORDS`), and a list stays whole with its lead-in. Where a lead-in announces the short sections below it,
    they are one passage together, and each is one by itself too.
    """
    sections = list(_sections(article))
    passages: list[Passage] = []
    for position, section in enumerate(sections):
        listed = _listed_sections(article.text, sections, position)
        if listed:
            *_, (start, _) = spans(article.text, section.body[-1])
            passages.extend(_cut_section(article, _before(section, start)))
            passages.append(_headed_list(article, section, listed))
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
        elif block.kind == "boilerplate" and body:
            # A passage is one slice: what must not be served ends it, and another begins after it.
            yield section()
            title, body = None, []
        elif block.kind != "boilerplate":
            yield section()
            title, body = block, []
            content = article.text[block.start : block.end]
            question = content if block.kind == "question" or content.endswith("?") else None
            if block.kind == "heading":
                while heading and heading[-1][0] >= block.level:
                    heading.pop()
                heading.append((block.level, content))
    yield section()


def _listed_sections(text: str, sections: Sequence[_Section], position: int) -> list[_Section]:
    """Return the short sections that a section's last sentence announces ("The main benefits are:"), if it does."""
    section = sections[position]
    if not section.body or not is_lead_in(text, section.body[-1]):
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
    lead_in = list(spans(article.text, section.body[-1]))[-1]
    first, last = listed[0], listed[-1]
    start = first.title.start if first.title else first.body[0].start
    # One stretch, not its sentences: a question about one of the listed is answered by the section itself.
    sentences = (Sentence(*lead_in, 0), Sentence(start, last.body[-1].end, 0))
    return Passage(
        article.id, lead_in[0], last.body[-1].end, section.heading, section.question, sentences, section.wordings
    )


def _before(section: _Section, start: int) -> _Section:
    """Return a section without what stands from `start` on in its last block."""
    *body, last = section.body
    shorter = [replace(last, end=start)] if start > last.start else []
    return replace(section, body=(*body, *shorter))


def _cut_section(article: Article, section: _Section) -> Iterator[Passage]:
    runs = [list(section.body)]
    if section.question is None and section.heading and is_faq_title(section.heading[-1]):
        # An FAQ whose questions were lost: its paragraphs answer different questions and do not belong together.
        runs = _runs(article.text, section.body)
    for run in runs:
        together = groups(article.text, run, MAX_PASSAGE_WORDS)
        start = 0
        for end in _part_ends(article.text, together):
            yield _passage(article, together[start:end], section)
            start = end


def _runs(text: str, body: Sequence[Block]) -> list[list[Block]]:
    """Split a body before each paragraph that is not announced by the one before it."""
    runs: list[list[Block]] = []
    for block in body:
        if not runs or (block.kind == "paragraph" and not is_lead_in(text, runs[-1][-1])):
            runs.append([])
        runs[-1].append(block)
    return runs


def _part_ends(text: str, groups: Sequence[Group]) -> Iterator[int]:
    """Yield where each passage of a section ends, as positions in its groups."""
    sizes = [count_words(text, group) for group in groups]
    rests = list(accumulate(reversed(sizes)))[::-1]
    backward = [points_backward(text[group[0][0] : group[0][1]]) for group in groups]
    start = 0
    position = 1
    while position < len(groups):
        if not _is_full(sizes[start : position + 1], rests[position]):
            position += 1
            continue
        # What a sentence points back to goes with it; where all of them point back, only so far.
        end = next((each for each in range(position, start, -1) if not backward[each]), None)
        if end is None and _may_overflow(sizes[start : position + 1]):
            position += 1
            continue
        start = end or position
        position = start + 1
        yield start
    if groups:
        yield len(groups)


def _is_full(sizes: Sequence[int], rest: int) -> bool:
    """Say whether a passage should not take its last group: it grows too long, and more than a tail is left."""
    *before, _ = sizes
    has_room = sum(before) + rest <= MAX_PASSAGE_WORDS + _TAIL_WORDS or max(before) > MAX_PASSAGE_WORDS
    return sum(sizes) > MAX_PASSAGE_WORDS and not (has_room and rest < _TAIL_WORDS)


def _may_overflow(sizes: Sequence[int]) -> bool:
    """Say whether a passage may take its last group, which points back, although it is full: a list, or a few words."""
    *before, last = sizes
    is_list = last > MAX_PASSAGE_WORDS >= sum(before)
    return is_list or sum(sizes) <= MAX_PASSAGE_WORDS + _TAIL_WORDS


def _passage(article: Article, groups: Sequence[Group], section: _Section) -> Passage:
    sentences = tuple(Sentence(start, end, number) for number, group in enumerate(groups) for start, end in group)
    return Passage(
        article.id,
        sentences[0].start,
        sentences[-1].end,
        section.heading,
        section.question,
        sentences,
        section.wordings,
    )
