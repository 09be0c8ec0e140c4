"""The packed encoder: what was packed is read back, cut as it should be, and computed as it says."""

from math import erf
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from knowledge.triage import packed_graph
from knowledge.triage.packed import PackedModel
from knowledge.triage.unigrams import Unigrams
from tests.knowledge.triage import packed_file
from tests.knowledge.triage.packed_file import HEADS, LAYERS, PIECES, WIDTH

Tensors = dict[str, NDArray[np.float32]]
_ID = {piece: number for number, piece in enumerate(PIECES)}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[PackedModel, Tensors]:
    path = tmp_path_factory.mktemp("packed") / "small.bin"
    tensors = packed_file.write(path)
    return PackedModel(path), tensors


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.bin").write_bytes(b"GGUF and more")
    with pytest.raises(ValueError, match=r"other\.bin is no packed encoder"):
        PackedModel(tmp_path / "other.bin")


def test_what_was_packed_is_read_back(written: tuple[PackedModel, Tensors]) -> None:
    model, tensors = written
    assert (model.width, model.layers, model.heads) == (WIDTH, LAYERS, HEADS)
    assert np.array_equal(model.tensor("l1.q.b"), tensors["l1.q.b"])
    scales, weights = model.matrix("l0.fo.w", packed_file.INNER)
    assert np.array_equal(((weights - 8.0) * scales[..., None]).reshape(tensors["l0.fo.w"].shape), tensors["l0.fo.w"])
    assert np.array_equal(model.word_vectors([5, 0, 5]), tensors["emb.word"][[5, 0, 5]])


def test_a_tensor_that_is_not_packed_is_no_matrix(written: tuple[PackedModel, Tensors]) -> None:
    with pytest.raises(ValueError, match=r"l0\.q\.b is not packed"):
        written[0].matrix("l0.q.b", WIDTH)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("we", ["▁we"]),
        ("We  we", ["▁we", "▁we"]),
        ("meeting", ["▁meet", "ing"]),
        ("meetings", ["▁meet", "ing", "s"]),
        ("we…", ["▁we", "s", "s"]),
        ("ŵ", ["▁", "ŵ"]),
        ("wz", ["▁", "<unk>", "<unk>"]),
        ("<unk>", ["▁", *["<unk>"] * 5]),
        ("", []),
    ],
)
def test_the_likeliest_cut_of_every_word(written: tuple[PackedModel, Tensors], text: str, cut: list[str]) -> None:
    ids = Unigrams(written[0].pieces).ids(text, 50)
    assert ids == [_ID["<s>"], *(_ID[piece] for piece in cut), _ID["</s>"]]


def test_a_text_that_is_too_long_counts_by_its_beginning(written: tuple[PackedModel, Tensors]) -> None:
    ids = Unigrams(written[0].pieces).ids("we meeting " * 9, 5)
    assert ids == [_ID["<s>"], _ID["▁we"], _ID["▁meet"], _ID["ing"], _ID["</s>"]]


def test_the_graph_computes_what_the_layers_say(written: tuple[PackedModel, Tensors]) -> None:
    model, tensors = written
    session = onnxruntime.InferenceSession(packed_graph.build(model, (1, 2)), providers=["CPUExecutionProvider"])
    words = tensors["emb.word"][[0, 5, 6, 7, 2]]
    found = session.run(["depths"], {"words": words[None]})[0]
    expected = np.stack([_by_hand(tensors, words, layers).mean(axis=0) for layers in (1, 2)])
    # Activations are rounded to a byte on the way.
    assert np.allclose(found, expected, atol=0.03)
    assert not np.allclose(found[0], found[1], atol=0.1)


def _by_hand(tensors: Tensors, words: NDArray[np.float32], layers: int) -> NDArray[np.float32]:
    """The encoder written down once more, in plain numpy."""
    hidden = _normed(tensors, words, "emb.ln")
    for layer in range(layers):
        dense = {part: f"l{layer}.{part}" for part in ("q", "k", "v", "ao", "fi", "fo")}
        parts = [_dense(tensors, hidden, dense[part]).reshape(-1, HEADS, WIDTH // HEADS) for part in "qkv"]
        query, key, value = (part.transpose(1, 0, 2) for part in parts)
        scores = np.exp(query @ key.transpose(0, 2, 1) / (WIDTH // HEADS) ** 0.5)
        context = (scores / scores.sum(axis=-1, keepdims=True) @ value).transpose(1, 0, 2).reshape(-1, WIDTH)
        hidden = _normed(tensors, hidden + _dense(tensors, context, dense["ao"]), f"l{layer}.aln")
        inner = _dense(tensors, hidden, dense["fi"])
        inner = inner * (1 + np.vectorize(erf)(inner / 2**0.5)) / 2
        hidden = _normed(tensors, hidden + _dense(tensors, inner, dense["fo"]), f"l{layer}.oln")
    return hidden


def _dense(tensors: Tensors, values: NDArray[np.float32], name: str) -> NDArray[np.float32]:
    return np.asarray(values @ tensors[f"{name}.w"].T + tensors[f"{name}.b"])


def _normed(tensors: Tensors, values: NDArray[np.float32], name: str) -> NDArray[np.float32]:
    middled = values - values.mean(axis=1, keepdims=True)
    return np.asarray(middled / middled.std(axis=1, keepdims=True) * tensors[f"{name}.w"] + tensors[f"{name}.b"])
