"""How a sign is meant: there, denied, past, only asked about, or carried over from the sentence before."""

import pytest

from benchmarks import screening
from benchmarks.screening import main
from citedfaq.care import load_rules
from citedfaq.care.misspelt import Speller

RULES = load_rules()


def level(question: str, *history: str) -> str:
    fired = RULES.screen(question, history).new
    return fired.level if fired else "none"


@pytest.mark.parametrize(
    "question",
    [
        "no chest pain",
        "I don't have chest pain, shortness of breath or a numb arm",
        "my calf isn't swollen, hot or red",
        "neither chest pain nor breathlessness",
        "chest pain: no. stiff neck: yes",
        "without any chest pain or trouble breathing",
        "I have never coughed up blood or anything",
        "never had a stroke or a heart attack",
        "I'm not suicidal or anything like that",
        "the doctor ruled out a stroke",
    ],
)
def test_what_is_denied_does_not_count(question):
    assert level(question) in ("none", "information")


@pytest.mark.parametrize(
    "question",
    [
        "no fever, my chest hurts",
        "no fever chest pain",
        "I don't have a fever but my chest hurts",
        "No, my chest hurts",
        "I'm not sure if it's a heart attack, my chest hurts",
        "I've never had chest pain like this",
        "I didn't have chest pain yesterday but now I do",
        "no feeling between my legs",
        "he isn't breathing",
        "she has not been able to pee since last night",
        "not only chest pain but my arm is numb too",
    ],
)
def test_what_only_sounds_like_a_denial_counts(question):
    assert level(question) == "emergency"


@pytest.mark.parametrize(
    "question",
    [
        "I had a stroke in 2010",
        "Two years ago, I had a heart attack",
        "I used to have chest pain as a child",
        "I'm recovering from a stroke, can I come?",
        "my gran died of a heart attack",
    ],
)
def test_what_is_long_past_is_no_emergency(question):
    assert level(question) in ("none", "information")


def test_the_past_does_not_hide_the_present():
    assert level("I had a stroke in 2010 and now my face is drooping") == "emergency"
    assert level("I had a heart attack five years ago and the pain in my chest now feels the same") == "emergency"


@pytest.mark.parametrize(
    "question",
    [
        "What are the signs of a heart attack, a stroke and heavy bleeding?",
        "Can dry needling puncture a lung?",
        "What if I got chest pain during a session?",
        "If I had an allergic reaction, what would you do?",
        "Good morning, can neck massage cause a stroke?",
        "our dog had a seizure",
        "in the film a man had a heart attack",
        "I'm worried about getting a blood clot",
    ],
)
def test_a_question_about_a_sign_is_no_emergency(question):
    assert level(question) in ("none", "information")


@pytest.mark.parametrize(
    "question",
    [
        "should I worry about my chest pain?",
        "could this be a stroke?",
        "is it a heart attack? my arm is numb",
        "how do I stop bleeding that won't stop?",
        "what helps with crushing chest pain?",
        "Is throat swelling a reaction to the cream? Mine is getting tighter by the minute",
        "Is it normal for my chest to hurt this badly after needling?",
        "can I have a massage if I've taken a whole box of ibuprofen",
        "how many paracetamol would kill me",
        "what is the easiest way to die?",
    ],
)
def test_a_question_of_somebody_who_has_the_sign_is_one(question):
    assert level(question) == "emergency"


@pytest.mark.parametrize(
    "question",
    [
        "chset pain",
        "cant breeth",
        "icantbreathe",
        "c h e s t  p a i n and sweating",
        "can t breathe",
        "my fase has droped",
        "both my legs are week and num",
        "CHEEEEST PAAAIN!!!",
        "my ch\u00e9st hurts so much",  # letters with marks
        "I can\u2019t breathe",  # a typographic apostrophe
        "my chest\u200b hurts, crushing",  # an invisible character
        "I hv chest pain n cnt breathe",
        "chest/arm pain & sweating",
        "temp of 40 w/ stiff neck",
    ],
)
def test_misspellings_are_read_as_what_was_meant(question):
    assert level(question) == "emergency"


