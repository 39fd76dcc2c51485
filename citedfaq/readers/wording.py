"""What the wording of a line alone tells: is it as short as a heading, a whole sentence, an instruction, a fact."""

import re

_SENTENCE_END = re.compile(r"[.!?…;,:][\"'”’)\]]*$")
_SHORT_WORDS = 12
_SHORT_CHARACTERS = 90
_QUESTION_WORDS = 30
_BOLD_HEADING_WORDS = 8
_INNER_END = re.compile(r"[.!?]\s")
_STATEMENT = re.compile(
    r"(you|we|it|they|there|please|never|always|only|do not|don['’]t|avoid|call|dial|see|tell|ask|stop|seek)\b",
    re.IGNORECASE,
)
_STATEMENT_WORDS = 4
_FAQ_TITLE = re.compile(
    r"(.* )?(faqs?|(frequently asked|common) questions)( .*)?|(your )?questions (and answers|answered)|q ?& ?a",
    re.IGNORECASE,
)
_FACT = re.compile(
    r"\b\d{1,2}([:.]\d\d)?\s*[ap]\.?m\b|\b\d\d:\d\d\b|[£$€]\s?\d|\d\s?€|\d{3,}[ -]?\d{3,}|\S@\S|\bwww\.|https?://|"
    r"\bclosed$|\b\d{1,2}(:\d\d)?\s?[-–]\s?\d{1,2}(:\d\d)?$|^(?-i:[A-Z][\w'’-]+,? [A-Z]{1,3}[.,] )",
    re.IGNORECASE,
)
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?)?"
_TOLD = re.compile(
    rf"\b\d{{1,2}}([:.]\d\d)?\s*[ap]\.?m\b|\b\d\d?[:.]\d\d\b|[£$€]\s?\d|\d\s?€|\d{{3,}}[ -]?\d{{3,}}|"
    rf"\(?\d{{3,5}}\)?[ -]\d{{3,4}}([ -]\d{{3,4}})?\b|\b\d{{1,2}}\s?[-–]\s?\d{{1,2}}\b(?! min)|\S@\S|"
    rf"\b{_DAY}\b\s?([-–&,]|to|and)\s?{_DAY}\b|\b{_DAY}\b:?\s*(closed|\d)|"
    r"\b\d+\w?,? ([A-Z]\w+ ){1,3}(street|st|road|rd|lane|avenue|ave|drive|way|square|place|close|hill|court)\b|"
    r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\b(911|999|112|111|988|000|116 ?123)\b",
    re.IGNORECASE,
)


def is_short(line: str) -> bool:
    """Say whether a line is as short as a heading or a list item without a bullet."""
    return len(line) <= _SHORT_CHARACTERS and line.count(" ") < _SHORT_WORDS


def is_question(line: str) -> bool:
    """Say whether a line is one question, and no longer than a patient would ask."""
    return line.endswith("?") and line.count(" ") < _QUESTION_WORDS and not _INNER_END.search(line)


def is_bare(line: str) -> bool:
    """Say whether a line looks like a heading or an item without a bullet: short without a full stop, or a question."""
    return is_question(line) or (is_short(line) and not ends_sentence(line))


def ends_sentence(line: str) -> bool:
    """Say whether a line ends in a mark of punctuation."""
    return bool(_SENTENCE_END.search(line))


def is_title_case(line: str) -> bool:
    """Say whether a line of two words or more begins each longer word with a capital ("Before Your Visit")."""
    words = re.findall(r"[^\W\d_]{4,}", line)
    return " " in line and bool(words) and line[:1].isupper() and all(word[0].isupper() for word in words)


def is_faq_title(line: str) -> bool:
    """Say whether a heading stands above an FAQ."""
    return bool(_FAQ_TITLE.fullmatch(line.strip(" :()")))


def is_statement(line: str) -> bool:
    """Say whether a line tells something or tells to do something, and so heads nothing even without a full stop.

    It opens like an instruction or a sentence ("Call 999 if you have chest pain"), or holds a time, a price, a
    telephone number, an address or an author ("Field A, Knots").
    """
    opens = _STATEMENT.match(line) and line.count(" ") + 1 >= _STATEMENT_WORDS and not is_title_case(line)
    return not line.endswith("?") and bool(opens or _FACT.search(line))


def has_fact(text: str) -> bool:
    """Say whether a text gives what patients ask for: a time, a price, a telephone number, an address, opening days."""
    return bool(_TOLD.search(text))


def is_bold_heading(line: str) -> bool:
    """Say whether a bold line above text is a heading: short, no sentence, no instruction, no fact."""
    short = is_short(line) and line.count(" ") < _BOLD_HEADING_WORDS
    return short and not ends_sentence(line) and not is_statement(line)
