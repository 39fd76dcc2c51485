import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citedfaq.evaluate import read_questions
from citedfaq.privacy import find_personal_details

from .conftest import CORPUS, QUESTIONS


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("mail me at jane.roe@example.org", "email"),
        ("call me on 020 7946 0958 please", "phone"),
        ("my number is (212) 555-0187, is it ok?", "phone"),
        ("ring +44 7911 123456", "phone"),
        ("07911 123456 is my mobile", "phone"),
        ("SSN 219-09-9999", "national_id"),
        ("my NHS number is 943 476 5919", "national_id"),
        ("NI number AB 12 34 56 C", "national_id"),
        ("policy number XK-4482913", "insurance_id"),
        ("my insurance member id is 88231745", "insurance_id"),
        ("Medicare 1EG4-TE5-MK73", "insurance_id"),
        ("NI number QQ 12 34 56 C", "national_id"),
        ("call me on 555-0142", "phone"),
        ("(555) 010-4477 is my number", "phone"),
        ("pay me back at DE89 3704 0044 0532 0130 00", "bank_account"),
        ("card 4111 1111 1111 1111", "payment_card"),
        ("I was born on 12/03/1980", "date_of_birth"),
        ("dob: 3 March 1962", "date_of_birth"),
        ("Jane Roe 12/03/1980 has a sore neck", "date_of_birth"),
        ("Jane Roe, born March 3, 1962, sore neck", "date_of_birth"),
        ("my name is Jane Roe and my neck hurts", "name"),
        ("I live at 12 Elm Street", "address"),
        ("i live at 12 elm street", "address"),
        ("my house is 7B Rose Close, can you come?", "address"),
        ("my postcode is SW1A 1AA", "address"),
        ("Austin TX 78701", "address"),
    ],
)
def test_personal_details_are_found(text, kind):
    assert kind in find_personal_details(text)


@pytest.mark.parametrize(
    "text",
    [
        "is soreness for 24-48 hours normal?",
        "does it take 60 minutes or 90 minutes",
        "I have had this since 2019",
        "pain at L4-L5 and C6",
        "my blood pressure is 150/90",
        "it is 10 out of 10, was 7/10 on 12/03",
        "2 x 400 mg ibuprofen every 6 hours",
        "3 or 4 sessions 2 weeks apart",
        "I was born in 1950",
        "surgery on 12/03/2019, is it ok now?",
        "I had my Dry Needling on 12/03/2019",
        "I ran 10 km down the road",
        "3 miles along the road and my calf is tight",
        "is this Trigger Point therapy?",
        "my name is Jane",
        "does the dr press for 30 to 60 seconds",
        "I am 45, 180 cm and 82.5 kg, 1,000,000 steps",
        "call 111 or 999 or 911?",
        "the number of sessions is 3 or 4, 2 weeks apart",
        "a number of us had 10 000 steps",
        "phone queue at 9:30, 12/03 or 14/03",
        "vitamin B12 and D3 2000 IU",
        "",
    ],
)
def test_numbers_of_an_ordinary_question_are_none(text):
    assert find_personal_details(text) == ()


def test_no_question_of_the_set_and_no_article_holds_any():
    for question in read_questions(QUESTIONS):
        assert find_personal_details(question.question) == (), question.question
    for file in CORPUS.glob("*.md"):
        for line in file.read_text(encoding="utf-8").splitlines():
            assert find_personal_details(line) == (), line


@pytest.mark.parametrize("number", ["4111 1111 1111 1112", "943 476 5918", "1234567890123"])
def test_a_wrong_check_digit_is_no_card_and_no_nhs_number(number):
    assert {"payment_card", "national_id"}.isdisjoint(find_personal_details(f"number {number}"))


def test_a_wrong_check_digit_is_no_bank_account():
    assert "bank_account" not in find_personal_details("DE88 3704 0044 0532 0130 00")


@given(st.text(max_size=400))
def test_no_text_raises(text):
    assert isinstance(find_personal_details(text), tuple)


@given(st.text(alphabet="0123456789 -()+.", max_size=400))
def test_no_run_of_digits_raises(text):
    assert isinstance(find_personal_details(text), tuple)


@pytest.mark.parametrize("text", ["x" * 60_000, "a@" * 30_000, "x." * 30_000, "a@b-" * 15_000])
def test_a_long_text_takes_no_longer_than_a_moment(text):
    started = time.process_time()
    find_personal_details(text)
    assert time.process_time() - started < 1
