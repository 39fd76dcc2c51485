"""The benchmark of growth on an index of a few passages."""

import numpy as np
import pytest

from benchmarks.growth import main
from benchmarks.standin import StandIn

TEXTS = [
    f"{one} {two} helps a sore {three}."
    for one in ("ice", "heat", "rest")
    for two in ("often", "never")
    for three in ("knee", "back", "foot", "hand")
]


def test_the_stand_in_puts_texts_of_the_same_words_together():
    near, like, far = StandIn().encode(["ice on the knee", "knee ice", "opening hours"])
    assert near @ like > 0.5 > near @ far
    [read] = StandIn().encode_pieces(["Ice, on a knee"])
    assert read.words == ("ice", "on", "a", "knee")
    assert np.allclose(np.linalg.norm(read.piece_vectors, axis=1), 1, atol=1e-5)
    assert [len(each.words) for each in StandIn().encode_pieces(["", "one"])] == [0, 1]


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_every_figure_is_printed_and_drawn(tmp_path, capsys, encoder):
    sentences = encoder.encode(TEXTS)
    np.savez(tmp_path / "growth.npz", sentences=sentences, questions=encoder.encode(["Does ice help my knee?"] * 3))
    picture = tmp_path / "growth.svg"
    arguments = ["--work", str(tmp_path), "--sizes", "9", "--picture", str(picture)]
    assert main([str(tmp_path), *arguments]) == 0
    head, _, row = capsys.readouterr().out.strip().splitlines()
    assert head.count("|") == row.count("|")
    assert row.startswith("| 9 |")
    assert "answer without encoding, ms</text>" in picture.read_text()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["growth.npz", "growth.svg"]
