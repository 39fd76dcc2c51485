"""`Query`: what is looked for when a patient asks: standing alone, its typos mended, in the words of the articles."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from citedfaq.dialogue import standalone_query
from citedfaq.index import Index
from citedfaq.lay_words import load_lay_words
from citedfaq.spelling import Speller


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for.

    Attributes:
        text: the question as it stands alone, its typos mended.
        corrected: misspelt words of the question itself, in small letters, with the words used instead.
        mended: the question itself with these words, without its subject, or an empty string where there are none.
        added: words of the articles for what the patient says otherwise.
        beside: how it is looked for as well, its typos mended, or an empty string.
        share: how much that counts, 0 to 1 (`dialogue.StandaloneQuery`).
    """

    text: str
    corrected: dict[str, str] = field(default_factory=dict)
    mended: str = ""
    added: tuple[str, ...] = ()
    beside: str = ""
    share: float = 0.0

    @property
    def full(self) -> str:
        """The text with the added words behind it, in brackets."""
        return f"{self.text} ({', '.join(self.added)})" if self.added else self.text

    @property
    def wordings(self) -> list[tuple[str, float]]:
        """The texts whose scores are mixed, each with its share; the shares make 1."""
        if self.beside in ("", self.text):
            return [(self.full, 1.0)]
        return [(self.full, 1 - self.share), (self.beside, self.share)]


class Reader:
    """Reads questions against the words of one build.

    Args:
        index: the build.
    """

    def __init__(self, index: Index) -> None:
        self.speller = Speller(index.vocabulary, load_lay_words().names)

    def read(self, question: str, history: Sequence[str] = ()) -> Query:
        """Return what is looked for.

        Args:
            question: what the patient asks now.
            history: the earlier questions, oldest first.
        """
        standing = standalone_query(question, history)
        corrected = self.speller.correct(standing.text)
        beside = self.speller.correct(standing.beside).text if standing.beside else ""
        added = load_lay_words().added(corrected.text, self.speller.stems)
        # What was mended in an earlier question was told with its answer.
        own = self.speller.correct(question.strip()) if corrected.words else corrected
        mended = own.text if own.words else ""
        return Query(corrected.text, own.words, mended, added, beside, standing.share)
