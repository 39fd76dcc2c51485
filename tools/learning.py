"""What `fit_confidence.py` fits: the matching, the score and the confidence, all at once, by gradient descent.

The same arithmetic as `citedfaq.retrieval` and `citedfaq.confidence`, in torch: for each question, over the passages
that come first before anything was learnt and those that are right.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from citedfaq.confidence import BEST, KERNEL_WIDTH, KERNELS, NAMES, of_words
from citedfaq.encoder import Encoded, Encoder
from citedfaq.evaluate import Question, holds_evidence
from citedfaq.index import Index
from citedfaq.late import PLACE_BYTES, Compressed
from citedfaq.learned import Learned
from citedfaq.lexical import terms
from citedfaq.query import Reader
from citedfaq.retrieval import PARTS, retrieve

RANK: Final = 32
EPOCHS: Final = 5
BATCH: Final = 32
RATE: Final = 1e-3
DECAY: Final = 1e-2
ANSWER_SHARE: Final = 0.5
"""How much the loss of the confidence counts beside that of the ranking."""
DROPPED_PIECES, DROPPED_NUMBERS = 0.15, 0.1
"""What is left out at random, so that nothing is learnt by heart. These were chosen on clinics that were left out."""

_RIGHT_BEYOND: Final = 3
"""How many right passages join those that come first anyway."""

_START: Final = dict(zip(PARTS, (3.0, 2.0, 5.0, 5.0, 8.0, 4.0, 8.0, 0.5), strict=True))


@dataclass(frozen=True, eq=False)
class Corpus:
    """A clinic's articles.

    Attributes:
        index: the build.
        reader: of its questions.
        rows: the vectors of each passage, in the order of `Index.vectors_of`.
        pieces: of all entries of each passage, one after the other.
        runs: of each piece, in which run of `run_sizes` it is.
        counts: how many runs, stretches each passage has.
    """

    index: Index
    reader: Reader
    rows: list[Tensor]
    pieces: list[Tensor]
    runs: list[Tensor]
    counts: list[tuple[int, int]]

    @classmethod
    def of(cls, index: Index) -> "Corpus":
        """Take a build apart."""
        rows, pieces, runs, counts = [], [], [], []
        for number, passage in enumerate(index.passages):
            entries = index.late.entries_of(number)
            sizes = _run_sizes(entries, index.passages.stretches_of(number))
            rows.append(torch.tensor(index.vectors_of(number)))
            whole = np.concatenate(entries)[:, :-PLACE_BYTES].astype(np.float32) / 127
            pieces.append(torch.tensor(whole))
            runs.append(torch.tensor(np.repeat(np.arange(len(sizes)), sizes)))
            counts.append((len(sizes), len(passage.stretches)))
        return cls(index, Reader(index), rows, pieces, runs, counts)


@dataclass(frozen=True, eq=False)
class Example:
    """One question, as it is learnt from.

    Attributes:
        corpus: the articles that it is asked of.
        wordings: its vector, its pieces, their weights before anything is learnt, and its share, for each wording.
        passages: the candidates.
        lexical: the BM25 part of each, mixed over the wordings.
        coverage: of each.
        words: the evidence of its words that does not depend on the ranking: known, length, unknown, rarest.
        right: of each stretch of the candidates: whether it answers.
        answerable: whether the articles answer.
        weight: how much it counts for the confidence, beside others of its corpus that are answerable or not as it is.
    """

    corpus: Corpus
    wordings: list[tuple[Tensor, Tensor, Tensor, float]]
    passages: list[int]
    lexical: Tensor
    coverage: Tensor
    words: tuple[float, float, float, float]
    right: Tensor
    answerable: bool
    weight: float = 1.0


class Kept:
    """An encoder that reads no text twice."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.digest = encoder.name, encoder.digest
        self.encode = encoder.encode
        self._encoder = encoder
        self._read: dict[str, Encoded] = {}

    def encode_pieces(self, texts: Sequence[str], progress: object = None) -> list[Encoded]:
        """Return each text with its pieces."""
        del progress
        new = [text for text in dict.fromkeys(texts) if text not in self._read]
        if new:
            self._read.update(zip(new, self._encoder.encode_pieces(new), strict=True))
        return [self._read[text] for text in texts]


def _run_sizes(entries: Sequence[Compressed], starts: Sequence[int]) -> NDArray[np.int64]:
    """Return how many pieces stand before the first stretch, in each stretch, and in each further entry."""
    places = np.ascontiguousarray(entries[0][:, -PLACE_BYTES:]).view("<u2")[:, 0]
    of_whole = np.diff(np.concatenate(([0], np.searchsorted(places, starts), [len(entries[0])])))
    return np.concatenate([of_whole, [len(entry) for entry in entries[1:]]]).astype(np.int64)


