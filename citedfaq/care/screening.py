"""`CareRules`: a question and what was asked before it, screened for signs that need care first."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from citedfaq.care.concepts import Concepts
from citedfaq.care.context import ASKED, DENIED, FIGURE, PAST, Context
from citedfaq.care.cues import Kinds
from citedfaq.care.places import Found, Span
from citedfaq.care.words import SENTENCE, Text

Level = Literal["emergency", "urgent", "information"]

LEVELS: Final[tuple[Level, ...]] = ("emergency", "urgent", "information")
"""Highest first."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers to call, from the clinic's settings; each may be empty."""

    emergency_number: str = ""
    urgent_number: str = ""
    crisis_line: str = ""
    phone: str = ""


STANDS_FOR: Final = {
    "emergency_number": "your local emergency number",
    "urgent_number": "your doctor or an urgent care service",
    "crisis_line": "a crisis helpline",
    "phone": "the clinic",
}
"""What a care card says for a number that the clinic has not set."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A care card: what a patient reads."""

    rule: str
    level: Level
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """The published guidance that a rule rests on."""

    title: str
    url: str
    date: str


@dataclass(frozen=True, slots=True)
class Wording:
    """Signs that together fire a rule, wherever in the conversation each is told.

    Attributes:
        needs: the signs, each as the numbers of the concepts of which one is enough.
        ever: for each, whether it counts even if it is long past.
        unless: concepts that exclude a sign if they occur in its sentence.
        text: as it stands in the file.
    """

    needs: tuple[tuple[int, ...], ...]
    ever: tuple[bool, ...]
    unless: tuple[int, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One care rule; `care.toml` says what each field is."""

    id: str
    level: Level
    title: str
    text: str
    reviewed: str
    sources: tuple[Source, ...]
    wordings: tuple[Wording, ...]
    fires: tuple[tuple[str, ...], ...]
    silent: tuple[tuple[str, ...], ...]

    def notice(self, numbers: Numbers) -> Notice:
        """Return the rule's care card, with the clinic's numbers or the words that stand for them."""
        filled = {name: getattr(numbers, name) or instead for name, instead in STANDS_FOR.items()}
        return Notice(self.id, self.level, self.title, self.text.format(**filled))


@dataclass(frozen=True, slots=True)
class Screening:
    """What a question says that needs care first.

    Attributes:
        new: the highest rule that the question fires, by itself or together with signs told before; None if none does.
        earlier: the highest rule, `emergency` or `urgent`, that the conversation before it had fired; its card stays.
        fired: every rule that the question fires, highest first.
    """

    new: Rule | None
    earlier: Rule | None
    fired: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """One turn of a conversation: the signs that are there now, and those with the ones that are long past."""

    text: Text
    now: Found
    ever: Found
    carried: tuple[tuple[int, int], ...]


class CareRules:
    """All care rules, ready to screen with.

    Args:
        rules: in the order of the file; of two that fire at one level, the first is shown.
        concepts: the concepts that their wordings name.
        kinds: which of them are cues, places, complaints and illnesses.
    """

    def __init__(self, rules: Sequence[Rule], concepts: Concepts, kinds: Kinds) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: LEVELS.index(rule.level)))
        self._concepts = concepts
        self._kinds = kinds
        self._cues = frozenset(kinds.cues.values())
        uses = Counter(
            sign for rule in self.rules for wording in rule.wordings for need in wording.needs for sign in need
        )
        self._by_sign: dict[int, list[tuple[int, Wording]]] = {}
        for position, rule in enumerate(self.rules):
            for wording in rule.wordings:
                # Under its rarest need: without that one it is never complete.
                for sign in min(wording.needs, key=lambda need: sum(uses[sign] for sign in need)):
                    self._by_sign.setdefault(sign, []).append((position, wording))
        self._reports = [
            frozenset(kinds.reports & {sign for wording in rule.wordings for need in wording.needs for sign in need})
            for rule in self.rules
        ]

    def screen(self, question: str, history: Sequence[str] = ()) -> Screening:
        """Screen a question together with the earlier ones of its conversation.

        A wording counts as new if the question tells all of its signs, or tells one that, with those told before,
        completes it. What the earlier questions had completed by themselves is `earlier`.

        Args:
            question: as the patient typed it.
            history: the patient's earlier questions, oldest first.
        """
        told: list[_Told] = []
        for text in (*history, question):
            told.append(self._listen(text, told[-1].carried if told else ()))
        before, last = told[:-1], told[-1:]
        earlier = self._fired(before)
        new: set[int] = set()
        for position, wording in self._candidates(told):
            alone = self._complete(wording, last)
            if alone or (before and self._complete(wording, told) and not self._complete(wording, before)):
                new.add(position)
        if earlier:
            reported = {sign for turn in before for sign in turn.now}
            new |= {position for position in earlier if self._reports[position] & (last[0].now.keys() - reported)}
        fired = tuple(self.rules[position] for position in sorted(new))
        return Screening(fired[0] if fired else None, self.rules[earlier[0]] if earlier else None, fired)

    def _fired(self, told: Sequence[_Told]) -> list[int]:
        """Return the rules, `emergency` and `urgent`, that a conversation fires, by their positions, highest first."""
        found = {
            position
            for position, wording in self._candidates(told)
            if self.rules[position].level != "information" and self._complete(wording, told)
        }
        return sorted(found)

    def _candidates(self, told: Sequence[_Told]) -> list[tuple[int, Wording]]:
        signs = {sign for turn in told for sign in turn.ever}
        return [pair for sign in signs for pair in self._by_sign.get(sign, ())]

    def _complete(self, wording: Wording, told: Sequence[_Told]) -> bool:
        for need, ever in zip(wording.needs, wording.ever, strict=True):
            if not any(
                self._counts(turn, span, wording.unless)
                for turn in told
                for sign in need
                for span in (turn.ever if ever else turn.now).get(sign, ())
            ):
                return False
        return True

    def _counts(self, turn: _Told, span: Span, unless: Iterable[int]) -> bool:
        """Say whether nothing in a sign's sentence excludes it."""
        excluded = [other for concept in unless for other in turn.ever.get(concept, ())]
        if not excluded:
            return True
        start, end = turn.text.sentence(span[0])
        return not any(start <= other[0] < end or (other[0] == other[1] == start) for other in excluded)

    def _listen(self, question: str, carried: tuple[tuple[int, int], ...]) -> _Told:
        """Find the signs that one turn tells; `carried` is what its pronouns may stand for."""
        text = self._concepts.text(question)
        phrases = self._concepts.phrases(text)
        context = Context(text, phrases, self._kinds)
        now: Found = {}
        ever: Found = {}
        for concept, spans in phrases.items():
            if concept in self._cues:
                continue
            for span in spans:
                self._sort_in(concept, span, context, (now, ever))
        carried = self._carry(text, phrases, context, (now, ever), carried)
        past = len(ever) != len(now) or any(len(ever[concept]) != len(now.get(concept, ())) for concept in ever)
        now = self._concepts.patterns(text, now)
        return _Told(text, now, self._concepts.patterns(text, ever) if past else now, carried)

    def _sort_in(self, concept: int, span: Span, context: Context, views: tuple[Found, Found]) -> None:
        flags = context.of(span)
        if concept in self._kinds.asked_as_true:
            flags &= ~ASKED
        _put(span, concept, flags, views)
        if flags & DENIED:
            for place in context.taken_back(span):
                _put((place, place), concept, context.flags[place], views)

    def _carry(
        self,
        text: Text,
        phrases: Found,
        context: Context,
        views: tuple[Found, Found],
        carried: tuple[tuple[int, int], ...],
    ) -> tuple[tuple[int, int], ...]:
        """Let pronouns stand for the signs of the sentence before; return what the next turn's may stand for."""
        named = sorted(
            (span[0], concept, context.of(span) & ~ASKED)
            for concept in self._kinds.named & phrases.keys()
            for span in phrases[concept]
        )
        pronouns = context.pronouns()
        if not pronouns:
            last = _last_sentence(text, named)
            return last or carried
        at = 0
        current: list[tuple[int, int]] = []
        before = carried
        for position in range(len(text.words)):
            if text.breaks[position] == SENTENCE and position:
                before = tuple(current) or before
                current = []
            if position in pronouns:
                for concept, flags in before:
                    _put((position, position), concept, flags | context.flags[position], views)
            while at < len(named) and named[at][0] == position:
                if not named[at][2] & (FIGURE | DENIED):
                    current.append((named[at][1], named[at][2]))
                at += 1
        return tuple(current) or before


def _put(span: Span, concept: int, flags: int, views: tuple[Found, Found]) -> None:
    now, ever = views
    if flags & (DENIED | ASKED | FIGURE):
        return
    ever.setdefault(concept, []).append(span)
    if not flags & PAST:
        now.setdefault(concept, []).append(span)


def _last_sentence(text: Text, named: Sequence[tuple[int, int, int]]) -> tuple[tuple[int, int], ...]:
    """Return the signs of the last sentence that names any that is not denied."""
    kept = [entry for entry in named if not entry[2] & (FIGURE | DENIED)]
    if not kept:
        return ()
    start, _ = text.sentence(kept[-1][0])
    return tuple((concept, flags) for place, concept, flags in kept if place >= start)
