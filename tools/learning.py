"""What `fit_confidence.py` fits: how questions are read, the score and the confidence, all at once, by descent."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import torch
from matching import Reading, Scoring
from questions import Example
from torch import Tensor, nn

from citedfaq.encoder.adapter import Adapter
from citedfaq.encoder.onnx import cores
from citedfaq.learned import Learned

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

EPOCHS: Final = 2
BATCH: Final = 32
RATE: Final = 1e-3
DECAY: Final = 1e-2
ANSWER_SHARE: Final = 0.5
"""How much the loss of the confidence counts beside that of the ranking."""

KEPT_SHARE: Final = 0.6
"""Of the adapter's changes: more reads questions like ours better, and those of public sets, on other subjects, worse
than the published weights (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models")."""


def fit_reading(examples: Sequence[Example], model: "SentenceTransformer", weights: str, start: Learned) -> Adapter:
    """Learn how to read questions.

    Args:
        examples: the questions.
        model: reads them; it is not changed.
        weights: the digest of its weights.
        start: the scoring to begin with, which is learnt beside it.
    """
    torch.manual_seed(0)
    reading, scoring = Reading(model), Scoring(start)
    adapted = [value for layer in reading.changes().values() for value in (layer.down, layer.up)]
    groups = [{"params": adapted, "weight_decay": DECAY, "lr": RATE / 2}, *_groups(scoring)]
    _descend(examples, scoring, reading, groups)
    return reading.adapter(weights).scaled(KEPT_SHARE)


def fit_scoring(examples: Sequence[Example], start: Learned) -> Learned:
    """Learn what matches are worth, and when to answer, for questions that are read as they will be.

    Args:
        examples: the questions.
        start: the weights to begin with.
    """
    torch.manual_seed(0)
    scoring = Scoring(start)
    _descend(examples, scoring, None, _groups(scoring))
    return scoring.eval().learned(start.encoder)


def _groups(scoring: Scoring) -> list[dict[str, Any]]:
    return [
        {"params": [scoring.importance], "weight_decay": DECAY},
        {"params": [scoring.score], "weight_decay": 0.0, "lr": 5 * RATE},
        {"params": scoring.head.parameters(), "weight_decay": 0.1, "lr": 4 * RATE},
    ]


def _descend(
    examples: Sequence[Example], scoring: Scoring, reading: Reading | None, groups: list[dict[str, Any]]
) -> None:
    torch.set_num_threads(cores())
    parameters = [each for group in groups for each in group["params"]]
    optimiser = torch.optim.AdamW(groups, lr=RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, EPOCHS)
    balance = _balanced(examples)
    for _ in range(EPOCHS):
        for chosen in torch.randperm(len(examples)).split(BATCH):  # type: ignore[no-untyped-call]
            if len(chosen) > 1:
                batch = [examples[int(number)] for number in chosen]
                (_loss(scoring, reading, batch, balance[chosen]) / BATCH).backward()  # type: ignore[no-untyped-call]
                nn.utils.clip_grad_norm_(parameters, 1.0)
                optimiser.step()
                optimiser.zero_grad()
        schedule.step()


def _balanced(examples: Sequence[Example]) -> Tensor:
    """Return weights with which the answerable questions of a corpus count as much as the others, before their own."""
    counts = Counter((id(asked.corpus), asked.answerable) for asked in examples)
    both = Counter(id(asked.corpus) for asked in examples)
    return torch.tensor(
        [one.weight * both[id(one.corpus)] / 2 / counts[id(one.corpus), one.answerable] for one in examples]
    )


def _loss(scoring: Scoring, reading: Reading | None, batch: Sequence[Example], weights: Tensor) -> Tensor:
    wordings = [wording for asked in batch for wording in asked.wordings]
    read = reading(wordings) if reading else {id(each): each.read for each in wordings}
    ranking, evidence = torch.zeros(()), []
    for asked in batch:
        sums, found = scoring(asked, read)
        evidence.append(found)
        if bool(asked.right.any()):
            ranking = ranking + torch.logsumexp(sums, 0) - torch.logsumexp(sums[asked.right], 0)
    answerable = torch.tensor([float(asked.answerable) for asked in batch])
    logits = scoring.head(scoring.normal(torch.stack(evidence)))[:, 0]
    answering = nn.functional.binary_cross_entropy_with_logits(logits, answerable, weights, reduction="sum")
    return ranking + ANSWER_SHARE * answering
