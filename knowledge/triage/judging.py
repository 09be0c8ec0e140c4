"""Judges a message: what it seems to be, which factors it is about, and how sure that is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from knowledge.embedding import Vectors
from knowledge.triage.alarms import is_alarming
from knowledge.triage.features import features, pieces
from knowledge.triage.tokens import TokenEmbedder
from knowledge.triage.weights import Weights, alarm_scores, load

SENSITIVE = "sensitive"
_SHOWN_FACTORS = 3
#: Longer than any message that a person types; what comes after is read by the safety net only.
_MOST_PIECES = 12


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """`factors` are the three likeliest, best first, and none for a sensitive message.

    `confidence`, from 0 to 1, is in the intent.
    """

    intent: str
    factors: tuple[str, ...] = ()
    confidence: float = 1.0

    @property
    def sensitive(self) -> bool:
        """Whether the message gets the human route and is used for nothing else."""
        return self.intent == SENSITIVE


@dataclass(frozen=True)
class Triage:
    """Judges by the example phrases. The embedder must be the one that the weights were trained with: MiniLM.

    It runs on this machine, so that a sensitive message is shown to nobody.
    """

    embedder: TokenEmbedder
    load_weights: Callable[[], Weights] = load

    @cached_property
    def _weights(self) -> Weights:
        return self.load_weights()

    def __call__(self, text: str) -> Judgement:
        """What this message seems to be; sensitive is looked at first. Takes milliseconds: call it in a thread."""
        if not text.strip():
            return Judgement(intent="question", confidence=0.0)
        if is_alarming(text):
            return Judgement(intent=SENSITIVE)
        weights = self._weights
        rows = features(self.embedder, pieces(text)[:_MOST_PIECES], weights.centre)
        over = float(alarm_scores(weights.alarm_columns(rows)).max()) - weights.alarm_at
        if over >= 0:
            return Judgement(intent=SENSITIVE, confidence=_share(np.array([over, -over]), weights.alarm_temperature)[0])
        scores = rows[0] @ weights.intent
        best = int(np.argmax(scores))
        likeliest = np.argsort(-(rows[0] @ weights.factor), kind="stable")[:_SHOWN_FACTORS]
        return Judgement(
            intent=weights.intents[best],
            factors=tuple(weights.factors[index] for index in likeliest),
            confidence=_share(scores, weights.intent_temperature)[best],
        )


def _share(scores: Vectors, temperature: float) -> list[float]:
    raised = np.exp((scores - scores.max()) / temperature)
    shares: list[float] = (raised / raised.sum()).tolist()
    return shares


def judgement_json(judgement: Judgement) -> Mapping[str, object]:
    """The judgement as JSON values."""
    return {
        "intent": judgement.intent,
        "factor": judgement.factors[0] if judgement.factors else None,
        "factors": list(judgement.factors),
        "confidence": round(judgement.confidence, 3),
    }
