"""Cues: the small words that say how a sign is meant, and where they stand in a text's clauses."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from citedfaq.care.places import Found, Span
from citedfaq.care.words import Text

CUES: Final = {
    "figures": "figures of speech, whose words mean nothing here",
    "negators": "words that deny what follows",
    "no_negators": "what begins like a denial and is none",
    "contrasts": "words that end a clause and a denial",
    "stops": "words that end a denial only",
    "subjects": "words that begin a clause of its own",
    "restarts": "words that begin one after a conjunction",
    "conjunctions": "words that join clauses",
    "questions": "questions that begin in mid-sentence",
    "after_no": "a denial that follows the sign",
    "unlike_before": "what turns 'never' into 'now'",
    "now_so": "what takes back a denial",
    "past": "what sets a clause long ago",
    "past_once": "who had an illness, long ago if the clause ends in 'once'",
    "past_before": "what sets an illness that follows in the past",
    "present": "what says that it is now after all",
    "openers": "how a question begins",
    "weak_openers": "how a question begins where a sentence does",
    "no_openers": "what begins like a question and is none",
    "lists": "how a question begins that goes on over commas",
    "about": "what makes the rest of a clause general",
    "stories": "what makes a whole clause a story",
    "no_about": "what sounds general and is not",
    "personal": "what says that somebody has the sign",
    "supposed": "verbs after 'if' that make it a mere case",
    "owners": "whose: my, his",
    "courtesies": "what may stand before a question",
    "pronouns": "words that stand for what was said before",
    "links": "words that continue a denial",
}
"""The lists of `[context]` in care.toml, by name."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """What the concepts are.

    Attributes:
        cues: those of `[context]`, by name.
        named: places, complaints, illnesses and facts: what a pronoun may stand for.
        places: those of them that are places of the body.
        facts: those of them that are so for long: an illness, a medicine, a pregnancy.
        complaints: those of them that are felt or seen.
        reports: complaints and what is made of them: what a patient reports.
        signs: both: all that is there, felt, seen or reported.
        asked_as_true: facts and circumstances, which are no less true for being named in a question.
        illnesses: illnesses by their names.
        circumstances: how, since when and after what.
    """

    cues: Mapping[str, int]
    named: frozenset[int]
    places: frozenset[int]
    facts: frozenset[int]
    complaints: frozenset[int]
    reports: frozenset[int]
    signs: frozenset[int]
    asked_as_true: frozenset[int]
    illnesses: frozenset[int]
    circumstances: frozenset[int]


class Cues:
    """The cues, the clauses and the signs of one text.

    Args:
        text: the words.
        found: the phrases of all concepts, cues among them.
        kinds: what the concepts are.

    Attributes:
        text: the words.
        signs: where a sign begins, in order, each with where the longest that begins there ends.
        complaints: where a complaint begins.
        illnesses: where an illness begins.
        circumstances: where a circumstance begins, if anything is denied.
        within_signs: every word of the signs of several words and of the circumstances of more, if anything is denied.
    """

    def __init__(self, text: Text, found: Found, kinds: Kinds) -> None:
        self.text = text
        self._spans = {name: sorted(set(found[cue])) for name, cue in kinds.cues.items() if cue in found}
        self._starts: dict[str, frozenset[int]] = {}
        spans = {span for concept in kinds.signs.intersection(found) for span in found[concept]}
        # In order: of those that begin alike, the last is the longest.
        self.signs = dict(sorted(spans))
        self._sign_starts = list(self.signs)
        self.complaints = {start for concept in kinds.complaints.intersection(found) for start, _ in found[concept]}
        self.illnesses = {start for concept in kinds.illnesses.intersection(found) for start, _ in found[concept]}
        self.circumstances: set[int] = set()
        self.within_signs: set[int] = set()
        if "negators" in self._spans:
            self._find_what_denials_ask_for(text, spans, kinds.circumstances, found)
        self._clauses: list[Span] = []

    def _find_what_denials_ask_for(
        self, text: Text, signs: set[Span], circumstances: frozenset[int], found: Found
    ) -> None:
        spans = {span for concept in circumstances.intersection(found) for span in found[concept]}
        self.circumstances = {start for start, _ in spans}
        # "Won't go down", but not "never had", which denies what follows.
        own = {(start, end) for start, end in spans if end - start > 2 and text.words[start] != "never"}
        own |= {(start, end) for start, end in signs if end - start > 1}
        self.within_signs = {place for span in own for place in range(*span)}

    def __contains__(self, name: str) -> bool:
        return name in self._spans

    def __getitem__(self, name: str) -> list[Span]:
        return self._spans.get(name, [])

    def starts(self, *names: str) -> frozenset[int]:
        """Return where the cues of these lists begin."""
        key = " ".join(names)
        if key not in self._starts:
            self._starts[key] = frozenset(start for name in names for start, _ in self[name])
        return self._starts[key]

    def covered(self, name: str) -> set[int]:
        """Return every word of the cues of a list."""
        return {place for span in self[name] for place in range(*span)}

    def inside(self, name: str, scope: Span) -> Iterator[Span]:
        """Yield the cues of a list that lie within a part of the text."""
        spans = self[name]
        for position in range(bisect_left(spans, (scope[0], 0)), len(spans)):
            if spans[position][0] >= scope[1]:
                return
            if spans[position][1] <= scope[1]:
                yield spans[position]

    def hold(self, name: str, scope: Span) -> bool:
        """Say whether a cue of a list lies within a part of the text."""
        return any(True for _ in self.inside(name, scope))

    def next_sign(self, place: int) -> int | None:
        """Return where the first sign from a place on begins, if any does."""
        following = bisect_left(self._sign_starts, place)
        return self._sign_starts[following] if following < len(self._sign_starts) else None

    def clause(self, place: int) -> Span:
        """Return the clause that holds a place: as far as a comma, a "but", or an "and" before a new subject."""
        if not self._clauses:
            self._clauses = [clause for clause in self._cut() for _ in range(*clause)]
        return self._clauses[place]

    def _cut(self) -> Iterator[Span]:
        conjunctions, restarts = self.starts("conjunctions"), self.starts("restarts")
        # "How do you…" is one question.
        asked = {place for place in self.starts("questions") if place - 1 not in self.starts("openers")}
        opening = self.starts("contrasts") | asked
        start = 0
        for place in range(1, len(self.text.words)):
            joined = place in conjunctions and place + 1 in restarts
            if self.text.breaks[place] or place in opening or joined:
                yield start, place
                start = place
        yield start, len(self.text.words)
