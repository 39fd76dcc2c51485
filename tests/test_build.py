import json
import shutil

import filelock
import numpy as np
import pytest

from citedfaq import build
from citedfaq import corpus as reading
from citedfaq.build import changes, making, write
from citedfaq.errors import CitedFAQError
from citedfaq.index import load_index
from citedfaq.manifest import current_build
from citedfaq.records import Articles
from citedfaq.settings import Settings

NEW = "# Ice\n\nIce can calm a swollen ankle. Wrap the ice in a towel."


def articles(index):
    return Articles.load(index / current_build(index))


def test_the_first_ingest_adds_everything(corpus, tmp_path, ingest):
    report = ingest(corpus, tmp_path / "index")
    assert report.changes.added == ("knee.md", "plasters.txt")
    assert report.passages == 4
    # 4 passages, their 4 captions, 4 + 4 sentences about the knee (a list item is one), 1 + 2 about plasters
    assert report.encoded == 4 + 4 + 4 + 4 + 1 + 2
    assert report.build == current_build(tmp_path / "index")


def test_nothing_changed_makes_no_new_build(corpus, small_index, ingest):
    before = current_build(small_index)
    report = ingest(corpus, small_index)
    assert report.changes.unchanged == ("knee.md", "plasters.txt")
    assert (report.build, report.encoded) == (before, 0)


def test_only_what_changed_is_encoded_again(corpus, small_index, ingest):
    knee = corpus / "knee.md"
    knee.write_text(knee.read_text().replace("about ten minutes", "about twelve minutes"))
    (corpus / "ice.md").write_text(NEW)
    (corpus / "plasters.txt").unlink()
    report = ingest(corpus, small_index)
    assert report.changes.added == ("ice.md",)
    assert report.changes.changed == ("knee.md",)
    assert report.changes.removed == ("plasters.txt",)
    assert report.encoded == 2 + 4  # the changed passage and sentence; the new passage, caption and two sentences
    assert set(articles(small_index)) == {"knee", "ice"}


def test_full_encodes_everything_again(corpus, small_index, ingest):
    first = current_build(small_index)
    report = ingest(corpus, small_index, full=True)
    assert report.encoded > 15
    assert report.build != first


def test_a_file_that_moves_is_not_encoded_again(corpus, small_index, ingest):
    (corpus / "plasters.txt").rename(corpus / "about-plasters.txt")
    report = ingest(corpus, small_index)
    assert (report.changes.added, report.changes.removed) == (("about-plasters.txt",), ("plasters.txt",))
    assert report.encoded == 0
    assert set(articles(small_index)) == {"knee", "about-plasters"}


def test_an_unchanged_file_is_not_even_taken_apart(corpus, small_index, ingest, monkeypatch):
    def reader(data, name):
        raise AssertionError("read")

    monkeypatch.setattr(reading, "READERS", {".md": reader, ".txt": reader})
    assert not ingest(corpus, small_index).changes.any
    (corpus / "knee.md").unlink()
    assert ingest(corpus, small_index).changes.removed == ("knee.md",)


def test_the_vectors_are_those_of_a_full_run(corpus, small_index, ingest, encoder, tmp_path):
    (corpus / "ice.md").write_text(NEW)
    (corpus / "knee.md").write_text((corpus / "knee.md").read_text().replace("firm", "snug"))
    ingest(corpus, small_index)
    ingest(corpus, tmp_path / "anew")
    one, other = (load_index(folder, encoder.name, encoder.digest) for folder in (small_index, tmp_path / "anew"))
    assert list(one.passages) == list(other.passages)
    for number in range(len(one.passages)):
        assert np.allclose(one.vectors_of(number), other.vectors_of(number), atol=1e-5)
        for left, right in zip(one.late.entries_of(number), other.late.entries_of(number), strict=True):
            assert np.abs(left.astype(int) - right).max() <= 1


