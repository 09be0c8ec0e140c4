"""What training leaves behind: a few numbers for each feature, in a file beside the code."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors
from knowledge.triage.features import sense

FILE = Path(__file__).with_name("weights.npz")
#: What nearness to single phrases counts beside the linear scores. Chosen on our own phrases, held out.
_NEAREST = 3.0
#: A phrase's sense is kept in one byte a number, in memory too: there are thousands of phrases.
_BYTE = 127
_AT_ONCE = 512


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Linear scores of features. `made_from` names the phrases, the features and the embedders they fit.

    `alarm` has one column for all that is sensitive and one for each kind of it: see `alarm_scores`. `known` is the
    sense of each phrase [n, d], in numbers of which each stands for `known_unit`, and `near` what being near to it adds
    to those columns. `centre` is what `features` asks for. `alarm_at` is the score from which a message is sensitive;
    the temperatures turn scores into confidence.
    """

    made_from: str
    intents: tuple[str, ...]
    factors: tuple[str, ...]
    intent: Vectors
    factor: Vectors
    alarm: Vectors
    known: NDArray[np.int8]
    known_unit: float
    near: Vectors
    centre: Vectors
    alarm_at: float
    intent_temperature: float
    alarm_temperature: float

    def alarm_columns(self, rows: Vectors) -> Vectors:
        """What `alarm_scores` reads, for rows of features."""
        senses = sense(rows, self.known.shape[1]) * np.float32(self.known_unit)
        columns = rows @ self.alarm
        for start in range(0, len(self.known), _AT_ONCE):
            few = slice(start, start + _AT_ONCE)
            columns += nearness(senses, self.known[few].astype(np.float32)) @ self.near[few]
        return np.asarray(columns)


def nearness(senses: Vectors, known: Vectors) -> Vectors:
    """How near each sense is to that of each known phrase, from 0 to `_NEAREST`: unit vectors both."""
    return np.asarray(_NEAREST * np.exp(2 * (senses @ known.T - 1)))


def in_bytes(senses: Vectors) -> tuple[NDArray[np.int8], float]:
    """The senses in one byte a number, and what one of it stands for."""
    unit = float(np.abs(senses).max()) / _BYTE
    return np.round(senses / unit).astype(np.int8), unit


def alarm_scores(columns: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """How sensitive each row is: what it has of everything sensitive, and of the kind that it is most like."""
    return np.asarray(columns[:, 0] + columns[:, 1:].max(axis=1))


def to_bytes(weights: Weights) -> bytes:
    """The file's contents; the same weights give the same bytes."""
    numbers = [weights.alarm_at, weights.intent_temperature, weights.alarm_temperature, weights.known_unit]
    arrays: dict[str, NDArray[np.generic]] = {
        "made_from": np.array(weights.made_from),
        "intents": np.array(weights.intents),
        "factors": np.array(weights.factors),
        "intent": weights.intent.astype(np.float16),
        "factor": weights.factor.astype(np.float16),
        "alarm": weights.alarm.astype(np.float16),
        "known": weights.known,
        "near": weights.near.astype(np.float16),
        "centre": weights.centre.astype(np.float32),
        "numbers": np.array(numbers, np.float32),
    }
    buffer = BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def load(path: Path = FILE) -> Weights:
    """The weights of a file."""
    with np.load(path, allow_pickle=False) as file:
        alarm_at, intent_temperature, alarm_temperature, known_unit = (float(number) for number in file["numbers"])
        return Weights(
            made_from=str(file["made_from"]),
            intents=tuple(file["intents"].tolist()),
            factors=tuple(file["factors"].tolist()),
            intent=file["intent"].astype(np.float32),
            factor=file["factor"].astype(np.float32),
            alarm=file["alarm"].astype(np.float32),
            known=file["known"],
            known_unit=known_unit,
            near=file["near"].astype(np.float32),
            centre=file["centre"],
            alarm_at=alarm_at,
            intent_temperature=intent_temperature,
            alarm_temperature=alarm_temperature,
        )
