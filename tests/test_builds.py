import pytest

from citedfaq import build
from citedfaq.build.builds import KEPT_BUILDS, builds_of, flush_folder, kept_builds, locked
from citedfaq.errors import CitedFAQError
from citedfaq.manifest import CURRENT, Pointer, current_build, read_pointer
from citedfaq.records import Articles


@pytest.fixture
def back(small_index, encoder):
    return lambda: build.rollback(small_index, encoder.name, encoder.digest)


def text_of_plasters(index):
    return Articles.load(index / current_build(index))["plasters"].text


def edit(corpus, days):
    (corpus / "plasters.txt").write_text(f"Plasters\n\nA plaster stays on for {days} days, then it is renewed.")


def test_the_last_builds_are_kept_and_older_ones_are_not(corpus, small_index, ingest):
    made = [current_build(small_index), *(ingest(corpus, small_index, full=True).build for _ in range(KEPT_BUILDS))]
    assert builds_of(small_index) == made[1:]
    assert kept_builds(small_index) == made[:0:-1]


def test_a_rollback_stays_until_the_articles_change(corpus, small_index, ingest, back):
    first = current_build(small_index)
    edit(corpus, 9)
    second = ingest(corpus, small_index).build
    assert back() == Pointer(first, instead_of=second)
    assert "three to five days" in text_of_plasters(small_index)

    report = ingest(corpus, small_index)  # from cron, the next night
    assert (report.build, report.changes.held, report.changes.any) == (first, True, False)

    edit(corpus, 8)
    third = ingest(corpus, small_index).build
    assert "8 days" in text_of_plasters(small_index)
    # The build that was put out of use is gone: another rollback does not return to it.
    assert builds_of(small_index) == [first, third]
    assert back().build == first


def test_a_damaged_build_is_mended_although_a_rollback_holds_it(corpus, small_index, ingest, back):
    edit(corpus, 9)
    ingest(corpus, small_index)
    (small_index / back().build / "articles.jsonl").unlink()
    report = ingest(corpus, small_index)
    assert report.changes.reason == "articles.jsonl of the index is missing or damaged"
    assert "9 days" in text_of_plasters(small_index)


def test_two_rollbacks_go_back_two_builds(corpus, small_index, ingest, back):
    first = current_build(small_index)
    edit(corpus, 9)
    second = ingest(corpus, small_index).build
    edit(corpus, 10)
    third = ingest(corpus, small_index).build
    assert back().build == second
    assert back().build == first
    assert read_pointer(small_index).instead_of == third
    assert ingest(corpus, small_index).changes.held
    with pytest.raises(CitedFAQError, match="holds no earlier build"):
        back()


def test_full_ends_a_rollback(corpus, small_index, ingest, back):
    edit(corpus, 9)
    ingest(corpus, small_index)
    back()
    report = ingest(corpus, small_index, full=True)
    assert not report.changes.held
    assert "9 days" in text_of_plasters(small_index)


def test_a_rollback_without_an_earlier_build_is_refused(small_index, back, tmp_path, encoder):
    with pytest.raises(CitedFAQError, match="holds no earlier build: mend the articles"):
        back()
    with pytest.raises(CitedFAQError, match="holds no earlier build"):
        build.rollback(tmp_path / "empty", encoder.name, encoder.digest)


def test_a_rollback_to_a_damaged_build_is_refused(corpus, small_index, ingest, back):
    first = current_build(small_index)
    edit(corpus, 9)
    second = ingest(corpus, small_index).build
    (small_index / first / "articles.jsonl").unlink()
    with pytest.raises(CitedFAQError, match="articles.jsonl is missing or damaged"):
        back()
    assert current_build(small_index) == second


def test_a_rollback_from_a_damaged_build_goes_to_the_newest_other(corpus, small_index, ingest, back):
    first = current_build(small_index)
    edit(corpus, 9)
    second = ingest(corpus, small_index).build
    (small_index / second / "manifest.json").write_text("{}")
    assert back().build == first
    # What the damaged build was made from is not known any more, so that nothing holds the next one back.
    assert ingest(corpus, small_index).build not in (first, second)


def test_a_disk_that_fails_is_told(corpus, small_index, ingest, back, monkeypatch):
    edit(corpus, 9)
    second = ingest(corpus, small_index).build

    def full_disk(file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(build.builds, "flush", full_disk)
    with pytest.raises(CitedFAQError, match="No space left on device"):
        back()
    assert current_build(small_index) == second


def test_builds_are_left_alone_where_current_cannot_be_read(corpus, small_index, ingest):
    ingest(corpus, small_index, full=True)
    before = builds_of(small_index)
    (small_index / CURRENT).write_bytes(b"\xff")
    build.builds.tidy(small_index)
    assert builds_of(small_index) == before


def test_only_one_ingest_at_a_time(small_index, back):
    with locked(small_index), pytest.raises(CitedFAQError, match="Another ingest is at work"):
        back()


def test_flushing_a_folder_that_is_gone_is_no_fault(tmp_path):
    flush_folder(tmp_path / "gone")
