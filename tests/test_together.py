"""Questions asked at the same time share the encoder's calls, and get what each would have got alone."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from citedfaq.encoder.together import MOST, Together


class Watched:
    """The real encoder, which tells how many texts each call had, and can be held up."""

    name, digest = "watched", "0"

    def __init__(self, encoder):
        self.encoder, self.sizes, self.go = encoder, [], threading.Event()
        self.go.set()

    def encode(self, texts, progress=None):
        return self.encoder.encode(texts, progress)

    def encode_pieces(self, texts, progress=None):
        return self.encoder.encode_pieces(texts, progress)

    def encode_questions(self, texts):
        self.sizes.append(len(texts))
        self.go.wait(30)
        if "fail" in texts:
            raise ValueError("no such text")
        return self.encoder.encode_questions(texts)


def test_a_lone_question_waits_for_nobody(encoder):
    watched = Watched(encoder)
    [one] = Together(watched, 2).encode_questions(["how long does soreness last"])
    assert watched.sizes == [1]
    assert np.array_equal(one.vector, encoder.encode_questions(["how long does soreness last"])[0].vector)


@pytest.mark.parametrize("calls", [1, 2])
def test_questions_that_meet_are_encoded_together_and_each_gets_its_own(encoder, calls):
    watched = Watched(encoder)
    together = Together(watched, calls)
    texts = [f"is it normal after {number} days" + " of soreness" * (number % 5) for number in range(30)]
    watched.go.clear()
    with ThreadPoolExecutor(len(texts)) as pool:
        asked = [pool.submit(together.encode_questions, [text]) for text in texts]
        while sum(watched.sizes) < calls or len(together._waiting) < len(texts) - calls:
            threading.Event().wait(0.01)
        watched.go.set()
        found = [future.result(30)[0] for future in asked]
    assert watched.sizes[:calls] == [1] * calls
    assert max(watched.sizes) == MOST
    assert sum(watched.sizes) == len(texts)
    for text, encoded in zip(texts, found, strict=True):
        [alone] = encoder.encode_questions([text])
        assert np.abs(encoded.vector - alone.vector).max() < 1e-6
        assert encoded.words == alone.words


def test_a_failure_reaches_those_who_asked_and_nobody_after_them(encoder):
    together = Together(Watched(encoder), 1)
    with pytest.raises(ValueError, match="no such text"):
        together.encode_questions(["fail"])
    assert len(together.encode_questions(["knee"])) == 1


def test_several_texts_of_one_caller_go_straight_through(encoder):
    watched = Watched(encoder)
    together = Together(watched, 1)
    assert len(together.encode_questions(["knee", "elbow"])) == 2
    assert together.encode_questions([]) == []
    assert together.encode(["knee"]).shape == (1, 384)
    assert together.encode_pieces(["knee"])[0].words == ("knee",)
    assert (together.name, together.digest) == ("watched", "0")
    assert watched.sizes == [2, 0]
