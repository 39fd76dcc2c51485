"""A build that is killed, or that meets a failing disk, at any moment; `crashes` says what must hold after each."""

import json

import pytest

from .conftest import LONG, run_offline

KILLS, STEP = (100, 1) if LONG else (10, 20)


@pytest.fixture(scope="module")
def survived(tmp_path_factory, encoders):
    folder = tmp_path_factory.mktemp("crashes") / "clinic"
    result = run_offline("-m", "tests.crashes", *map(str, (folder, encoders, KILLS, STEP, STEP)), timeout=1200)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_an_ingest_can_be_killed_at_any_moment(survived):
    assert survived["kill"]["killed"] > KILLS // 2


@pytest.mark.parametrize("way", ["fail", "fill"])
def test_any_operation_on_files_can_fail_and_the_disk_be_full_from_then_on(survived, way):
    assert survived[way]["operations"] > 100
    assert survived[way]["refused"] > 0
