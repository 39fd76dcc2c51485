"""`python app.py` as a clinic runs it: a missing index is built first, in a child process; faults are one sentence."""

import json
import urllib.request

from .conftest import run_offline, serving


def test_a_missing_index_is_built_before_serving(corpus, tmp_path):
    index = tmp_path / "index"
    with (
        serving("--corpus", str(corpus), "--index", str(index)) as address,
        urllib.request.urlopen(f"{address}/readyz") as response,
    ):
        assert json.load(response)["build"] == (index / "current").read_text().strip()


def test_without_a_corpus_nothing_can_be_served(tmp_path):
    result = run_offline("app.py", "--corpus", str(tmp_path / "nowhere"), "--index", str(tmp_path / "index"))
    assert result.returncode == 1
    assert result.stderr.startswith("citedfaq: The corpus folder ")
    assert result.stderr.count("\n") == 1


def test_a_port_in_use_is_one_sentence(small_index):
    with serving("--index", str(small_index)) as address:
        port = address.rpartition(":")[2]
        result = run_offline("app.py", "--index", str(small_index), "--port", port)
    assert result.returncode == 1
    assert (
        result.stderr.splitlines()[-1]
        == f"citedfaq: Port {port} of 127.0.0.1 cannot be used: name another with --port."
    )
