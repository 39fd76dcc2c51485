"""The clinic's own articles keep the rules that an extractive answer depends on."""

import re
from itertools import pairwise

import pytest
import yaml

from citedfaq.corpus import read_corpus
from citedfaq.passages import points_backward

from .conftest import CORPUS

ARTICLES = read_corpus(CORPUS)


def test_every_article_is_read():
    assert ARTICLES.skipped == ()
    assert len(ARTICLES.articles) == len(list(CORPUS.glob("*.md")))


@pytest.mark.parametrize("article", ARTICLES.articles, ids=lambda article: article.id)
def test_front_matter_is_complete(article):
    front = yaml.safe_load((CORPUS / article.path).read_text(encoding="utf-8").split("---")[1])
    assert set(front) == {"title", "url", "sources", "reviewed"}
    assert article.sources
    assert article.text.startswith(article.title)


def test_the_faq_has_enough_entries(loaded):
    asked = [passage.question for passage in loaded.passages if passage.article == "faq"]
    assert None not in asked
    assert len(set(asked)) >= 40


def test_no_sentence_points_back_and_none_stands_twice(loaded):
    seen = {}
    for passage in loaded.passages:
        text = loaded.articles[passage.article].text
        for sentence in passage.sentences:
            content = text[sentence.start : sentence.end]
            assert not points_backward(content) or content[0].islower(), content  # an item continues its lead-in
            if len(content.split()) > 4:
                assert seen.setdefault(content, passage) == passage, content


def test_headings_step_down_one_level_at_a_time():
    for article in ARTICLES.articles:
        levels = [block.level for block in article.blocks if block.kind == "heading"]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_nothing_is_mistaken_for_boilerplate():
    assert [block for article in ARTICLES.articles for block in article.blocks if block.kind == "boilerplate"] == []


def test_nothing_of_the_mark_up_is_left():
    for article in ARTICLES.articles:
        assert not re.search(r"\*\*|^#|\]\(|^- ", article.text, re.MULTILINE), article.id
