"""The phrases that the triage learns from: many of each kind, each once, and the weights are made from them."""

from collections import Counter
from dataclasses import replace

from bot.domain.partnership import FACTORS
from knowledge.minilm import MINILM_SHA256, MiniLM
from knowledge.triage import weights
from knowledge.triage.multilingual import SHA256, Multilingual
from knowledge.triage.phrases import INTENTS, Phrase, digest, example_phrases, factor_names
from knowledge.triage.training import made_from


def test_the_factors_are_the_partnerships_own() -> None:
    assert tuple(factor_names()) == FACTORS


def test_there_are_many_phrases_of_every_kind() -> None:
    phrases = example_phrases()
    intents = Counter(phrase.intent for phrase in phrases)
    barriers = Counter(phrase.factor for phrase in phrases if phrase.intent == "barrier" and phrase.factor)
    assert set(intents) == set(INTENTS)
    assert min(intents.values()) >= 150
    assert intents["sensitive"] >= 250
    assert set(barriers) == set(FACTORS)
    assert min(barriers.values()) >= 60


def test_no_phrase_is_there_twice_or_is_no_text() -> None:
    texts = [phrase.text for phrase in example_phrases()]
    assert [text for text in texts if not isinstance(text, str) or text != text.strip() or not text] == []
    assert [text for text, times in Counter(text.lower() for text in texts).items() if times > 1] == []


def test_the_weights_are_made_from_the_phrases_as_they_are() -> None:
    """When this fails: `make triage`."""
    assert weights.load().made_from == made_from(example_phrases(), f"{MiniLM.name} {Multilingual.name}")
    assert MINILM_SHA256[:12] in MiniLM.name
    assert SHA256[:12] in Multilingual.name


def test_a_changed_phrase_changes_the_digest() -> None:
    one = Phrase(text="Nobody pays.", intent="barrier", factor="money", source="a.yaml", group="a")
    assert digest([one]) == digest([replace(one, group="b")])
    changed = [replace(one, text="Nobody paid."), replace(one, intent="question"), replace(one, factor="power")]
    assert len({digest([one]), *(digest([each]) for each in changed)}) == 4
