"""What a new build has to show before it is put in use."""

from pathlib import Path

import numpy as np

from citedfaq.corpus import QUESTIONS
from citedfaq.encoder import Encoded, Encoder
from citedfaq.errors import CitedFAQError
from citedfaq.index import Index, load_build
from citedfaq.settings import Settings

_SAMPLE = 8
"""Passages that have to find themselves: a shift of rows shows in all of them."""

_SAME = 0.98
"""The least cosine of a text with itself, encoded twice: other texts in the batch change it by about 0.000001, and
rounding the pieces to a byte by less than 0.01."""


def verify(folder: Path, encoder: Encoder, *, encode: bool) -> Index:
    """Load a new build and check it: counts, dimension, that every quote can be cut, and that passages find themselves.

    Args:
        folder: of the build.
        encoder: that it was built with.
        encode: whether to encode the sample of passages anew, which loads the model; otherwise their own vectors ask.

    Raises:
        CitedFAQError: something does not fit; the message names it.
    """
    index = load_build(folder, encoder.name, encoder.digest)
    for passage in index.passages:
        text = index.articles[passage.article].text
        slices = [text[passage.start : passage.end], *(text[each.start : each.end] for each in passage.sentences)]
        if not all(slices) or any(part != part.strip() for part in slices):
            raise _failed(f"a passage of {index.articles[passage.article].path} cannot be quoted")
    step = max(1, len(index.passages) // _SAMPLE)
    for number in range(0, len(index.passages), step):
        if not _finds_itself(index, number, encoder if encode else None):
            path = index.articles[index.passages[number].article].path
            raise _failed(f"a passage of {path} is not found by its own words")
    return index


def wrong_questions(index: Index, corpus_folder: Path, settings: Settings, encoder: Encoder) -> tuple[str, ...]:
    """Ask the clinic's own questions and return those that a build gets wrong; none where there is no question set.

    Raises:
        CitedFAQError: the set cannot be read, or fewer are right than `question_floor` asks for.
    """
    file = corpus_folder / QUESTIONS
    if not file.is_file():
        return ()
    # Not loaded where there is no question set.
    from citedfaq.assistant import Assistant
    from citedfaq.evaluate import is_right, read_questions

    questions = read_questions(file)
    assistant = Assistant(file.parent, settings, encoder, only=index)
    wrong = [each.question for each in questions if not is_right(each, assistant.ask(each.question, each.history))]
    right = len(questions) - len(wrong)
    if right < settings.question_floor * len(questions):
        raise CitedFAQError(
            f"The new index is not put in use, because it gets {right} of the {len(questions)} questions in {file} "
            f"right, a smaller share than question_floor ({settings.question_floor}), for example not “{wrong[0]}”: "
            "mend the articles, or the questions."
        )
    return tuple(wrong)


def _finds_itself(index: Index, number: int, encoder: Encoder | None) -> bool:
    passage = index.passages[number]
    text = index.searchable_text(passage)
    own = index.vectors_of(number)[0]
    query = own
    if encoder:
        [encoded] = encoder.encode_pieces([text])
        query = encoded.vector
        if encoded.words and _late_score(index, number, encoded) < _SAME:
            return False
    if float(own @ query) < _SAME:
        return False
    # Passages that the encoder reads alike, as those below a title longer than its window, crowd each other out.
    found = index.nearest(query[np.newaxis], _SAMPLE)
    alike = (float(index.vectors_of(each)[0] @ query) >= _SAME for each in found)
    return any(index.searchable_text(index.passages[each]) == text for each in found) or all(alike)


def _late_score(index: Index, number: int, encoded: Encoded) -> float:
    late = index.late.scores(encoded, np.ones(len(encoded.words), np.float32), [number])
    return float(late.best[0])


def _failed(fault: str) -> CitedFAQError:
    return CitedFAQError(
        f"The new index is not put in use, because {fault}: run 'python ingest.py --full', and report it if it stays."
    )
