"""What the tests share: the real encoder, a small invented clinic, the project's own corpus, a server, a browser."""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import filelock
import pytest
from playwright.sync_api import Browser, sync_playwright

from citedfaq import assistant, build
from citedfaq.assistant import Assistant
from citedfaq.encoder import Encoder
from citedfaq.encoder.choice import ENCODERS, encoder_to_build
from citedfaq.encoder.sentence_transformer import SentenceTransformerEncoder
from citedfaq.encoder.weights import BUILT_IN
from citedfaq.index import Index, load_index
from citedfaq.settings import Settings
from tools.serve_example import serve_site

ROOT = Path(__file__).parent.parent
OFFLINE = Path(__file__).parent / "offline"
CORPUS = ROOT / "corpus"
QUESTIONS = ROOT / "tests" / "data" / "questions.jsonl"
LONG = bool(os.environ.get("LONG"))
"""Whether the full counts are asked for (`make check-long`)."""

NO_LIMIT = "1000000/second"
"""A rate limit for servers that are asked by tests about something else."""

sys.path.insert(0, str(OFFLINE))
import sitecustomize  # noqa: E402, F401 - unplugs the network in this process too

KNEE = """---
title: Knee taping
url: https://clinic.example/knee
sources: [The taping handbook]
reviewed: 2026-05-01
---

# Knee taping

## What taping does

Taping supports the kneecap while you walk. A physiotherapist puts the tape on in about ten minutes.

This usually feels firm but not tight. Take the tape off if your skin itches or burns.

## Who should not be taped

Do not use tape on:

- broken or infected skin
- a knee that is hot and swollen

Ask your doctor first if you have thin skin.
"""

FAQ = """Questions about our plasters

Q: How long does a plaster stay on?
A: A plaster stays on for three to five days.

Q: Can I swim with a plaster?
A: Yes, plasters are waterproof. Pat the plaster dry afterwards.
"""


SLOW = ("test_serve.py", "test_crashes.py", "test_care_sets.py", "test_cli.py", "test_switching.py", "test_spelling.py")
"""Files that take longest go first, so that neither of two processes is left with one of them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that drive a browser last: Playwright keeps an event loop running in the thread that it was in."""
    browsing = {item.path for item in items if "browser" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: (item.path in browsing, item.path.name not in SLOW))


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, the first question after a switch waits for the new build."""
    monkeypatch.setattr(assistant, "PATIENCE", 60)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run that all its processes see."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def encoders(request: pytest.FixtureRequest) -> Path:
    """The folder with the encoder of an index, made once for each version of what makes it, and kept between runs."""
    sources = sorted((ROOT / "citedfaq" / "encoder").iterdir())
    state = hashlib.sha256(b"".join(file.read_bytes() for file in sources if file.is_file())).hexdigest()[:16]
    folder = request.config.cache.mkdir(f"encoder-{state}")
    encoder_to_build(BUILT_IN, folder)
    return folder / ENCODERS


@pytest.fixture(scope="session")
def encoder(encoders: Path) -> Encoder:
    return encoder_to_build(BUILT_IN, encoders.parent)


@pytest.fixture(scope="session")
def reference() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(BUILT_IN)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A small invented clinic's articles, to change at will."""
    return write_small_corpus(tmp_path / "corpus")


def write_small_corpus(folder: Path) -> Path:
    folder.mkdir()
    (folder / "knee.md").write_text(KNEE, encoding="utf-8")
    (folder / "plasters.txt").write_text(FAQ, encoding="utf-8")
    return folder


@pytest.fixture
def ingest(encoders: Path, encoder: Encoder) -> Callable[..., build.Report]:
    """Ingest a corpus with the real encoder."""

    def run(corpus: Path, index: Path, **options: Any) -> build.Report:
        report = build.ingest(corpus, index, encoder, **options)
        bring_encoder(encoders, index)
        return report

    return run


def bring_encoder(encoders: Path, index: Path) -> None:
    """Give an index that is still to be built the encoder, as if it had been made there."""
    index.mkdir(parents=True, exist_ok=True)
    if not (index / ENCODERS).exists():
        (index / ENCODERS).symlink_to(encoders, target_is_directory=True)


