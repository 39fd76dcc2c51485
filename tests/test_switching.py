"""The running chat while builds change: every client is answered, from one build at a time, and memory stays level."""

import gc
import re
import threading
import time
from pathlib import Path

import pytest

from .conftest import LONG

CLIENTS, REBUILDS = 16, 20 if LONG else 3
QUESTIONS = ("What does knee taping do?", "Can I swim with a plaster?", "How long does a plaster stay on?")


pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from Linux's /proc")


def private_megabytes():
    """Memory of this process alone, without the files that it has mapped."""
    gc.collect()
    found = re.search(r"^RssAnon:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(found[1]) / 1024


def test_clients_that_ask_without_pause_while_rebuilds_switch_in(small, corpus, small_index, ingest):
    answers, faults, stop = [], [], threading.Event()

    def ask():
        try:
            while not stop.is_set():
                for question in QUESTIONS:
                    started = time.monotonic()
                    answers.append((started, small.ask(question)))
        except BaseException as error:
            faults.append(error)

    clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    small.warm_up()
    for client in clients:
        client.start()
    switched, memory = {small.index.manifest.build: 0.0}, []
    knee = (corpus / "knee.md").read_text()
    try:
        for number in range(REBUILDS):
            if number % 2:
                (corpus / "knee.md").write_text(knee)
            else:
                (corpus / "knee.md").unlink()
            report = ingest(corpus, small_index)
            deadline = time.monotonic() + 60
            while small.index.manifest.build != report.build and time.monotonic() < deadline:
                time.sleep(0.01)
            switched[report.build] = time.monotonic()
            memory.append(private_megabytes())
    finally:
        stop.set()
        for client in clients:
            client.join()

    assert not faults
    order = list(switched)
    assert len(order) == REBUILDS + 1
    assert len(answers) > CLIENTS * REBUILDS
    for started, answer in answers:
        assert answer.outcome in ("answered", "no_match")
        since = [build for build in order if switched[build] <= started]
        assert order.index(answer.build) >= len(since) - 1, "an answer from a build that had been switched away"
        with_knee = order.index(answer.build) % 2 == 0
        assert with_knee or all(quote.article.id != "knee" for quote in answer.quotes)
    assert memory[-1] - memory[0] < 30, memory
