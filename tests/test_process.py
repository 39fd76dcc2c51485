import os
import signal
import sys
import time

import pytest

from citedfaq.readers import process
from citedfaq.readers.draft import UnreadableArticleError
from citedfaq.readers.process import ReaderProcess

PAGE = b"<h1>Fees</h1><p>Ten pounds a visit.</p>"


def test_one_child_reads_all_files_that_need_one():
    with ReaderProcess() as reader:
        assert reader.read(".html", PAGE, "x").title == "Fees"
        child = reader._child
        assert reader.read(".html", PAGE, "x").text == "Fees\n\nTen pounds a visit."
        with pytest.raises(UnreadableArticleError, match="it is a damaged PDF file"):
            reader.read(".pdf", b"%PDF-1.4 rubbish", "x")
        assert reader._child is child
    assert child.poll() is not None


def test_without_a_file_no_child_is_started():
    with ReaderProcess() as reader:
        pass
    assert reader._child is None


def test_a_file_that_takes_too_long_ends_alone_and_the_next_one_is_read():
    endless = b"<div>" * 300_000
    with ReaderProcess(most_seconds=1.5) as reader:
        reader.read(".html", PAGE, "x")
        started = time.monotonic()
        with pytest.raises(UnreadableArticleError, match=r"reading it takes more than 1\.5 seconds"):
            reader.read(".html", endless, "x")
        assert time.monotonic() - started < 4
        reader.most_seconds = 60
        assert reader.read(".html", PAGE, "x").title == "Fees"


def test_a_crash_of_a_library_is_a_reason_and_not_the_end():
    with ReaderProcess() as reader:
        reader.read(".html", PAGE, "x")
        os.kill(reader._child.pid, signal.SIGSEGV)
        reader._child.wait()
        assert reader.read(".html", PAGE, "x").title == "Fees"


def test_a_child_that_dies_at_work_is_named(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with ReaderProcess() as reader, pytest.raises(UnreadableArticleError, match="its reader crashed: it is damaged"):
        reader.read(".html", PAGE, "x")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's memory")
def test_a_file_that_takes_too_much_memory_ends_alone(monkeypatch):
    source = (
        "import os, sys, citedfaq.readers.formats as r, citedfaq.readers.process as p;"
        f"p.MOST_MEMORY = {600 * 1024**2};"
        "r.READERS['.txt'] = lambda data, name: bytearray(10**9); p._limit_memory();"
        "out = os.fdopen(os.dup(1), 'wb'); os.dup2(2, 1); p._serve(sys.stdin.buffer, out)"
    )
    real = process.subprocess.Popen
    monkeypatch.setattr(
        process.subprocess, "Popen", lambda command, **options: real([command[0], "-c", source], **options)
    )
    with ReaderProcess() as reader:
        with pytest.raises(UnreadableArticleError, match="reading it takes too much memory"):
            reader.read(".txt", b"words", "x")
        assert reader.read(".html", PAGE, "x").title == "Fees"