@pytest.fixture(scope="session")
def first_small_index(tmp_path_factory: pytest.TempPathFactory, encoders: Path, encoder: Encoder) -> Path:
    folder = tmp_path_factory.mktemp("small")
    bring_encoder(encoders, folder / "index")
    build.ingest(write_small_corpus(folder / "corpus"), folder / "index", encoder)
    return folder / "index"


@pytest.fixture
def small_index(first_small_index: Path, tmp_path: Path) -> Path:
    """The folder of an index of the small clinic's articles, to change at will."""
    shutil.copytree(first_small_index, tmp_path / "index", symlinks=True)
    return tmp_path / "index"


@pytest.fixture
def small(small_index: Path, encoder: Encoder) -> Assistant:
    """An assistant of the small clinic."""
    return Assistant(small_index, Settings(phone="+1 555 0100"), encoder)


@pytest.fixture(scope="session")
def own_index(shared: Path, encoders: Path, encoder: Encoder) -> Path:
    """The folder of an index of the project's own corpus, as a command would make it."""
    folder = shared / "own" / "index"
    with filelock.FileLock(shared / "own.lock"):
        if not folder.is_dir():
            bring_encoder(encoders, folder)
            build.ingest(CORPUS, folder, encoder)
    return folder


@pytest.fixture(scope="session")
def own(own_index: Path, encoder: Encoder) -> Assistant:
    """An assistant of the project's own corpus."""
    return Assistant(own_index, Settings(), encoder)


@pytest.fixture(scope="session")
def loaded(own_index: Path, encoder: Encoder) -> Index:
    """The project's own index in memory."""
    return load_index(own_index, encoder.name, encoder.digest)


def offline_environment(**more: str) -> dict[str, str]:
    """The environment of a child process that has no network."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(OFFLINE), str(ROOT)]), **more}


def run_offline(
    *arguments: str, cwd: Path = ROOT, timeout: float = 180, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run a Python command as a user would, without network."""
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=cwd,
        env=offline_environment(**more),
        check=False,
    )


def free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served(str):
    """The address of a running server, with the id of its process, and afterwards what that wrote to stderr."""

    pid: int
    said: str


@contextmanager
def serving(*arguments: str, **more: str) -> Iterator[Served]:
    """Run `python app.py` on a free port without network until it is ready; yields its address."""
    port = free_port()
    command = [sys.executable, "app.py", "--port", str(port), *arguments]
    environment = offline_environment(**{"CITEDFAQ_RATE_LIMIT": NO_LIMIT, **more})
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    address = Served(f"http://127.0.0.1:{port}")
    address.pid = process.pid
    try:
        for _ in range(900):
            if process.poll() is not None:
                pytest.fail(f"app.py ended: {process.communicate()[1]}")
            try:
                with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                    break
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        else:
            pytest.fail("app.py was not ready within 90 seconds")
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        address.said = process.communicate(timeout=30)[1]


@pytest.fixture(scope="session")
def site_port() -> int:
    """The port of the example website, whose origin the server is told to allow."""
    return free_port()


@pytest.fixture(scope="session")
def server(own_index: Path, site_port: int) -> Iterator[str]:
    """The address of a running server of the project's own corpus, with a clinic's contact set."""
    with serving(
        "--index",
        str(own_index),
        CITEDFAQ_PHONE="+1 555 0100",
        CITEDFAQ_CLINIC_NAME="Elm Street Clinic",
        CITEDFAQ_EMBED_ORIGINS=f"http://127.0.0.1:{site_port}",
    ) as address:
        yield address


@pytest.fixture(scope="session")
def site(server: str, site_port: int) -> Iterator[str]:
    """The address of the example website, which the server allows to frame it."""
    with website(site_port, server) as address:
        yield address


@pytest.fixture(scope="session")
def stranger(server: str) -> Iterator[str]:
    """The address of the same website on an origin that the server does not allow."""
    with website(free_port(), server) as address:
        yield address


@contextmanager
def website(port: int, faq: str) -> Iterator[str]:
    """Serve the example website with the assistant's address in it."""
    running = serve_site(port, faq)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        running.shutdown()
        running.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium; tests that use it are skipped where `make test` found none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if program is None:
        pytest.skip("no Chromium is here: run `make test`, which installs one where that is possible")
    switches = (
        "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
        "--disable-component-update --disable-sync"
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=switches.split())
        yield browser
        browser.close()
