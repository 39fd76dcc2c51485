"""The benchmark command on tiny invented sets of the public sets' form."""

import json
from pathlib import Path

import pytest

from benchmarks.figures import hit, ndcg, ranks, recall, separation
from benchmarks.measure import Measured, run
from benchmarks.report import abstention_rows, ranking_rows, report, to_json
from benchmarks.retrieval import main
from benchmarks.sets import read_set, write_corpus
from benchmarks.typos import misspell
from citedfaq.corpus import read_corpus
from citedfaq.encoder import Encoder
from citedfaq.errors import CitedFAQError

ARTICLES = {
    "Knee_1": ("Knee taping", "## What does taping do ?\n\nTaping supports the kneecap while you walk."),
    "Plaster_2": ("Plasters", "## How long does a plaster last ?\n\nA plaster stays on for four days."),
    "Bath_3": ("Foot baths", "## What is a foot bath ?\n\nWarm water softens hard skin on your heels in ten minutes."),
}
QUERIES = {
    "q1": ("what does taping the kneecap do", "what does tapng the kneecap do", "Knee_1"),
    "q2": ("how many days does a plaster last", "how many days does a plastre last", "Plaster_2"),
    "q3": ("how can I soften hard skin on my heels", "how can I softenn hard skin on my heels", "Bath_3"),
    "q4": ("does tape support my knee", "does tape suport my knee", "Knee_1"),
}
NEAR = ("can a splint straighten my finger", "does wax cure eczema", "is cupping painful", "who needs orthotics")
FAR = (("play some jazz", "ood"), ("what is the capital of France", "ood"), ("am I tired", "maybe_health"))
FAQ = ("When to call us [about fever]", "What is a *plaster*?", "Who may swim?", "How do I care for 1 < 2 wounds?")


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sets")
    write_set(
        folder / "medquad_articles",
        [{"id": key, "title": title, "text": text} for key, (title, text) in ARTICLES.items()],
        QUERIES,
        ["q1\tKnee_1\t2", "q1\tPlaster_2\t1", *(f"{key}\t{right}\t2" for key, (_, _, right) in QUERIES.items())],
    )
    near = [{"id": f"n{number}", "text": text, "label": "near_ood"} for number, text in enumerate(NEAR)]
    write_lines(folder / "medquad_articles" / "near_ood.jsonl", near)
    far = [{"id": f"o{number}", "text": text, "label": label} for number, (text, label) in enumerate(FAR)]
    write_lines(folder / "oos" / "queries.jsonl", far)
    write_set(
        folder / "rqe",
        [{"id": f"f{number}", "title": text, "text": text} for number, text in enumerate(FAQ)],
        {"q1": ("are swimmers allowed", "are swimers allowed", "f2"), "q2": ("nothing fits", "nothing fts", "f9")},
        ["q1\tf2\t1", "q1\tf0\t0", "q2\tf0\t0"],
    )
    return folder


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def measured(sets: Path, work: Path, encoder: Encoder) -> list[Measured]:
    return list(run(sets, [], work, encoder))


def write_set(folder, documents, queries, judgements):
    write_lines(folder / "corpus.jsonl", documents)
    write_lines(folder / "queries.jsonl", [{"id": key, "text": text} for key, (text, _, _) in queries.items()])
    typos = [{"id": key, "text": text, "typos": 1} for key, (_, text, _) in queries.items()]
    write_lines(folder / "queries_typo_edit.jsonl", typos)
    (folder / "qrels.tsv").write_text("\n".join(judgements) + "\n", encoding="utf-8")
    relevant = 2 if folder.name == "medquad_articles" else 1
    (folder / "meta.json").write_text(json.dumps({"min_rel": relevant, "licence": "none"}), encoding="utf-8")


def write_lines(file, records):
    file.parent.mkdir(exist_ok=True)
    file.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def test_figures_of_a_ranking_can_be_checked_by_hand():
    ranking, grades = ["b", "a", "x"], {"a": 2, "b": 1, "c": 2}
    right = ["a", "c"]
    assert hit(ranking, right) == 0.0
    assert recall(ranking, right) == 0.5
    # Grades 1, 2 gain 1, 3; ranks 1, 2, 3 discount by 1, 1.585, 2.
    assert ndcg(ranking, grades) == pytest.approx((1 + 3 / 1.585) / (3 + 3 / 1.585 + 1 / 2), abs=1e-4)
    assert ndcg(["a", "c", "b"], grades) == 1.0
    assert ndcg([], grades) == hit([], right) == recall([], right) == 0.0
    found = ranks([(ranking, grades), (["c", "a"], grades)], relevant=2)
    assert (found.questions, found.hit, found.recall) == (2, 0.5, 0.75)


def test_separation_counts_pairs_in_the_right_order():
    found = separation([0.9, 0.6], [0.7, 0.1], threshold=0.65)
    assert (found.auroc, found.answered, found.wrongly) == (0.75, 0.5, 0.5)
    assert separation([1.0], [0.0], None).answered is None


def test_typos_are_the_same_each_time_and_leave_short_words_and_first_letters():
    texts = [f"can wax cure eczema on {number} large swollen fingers" for number in range(50)]
    for text in texts:
        typed = misspell(text)
        assert typed == misspell(text) != text
        pairs = list(zip(text.split(), typed.split(), strict=True))
        assert all(word == other for word, other in pairs if len(word) < 4)
        assert all(word[0] == other[0] and abs(len(word) - len(other)) <= 1 for word, other in pairs)
    words, typed = " ".join(texts).split(), " ".join(map(misspell, texts)).split()
    long = [word != other for word, other in zip(words, typed, strict=True) if len(word) >= 4]
    assert 0.2 < sum(long) / len(long) < 0.4
    assert misspell(texts[0]) != misspell(texts[0], seed=1)
    assert misspell("is it ok") == "is it ok"


