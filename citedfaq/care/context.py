"""What a text says of the signs it names: that they are there, denied, long past, or only asked about."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from citedfaq.care.concepts import Found, Span
from citedfaq.care.words import COMMA, SENTENCE, Text

DENIED: Final = 1
PAST: Final = 2
ASKED: Final = 4
FIGURE: Final = 8
_OPENER = 16

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
    "past_before": "what sets an illness that follows in the past",
    "present": "what says that it is now after all",
    "openers": "how a question begins",
    "weak_openers": "how a question begins where a sentence does",
    "no_openers": "what begins like a question and is none",
    "lists": "how a question begins that goes on over commas",
    "about": "what makes the rest of a clause general",
    "stories": "what makes a whole sentence a story",
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
        complaints: those of them that are felt or seen.
        reports: complaints and what is made of them: what a patient reports.
        asked_as_true: facts and circumstances, which are no less true for being named in a question.
        illnesses: illnesses by their names.
    """

    cues: Mapping[str, int]
    named: frozenset[int]
    complaints: frozenset[int]
    reports: frozenset[int]
    asked_as_true: frozenset[int]
    illnesses: frozenset[int]


class Context:
    """The flags of every word of a text.

    Args:
        text: the words.
        found: the phrases of all concepts, cues among them.
        kinds: what the concepts are.
    """

    def __init__(self, text: Text, found: Found, kinds: Kinds) -> None:
        self.flags = [0] * len(text.words)
        self._text = text
        self._kinds = kinds
        self._cues: dict[str, list[Span]] = {
            name: sorted(set(found[concept])) for name, concept in kinds.cues.items() if concept in found
        }
        self._starts_of: dict[str, frozenset[int]] = {}
        deniable = (kinds.named | kinds.reports) & found.keys()
        self._signs = sorted({span for concept in deniable for span in found[concept]})
        # Spans in order: of those that start alike, the last is the longest.
        self._sign_ends = dict(self._signs)
        self._sign_starts = sorted(self._sign_ends)
        self._complaints = {span[0] for concept in kinds.complaints & found.keys() for span in found[concept]}
        self._illnesses = {span[0] for concept in kinds.illnesses & found.keys() for span in found[concept]}
        self._clauses: list[Span] = []
        self._taken = {
            place
            for concept in deniable
            for start, end in found[concept]
            if end - start > 1
            for place in range(start, end)
        }
        for start, end in self._cues.get("figures", ()):
            self._flag(start, end, FIGURE)
        if "negators" in self._cues or "after_no" in self._cues:
            self._denials()
        if "past" in self._cues or "past_before" in self._cues:
            self._past()
        if self._cues.keys() & {"openers", "weak_openers", "about", "stories"}:
            self._asked()

    def of(self, span: Span) -> int:
        """Return the flags of a span's words together."""
        flags = 0
        for position in range(*span):
            flags |= self.flags[position]
        # "what's the point of living" is itself the sign, not a question about it.
        return flags & ~ASKED if flags & _OPENER else flags

    def taken_back(self, span: Span) -> Iterator[int]:
        """Yield where in its sentence a denial of this span is taken back ("but now I do")."""
        for start, _ in self._cues.get("now_so", ()):
            if span[1] <= start and not any(
                self._text.breaks[place] == SENTENCE for place in range(span[1], start + 1)
            ):
                yield start

    def pronouns(self) -> list[int]:
        """Return where words stand for what was said before."""
        return [start for start, _ in self._cues.get("pronouns", ())]

    def _flag(self, start: int, end: int, flag: int) -> None:
        for position in range(start, min(end, len(self.flags))):
            self.flags[position] |= flag

    def _starts(self, *names: str) -> frozenset[int]:
        """Return where the cues of these lists begin."""
        key = " ".join(names)
        if key not in self._starts_of:
            self._starts_of[key] = frozenset(start for name in names for start, _ in self._cues.get(name, ()))
        return self._starts_of[key]

    # Denial

    def _denials(self) -> None:
        skipped = {place for span in self._cues.get("no_negators", ()) for place in range(*span)}
        taken, words = self._taken, self._text.words
        for start, end in self._cues.get("negators", ()):
            if start in skipped or any(place in taken and words[place] in _DENYING for place in range(start, end)):
                continue
            if end < len(self.flags) and self._text.breaks[end] and words[start] == "no":
                continue
            so_far = {words[start], words[start - 1] if start else ""} & _SO_FAR
            if so_far and self._clause_holds("unlike_before", start):
                continue
            self._deny_from(end)
        for start, end in self._cues.get("after_no", ()):
            for sign_start, sign_end in self._signs:
                if end < len(self.flags) and not self._text.breaks[end]:
                    continue
                if sign_end == start or (sign_end == start - 1 and self._text.words[sign_end] in ("is", "are", "was")):
                    self._flag(sign_start, sign_end, DENIED)

    def _deny_from(self, first: int) -> None:
        stops, subjects, links = self._starts("contrasts", "stops"), self._starts("subjects"), self._starts("links")
        linked, free_at = True, first
        if not self._sign_soon(first):
            return
        for position in range(first, len(self.flags)):
            mark = self._text.breaks[position]
            if position > first and (mark == SENTENCE or (mark and not self._list_goes_on(position))):
                break
            if position in stops:
                break
            if position > first and position in subjects and (mark or position - 1 in links or position - first > 1):
                break
            if position in links or mark:
                linked = True
            end = self._signs_at(position)
            if end and position >= free_at:
                if not linked and position in self._complaints and self._text.words[first - 1] in _NOUNS_FOLLOW:
                    # "no fever chest pain": what comes next is not denied, nor is the place just before it.
                    self._undeny_place(position, first)
                    break
                linked, free_at = linked and position not in self._complaints, end
            self.flags[position] |= DENIED

    def _sign_soon(self, first: int) -> bool:
        """Say whether a sign follows a negator within a few words: "not happy with the last visit" denies nothing."""
        following = bisect_left(self._sign_starts, first)
        return following < len(self._sign_starts) and self._sign_starts[following] - first <= _SOON

    def _undeny_place(self, position: int, first: int) -> None:
        while position - 1 > first and self._signs_at(position - 1) and position - 1 not in self._complaints:
            position -= 1
            self.flags[position] &= ~DENIED

    def _signs_at(self, position: int) -> int:
        """Return where the longest sign that starts here ends, or 0."""
        return self._sign_ends.get(position, 0)

    def _list_goes_on(self, comma: int) -> bool:
        """Say whether after a comma a denied list goes on: it comes to an "or" before a clause of its own begins."""
        ends = self._starts("contrasts", "stops", "subjects", "negators")
        for position in range(comma, min(comma + 12, len(self.flags))):
            if position in ends or (position > comma and self._text.breaks[position] == SENTENCE):
                return False
            if self._text.words[position] in ("or", "nor"):
                return True
        return False

    # Past

    def _past(self) -> None:
        for start, end in self._cues.get("past", ()):
            clause = self._clause_at(start)
            if self._holds("present", clause):
                continue
            self._flag(*clause, PAST)
            if clause[1] - clause[0] <= end - start + 1 and clause[1] < len(self.flags):
                following = self._clause_at(clause[1])
                if self._text.breaks[clause[1]] != SENTENCE and not self._holds("present", following):
                    self._flag(*following, PAST)
        for _, end in self._cues.get("past_before", ()):
            for position in range(end, min(end + 2, len(self.flags))):
                if position in self._illnesses:
                    self._flag(end, position + 2, PAST)

    # Questions about a sign

    def _asked(self) -> None:
        no_openers, lists = self._starts("no_openers"), self._starts("lists")
        for start in sorted(self._starts("openers", "weak_openers")):
            clause = self._clause_at(start)
            if start in no_openers or start != self._after_courtesies(clause):
                continue
            if start not in self._starts("openers") and not self._opens_sentence(clause):
                continue
            scope = (start, self._list_end(clause[1]) if start in lists else clause[1])
            self._ask(scope)
            self._flag(start, start + 1, _OPENER)
        no_about = self._cues.get("no_about", [])
        for start, end in self._cues.get("about", ()):
            if not any(first <= start and end <= last for first, last in no_about):
                clause_end = self._clause_at(end - 1)[1]
                names_any = any(place in self._sign_ends for place in range(end, clause_end))
                self._ask((end, self._list_end(clause_end) if names_any else clause_end))
        for start, _ in self._cues.get("stories", ()):
            self._ask(self._clause_at(start))

    def _ask(self, scope: Span) -> None:
        if not self._is_personal(scope):
            self._flag(*scope, ASKED)

    def _is_personal(self, scope: Span) -> bool:
        """Say whether in this part of the text somebody has the sign: "should I worry about my chest pain?"."""
        words = self._text.words
        supposed = self._starts("supposed")
        for start, _ in self._inside("personal", scope):
            before = words[start - 1] if start > 0 else ""
            inverted = start > scope[0] and before in _INVERTED and words[start] in _SUBJECTS
            mere_case = before in ("if", "when", "should") and start + 1 in supposed
            if not inverted and not mere_case:
                return True
        for start, _ in self._inside("owners", scope):
            following = bisect_right(self._sign_starts, start)
            if following < len(self._sign_starts) and self._sign_starts[following] <= start + 3:
                return True
        return False

    def _after_courtesies(self, clause: Span) -> int:
        position = clause[0]
        courtesies = self._starts("courtesies")
        while position < clause[1] and position in courtesies:
            position += 1
        return position

    def _opens_sentence(self, clause: Span) -> bool:
        """Say whether a sentence begins with this clause, or with a greeting and then this clause."""
        first = clause[0]
        while first > 0 and self._text.breaks[first] != SENTENCE:
            first -= 1
        greeting = range(first, clause[0])
        if len(greeting) > _GREETING or any(place in self._sign_ends for place in greeting):
            return False
        return not greeting or self._text.breaks[clause[0]] == COMMA

    def _list_end(self, end: int) -> int:
        """Return where a list that goes on over commas ends: at a clause of its own or the sentence's end."""
        subjects = self._starts("subjects", "contrasts")
        while end < len(self.flags) and self._text.breaks[end] != SENTENCE and end not in subjects:
            end += 1
        return end

    # Clauses

    def _clause_at(self, position: int) -> Span:
        if not self._clauses:
            self._clauses = [clause for clause in self._cut() for _ in range(*clause)]
        return self._clauses[position]

    def _cut(self) -> Iterator[Span]:
        conjunctions, restarts = self._starts("conjunctions"), self._starts("restarts")
        contrasts = self._starts("contrasts", "questions")
        start = 0
        for position in range(1, len(self.flags) + 1):
            if (
                position == len(self.flags)
                or self._text.breaks[position]
                or position in contrasts
                or (position in conjunctions and position + 1 in restarts)
            ):
                yield start, position
                start = position

    def _clause_holds(self, cue: str, position: int) -> bool:
        return cue in self._cues and self._holds(cue, self._clause_at(position))

    def _holds(self, cue: str, scope: Span) -> bool:
        return any(True for _ in self._inside(cue, scope))

    def _inside(self, cue: str, scope: Span) -> Iterator[Span]:
        spans = self._cues.get(cue, [])
        for position in range(bisect_left(spans, (scope[0], 0)), len(spans)):
            if spans[position][0] >= scope[1]:
                return
            if spans[position][1] <= scope[1]:
                yield spans[position]


_DENYING = frozenset(["no", "not", "never", "without", "nor", "neither", "nobody", "none", "nothing"])
_NOUNS_FOLLOW = frozenset({"no", "without"})
_SO_FAR = frozenset(["never", "have", "has", "had"])
_SOON = 5
"""Words at most between a negator and the first sign that it denies, small ones counted."""

_GREETING = 3
"""Words at most before the first comma that are a greeting ("good morning all, can massage...")."""

_INVERTED = frozenset(["can", "could", "should", "do", "does", "did", "will", "would", "may", "shall", "must", "might"])
_SUBJECTS = frozenset(["i", "you", "we", "he", "she", "they", "it"])
