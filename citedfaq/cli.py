"""The command line: `ingest`, `serve`, `ask`, `evaluate` and `doctor`. Data goes to stdout, all else to stderr."""

import argparse
import contextlib
import dataclasses
import importlib.util
import json
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from tqdm import tqdm

from citedfaq import __version__
from citedfaq.encoder import Progress
from citedfaq.encoder.choice import current_digest, encoder_to_build
from citedfaq.errors import CitedFAQError
from citedfaq.settings import load_settings

DONE, FAILED, USAGE, STALE = 0, 1, 2, 3

_DELAY = 0.5
"""Seconds after which a progress bar is shown: shorter work needs none."""


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status: 0 done, 1 refused or failed, 2 usage, 3 stale (`ingest --check`)."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.command(options)
    except CitedFAQError as error:
        print(f"citedfaq: {error}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return status


def _ingest(options: argparse.Namespace) -> int:
    # What only this command needs: a machine that only serves does not have it.
    from citedfaq import build
    from citedfaq.build import report
    from citedfaq.corpus import require_corpus

    settings = load_settings(options.settings)
    if options.rollback:
        back = build.rollback(options.index, settings.encoder, current_digest(settings.encoder, options.index))
        print(
            json.dumps(dataclasses.asdict(back))
            if options.json
            else f"Build {back.build} is in use instead of {back.instead_of}, until the articles change."
        )
        return DONE
    if options.site:
        _fetch_site(options.site, options.corpus, may_be_private=settings.site_may_be_private)
    if options.check:
        changes = build.compare(options.corpus, options.index, current_digest(settings.encoder, options.index))
        _remark(report.remarks(changes))
        print(json.dumps(report.changes_as_json(changes)) if options.json else report.changes_as_text(changes))
        return STALE if changes.any else DONE
    require_corpus(options.corpus)
    with contextlib.ExitStack() as bars:

        def progress(doing: str, total: int) -> Progress:
            # On a terminal only. Texts come in all lengths, so that the time left is told from all so far.
            bar = tqdm(
                total=total, desc=doing, file=sys.stderr, leave=False, delay=_DELAY, smoothing=0.02, disable=None
            )
            return bars.enter_context(bar).update

        done = build.ingest(
            options.corpus,
            options.index,
            encoder_to_build(settings.encoder, options.index, lambda sentence: print(sentence, file=sys.stderr)),
            full=options.full,
            allow_shrink=options.allow_shrink,
            settings=settings,
            progress=progress,
        )
    _remark(report.remarks(done.changes, done.advice))
    print(json.dumps(report.as_json(done)) if options.json else report.as_text(done))
    return DONE


def _fetch_site(start: str, corpus: Path, *, may_be_private: bool) -> None:
    """Bring the copies of the clinic's web pages up to date and say on stderr what failed."""
    from citedfaq import crawl

    with tqdm(unit="page", desc="Fetching", file=sys.stderr, leave=False, delay=0.5) as bar:

        def progress(_url: str) -> None:
            bar.update()

        found = crawl.update_site(start, corpus, may_be_private=may_be_private, progress=progress)
    for name, problems in (("failed", found.failed), ("passed over", found.passed)):
        for problem in problems:
            print(f"{name} {problem.url}: {problem.reason}", file=sys.stderr)
    counts = {name: len(getattr(found, name)) for name in ("fetched", "unchanged", "removed", "failed")}
    more = "" if found.complete else " (the site has more pages than are read at once)"
    print("Pages: " + ", ".join(f"{count} {name}" for name, count in counts.items()) + more, file=sys.stderr)


def _serve(options: argparse.Namespace) -> int:
    from citedfaq.manifest import current_build

    settings = load_settings(options.settings)
    _claim(options.host, options.port)
    if current_build(options.index) is None:
        if importlib.util.find_spec("sentence_transformers") is None:
            raise CitedFAQError(
                f"There is no index in {options.index}, and what builds one is not installed: copy the whole index "
                "folder from the machine where 'python ingest.py' made it."
            )
        # In a child process, so that what only building needs does not stay in the server's memory.
        named = ["--settings", str(options.settings)] if options.settings else []
        command = [
            sys.executable,
            "-m",
            "citedfaq",
            "ingest",
            "--corpus",
            str(options.corpus),
            "--index",
            str(options.index),
            *named,
        ]
        if subprocess.run(command, check=False).returncode != 0:
            return FAILED
    from citedfaq.web.footprint import starting

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with starting():
        import uvicorn

        from citedfaq.assistant import Assistant
        from citedfaq.web.app import create_app

        assistant = Assistant(options.index, settings)
        assistant.warm_up()
        app = create_app(assistant)
    # Beside the first questions, most of which do not need it.
    threading.Thread(target=assistant.warm_up_spelling, name="warm-up", daemon=True).start()
    print(f"Serving on http://{options.host}:{options.port} (stop with Ctrl+C)", file=sys.stderr)
    # No access log: a path or a query must never end up in a file. Open tabs keep a connection; they get 3 seconds.
    uvicorn.run(
        app,
        host=options.host,
        port=options.port,
        log_level="warning",
        access_log=False,
        # The app itself asks which proxies to believe; uvicorn would believe any on this machine.
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    return DONE


def _claim(host: str, port: int) -> None:
    try:
        with socket.create_server((host, port)):
            pass
    except (OSError, OverflowError):
        raise CitedFAQError(f"Port {port} of {host} cannot be used: name another with --port.") from None


def _ask(options: argparse.Namespace) -> int:
    if (options.question is None) == (options.batch is None):
        print("citedfaq: give one question, or --batch with a file of questions.", file=sys.stderr)
        return USAGE
    from citedfaq import evaluate, terminal
    from citedfaq.assistant import Assistant

    assistant = Assistant(options.index, load_settings(options.settings))
    if options.batch is not None:
        for entry in evaluate.read_questions(options.batch):
            print(json.dumps(assistant.ask(entry.question, entry.history).to_json(), ensure_ascii=False), flush=True)
        return DONE
    answer, considered = assistant.explain(options.question, options.history)
    print(json.dumps(answer.to_json(), ensure_ascii=False, indent=2) if options.json else terminal.as_text(answer))
    if options.explain:
        print(terminal.explanation(answer, considered), file=sys.stderr if options.json else sys.stdout)
    return DONE


def _evaluate(options: argparse.Namespace) -> int:
    from citedfaq import evaluate
    from citedfaq.assistant import Assistant

    questions = evaluate.read_questions(options.questions)
    figures = evaluate.evaluate(questions, Assistant(options.index, load_settings(options.settings)))
    print(evaluate.to_json(figures) if options.json else evaluate.table(figures))
    return DONE


def _doctor(options: argparse.Namespace) -> int:
    from citedfaq import doctor

    checks = doctor.examine(options.corpus, options.index, options.settings)
    for check in checks:
        print(f"{'ok' if check.well else 'MEND':5}{check.name:10}{check.seen}")
        if check.remedy:
            print(f"{'':15}→ {check.remedy}")
    return DONE if all(check.well for check in checks) else FAILED


def _remark(lines: Iterable[str]) -> None:
    for line in lines:
        print(line, file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="citedfaq", description="Answers patients' questions in the words of a clinic's articles."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    index = argparse.ArgumentParser(add_help=False)
    index.add_argument("--index", type=Path, default=Path("index"), metavar="FOLDER", help="the index (index)")
    index.add_argument("--settings", type=Path, metavar="FILE", help="the settings (citedfaq.toml, if it exists)")
    corpus = argparse.ArgumentParser(add_help=False)
    corpus.add_argument("--corpus", type=Path, default=Path("corpus"), metavar="FOLDER", help="the articles (corpus)")

    ingest = commands.add_parser("ingest", parents=[corpus, index], help="bring the index up to date with the articles")
    instead = ingest.add_mutually_exclusive_group()
    instead.add_argument("--check", action="store_true", help="only say what would change; exit 3 if anything would")
    instead.add_argument("--full", action="store_true", help="make everything anew")
    instead.add_argument("--rollback", action="store_true", help="put the build before this one back in use")
    ingest.add_argument(
        "--site", metavar="URL", help="fetch the clinic's web pages first: a sitemap, or a page to start from"
    )
    ingest.add_argument(
        "--allow-shrink", action="store_true", help="accept that more than half of the articles are gone"
    )
    ingest.add_argument("--json", action="store_true", help="print the report as JSON")
    ingest.set_defaults(command=_ingest)

    serve = commands.add_parser("serve", parents=[corpus, index], help="serve the chat; builds a missing index first")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    serve.add_argument("--port", type=int, default=7860, help="the port to listen on (7860)")
    serve.set_defaults(command=_serve)

    ask = commands.add_parser("ask", parents=[index], help="answer a question")
    ask.add_argument("question", nargs="?", help="the question")
    ask.add_argument(
        "--history", action="append", default=[], metavar="QUESTION", help="an earlier question; repeat, oldest first"
    )
    ask.add_argument("--explain", action="store_true", help="say of each passage why it was quoted or not")
    ask.add_argument("--json", action="store_true", help="print the answer as JSON")
    ask.add_argument(
        "--batch", type=Path, metavar="FILE", help="answer a question set; prints one answer a line as JSON"
    )
    ask.set_defaults(command=_ask)

    evaluation = commands.add_parser("evaluate", parents=[index], help="figures on a question set")
    evaluation.add_argument("questions", type=Path, help="one question a line as JSON")
    evaluation.add_argument("--json", action="store_true", help="print the figures as JSON")
    evaluation.set_defaults(command=_evaluate)

    examine = commands.add_parser("doctor", parents=[corpus, index], help="check the installation")
    examine.set_defaults(command=_doctor)
    return parser
