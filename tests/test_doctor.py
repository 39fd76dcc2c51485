import os
import shutil

import pytest

from citedfaq import build, doctor
from citedfaq.doctor import examine
from citedfaq.manifest import current_build


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
    assert "0 kept for --rollback" in found["manifest"].seen
    assert "MB free" in found["disk"].seen


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


def test_a_damaged_manifest_is_told(corpus, small_index, settings_file):
    (small_index / current_build(small_index) / "manifest.json").unlink()
    found = checks(corpus, small_index, settings_file)
    assert found["manifest"].seen.endswith("manifest.json is missing or damaged")
    assert found["corpus"].remedy == "run 'python ingest.py'"


def test_an_index_of_older_rules_is_told(corpus, small_index, settings_file, monkeypatch):
    monkeypatch.setattr(doctor, "RULES_VERSION", 1_000)
    assert "have changed" in checks(corpus, small_index, settings_file)["manifest"].remedy


def test_a_rollback_is_told(corpus, small_index, settings_file, ingest, encoder):
    (corpus / "ice.md").write_text("# Ice\n\nIce calms.")
    second = ingest(corpus, small_index).build
    build.rollback(small_index, encoder.name, encoder.digest)
    found = checks(corpus, small_index, settings_file)
    assert found["rollback"].seen == f"build {second} was put out of use by a rollback"
    assert found["corpus"].well


def test_articles_that_want_mending_are_told(corpus, small_index, settings_file, ingest):
    (corpus / "copy.md").write_text((corpus / "knee.md").read_text().replace("2026-05-01", "2019-05-01"))
    (corpus / "ice.md").write_text("Ice calms a swollen ankle.")
    ingest(corpus, small_index)
    found = checks(corpus, small_index, settings_file)
    assert found["titles"].remedy.startswith("give ice.md a heading")
    assert found["overdue"].remedy.startswith("have a clinician review copy.md again")
    assert found["alike"].remedy.startswith("delete knee.md")


def test_a_disk_that_is_nearly_full_or_cannot_be_written_is_told(corpus, small_index, settings_file, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(10, 9, 1))
        assert checks(corpus, small_index, settings_file)["disk"].remedy.startswith("free some space on the disk of")
    monkeypatch.setattr(os, "access", lambda *arguments: False)
    assert "cannot be written" in checks(corpus, small_index / "later", settings_file)["disk"].seen
