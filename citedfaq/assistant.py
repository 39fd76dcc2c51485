"""`Assistant`: the one call that turns a question into an answer, for every surface; it picks up new builds itself."""

import dataclasses
import datetime
import logging
import os
import threading
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from citedfaq.answer import Answer, Contact, Outcome
from citedfaq.care import Numbers, load_rules
from citedfaq.confidence import THRESHOLD, evidence, probability
from citedfaq.dialogue import MAX_HISTORY
from citedfaq.encoder import Encoder
from citedfaq.encoder.choice import encoder_to_serve
from citedfaq.errors import CitedFAQError
from citedfaq.index import Index, load_build, load_index
from citedfaq.manifest import CURRENT, current_build, current_manifest
from citedfaq.privacy import find_personal_details
from citedfaq.query import Reader
from citedfaq.quotes import Considered, consider, suggestions
from citedfaq.retrieval import retrieve
from citedfaq.settings import Settings

MAX_QUESTION = 2_000
"""Characters of one question: about a page; the longest of 922 patients' questions of the set MeQSum has 1,989."""

MAX_NOT_MENTIONED = 2
"""Words that a reply names as missing from the articles; more would read as a list of faults."""

_ANSWERED = "Here is what our articles say."
_NO_MATCH = "Our articles do not answer that."
_PERSONAL = (
    "Your message seems to hold personal details, so I have not kept it or looked for an answer. "
    "Please ask again without names, dates of birth, addresses or numbers that belong to a person."
)
_EMPTY = "Please type a question."
_TOO_LONG = f"That is more than {MAX_QUESTION:,} characters. Please ask in a few sentences."
_UNREADABLE = "I could not read that as a question. Please use words, in English."

_FEWEST_LETTERS = 2

PATIENCE = 2.0
"""Seconds that an answer waits for a new build: enough for some hundred articles."""

_log = logging.getLogger(__name__)


class Assistant:
    """Answers questions from the build in use.

    Args:
        index_folder: the folder of all builds.
        settings: the clinic's settings.
        encoder: by default the one that the build in use was made with.
        only: the one build to answer from; by default that in use, whichever that is at the time.

    Raises:
        CitedFAQError: there is no index, or it does not fit the encoder.
    """

    def __init__(
        self, index_folder: Path, settings: Settings, encoder: Encoder | None = None, only: Index | None = None
    ) -> None:
        self.settings = settings
        self.index_folder = index_folder
        self._encoder = encoder or _encoder_of(index_folder, settings.encoder)
        self._care = load_rules()
        self._numbers = Numbers(
            emergency_number=settings.emergency_number,
            urgent_number=settings.urgent_number,
            crisis_line=settings.crisis_line,
            phone=settings.phone,
        )
        self._contact = Contact.of(settings)
        index = only or load_index(index_folder, self._encoder.name, self._encoder.digest)
        self._knowledge = _Knowledge.of(index)
        self._in_use = None if only else _BuildInUse(index_folder)
        self._refused: str | None = None
        self._loader: _Loader | None = None
        self._lock = threading.Lock()

    @property
    def index(self) -> Index:
        """The build in use; a newer one is loaded first if there is one."""
        return self._current().index

    def warm_up(self) -> None:
        """Load what every question needs, so that the first patient does not wait for it."""
        self._search(self._knowledge, "warm-up", ())

    def warm_up_spelling(self) -> None:
        """Make the tables of the articles' words that only a question with an unknown word needs."""
        self._knowledge.reader.speller.warm_up()

    def ask(self, question: str, history: Sequence[str] = ()) -> Answer:
        """Answer a question.

        Args:
            question: as the patient typed it.
            history: the patient's earlier questions of this conversation, oldest first.

        Returns:
            The answer; no question raises.
        """
        started = time.perf_counter()
        answer, _ = self.explain(question, history)
        return dataclasses.replace(answer, milliseconds=round((time.perf_counter() - started) * 1000, 1))

    def explain(self, question: str, history: Sequence[str] = ()) -> tuple[Answer, list[Considered]]:
        """Answer a question and say of every passage that was considered why it was quoted or not."""
        known = self._current()
        question, history = _encodable(question), [_encodable(earlier) for earlier in history]
        screening = self._care.screen(question, history)
        private = bool(find_personal_details(question))
        considered: list[Considered] = []
        if screening.new and screening.new.level != "information":
            card = screening.new.notice(self._numbers)
            answer = self._answer(known, screening.new.level, card.title, "" if private else question)
            return dataclasses.replace(answer, notice=card), []
        if private:
            answer = self._answer(known, "personal_information", _PERSONAL, "")
        elif fault := _fault(question):
            answer = self._answer(known, "invalid", fault, question)
        else:
            answer, considered = self._search(known, question, history)
        stays = screening.earlier or screening.new
        return dataclasses.replace(answer, notice=stays.notice(self._numbers)) if stays else answer, considered

    def _search(self, known: "_Knowledge", question: str, history: Sequence[str]) -> tuple[Answer, list[Considered]]:
        earlier = [text for text in history[-MAX_HISTORY:] if not _fault(text) and not find_personal_details(text)]
        query = known.reader.read(question, earlier)
        scored = retrieve(query, known.index, self._encoder)
        confidence = probability(evidence(query, scored, known.index.lexical), mended=bool(query.corrected))
        answer = dataclasses.replace(
            self._answer(known, "no_match", _NO_MATCH, question),
            searched_for=query.full,
            corrected=query.corrected,
            mended=query.mended,
            confidence=round(confidence, 4),
        )
        if confidence < THRESHOLD:
            reason = f"the articles answer with probability {confidence:.2f} only, below {THRESHOLD:.2f}"
            considered = [Considered(each, None, reason) for each in scored]
            missing = known.reader.speller.not_mentioned(question)
            message = _not_mentioned(missing[:MAX_NOT_MENTIONED]) if missing else _NO_MATCH
            offered = suggestions(scored)
            answer = dataclasses.replace(answer, message=message, not_mentioned=missing, suggestions=offered)
            return answer, considered
        today = datetime.datetime.now().astimezone().date()
        considered = consider(scored, query.text, known.index, self.settings, today)
        quotes = tuple(each.quote for each in considered if each.quote)
        return dataclasses.replace(answer, outcome="answered", message=_ANSWERED, quotes=quotes), considered

    def _answer(self, known: "_Knowledge", outcome: Outcome, message: str, question: str) -> Answer:
        return Answer(
            outcome=outcome,
            message=message,
            question=question,
            searched_for="",
            quotes=(),
            suggestions=(),
            contact=self._contact,
            build=known.index.manifest.build,
            confidence=0.0,
        )

    def _current(self) -> "_Knowledge":
        """Return what to answer from; a build that was put in use since is loaded beside the one in memory.

        An answer waits for it until `PATIENCE` after it was noticed, so that the words of a removed article are not
        shown again; a larger index goes on loading beside, and the answers come from the one in memory.
        """
        if self._newer() is None:
            return self._knowledge
        with self._lock:
            folder = self._newer()
            if folder is None:
                return self._knowledge
            if self._loader is None or not self._loader.thread.is_alive():
                thread = threading.Thread(target=self._take_over, args=(folder,), name="load-build", daemon=True)
                self._loader = _Loader(thread, time.monotonic() + PATIENCE)
                thread.start()
            loader = self._loader
        loader.thread.join(max(0.0, loader.until - time.monotonic()))
        return self._knowledge

    def _newer(self) -> Path | None:
        """Return the folder of the build in use, unless it is the one in memory, or one that could not be loaded."""
        if self._in_use is None:
            return None
        try:
            build = self._in_use.build()
        except CitedFAQError:
            return None
        known = (None, self._knowledge.index.manifest.build, self._refused)
        return None if build in known else self.index_folder / str(build)

    def _take_over(self, folder: Path) -> None:
        try:
            self._knowledge = _Knowledge.of(load_build(folder, self._encoder.name, self._encoder.digest))
        except Exception as error:
            # The build in memory goes on serving; the one on disk is not tried again until it is another one.
            self._refused = folder.name
            _log.error("%s", error)
        else:
            _log.info("Answering from build %s.", folder.name)


