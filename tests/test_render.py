import dataclasses
import re
from html.parser import HTMLParser

import pytest

from citedfaq.render import answer_html, question_html, text_html

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</blockquote></div><div style='position:fixed;inset:0'>gone</div>",
    "{{ 7 * 7 }} {% raw %}",
    "<details open ontoggle=alert(1)>",
    "&lt;b&gt; &amp;",
]


class Tags(HTMLParser):
    """Collects the tags and attributes that a browser would see."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.seen = [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.seen += data


def test_a_citation_opens_to_the_passage_with_the_quote_marked(small):
    html = answer_html(small.ask("what does knee taping do"))
    assert "<summary>" in html
    assert '<span class="cf-number">[1]</span>' in html
    assert "Knee taping › What taping does" in html
    assert "Reviewed by a clinician on 1 May 2026" in html
    passage = re.search(r'<p class="cf-passage">(.*?)</p>', html, re.DOTALL)[1]
    quote = re.search(r"<mark>(.*?)</mark>", passage, re.DOTALL)[1]
    assert f'<blockquote class="cf-text">{quote}</blockquote>' in html
    assert 'href="https://clinic.example/knee#:~:text=' in html
    assert "This article rests on: The taping handbook" in html


def test_an_unanswered_question_shows_suggestions_and_whom_to_turn_to(small):
    html = answer_html(small.ask("who won the world cup?"))
    assert 'class="cf-ask">Can I swim with a plaster?</button>' in html
    assert '<a href="tel:+15550100">+1 555 0100</a>' in html


def test_without_contact_details_none_are_promised(own):
    assert "cf-contact" not in answer_html(own.ask("who won the world cup?"))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_anywhere_is_shown_as_text(small, text):
    answer = small.ask("what does knee taping do")
    quote = answer.quotes[0]
    article = dataclasses.replace(quote.article, title=text, sources=(text,), review=text)
    passage = f"before {text} after"
    hostile = dataclasses.replace(
        quote, text=text, passage=passage, passage_start=0, start=7, end=7 + len(text), question=text, heading=(text,)
    )
    hostile = dataclasses.replace(hostile, article=article)
    harmless = Tags(answer_html(dataclasses.replace(answer, quotes=(quote,))))
    seen = Tags(answer_html(dataclasses.replace(answer, quotes=(hostile,))))
    assert set(seen.tags) <= set(harmless.tags)
    assert {name for name, _ in seen.attributes} <= {name for name, _ in harmless.attributes}
    assert text in seen.seen
    assert set(Tags(question_html(text)).tags) == {"p"}
    assert Tags(text_html(text)).tags == []


def test_a_care_card_comes_first_and_says_its_level_in_words(small):
    html = answer_html(small.ask("I have crushing chest pain going down my left arm and I am sweating"))
    assert html.index("Emergency: call now.") < html.index("your local emergency number")
    assert 'class="cf-card cf-card-emergency"' in html
    assert "cf-quote" not in html
    assert "+1 555 0100" in html


def test_an_earlier_card_stays_above_a_later_answer(small):
    html = answer_html(small.ask("Can I swim with a plaster?", ["I have crushing chest pain and I am sweating"]))
    assert html.index("cf-card-emergency") < html.index("waterproof")


def test_a_message_with_personal_details_is_not_shown_again():
    assert question_html("") == '<p class="cf-typed">(your message is not shown again)</p>'


def test_what_was_searched_for_is_shown_where_typos_were_mended(small):
    assert "Showing results for <em>can i swim with a plaster</em>" in answer_html(
        small.ask("can i swim with a plastr")
    )


def test_a_follow_up_is_shown_mended_as_it_was_typed_and_not_with_the_question_before_it(small):
    answer = small.ask("and if the plastr gets wet?", ["Can I swim with it?"])
    assert answer.searched_for.startswith("Can I swim with it?")
    assert "Showing results for <em>and if the plaster gets wet?</em>" in answer_html(answer)
