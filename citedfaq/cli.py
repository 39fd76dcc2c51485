"""The command line: `ingest`, `serve`, `ask`, `evaluate` and `doctor`. Data goes to stdout, all else to stderr."""

import argparse
import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from citedfaq import __version__, build, doctor, evaluate
from citedfaq.answer import Answer
from citedfaq.assistant import Assistant
from citedfaq.encoder import Progress
from citedfaq.encoder.sentence_transformer import SentenceTransformerEncoder
from citedfaq.encoder.weights import weights_digest
from citedfaq.errors import CitedFAQError
from citedfaq.index import current_build
from citedfaq.quotes import Considered
from citedfaq.render import LEVELS
from citedfaq.settings import load_settings

DONE, FAILED, USAGE, STALE = 0, 1, 2, 3
MAX_EXPLAINED = 20


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
    settings = load_settings(options.settings)
    if options.check:
        changes = build.compare(options.corpus, options.index, weights_digest(settings.encoder))
        _print_skipped(changes)
        print(_counts(changes) + (f" (all anew: {changes.reason})" if changes.reason else ""))
        return STALE if changes.any else DONE
    encoder = SentenceTransformerEncoder(settings.encoder)
    with tqdm(total=0, unit="text", desc="Encoding", file=sys.stderr, leave=False, delay=0.5) as bar:

        def progress(total: int) -> Progress:
            bar.reset(total=total)
            return bar.update

        report = build.ingest(
            options.corpus,
            options.index,
            encoder,
            full=options.full,
            allow_shrink=options.allow_shrink,
            progress=progress,
        )
    _print_skipped(report.changes)
    print(f"{_counts(report.changes)}; {report.passages} passages; {report.seconds:.1f} seconds")
    return DONE


def _serve(options: argparse.Namespace) -> int:
    settings = load_settings(options.settings)
    weights_digest(settings.encoder)
    _claim(options.host, options.port)
    if current_build(options.index) is None:
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
    import uvicorn

    from citedfaq.web.app import create_app

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    assistant = Assistant(options.index, settings)
    assistant.warm_up()
    print(f"Serving on http://{options.host}:{options.port} (stop with Ctrl+C)", file=sys.stderr)
    # No access log: a path or a query must never end up in a file. Open tabs keep a connection; they get 3 seconds.
    uvicorn.run(
        create_app(assistant),
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
    assistant = Assistant(options.index, load_settings(options.settings))
    if options.batch is not None:
        for entry in evaluate.read_questions(options.batch):
            print(json.dumps(assistant.ask(entry.question, entry.history).to_json(), ensure_ascii=False), flush=True)
        return DONE
    answer, considered = assistant.explain(options.question, options.history)
    print(json.dumps(answer.to_json(), ensure_ascii=False, indent=2) if options.json else _as_text(answer))
    if options.explain:
        print(_explanation(answer, considered), file=sys.stderr if options.json else sys.stdout)
    return DONE


def _evaluate(options: argparse.Namespace) -> int:
    questions = evaluate.read_questions(options.questions)
    figures = evaluate.evaluate(questions, Assistant(options.index, load_settings(options.settings)))
    print(evaluate.to_json(figures) if options.json else evaluate.table(figures))
    return DONE


def _doctor(options: argparse.Namespace) -> int:
    checks = doctor.examine(options.corpus, options.index, options.settings)
    for check in checks:
        print(f"{'ok' if check.well else 'MEND':5}{check.name:10}{check.seen}")
        if check.remedy:
            print(f"{'':15}→ {check.remedy}")
    return DONE if all(check.well for check in checks) else FAILED


def _explanation(answer: Answer, considered: Sequence[Considered]) -> str:
    """Return every passage that was considered, with the parts of its score, and why it was kept or not."""
    lines = [
        "",
        f"Searched for: {answer.searched_for}",
        f"Probability that the articles answer: {answer.confidence:.3f}",
    ]
    lines += ["", "score passage caption sentence late lexical coverage"]
    for each in considered[:MAX_EXPLAINED]:
        found = each.scored
        parts = (
            *(found.score, found.passage_similarity, found.caption_similarity, max(found.sentence_similarity)),
            *(found.late, found.lexical, found.coverage),
        )
        title = found.passage.question or " › ".join(found.passage.heading)
        lines += [
            " ".join(f"{part:.3f}" for part in parts) + f"  {found.passage.article}: {title}",
            f"      {'kept' if each.quote else 'rejected: ' + each.reason}",
        ]
    return "\n".join(lines)


def _as_text(answer: Answer) -> str:
    card = answer.notice
    lines = [f"{LEVELS[card.level]} {card.title}", card.text, ""] if card else []
    if not card or answer.message != card.title:
        lines.append(answer.message)
    if answer.corrected:
        lines.append(f"Showing results for: {answer.searched_for}")
    for number, quote in enumerate(answer.quotes, 1):
        above = [
            quote.article.title,
            *(title for title in quote.heading if title not in (quote.article.title, quote.question)),
        ]
        if quote.question:
            lines += ["", f"    {quote.question}"]
        lines += [
            "",
            *(f"[{number}] {line}" if not at else f"    {line}" for at, line in enumerate(quote.text.split("\n"))),
        ]
        lines += [f"    — {' › '.join(above)}. {quote.article.review}."]
    if answer.suggestions:
        lines += ["", "Questions that they do answer:", *(f"  - {suggestion}" for suggestion in answer.suggestions)]
    contact = answer.contact
    known = [
        value
        for value in (contact.clinic_name, contact.phone, contact.contact_url, contact.booking_url, contact.hours_url)
        if value
    ]
    if known and answer.outcome != "answered":
        lines += ["", "A person can help you: " + ", ".join(known)]
    return "\n".join([*lines, "", answer.disclaimer])


def _counts(changes: build.Changes) -> str:
    counts = {name: len(getattr(changes, name)) for name in ("added", "changed", "removed", "unchanged", "skipped")}
    return "Articles: " + ", ".join(f"{count} {name}" for name, count in counts.items())


def _print_skipped(changes: build.Changes) -> None:
    for skipped in changes.skipped:
        print(f"skipped {skipped.path}: {skipped.reason}", file=sys.stderr)


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
    ingest.add_argument("--check", action="store_true", help="only say what would change; exit 3 if anything would")
    ingest.add_argument("--full", action="store_true", help="make everything anew")
    ingest.add_argument(
        "--allow-shrink", action="store_true", help="accept that more than half of the articles are gone"
    )
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
