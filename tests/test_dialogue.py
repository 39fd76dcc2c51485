import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citedfaq.dialogue import MAX_HISTORY, StandaloneQuery, standalone_query

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

THERAPY = "What is trigger point therapy?"


@pytest.mark.parametrize(
    "question",
    [
        "Does it hurt?",
        "and how long does it last?",
        "What about children?",
        "how about pregnancy",
        "But is that safe?",
        "Can I do this myself?",
        "Why?",
        "Why is that?",
        "How long?",
        "how often",
        "Where exactly?",
        "so what should I avoid?",
        "Then what?",
        "ok and after?",
        "Is there anything else?",
        "Which one is better?",
    ],
)
def test_a_follow_up_is_joined_to_the_question_before_it(question):
    assert standalone_query(question, [THERAPY]).text == f"{THERAPY} {question}"


@pytest.mark.parametrize(
    "question",
    [
        "How much does a first visit cost?",
        "Who should not have dry needling?",
        "Does it hurt to press a trigger point in the neck?",
        "and who should not have dry needling while taking blood thinners at home?",
        "Opening hours",
        "Android app?",
        "Soreness after treatment",
    ],
)
def test_a_question_with_a_subject_of_its_own_stands_alone(question):
    assert standalone_query(question, [THERAPY]).text == question


@pytest.mark.parametrize(
    "question",
    ["I have a pacemaker, does that matter?", "my girl is 7, is it ok?", "I’m on Eliquis - does it change anything?"],
)
def test_a_question_that_first_tells_what_it_is_about_stands_alone(question):
    assert standalone_query(question, [THERAPY]).text == question
    # Without that it points to the question before it.
    pointing = question.replace("-", ",").split(",")[1].strip()
    assert standalone_query(pointing, [THERAPY]).text == f"{THERAPY} {pointing}"


def test_a_follow_up_counts_more_with_its_subject_where_it_opens_like_one():
    opening, pointing = (standalone_query(question, [THERAPY]) for question in ("and does it hurt?", "does it hurt?"))
    assert (opening.beside, pointing.beside) == ("and does it hurt?", "does it hurt?")
    assert opening.share < 0.5 < pointing.share


@pytest.mark.parametrize("question", ["Does it hurt?", "and after?", "", "?"])
def test_without_a_conversation_every_question_stands_alone(question):
    assert standalone_query(question, []).text == question


def test_the_latest_question_with_a_subject_is_the_one_that_is_meant():
    history = [THERAPY, "What is dry needling?", "Does it hurt?", "and after?"]
    assert standalone_query("How long?", history).text == "What is dry needling? How long?"


def test_a_change_of_subject_is_not_dragged_back():
    assert standalone_query("Does it hurt?", [THERAPY, "How much is a gift card?"]).text == (
        "How much is a gift card? Does it hurt?"
    )


def test_where_no_earlier_question_has_a_subject_the_first_is_taken():
    assert standalone_query("Why?", ["Does it hurt?", "And then?"]).text == "Does it hurt? Why?"


def test_only_the_latest_questions_are_looked_at():
    long_ago = [THERAPY, *["And then?"] * MAX_HISTORY]
    assert standalone_query("Does it hurt?", long_ago).text == "And then? Does it hurt?"
    assert standalone_query("Does it hurt?", long_ago[:-1]).text == f"{THERAPY} Does it hurt?"


@pytest.mark.parametrize(
    ("question", "beside", "share"),
    [
        ("and how long does it last?", "and how long does it last?", 0.4),
        ("for the whole week?", f"{THERAPY} for the whole week?", 0.3),
        ("How much does a first visit cost?", f"{THERAPY} How much does a first visit cost?", 0.3),
        ("Does it hurt to press a trigger point in the neck?", "", 0.0),
        ("By the way, where do I park?", "", 0.0),
    ],
)
def test_a_question_that_may_need_its_subject_is_looked_for_in_two_ways(question, beside, share):
    query = standalone_query(question, [THERAPY])
    assert (query.beside, query.share) == (beside, share)
    assert standalone_query(question, []) == StandaloneQuery(question)


def test_blanks_around_the_questions_are_dropped_when_they_are_joined():
    assert standalone_query(" Does it hurt? ", [f" {THERAPY}\n"]).text == f"{THERAPY} Does it hurt?"
    assert standalone_query("Why?", [" ", ""]).text == "Why?"


@unhurried
@given(st.text(max_size=80), st.lists(st.text(max_size=40) | st.just(THERAPY), max_size=12))
def test_any_conversation_gives_a_query_that_ends_in_the_question(question, history):
    query = standalone_query(question, history).text
    assert query.rstrip().endswith(question.strip())
    assert query == question.strip() or any(query.startswith(earlier.strip()) for earlier in history)
