"""The arithmetic of `citedfaq.retrieval` and `citedfaq.confidence` in torch, so that all its weights can be learnt."""

import copy
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from questions import Example, Read, Wording
from torch import Tensor, nn

from citedfaq.confidence import BEST, KERNEL_WIDTH, KERNELS, NAMES
from citedfaq.encoder.adapter import Adapter
from citedfaq.learned import Learned
from citedfaq.retrieval import PARTS

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

RANK: Final = 32
"""Of the changes to each layer. With 8 even the questions that are learnt from are read no better than others
(docs/results.md)."""

DROPPED_PIECES, DROPPED_NUMBERS = 0.15, 0.1
"""What is left out at random, so that nothing is learnt by heart. These were chosen on clinics that were left out, when
the numbers were drawn for each piece and not for each text."""

_LIKE_LENGTH: Final = 2.0
"""Questions are read together with those up to so many times as long: less padding, or fewer and larger products."""


class Adapted(nn.Module):
    """A linear layer with a change of low rank.

    Args:
        layer: stays as it is.
    """

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.layer = layer
        self.down = nn.Parameter(torch.randn(RANK, layer.in_features) / layer.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(layer.out_features, RANK))
        self.drop = nn.Dropout(DROPPED_NUMBERS)

    def forward(self, values: Tensor) -> Tensor:
        """Return the layer's outputs, changed: shape (texts, pieces, outputs)."""
        # The same numbers are left out of all pieces of a text: drawing them for each takes longer than all else here.
        kept = self.drop(values.new_ones(len(values), 1, values.shape[-1]))
        changed: Tensor = self.layer(values) + ((values * kept) @ self.down.T) @ self.up.T
        return changed


class Reading(nn.Module):
    """The encoder as it reads questions.

    Args:
        encoder: a copy of it is adapted.
    """

    def __init__(self, encoder: "SentenceTransformer") -> None:
        super().__init__()
        transformer: Any = encoder[0].model
        self.reader = copy.deepcopy(transformer)
        self.reader.requires_grad_(False)
        for name, layer in list(self.reader.named_modules()):
            if isinstance(layer, nn.Linear) and not name.startswith("pooler"):
                parent, _, own = name.rpartition(".")
                setattr(self.reader.get_submodule(parent), own, Adapted(layer))

    def changes(self) -> dict[str, Adapted]:
        """Return the adapted layers, by name."""
        return {name: layer for name, layer in self.reader.named_modules() if isinstance(layer, Adapted)}

    def forward(self, wordings: Sequence[Wording]) -> dict[int, Read]:
        """Return each wording as the adapted encoder reads it, by its `id`."""
        found = {}
        for group in _of_like_length(wordings):
            longest = max(len(each.pieces) for each in group)
            numbers = torch.tensor([each.pieces + [0] * (longest - len(each.pieces)) for each in group])
            own = torch.tensor([[1] * len(each.pieces) + [0] * (longest - len(each.pieces)) for each in group])
            # In two bytes a number, which takes half the time.
            with torch.autocast("cpu", torch.bfloat16):
                output = self.reader(input_ids=numbers, attention_mask=own)
            pieces = output.last_hidden_state.float()
            vectors = nn.functional.normalize((pieces * own[..., None]).sum(1), dim=-1)
            unit = nn.functional.normalize(pieces, dim=-1)
            for row, each in enumerate(group):
                found[id(each)] = vectors[row], unit[row, 1 : len(each.pieces) - 1]
        return found

    def adapter(self, weights: str) -> Adapter:
        """Return the changes, for a model whose weights have that digest."""
        changes = {
            name: (layer.down.detach().numpy(), layer.up.detach().numpy()) for name, layer in self.changes().items()
        }
        return Adapter(weights, changes)


