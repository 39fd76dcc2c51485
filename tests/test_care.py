"""Care rules on the wordings that were written before them, on ordinary questions, and on mistakes in their file."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citedfaq.care import CARE_FILE, Numbers, load_rules
from citedfaq.care.screening import LEVELS
from citedfaq.errors import CitedFAQError
from citedfaq.evaluate import read_questions

from .conftest import CORPUS, QUESTIONS, ROOT

RULES = load_rules()
OWN = ROOT / "tests" / "data" / "red_flags.jsonl"
CHEST = "I have crushing chest pain going down my left arm"
SETTINGS = Numbers(emergency_number="112", urgent_number="111", crisis_line="116 123", phone="+1 555 0100")


def level(question: str, history: tuple[str, ...] = ()) -> str:
    fired = RULES.screen(question, history).new
    return fired.level if fired else "none"


def levels(file: Path) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        fired = level(entry["question"], tuple(entry.get("history", ())))
        found.setdefault(entry["level"], Counter())[fired] += 1
    return found


def share(found: Counter[str], *wanted: str) -> float:
    return sum(found[name] for name in wanted) / found.total()


def test_recall_on_the_wordings_written_before_the_rules():
    found = levels(OWN)
    assert share(found["emergency"], "emergency") == 1.0
    assert share(found["urgent"], "emergency", "urgent") >= 0.97
    assert share(found["information"], "emergency", "urgent", "information") >= 0.95
    assert share(found["none"], "none", "information") >= 0.97


def test_ordinary_questions_fire_nothing_urgent():
    asked = [(question.question, question.history) for question in read_questions(QUESTIONS)]
    asked += [(line[3:], ()) for line in (CORPUS / "faq.md").read_text().splitlines() if line.startswith("## ")]
    assert [question for question, history in asked if level(question, history) in ("emergency", "urgent")] == []


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.id)
def test_every_rule_names_its_guidance_and_is_not_yet_reviewed(rule):
    assert rule.sources
    assert all(source.url.startswith("https://") and source.title for source in rule.sources)
    assert rule.reviewed == ""
    assert len(rule.fires) >= 3
    assert len(rule.silent) >= 3


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.id)
def test_every_card_can_be_filled_with_and_without_numbers(rule):
    for numbers in (Numbers(), SETTINGS):
        card = rule.notice(numbers)
        assert not re.search(r"[{}]", card.title + card.text)
    if rule.level == "emergency":
        assert "your local emergency number" in rule.notice(Numbers()).text
        assert "112" in rule.notice(SETTINGS).text


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("i got a realy bad cheast pian and cant breath", "emergency"),
        ("my husband's face is drooping on one side", "emergency"),
        ("CANT FEEL BETWEEN MY LEGS AND CANT PEE", "emergency"),
        ("no chest pain, just a sore neck", "none"),
        ("I had chest pain years ago but it was nothing", "none"),
        ("is chest pain a side effect of dry needling?", "none"),
        ("should I worry about my chest pain?", "emergency"),
        ("no fever but my chest is being crushed", "emergency"),
        ("my back is killing me", "none"),
        ("I slept on it and have a dead leg", "none"),
        ("can trigger points cause numbness in the hand?", "none"),
        ("when should I see a doctor?", "none"),
        ("what are the signs of a stroke?", "none"),
    ],
)
def test_worked_examples(question, expected):
    found = level(question)
    assert found == expected or (expected == "none" and found == "information")


def test_signs_spread_over_a_conversation_fire_together_and_only_once():
    weak = "both my legs feel weak and numb since yesterday"
    assert level("and now I can't pee", (weak,)) == "emergency"
    later = RULES.screen("what is a trigger point?", (weak, "and now I can't pee"))
    assert later.new is None
    assert later.earlier is not None
    assert later.earlier.level == "emergency"


def test_a_conversation_without_signs_keeps_nothing():
    screening = RULES.screen("what is a trigger point?", ("will it hurt?",))
    assert (screening.new, screening.earlier, screening.fired) == (None, None, ())


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.lists(st.text(max_size=100), max_size=3))
def test_no_text_raises(question, history):
    RULES.screen(question, history)


FILLER = ("I like the clinic.", "The weather is fine today!", "My cat sat on the mat.", "Thank you for reading.")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(FILLER), max_size=6), st.lists(st.sampled_from(FILLER), max_size=6), st.booleans())
def test_filler_and_capitals_never_silence_an_emergency(before, after, loud):
    text = " ".join([*before, f"{CHEST}.", *after])
    assert level(text.upper() if loud else text) == "emergency"


def test_an_emergency_in_ten_thousand_characters_is_found():
    assert level("I like my neck massage. " * 400 + CHEST) == "emergency"
    assert level(CHEST + ". " + "I like my neck massage. " * 400) == "emergency"


RULE = """
[[rule]]
id = "{id}"
level = "{level}"
"""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text + "\nnot toml", "is not valid TOML"),
        (lambda text: text + "\n[more]\nx = 1\n", "'more' is not a table"),
        (lambda text: text.replace('level = "emergency"', 'level = "terrible"', 1), r"line \d+: .*terrible"),
        (lambda text: text + RULE.format(id="suicide", level="urgent"), r"line \d+: "),
        (lambda text: text.replace("\nsources = [", "\nsource = [", 1), r"line \d+: "),
        (lambda text: text.split("[[rule]]")[0], r"line \d+: "),
    ],
)
def test_a_mistake_in_the_file_is_one_sentence_with_its_line(tmp_path, change, message):
    file = tmp_path / "care.toml"
    file.write_text(change(CARE_FILE.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(CitedFAQError, match=message) as error:
        load_rules(file)
    assert str(error.value).startswith(str(file))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CitedFAQError, match="cannot be read"):
        load_rules(tmp_path / "nowhere.toml")


def test_rules_stand_highest_level_first():
    order = [LEVELS.index(rule.level) for rule in RULES.rules]
    assert order == sorted(order)
