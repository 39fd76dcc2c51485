"""Questions that are asked at the same time are encoded together; a lone one waits for nobody."""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from citedfaq.encoder import Encoded, Encoder, Progress, Vectors

MOST = 8
"""Texts encoded together: beyond that the throughput gains little, and the first would wait for the last."""


@dataclass(slots=True, eq=False)
class _Asked:
    """One question: a thread that waits does so for `ready`, and makes the call for its `batch` if it was given one."""

    text: str
    ready: threading.Event | None = None
    batch: "list[_Asked]" = field(default_factory=list)
    encoded: list[Encoded] = field(default_factory=list)
    error: BaseException | None = None


class Together:
    """An encoder whose single questions, asked from several threads, share its calls.

    As many calls run at once as there are cores; whoever comes while all of these are taken waits, and the next call
    takes all that wait, up to `MOST`. Only for encoders whose vectors do not depend on the batch.

    Args:
        encoder: does the work.
        calls: how many run at once.
    """

    def __init__(self, encoder: Encoder, calls: int) -> None:
        self._encoder = encoder
        self._free = calls
        self._waiting: deque[_Asked] = deque()
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The name by which the settings call it."""
        return self._encoder.name

    @property
    def digest(self) -> str:
        """SHA-256 of what decides its vectors."""
        return self._encoder.digest

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """As the encoder itself does."""
        return self._encoder.encode(texts, progress)

    def encode_pieces(self, texts: Sequence[str], progress: Progress | None = None) -> list[Encoded]:
        """As the encoder itself does."""
        return self._encoder.encode_pieces(texts, progress)

    def encode_questions(self, texts: Sequence[str]) -> list[Encoded]:
        """As the encoder itself does; one question may share the call with those of other threads."""
        if len(texts) != 1:
            return self._encoder.encode_questions(texts)
        own = _Asked(texts[0])
        with self._lock:
            if self._free:
                self._free -= 1
                own.batch = [own]
            else:
                own.ready = threading.Event()
                self._waiting.append(own)
        if own.ready:
            own.ready.wait()
        if own.batch:
            self._call(own.batch)
        if own.error:
            raise own.error
        return own.encoded

    def _call(self, batch: list[_Asked]) -> None:
        try:
            for each, encoded in zip(batch, self._encoder.encode_questions([each.text for each in batch]), strict=True):
                each.encoded = [encoded]
        except BaseException as error:
            for each in batch:
                each.error = error
        with self._lock:
            following = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
            if following:
                following[0].batch = following
            else:
                self._free += 1
        for each in (*following[:1], *batch):
            if each.ready:
                each.ready.set()
