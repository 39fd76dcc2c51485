import dataclasses
import hashlib
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from citedfaq.links import article_link, marked_address, public_link, text_digest

PAGE = "https://clinic.example/knee"


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("Keep the plaster dry.", "Keep the plaster dry."),
        ("One two three four five six seven eight", "One two three four five six seven eight"),
        ("One two three four five six seven eight nine", "One two three four,six seven eight nine"),
        ("Do not use tape on:\n\n• broken skin\n• a hot, swollen knee", "Do not use tape,a hot, swollen knee"),
        ("• Rest\n• Ice", "Rest,Ice"),
        ("self-care & rest, 50 %", "self-care & rest, 50 %"),
    ],
)
def test_a_text_fragment_names_a_text_by_its_edges(text, fragment):
    address = marked_address(PAGE, text)
    page, directive = address.split("#:~:text=")
    assert page == PAGE
    assert unquote(directive) == fragment
    # These separate the parts of a directive, and directives from each other.
    assert "-" not in directive
    assert "&" not in directive
    assert directive.count(",") == ("," in fragment and text != fragment and len(text.split()) > 1)


def test_an_address_with_a_fragment_of_its_own_keeps_it():
    assert marked_address(f"{PAGE}#care", "Rest") == f"{PAGE}#care:~:text=Rest"


def test_without_words_the_page_opens_at_its_top():
    assert marked_address(PAGE, " \n• \n") == PAGE


def test_a_link_is_relative_and_names_the_version_of_the_text(small):
    [quote, *_] = small.ask("what does knee taping do").quotes
    text = small.index.articles["knee"].text
    link = urlsplit(article_link(quote))
    assert (link.scheme, link.netloc, link.path, link.fragment) == ("", "", "articles/knee", "quote")
    assert parse_qs(link.query) == {
        "start": [str(quote.start)],
        "end": [str(quote.end)],
        "digest": [hashlib.sha256(text.encode()).hexdigest()[:16]],
    }
    assert quote.article.digest == text_digest(text)
    assert public_link(quote).startswith("https://clinic.example/knee#:~:text=")
    nowhere = dataclasses.replace(quote, article=dataclasses.replace(quote.article, url=None))
    assert public_link(nowhere) is None


LIST = "Do not use tape on:\n\n• broken or infected skin\n• a knee that is hot, and self-swollen"


@pytest.mark.parametrize(
    ("text", "found"), [(LIST, True), ("a knee that is hot, and self-swollen", True), ("no such words", False)]
)
def test_a_browser_finds_the_text_on_the_clinics_own_page(browser, tmp_path, text, found):
    intro, *items = LIST.replace("• ", "").split("\n")
    filler = "<p>Something else.</p>" * 200
    listed = "".join(f"<li>{item}</li>" for item in items if item)
    (tmp_path / "page.html").write_text(f"<!doctype html>{filler}<p>{intro}</p><ul>{listed}</ul>{filler}")
    page = browser.new_page()
    page.goto(marked_address(f"file://{tmp_path}/page.html", text))
    page.wait_for_timeout(300)
    assert (page.evaluate("scrollY") > 1000) == found
    page.close()
