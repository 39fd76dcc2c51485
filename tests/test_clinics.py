"""The invented clinics that the matching is learnt from: what is said to answer their questions stands there."""

import pytest

from citedfaq.corpus import read_corpus
from citedfaq.evaluate import holds_evidence, read_questions

from .conftest import ROOT

CLINICS = sorted((ROOT / "tests" / "data" / "clinics").iterdir())
UNANSWERABLE = {"near", "far"}


@pytest.mark.parametrize("clinic", CLINICS, ids=lambda folder: folder.name)
def test_a_clinics_evidence_stands_in_its_articles(clinic):
    corpus = read_corpus(clinic / "articles")
    assert corpus.skipped == ()
    assert len(corpus.articles) >= 3
    questions = read_questions(clinic / "questions.jsonl")
    assert len({(each.question, each.history) for each in questions}) == len(questions) >= 290
    for each in questions:
        assert bool(each.evidence) != (each.category in UNANSWERABLE), each
        for evidence in each.evidence:
            alone = each.model_copy(update={"evidence": (evidence,)})
            assert any(holds_evidence(article.text, alone) for article in corpus.articles), (each.question, evidence)
