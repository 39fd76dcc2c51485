import pytest

from citedfaq.readers.page import read_page
from tests.test_page import read, texts

FEES = "<h2>Fees</h2><p>A visit costs ten pounds, and two of them cost twenty.</p>"


@pytest.mark.parametrize(
    "heading",
    [
        "Related posts",
        "Share this:",
        "What our patients say",
        "Follow us on Facebook",
        "Newsletter",
        "3 comments",
        "Popular",
    ],
)
def test_a_section_beside_the_content_goes_with_all_below_its_heading(heading):
    section = f"<h2>{heading}</h2><p>Words that are not of this page.</p><ul><li>More of them.</li></ul>"
    assert texts(f"<main>{FEES}{section}</main>") == texts(FEES)
    assert texts(f"<main>{FEES}<div>{section}</div></main>") == texts(FEES)
    assert texts(f"<main>{section}{FEES}</main>") == texts(FEES)
    assert texts(f"<main>{FEES}<div><div>{section}</div></div></main>") == texts(FEES)


def test_a_section_ends_at_the_next_heading_of_its_level_also_inside_a_block():
    section = "<h3>Reviews</h3><p>Lovely.</p>"
    assert texts(f"<main>{FEES}{section}<section><h2>Hours</h2><p>Always open.</p></section></main>") == [
        *texts(FEES),
        "Hours",
        "Always open.",
    ]


def test_a_bold_line_or_a_class_may_be_such_a_heading():
    assert texts(f"<main>{FEES}<div><p><b>Kind words</b></p><p>Lovely.</p></div></main>") == texts(FEES)
    assert texts(f"<main>{FEES}<div><div class=box-title>Kind words</div><p>Lovely.</p></div></main>") == texts(FEES)


def test_a_form_goes_with_the_heading_that_only_it_has_and_a_newsletter_with_its_block():
    form = "<form><label>Name</label><input><label>Mail</label><input><textarea></textarea><button>Send</button></form>"
    assert texts(f"<main>{FEES}<h2>Write to us</h2>{form}</main>") == texts(FEES)
    assert texts(f"<main>{FEES}<h2>Write to us</h2>{form}<p>Or ring 020 7946 0777.</p></main>")[2] == "Write to us"
    letter = "<div><h3>Health tips</h3><p>Once a month.</p><form><input type=email><button>Go</button></form></div>"
    assert texts(f"<main>{FEES}</main>{letter}") == texts(FEES)


def test_what_a_patient_said_is_not_shown_but_a_quotation_is():
    said = "<div><p>“They fixed my knee.”</p><p>Tom, 44</p></div>"
    assert texts(f"<main>{FEES}{said}</main>") == texts(FEES)
    assert "primum" in read(f"<main>{FEES}<p>“Primum non nocere” is our rule.</p></main>").text.casefold()


def test_a_menu_without_a_block_of_its_own_goes():
    menu = "<a href=a>Home page</a> | <a href=b>Our fees</a> | <a href=c>Find us</a>"
    assert texts(f"<center><h2>Clinic</h2>{menu}<hr>{FEES}</center>") == ["Clinic", *texts(FEES)]
    assert texts(f"<p>{menu}</p>{FEES}<p>{menu}</p>") == texts(FEES)


def test_a_foot_goes_by_its_name_or_its_copyright_if_nothing_follows_it():
    for foot in ("<div id=ft><p>1 Quay Street, AB1 2CD</p></div>", "<div><p>Some words</p><p>© 2026 Clinic</p></div>"):
        assert texts(f"<div>{FEES * 3}</div>{foot}")[:2] == texts(FEES)
        assert "Quay" not in read(f"<div>{FEES * 3}</div>{foot}").text
        assert "Some words" not in read(f"<div>{FEES * 3}</div>{foot}").text
    kept = "<div class=foot><p>Treatment of the foot and the toes, by appointment.</p></div>"
    assert "toes" in read(f"{kept}<div>{FEES * 5}</div>").text


@pytest.mark.parametrize("call", ["Book now", "Read more »", "View larger map", "Get started"])
def test_buttons_go_and_the_same_words_in_a_sentence_stay(call):
    assert texts(f"{FEES}<p><a href=/x>{call}</a></p>") == texts(FEES)
    assert call in read(f"{FEES}<p>If you like, <a href=/x>{call}</a> and wait for our answer.</p>").text


def test_a_block_for_wide_and_for_small_screens_is_shown_once():
    hours = "<h2>Hours</h2><table><tr><td>Mon</td><td>9-5</td></tr><tr><td>Tue</td><td>9-1</td></tr></table>"
    both = f"<div class=wide><div>{hours}{FEES}</div></div><div class=small>{hours}{FEES}</div>"
    assert texts(f"<main>{both}</main>") == texts(f"<main>{hours}{FEES}</main>")


def test_two_questions_with_one_answer_keep_both():
    answer = "<div>Yes, but ring the desk first so that we can put a second chair into the room.</div>"
    faq = f"<h3>May I bring a friend?</h3>{answer}<h3>May I bring a child?</h3>{answer}"
    assert [text for text in texts(faq) if text.startswith("Yes")] == [answer[5:-6]] * 2


def test_a_heading_that_links_to_itself_is_a_heading():
    page = "<h1 id=t><a href='#t'>Fees</a></h1><p>Ten pounds.</p><h2 id=f><a href='#f'>Forms</a></h2>"
    page += "<ul><li><a href=/a>Consent</a></li><li><a href=/b>History</a></li><li><a href=/c>Release</a></li></ul>"
    assert texts(f"<main>{page}</main>") == ["Fees", "Ten pounds.", "Forms", "Consent", "History", "Release"]
    assert texts(f"<h1><a href='/'>Elm Clinic</a></h1>{FEES}") == texts(FEES)


@pytest.mark.parametrize(
    "names", ["right-sidebar", "has-sidebar sidebar-visible", "with-nav header-fixed", "cookies-accepted"]
)
def test_what_holds_the_whole_page_may_be_called_what_it_likes(names):
    content = "<h1>Fees</h1><p>Ten pounds a visit.</p><ul><li>cash</li><li>cards</li></ul><h2>Help</h2><p>Ask us.</p>"
    page = f"<html class='{names}'><body class='{names}'><div class='{names}'>{content}</div></body></html>"
    draft = read_page(page.encode(), "x")
    assert draft.text == "Fees\n\nTen pounds a visit.\n\n• cash\n• cards\n\nHelp\n\nAsk us."


def test_a_name_within_a_sentence_is_no_reason_to_drop_a_word():
    assert texts("<p>Ask for <span class=comment>the blue form</span>, please.</p>") == [
        "Ask for the blue form, please."
    ]
    heard = "<p>Ask for the <span class=screen-reader-text>very </span>blue form at the desk, please.</p>"
    assert texts(heard) == ["Ask for the blue form at the desk, please."]
