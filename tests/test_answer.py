import dataclasses
import datetime
import json

import pytest

from citedfaq.answer import is_overdue, review_state
from citedfaq.disclaimer import DISCLAIMER
from citedfaq.index import load_index
from citedfaq.settings import Settings

TODAY = datetime.date(2026, 11, 22)


@pytest.fixture
def index(small_index, encoder):
    return load_index(small_index, encoder.name, encoder.digest)


@pytest.mark.parametrize(
    ("reviewed", "months", "today", "overdue"),
    [
        ("2024-11-22", 24, "2026-11-22", False),
        ("2024-11-21", 24, "2026-11-22", True),
        ("2026-01-31", 1, "2026-02-28", False),  # a month after the 31st ends with the month
        ("2026-01-31", 1, "2026-03-01", True),
        ("2025-12-15", 1, "2026-01-15", False),
    ],
)
def test_a_review_holds_for_so_many_months(reviewed, months, today, overdue):
    assert is_overdue(datetime.date.fromisoformat(reviewed), months, datetime.date.fromisoformat(today)) is overdue


def test_the_review_state_is_said_in_words(index):
    knee, plasters = index.articles["knee"], index.articles["plasters"]
    assert review_state(plasters, Settings(), TODAY) == "Not yet reviewed by a clinician"
    late = datetime.date(2028, 6, 1)
    assert review_state(knee, Settings(), late).endswith("on 1 May 2026; its next review is overdue")
    stale = dataclasses.replace(plasters, stale=True)
    assert review_state(stale, Settings(), TODAY).endswith("; an earlier version, because the file cannot be read")


def test_an_answer_cannot_be_made_with_another_disclaimer(small):
    answer = small.ask("Can I swim with a plaster?")
    assert answer.disclaimer == DISCLAIMER
    with pytest.raises(TypeError):
        type(answer)(**{field: getattr(answer, field) for field in answer.__dataclass_fields__})


def test_an_answer_as_json_holds_plain_values(small):
    record = json.loads(json.dumps(small.ask("how does knee taping help").to_json()))
    assert record["outcome"] == "answered"
    assert record["quotes"][0]["article"]["reviewed"] == "2026-05-01"
    assert record["contact"]["phone"] == "+1 555 0100"
    assert record["disclaimer"] == DISCLAIMER
    assert record["notice"] is None
