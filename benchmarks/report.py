"""The figures of measured sets, for each half of their questions, as Markdown and as JSON."""

import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Final, Literal

from benchmarks.figures import Ranks, Separation, ranks, separation
from benchmarks.measure import WORDINGS, Asked, Kind, Measured, Wording, worded
from benchmarks.systems import PRODUCT, SIMPLE
from citedfaq.confidence import THRESHOLD

SYSTEMS: Final = (PRODUCT, *SIMPLE)

Half = Literal["test", "dev", "all"]
HALVES: Final[dict[Half, str]] = {
    "test": "test half",
    "dev": "dev half, which may have been tuned on",
    "all": "both halves",
}
"""`test` is what is reported; `all` is what figures of others, who did not split, are compared with."""

ABSTENTION: Final[tuple[tuple[Kind, str, Wording, Wording], ...]] = (
    ("near_ood", "clean", "clean", "clean"),
    ("near_ood", "typos on both sides", "typos", "typos"),
    ("near_ood", "typos in the answerable alone", "typos", "clean"),
    ("oos", "clean", "clean", "clean"),
)
"""The questions that confidence has to tell from the answerable ones; then how these, and how those, are worded."""

RankingRow = tuple[str, str, Mapping[str, Ranks]]
AbstentionRow = tuple[str, str, Mapping[str, Separation]]
"""A set, or what is told from the answerable questions; how it is worded; the figures of each of `SYSTEMS`."""


def ranking_rows(measured: Iterable[Measured], half: Half) -> list[RankingRow]:
    """Return the figures of every set in both wordings, on one half of its questions."""
    rows: list[RankingRow] = []
    for each in measured:
        for wording in WORDINGS:
            if asked := _chosen(each, "answerable", wording, half):
                by_system = {
                    system: ranks(
                        [(one.found[system].ranking, one.query.grades) for one in asked], each.benchmark.relevant
                    )
                    for system in SYSTEMS
                }
                rows.append((each.benchmark.name, wording, by_system))
    return rows


def abstention_rows(measured: Iterable[Measured], half: Half) -> list[AbstentionRow]:
    """Return how well confidence tells answerable questions from others, on one half of the questions."""
    rows: list[AbstentionRow] = []
    for each in measured:
        for kind, label, answerable, other in ABSTENTION:
            sides = _chosen(each, "answerable", answerable, half), _chosen(each, kind, other, half)
            if all(sides):
                rows.append((kind, label, {system: _separation(*sides, system) for system in SYSTEMS}))
    return rows


def report(measured: Sequence[Measured]) -> str:
    """Lay all figures out as Markdown."""
    parts: list[str] = []
    for half, label in HALVES.items():
        parts += [f"### Ranking, {label}", "hit@1 / recall@10 / nDCG@10", _ranking_table(ranking_rows(measured, half))]
        if separated := abstention_rows(measured, half):
            parts += [f"### Abstention, {label}", "AUROC; share answered", _abstention_table(separated)]
    spelling = "\n".join(line for each in measured for line in _spelling(each))
    cost = "\n".join(map(_cost, measured))
    return "\n\n".join([*parts, "### Words corrected in questions as asked", spelling, "### Cost", cost]) + "\n"


def to_json(measured: Sequence[Measured]) -> dict[str, object]:
    """Return all figures, and what became of each question, in the form that `json` writes."""
    halves: dict[str, object] = {
        half: {
            "ranking": [
                {"set": name, "wording": wording, **{system: asdict(found) for system, found in figures.items()}}
                for name, wording, figures in ranking_rows(measured, half)
            ],
            "abstention": [
                {"against": kind, "wording": wording, **{system: asdict(found) for system, found in figures.items()}}
                for kind, wording, figures in abstention_rows(measured, half)
            ],
        }
        for half in HALVES
    }
    seconds = {each.benchmark.name: {"ingest": each.ingest_seconds, "all": each.seconds} for each in measured}
    return {**halves, "seconds": seconds, "questions": [_record(each, one) for each in measured for one in each.asked]}


