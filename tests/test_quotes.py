import datetime
from itertools import pairwise

import pytest

from citedfaq.index import load_index
from citedfaq.query import Query
from citedfaq.quotes import MAX_QUOTES, consider, is_caution, suggestions
from citedfaq.retrieval import retrieve
from citedfaq.settings import Settings

TODAY = datetime.date(2026, 11, 22)


@pytest.fixture
def index(small_index, encoder):
    return load_index(small_index, encoder.name, encoder.digest)


def select(query, index, encoder):
    considered = consider(retrieve(Query(query), index, encoder), query, index, Settings(), TODAY)
    return [each.quote for each in considered if each.quote]


def first(query, index, encoder):
    return select(query, index, encoder)[0]


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
        quotes = select(query, loaded, encoder)
        assert 1 <= len(quotes) <= MAX_QUOTES
        spans = sorted((quote.article.id, quote.start, quote.end) for quote in quotes)
        assert all(one[0] != two[0] or one[2] <= two[1] for one, two in pairwise(spans))
        assert len({quote.text for quote in quotes}) == len(quotes)


def test_nothing_found_gives_no_quote(index):
    assert consider([], "anything", index, Settings(), TODAY) == []
    assert suggestions([]) == ()


def test_suggestions_are_the_nearest_questions_of_the_faq(index, encoder):
    assert suggestions(retrieve(Query("swimming"), index, encoder)) == (
        "Can I swim with a plaster?",
        "How long does a plaster stay on?",
    )


def test_an_instruction_keeps_the_caution_beside_it(tmp_path, ingest, encoder):
    (tmp_path / "corpus").mkdir()
    filler = "The foot has many small muscles. " * 8
    (tmp_path / "corpus" / "ball.md").write_text(
        f"# Balls\n\n## At home\n\n{filler}Roll a ball slowly under your arch for one minute. "
        f"Ease off if the pain is sharp. {filler}"
    )
    ingest(tmp_path / "corpus", tmp_path / "index")
    index = load_index(tmp_path / "index", encoder.name, encoder.digest)
    quote = select("for how many minutes is a ball rolled under the arch", index, encoder)[0]
    assert quote.text == "Roll a ball slowly under your arch for one minute. Ease off if the pain is sharp."


def test_cautions_come_first_where_the_patient_asks_whether_it_is_safe(index, encoder):
    assert select("is tape ok on skin that itches", index, encoder)[0].score > 0
    texts = [quote.text for quote in select("can my knee be taped if it is swollen?", index, encoder)]
    assert is_caution(texts[0])


def test_no_instruction_of_the_corpus_is_cut_from_its_caution(loaded, encoder):
    for query in ("how long do I hold the pressure", "how do i use a ball against the wall", "neck stretch how"):
        for quote in select(query, loaded, encoder):
            if any(word in quote.text for word in ("Hold ", "Press ", "Lean ", "Tilt ", "tilt your")):
                assert is_caution(quote.text), quote.text


@pytest.mark.parametrize(
    ("sentence", "caution"),
    [
        ("Ask a clinician before deep work.", True),
        ("Do not press over open skin.", True),
        ("Ease off if the pressure feels sharp.", True),
        ("Most sessions last 60 to 90 minutes.", False),
    ],
)
def test_what_a_caution_is(sentence, caution):
    assert is_caution(sentence) is caution


def test_every_passage_is_kept_or_has_a_reason(loaded, encoder):
    considered = consider(retrieve(Query("how long will I be sore"), loaded, encoder), "x", loaded, Settings(), TODAY)
    assert all((each.quote is None) == bool(each.reason) for each in considered)
    reasons = " ".join(each.reason for each in considered)
    assert "its score is below 50% of the best" in reasons
