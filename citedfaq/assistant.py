"""`Assistant`: the one call that turns a question into an answer, for every surface; it picks up new builds itself."""

import dataclasses
import datetime
import logging
import threading
import time
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from citedfaq.answer import Answer, Contact, Outcome
from citedfaq.care import Numbers, load_rules
from citedfaq.confidence import THRESHOLD, evidence, probability
from citedfaq.dialogue import MAX_HISTORY, standalone_query
from citedfaq.encoder import Encoder
from citedfaq.encoder.sentence_transformer import SentenceTransformerEncoder
from citedfaq.errors import CitedFAQError
from citedfaq.index import Index, current_build, load_index
from citedfaq.lexical import words
from citedfaq.privacy import find_personal_details
from citedfaq.quotes import Considered, consider, suggestions
from citedfaq.retrieval import retrieve
from citedfaq.settings import Settings
from citedfaq.spelling import Speller

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
        self.index_folder = index_folder
        self._encoder = encoder or SentenceTransformerEncoder(settings.encoder)
        self._care = load_rules()
        self._numbers = Numbers(
            emergency_number=settings.emergency_number,
            urgent_number=settings.urgent_number,
            crisis_line=settings.crisis_line,
            phone=settings.phone,
        )
        self._knowledge = self._load()
        self._refused: str | None = None
        self._loading = threading.Lock()

    @property
    def index(self) -> Index:
        """The build in use; a newer one is loaded first if there is one."""
        return self._current().index

    def warm_up(self) -> None:
        """Load the encoder and the word lists, so that the first patient does not wait for them."""
        self._search(self._knowledge, "warm-up", ())

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
        answer = self._answer(known, "invalid", _fault(question), "" if private else question)
        considered: list[Considered] = []
        if screening.new and screening.new.level != "information":
            card = screening.new.notice(self._numbers)
            return dataclasses.replace(answer, outcome=screening.new.level, message=card.title, notice=card), []
        if private:
            answer = dataclasses.replace(answer, outcome="personal_information", message=_PERSONAL)
        elif not answer.message:
            answer, considered = self._search(known, question, history)
        shown = screening.earlier or screening.new
        return dataclasses.replace(answer, notice=shown.notice(self._numbers) if shown else None), considered

    def _search(self, known: "_Knowledge", question: str, history: Sequence[str]) -> tuple[Answer, list[Considered]]:
        earlier = [text for text in history[-MAX_HISTORY:] if not _fault(text) and not find_personal_details(text)]
        corrected = known.speller.correct(standalone_query(question.strip(), earlier))
        scored = retrieve(corrected.text, known.index, self._encoder)
        confidence = probability(evidence(corrected.text, scored, known.index.lexical), mended=bool(corrected.words))
        answer = dataclasses.replace(
            self._answer(known, "no_match", _NO_MATCH, question),
            searched_for=corrected.text,
            corrected=corrected.words,
            confidence=round(confidence, 4),
        )
        today = datetime.datetime.now().astimezone().date()
        considered = consider(scored, corrected.text, known.index, self.settings, today)
        if confidence < THRESHOLD:
            reason = f"the articles answer with probability {confidence:.2f} only, below {THRESHOLD:.2f}"
            considered = [dataclasses.replace(each, quote=None, reason=reason) for each in considered]
            missing = known.speller.not_mentioned(question)
            message = _not_mentioned(missing[:MAX_NOT_MENTIONED]) if missing else _NO_MATCH
            offered = suggestions(scored)
            answer = dataclasses.replace(answer, message=message, not_mentioned=missing, suggestions=offered)
            return answer, considered
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
            contact=Contact.of(self.settings),
            build=known.index.manifest.build,
            confidence=0.0,
        )

    def _current(self) -> "_Knowledge":
        try:
            build = current_build(self.index_folder)
        except CitedFAQError:
            return self._knowledge
        used = self._knowledge.index.manifest.build
        if build in (None, used, self._refused) or not self._loading.acquire(blocking=False):
            return self._knowledge
        try:
            self._knowledge = self._load()
            _log.info("Answering from build %s.", build)
        except CitedFAQError as error:
            # The build in memory goes on serving; the one on disk is not tried again until it is another one.
            self._refused = build
            _log.error("%s", error)
        finally:
            self._loading.release()
        return self._knowledge

    def _load(self) -> "_Knowledge":
        index = load_index(self.index_folder, self._encoder.name, self._encoder.digest)
        vocabulary = Counter(word for article in index.articles.values() for word in words(article.text))
        return _Knowledge(index, Speller(vocabulary))


@dataclass(frozen=True, slots=True)
class _Knowledge:
    """A build, and the speller of its articles' words: always switched together."""

    index: Index
    speller: Speller


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
    letters = sum(char.isalpha() for char in question)
    unreadable = sum(
        unicodedata.category(char) in ("Cc", "Cn", "Co", "Cs") and char not in "\n\r\t" for char in question
    ) + question.count("\ufffd")
    return _UNREADABLE if letters < _FEWEST_LETTERS or unreadable > letters else ""
