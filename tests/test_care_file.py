"""Mistakes in the file of care rules: one sentence, with the line."""

import re
from pathlib import Path

import pytest

from citedfaq.care import CARE_FILE, load_rules
from citedfaq.care.cues import CUES
from citedfaq.errors import CitedFAQError

CONTEXT = "\n".join(f'{name} = ["{name.replace("_", "")}"]' for name in CUES)
SMALL = f"""[context]
fillers = ["my", "the"]
{CONTEXT}

[spellings]
u = "you"

[slips]
week = {{ means = "weak", not_after = ["last"] }}

[where]
chest = ["chest"]

[what]
pain = ["pain", "hurts"]

[illness]
flu = ["flu"]

[facts]
diabetes = ["diabetes"]

[how]
sudden = ["sudden"]

[signs]
chest_pain = ["{{chest}} {{pain}}"]

[[rule]]
id = "chest-pain"
level = "emergency"
title = "Call now"
text = "Call {{emergency_number}}."
sources = [{{ title = "A guideline", url = "https://guide.example", date = "2026-01-01" }}]
wordings = ["{{chest_pain}}", "{{pain}} + {{sudden}}"]
unless = ["{{flu}}"]
fires = ["my chest hurts", "pain in my chest", ["chest", "sudden pain"]]
silent = ["my arm hurts", "flu and pain in my chest", "hello"]
"""


def load(folder: Path, text: str):
    file = folder / "care.toml"
    file.write_text(text, encoding="utf-8")
    return load_rules(file)


def test_a_small_file_works(tmp_path):
    rules = load(tmp_path, SMALL)
    assert rules.screen("My chest hurts").new.id == "chest-pain"
    assert rules.screen("my chest hurts, it is flu").new is None
    assert rules.rules[0].sources[0].date == "2026-01-01"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('level = "emergency"', 'level = "soon"', "'soon' is not a level"),
        ('level = "emergency"\n', "", "lacks 'level'"),
        ('title = "Call now"', 'title = ""', "lacks 'title'"),
        ("{emergency_number}", "{ambulance}", "{ambulance} is not a number"),
        ('id = "chest-pain"', 'id = "Chest pain"', "needs an id"),
        ('id = "chest-pain"', 'id = "chest-pain"\ncolour = "red"', "'colour' is not a key of a rule"),
        ('id = "chest-pain"', 'id = "chest-pain"\nreviewed = 3', "'reviewed' has to be a text"),
        ('wordings = ["{chest_pain}", "{pain} + {sudden}"]', "", "lacks 'wordings'"),
        ('"{pain} + {sudden}"]', '"{pain} + {soon}"]', "'soon' is not a concept"),
        ('"{pain} + {sudden}"]', '"{pain} - {soon}"]', "'soon' is not a concept"),
        ('wordings = ["{chest_pain}",', "wordings = [3,", "'wordings' has to be a list of texts"),
        ('unless = ["{flu}"]', 'unless = ["{cold}"]', "'cold' is not a concept"),
        ("sources = [", "origins = [", "'origins' is not a key"),
        ("sources = [{", "sources = [] # {", "lacks 'sources'"),
        ("https://guide.example", "guide.example", "a url that starts with https://"),
        ('title = "A guideline", ', "", "a source has a title"),
        ('silent = ["my arm hurts", ', "silent = [", "needs at least 3 examples in 'silent'"),
        ('"my arm hurts"', '"my chest hurts"', "fires on its example"),
        ('"pain in my chest", [', '"pain in my arm", [', "does not fire on its example"),
        ('["{chest} {pain}"]', '["{chest} {ache}"]', "'ache' is not a concept"),
        ('["{chest} {pain}"]', '["{chest} pain"]', "stands neither in braces nor in apostrophes"),
        ('["{chest} {pain}"]', '["{chest} > {pain} {chest}"]', "'>' has to stand between all parts or none"),
        ('["{chest} {pain}"]', '["{chest_pain} {pain}"]', "'chest_pain' rests on itself"),
        ('["{chest} {pain}"]', '[" "]', "an entry is empty"),
        ('["pain", "hurts"]', '["Pain!"]', "small letters"),
        ('["pain", "hurts"]', '"pain"', "'pain' has to be a list of texts"),
        ('flu = ["flu"]', 'flu = ["flu"]\npain = ["ouch"]', "'pain' is defined twice"),
        ('u = "you"', "u = 3", "'u' has to be a text"),
        ('{ means = "weak", ', "{ is = 3, ", "has to say what it means"),
        ('negators = ["negators"]\n', "", "[context] lacks 'negators'"),
        ("[context]\n", '[context]\nmoods = ["sad"]\n', "'moods' is not a list of [context]"),
        ("[context]\n", "[extra]\nx = 1\n[context]\n", "'extra' is not a table"),
        ('[spellings]\nu = "you"', "", "[slips]"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path, old, new, message):
    assert old in SMALL
    if message == "[slips]":
        assert load(tmp_path, SMALL.replace(old, new, 1)).rules
        return
    with pytest.raises(CitedFAQError) as error:
        load(tmp_path, SMALL.replace(old, new, 1))
    assert message in str(error.value)
    assert re.search(r"care\.toml, line \d+: .*: mend that line\.$", str(error.value))


def test_two_rules_of_one_id_are_named(tmp_path):
    with pytest.raises(CitedFAQError, match="two rules have the id 'chest-pain'"):
        load(tmp_path, SMALL + SMALL[SMALL.index("[[rule]]") :])


def test_a_file_without_rules_or_with_a_table_that_is_none_is_refused(tmp_path):
    with pytest.raises(CitedFAQError, match="at least one"):
        load(tmp_path, SMALL[: SMALL.index("[[rule]]")])
    with pytest.raises(CitedFAQError, match="'slips' has to be a table"):
        load(tmp_path, "slips = 3\n" + SMALL.replace('[slips]\nweek = { means = "weak", not_after = ["last"] }', ""))


def test_the_line_of_a_mistake_is_the_right_one(tmp_path):
    text = SMALL.replace('["{chest} {pain}"]', '["{chest} {ache}"]')
    line = text[: text.index("{ache}")].count("\n") + 1
    with pytest.raises(CitedFAQError, match=f"line {line}: "):
        load(tmp_path, text)


def test_the_project_s_own_file_loads():
    assert len(load_rules(CARE_FILE).rules) > 40
