"""A build that is killed, or that meets a failing disk, at any moment; `crashes` says what must hold after each."""

import json

import pytest

from .conftest import LONG, run_offline

KILLS, STEP, LIMITS = (100, 1, 40) if LONG else (10, 20, 4)


@pytest.fixture(scope="module")
def survived(tmp_path_factory):
    folder = tmp_path_factory.mktemp("crashes") / "clinic"
    result = run_offline("-m", "tests.crashes", str(folder), str(KILLS), str(STEP), str(LIMITS), timeout=1200)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_an_ingest_can_be_killed_at_any_moment(survived):
    assert survived["kill"]["killed"] > KILLS // 2


def test_any_operation_on_files_can_fail(survived):
    assert survived["fail"]["operations"] > 100
    assert survived["fail"]["refused"] > 0


def test_the_disk_can_be_full_at_any_byte(survived):
    assert survived["fill"]["refused"] > LIMITS // 2
