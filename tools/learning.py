"""What `fit_confidence.py` fits: how questions are read, the score and the confidence, all at once, by descent."""

import math
from collections import Counter
from collections.abc import Sequence
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from matching import Reading, Scoring
from questions import Example, Read
from torch import Tensor, nn
from tqdm import trange

from citedfaq.encoder.adapter import Adapter
from citedfaq.learned import Learned

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

EPOCHS: Final = 2
BATCH: Final = 32
RATE: Final = 1e-3
DECAY: Final = 1e-2
ANSWER_SHARE: Final = 2.0
"""How much the loss of the confidence counts beside that of the ranking."""

ANCHOR: Final = 0.2
"""How much it counts that a question is read otherwise than by the published model, so that what it knows of other
subjects is kept. docs/results.md has fits with other values."""

FITS: Final = 2
"""Fits, each with the questions in another order, of whose mean `KEPT` is written. The mean reads questions like ours
as well as each does, and others on subjects not learnt from better (Wortsman et al. 2022, "Model soups")."""


KEPT: Final = 0.85
"""How much of what was learnt of reading is kept. Between the published weights and the learnt ones lie some that read
questions like those that were learnt from as well, and others better (Wortsman et al. 2022, "Robust fine-tuning of
zero-shot models"; docs/results.md)."""

_Task = tuple[Sequence[Example], "SentenceTransformer", str, Learned]
_task: list[_Task] = []
"""What a process that makes a fit has from the one that it was forked from: `fit`'s arguments."""


def fit(
    examples: Sequence[Example], model: "SentenceTransformer", weights: str, start: Learned
) -> tuple[Learned, Adapter]:
    """Learn from questions: how to read them, what matches are worth, and when to answer.

    All fits at once, each in a process with one thread: two are made in hardly more time than one takes with two
    threads, which wait for one another more than they work on texts so short.

    Args:
        examples: the questions.
        model: reads them; it is not changed.
        weights: the digest of its weights.
        start: the weights to begin with.
    """
    with get_context("fork").Pool(FITS, _task.append, ((examples, model, weights, start),)) as pool:
        return kept(pool.map(_fit, range(FITS)))


def _fit(seed: int) -> tuple[Learned, Adapter]:
    [(examples, model, weights, start)] = _task
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    reading, scoring = Reading(model), Scoring(start)
    _descend(examples, reading, scoring, shown=seed == 0)
    return scoring.eval().learned(start.encoder), reading.adapter(weights)


def kept(fits: Sequence[tuple[Learned, Adapter]]) -> tuple[Learned, Adapter]:
    """Return the mean of several fits, with that share of what was learnt of reading which is kept."""
    learned, adapter = average(fits)
    return learned, adapter.share(KEPT)


def average(fits: Sequence[tuple[Learned, Adapter]]) -> tuple[Learned, Adapter]:
    """Return the mean of several fits; that of changes of low rank is itself one, of the sum of their ranks."""
    learned, adapters = zip(*fits, strict=True)
    count = np.float32(len(fits))
    changes = {
        layer: (
            np.concatenate([each.changes[layer][0] for each in adapters]),
            np.concatenate([each.changes[layer][1] / count for each in adapters], axis=1),
        )
        for layer in adapters[0].changes
    }
    mean = Learned(
        encoder=learned[0].encoder,
        importance=np.mean([each.importance for each in learned], axis=0),
        score=_mean([each.score for each in learned]),
        evidence=_mean([each.evidence for each in learned]),
        intercept=round(sum(each.intercept for each in learned) / len(learned), 4),
    )
    return mean, Adapter(adapters[0].weights, changes)


def _mean(weights: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: round(sum(each[name] for each in weights) / len(weights), 4) for name in weights[0]}


def _descend(examples: Sequence[Example], reading: Reading, scoring: Scoring, *, shown: bool = False) -> None:
    adapted = [value for layer in reading.changes().values() for value in (layer.down, layer.up)]
    groups: list[dict[str, Any]] = [
        {"params": [*adapted, scoring.importance], "weight_decay": DECAY},
        {"params": [scoring.score], "weight_decay": 0.0, "lr": 5 * RATE},
        {"params": list(scoring.head.parameters()), "weight_decay": 0.1, "lr": 4 * RATE},
    ]
    parameters = [each for group in groups for each in group["params"]]
    optimiser = torch.optim.AdamW(groups, lr=RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, EPOCHS * math.ceil(len(examples) / BATCH))
    balance = _balanced(examples)
    steps = trange(EPOCHS * math.ceil(len(examples) / BATCH), desc="Learning", disable=not shown)
    for _ in range(EPOCHS):
        for chosen in torch.randperm(len(examples)).split(BATCH):  # type: ignore[no-untyped-call]
            if len(chosen) > 1:
                batch = [examples[int(number)] for number in chosen]
                (_loss(reading, scoring, batch, balance[chosen]) / BATCH).backward()  # type: ignore[no-untyped-call]
                nn.utils.clip_grad_norm_(parameters, 1.0)
                optimiser.step()
                optimiser.zero_grad()
                schedule.step()
            steps.update()
    steps.close()


def _balanced(examples: Sequence[Example]) -> Tensor:
    """Return weights with which the answerable questions of a corpus count as much as the others, before their own."""
    counts = Counter((id(asked.corpus), asked.answerable) for asked in examples)
    both = Counter(id(asked.corpus) for asked in examples)
    return torch.tensor(
        [one.weight * both[id(one.corpus)] / 2 / counts[id(one.corpus), one.answerable] for one in examples]
    )


def _loss(reading: Reading, scoring: Scoring, batch: Sequence[Example], weights: Tensor) -> Tensor:
    read = reading([wording for asked in batch for wording in asked.wordings])
    ranking, drift, evidence = torch.zeros(()), torch.zeros(()), []
    for asked in batch:
        sums, found = scoring(asked, read)
        evidence.append(found)
        drift = drift + sum(each.share * _apart(read[id(each)], each.published) for each in asked.wordings)
        if bool(asked.right.any()):
            ranking = ranking + torch.logsumexp(sums, 0) - torch.logsumexp(sums[asked.right], 0)
    answerable = torch.tensor([float(asked.answerable) for asked in batch])
    logits = scoring.head(scoring.normal(torch.stack(evidence)))[:, 0]
    answering = nn.functional.binary_cross_entropy_with_logits(logits, answerable, weights, reduction="sum")
    return ranking + ANSWER_SHARE * answering + ANCHOR * drift


def _apart(one: Read, other: Read) -> Tensor:
    """Return one less the cosine of two readings' vectors, and the mean of the same of their pieces: their sum."""
    (vector, pieces), (published, its_pieces) = one, other
    return 1 - vector @ published + (1 - (pieces * its_pieces).sum(1)).mean()
