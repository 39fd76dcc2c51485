"""What must hold of every answer, asked with every question of the evaluation set."""

import pytest

from citedfaq.answer import MAX_QUOTES
from citedfaq.disclaimer import DISCLAIMER
from citedfaq.evaluate import evaluate, read_questions
from citedfaq.passages import points_backward

from .conftest import QUESTIONS

ASKED = read_questions(QUESTIONS)


@pytest.fixture(scope="module")
def answers(own):
    return [own.ask(question.question, question.history) for question in ASKED]


def test_every_quote_is_the_exact_slice_of_its_article(own, answers):
    quotes = [quote for answer in answers for quote in answer.quotes]
    assert len(quotes) > 100
    for quote in quotes:
        text = own.index.articles[quote.article.id].text
        assert text[quote.start : quote.end] == quote.text != ""
        assert text[quote.passage_start : quote.passage_start + len(quote.passage)] == quote.passage
        assert quote.passage_start <= quote.start < quote.end <= quote.passage_start + len(quote.passage)


def test_the_disclaimer_is_always_there_and_always_the_same(answers):
    assert {answer.disclaimer for answer in answers} == {DISCLAIMER}


def test_quotes_are_few_best_first_and_only_where_answered(answers):
    for answer in answers:
        assert (answer.outcome == "answered") == bool(answer.quotes)
        assert len(answer.quotes) <= MAX_QUOTES
        scores = [quote.score for quote in answer.quotes]
        assert scores == sorted(scores, reverse=True)


def test_no_quote_is_longer_than_120_words_unless_it_is_one_list(answers):
    for answer in answers:
        for quote in answer.quotes:
            assert len(quote.text.split()) <= 120 or "\n• " in quote.text


def test_no_quote_opens_with_a_word_that_points_back(answers):
    for answer in answers:
        for quote in answer.quotes:
            assert not points_backward(quote.text)


def test_another_subject_is_never_answered_with_confidence(own):
    far = [question for question in ASKED if question.category == "far"]
    figures = evaluate(far, own)["far"]
    assert figures.answered_unanswerable <= 0.08


def test_questions_do_not_copy_the_faq(own):
    """No question of the set shares more than 60% of its content words with an entry of the FAQ."""
    from citedfaq.lexical import terms

    entries = {passage.question: set(terms(passage.question)) for passage in own.index.passages if passage.question}
    for question in ASKED:
        own_terms = set(terms(question.question))
        for entry, entry_terms in entries.items():
            shared = len(own_terms & entry_terms) / len(own_terms) if own_terms else 0
            assert shared <= 0.6, (question.question, entry)
