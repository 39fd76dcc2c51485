"""Which words of a text are denied: "no chest pain", "isn't swollen, hot or red", "fever: no"."""

from collections.abc import Iterator

from citedfaq.care.cues import Cues
from citedfaq.care.places import Span
from citedfaq.care.words import SENTENCE

_DENYING = frozenset(["no", "not", "never", "without", "nor", "neither", "nobody", "none", "nothing"])
_NOUNS_FOLLOW = frozenset({"no", "without"})
_SO_FAR = frozenset(["never", "have", "has", "had"])
"""With one of these a denial may mean the time before: "I have never had pain like this"."""

_BELIEFS = frozenset(
    ["think", "believe", "suppose", "say", "know", "had", "have", "got", "feel", "that", "if", "in", "on"]
)
"""After these a denial is of what follows: "I don't think my neck is stiff"."""

_SOON = 5
"""Words at most between a negator and the first sign that it denies; "not happy with my last visit" denies none."""

_FAR = 40
"""Words at most that one negator denies."""

_LIST = 12
"""Words at most within which a list that goes on after a comma has to come to its "or"."""


def denied(cues: Cues) -> set[int]:
    """Return the places of the words that are denied."""
    places: set[int] = set()
    for first in _negators(cues):
        places |= _denied_from(cues, first)
    for span in _denied_before(cues):
        places.update(range(*span))
    return places


def _negators(cues: Cues) -> Iterator[int]:
    """Yield where a denial begins: after each negator that is one, and not part of a sign such as "no feeling"."""
    words, skipped = cues.text.words, cues.covered("no_negators")
    for start, end in cues["negators"]:
        own = any(place in cues.within_signs and words[place] in _DENYING for place in range(start, end))
        if start in skipped or own or end >= len(words):
            continue
        # "No, my chest hurts" answers something else.
        if cues.text.breaks[end] and words[start] == "no":
            continue
        so_far = {words[start], words[max(start - 1, 0)]} & _SO_FAR
        if so_far and "unlike_before" in cues and cues.hold("unlike_before", cues.clause(start)):
            continue
        yield end


def _denied_from(cues: Cues, first: int) -> set[int]:
    sign = cues.next_sign(first)
    if sign is None or sign - first > _SOON:
        return _circumstances(cues, first)
    places: set[int] = set()
    links, noun_list = cues.starts("links"), cues.text.words[first - 1] in _NOUNS_FOLLOW
    linked, free_at = True, first
    for place in range(first, min(first + _FAR, len(cues.text.words))):
        if _ends(cues, first, place):
            break
        linked = linked or place in links or cues.text.breaks[place] > 0
        end = cues.signs.get(place, 0)
        if end and place >= free_at:
            complaint = place in cues.complaints
            if complaint and not linked and noun_list:
                # "no fever chest pain": what comes next is not denied, nor is the place just before it.
                while place - 1 in cues.signs and place - 1 not in cues.complaints and place - 1 > first:
                    place -= 1  # noqa: PLW2901 - the loop ends here
                    places.discard(place)
                break
            linked, free_at = linked and not complaint, end
        places.add(place)
    return places


def _circumstances(cues: Cues, first: int) -> set[int]:
    """Return what is denied where no sign is: "it is never sudden or severe" denies what makes one of another."""
    place, links = first, cues.starts("links")
    while place in cues.circumstances or (place > first and place in links):
        place += 1
    return set(range(first, place))


def _ends(cues: Cues, first: int, place: int) -> bool:
    """Say whether a denial that began at `first` has ended at `place`."""
    if place in cues.starts("contrasts", "stops"):
        return True
    if place == first:
        return False
    mark = cues.text.breaks[place]
    if mark == SENTENCE or (mark and not _list_goes_on(cues, place)):
        return True
    # "I have no allergies my chest hurts": what is denied has been named.
    named = place - first == 1 and first not in cues.signs and cues.text.words[first] not in _BELIEFS
    new_clause = mark or place - 1 in cues.starts("links") or place - first > 1 or named
    return bool(place in cues.starts("subjects") and new_clause)


def _list_goes_on(cues: Cues, comma: int) -> bool:
    """Say whether after a comma a denied list goes on: it comes to an "or" before a clause of its own begins."""
    ends = cues.starts("contrasts", "stops", "subjects", "negators")
    for place in range(comma, min(comma + _LIST, len(cues.text.words))):
        if place in ends or (place > comma and cues.text.breaks[place] == SENTENCE):
            return False
        if cues.text.words[place] in ("or", "nor"):
            return True
    return False


def _denied_before(cues: Cues) -> Iterator[Span]:
    """Yield the signs that are denied by what follows them: "fever: no", "numbness none"."""
    if "after_no" not in cues:
        return
    words, breaks = cues.text.words, cues.text.breaks
    by_end = {end: start for start, end in cues.signs.items()}
    for start, end in cues["after_no"]:
        if end < len(words) and not breaks[end]:
            continue
        sign_end = start - 1 if words[start - 1] in ("is", "are", "was") else start
        if start and sign_end in by_end:
            yield by_end[sign_end], sign_end
