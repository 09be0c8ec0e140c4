"""Learns the triage's weights from the example phrases: ridge regression on features, solved in its dual form.

`make triage` runs this when phrases have changed. Training needs numpy only and takes four or five minutes;
the same phrases give the same weights up to rounding.
"""

import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors
from knowledge.minilm import MiniLM
from knowledge.triage.features import VERSION, centre, features, sense, without_shape
from knowledge.triage.judging import SENSITIVE
from knowledge.triage.phrases import INTENTS, Phrase, digest, example_phrases, factor_names
from knowledge.triage.tokens import MiniLMTokens, TokenEmbedder
from knowledge.triage.weights import FILE, Weights, alarm_scores, in_bytes, nearness, to_bytes

_RIDGE = 3.0
_FOLDS = 3
#: In the alarm a sensitive phrase counts as much as two others, since missing one is worse than a false alarm.
#: So does a harmless one of those that are most like what comes in, for false alarms cap what can be found.
_COUNTS_DOUBLE = 2.0
#: Files of harmless phrases that are most like what comes in: as long, and as often sad, angry or told as a scene.
_LIKE_MESSAGES = ("everyday", "replies")
#: The share of those that may raise an alarm when they are held out: see docs/triage.md.
_FALSE_ALARMS = 0.05
#: Files that teach the alarm alone. They were written for how they sound beside what is sensitive, and what they
#: would teach of intents is that a barrier in grave words is none.
_ALARM_ALONE = ("lookalikes", "replies")
#: What tells the files of one kind apart: `sensitive_self.yaml` and `sensitive_self_2.yaml` hold the same kind.
_PART = re.compile(r"(_\d+)?\.yaml$")
_TEMPERATURES = np.geomspace(0.05, 1.0, 30)
_BATCH = 64
#: So many phrases give the middle that all would, in less time.
_MIDDLE_OF_EVERY = 8

_Numbers = NDArray[np.float64]


def made_from(phrases: Sequence[Phrase], embedder: str) -> str:
    """What weights say that they fit."""
    return f"{VERSION} {embedder} {digest(phrases)}"


def train(phrases: Sequence[Phrase], embedder: TokenEmbedder) -> Weights:
    """Weights for these phrases; thresholds and temperatures come from phrases that were held out."""
    texts = [phrase.text for phrase in phrases]
    middle = centre(embedder, texts[::_MIDDLE_OF_EVERY])
    rows = np.vstack([features(embedder, texts[at : at + _BATCH], middle) for at in range(0, len(texts), _BATCH)])
    folds = _folds(phrases)
    others, factors = tuple(intent for intent in INTENTS if intent != SENSITIVE), tuple(factor_names())
    intents = _labels([phrase.intent for phrase in phrases], others)
    factor = _labels([phrase.factor for phrase in phrases], factors)
    sensitive = intents < 0
    dimensions = middle.shape[1]
    known = sense(rows, dimensions)
    alike = (rows @ rows.T + nearness(known, known)).astype(np.float64)
    like_messages = _from(phrases, _LIKE_MESSAGES)
    near, columns = _fit(alike, _kinds(phrases), np.where(sensitive | like_messages, _COUNTS_DOUBLE, 1.0), folds)
    alarming = alarm_scores(columns)
    calm, labelled = ~sensitive & ~_from(phrases, _ALARM_ALONE), factor >= 0
    intent, intent_held_out = _linear(rows[calm], _targets(intents[calm]), _evened(intents[calm]), folds[calm])
    evenly = np.ones(labelled.sum())
    about, _ = _linear(without_shape(rows[labelled], dimensions), _targets(factor[labelled]), evenly, folds[labelled])
    alarm_at = float(np.quantile(alarming[like_messages], 1 - _FALSE_ALARMS))
    in_file, unit = in_bytes(known)
    both = np.stack([alarming - alarm_at, alarm_at - alarming], axis=1)
    return Weights(
        made_from=made_from(phrases, embedder.name),
        intents=others,
        factors=factors,
        intent=intent,
        factor=about,
        alarm=rows.T @ near,
        known=in_file,
        known_unit=unit,
        near=near,
        centre=middle,
        alarm_at=alarm_at,
        intent_temperature=_temperature(intent_held_out, intents[calm]),
        alarm_temperature=_temperature(both, (~sensitive).astype(int)),
    )


