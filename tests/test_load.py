"""Many who ask at once, in every way that the app can be asked."""

import asyncio
import statistics
import time
from pathlib import Path

import httpx
import pytest

from .conftest import LONG

CLIENTS = 64
SECONDS = 30 if LONG else 4
GROWTH = 32
"""Megabytes that the server may take on between the middle of the load and its end."""

QUESTIONS = [
    "how long will i be sore after",
    "what is dry needling",
    "is it ok if i take blood thinners",
    "who sells parking",
]


def resident(pid):
    """Return a process's memory in MB."""
    [line] = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024


class Load:
    """Asks from many clients at once, and looks in beside them as a monitor would."""

    def __init__(self, address):
        self.address = address
        self.failed, self.answers, self.looks = [], [], []

    def run(self, seconds):
        asyncio.run(self._run(seconds))

    async def _run(self, seconds):
        until = time.monotonic() + seconds
        async with httpx.AsyncClient(
            base_url=self.address, timeout=120, limits=httpx.Limits(max_connections=None)
        ) as http:
            await asyncio.gather(
                *(self._ask(http, number, until) for number in range(CLIENTS)), self._look(http, until)
            )

    async def _ask(self, http, number, until):
        turn = number
        while time.monotonic() < until:
            question, turn = QUESTIONS[turn % len(QUESTIONS)], turn + 1
            if number % 4:
                accept = "text/html" if number % 4 == 1 else "application/json"
                asked = http.post(
                    "/api/ask", json={"question": question, "history": QUESTIONS[:2]}, headers={"Accept": accept}
                )
            else:
                event = {"fn_index": 0, "data": [question, None], "session_hash": f"client{number}"}
                asked = http.post("/gradio_api/run/predict", json=event)
            started = time.monotonic()
            reply = await asked
            self.answers.append(time.monotonic() - started)
            if reply.status_code != 200 or "cf-error" in reply.text or question.split()[-1] not in reply.text:
                self.failed.append((reply.status_code, reply.text[:200]))

    async def _look(self, http, until):
        while time.monotonic() < until:
            started = time.monotonic()
            assert (await http.get("/healthz")).status_code == 200
            self.looks.append(time.monotonic() - started)
            await asyncio.sleep(0.05)


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="a process's memory is read from /proc, which is Linux's"
)
def test_many_at_once_are_all_answered_and_leave_nothing_behind(server):
    load = Load(server)
    load.run(SECONDS / 2)
    middle = resident(server.pid)
    load.run(SECONDS / 2)
    grown = resident(server.pid) - middle
    print(f"{len(load.answers) / SECONDS:.0f} answers a second, {statistics.median(load.answers):.2f} s at the median;")
    print(f"healthz {statistics.median(load.looks):.3f} s; {middle:.0f} MB, and {grown:+.0f} MB")
    assert load.failed == []
    assert len(load.answers) >= CLIENTS
    assert grown < GROWTH
    # Answers are worked on beside the event loop, so that whoever asks nothing hard does not wait for them.
    assert statistics.median(load.looks) < statistics.median(load.answers) / 4
