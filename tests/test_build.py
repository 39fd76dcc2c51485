import shutil

import filelock
import pytest

from citedfaq import build
from citedfaq.encoder.weights import BUILT_IN_SHA256
from citedfaq.errors import CitedFAQError
from citedfaq.index import articles_of, current_build, load_index

NEW = "# Ice\n\nIce can calm a swollen ankle. Wrap the ice in a towel."


def articles(index):
    return articles_of(index / current_build(index))


def builds(index):
    return sorted(entry.name for entry in index.iterdir() if entry.is_dir())


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


def test_the_build_before_is_kept_and_older_ones_are_not(corpus, small_index, ingest):
    first = current_build(small_index)
    second = ingest(corpus, small_index, full=True).build
    third = ingest(corpus, small_index, full=True).build
    assert builds(small_index) == sorted([second, third])
    assert first not in builds(small_index)


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


@pytest.mark.parametrize("step", ["write_build", "load_build", "_switch"])
def test_a_failure_at_any_step_leaves_the_last_good_index(corpus, small_index, ingest, encoder, monkeypatch, step):
    good = current_build(small_index)
    (corpus / "ice.md").write_text(NEW)
    original = getattr(build, step)

    def full_disk(*arguments):
        if step == "load_build" and ".unfinished" not in str(arguments[0]):
            return original(*arguments)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(build, step, full_disk)
    with pytest.raises(CitedFAQError, match="could not be written to .*No space left on device"):
        ingest(corpus, small_index)
    assert load_index(small_index, encoder.name, encoder.digest).manifest.build == good

    monkeypatch.undo()
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


def test_damaged_vectors_are_not_taken_over(corpus, small_index, ingest, encoder):
    vectors = small_index / current_build(small_index) / "vectors.faiss"
    vectors.write_bytes(vectors.read_bytes()[:-4] + b"\0\0\0\0")
    (corpus / "ice.md").write_text(NEW)
    assert ingest(corpus, small_index).encoded > 15


def test_newer_rules_rebuild_everything(corpus, small_index, ingest, monkeypatch):
    monkeypatch.setattr(build, "RULES_VERSION", build.RULES_VERSION + 1)
    report = ingest(corpus, small_index)
    assert report.changes.reason == "articles are cut by newer rules"
    assert report.encoded > 15


def test_compare_says_what_an_ingest_would_do_and_does_nothing(corpus, small_index):
    good = current_build(small_index)
    assert not build.compare(corpus, small_index, BUILT_IN_SHA256).any
    (corpus / "ice.md").write_text(NEW)
    changes = build.compare(corpus, small_index, BUILT_IN_SHA256)
    assert (changes.added, changes.any) == (("ice.md",), True)
    assert build.compare(corpus, small_index, "0" * 64).reason == "the encoder has changed"
    assert current_build(small_index) == good


def test_progress_counts_the_texts_that_are_encoded(corpus, tmp_path, ingest):
    totals, done = [], []

    def progress(total):
        totals.append(total)
        return done.append

    report = ingest(corpus, tmp_path / "index", progress=progress)
    assert totals == [report.encoded] == [sum(done)]
