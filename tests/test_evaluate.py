import json

import pytest

from citedfaq.errors import CitedFAQError
from citedfaq.evaluate import Question, evaluate, rank, read_questions, table, to_json

QUESTIONS = [
    Question(question="Can I swim with a plaster?", evidence=("plasters are  WATERPROOF",), category="direct"),
    Question(question="how long does a plaster stay on", evidence=("no such words",), category="direct"),
    Question(question="Who won the football world cup?", category="far"),
]


def test_figures_count_right_quotes_and_rightful_silence(small):
    figures = evaluate(QUESTIONS, small)
    assert list(figures) == ["all", "direct", "far"]
    whole = figures["all"]
    assert (whole.questions, whole.answerable) == (3, 2)
    assert (whole.right_first, whole.right_in_three) == (0.5, 0.5)
    assert (whole.answered_answerable, whole.answered_unanswerable) == (1.0, 0.0)
    assert whole.first_quote_words == 9
    assert figures["far"].answerable == 0


def test_the_rank_is_that_of_the_first_right_quote(small):
    answer = small.ask("tell me about plasters: swimming, how long")
    assert rank(Question(question="", evidence=(answer.quotes[-1].text.upper(),)), answer) == len(answer.quotes)
    assert rank(Question(question="", evidence=("no such words",)), answer) is None


def test_figures_are_shown_as_a_table_and_as_json(small):
    figures = evaluate(QUESTIONS, small)
    rows = table(figures).splitlines()
    assert [row.split()[0] for row in rows[1:]] == ["all", "direct", "far"]
    assert rows[3].split() == ["far", "1", "-", "-", "-", "0.000", "0"]
    assert json.loads(to_json(figures))["all"]["right_first"] == 0.5


def test_a_question_set_is_one_object_a_line(tmp_path):
    file = tmp_path / "questions.jsonl"
    file.write_text(
        '{"question": "a", "history": ["b"], "evidence": ["c"], "category": "d", "note": 1}\n\n{"question": "e"}\n'
    )
    first, second = read_questions(file)
    assert (first.history, first.evidence, first.category) == (("b",), ("c",), "d")
    assert second == Question(question="e")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"question": "a"}\nnot json', "line 2: the line: Invalid JSON"),
        ('{"evidence": []}', "line 1: question: Field required"),
        ('{"question": "a", "evidence": "b"}', "line 1: evidence"),
    ],
)
def test_a_line_that_is_no_question_is_named(tmp_path, content, message):
    file = tmp_path / "questions.jsonl"
    file.write_text(content)
    with pytest.raises(CitedFAQError, match=message):
        read_questions(file)


def test_a_missing_question_set_is_named(tmp_path):
    with pytest.raises(CitedFAQError, match="nowhere.jsonl cannot be read"):
        read_questions(tmp_path / "nowhere.jsonl")
