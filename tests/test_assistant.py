import threading
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citedfaq import assistant, build
from citedfaq.assistant import MAX_QUESTION, Assistant
from citedfaq.disclaimer import DISCLAIMER
from citedfaq.errors import CitedFAQError
from citedfaq.manifest import CURRENT, current_build
from citedfaq.settings import Settings


@pytest.mark.parametrize("question", ["How long does a plaster stay on?", "how long do plasters stay on"])
def test_a_question_that_the_articles_answer(small, question):
    answer = small.ask(question)
    assert answer.outcome == "answered"
    assert answer.quotes[0].text == "A plaster stays on for three to five days."
    assert answer.build == small.index.manifest.build
    assert answer.milliseconds > 0


def test_a_question_that_they_do_not_answer_gets_suggestions_and_a_contact(small):
    answer = small.ask("Who won the football world cup?")
    assert (answer.outcome, answer.quotes) == ("no_match", ())
    assert answer.suggestions
    assert answer.contact.phone == "+1 555 0100"


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", "type a question"),
        (" \n\t ", "type a question"),
        ("x" * (MAX_QUESTION + 1), "more than 2,000 characters"),
        ("?!?!", "could not read"),
        ("12345", "could not read"),
        ("\x00\x01\x02ab", "could not read"),
        ("\ufffd" * 20 + "ab", "could not read"),
        ("👍👍👍", "could not read"),
    ],
)
def test_what_is_no_question_is_told_so(small, question, message):
    answer = small.ask(question)
    assert answer.outcome == "invalid"
    assert message in answer.message
    assert answer.quotes == ()


def test_a_follow_up_is_searched_for_with_its_subject(small):
    answer = small.ask("and for how long?", ["Can I wear a plaster?"])
    assert answer.searched_for == "Can I wear a plaster? and for how long?"
    assert answer.question == "and for how long?"


def test_unreadable_earlier_questions_are_passed_over(small):
    assert small.ask("and for how long?", ["", "x" * 5000, "???"]).searched_for == "and for how long?"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(max_size=300), history=st.lists(st.text(max_size=80), max_size=4))
def test_no_question_raises_and_none_loses_the_disclaimer(own, question, history):
    answer = own.ask(question, history)
    assert answer.disclaimer == DISCLAIMER
    assert (answer.outcome == "answered") == bool(answer.quotes)
    for quote in answer.quotes:
        assert own.index.articles[quote.article.id].text[quote.start : quote.end] == quote.text


def test_a_new_build_is_picked_up_and_a_removed_article_is_gone(small, corpus, small_index, ingest):
    assert small.ask("what does knee taping do").outcome == "answered"
    (corpus / "knee.md").unlink()
    report = ingest(corpus, small_index)
    answer = small.ask("what does knee taping do")
    assert answer.build == report.build
    assert all(quote.article.id != "knee" for quote in answer.quotes)


@pytest.mark.parametrize("damage", ["no-such-build", "", b"\xff\xfe"])
def test_a_damaged_build_is_not_picked_up(small, small_index, damage, caplog):
    good = small.ask("swim").build
    (small_index / CURRENT).write_bytes(damage if isinstance(damage, bytes) else damage.encode())
    assert [small.ask("swim").build for _ in range(3)] == [good] * 3
    assert len(caplog.records) <= 1  # told once, not with every question
    assert "swim" not in caplog.text


def test_a_build_that_takes_long_to_load_does_not_keep_a_patient_waiting(
    small, corpus, small_index, ingest, monkeypatch
):
    first, load, loaded = small.ask("swim").build, assistant.load_build, threading.Event()

    def slowly(*arguments):
        loaded.wait(30)
        return load(*arguments)

    monkeypatch.setattr(assistant, "load_build", slowly)
    monkeypatch.setattr(assistant, "PATIENCE", 0.2)
    second = ingest(corpus, small_index, full=True).build
    assert [small.ask("swim").build for _ in range(3)] == [first] * 3
    assert sum(thread.name == "load-build" for thread in threading.enumerate()) == 1
    loaded.set()
    monkeypatch.setattr(assistant, "PATIENCE", 30)
    wait_for(lambda: small.ask("swim").build == second)


def wait_for(holds):
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_whatever_goes_wrong_while_loading_the_build_in_memory_serves_on(
    small, corpus, small_index, ingest, monkeypatch, caplog
):
    first = small.ask("swim").build
    with monkeypatch.context() as patch:
        patch.setattr(assistant, "load_build", lambda *arguments: 1 / 0)
        ingest(corpus, small_index, full=True)
        assert [small.ask("swim").build for _ in range(2)] == [first] * 2
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == ["division by zero"]
    third = ingest(corpus, small_index, full=True).build
    assert small.ask("swim").build == third


def test_a_rollback_is_picked_up(small, corpus, small_index, ingest, encoder):
    first = small.ask("swim").build
    (corpus / "knee.md").unlink()
    assert ingest(corpus, small_index).build == small.ask("swim").build
    build.rollback(small_index, encoder.name, encoder.digest)
    assert small.ask("swim").build == first
    assert small.ask("what does knee taping do").outcome == "answered"


