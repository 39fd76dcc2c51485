"""Reading in a child process: a file that was made to take all time or memory, or that crashes a library, ends alone.

The child is started with the first file that needs one and reads those that follow, so that it costs a fraction of a
second once. It is ended, and started anew for the next file, when a file takes too long.
"""

import contextlib
import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from pydantic import TypeAdapter, ValidationError

from citedfaq.readers.draft import Draft, UnreadableArticleError

MOST_SECONDS: Final = 60.0
"""For one file. The longest PDF file that is read, 400 full pages, takes about 15 of an idle machine."""

MOST_MEMORY: Final = 2 * 1024**3
"""Bytes of address space of the child, where the system can limit it (Linux)."""

_ROOT = Path(__file__).parent.parent.parent
_LENGTH = struct.Struct(">Q")
_ANSWER: TypeAdapter[Draft | str] = TypeAdapter(Draft | str)


class ReaderProcess:
    """A child process that reads files; as a context manager, it ends with the block."""

    def __init__(self, most_seconds: float = MOST_SECONDS) -> None:
        self.most_seconds = most_seconds
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, ending: str, data: bytes, name: str) -> Draft:
        """Read one file with the reader of its ending.

        Raises:
            UnreadableArticleError: what the reader raises, or the file took too much time or memory.
        """
        child = self._started()
        assert child.stdin is not None and child.stdout is not None  # noqa: S101, PT018 - pipes were asked for
        expired = threading.Event()

        def end() -> None:
            expired.set()
            child.kill()

        timer = threading.Timer(self.most_seconds, end)
        timer.start()
        try:
            _send(child.stdin, pickle.dumps((ending, data, name)))
            # Not unpickled: what a file has done to its reader must not reach this process.
            answer = _ANSWER.validate_json(_receive(child.stdout))
        except (OSError, EOFError, ValidationError):
            self.close()
            if expired.is_set():
                raise UnreadableArticleError(f"reading it takes more than {self.most_seconds:g} seconds") from None
            raise UnreadableArticleError("its reader crashed: it is damaged, or made to do harm") from None
        finally:
            timer.cancel()
        if isinstance(answer, Draft):
            return answer
        raise UnreadableArticleError(answer)

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            child.wait(timeout=2)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._child is None or self._child.poll() is not None:
            self.close()
            paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
            self._child = subprocess.Popen(
                [sys.executable, "-m", "citedfaq.readers.process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            )
        return self._child


def _send(pipe: IO[bytes], content: bytes) -> None:
    pipe.write(_LENGTH.pack(len(content)))
    pipe.write(content)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes:
    """Return what the other end has sent."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    length = _LENGTH.unpack(head)[0]
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError
    return content


def _serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    from citedfaq.readers.formats import READERS

    for ending, data, name in _requests(requests):
        answer: Draft | str
        _end_after(2 * MOST_SECONDS)
        try:
            answer = READERS[ending](data, name)
        except UnreadableArticleError as error:
            answer = str(error)
        except RecursionError:
            answer = "it is nested too deeply"
        except MemoryError:
            answer = "reading it takes too much memory"
        _end_after(0)
        _send(answers, _ANSWER.dump_json(answer))


def _requests(pipe: IO[bytes]) -> Iterator[tuple[str, bytes, str]]:
    with contextlib.suppress(EOFError):
        while True:
            yield pickle.loads(_receive(pipe))  # noqa: S301 - from our own parent


def _end_after(seconds: float) -> None:
    """Let the system end this process after some seconds, in case its parent was killed; 0 takes that back."""
    if hasattr(signal, "alarm"):
        signal.alarm(int(seconds))


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _limit_memory()
    # What a library writes to stdout must not come between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _serve(sys.stdin.buffer, answers)