def test_what_a_killed_run_left_behind_is_swept_up(corpus, small_index, ingest):
    (small_index / ".unfinished-123").mkdir()
    (small_index / ".unfinished-current").touch()
    (small_index / "notes").mkdir()
    ingest(corpus, small_index, full=True)
    assert not list(small_index.glob(".unfinished*"))
    assert (small_index / "notes").is_dir()  # not ours to delete


def test_an_article_that_can_no_longer_be_read_stays_as_it_was_and_is_marked(corpus, small_index, ingest, encoder):
    (corpus / "knee.md").write_bytes(b"")
    report = ingest(corpus, small_index)
    assert report.changes.kept == ("knee.md",)
    assert [skipped.reason for skipped in report.changes.skipped] == ["it is empty"]
    assert articles(small_index)["knee"].stale
    assert "kneecap" in articles(small_index)["knee"].text

    assert ingest(corpus, small_index).encoded == 0  # still stale: nothing new to do
    assert not ingest(corpus, small_index).changes.any

    (corpus / "knee.md").write_text("# Knee taping\n\nTape holds for a day.")
    assert ingest(corpus, small_index).changes.changed == ("knee.md",)
    assert not articles(small_index)["knee"].stale


def test_a_stale_article_gives_way_to_another_of_its_id(corpus, small_index, ingest):
    (corpus / "knee.md").write_bytes(b"")
    (corpus / "knee.txt").write_text("Knee\n\nTape holds for a day, and then it has to be renewed.")
    ingest(corpus, small_index)
    assert articles(small_index)["knee"].path == "knee.txt"


def test_only_deleting_the_file_removes_its_article(corpus, small_index, ingest):
    (corpus / "knee.md").unlink()
    ingest(corpus, small_index)
    assert set(articles(small_index)) == {"plasters"}


def test_a_corpus_that_lost_more_than_half_is_refused(corpus, small_index, ingest):
    for number in range(4):
        (corpus / f"more-{number}.md").write_text(f"# More {number}\n\nSentence number {number} stands here.")
    ingest(corpus, small_index)
    good = current_build(small_index)
    for file in list(corpus.glob("more-*")):
        file.unlink()
    with pytest.raises(CitedFAQError, match=r"holds 2 articles where the index has 6.*--allow-shrink"):
        ingest(corpus, small_index)
    assert current_build(small_index) == good
    assert len(ingest(corpus, small_index, allow_shrink=True).changes.removed) == 4


def test_an_empty_corpus_is_refused(corpus, small_index, ingest):
    good = current_build(small_index)
    shutil.rmtree(corpus)
    corpus.mkdir()
    with pytest.raises(CitedFAQError, match="holds no article that can be read"):
        ingest(corpus, small_index)
    assert current_build(small_index) == good


def test_a_missing_corpus_is_refused(small_index, tmp_path, ingest):
    with pytest.raises(CitedFAQError, match="nowhere does not exist"):
        ingest(tmp_path / "nowhere", small_index)


def test_a_second_ingest_at_the_same_time_is_refused(corpus, small_index, ingest):
    with filelock.FileLock(small_index / ".lock"), pytest.raises(CitedFAQError, match="Another ingest is at work"):
        ingest(corpus, small_index)


def test_a_disk_that_fails_is_one_sentence_and_leaves_the_last_good_index(corpus, small_index, ingest, monkeypatch):
    good = current_build(small_index)
    (corpus / "ice.md").write_text(NEW)

    def full_disk(*arguments):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(making, "write_build", full_disk)
        with pytest.raises(CitedFAQError, match="could not be written to .*No space left on device.*stays as it was"):
            ingest(corpus, small_index)
    assert current_build(small_index) == good
    assert ingest(corpus, small_index).changes.added == ("ice.md",)
    assert not list(small_index.glob(".unfinished*"))


def test_an_index_folder_that_cannot_be_made_is_named(corpus, tmp_path, ingest):
    (tmp_path / "index").write_text("a file in the way")
    with pytest.raises(CitedFAQError, match="index cannot be written"):
        ingest(corpus, tmp_path / "index")