def test_several_workers_switch_each_by_itself(small, corpus, small_index, ingest, encoder):
    other = Assistant(small_index, Settings(), encoder)
    (corpus / "knee.md").unlink()
    report = ingest(corpus, small_index)
    assert [each.ask("what does knee taping do").build for each in (small, other)] == [report.build] * 2


def test_an_assistant_of_one_build_never_changes(small, corpus, small_index, ingest, encoder):
    fixed = Assistant(small_index, Settings(), encoder, only=small.index)
    ingest(corpus, small_index, full=True)
    assert fixed.ask("swim").build != small.ask("swim").build


def test_many_ask_while_builds_change(small, corpus, small_index, ingest):
    answers, faults = [], []

    def ask():
        try:
            answers.extend(small.ask("Can I swim with a plaster?") for _ in range(40))
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        ingest(corpus, small_index, full=True)
    for thread in threads:
        thread.join()
    assert not faults
    assert {answer.outcome for answer in answers} == {"answered"}
    assert len(answers) == 160
    assert small.ask("swim").build == current_build(small_index)


def test_without_an_index_there_is_one_sentence(tmp_path, encoder):
    with pytest.raises(CitedFAQError, match="There is no index in"):
        Assistant(tmp_path, Settings(), encoder)


def test_the_encoder_is_the_one_that_the_settings_name(small_index):
    assistant = Assistant(small_index, Settings())
    assistant.warm_up()
    assert assistant.ask("swim with plaster").outcome == "answered"
    with pytest.raises(CitedFAQError, match="no-such-model"):
        Assistant(small_index, Settings(encoder="no-such-model"))


EMERGENCY = "I have crushing chest pain going down my left arm and I am sweating"


def test_an_emergency_gets_its_care_card_and_no_quote(small):
    answer = small.ask(EMERGENCY)
    assert answer.outcome == answer.notice.level == "emergency"
    assert answer.message == answer.notice.title
    assert "your local emergency number" in answer.notice.text
    assert (answer.quotes, answer.suggestions) == ((), ())
    assert answer.contact.phone == "+1 555 0100"


def test_the_care_card_names_the_clinics_numbers(small_index, encoder):
    assistant = Assistant(small_index, Settings(emergency_number="112", crisis_line="0800 000"), encoder)
    assert "112" in assistant.ask(EMERGENCY).notice.text
    assert "0800 000" in assistant.ask("I want to kill myself").notice.text


def test_an_urgent_sign_gets_its_care_card_and_no_quote(small):
    answer = small.ask("one calf is swollen, hot, red and very tender since yesterday")
    assert answer.outcome == answer.notice.level == "urgent"
    assert answer.quotes == ()


def test_an_information_notice_stands_beside_the_answer(own):
    answer = own.ask("I take blood thinners, can I have trigger point therapy?")
    assert answer.outcome == "answered"
    assert answer.notice.level == "information"


def test_the_earlier_card_stays_until_a_new_conversation(small):
    later = small.ask("Can I swim with a plaster?", [EMERGENCY])
    assert later.outcome == "answered"
    assert later.notice.level == "emergency"
    assert small.ask("Can I swim with a plaster?").notice is None


def test_signs_spread_over_a_conversation_are_put_together(small):
    answer = small.ask("and now I can't pee", ["both my legs feel weak and numb since yesterday"])
    assert answer.outcome == "emergency"


@pytest.mark.parametrize("hidden", ["{} " + "I like plasters. " * 800, "I like plasters. " * 300 + "{}", "{} \x00\x01"])
def test_an_emergency_counts_in_text_that_is_too_long_or_unreadable(small, hidden):
    assert small.ask(hidden.format(EMERGENCY)).outcome == "emergency"


@pytest.mark.parametrize(
    "question",
    [
        "Can I swim with a plaster? I'm Jane Roe, born 12/03/1980",
        "how long does a plaster stay on, mail me at jane.roe@example.org",
    ],
)
def test_personal_details_are_neither_answered_nor_repeated(small, question, caplog):
    answer = small.ask(question)
    assert answer.outcome == "personal_information"
    assert (answer.question, answer.searched_for, answer.quotes) == ("", "", ())
    assert "ask again without" in answer.message
    assert "roe" not in str(answer.to_json()).lower()


def test_personal_details_of_earlier_questions_are_not_used(small):
    answer = small.ask("and for how long?", ["Can I wear a plaster? Write to jane.roe@example.org"])
    assert answer.searched_for == "and for how long?"


def test_an_emergency_beside_personal_details_is_an_emergency_and_repeats_nothing(small):
    answer = small.ask(f"I'm Jane Roe, born 12/03/1980. {EMERGENCY}")
    assert (answer.outcome, answer.question) == ("emergency", "")
    assert "roe" not in str(answer.to_json()).lower()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.text(max_size=200), after=st.text(max_size=200))
def test_an_emergency_never_carries_a_quote_or_loses_the_disclaimer(own, before, after):
    answer = own.ask(f"{before}\n\n{EMERGENCY}.\n\n{after}")
    assert (answer.outcome, answer.quotes) == ("emergency", ())
    assert answer.disclaimer == DISCLAIMER


def test_half_an_emoji_is_no_fault(small):
    answer = small.ask("Can I swim with a plaster? \ud83d", ["plasters \ude00", "\ud83d\ude00"])
    assert answer.outcome == "answered"
    assert answer.question == "Can I swim with a plaster? \ufffd"
