"""Where the sentences of an article begin and end, and which of them are only shown together."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

import sentencex

from citedfaq.readers.draft import Block

_WORDY_ITEM = 25
"""Items of more words on average are paragraphs with a bullet: a long list of them is cut, but not below a lead-in."""

_FULL_STOP = re.compile(r"[.!?…][\"'”’)\]]*$")
_SHORT_WORD = re.compile(r"\b[A-Za-z]{1,5}\.$")
_ENUMERATOR = re.compile(r"\W*(\d{1,2}|[A-Za-z])[.)]$")
_ABBREVIATION = re.compile(r"\b(approx|ca|est|ext|fax|figs?|max|min|nos?|pp?|tel|vol)\.$", re.IGNORECASE)
"""After these, what `sentencex` takes for the end of a sentence may be none ("Open Mon. to Fri.", "Tel. 01234")."""

_CLAUSE_WORDS = 60
"""A sentence longer than twice this is no sentence (a table, a lost full stop) and is cut between words."""

Group = list[tuple[int, int]]
"""Where sentences that are only shown together begin and end."""


def groups(text: str, body: Sequence[Block], longest: int) -> list[Group]:
    """Return the spans of a body's sentences, those together that are only shown together.

    Args:
        text: the article's.
        body: its blocks below one heading.
        longest: the words that a passage may have.
    """
    found: list[Group] = []
    separate = _separate_items(text, body, longest)
    size = 0
    for position, block in enumerate(body):
        in_list = block.kind == "item" and position > 0 and body[position - 1].kind == "item"
        for number, span in enumerate(spans(text, block)):
            words = count_words(text, [span])
            fits = 0 < size <= longest - words
            above = text[found[-1][-1][1] - 1] if found else ""
            if position in separate:
                joins = fits and (number > 0 or block.level > 1)
            elif block.kind == "item":
                joins = in_list or number > 0 or (position > 0 and _leads_into_list(text, body[position - 1]))
            else:
                # A question in running text is nothing without what it leads to.
                joins = fits and (above == "?" or (above == ":" and not number))
            if joins:
                found[-1].append(span)
                size += words
            else:
                found.append([span])
                size = words
    return found


def _separate_items(text: str, body: Sequence[Block], longest: int) -> set[int]:
    """Return the positions of items that can be shown without the others of their list: paragraphs with a bullet."""
    found: set[int] = set()
    for is_list, stretch in groupby(range(len(body)), key=lambda position: body[position].kind == "item"):
        items = list(stretch)
        words = count_words(text, [(body[position].start, body[position].end) for position in items])
        led = items[0] > 0 and _leads_into_list(text, body[items[0] - 1])
        outermost = sum(body[position].level <= 1 for position in items)
        if is_list and not led and words > longest and words > _WORDY_ITEM * outermost:
            found.update(items)
    return found


def is_lead_in(text: str, block: Block) -> bool:
    """Say whether a paragraph announces what comes below it: it ends in a colon."""
    return block.kind == "paragraph" and text.endswith(":", block.start, block.end)


def _leads_into_list(text: str, block: Block) -> bool:
    # "Do not come if you", without any mark, above "• have a fever".
    return block.kind == "paragraph" and not _FULL_STOP.search(text, block.start, block.end)


def spans(text: str, block: Block) -> Iterator[tuple[int, int]]:
    """Yield where each sentence of a block begins and ends."""
    content = text[block.start : block.end]
    start = 0
    for boundary in sentencex.get_sentence_boundaries("en", content):
        end = boundary["end_index"]
        so_far, rest = content[start:end].strip(), content[end:].lstrip()
        if rest and _is_unfinished(so_far, rest):
            continue
        if so_far:
            first = block.start + start + len(content[start:end]) - len(content[start:end].lstrip())
            yield from _clauses(text, first, first + len(so_far))
        start = end


def _is_unfinished(so_far: str, rest: str) -> bool:
    """Say whether a sentence goes on although `sentencex` ends it: after a number ("1."), or an abbreviation."""
    goes_on = rest[0].islower() and bool(_SHORT_WORD.search(so_far))
    return goes_on or bool(_ENUMERATOR.match(so_far)) or (rest[0].isdigit() and bool(_ABBREVIATION.search(so_far)))


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    words = list(re.finditer(r"\S+", text[start:end]))
    if len(words) <= 2 * _CLAUSE_WORDS:
        yield start, end
        return
    for first in range(0, len(words), _CLAUSE_WORDS):
        piece = words[first : first + _CLAUSE_WORDS]
        yield start + piece[0].start(), start + piece[-1].end()


def count_words(text: str, spans: Sequence[tuple[int, int]]) -> int:
    """Return how many words stand within some spans."""
    return sum(len(text[start:end].split()) for start, end in spans)
