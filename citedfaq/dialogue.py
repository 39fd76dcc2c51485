"""Earlier questions and an elliptic one ("and how long does it last?") become one query that stands alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from citedfaq.lexical import terms

MAX_HISTORY = 10
"""How many earlier questions are looked at; more would drag old subjects in."""

_OPENS_AS_FOLLOW_UP = re.compile(
    r"\s*(and|but|or|so|also|what about|how about|what if|then|ok(ay)?,? (and|but|so))\b", re.IGNORECASE
)
_POINTS_BACK = re.compile(
    r"\b(it|its|that|this|those|these|they|them|one|ones|there|same|else|instead|too|either)\b", re.IGNORECASE
)
_BARE = re.compile(r"\s*(how|what|when|where|which|who|why)\b(\s+\w+)?\W*$", re.IGNORECASE)
"""A question word and at most one word more: "How long?", "Why?", "Which ones?"."""

_CHANGES_THE_SUBJECT = re.compile(
    r"\b(something else(?= *[:;,.!-])|(another|a new|a different|different|other) (question|topic|thing|subject)|"
    r"never ?mind|change of subject|unrelated|by the way|btw|now about)\b",
    re.IGNORECASE,
)

_TERMS_AFTER_OPENING = 5
_TERMS_BESIDE_POINTER = 3
_TERMS_ALONE = 1
"""A question with more terms of its own than these tells its subject itself. In trials on 85 follow-ups
and on 210 questions put after one on another subject, follow-ups gained with more what the others lost."""

_TELLS_ITS_SUBJECT = re.compile(r"\s*(i|i['’]?m|i['’]?ve|my|we)\b[^.,;:!?]*\w\s*[.,;:!?–-]+\s+\S", re.IGNORECASE)
"""Something about the patient, and then the question: "I have a pacemaker, does that matter?" """

_SHARE_ALONE = 0.4
_SHARE_POINTING = 0.55
"""How much a follow-up counts as it was typed, beside the same with its subject before it: with it alone, the passage
that answered the question before comes first again. One that does not open like a follow-up may stand alone as well
("Does it hurt?"), so it counts more. docs/results.md has both sides of it."""

_TERMS_PERHAPS = 4
_SHARE_PERHAPS = 0.3
"""A question of so few terms may need its subject though nothing in it says so ("right on the skin?" after "I have a
wheat bag."): with the subject before it, it counts this much. docs/results.md has what that gains and costs."""


@dataclass(frozen=True, slots=True)
class StandaloneQuery:
    """A question as it is looked for.

    Attributes:
        text: the question, with its subject before it if it is a follow-up.
        beside: how it is looked for as well, or an empty string: a follow-up without its subject, or with it what may
            be one.
        share: how much that counts, 0 to 1.
    """

    text: str
    beside: str = ""
    share: float = 0.0


def standalone_query(question: str, history: Sequence[str]) -> StandaloneQuery:
    """Return the question as a query that can be understood without the conversation.

    A question is a follow-up if it has few terms of its own and opens like one ("and…", "what about…"), points back
    ("it", "that one") or is hardly more than its question word ("how long?"). It is then joined to the latest earlier
    question that is no follow-up itself; every other question stands alone, so that a change of subject is not dragged
    back, nor is the subject that a question tells itself ("I have a pacemaker, does that matter?"). If such a question
    is short, it is looked for joined as well, but that counts less.

    Args:
        question: what the patient asks now.
        history: the earlier questions, oldest first.
    """
    alone = question.strip()
    own = len(set(terms(question)))
    if not history or _CHANGES_THE_SUBJECT.search(question) or own > _TERMS_AFTER_OPENING:
        return StandaloneQuery(alone)
    recent = list(history)[-MAX_HISTORY:]
    subject = next((earlier for earlier in reversed(recent) if not _is_follow_up(earlier)), recent[0])
    joined = f"{subject.strip()} {alone}".strip()
    if _is_follow_up(question):
        opens = _OPENS_AS_FOLLOW_UP.match(question)
        return StandaloneQuery(joined, alone, _SHARE_ALONE if opens else _SHARE_POINTING)
    return StandaloneQuery(alone, joined, _SHARE_PERHAPS) if own <= _TERMS_PERHAPS else StandaloneQuery(alone)


def _is_follow_up(question: str) -> bool:
    if _CHANGES_THE_SUBJECT.search(question):
        return False
    own = len(set(terms(question)))
    if _OPENS_AS_FOLLOW_UP.match(question):
        return own <= _TERMS_AFTER_OPENING
    if _TELLS_ITS_SUBJECT.match(question):
        return False
    if _POINTS_BACK.search(question) or _BARE.match(question):
        return own <= _TERMS_BESIDE_POINTER
    return own <= _TERMS_ALONE
