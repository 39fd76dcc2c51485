"""`CareRules`: a question and what was asked before it, screened for signs that need care first."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from citedfaq.care.concepts import Concepts
from citedfaq.care.cues import Kinds
from citedfaq.care.places import Span
from citedfaq.care.turn import Listener, Turn

Level = Literal["emergency", "urgent", "information"]

LEVELS: Final[tuple[Level, ...]] = ("emergency", "urgent", "information")
"""Highest first."""


_Told = tuple[int, Span, bool]
"""A sign that was told: in which turn, where in it, and whether it is a fact about the patient."""


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
    """Signs that together fire a rule, told in different turns of a conversation, or near each other in one.

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


class CareRules:
    """All care rules, ready to screen with.

    Args:
        rules: in the order of the file; of two that fire at one level, the first is shown.
        concepts: the concepts that their wordings name.
        kinds: which of them are cues, places, complaints and illnesses.
    """

    def __init__(self, rules: Sequence[Rule], concepts: Concepts, kinds: Kinds) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: LEVELS.index(rule.level)))
        self._listener = Listener(concepts, kinds)
        self._facts = kinds.facts
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
        told: list[Turn] = []
        for text in (*history, question):
            told.append(self._listener.listen(text, told[-1].carried if told else ()))
        before, last = told[:-1], told[-1:]
        earlier = self._fired(before)
        new: set[int] = set()
        for position, wording in self._candidates(told):
            general = self.rules[position].level == "information"
            alone = self._complete(wording, last, general)
            if alone or (
                before and self._complete(wording, told, general) and not self._complete(wording, before, general)
            ):
                new.add(position)
        if earlier:
            reported = {sign for turn in before for sign in turn.now}
            new |= {position for position in earlier if self._reports[position] & (last[0].now.keys() - reported)}
        fired = tuple(self.rules[position] for position in sorted(new))
        return Screening(fired[0] if fired else None, self.rules[earlier[0]] if earlier else None, fired)

    def _fired(self, told: Sequence[Turn]) -> list[int]:
        """Return the rules, `emergency` and `urgent`, that a conversation fires, by their positions, highest first."""
        found = {
            position
            for position, wording in self._candidates(told)
            if self.rules[position].level != "information" and self._complete(wording, told, general=False)
        }
        return sorted(found)

    def _candidates(self, told: Sequence[Turn]) -> list[tuple[int, Wording]]:
        signs = {sign for turn in told for sign in turn.ever}
        return [pair for sign in signs for pair in self._by_sign.get(sign, ())]

    def _complete(self, wording: Wording, told: Sequence[Turn], general: bool) -> bool:
        """Say whether all signs of a wording are told together; unless `general`, one by more than a question or "it".

        In one turn they have to stand near each other, unless they are facts about the patient: in a long letter, what
        stands far apart is of different people, times or subjects.
        """
        choices: list[list[_Told]] = []
        for need, ever in zip(wording.needs, wording.ever, strict=True):
            found = [
                (number, span, sign in self._facts)
                for number, turn in enumerate(told)
                for sign in need
                for span in (turn.ever if ever else turn.now).get(sign, ())
                if self._counts(turn, span, wording.unless)
            ]
            if not found:
                return False
            choices.append(found)
        if len(choices) == 1:
            return general or any(told[number].reports(span) for number, span, _ in choices[0])
        for found in choices:
            found.sort()
        if general:
            return _together(choices, told)
        for place, found in enumerate(choices):
            real = [one for one in found if told[one[0]].reports(one[1])]
            if real and _together([*choices[:place], real, *choices[place + 1 :]], told):
                return True
        return False

    def _counts(self, turn: Turn, span: Span, unless: Iterable[int]) -> bool:
        """Say whether nothing in a sign's sentence excludes it."""
        excluded = [other for concept in unless for other in turn.ever.get(concept, ())]
        if not excluded:
            return True
        start, end = turn.text.sentence(span[0])
        return not any(start <= other[0] < end or (other[0] == other[1] == start) for other in excluded)


def _together(choices: Sequence[list[_Told]], told: Sequence[Turn]) -> bool:
    """Say whether one of each choice can be taken so that those of one turn stand near each other."""
    first, *others = sorted(choices, key=len)
    return any(all(_near(anchor, other, told) for other in others) for anchor in first)


def _near(anchor: _Told, others: list[_Told], told: Sequence[Turn]) -> bool:
    """Say whether one of the others was told in another turn, or near the anchor, or is a fact; they are in order."""
    number, span, fact = anchor
    if fact or others[0][0] != number or others[-1][0] != number:
        return True
    place = bisect_left(others, anchor)
    nearest = others[max(place - 1, 0) : place + 1]
    return any(told[number].go_together(span, other) for _, other, _ in nearest) or any(one[2] for one in others)
