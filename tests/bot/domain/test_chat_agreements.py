"""What leads agree in chat: it lies over the file, and a lowered count holds for what is said from then on."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.barrier_views import are_enough
from bot.domain.chat_agreements import AUDIENCES, BEFORE, CONTACT, DISCLOSURE, NO_CONTACT, agreed, disclosure_as_json
from bot.domain.chat_settings import overlaid
from bot.domain.partnership import Contact, Disclosure, Earlier
from bot.domain.people import PartnerId
from bot.partnership_file import from_json, to_json
from tests.bot.coaching.barriers_at_hand import part
from tests.bot.plans import COUNCIL, HOUSING, PLAN
from tests.fakes import NOON

LATER = NOON + timedelta(days=10)
LOWERED = agreed(Disclosure(k=5, m=2), 3, 2, NOON)


def test_what_was_agreed_lies_over_the_file() -> None:
    plan = overlaid(PLAN, disclosure_as_json(LOWERED))
    assert plan.disclosure == Disclosure(k=3, m=2, earlier=(Earlier(k=5, m=2, until=NOON),))


def test_what_the_file_lowered_is_remembered_too() -> None:
    before = {BEFORE: disclosure_as_json(LOWERED)[BEFORE]}
    assert overlaid(replace(PLAN, disclosure=Disclosure(k=3, m=2)), before).disclosure == LOWERED
    assert overlaid(PLAN, before).disclosure == Disclosure(k=5, m=2)


@pytest.mark.parametrize(
    "said",
    [
        {DISCLOSURE: {"k": 2, "m": 2}},
        {DISCLOSURE: {"k": 5, "m": 1}},
        {DISCLOSURE: {"k": True, "m": 2}},
        {DISCLOSURE: "3"},
        {BEFORE: [{"k": 9, "m": 2, "until": "once"}, {"k": 9, "m": 2, "until": "2026-03-02T12:00:00"}, 7]},
        {AUDIENCES: {"a.md": []}},
        {AUDIENCES: ["a.md"]},
        {f"{CONTACT}trust": {"name": "Lena"}},
        {f"{CONTACT}money": 7},
    ],
)
def test_what_is_no_value_is_passed_over(said: dict[str, Any]) -> None:
    assert overlaid(PLAN, said) == PLAN


def test_raising_the_count_leaves_nothing_behind_that_is_less_strict() -> None:
    assert agreed(LOWERED, 6, 2, LATER) == Disclosure(k=6, m=2)
    assert [each.k for each in agreed(agreed(LOWERED, 4, 2, LATER), 3, 2, LATER).earlier] == [5, 4]


def test_a_stored_plan_says_nothing_of_what_was_before() -> None:
    plan = replace(PLAN, disclosure=LOWERED)
    assert "earlier" not in to_json(plan)["disclosure"]
    assert from_json(to_json(plan)).disclosure == Disclosure(k=3, m=2)


def test_of_any_time_the_strictest_rules_hold() -> None:
    assert LOWERED.since(NOON - timedelta(days=1)) == Disclosure(k=5, m=2)
    assert LOWERED.since(NOON) == Disclosure(k=3, m=2)


def test_those_who_raised_it_before_stay_under_what_was_agreed_then() -> None:
    def raisers(count: int, at: Any) -> list[Any]:
        organisations = (COUNCIL.id, HOUSING.id)
        return [part(PartnerId(f"{at:%d}{n}"), organisations[n % 2], at=at) for n in range(count)]

    before, after = NOON - timedelta(days=1), NOON + timedelta(days=1)
    assert are_enough(raisers(3, before), Disclosure(k=3, m=2))
    assert not are_enough(raisers(4, before), LOWERED)
    assert are_enough(raisers(5, before), LOWERED)
    assert are_enough(raisers(3, after), LOWERED)
    assert not are_enough([*raisers(2, before), *raisers(2, after)], LOWERED)
    assert are_enough([*raisers(2, before), *raisers(3, after)], LOWERED)


def test_documents_and_contacts() -> None:
    said = {
        AUDIENCES: {"c.md": ["housing"], "a.md": ["partnership"]},
        f"{CONTACT}all": NO_CONTACT,
        f"{CONTACT}trust": {"name": "Lena", "how": "ext. 7"},
    }
    plan = overlaid(PLAN, said)
    assert plan.document_audiences == {**PLAN.document_audiences, "c.md": ("housing",), "a.md": ("partnership",)}
    assert plan.contacts == (Contact(name="Lena", how="ext. 7", for_factor="trust"),)
