import dataclasses
import datetime

from citedfaq.build.advice import advise
from citedfaq.corpus import read_corpus

TODAY = datetime.date(2026, 11, 22)


def advice(corpus, alike=(), months=24, **changes):
    articles = [dataclasses.replace(article, **changes) for article in read_corpus(corpus).articles]
    return {(each.kind, each.path): each.text for each in advise(articles, alike, months, TODAY)}


def test_an_article_that_is_in_order_gets_none(corpus):
    (corpus / "plasters.txt").unlink()
    assert advice(corpus) == {}


def test_an_article_that_is_not_reviewed_or_overdue(corpus):
    found = advice(corpus, months=3)
    assert found["unreviewed", "plasters.txt"].startswith("has not been reviewed: have a clinician read it")
    assert found["overdue", "knee.md"].startswith("was last reviewed on 2026-05-01, more than 3 months ago")


def test_an_article_without_a_title_is_told_and_one_whose_title_is_its_name_is_not(corpus):
    (corpus / "knee.md").write_text("---\ntitle: Knee\n---\n\nTaping supports the kneecap while you walk.")
    (corpus / "ankle.md").write_text("Taping supports the ankle while you walk.")
    assert [path for kind, path in advice(corpus) if kind == "untitled"] == ["ankle.md"]


def test_an_earlier_version_that_is_served(corpus):
    assert ("stale", "knee.md") in advice(corpus, stale=True)


def test_articles_that_are_nearly_the_same_name_each_other(corpus):
    found = advice(corpus, alike=[("knee.md", "plasters.txt", 0.93)])
    assert found["alike", "plasters.txt"] == "is nearly the same as knee.md (93% of their words): delete one of them"
