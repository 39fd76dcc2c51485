"""A benchmark set: read from its folder, split into dev and test, and written as a corpus for the product to ingest."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from benchmarks.typos import misspell
from citedfaq.articles import slug
from citedfaq.errors import CitedFAQError

ARTICLES: Final = ("medquad_articles",)
FAQS: Final = ("meqsum", "rqe", "covid_faq")
"""Sets whose documents become an article each, and sets whose documents become FAQ entries."""

FAR: Final = "oos"
_NOT_FAR = "maybe_health"
"""The set of questions on other subjects, and the label of those in it that may be about health after all."""

FAQ_TITLE = "Frequently asked questions"
_ANSWER = "The answer to: {question}"
"""The body of an entry of which only the question is known. The reader takes a body that is nothing but a question of
its page for a repeat, and a body that all entries share would make them doubles of each other."""

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#&|~])")
_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


class Line(BaseModel):
    """One line of a set's file; each file uses some of the fields."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    text: str
    title: str = ""
    label: str = ""


class Meta(BaseModel):
    """What `meta.json` says: from which grade on a document is relevant."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    min_rel: int


@dataclass(frozen=True, slots=True)
class Query:
    """One question of a set.

    Attributes:
        id: as in the set.
        text: as asked.
        misspelt: the same with typos.
        grades: of the documents that are relevant at all, each 1 or more; empty if the documents do not answer.
    """

    id: str
    text: str
    misspelt: str
    grades: dict[str, int]

    @property
    def is_dev(self) -> bool:
        """Whether it may be tuned on: by the hash of the question, as in `tools/fit_confidence.py`."""
        return hashlib.sha256(self.text.encode()).digest()[0] % 2 == 0


@dataclass(frozen=True, slots=True)
class BenchmarkSet:
    """A set.

    Attributes:
        name: its folder's name.
        documents: `title` and `text` of each.
        queries: questions that the documents answer.
        relevant: the grade from which on a document counts as right.
        near: questions on the same subject that the documents do not answer.
        far: questions on other subjects.
    """

    name: str
    documents: tuple[Line, ...]
    queries: tuple[Query, ...]
    relevant: int
    near: tuple[Query, ...] = ()
    far: tuple[Query, ...] = ()


def read_set(folder: Path, name: str, limit: int | None = None) -> BenchmarkSet:
    """Read a set.

    Args:
        folder: the folder of all sets.
        name: of the set.
        limit: keep its first documents only, as many questions at most that these answer, and as many others.

    Raises:
        CitedFAQError: a file is missing or a line of it is not of the sets' form.
    """
    here = folder / name
    documents = _lines(here / "corpus.jsonl")[:limit]
    held = {document.id for document in documents}
    relevant = _meta(here / "meta.json").min_rel
    grades: dict[str, dict[str, int]] = {}
    for query, document, grade in _judgements(here / "qrels.tsv"):
        if document in held and grade > 0:
            grades.setdefault(query, {})[document] = grade
    misspelt = {line.id: line.text for line in _lines(here / "queries_typo_edit.jsonl")}
    queries = tuple(
        Query(line.id, line.text, misspelt[line.id], grades[line.id])
        for line in _lines(here / "queries.jsonl")
        if max(grades.get(line.id, {}).values(), default=0) >= relevant
    )
    near, far = here / "near_ood.jsonl", folder / FAR / "queries.jsonl"
    with_others = near.is_file()
    return BenchmarkSet(
        name=name,
        documents=tuple(documents),
        queries=queries[:limit],
        relevant=relevant,
        near=_others(near)[:limit] if with_others else (),
        far=_others(far)[:limit] if with_others and far.is_file() else (),
    )


def write_corpus(benchmark: BenchmarkSet, folder: Path) -> dict[str, str]:
    """Write a set as a corpus of Markdown files, touching only what differs.

    An entry of an FAQ is a file as well, under the title that all entries share, so that nothing but its question and
    its answer tells it from the others.

    Returns:
        Each article's id in the corpus with its document's id.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ids: dict[str, str] = {}
    for document in benchmark.documents:
        if not _SAFE_NAME.fullmatch(document.id):
            raise CitedFAQError(f"{benchmark.name}: '{document.id}' is no name for a file: rename the document.")
        name = f"{document.id}.md"
        ids[slug(name)] = document.id
        content = _article(document) if benchmark.name in ARTICLES else _entry(document)
        file = folder / name
        if not file.is_file() or file.read_text(encoding="utf-8") != content:
            file.write_text(content, encoding="utf-8")
    for file in folder.glob("*.md"):
        if slug(file.name) not in ids:
            file.unlink()
    return ids


def _article(document: Line) -> str:
    return f"# {_plain(document.title)}\n\n{document.text}\n"


def _entry(document: Line) -> str:
    question = " ".join(document.title.split())
    answer = _ANSWER.format(question=question) if document.text == document.title else document.text
    return f"---\ntitle: {FAQ_TITLE}\n---\n\n# {_plain(question)}\n\n{_plain(answer)}\n"


def _plain(text: str) -> str:
    """Return a plain text as Markdown that shows its signs as they are."""
    return _MARKDOWN.sub(r"\\\1", text)


def _others(file: Path) -> tuple[Query, ...]:
    lines = (line for line in _lines(file) if line.label != _NOT_FAR)
    return tuple(Query(line.id, line.text, misspell(line.text), {}) for line in lines)


def _lines(file: Path) -> list[Line]:
    lines: list[Line] = []
    for number, line in enumerate(_text(file), 1):
        try:
            lines.append(Line.model_validate_json(line))
        except ValidationError as error:
            raise CitedFAQError(f"{file}, line {number}: {error.errors()[0]['msg']}.") from None
    return lines


def _meta(file: Path) -> Meta:
    try:
        return Meta.model_validate_json("\n".join(_text(file)))
    except ValidationError as error:
        raise CitedFAQError(f"{file}: {error.errors()[0]['msg']}.") from None


def _judgements(file: Path) -> Iterator[tuple[str, str, int]]:
    for number, line in enumerate(_text(file), 1):
        try:
            query, document, grade = line.split("\t")
            yield query, document, int(grade)
        except ValueError:
            raise CitedFAQError(f"{file}, line {number}: not a question's id, a document's id and a grade.") from None


def _text(file: Path) -> Sequence[str]:
    try:
        return [line for line in file.read_text(encoding="utf-8").split("\n") if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise CitedFAQError(f"{file} cannot be read ({error}): name the folder of the benchmark sets.") from None
