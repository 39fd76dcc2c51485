"""Answers off the event loop: a few at a time, the others in line, and no line without an end."""

import os
from collections.abc import Sequence

import anyio
from anyio import to_thread

from citedfaq.answer import Answer
from citedfaq.assistant import Assistant

MAX_WAITING = 256
"""Questions in line; with 64 who ask at once, four times as many as it was measured with."""


class BusyError(Exception):
    """The line is full."""


class Answering:
    """Asks an assistant in threads of its own, for every surface of the web app.

    Args:
        assistant: whom to ask.
        threads: answers worked on at once; more than there are processors only take time from each other.
    """

    def __init__(self, assistant: Assistant, threads: int | None = None) -> None:
        self.assistant = assistant
        self._threads = threads or max(2, os.cpu_count() or 1)
        self._limiter: anyio.CapacityLimiter | None = None

    async def ask(self, question: str, history: Sequence[str]) -> Answer:
        """Answer a question.

        Raises:
            BusyError: `MAX_WAITING` others are in line.
        """
        # A limiter belongs to the event loop in which it is made.
        self._limiter = self._limiter or anyio.CapacityLimiter(self._threads)
        if self._limiter.statistics().tasks_waiting >= MAX_WAITING:
            raise BusyError
        return await to_thread.run_sync(self.assistant.ask, question, history, limiter=self._limiter)