@pytest.mark.parametrize("question", ["last week my legs ached", "the chess club", "Anna from Sydney says hello"])
def test_an_ordinary_word_stays_what_it_is(question):
    assert level(question) == "none"


def test_a_number_is_read_in_its_range():
    assert level("back pain and a temperature of 38,5") == "urgent"
    assert level("back pain, the room has a temperature of 21") != "urgent"
    assert level("I took 400 mg of ibuprofen") == "none"
    assert level("I took twenty ibuprofen") == "emergency"


def test_a_pronoun_stands_for_the_sign_before_it():
    assert level("it's swollen and warm now, only the one leg", "My calf has been sore since the flight") == "urgent"
    assert level("this one hit all at once and it's the worst I've ever had", "I get tension headaches") == "emergency"
    assert level("it was years ago", "I had a stroke in 2010") != "emergency"


def test_a_further_sign_of_an_emergency_told_before_is_one_again():
    told = ("I have a stiff neck", "and a fever")
    assert RULES.screen("now the light hurts my eyes", told).new is not None
    later = RULES.screen("do you have parking?", told)
    assert later.new is None
    assert later.earlier is not None
    assert later.earlier.id == "meningitis-sepsis"


def test_a_sign_that_is_denied_in_its_own_turn_is_not_put_together_with_another():
    assert level("no fever or rash, I slept in a draught", "I have a stiff neck") == "none"


@pytest.mark.parametrize("question", ["in the 70's", "1.2.3 and 4,5,6", "10,000.5 steps", "'s", "t", "5 s", "£5's"])
def test_odd_numbers_and_endings_raise_nothing(question):
    assert level(question) == "none"


def test_hostile_text_takes_no_longer_than_a_long_one():
    for piece in (
        "no pain not chest never had numb ",
        "it hurts my chest. ",
        "xq7 zzkw chst brth ",
        "if its about ",
        "a ",
    ):
        RULES.screen((piece * 10_000)[:10_000])


@pytest.mark.parametrize(
    "question",
    [
        "can massage cause dark urine?",
        "what does a broken hip look like?",
        "does dry needling make your pupils bigger?",
        "How do you deal with seizures in clinic?",
        "What do you do if a client faints?",
        "how many paracetamol can I take in a day?",
        "I read a novel where the heroine can't feel her legs after an accident",
        "In the series I'm watching a character collapses with a heart attack",
    ],
)
def test_circumstances_and_stories_that_are_only_asked_about_are_no_signs(question):
    assert level(question) in ("none", "information")


def test_a_story_does_not_hide_what_happens_to_oneself():
    assert level("in the film a man had a heart attack, now I have crushing chest pain") == "emergency"


@pytest.mark.parametrize("question", ["I've a dull headache, it's never sudden or severe", "my headache is not sudden"])
def test_a_denied_circumstance_does_not_count(question):
    assert level(question) == "none"


@pytest.mark.parametrize(
    "question", ["goodbye, I won't be around after today", "he took the fentanyl patches and won't wake up"]
)
def test_a_not_that_belongs_to_a_circumstance_denies_nothing(question):
    assert level(question) == "emergency"


def test_it_alone_reports_nothing_anew():
    swollen = "my calf is swollen, hot and red"
    later = RULES.screen("I take blood thinners, is it ok?", (swollen,))
    assert later.new is not None
    assert (later.new.level, later.earlier and later.earlier.id) == ("information", "leg-clot")
    assert level("and now I'm out of breath", swollen) == "emergency"
    assert level("I take blood thinners, is it ok?", "I banged my head on a beam") == "emergency"


def test_a_place_is_carried_over_turns_that_name_none():
    told = ("Which trigger points cause calf pain?", "I've been in bed with flu for a week")
    assert level("Just the right one, it's warm and 3 cm bigger than the other", *told) == "urgent"


@pytest.mark.parametrize(
    "question",
    [
        "I had bleeding early in my pregnancy two years ago, all fine, can I have a massage now",
        "I was bleeding during my first pregnancy",
    ],
)
def test_an_earlier_pregnancy_is_past(question):
    assert level(question) in ("none", "information")


