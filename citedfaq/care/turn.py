"""`Turn`: the signs that one question tells, and what the pronouns of the next may stand for."""

from collections.abc import Sequence
from dataclasses import dataclass

from citedfaq.care.concepts import Concepts
from citedfaq.care.context import ASKED, DENIED, FIGURE, PAST, Context
from citedfaq.care.cues import Kinds
from citedfaq.care.places import Found, Span
from citedfaq.care.words import SENTENCE, Text

Carried = tuple[tuple[int, int], ...]
"""What pronouns may stand for: concepts, each with its flags."""

_NEAR_WORDS = 5
"""Signs so many words apart, or in the same or neighbouring sentences, are told of one thing."""

_SILENT_SENTENCES = 2
"""Over so many sentences that name nothing, a pronoun still stands for what was named before them."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a conversation.

    Attributes:
        text: its words.
        now: the signs that are there now.
        ever: those and the ones that are long past.
        asked: the places of what is only asked about.
        pronouns: the places of words that stand for what was said before.
        carried: what the pronouns of the next turn may stand for.
    """

    text: Text
    now: Found
    ever: Found
    asked: frozenset[int]
    pronouns: frozenset[int]
    carried: Carried

    def reports(self, span: Span) -> bool:
        """Say whether a span is more than asked about, and more than a pronoun."""
        if span[0] == span[1]:
            return span[0] not in self.pronouns
        return not self.asked.issuperset(range(*span))

    def go_together(self, one: Span, other: Span) -> bool:
        """Say whether two spans stand near enough to tell of one thing."""
        first, second = sorted((one, other))
        if second[0] - first[1] <= _NEAR_WORDS:
            return True
        return self.text.breaks[first[1] : second[0] + 1].count(SENTENCE) <= 1


class Listener:
    """Finds the signs that are told.

    Args:
        concepts: what may be meant, with the words for it.
        kinds: which of them are cues, places, complaints and illnesses.
    """

    def __init__(self, concepts: Concepts, kinds: Kinds) -> None:
        self._concepts = concepts
        self._kinds = kinds
        self._cues = frozenset(kinds.cues.values())

    def listen(self, question: str, carried: Carried) -> Turn:
        """Find the signs that one turn tells; `carried` is what its pronouns may stand for."""
        text = self._concepts.text(question)
        phrases = self._concepts.phrases(text)
        context = Context(text, phrases, self._kinds)
        now: Found = {}
        ever: Found = {}
        flagged = any(context.flags)
        for concept in phrases.keys() - self._cues:
            if flagged:
                for span in phrases[concept]:
                    self._sort_in(concept, span, context, (now, ever))
            else:
                now[concept], ever[concept] = list(phrases[concept]), list(phrases[concept])
        carried = self._carry(text, phrases, context, (now, ever), carried)
        past = len(ever) != len(now) or any(len(ever[concept]) != len(now.get(concept, ())) for concept in ever)
        now = self._concepts.patterns(text, now)
        ever = self._concepts.patterns(text, ever) if past else now
        return Turn(text, now, ever, context.asked(), frozenset(context.pronouns()), carried)

    def _sort_in(self, concept: int, span: Span, context: Context, views: tuple[Found, Found]) -> None:
        flags = context.of(span)
        # What is a figure of speech in few words may be a sign in more: "coming back", "hes coming back up".
        if flags & FIGURE and context.holds_figures(span):
            flags &= ~FIGURE
        if concept in self._kinds.asked_as_true:
            flags &= ~ASKED
            # "Leg day" names no leg, but what was done.
            if flags & FIGURE and context.is_figure(span):
                flags &= ~FIGURE
        _put(span, concept, flags, views)
        if flags & DENIED:
            for place in context.taken_back(span):
                _put((place, place), concept, context.flags[place], views)

    def _carry(
        self, text: Text, phrases: Found, context: Context, views: tuple[Found, Found], carried: Carried
    ) -> Carried:
        """Let pronouns stand for the signs of the sentence before; return what the next turn's may stand for."""
        named = sorted(
            (span[0], concept, context.of(span) & ~ASKED)
            for concept in self._kinds.named.intersection(phrases)
            for span in phrases[concept]
        )
        pronouns = context.pronouns()
        if not pronouns:
            return self._with_place(_last_sentence(text, named), carried)
        at = 0
        current: list[tuple[int, int]] = []
        before = carried
        silent = 0
        for position in range(len(text.words)):
            if text.breaks[position] == SENTENCE and position:
                before = self._with_place(tuple(current), before) if current or silent < _SILENT_SENTENCES else ()
                silent = 0 if current else silent + 1
                current = []
            if position in pronouns:
                for concept, flags in before:
                    _put((position, position), concept, flags | context.flags[position], views)
            while at < len(named) and named[at][0] == position:
                if not named[at][2] & (FIGURE | DENIED):
                    current.append((named[at][1], named[at][2]))
                at += 1
        return self._with_place(tuple(current), before)

    def _with_place(self, signs: Carried, before: Carried) -> Carried:
        """Return what pronouns may stand for after these signs: they, and the place last named if they name none."""
        if any(concept in self._kinds.places for concept, _ in signs):
            return signs
        places = tuple(entry for entry in before if entry[0] in self._kinds.places)
        return (*signs, *places) if signs else before


def _put(span: Span, concept: int, flags: int, views: tuple[Found, Found]) -> None:
    now, ever = views
    if flags & (DENIED | ASKED | FIGURE):
        return
    ever.setdefault(concept, []).append(span)
    if not flags & PAST:
        now.setdefault(concept, []).append(span)


def _last_sentence(text: Text, named: Sequence[tuple[int, int, int]]) -> Carried:
    """Return the signs of the last sentence that names any that is not denied."""
    kept = [entry for entry in named if not entry[2] & (FIGURE | DENIED)]
    if not kept:
        return ()
    start, _ = text.sentence(kept[-1][0])
    return tuple((concept, flags) for place, concept, flags in kept if place >= start)
