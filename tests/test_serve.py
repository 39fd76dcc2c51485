"""`python app.py` as a clinic runs it: a missing index is built first, in a child process; faults are one sentence."""

import json
import re
import socket
import sys
import threading
import time
import urllib.request
from pathlib import Path

import httpx
import pytest

from .conftest import bring_encoder, run_offline, serving


def test_a_missing_index_is_built_before_serving(corpus, tmp_path, encoders):
    index = tmp_path / "index"
    bring_encoder(encoders, index)
    with (
        serving("--corpus", str(corpus), "--index", str(index)) as address,
        urllib.request.urlopen(f"{address}/readyz") as response,
    ):
        assert json.load(response)["build"] == (index / "current").read_text().strip()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists what a process has loaded under /proc")
def test_the_running_server_has_loaded_none_of_the_large_libraries_that_it_does_not_need(small_index):
    with serving("--index", str(small_index)) as address:
        assert ask(address, "Can I swim with a plaster?").json()["outcome"] == "answered"
        loaded = Path(f"/proc/{address.pid}/maps").read_text()
    assert "onnxruntime" in loaded
    assert not re.search(r"/(torch|transformers|sentence_transformers|tokenizers_|onnx|pandas|scipy)/", loaded)


def test_without_a_corpus_nothing_can_be_served(tmp_path, encoders):
    bring_encoder(encoders, tmp_path / "index")
    result = run_offline("app.py", "--corpus", str(tmp_path / "nowhere"), "--index", str(tmp_path / "index"))
    assert result.returncode == 1
    assert result.stderr.startswith("citedfaq: The corpus folder ")
    assert result.stderr.count("\n") == 1


def test_a_port_in_use_is_one_sentence(small_index):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = run_offline("app.py", "--index", str(small_index), "--port", str(port))
    assert result.returncode == 1
    assert (
        result.stderr.splitlines()[-1]
        == f"citedfaq: Port {port} of 127.0.0.1 cannot be used: name another with --port."
    )


def ask(address, question, **headers):
    return httpx.post(f"{address}/api/ask", json={"question": question}, headers=headers, timeout=60)


@pytest.mark.long
def test_two_servers_of_one_index_each_take_up_a_new_build_without_a_fault(corpus, tmp_path, ingest):
    index = tmp_path / "index"
    first = ingest(corpus, index).build
    with serving("--index", str(index)) as one, serving("--index", str(index)) as other:
        builds, faults, done = {one: set(), other: set()}, [], threading.Event()

        def keep_asking(address):
            while not done.is_set():
                try:
                    builds[address].add(ask(address, "Can I swim with a plaster?").raise_for_status().json()["build"])
                except httpx.HTTPError as error:
                    faults.append(error)

        askers = [threading.Thread(target=keep_asking, args=(address,)) for address in (one, other, one, other)]
        for asker in askers:
            asker.start()
        try:
            wait_until(lambda: all(builds.values()))
            (corpus / "ice.md").write_text("# Ice\n\nAn ice pack calms a sprained ankle.", encoding="utf-8")
            second = ingest(corpus, index).build
            wait_until(lambda: all(second in seen for seen in builds.values()))
        finally:
            done.set()
            for asker in askers:
                asker.join()
        assert faults == []
        assert builds == {one: {first, second}, other: {first, second}}
        for address in (one, other):
            assert "ice pack" in ask(address, "what calms a sprained ankle?").json()["quotes"][0]["text"]


def wait_until(condition):
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_server_names_no_software_keeps_no_log_and_believes_no_proxy_unasked(small_index, tmp_path, monkeypatch):
    """Whoever writes X-Forwarded-For on this machine is still the same client."""
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    secret = "my secret elbow"
    with serving("--index", str(small_index), CITEDFAQ_RATE_LIMIT="2/hour") as address:
        replies = [ask(address, secret, **{"X-Forwarded-For": f"192.0.2.{number}"}) for number in range(3)]
        assert [reply.status_code for reply in replies] == [200, 200, 429]
        assert "server" not in replies[0].headers
        assert httpx.get(f"{address}/embed?question=secret").status_code == 200
    assert "secret" not in address.said
    assert "trusted_proxies does not name it" in address.said
