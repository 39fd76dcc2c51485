import dataclasses
import datetime
import json
from itertools import pairwise

import pytest

from citedfaq.answer import MAX_QUOTES, is_overdue, review_state, select_quotes, suggestions
from citedfaq.disclaimer import DISCLAIMER
from citedfaq.index import load_index
from citedfaq.retrieval import retrieve
from citedfaq.settings import Settings

TODAY = datetime.date(2026, 11, 22)


@pytest.fixture
def index(small_index, encoder):
    return load_index(small_index, encoder.name, encoder.digest)


def first(query, index, encoder):
    return select_quotes(retrieve(query, index, encoder), index, Settings(), TODAY)[0]


def test_a_quote_is_the_exact_slice_within_its_passage(index, encoder):
    quote = first("what does knee taping do", index, encoder)
    article = index.articles[quote.article.id]
    assert article.text[quote.start : quote.end] == quote.text
    within = quote.start - quote.passage_start
    assert quote.passage[within : within + len(quote.text)] == quote.text


def test_a_short_faq_answer_is_quoted_whole_under_its_question(index, encoder):
    quote = first("is it ok to swim with the plaster on", index, encoder)
    assert quote.question == "Can I swim with a plaster?"
    assert quote.text == "Yes, plasters are waterproof. Pat the plaster dry afterwards."
    assert quote.heading == ("Questions about our plasters",)


def test_a_list_is_quoted_whole_with_its_lead_in(index, encoder):
    quote = first("can tape go on infected skin", index, encoder)
    assert quote.text.startswith("Do not use tape on:\n\n• broken or infected skin\n• a knee that is hot and swollen")


def test_a_sentence_that_points_back_brings_the_one_that_it_points_to(index, encoder):
    quote = first("does it feel firm", index, encoder)
    assert "A physiotherapist puts the tape on in about ten minutes.\n\nThis usually feels firm" in quote.text


def test_a_quote_names_its_article_and_its_review(index, encoder):
    quote = first("how long does it take to put the tape on", index, encoder)
    assert (quote.article.title, quote.article.url) == ("Knee taping", "https://clinic.example/knee")
    assert quote.article.review == "Reviewed by a clinician on 1 May 2026"
    assert quote.article.sources == ("The taping handbook",)


def test_no_two_quotes_overlap_or_say_the_same(own, loaded, encoder):
    for query in ("how long will I be sore", "techniques", "what is dry needling", "foam roller"):
        quotes = select_quotes(retrieve(query, loaded, encoder), loaded, Settings(), TODAY)
        assert 1 <= len(quotes) <= MAX_QUOTES
        spans = sorted((quote.article.id, quote.start, quote.end) for quote in quotes)
        assert all(one[0] != two[0] or one[2] <= two[1] for one, two in pairwise(spans))
        assert len({quote.text for quote in quotes}) == len(quotes)


def test_nothing_found_gives_no_quote(index):
    assert select_quotes([], index, Settings(), TODAY) == ()
    assert suggestions([]) == ()


def test_suggestions_are_the_nearest_questions_of_the_faq(index, encoder):
    assert suggestions(retrieve("swimming", index, encoder)) == (
        "Can I swim with a plaster?",
        "How long does a plaster stay on?",
    )


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
