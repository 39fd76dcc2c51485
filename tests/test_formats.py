"""Every format, on the project's own articles; `python benchmarks/formats.py FOLDER` does the same on 1,023 topics."""

import pytest

from benchmarks.tokens import token_f1
from benchmarks.writers import SITE, WRITERS, topic_of
from citedfaq.corpus import read_corpus
from tests.conftest import CORPUS

TOPICS = [
    topic_of(article.title, "\n".join(article.text[block.start : block.end] for block in article.blocks[1:40]))
    for article in read_corpus(CORPUS).articles[:6]
]


@pytest.mark.parametrize("ending", WRITERS)
def test_an_article_comes_back_whole_and_without_menus_and_feet(tmp_path, ending):
    for number, topic in enumerate(TOPICS):
        (tmp_path / f"{number}{ending}").write_bytes(WRITERS[ending](topic, number))
    corpus = read_corpus(tmp_path)
    assert corpus.skipped == ()
    for article, topic in zip(corpus.articles, TOPICS, strict=True):
        assert token_f1(article.text, topic.text) >= 0.98
        assert SITE not in article.text
        for block in article.blocks:
            assert article.text[block.start : block.end].strip()