def test_a_damaged_index_is_built_anew(corpus, small_index, ingest, encoder):
    (small_index / current_build(small_index) / "manifest.json").write_text("{}")
    report = ingest(corpus, small_index)
    assert "damaged" in report.changes.reason
    assert load_index(small_index, encoder.name, encoder.digest).manifest.build == report.build


@pytest.mark.parametrize("name", ["vectors.faiss", "articles.jsonl", "pieces.npy"])
def test_a_damaged_file_is_noticed_although_no_article_changed(corpus, small_index, ingest, encoder, name):
    file = small_index / current_build(small_index) / name
    file.write_bytes(file.read_bytes()[:-4] + b"\0\1\2\3")
    report = ingest(corpus, small_index)
    assert report.changes.reason == f"{name} of the index is missing or damaged"
    assert report.encoded > 15  # nothing is taken over
    assert load_index(small_index, encoder.name, encoder.digest).manifest.build == report.build


def test_newer_rules_read_and_cut_every_article_anew(corpus, small_index, ingest, monkeypatch):
    for module in (changes, write):
        monkeypatch.setattr(module, "RULES_VERSION", 1_000)
    cut = write.cut
    monkeypatch.setattr(write, "cut", lambda article: cut(article)[:1])
    report = ingest(corpus, small_index)
    assert report.changes.reason == "the rules by which articles are read and cut have changed"
    assert (report.passages, report.changes.unchanged) == (2, ("knee.md", "plasters.txt"))
    assert not ingest(corpus, small_index).changes.any


def test_another_encoder_encodes_everything_anew(corpus, small_index, ingest, encoder):
    class Retrained:
        name, digest = "retrained", "1" * 64
        encode, encode_pieces = encoder.encode, encoder.encode_pieces

    report = build.ingest(corpus, small_index, Retrained())
    assert report.changes.reason.startswith("the encoder has changed")
    assert report.encoded > 15


def test_compare_says_what_an_ingest_would_do_and_does_nothing(corpus, small_index, encoder):
    good = current_build(small_index)
    assert not build.compare(corpus, small_index, encoder.digest).any
    (corpus / "ice.md").write_text(NEW)
    found = build.compare(corpus, small_index, encoder.digest)
    assert (found.added, found.any) == (("ice.md",), True)
    assert build.compare(corpus, small_index, "0" * 64).reason.startswith("the encoder has changed")
    assert current_build(small_index) == good


def test_progress_counts_the_files_and_the_texts(corpus, tmp_path, ingest):
    totals, done = {}, {"Reading": [], "Encoding": []}

    def progress(doing, total):
        totals[doing] = total
        return done[doing].append

    report = ingest(corpus, tmp_path / "index", progress=progress)
    assert totals == {"Reading": 2, "Encoding": report.encoded}
    assert {doing: sum(parts) for doing, parts in done.items()} == totals


def questions(corpus, *pairs):
    lines = (json.dumps({"question": question, "evidence": evidence}) + "\n" for question, evidence in pairs)
    (corpus / "questions.jsonl").write_text("".join(lines))


def test_a_clinics_own_questions_are_asked_before_the_switch(corpus, small_index, ingest):
    good = current_build(small_index)
    questions(corpus, ("Can I swim with a plaster?", ["waterproof"]), ("Who won the world cup?", []))
    (corpus / "plasters.txt").write_text("Plasters\n\nA plaster keeps a small wound clean while it heals.")
    with pytest.raises(CitedFAQError, match="it gets 1 of the 2 questions in .*questions.jsonl right.*Can I swim"):
        ingest(corpus, small_index)
    assert current_build(small_index) == good

    report = ingest(corpus, small_index, settings=Settings(question_floor=0.5))
    assert report.build != good
    missed = [each.text for each in report.advice if each.kind == "question"]
    assert missed == ["asks “Can I swim with a plaster?”, which the articles do not answer as it says"]


def test_the_question_set_is_no_article(corpus, small_index, ingest):
    questions(corpus, ("Can I swim with a plaster?", ["waterproof"]))
    assert ingest(corpus, small_index).changes.skipped == ()
