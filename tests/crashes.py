"""Runs ingests in children that are killed, or in which one operation on files fails; `test_crashes` starts it.

The children are forked from one process that has loaded the encoder. In it an assistant goes on answering, as the
running chat does. After each try three things must hold: the assistant answers and a new one could start, the next run
succeeds, and nothing but the kept builds is left behind.
"""

import errno
import json
import os
import random
import resource
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import faiss
from tqdm import tqdm

from citedfaq import build
from citedfaq.assistant import Assistant
from citedfaq.build.builds import KEPT_BUILDS
from citedfaq.encoder.choice import encoder_to_build
from citedfaq.encoder.weights import BUILT_IN
from citedfaq.errors import CitedFAQError
from citedfaq.index import load_build, load_index
from citedfaq.settings import Settings

DONE, REFUSED, CRASHED = 0, 3, 4
EVENTS = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.scandir", "os.listdir", "os.chmod"}


class Clinic:
    def __init__(self, folder: Path, encoders: Path) -> None:
        faiss.omp_set_num_threads(1)  # OpenMP's threads do not survive a fork
        # Its own lock is shared with forked processes, and one that is killed while it holds it would stop us all.
        tqdm.set_lock(threading.RLock())
        self.corpus, self.index, self.days = folder / "corpus", folder / "index", 3
        self.encoder = encoder_to_build(BUILT_IN, encoders.parent)
        self.corpus.mkdir(parents=True)
        self.edit()
        self.ingest()
        self.assistant = Assistant(self.index, Settings(), self.encoder)

    def edit(self) -> None:
        """Change one article, and add or remove another."""
        self.days += 1
        (self.corpus / "plasters.txt").write_text(
            f"Questions about plasters\n\nQ: How long does a plaster stay on?\nA: It stays on for {self.days} days.\n"
        )
        (self.corpus / "knee.md").write_text("# Knee taping\n\nTaping supports the kneecap while you walk.")
        if self.days % 2:
            (self.corpus / "ice.md").write_text("# Ice\n\nIce can calm a swollen ankle.")
        else:
            (self.corpus / "ice.md").unlink(missing_ok=True)

    def ingest(self) -> None:
        build.ingest(self.corpus, self.index, self.encoder, settings=Settings())

    def child(self, prepare: Callable[[], None] = lambda: None) -> int:
        pid = os.fork()
        if pid:
            return pid
        status = CRASHED
        try:
            prepare()
            self.ingest()
            status = DONE
        except CitedFAQError:
            status = REFUSED
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)

    def check(self) -> None:
        [text] = [quote.text for quote in self.assistant.ask("How long does a plaster stay on?").quotes]
        assert text in [f"It stays on for {days} days." for days in (self.days - 1, self.days)], text
        assert text in load_index(self.index, self.encoder.name, self.encoder.digest).articles["plasters"].text
        self.ingest()
        [text] = [quote.text for quote in self.assistant.ask("How long does a plaster stay on?").quotes]
        assert text == f"It stays on for {self.days} days.", text
        names = {entry.name for entry in self.index.iterdir()} - {"current", ".lock"}
        assert len(names) <= KEPT_BUILDS, names
        for name in names:
            load_build(self.index / name, self.encoder.name, self.encoder.digest)
        found = load_index(self.index, self.encoder.name, self.encoder.digest)
        assert sorted(found.manifest.articles) == sorted(file.name for file in self.corpus.iterdir())


def kill(clinic: Clinic, count: int) -> dict[str, int]:
    """Kill `count` ingests with SIGKILL, each at a random moment."""
    started = time.monotonic()
    clinic.edit()
    os.waitpid(clinic.child(), 0)
    usual = time.monotonic() - started
    rng, killed = random.Random(1), 0
    for _ in range(count):
        clinic.edit()
        pid = clinic.child()
        time.sleep(rng.random() * usual)
        os.kill(pid, signal.SIGKILL)
        killed += os.WIFSIGNALED(os.waitpid(pid, 0)[1])
        clinic.check()
    return {"killed": killed}


def fail(clinic: Clinic, step: int) -> dict[str, int]:
    """Let every `step`-th operation on the clinic's files fail, one in each ingest."""

    def refuse() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return _at_each(clinic, step, refuse)


def fill(clinic: Clinic, step: int) -> dict[str, int]:
    """Let the disk be full from every `step`-th operation on: files can be opened, and nothing written to them."""
    return _at_each(clinic, step, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)))


def _at_each(clinic: Clinic, step: int, fault: Callable[[], None]) -> dict[str, int]:
    statuses, number, reached = [], 1, clinic.corpus.parent / "reached"
    while True:
        clinic.edit()
        reached.unlink(missing_ok=True)

        def prepare(number: int = number) -> None:
            _at_operation(number, clinic, reached, fault)

        _, status = os.waitpid(clinic.child(prepare), 0)
        statuses.append(os.waitstatus_to_exitcode(status))
        assert statuses[-1] in (DONE, REFUSED), f"operation {number} ended with {statuses[-1]}"
        clinic.check()
        if not reached.exists():
            return {"operations": number, "done": statuses.count(DONE), "refused": statuses.count(REFUSED)}
        number += step


def _at_operation(number: int, clinic: Clinic, reached: Path, fault: Callable[[], None]) -> None:
    count, ours = 0, str(clinic.corpus.parent)

    def operation() -> None:
        nonlocal count
        count += 1
        if count == number:
            os.close(os.open(reached, os.O_CREAT))
            fault()

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in EVENTS and str(arguments[0]).startswith(ours) and str(arguments[0]) != str(reached):
            operation()

    flush = os.fsync

    def fsync(file: int) -> None:
        operation()
        flush(file)

    os.fsync = fsync
    sys.addaudithook(hook)


if __name__ == "__main__":
    clinic = Clinic(Path(sys.argv[1]), Path(sys.argv[2]))
    ways = {"kill": kill, "fail": fail, "fill": fill}
    json.dump({way: ways[way](clinic, int(count)) for way, count in zip(ways, sys.argv[3:], strict=True)}, sys.stdout)