def nothing_learnt(encoder: str, dimension: int) -> Learned:
    """Return the weights that the fit begins with."""
    none = np.zeros((dimension, RANK), np.float32)
    return Learned(encoder, none, none.T, none, none.T, none[:, 0], dict(_START), dict.fromkeys(NAMES, 0.0), 0.0)


def example(question: Question, corpus: Corpus, encoder: Encoder, weight: float = 1.0) -> Example:
    """Prepare a question."""
    index = corpus.index
    query = corpus.reader.read(question.question, question.history)
    texts, shares = zip(*query.wordings, strict=True)
    encoded = encoder.encode_pieces(texts)
    start = nothing_learnt(encoder.name, len(encoded[0].vector))
    scored = {found.number: found for found in retrieve(query, index, encoder, start)}
    right = [number for number in scored if holds_evidence(index.text(index.passages[number]), question)]
    passages = list(scored)[:BEST]
    passages += [number for number in right if number not in passages][:_RIGHT_BEYOND]
    known, length, _, _, unknown, rarest = of_words(terms(query.full), index.lexical, [0.0])
    return Example(
        corpus,
        [
            (
                torch.tensor(each.vector),
                torch.tensor(each.piece_vectors),
                torch.tensor(start.piece_weights(each, index.lexical, encoder.name)),
                share,
            )
            for each, share in zip(encoded, shares, strict=True)
        ],
        passages,
        torch.tensor([scored[number].part("lexical") for number in passages]),
        torch.tensor([scored[number].coverage for number in passages]),
        (known, length, unknown, rarest),
        torch.tensor([flag for number in passages for flag in _right_stretches(question, index, number)]),
        bool(question.evidence),
        weight,
    )


def _right_stretches(question: Question, index: Index, number: int) -> list[bool]:
    passage = index.passages[number]
    text = index.articles[passage.article].text
    right = [holds_evidence(text[start:end], question) for start, end in passage.stretches]
    return right if any(right) else [holds_evidence(index.text(passage), question)] * len(right)


class Model(nn.Module):
    """All that is learnt, as `Learned` has it.

    Args:
        dimension: of the encoder's vectors.
    """

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.vector_in, self.vector_out = _low_rank(dimension)
        self.piece_in, self.piece_out = _low_rank(dimension)
        self.importance = nn.Parameter(torch.zeros(dimension))
        self.score = nn.Parameter(torch.log(torch.tensor(list(_START.values()))))
        self.normal = nn.BatchNorm1d(len(NAMES), affine=False, momentum=0.05)
        self.head = nn.Linear(len(NAMES), 1)
        nn.init.normal_(self.head.weight, std=0.02)
        self.drop = nn.Dropout(DROPPED_NUMBERS)

    def forward(self, asked: Example) -> tuple[Tensor, Tensor]:
        """Return the weighted sum of each stretch's parts, and the evidence of the best."""
        corpus, passages = asked.corpus, asked.passages
        owner = torch.repeat_interleave(
            torch.arange(len(passages)), torch.tensor([corpus.counts[number][1] for number in passages])
        )
        mixed = [self._parts(asked, wording, owner) for wording in self._kept(asked.wordings)]
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

    def _kept(self, wordings: list[tuple[Tensor, Tensor, Tensor, float]]) -> list[tuple[Tensor, Tensor, Tensor, float]]:
        if not self.training:
            return wordings
        kept = []
        for vector, pieces, weights, share in wordings:
            chosen = torch.rand(len(weights)) > DROPPED_PIECES
            whole = int(chosen.sum()) < 3  # too short to lose a piece
            kept.append((vector, *((pieces, weights) if whole else (pieces[chosen], weights[chosen])), share))
        return kept

    def _parts(
        self, asked: Example, wording: tuple[Tensor, Tensor, Tensor, float], owner: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, float]:
        corpus, (vector, pieces, weights, share) = asked.corpus, wording
        vector = vector + self.drop(vector) @ self.vector_in @ self.vector_out
        adapted = pieces + self.drop(pieces) @ self.piece_in @ self.piece_out
        weights = weights * torch.exp(pieces @ self.importance)
        weights = weights / weights.sum().clamp(min=1e-9)
        rows = [corpus.rows[number] @ vector for number in asked.passages]
        runs, at = [], 0
        for number in asked.passages:
            runs.append(corpus.runs[number] + at)
            at += corpus.counts[number][0]
        cosines = adapted @ torch.cat([corpus.pieces[number] for number in asked.passages]).T
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
        intercept = (self.head.bias[0] - head @ mean).item()
        return Learned(
            encoder=encoder,
            vector_in=_numbers(self.vector_in),
            vector_out=_numbers(self.vector_out),
            piece_in=_numbers(self.piece_in),
            piece_out=_numbers(self.piece_out),
            importance=_numbers(self.importance),
            score=dict(zip(PARTS, _rounded(self.score.exp()), strict=True)),
            evidence=dict(zip(NAMES, _rounded(head), strict=True)),
            intercept=round(intercept, 4),
        )