class Scoring(nn.Module):
    """How well passages answer a question that was read, and whether any does.

    Args:
        start: the weights to begin with.
    """

    def __init__(self, start: Learned) -> None:
        super().__init__()
        self.importance = nn.Parameter(torch.tensor(start.importance))
        self.score = nn.Parameter(torch.log(torch.tensor([start.score[part] for part in PARTS])))
        self.normal = nn.BatchNorm1d(len(NAMES), affine=False, momentum=0.05)
        self.head = nn.Linear(len(NAMES), 1)
        nn.init.normal_(self.head.weight, std=0.02)

    def forward(self, asked: Example, read: dict[int, Read]) -> tuple[Tensor, Tensor]:
        """Return the weighted sum of each stretch's parts, and the evidence of the best."""
        corpus, passages = asked.corpus, asked.passages
        owner = torch.repeat_interleave(
            torch.arange(len(passages)), torch.tensor([corpus.counts[number][1] for number in passages])
        )
        mixed = [self._parts(asked, each, owner) for each in self._kept(asked.wordings, read)]
        parts = torch.stack([share * each for each, _, _, share in mixed]).sum(0)
        sums = parts @ self.score.exp()
        best = int(sums.argmax())
        covered = torch.stack(
            [share * (weights @ _kernels(cosines[:, best])) for _, cosines, weights, share in mixed]
        ).sum(0)
        first = owner < BEST
        anywhere = torch.stack(
            [share * (weights @ _kernels(cosines[:, first].max(1).values)) for _, cosines, weights, share in mixed]
        ).sum(0)
        of_passages = torch.sort(_greatest(sums, owner, len(passages)), descending=True).values
        known, length, unknown, rarest = asked.words
        evidence = torch.cat(
            [
                parts[best],
                covered,
                anywhere,
                _leads(of_passages),
                _standing(parts, best, owner == owner[best]),
                torch.tensor([known, length]),
                torch.stack([asked.coverage[owner[best]], asked.coverage[:BEST].max()]),
                torch.tensor([unknown, rarest]),
            ]
        )
        return sums, evidence.float()

    def _kept(self, wordings: list[Wording], read: dict[int, Read]) -> Iterator[tuple[Read, Tensor, float]]:
        for each in wordings:
            (vector, pieces), weights = read[id(each)], each.weights
            if self.training and len(weights):
                chosen = torch.rand(len(weights)) > DROPPED_PIECES
                if int(chosen.sum()) >= 3:  # otherwise it is too short to lose a piece
                    pieces, weights = pieces[chosen], weights[chosen]
            yield (vector, pieces), weights, each.share

    def _parts(
        self, asked: Example, wording: tuple[Read, Tensor, float], owner: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, float]:
        corpus, ((vector, pieces), weights, share) = asked.corpus, wording
        weights = weights * torch.exp(pieces @ self.importance)
        weights = weights / weights.sum().clamp(min=1e-9)
        rows = [corpus.rows[number] @ vector for number in asked.passages]
        runs, at = [], 0
        for number in asked.passages:
            runs.append(corpus.runs[number] + at)
            at += corpus.counts[number][0]
        cosines = pieces @ torch.cat([corpus.pieces[number] for number in asked.passages]).T
        greatest = _greatest(cosines, torch.cat(runs), at)
        dense, late, headed = [], [], []
        at = 0
        for number, own in zip(asked.passages, rows, strict=True):
            passage = corpus.index.passages[number]
            runs_here, stretches = corpus.counts[number]
            mine = greatest[:, at : at + runs_here]
            at += runs_here
            captions = own[1 : -len(passage.sentences)].max()
            sentences = _of_stretches(own[-len(passage.sentences) :], [one.group for one in passage.sentences])
            whole = mine[:, : stretches + 1].max(dim=1, keepdim=True).values
            best = (weights @ torch.cat([whole, mine[:, stretches + 1 :]], dim=1)).max()
            alone = mine[:, 1 : stretches + 1]
            headed.append(torch.maximum(alone, mine[:, :1]))
            dense.append(
                torch.stack(
                    [own[0].expand(stretches), captions.expand(stretches), sentences, own.max().expand(stretches)], 1
                )
            )
            late.append(torch.stack([best.expand(stretches), weights @ alone], 1))
        together = torch.cat(headed, 1)
        lexical = asked.lexical[owner]
        parts = torch.cat([torch.cat(dense), torch.cat(late), (weights @ together)[:, None], lexical[:, None]], 1)
        return parts, together, weights, share

    def learned(self, encoder: str) -> Learned:
        """Return what was learnt, the normalisation of the evidence folded into its weights."""
        variance, mean = self.normal.running_var, self.normal.running_mean
        if variance is None or mean is None:
            raise RuntimeError("a normalisation without statistics")
        head = self.head.weight[0] / torch.sqrt(variance + self.normal.eps)
        return Learned(
            encoder=encoder,
            importance=self.importance.detach().numpy().astype(np.float32),
            score=dict(zip(PARTS, _rounded(self.score.exp()), strict=True)),
            evidence=dict(zip(NAMES, _rounded(head), strict=True)),
            intercept=round((self.head.bias[0] - head @ mean).item(), 4),
        )


def _of_like_length(wordings: Sequence[Wording]) -> Iterator[list[Wording]]:
    shortest = 0

    def step(each: Wording) -> int:
        nonlocal shortest
        if len(each.pieces) > shortest * _LIKE_LENGTH:
            shortest = len(each.pieces)
        return shortest

    for _, group in groupby(sorted(wordings, key=lambda each: len(each.pieces)), step):
        yield list(group)


def _greatest(values: Tensor, groups: Tensor, count: int) -> Tensor:
    none = torch.full((*values.shape[:-1], count), -1.0)
    if values.dim() == 1:
        none = torch.full((count,), float("-inf"))
    return none.scatter_reduce(-1, groups.expand(values.shape), values, "amax")


def _of_stretches(values: Tensor, groups: Sequence[int]) -> Tensor:
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    return _greatest(values[None], torch.tensor([numbers[group] for group in groups]), len(numbers))[0]


def _kernels(cosines: Tensor) -> Tensor:
    return torch.exp(-(((cosines[:, None] - torch.tensor(KERNELS)) / KERNEL_WIDTH) ** 2) / 2)


def _leads(scores: Tensor) -> Tensor:
    first = scores[0]
    second, fifth = (scores[min(place, len(scores) - 1)] if len(scores) > 1 else torch.zeros(()) for place in (1, 4))
    return torch.stack([first, first - second, first - fifth, torch.logsumexp(scores, 0) - first])


def _standing(parts: Tensor, best: int, same: Tensor) -> Tensor:
    chosen = parts[:, [PARTS.index("sentence"), PARTS.index("headed")]]
    means, deviations = chosen.mean(0), chosen.std(0, unbiased=False) + 0.01
    agreement = (parts[same].max(0).values >= parts.max(0).values).float().mean()
    return torch.cat([means, (chosen[best] - means) / deviations, agreement[None]])


def _rounded(values: Tensor) -> list[float]:
    return [round(float(value), 4) for value in values.detach()]