def _labels(said: Sequence[str | None], names: tuple[str, ...]) -> NDArray[np.int64]:
    """Where each label stands among the names; -1 for one that is none of them."""
    return np.array([names.index(label) if label in names else -1 for label in said])


def _folds(phrases: Sequence[Phrase]) -> NDArray[np.int64]:
    """Which fold each phrase belongs to: those of one group are never on both sides."""
    order = {group: at for at, group in enumerate(dict.fromkeys(phrase.group for phrase in phrases))}
    return np.array([order[phrase.group] % _FOLDS for phrase in phrases])


def _from(phrases: Sequence[Phrase], beginnings: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which phrases are from files whose names begin with one of these."""
    return np.array([phrase.source.startswith(beginnings) for phrase in phrases])


def _kinds(phrases: Sequence[Phrase]) -> _Numbers:
    """One column that tells the sensitive from the rest, and one for each kind of sensitive phrases."""
    sources = [_PART.sub("", phrase.source) if phrase.intent == "sensitive" else "" for phrase in phrases]
    columns = [[source != "" for source in sources]]
    columns += [[source == kind for source in sources] for kind in sorted(set(sources) - {""})]
    return np.array(columns, float).T * 2 - 1


def _targets(labels: NDArray[np.int64]) -> _Numbers:
    return np.eye(int(labels.max()) + 1)[labels] * 2 - 1


def _evened(labels: NDArray[np.int64]) -> _Numbers:
    """What each row counts, so that a rare label is not drowned by a common one: halfway to equal shares."""
    counts = np.bincount(labels)[labels] ** -0.5
    return np.asarray(counts / counts.mean())


def _linear(rows: Vectors, targets: _Numbers, counts: _Numbers, folds: NDArray[np.int64]) -> tuple[Vectors, _Numbers]:
    """What each feature weighs, and for each row the scores that it gets when its fold is held out."""
    dual, held_out = _fit((rows @ rows.T).astype(np.float64), targets, counts, folds)
    return rows.T @ dual, held_out


def _fit(alike: _Numbers, targets: _Numbers, counts: _Numbers, folds: NDArray[np.int64]) -> tuple[Vectors, _Numbers]:
    """What likeness to each row weighs, and for each row the scores that it gets when its fold is held out."""
    held_out = np.zeros_like(targets)
    for fold in range(_FOLDS):
        out, used = folds == fold, folds != fold
        held_out[out] = alike[np.ix_(out, used)] @ _solve(alike[np.ix_(used, used)], targets[used], counts[used])
    return _solve(alike, targets, counts).astype(np.float32), held_out


def _solve(alike: _Numbers, targets: _Numbers, counts: _Numbers) -> _Numbers:
    return np.asarray(np.linalg.solve(alike + np.diag(_RIDGE / counts), targets))


def _temperature(scores: _Numbers, labels: NDArray[np.int64]) -> float:
    """The temperature at which the confidence in held-out labels is most truthful: the least log loss."""

    def loss(temperature: float) -> float:
        scaled = scores / temperature
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        chosen = scaled[np.arange(len(labels)), labels]
        return float(np.mean(np.log(np.exp(scaled).sum(axis=1)) - chosen))

    return float(min(_TEMPERATURES, key=loss))


def main() -> None:
    """Train on the phrases as they are now, and write the file that the coach reads."""
    phrases = example_phrases()
    with tempfile.TemporaryDirectory() as folder:
        weights = train(phrases, MiniLMTokens(MiniLM(Path(folder))))
    FILE.write_bytes(to_bytes(weights))
    sys.stdout.write(f"{len(phrases)} phrases: {FILE.name} written, {FILE.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