def fit(examples: Sequence[Example], encoder: str, seed: int = 0) -> Learned:
    """Learn from questions."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    model = Model(len(examples[0].wordings[0][0]))
    matching = [model.vector_in, model.vector_out, model.piece_in, model.piece_out, model.importance]
    groups = [
        {"params": matching, "weight_decay": DECAY},
        {"params": [model.score], "weight_decay": 0.0, "lr": 5 * RATE},
        {"params": model.head.parameters(), "weight_decay": 0.1, "lr": 4 * RATE},
    ]
    optimiser = torch.optim.AdamW(groups, lr=RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, EPOCHS)
    weights = _balanced(examples)
    for _ in range(EPOCHS):
        model.train()
        for chosen in torch.randperm(len(examples)).split(BATCH):  # type: ignore[no-untyped-call]
            if len(chosen) > 1:
                batch = [examples[int(number)] for number in chosen]
                (_loss(model, batch, weights[chosen]) / BATCH).backward()  # type: ignore[no-untyped-call]
                nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimiser.step()
                optimiser.zero_grad()
        schedule.step()
    return model.eval().learned(encoder)


def average(fits: Sequence[Learned]) -> Learned:
    """Return the mean of several fits, whose figures differ by chance more than the mean's.

    The mean of products of low rank is itself one, of the sum of their ranks.
    """
    count = len(fits)
    return Learned(
        encoder=fits[0].encoder,
        vector_in=np.concatenate([each.vector_in / np.float32(count) for each in fits], axis=1),
        vector_out=np.concatenate([each.vector_out for each in fits]),
        piece_in=np.concatenate([each.piece_in / np.float32(count) for each in fits], axis=1),
        piece_out=np.concatenate([each.piece_out for each in fits]),
        importance=np.mean([each.importance for each in fits], axis=0),
        score=_mean([each.score for each in fits]),
        evidence=_mean([each.evidence for each in fits]),
        intercept=round(sum(each.intercept for each in fits) / count, 4),
    )


def _mean(weights: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: round(sum(each[name] for each in weights) / len(weights), 4) for name in weights[0]}


def _balanced(examples: Sequence[Example]) -> Tensor:
    """Return weights with which the answerable questions of a corpus count as much as the others, before their own."""
    counts = Counter((id(asked.corpus), asked.answerable) for asked in examples)
    both = Counter(id(asked.corpus) for asked in examples)
    return torch.tensor(
        [one.weight * both[id(one.corpus)] / 2 / counts[id(one.corpus), one.answerable] for one in examples]
    )


def _loss(model: Model, batch: Sequence[Example], weights: Tensor) -> Tensor:
    ranking, evidence = torch.zeros(()), []
    for asked in batch:
        sums, found = model(asked)
        evidence.append(found)
        if bool(asked.right.any()):
            ranking = ranking + torch.logsumexp(sums, 0) - torch.logsumexp(sums[asked.right], 0)
    answerable = torch.tensor([float(asked.answerable) for asked in batch])
    logits = model.head(model.normal(torch.stack(evidence)))[:, 0]
    answering = nn.functional.binary_cross_entropy_with_logits(logits, answerable, weights, reduction="sum")
    return ranking + ANSWER_SHARE * answering


def _low_rank(dimension: int) -> tuple[nn.Parameter, nn.Parameter]:
    return nn.Parameter(torch.randn(dimension, RANK) / dimension**0.5), nn.Parameter(torch.zeros(RANK, dimension))


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


def _numbers(values: Tensor) -> NDArray[np.float32]:
    array: NDArray[np.float32] = values.detach().numpy().astype(np.float16).astype(np.float32)
    return array


def _rounded(values: Tensor) -> list[float]:
    return [round(float(value), 4) for value in values.detach()]
