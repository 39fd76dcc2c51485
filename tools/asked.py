"""Which questions are asked of which of the clinics that `fit_confidence.py` learns from, and how much they count."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Final

from citedfaq.evaluate import Question

OWN: Final = "own"
LIBRARY: Final = "library"
CONTRIVED_WEIGHT: Final = 0.25
"""Of the unanswerable questions of `questions_dev.jsonl`: letters and others made to look as if they had an answer, far
harder than those of `questions.jsonl`. With their full weight, one threshold answers fewer of the answerable questions
on these articles than of those on the clinics'."""

ELSEWHERE: Final[Mapping[str, Sequence[str]]] = {
    "dental": (LIBRARY, "back", "feet", "massage", "myofascial", "neck", "needling", "sports", "triggerpoints", OWN),
    "feet": ("dental", "jaw", LIBRARY),
    "jaw": ("feet", LIBRARY),
    "back": ("dental",),
    "massage": ("dental",),
    "needling": ("dental",),
    "gp": ("dental", "hearing", "knots"),
    "hearing": ("release", "skin", LIBRARY),
    "skin": ("hearing", "shoulder", "vaccines"),
    "vaccines": ("feet", "headache", "triggerpoints"),
    "knots": ("vaccines",),
    "wordings_letters": ("hands", "knots", "muscle", "neck", "pressure", OWN),
    "wordings_outbreak": ("hands", "massage", "release", "triggerpoints", OWN),
    "wordings_enquiries": ("muscle", "myofascial", "osteo", "pressure", "sports", OWN),
    "library_rare": ("library_common", "library_tests", "needling", "wordings_physio", OWN),
    "library_common": ("jaw", "library_rare", "release", "wordings_deskwork", "wordings_magazine", OWN),
    "library_tests": ("feet", "hearing", "library_rare", "wordings_explained", "wordings_guidance", OWN),
    "library_body": ("library_rare", "shoulder", "wordings_chats", "wordings_search", OWN),
    "library_genes": ("library_body", "library_common", "muscle", "wordings_lists", "wordings_plain", OWN),
    "library_names": ("dental", "feet", "library_rare", "wordings_longform", "wordings_overview", OWN),
}
"""Clinics whose questions are also asked of others, whose subject is another, so that other illnesses and other parts
of the body are learnt to be none of a clinic's."""

ASKED_ELSEWHERE: Final = 80

GROUPS: Final[Mapping[str, Mapping[str, bool]]] = {
    "group practice": {
        **dict.fromkeys(("dental", "feet", "hearing", "skin", "triggerpoints"), True),
        **dict.fromkeys(("gp", "vaccines"), False),
    },
    # `library_rare` and `library_genes` have pages on the same illnesses.
    LIBRARY: dict.fromkeys(
        ("library_body", "library_common", "library_genes", "library_names", "library_tests"), False
    ),
}
"""Clinics whose articles make one larger corpus of several subjects, so that larger ones are learnt from too; and
whether what their own articles do not answer is not answered by the others' either."""

WORDINGS: Final = "wordings_"
WORDINGS_WEIGHT: Final = 0.25
"""Of the questions on clinics of this name, which have five or seven on each fact and few unanswerable ones: the
ranking is learnt from all of them, the confidence about as much as from a clinic of the other kind."""

_OF_ANY_CLINIC = re.compile(
    r"\b(book|appoint|visit|session|cost|price|pay|fee|card|cancel|open|hour|clos|park|wear|bring|insur|child|kid|"
    r"pregnan|nervous|afraid|hurt|pain|sore|bruis|how (long|often|many|much)|ice|heat|exercis|stretch|sleep|work|"
    r"smok|doctor|gp)",
    re.IGNORECASE,
)
"""What any clinic may answer: such a question is asked of its own clinic only."""


def asked_of(name: str, questions: Mapping[str, Sequence[Question]]) -> list[tuple[Question, float]]:
    """Return what is asked of a clinic, each question with its weight: its own questions, and strange ones.

    Args:
        name: of the clinic.
        questions: of each clinic.
    """
    asked = [(each, _weight(name, each)) for each in questions[name]]
    for other, places in ELSEWHERE.items():
        if name in places and other in questions:
            asked += [(each, 1.0) for each in _none_of_its_business(questions[other], name)]
    return asked


def _weight(name: str, question: Question) -> float:
    if name == OWN:
        return 1.0 if question.evidence else CONTRIVED_WEIGHT
    return WORDINGS_WEIGHT if name.startswith(WORDINGS) else 1.0


def only_its_business(questions: Sequence[Question], unanswerable: bool) -> list[Question]:
    """Return those of a clinic's questions that no other clinic could take for its own."""
    return [each for each in questions if not _OF_ANY_CLINIC.search(each.question) and (each.evidence or unanswerable)]


def _none_of_its_business(questions: Sequence[Question], other: str) -> list[Question]:
    """Return some of a clinic's questions as another, whose articles do not answer them, hears them."""
    strange = [each for each in questions if not each.history and not _OF_ANY_CLINIC.search(each.question)]
    strange.sort(key=lambda each: hashlib.sha256((other + each.question).encode()).digest())
    return [each.model_copy(update={"evidence": ()}) for each in strange[:ASKED_ELSEWHERE]]