@pytest.mark.parametrize(
    "question",
    [
        "she fell off the sofa and woke up swollen on one leg, it went white and cold",  # irregular pasts
        "chest like breathing through straw",  # articles left out
        "me chest is crushing",  # "me" for "my"
    ],
)
def test_pasts_articles_and_dialect_are_read_alike(question):
    assert level(question) == "emergency"


def test_the_figures_are_printed_by_a_command(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(screening, "WORDINGS", ("red_flags", "red_flags_blind_i"))
    assert main([]) == 0
    printed = capsys.readouterr().out
    assert "| red_flags | emergency | 336 | 336 |" in printed
    assert "| evaluation set | 290 | 0 | 0 |" in printed
    folder = tmp_path / "oos"
    folder.mkdir()
    (folder / "queries.jsonl").write_text('{"text": "crushing\\nchest pain"}\n{"text": "hello"}\n')
    assert main([str(tmp_path), "--hits", "oos"]) == 0
    assert capsys.readouterr().out == "chest-pain: crushing chest pain\n"


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("gfit", "gift"),  # and not a fit
        ("trun", "turn"),
        ("jwa", "jaw"),
        ("teo", "toe"),
        ("nial", "nail"),
        ("awya", "away"),
        ("fathres", "fathers"),
        ("hrut", "hurt"),
    ],
)
def test_two_letters_swapped_are_the_word_meant(told, meant):
    read, _ = Speller(["fit", "true", "aaa", "dial", "hrt", "jaw", "hurt", "toe"]).read(told, named=False)
    assert meant in read
    assert not {"fit", "true", "aaa", "dial", "hrt"}.intersection(read)


def test_a_swap_leaves_what_sounds_alike_or_is_the_next_key_in_reach():
    speller = Speller(["blood", "head", "cant"])
    assert speller.read("blod", named=False)[0] == ["blood", "bold"]
    assert "head" in speller.read("hrad", named=False)[0]
    assert "cant" in speller.read("caht", named=False)[0]


FAR = " I would like to come on a Tuesday in the morning. Your prices are fair. The bus stops outside your door."


@pytest.mark.parametrize(
    ("question", "most"),
    [
        # Heard as "tennis" and "front"; "penis" and "grunt" are one letter away, too.
        ("tenis elbow and my fingers are numb", "information"),
        ("can i masage the frunt of my neck", "none"),
        ("y do my nees hurt wen i go down", "none"),
        # What sounds like nothing ordinary, or begins with the right letter, is still read as what hurts.
        ("my penus is numb", "emergency"),
        ("i cant breeth", "emergency"),
    ],
)
def test_what_sounds_like_an_ordinary_word_is_no_care_word_with_another_first_letter(question, most):
    assert level(question) == most


@pytest.mark.parametrize(
    ("one", "other"),
    [("My son has a fever.", "My neck is stiff."), ("I have a high temperature.", "My back hurts.")],
)
def test_signs_far_apart_in_one_message_do_not_come_together(one, other):
    together = level(f"{one} {other}")
    assert together in ("emergency", "urgent")
    assert level(f"{one}{FAR} {other}") in ("none", "information")
    # Told in turn, they do.
    assert level(other, one) == together


def test_a_fact_about_the_patient_counts_wherever_it_stands():
    assert level(f"I take warfarin.{FAR} I hit my head this morning.") == "emergency"


@pytest.mark.parametrize(
    "question",
    [
        "What are the risks of dry needling, like a punctured lung?",
        "My granny had a stroke last year and is fine now, may she come?",
        "I read about myofascial release and now I'm confused, is that a different thing?",
        "she was pushing so hard I couldn't breathe, should I have said something?",
        "I catch myself going stiff and not breathing on the couch",
        "glaucoma eye drops",
        "\N{FACE WITH HEAD-BANDAGE}" * 10_000,
    ],
)
def test_ordinary_words_are_not_misread(question):
    assert level(question) in ("none", "information")