def _encoder_of(index_folder: Path, name: str) -> Encoder:
    return encoder_to_serve(name, index_folder, current_manifest(index_folder).encoder_digest)


@dataclass(frozen=True, slots=True)
class _Knowledge:
    """A build, and what reads questions against its words: always switched together."""

    index: Index
    reader: Reader

    @classmethod
    def of(cls, index: Index) -> "_Knowledge":
        return cls(index, Reader(index))


class _BuildInUse:
    """What `current` says, read again only once it was replaced or written."""

    def __init__(self, index_folder: Path) -> None:
        self._folder = index_folder
        self._file = str(index_folder / CURRENT)
        self._known: tuple[tuple[int, int, int], str | None] | None = None

    def build(self) -> str | None:
        """Return the id of the build in use, or None; raises as `current_build` does."""
        try:
            found = os.stat(self._file)  # noqa: PTH116 - a path of `pathlib` takes as long as all of this
        except OSError:
            return current_build(self._folder)
        seen = (found.st_ino, found.st_mtime_ns, found.st_size)
        known = self._known
        if known is None or known[0] != seen:
            # Looked at before it is read: what is written in between is read again at the next question.
            self._known = known = (seen, current_build(self._folder))
        return known[1]


@dataclass(frozen=True, slots=True)
class _Loader:
    """A thread that loads a build, and the moment (of the monotonic clock) until which answers wait for it."""

    thread: threading.Thread
    until: float


def _not_mentioned(missing: Sequence[str]) -> str:
    named = " or ".join(f"“{word}”" for word in missing)
    return f"Our articles do not mention {named}, and do not answer that."


def _encodable(text: str) -> str:
    """Return a text with U+FFFD for each half of a pair of UTF-16 units, as a client leaves it that cuts an emoji."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _fault(question: str) -> str:
    """Say what keeps a text from being a question, or return an empty string."""
    if not question.strip():
        return _EMPTY
    if len(question) > MAX_QUESTION:
        return _TOO_LONG
    letters = sum(map(str.isalpha, question))
    unreadable = question.count("\ufffd")
    if not question.isprintable():
        unreadable += sum(
            unicodedata.category(char) in ("Cc", "Cn", "Co", "Cs") and char not in "\n\r\t" for char in question
        )
    return _UNREADABLE if letters < _FEWEST_LETTERS or unreadable > letters else ""
