"""The bank of reflection questions: short, open, one at a time, two or more for each factor, each with its source."""

from collections import Counter
from importlib import resources
from typing import Any

import pytest
import yaml

import prompts
from bot.domain.partnership import FACTORS

#: The five works that the ideas come from, with the year that each one carries.
WORKS = {
    "Collaborative Working": 2011,
    "The Collaborative State": 2007,
    "Are we Rallying Together?": 2019,
    "Making collaboration work": 2007,
    "Collaborative Capacity in Public Service Delivery": 2014,
}
KEYS = {"id", "factor", "question", "follow_up", "source", "suits", "depth"}
#: How a question that is answered by yes or no begins.
CLOSED = {"is", "are", "do", "does", "did", "can", "could", "should", "would", "has", "have", "will", "was", "were"}


def _bank() -> list[dict[str, Any]]:
    text = resources.files(prompts).joinpath("questions.yaml").read_text(encoding="utf-8")
    bank: list[dict[str, Any]] = yaml.safe_load(text)["questions"]
    return bank


BANK = _bank()
each = pytest.mark.parametrize("entry", BANK, ids=[entry["id"] for entry in BANK])


def test_ids_and_questions_are_unique() -> None:
    for key in ("id", "question", "follow_up"):
        assert [value for value, count in Counter(entry[key] for entry in BANK).items() if count > 1] == []


def test_every_factor_has_two_and_no_other_factor_is_named() -> None:
    counts = Counter(entry["factor"] for entry in BANK)
    assert set(counts) == set(FACTORS)
    assert min(counts.values()) >= 2


def test_every_depth_and_every_audience_is_served() -> None:
    assert set(Counter(entry["depth"] for entry in BANK)) == {"noticing", "relating", "acting"}
    assert set(Counter(entry["suits"] for entry in BANK)) == {"lead", "front line", "everyone"}


def test_the_two_of_a_factor_go_to_different_depths() -> None:
    seen = {(entry["factor"], entry["depth"]) for entry in BANK}
    assert [factor for factor in FACTORS if sum(factor == one for one, _ in seen) < 2] == []


@each
def test_it_is_one_short_open_question(entry: dict[str, Any]) -> None:
    question = entry["question"]
    assert question.endswith("?")
    assert question.count("?") == 1
    assert len(question.split()) <= 25
    assert question.split()[0].lower() not in CLOSED


@each
def test_its_follow_up_is_one_question_on_a_condition(entry: dict[str, Any]) -> None:
    condition, _, ask = entry["follow_up"].partition(": ")
    assert condition.startswith("If ")
    assert ask.endswith("?")
    assert entry["follow_up"].count("?") == 1
    assert len(entry["follow_up"].split()) <= 25


@each
def test_it_is_complete_and_names_a_source_that_exists(entry: dict[str, Any]) -> None:
    assert set(entry) == KEYS
    assert entry["id"].partition("-")[0] == entry["factor"]
    source = entry["source"]
    assert set(source) == {"author", "year", "work", "section"}
    assert WORKS[source["work"]] == source["year"]
    assert source["author"]
    assert source["section"]