@pytest.mark.parametrize(
    "question",
    [
        "my dad is suddenly confused and does not know where he is",
        "he stopped being able to move his legs",
        "my left eye drops on one side",
        "how dangerous is it to take 20 paracetamol at once",
        "something like a punctured lung, I can't breathe since the needling",
        "my breasts have stopped being tender but now my chest hurts badly",
    ],
)
def test_what_only_resembles_an_ordinary_question_counts(question):
    assert level(question) == "emergency"


@pytest.mark.parametrize(
    "question",
    [
        "My sister had a collapsed lung after acupuncture once, how common is that?",
        "my sister had a collapsed lung once after acupuncture how common is that",
        "I had a pneumothorax once, is dry needling ok?",
        "I was in a crash in 2015 and had whiplash, neck still stiff sometimes",
        "I fell off a horse in 2012 and got whiplash, all healed, but my neck feels tight",
    ],
)
def test_what_somebody_had_once_or_had_with_it_is_past(question):
    assert level(question) in ("none", "information")


@pytest.mark.parametrize(
    "question",
    [
        "my sister had a seizure once this morning",
        "my dad had a seizure once, just now",
        "my brother had a heart attack once and now has chest pain again",
        "I coughed up blood once",
        "I had a stroke in 2019 and had a numb face this morning",
        "I was in a crash today and had whiplash, neck pain and my hands tingle",
    ],
)
def test_once_and_had_with_it_do_not_hide_what_is_now(question):
    assert level(question) == "emergency"


def test_why_a_client_must_not_be_treated_is_only_asked_about():
    assert level("Could you explain why a client with chest pain or sudden weakness must not be massaged?") == "none"
    assert level("An essay: please tell me why people with a sudden severe headache are not treated") == "none"
    assert level("can you tell me why a crushing chest pain is going down my arm") == "emergency"


@pytest.mark.parametrize(
    "question",
    [
        "she slipped on the last step and went down the stairs, neck hurts and hands tingle",
        "I can't walk down the stairs, both legs have gone weak and numb since this morning",
        "laughed so hard I still can't breathe",
        "my eyes have gone yellow and I'm confused",
        "crushing chest pain and a blister on my heel",
        "I wish I didn't wake up, I've got tablets ready for tonight",
        "I can't move my legs since the gym this morning, and my back hurts",
    ],
)
def test_what_silences_a_false_alarm_leaves_the_emergency(question):
    assert level(question) == "emergency"


@pytest.mark.parametrize(
    ("few", "more"),
    [
        ("can we come back up to the front desk after", "my stepdad hit me and said hes coming back up in a minute"),
        ("the mat is at the back of my head when I roll", "sudden worst pain at the back of my head like a gunshot"),
    ],
)
def test_a_figure_of_speech_within_a_longer_sign_is_none(few, more):
    assert level(few) == "none"
    assert level(more) == "emergency"


def test_what_there_is_opens_no_question():
    assert level("there is a lump of concrete behind my tie") == "emergency"
    assert level("hi there can dry needling collapse a lung") in ("none", "information")


def test_what_happened_to_a_dog_is_no_emergency_but_what_the_dog_did_is():
    assert level("my dog was hit by a car and is in plaster, so I can't make it at 3") in ("none", "information")
    assert level("my dog has bitten my hand and it won't stop bleeding") == "emergency"
    assert level("my dog was hit by a car and my dad is on the floor not answering") == "emergency"


@pytest.mark.parametrize(
    "question",
    [
        "in 2019 i had back surgery and tests and dad has just collapsed on the kitchen floor",
        "my son collapsed at school",
        "he used to be fit as a fiddle and now he cant breathe",
        "bit of steak gone down wrong hes holding his neck and making no noise at all previously well",
        "i dont smoke dads talking like hes been on the whisky but he doesnt drink",
        "no allergies i cant breathe",
        "no voice and his face is blue",
    ],
)
def test_a_past_or_a_denial_without_a_comma_does_not_silence_the_rest(question):
    assert level(question) == "emergency"


@pytest.mark.parametrize(
    "question",
    [
        "I had a stroke with weakness of one side in 2010",
        "When I was pregnant I could hardly walk",
        "no allergies or fever",
    ],
)
def test_a_past_and_a_denial_still_reach_what_is_theirs(question):
    assert level(question) in ("none", "information")