def _chosen(measured: Measured, kind: Kind, wording: Wording, half: Half) -> list[Asked]:
    asked = [one for one in measured.asked if (one.kind, one.wording) == (kind, wording)]
    return [one for one in asked if half == "all" or one.query.is_dev == (half == "dev")]


def _separation(answerable: Sequence[Asked], others: Sequence[Asked], system: str) -> Separation:
    right, wrong = ([one.found[system].confidence for one in side] for side in (answerable, others))
    return separation(right, wrong, THRESHOLD if system == PRODUCT else None)


def _ranking_table(rows: Sequence[RankingRow]) -> str:
    head = ["set", "wording", "questions", *SYSTEMS, "hit@1 against the best other"]
    return _table(head, map(_ranking_cells, rows))


def _ranking_cells(row: RankingRow) -> list[str]:
    name, wording, figures = row
    best = max(SIMPLE, key=lambda system: figures[system].hit)
    ours, other = figures[PRODUCT].hit, figures[best].hit
    gained = f"{ours - other:+.3f}{f' (×{ours / other:.2f})' if other else ''}, {best}"
    triples = [
        " / ".join(map(_share, (found.hit, found.recall, found.ndcg))) for found in (figures[each] for each in SYSTEMS)
    ]
    return [name, wording, str(figures[PRODUCT].questions), *triples, gained]


def _abstention_table(rows: Sequence[AbstentionRow]) -> str:
    head = ["answerable against", "wording", "questions", *SYSTEMS, "AUROC against the best other"]
    return _table([*head, "rightly answered", "wrongly answered"], map(_abstention_cells, rows))


def _abstention_cells(row: AbstentionRow) -> list[str]:
    kind, wording, figures = row
    ours = figures[PRODUCT]
    best = max(SIMPLE, key=lambda system: figures[system].auroc)
    areas = [_share(figures[system].auroc) for system in SYSTEMS]
    gained = f"{ours.auroc - figures[best].auroc:+.3f}, {best}"
    counts = f"{ours.answerable} / {ours.others}"
    return [kind, wording, counts, *areas, gained, _share(ours.answered), _share(ours.wrongly)]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows))


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _spelling(measured: Measured) -> Iterator[str]:
    """Yield how many questions of each kind had a word corrected; in `near_ood`, where none should, also which."""
    for kind in ("answerable", "near_ood", "oos"):
        asked = _chosen(measured, kind, "clean", "all")
        words = [f"{typed} → {used}" for one in asked for typed, used in one.corrected.items()]
        if asked:
            which = f": {', '.join(dict.fromkeys(words))}" if words and kind == "near_ood" else ""
            count = sum(bool(one.corrected) for one in asked)
            yield f"- {measured.benchmark.name}, {kind}: {count} of {len(asked)}{which}"


def _cost(measured: Measured) -> str:
    middle = statistics.median(one.milliseconds for one in measured.asked) if measured.asked else 0.0
    benchmark = measured.benchmark
    return (
        f"- {benchmark.name}: {len(benchmark.documents)} documents ({measured.lost} without a passage), "
        f"{measured.passages} passages; ingest {measured.ingest_seconds:.1f} s; "
        f"{len(measured.asked)} questions, {middle:.1f} ms each at the median; {measured.seconds:.1f} s in all"
    )


def _record(measured: Measured, asked: Asked) -> dict[str, object]:
    right = {document for document, grade in asked.query.grades.items() if grade >= measured.benchmark.relevant}
    ranking = asked.found[PRODUCT].ranking
    return {
        "set": measured.benchmark.name,
        "id": asked.query.id,
        "kind": asked.kind,
        "wording": asked.wording,
        "half": "dev" if asked.query.is_dev else "test",
        "text": worded(asked.query, asked.wording),
        "corrected": asked.corrected,
        "right": sorted(right),
        "ranking": ranking,
        "rank": next((rank for rank, document in enumerate(ranking, 1) if document in right), None),
        "confidence": {system: found.confidence for system, found in asked.found.items()},
        "milliseconds": round(asked.milliseconds, 2),
    }
