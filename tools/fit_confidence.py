"""`python tools/fit_confidence.py`: learn what `citedfaq/learned` and the encoder's adapter hold, write it, and report.

Learns from the questions on the invented clinics of `tests/data/clinics` and from `questions_dev.jsonl`; the questions
of `questions.jsonl` are never learnt from. Takes an hour or more on two cores. `--leave-out` writes nothing: it
leaves a third of the clinics out at a time and reports on them. `--picture FILE` draws how often a question of a given
probability is answerable.
"""

import argparse
import datetime
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

sys.path.insert(0, str(Path(__file__).parent.parent))

from asked import GROUPS, OWN, WORDINGS, asked_of, only_its_business
from calibration import Judged, picture
from learning import fit
from questions import Corpus, Kept, examples, nothing_learnt

from citedfaq import build
from citedfaq.confidence import THRESHOLD, evidence, probability
from citedfaq.encoder.adapter import Adapter, read_adapter
from citedfaq.encoder.choice import encoder_to_build
from citedfaq.encoder.sentence_transformer import SentenceTransformerEncoder, load_model
from citedfaq.encoder.weights import BUILT_IN as MODEL
from citedfaq.encoder.weights import weights_digest
from citedfaq.evaluate import Question, holds_evidence, read_questions
from citedfaq.index import load_index
from citedfaq.learned import Learned, load_learned
from citedfaq.quotes import consider
from citedfaq.retrieval import retrieve
from citedfaq.settings import load_settings

ROOT = Path(__file__).parent.parent
DATA = ROOT / "tests" / "data"
PARTS_LEFT_OUT = 3

THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a clinic's questions.

    Attributes:
        answerable: whether the articles answer: shape (questions,).
        near: whether it is unanswerable and on the articles' subject: shape (questions,).
        probability: that it is answerable: shape (questions,).
        first: whether the first quote is right: shape (questions,).
        in_three: whether one of the first three is.
    """

    answerable: NDArray[np.bool_]
    near: NDArray[np.bool_]
    probability: NDArray[np.float64]
    first: NDArray[np.bool_]
    in_three: NDArray[np.bool_]

    def at(self, threshold: float) -> tuple[float, ...]:
        """Return right first, in three, answered, answered when near, answered when far: each a share."""
        given = self.probability >= threshold
        answerable, far = self.answerable, ~self.answerable & ~self.near
        return (
            float((self.first & given)[answerable].mean()),
            float((self.in_three & given)[answerable].mean()),
            *(float(given[group].mean()) for group in (answerable, self.near, far)),
        )

    @property
    def auroc(self) -> float:
        """How well the probability ranks answerable questions above those that are near."""
        either = self.answerable | self.near
        return float(roc_auc_score(self.answerable[either], self.probability[either]))


def main() -> None:
    """Learn and report."""
    parser = argparse.ArgumentParser(description="Learn what citedfaq/learned holds.")
    parser.add_argument("--leave-out", action="store_true", help="report on each clinic without learning from it")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw the calibration as an SVG picture")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        clinics = _clinics(Path(place))
        judged = [each for each in clinics if each not in (*GROUPS, OWN) and not each.startswith(WORDINGS)]
        outcomes = {}
        for part in [judged[first::PARTS_LEFT_OUT] for first in range(PARTS_LEFT_OUT)] if options.leave_out else []:
            learnt = _learn({name: clinic for name, clinic in clinics.items() if name not in (*part, *GROUPS)})
            outcomes.update({name: _ask(clinics[name].questions, clinics[name].corpus, *learnt) for name in part})
        learned, adapter = (load_learned(), read_adapter()) if options.leave_out else _learn(clinics)
        if not options.leave_out:
            learned.save()
            adapter.save()
        outcomes[OWN] = _ask(read_questions(DATA / "questions.jsonl"), clinics[OWN].corpus, learned, adapter)
    print("\n".join(_report(outcomes)))
    if options.picture:
        options.picture.write_text(picture(_judged(outcomes)), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Clinic:
    """A corpus, and the questions on it that are learnt from."""

    corpus: Corpus
    questions: Sequence[Question]


def _clinics(place: Path) -> dict[str, Clinic]:
    folders = {folder.name: folder for folder in sorted((DATA / "clinics").iterdir())}
    clinics = {
        name: Clinic(_ingested(folder / "articles", place / name), read_questions(folder / "questions.jsonl"))
        for name, folder in folders.items()
    }
    for group, members in GROUPS.items():
        together = place / "articles" / group
        for name in members:
            shutil.copytree(folders[name] / "articles", together / name)
        asked = [each for name, sure in members.items() for each in only_its_business(clinics[name].questions, sure)]
        clinics[group] = Clinic(_ingested(together, place / group), asked)
    own = read_questions(DATA / "questions_dev.jsonl")
    clinics[OWN] = Clinic(_ingested(ROOT / "corpus", place / OWN), own)
    return clinics


def _ingested(folder: Path, place: Path) -> Corpus:
    encoder = encoder_to_build(MODEL, ROOT / "index")
    build.ingest(folder, place, encoder)
    return Corpus.of(load_index(place, encoder.name, encoder.digest))


def _learn(clinics: Mapping[str, Clinic]) -> tuple[Learned, Adapter]:
    # Before anything is computed: a process forked from one with threads of torch's would wait for them for ever.
    torch.set_num_threads(1)
    model, weights = load_model(MODEL, attn_implementation="eager"), weights_digest(MODEL)
    start = nothing_learnt(MODEL, model.get_embedding_dimension() or 0)

    def pieces(text: str) -> list[int]:
        return list(model.tokenizer(text, truncation=True, max_length=model.max_seq_length)["input_ids"])

    encoder = Kept(SentenceTransformerEncoder(MODEL, Adapter(weights, {})))
    questions = {name: clinic.questions for name, clinic in clinics.items()}
    prepared = [
        each
        for name, clinic in clinics.items()
        for each in examples(asked_of(name, questions), clinic.corpus, encoder, start, pieces)
    ]
    return fit(prepared, model, weights, start)


def _ask(questions: Sequence[Question], corpus: Corpus, learned: Learned, adapter: Adapter) -> Outcome:
    """Ask every question as the assistant does, without care rules, and quote whatever the probability."""
    encoder = SentenceTransformerEncoder(MODEL, adapter)
    today, settings = datetime.datetime.now().astimezone().date(), load_settings()
    chances, firsts, threes = [], [], []
    for question in questions:
        query = corpus.reader.read(question.question, question.history)
        scored = retrieve(query, corpus.index, encoder, learned)
        found = evidence(query, scored, corpus.index.lexical)
        chances.append(probability(found, mended=bool(query.corrected), learned=learned))
        considered = consider(scored, query.text, corpus.index, settings, today)
        right = [holds_evidence(each.quote.text, question) for each in considered if each.quote]
        firsts.append(right[0])
        threes.append(any(right))
    answerable = np.array([bool(question.evidence) for question in questions])
    near = np.array([question.category == "near" for question in questions])
    return Outcome(answerable, near, np.array(chances), np.array(firsts), np.array(threes))


def _judged(outcomes: Mapping[str, Outcome]) -> dict[str, Judged]:
    groups = {"own questions": [outcomes[OWN]]}
    clinics = [outcome for name, outcome in outcomes.items() if name != OWN]
    if clinics:
        groups["clinics left out"] = clinics
    return {
        name: (
            np.concatenate([each.answerable for each in group]),
            np.concatenate([each.probability for each in group]),
        )
        for name, group in groups.items()
    }


def _report(outcomes: Mapping[str, Outcome]) -> Iterator[str]:
    head = f"{'first':>7}{'three':>7}{'answered':>10}{'near':>7}{'far':>7}"
    yield f"{'':10}{'AUROC':>7}  at any probability: first, three; at {THRESHOLD:.2f}:{head}"
    for name, outcome in outcomes.items():
        whatever = outcome.at(0)[:2]
        yield f"{name:10}{outcome.auroc:7.3f}{_cells(whatever)}{_cells(outcome.at(THRESHOLD))}"
    clinics = [outcome for name, outcome in outcomes.items() if name != OWN]
    for title, group in (("means of the clinics left out", clinics), ("own", [outcomes[OWN]])):
        if group:
            yield f"{title}, by threshold:{head}"
            for threshold in THRESHOLDS:
                means = np.mean([outcome.at(threshold) for outcome in group], axis=0).tolist()
                yield f"  {threshold:.2f}{_cells(means)}"


def _cells(values: Sequence[float]) -> str:
    return "".join(f"{value:8.3f}" for value in values)


if __name__ == "__main__":
    main()
