import pytest

from citedfaq.doctor import examine
from citedfaq.index import current_build


@pytest.fixture
def settings_file(tmp_path):
    file = tmp_path / "clinic.toml"
    file.write_text('phone = "+1 555 0100"\n')
    return file


def checks(corpus, index, settings_file):
    return {check.name: check for check in examine(corpus, index, settings_file)}


def test_a_sound_installation_is_well_but_for_missing_reviews(corpus, small_index, settings_file):
    found = checks(corpus, small_index, settings_file)
    assert [name for name, check in found.items() if not check.well] == ["reviews"]
    assert found["reviews"].remedy.startswith("have a clinician review plasters.txt")
    assert "2 articles, 4 passages" in found["index"].seen


def test_every_failed_check_has_a_remedy(corpus, small_index, tmp_path):
    (corpus / "ice.md").write_text("# Ice\n\nIce calms.")
    (corpus / "empty.md").touch()
    (tmp_path / "none.toml").touch()
    found = examine(corpus, small_index, tmp_path / "none.toml")
    failed = [check for check in found if not check.well]
    assert {check.name for check in failed} == {"contact", "reviews", "corpus"}
    assert all(check.remedy for check in failed)
    assert any("empty.md is skipped" in check.seen and "it is empty" in check.remedy for check in failed)


def test_a_fault_in_the_settings_is_the_last_check(corpus, small_index, tmp_path):
    (tmp_path / "bad.toml").write_text('phon = "1"')
    found = list(checks(corpus, small_index, tmp_path / "bad.toml").values())
    assert (found[-1].name, found[-1].well) == ("settings", False)


def test_a_missing_encoder_is_told(corpus, small_index, tmp_path):
    (tmp_path / "bad.toml").write_text('encoder = "no-such-model"')
    assert not checks(corpus, small_index, tmp_path / "bad.toml")["encoder"].well


def test_a_missing_index_and_a_missing_corpus_are_told(tmp_path, settings_file):
    found = checks(tmp_path / "nowhere", tmp_path / "index", settings_file)
    assert found["index"].remedy == "run 'python ingest.py'"
    assert "does not exist" in found["corpus"].seen


def test_a_damaged_index_is_told(corpus, small_index, settings_file):
    (small_index / current_build(small_index) / "vectors.faiss").unlink()
    found = checks(corpus, small_index, settings_file)
    assert "vectors.faiss is missing or damaged" in found["index"].seen


def test_an_earlier_version_that_is_served_is_told(corpus, small_index, settings_file, ingest):
    (corpus / "knee.md").write_text("")
    ingest(corpus, small_index)
    assert checks(corpus, small_index, settings_file)["stale"].remedy == "mend or delete knee.md"
