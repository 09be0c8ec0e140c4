"""The bank of reflection questions: short, open, one at a time, eight or more for each factor, each with its source."""

from collections import Counter
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

import prompts
from bot.coaching.questions.bank import entries_of, own_text, read, reflection_questions
from bot.coaching.questions.rules import HARDEST, problems
from bot.coaching.questions.sources import listed_works, shelf
from bot.domain.partnership import FACTORS
from bot.domain.questions import ReflectionQuestion
from bot.domain.reading_age import grade

KEYS = {"id", "factor", "question", "follow_up", "cy", "source", "suits", "depth"}
BANK = reflection_questions()
ENTRIES = entries_of(own_text(), "questions.yaml")
each = pytest.mark.parametrize("question", BANK, ids=[question.id for question in BANK])


def test_there_are_enough_and_none_is_lost_in_reading() -> None:
    questions, broken = read(ENTRIES)
    assert broken == []
    assert len(BANK) == len(questions) == len(ENTRIES) >= 96


def test_nothing_that_can_be_counted_is_wrong_with_them() -> None:
    assert problems(BANK, shelf().holds) == []


def test_ids_questions_and_follow_ups_are_unique() -> None:
    for told in ([one.id for one in BANK], [one.text for one in BANK], [one.follow_up.ask for one in BANK]):
        assert [value for value, count in Counter(told).items() if count > 1] == []


@pytest.mark.parametrize("factor", FACTORS)
def test_every_factor_has_eight_of_all_depths_and_for_everybody(factor: str) -> None:
    mine = [one for one in BANK if one.factor == factor]
    assert len(mine) >= 8
    assert {str(one.depth) for one in mine} == {"noticing", "relating", "acting"}
    assert {str(one.suits) for one in mine} == {"lead", "front line", "everyone"}


@each
def test_it_takes_a_minute(question: ReflectionQuestion) -> None:
    assert len(question.text.split()) <= 25
    assert len(question.follow_up.when.split()) + len(question.follow_up.ask.split()) <= 25
    assert max(grade(question.text), grade(question.follow_up.ask)) <= HARDEST


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry["id"] for entry in ENTRIES])
def test_its_entry_is_complete(entry: dict[str, Any]) -> None:
    assert set(entry) == KEYS
    assert entry["id"].partition("-")[0] == entry["factor"]
    assert set(entry["follow_up"]) == set(entry["cy"]["follow_up"]) == {"when", "ask"}
    assert set(entry["source"]) == {"author", "year", "work", "section"}


def test_each_source_is_listed_with_a_full_reference_and_each_listed_work_is_used() -> None:
    text = resources.files(prompts).joinpath("question_sources.yaml").read_text(encoding="utf-8")
    listed = {
        (author, work["year"], work["work"]): work["reference"]
        for work in yaml.safe_load(text)["sources"]
        for author in work["authors"]
    }
    cited = {(one.source.author, one.source.year, one.source.work) for one in BANK}
    assert set(listed) == cited
    assert [work for (_, year, work), reference in listed.items() if str(year) not in reference] == []
    assert len(listed_works()) == 33


@pytest.mark.process
def test_no_two_ask_the_same_by_the_embedder_that_is_shipped(tmp_path: Path) -> None:
    from bot.coaching.questions.twins import SAME, nearest
    from knowledge.minilm import MiniLM

    reworded = next(one for one in ENTRIES if one["id"] == "trust-4")
    twin = {**reworded, "id": "trust-99", "question": "Which promise to a partner have we not kept yet?"}
    pairs = nearest(read([*ENTRIES, twin])[0], MiniLM(tmp_path).embed)
    assert [{pair.first.id, pair.second.id} for pair in pairs if pair.cosine >= SAME] == [{"trust-4", "trust-99"}]
