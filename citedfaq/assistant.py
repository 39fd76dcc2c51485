"""`Assistant`: the one call that turns a question into an answer, for every surface; it picks up new builds itself."""

import dataclasses
import datetime
import logging
import threading
import time
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from citedfaq.answer import Answer, Contact, Outcome, select_quotes, suggestions
from citedfaq.confidence import THRESHOLD, evidence, probability
from citedfaq.dialogue import MAX_HISTORY, standalone_query
from citedfaq.encoder import Encoder
from citedfaq.encoder.sentence_transformer import SentenceTransformerEncoder
from citedfaq.errors import CitedFAQError
from citedfaq.index import Index, current_build, load_index
from citedfaq.retrieval import retrieve
from citedfaq.settings import Settings

MAX_QUESTION = 2_000
"""Characters of one question: about a page; the longest of 922 patients' questions of the set MeQSum has 1,989."""

_ANSWERED = "Here is what our articles say."
_NO_MATCH = "Our articles do not answer that."
_EMPTY = "Please type a question."
_TOO_LONG = f"That is more than {MAX_QUESTION:,} characters. Please ask in a few sentences."
_UNREADABLE = "I could not read that as a question. Please use words, in English."

_FEWEST_LETTERS = 2

_log = logging.getLogger(__name__)


class Assistant:
    """Answers questions from the build in use.

    Args:
        index_folder: the folder of all builds.
        settings: the clinic's settings.
        encoder: by default the one that the settings name.

    Raises:
        CitedFAQError: there is no index, or it does not fit the encoder.
    """

    def __init__(self, index_folder: Path, settings: Settings, encoder: Encoder | None = None) -> None:
        self.settings = settings
        self._folder = index_folder
        self._encoder = encoder or SentenceTransformerEncoder(settings.encoder)
        self._index = load_index(index_folder, self._encoder.name, self._encoder.digest)
        self._refused: str | None = None
        self._loading = threading.Lock()

    @property
    def index(self) -> Index:
        """The build in use; a newer one is loaded first if there is one."""
        self._pick_up_new_build()
        return self._index

    def warm_up(self) -> None:
        """Load the encoder, so that the first patient does not wait for it."""
        self._encoder.encode(["warm-up"])

    def ask(self, question: str, history: Sequence[str] = ()) -> Answer:
        """Answer a question.

        Args:
            question: as the patient typed it.
            history: the patient's earlier questions of this conversation, oldest first.

        Returns:
            The answer; no question raises.
        """
        started = time.perf_counter()
        index = self.index
        if fault := _fault(question):
            answer = self._answer(index, "invalid", fault, question)
        else:
            answer = self._search(index, question, history)
        return dataclasses.replace(answer, milliseconds=round((time.perf_counter() - started) * 1000, 1))

    def _search(self, index: Index, question: str, history: Sequence[str]) -> Answer:
        earlier = [text for text in history[-MAX_HISTORY:] if not _fault(text)]
        query = standalone_query(question.strip(), earlier)
        scored = retrieve(query, index, self._encoder)
        confidence = probability(evidence(query, scored, index.lexical))
        answer = self._answer(index, "no_match", _NO_MATCH, question)
        answer = dataclasses.replace(answer, searched_for=query, confidence=round(confidence, 4))
        if confidence < THRESHOLD:
            return dataclasses.replace(answer, suggestions=suggestions(scored))
        quotes = select_quotes(scored, index, self.settings, datetime.datetime.now().astimezone().date())
        return dataclasses.replace(answer, outcome="answered", message=_ANSWERED, quotes=quotes)

    def _answer(self, index: Index, outcome: Outcome, message: str, question: str) -> Answer:
        return Answer(
            outcome=outcome,
            message=message,
            question=question,
            searched_for="",
            quotes=(),
            suggestions=(),
            contact=Contact.of(self.settings),
            build=index.manifest.build,
            confidence=0.0,
        )

    def _pick_up_new_build(self) -> None:
        try:
            build = current_build(self._folder)
        except CitedFAQError:
            return
        if build in (None, self._index.manifest.build, self._refused) or not self._loading.acquire(blocking=False):
            return
        try:
            self._index = load_index(self._folder, self._encoder.name, self._encoder.digest)
            _log.info("Answering from build %s.", build)
        except CitedFAQError as error:
            # The build in memory goes on serving; the one on disk is not tried again until it is another one.
            self._refused = build
            _log.error("%s", error)
        finally:
            self._loading.release()


def _fault(question: str) -> str:
    """Say what keeps a text from being a question, or return an empty string."""
    if not question.strip():
        return _EMPTY
    if len(question) > MAX_QUESTION:
        return _TOO_LONG
    letters = sum(char.isalpha() for char in question)
    unreadable = sum(
        unicodedata.category(char) in ("Cc", "Cn", "Co", "Cs") and char not in "\n\r\t" for char in question
    ) + question.count("\ufffd")
    return _UNREADABLE if letters < _FEWEST_LETTERS or unreadable > letters else ""