def test_a_set_is_read_with_the_questions_that_its_documents_answer(sets):
    articles = read_set(sets, "medquad_articles")
    assert articles.queries[0].grades == {"Knee_1": 2, "Plaster_2": 1}
    assert articles.queries[1].misspelt == "how many days does a plastre last"
    assert [query.text for query in articles.near] == list(NEAR)
    assert [query.text for query in articles.far] == ["play some jazz", "what is the capital of France"]
    assert [query.id for query in read_set(sets, "rqe").queries] == ["q1"]
    shorter = read_set(sets, "medquad_articles", limit=1)
    assert [query.id for query in shorter.queries] == ["q1"]
    assert shorter.queries[0].grades == {"Knee_1": 2}
    assert (len(shorter.documents), len(shorter.near), len(shorter.far)) == (1, 1, 1)


def test_an_faq_entry_shows_its_question_as_it_is(sets, tmp_path):
    benchmark = read_set(sets, "rqe")
    ids = write_corpus(benchmark, tmp_path)
    (tmp_path / "left-over.md").write_text("# Old\n\nText.", encoding="utf-8")
    assert write_corpus(benchmark, tmp_path) == ids
    corpus = read_corpus(tmp_path)
    assert not corpus.skipped
    shown = {ids[article.id]: article.text.split("\n")[0] for article in corpus.articles}
    assert shown == {document.id: document.title for document in benchmark.documents}
    assert {article.title for article in corpus.articles} == {"Frequently asked questions"}


def test_every_document_has_a_passage_and_a_rank(measured):
    assert [each.benchmark.name for each in measured] == ["medquad_articles", "rqe"]
    assert [each.lost for each in measured] == [0, 0]
    articles, faq = measured
    assert len(articles.asked) == 2 * len(QUERIES) + 2 * len(NEAR) + 2
    assert all(len(one.found["captions"].ranking) == 3 for one in articles.asked)
    (name, wording, figures), *_ = ranking_rows([articles], "all")
    assert (name, wording, figures["CitedFAQ"].hit, figures["dense"].recall) == ("medquad_articles", "clean", 1.0, 1.0)
    assert all(one.query.grades == {"f2": 1} for one in faq.asked)


def test_halves_do_not_overlap(measured):
    def questions(half):
        return sum(figures["BM25"].questions for _, _, figures in ranking_rows(measured, half))

    assert 0 < questions("test") < questions("all") == questions("test") + questions("dev")


def test_confidence_tells_other_subjects_apart(measured):
    rows = {(kind, wording): figures for kind, wording, figures in abstention_rows(measured, "all")}
    assert list(rows) == [
        ("near_ood", "clean"),
        ("near_ood", "typos on both sides"),
        ("near_ood", "typos in the answerable alone"),
        ("oos", "clean"),
    ]
    assert rows["oos", "clean"]["CitedFAQ"].auroc == 1.0
    assert (rows["oos", "clean"]["dense"].answerable, rows["oos", "clean"]["dense"].others) == (4, 2)


def test_the_report_holds_every_figure(measured):
    text = report(measured)
    assert "| rqe | typos | 1 |" in text
    assert "| near_ood | clean | 4 / 4 |" in text
    assert "- medquad_articles, near_ood: 0 of 4" in text
    assert "- rqe: 4 documents (0 without a passage), 4 passages" in text
    record = json.loads(json.dumps(to_json(measured)))
    assert record["all"]["ranking"][0]["CitedFAQ"]["hit"] == 1.0
    assert {question["half"] for question in record["questions"]} == {"dev", "test"}
    assert record["questions"][0]["right"] == ["Knee_1"]
    assert record["questions"][0]["rank"] == 1


def test_a_second_run_keeps_the_index(measured, sets, work, encoder):
    def builds():
        return sorted(path.name for path in (work / "rqe" / "index").iterdir())

    before = builds()
    (again,) = run(sets, ["rqe"], work, encoder)
    assert builds() == before
    assert [one.found for one in again.asked] == [one.found for one in measured[1].asked]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("qrels.tsv", "q1\tf2\n", "qrels.tsv, line 1: not a question's id"),
        ("queries.jsonl", "{}\n", "queries.jsonl, line 1: Field required"),
        ("meta.json", "{}", "meta.json: Field required"),
        ("corpus.jsonl", "\udcff", "corpus.jsonl cannot be read"),
        ("corpus.jsonl", '{"id": "../f", "title": "T", "text": "T"}\n', "'../f' is no name for a file"),
    ],
)
def test_a_damaged_set_is_named(sets, tmp_path, name, text, message):
    for file in (sets / "rqe").iterdir():
        (tmp_path / "rqe").mkdir(exist_ok=True)
        (tmp_path / "rqe" / file.name).write_bytes(file.read_bytes())
    (tmp_path / "rqe" / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(CitedFAQError, match=message):
        write_corpus(read_set(tmp_path, "rqe"), tmp_path / "corpus")


def test_a_folder_without_sets_is_refused(tmp_path, capsys):
    assert main([str(tmp_path)]) == 1
    assert "holds no set: name the folder of medquad_articles" in capsys.readouterr().err
