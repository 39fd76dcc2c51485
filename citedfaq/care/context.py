"""What a text says of the signs it names: that they are there, denied, long past, or only asked about."""

from collections.abc import Iterator
from typing import Final

from citedfaq.care.cues import Cues, Kinds
from citedfaq.care.denial import denied
from citedfaq.care.places import Found, Span
from citedfaq.care.words import COMMA, Text

DENIED: Final = 1
PAST: Final = 2
ASKED: Final = 4
FIGURE: Final = 8
_OPENER = 16

_GREETING = 3
"""Words at most before the first comma that are a greeting ("good morning all, can massage...")."""

_OWNED = 3
"""Words at most from "my" to the sign that is mine."""

_NEAR_PAST = 8
"""Words at most that a past sets long ago on either side; more are of another clause, where nobody typed a comma."""

_FORWARD = frozenset(["used", "history", "previously", "seizure", "fit", "attack", "episode"])
"""With one of these a past reaches only forward: "previously well", "last fit"."""

_AFTER_ONCE = frozenset(["after", "following", "during", "from"])
_EXAMPLES = frozenset(["like", "such", "including", "eg", "especially"])
_WELL = frozenset(["fine", "well", "ok", "okay", "good", "healed", "settled"])
_INVERTED = frozenset(["can", "could", "should", "do", "does", "did", "will", "would", "may", "shall", "must", "might"])
_OWN = frozenset(["i", "im", "ive", "my", "me", "mine", "we", "our"])
_DOERS = frozenset(["i", "im", "ive", "he", "hes", "she", "shes", "we", "weve", "dad", "mum", "mom", "husband", "wife"])
_UNREAL = frozenset(["dog", "cat", "puppy", "kitten", "horse", "pony", "rabbit", "hamster", "nightmare"])
"""Words of a story that is of nobody who writes, even if it is "my" dog."""
_SUBJECTS = frozenset(["i", "you", "we", "he", "she", "they", "it"])


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
        self._cues = Cues(text, found, kinds)
        for span in self._cues["figures"]:
            self._flag(span, FIGURE)
        if "negators" in self._cues or "after_no" in self._cues:
            for place in denied(self._cues):
                self.flags[place] |= DENIED
        self._past()
        self._asked()

    def of(self, span: Span) -> int:
        """Return the flags of a span's words together."""
        flags = 0
        for place in range(*span):
            flags |= self.flags[place]
        # "what's the point of living" is itself the sign, not a question about it.
        return flags & ~ASKED if flags & _OPENER else flags

    def is_figure(self, span: Span) -> bool:
        """Say whether a span is a figure of speech from end to end, as "leg day" is."""
        return span in self._cues["figures"]

    def holds_figures(self, span: Span) -> bool:
        """Say whether a span is more than any figure of speech in it, as "hes coming back up" is."""
        start, end = span
        return all(
            figure != span and start <= figure[0] and figure[1] <= end
            for figure in self._cues["figures"]
            if figure[0] < end and start < figure[1]
        )

    def asked(self) -> frozenset[int]:
        """Return the places of what is only asked about."""
        return frozenset(place for place, flags in enumerate(self.flags) if flags & ASKED and not flags & _OPENER)

    def taken_back(self, span: Span) -> Iterator[int]:
        """Yield where in its sentence a denial of this span is taken back ("but now I do")."""
        if "now_so" in self._cues:
            _, end = self._text.sentence(span[0])
            yield from (start for start, _ in self._cues.inside("now_so", (span[1], end)))

    def pronouns(self) -> list[int]:
        """Return where words stand for what was said before."""
        return [start for start, _ in self._cues["pronouns"]]

    def _flag(self, span: Span, flag: int) -> None:
        for place in range(span[0], min(span[1], len(self.flags))):
            self.flags[place] |= flag

    def _past(self) -> None:
        cues = self._cues
        for start, end in cues["past"]:
            clause = cues.clause(start)
            if self._is_present(clause):
                continue
            # "He used to faint" says nothing of what stands before it.
            forward = not _FORWARD.isdisjoint(self._text.words[start:end])
            begin = start if forward else max(clause[0], start - _NEAR_PAST)
            self._flag((begin, self._past_ends(start, end, clause)), PAST)
            # "Two years ago, I had a stroke."
            if clause[1] - clause[0] <= end - start + 1 and clause[1] < len(self.flags):
                following = cues.clause(clause[1])
                if self._text.breaks[clause[1]] <= COMMA and not self._is_present(following):
                    self._flag(following, PAST)
            self._past_goes_on(clause[1])
        self._past_once()
        for _, end in cues["past_before"]:
            for place in range(end, min(end + 2, len(self.flags))):
                if place in cues.illnesses:
                    self._flag((end, place + 2), PAST)

    def _past_ends(self, start: int, end: int, clause: Span) -> int:
        """Return where a past ends: at its clause's end, after some words, or where somebody else does something.

        "In 2019 I had surgery my dad has…": the first "I" belongs to a past that opens a clause.
        """
        last = min(clause[1], end + _NEAR_PAST)
        doers = [place for place in range(end, last) if self._text.words[place] in _DOERS]
        words = self._text.words[clause[0] : start]
        own = 1 if words[:1] in ([], ["when"], ["after"]) or _DOERS.isdisjoint(words) else 0
        return doers[own] if len(doers) > own else last

    def _past_once(self) -> None:
        """Set an illness in the past that somebody "had once", unless the sentence tells of now."""
        words = self._text.words
        for start, end in self._cues["past_once"]:
            clause = self._cues.clause(start)
            once = [at for at in range(end, clause[1]) if words[at] == "once"]
            if not once or self._is_present((clause[0], self._text.sentence(start)[1])):
                continue
            if once[-1] == clause[1] - 1 or words[once[-1] + 1] in _AFTER_ONCE:
                for place in self._cues.illnesses.intersection(range(end, clause[1])):
                    self._flag((place, self._cues.signs[place]), PAST)

    def _past_goes_on(self, place: int) -> None:
        """Set in the past too what "and had…" adds to it: "I was in a car crash in 2019 and had whiplash"."""
        if self._text.words[place : place + 2] in (["and", "had"], ["and", "got"]) and not self._text.breaks[place]:
            clause = self._cues.clause(place)
            if not self._is_present(clause):
                self._flag(clause, PAST)

    def _is_present(self, clause: Span) -> bool:
        """Say whether a clause tells that it is so now, and not that all is "fine now"."""
        return any(
            start == 0 or self._text.words[start - 1] not in _WELL for start, _ in self._cues.inside("present", clause)
        )

    def _asked(self) -> None:
        cues = self._cues
        openers, lists = cues.starts("openers"), cues.starts("lists")
        for start in sorted(cues.starts("openers", "weak_openers") - cues.starts("no_openers")):
            clause = cues.clause(start)
            if start == self._after_courtesies(clause) and (start in openers or self._opens_sentence(clause)):
                self._ask((start, self._list_end(clause[1]) if start in lists else clause[1]))
                self.flags[start] |= _OPENER
        no_about = cues.covered("no_about")
        for start, end in cues["about"]:
            if start not in no_about or end - 1 not in no_about:
                clause_end = cues.clause(end - 1)[1]
                names_any = any(place in cues.signs for place in range(end, clause_end))
                self._ask((end, self._list_end(clause_end) if names_any else clause_end))
        for start, end in cues["stories"]:
            clause = cues.clause(start)
            words = self._text.words
            # "My dog was hit by a car": whose it is does not make it mine; "my dog bit my hand" is.
            if _UNREAL.isdisjoint(words[start:end]) or not _OWN.isdisjoint(words[end : clause[1]]):
                self._ask(clause)
            else:
                self._flag(clause, ASKED)
            # Further on, "he" and "her" belong to the story, "I" and "my" do not.
            rest = (end, self._text.sentence(start)[1])
            if _OWN.isdisjoint(self._text.words[slice(*rest)]):
                self._flag(rest, ASKED)

    def _ask(self, scope: Span) -> None:
        """Mark what is only asked about, with the examples that follow over a comma: "…, like a punctured lung"."""
        end = scope[1]
        while end < len(self.flags) and self._text.breaks[end] == COMMA and self._text.words[end] in _EXAMPLES:
            end = self._cues.clause(end)[1]
        scope = scope[0], end
        if not self._is_personal(scope):
            self._flag(scope, ASKED)

    def _is_personal(self, scope: Span) -> bool:
        """Say whether in this part of the text somebody has the sign: "should I worry about my chest pain?"."""
        words, supposed = self._text.words, self._cues.starts("supposed")
        for start, _ in self._cues.inside("personal", scope):
            before = words[start - 1] if start > 0 else ""
            inverted = start > scope[0] and before in _INVERTED and words[start] in _SUBJECTS
            mere_case = before in ("if", "when", "should") and (start + 1 in supposed or words[start] == "a")
            if not inverted and not mere_case:
                return True
        for start, _ in self._cues.inside("owners", scope):
            sign = self._cues.next_sign(start + 1)
            if sign is not None and sign <= start + _OWNED:
                return True
        return False

    def _after_courtesies(self, clause: Span) -> int:
        place, courtesies = clause[0], self._cues.starts("courtesies")
        # "There is a weight on my chest" is no question, as "Hi there is massage..." is.
        while place < clause[1] and place in courtesies and (place > clause[0] or self._text.words[place] != "there"):
            place += 1
        return place

    def _opens_sentence(self, clause: Span) -> bool:
        """Say whether a sentence begins with this clause, or with a greeting and then this clause."""
        greeting = range(self._text.sentence(clause[0])[0], clause[0])
        if len(greeting) > _GREETING or any(place in self._cues.signs for place in greeting):
            return False
        return not greeting or self._text.breaks[clause[0]] == COMMA

    def _list_end(self, end: int) -> int:
        """Return where a list that goes on over commas ends: at a clause of its own or the sentence's end."""
        if end == 0 or end >= len(self.flags):
            return end
        sentence_end = self._text.sentence(end - 1)[1]
        own_clauses = self._cues.starts("subjects", "contrasts")
        while end < sentence_end and end not in own_clauses:
            end += 1
        return end
