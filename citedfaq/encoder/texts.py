"""What both engines do alike: the order in which texts are encoded, and the words that pieces are parts of."""

from collections.abc import Iterator, Sequence

BATCH = 32
"""Texts of like length that are encoded together."""

_WORD_STARTS = ("▁", "Ġ")


def batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Yield positions of texts of like length, so that little is spent on padding."""
    order = sorted(range(len(texts)), key=lambda position: len(texts[position]))
    for first in range(0, len(order), BATCH):
        yield order[first : first + BATCH]


def words_of(pieces: Sequence[str]) -> tuple[str, ...]:
    """Return for each piece the word that it is a part of, for the marks of WordPiece, SentencePiece and BPE."""
    starts_marked = any(piece.startswith(_WORD_STARTS) for piece in pieces)
    words: list[str] = []
    owner: list[int] = []
    for piece in pieces:
        continues = not piece.startswith(_WORD_STARTS) if starts_marked else piece.startswith("##")
        bare = piece.removeprefix("##").lstrip("".join(_WORD_STARTS)).lower()
        if continues and words:
            words[-1] += bare
        else:
            words.append(bare)
        owner.append(len(words) - 1)
    return tuple(words[number] for number in owner)
