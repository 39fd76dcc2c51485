"""The care rules on all sets of wordings; docs/safety.md tells each set's first figures, from before it was read."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.screening import WORDINGS
from citedfaq.care import load_rules
from citedfaq.care.screening import LEVELS

from .conftest import ROOT

RULES = load_rules()
DATA = ROOT / "tests" / "data"
_, *SETS = WORDINGS
"""All but the authors' own first set, which `test_care` holds."""


def read(name):
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def level(question):
    fired = RULES.screen(question).new
    return fired.level if fired else "none"


def screen(entry):
    return RULES.screen(entry["question"], entry.get("history", ()))


@pytest.mark.parametrize("name", SETS)
def test_wordings_that_were_read_once_go_on_firing(name):
    for entry in read(name):
        screening = screen(entry)
        fired = screening.new.level if screening.new else "none"
        if "left_out" in entry or "earlier" in entry:
            shown = screening.earlier and screening.earlier.level
            assert shown in LEVELS[: LEVELS.index(entry["level"]) + 1], entry
        elif entry["level"] == "none":
            assert fired in ("none", "information"), (entry, screening.new.id)
        else:
            assert fired in LEVELS[: LEVELS.index(entry["level"]) + 1], entry


def test_ordinary_questions_and_letters_fire_nothing_urgent():
    fired = [(screen(entry).new, entry["question"]) for entry in read("ordinary")]
    assert len(fired) >= 250
    assert [(rule.id, question) for rule, question in fired if rule and rule.level != "information"] == []


def emergencies(*names):
    """The emergencies of these sets that one question tells."""
    entries = [entry for name in names for entry in read(name) if not entry.get("history") and "left_out" not in entry]
    return [entry["question"] for entry in entries if entry["level"] == "emergency"]


SIGNS = emergencies(*SETS)
BLIND_SIGNS = emergencies(*SETS[:-1])
BEFORE = "I drive a lorry five days a week. Weekends are fine and my wife says that I should have booked years ago."
AFTER = "Do you have somewhere to leave a bicycle? I can come on any evening but Tuesday."


def test_an_emergency_is_found_within_an_ordinary_letter():
    for told in SIGNS:
        end = "" if told[-1] in ".!?" else "."
        fired = RULES.screen(f"{BEFORE} {told}{end} {AFTER}").new
        assert fired is not None, told
        assert fired.level == "emergency", told


IN_ONE_BREATH = (
    "hi there {}",
    "i wasnt going to say anything but {}",
    "what does it mean when {}",
    "i dont smoke {}",
    "no one is home {}",
    "{} no money for a taxi",
    "{} so can i move my appointment",
    "{} no history of anything",
    "{} previously well",
    "{} and i read that it can be a sign of something",
)
MOST_LOST = 5


@pytest.mark.parametrize("phrase", IN_ONE_BREATH)
def test_a_harmless_phrase_in_one_breath_does_not_silence_an_emergency(phrase):
    lost = [sign for sign in BLIND_SIGNS if level(phrase.format(sign.rstrip("."))) != "emergency"]
    assert len(lost) <= MOST_LOST, lost


EMERGENCIES = [
    entry["question"] for entry in read("red_flags_blind_c") if entry["level"] == "emergency" and "history" not in entry
]
DETAILS = ("I am Jane Roe, born 12/03/1980.", "Write to jane.roe@example.org!", "My number is +44 7700 900123.")
FILLER = ("I like the clinic. ", "The weather is fine today! ", "Thank you for reading. ")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(EMERGENCIES), st.sampled_from(DETAILS), st.sampled_from(FILLER), st.booleans())
def test_an_emergency_is_found_beside_personal_details_and_in_ten_thousand_characters(told, details, filler, first):
    room = filler * ((10_000 - len(told) - len(details)) // len(filler))
    # Two line ends, so that what stands beside it is not read as a part of its sentence.
    parts = [details, told, room] if first else [room, told, details]
    fired = RULES.screen("\n\n".join(parts)).new
    assert fired is not None
    assert fired.level == "emergency"
