"""Earlier questions and an elliptic one ("and how long does it last?") become one query that stands alone."""

import re
from collections.abc import Sequence

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

_FEW_TERMS = 2


def standalone_query(question: str, history: Sequence[str]) -> str:
    """Return the question as a query that can be understood without the conversation.

    A question is a follow-up if it opens like one ("and…", "what about…"), or if it points back ("it", "that one") or
    is hardly more than its question word ("how long?"), and has few terms of its own. It is then joined to the latest
    earlier question that is no follow-up itself; every other question stands alone, so that a change of subject is not
    dragged back.

    Args:
        question: what the patient asks now.
        history: the earlier questions, oldest first.
    """
    if not history or not _is_follow_up(question):
        return question
    recent = list(history)[-MAX_HISTORY:]
    subject = next((earlier for earlier in reversed(recent) if not _is_follow_up(earlier)), recent[0])
    return f"{subject.strip()} {question.strip()}".strip()


def _is_follow_up(question: str) -> bool:
    own = len(set(terms(question)))
    if _OPENS_AS_FOLLOW_UP.match(question):
        return own <= 2 * _FEW_TERMS
    points_back = _POINTS_BACK.search(question) or _BARE.match(question)
    return own <= _FEW_TERMS and (own == 0 or bool(points_back))
