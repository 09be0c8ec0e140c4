"""What applying a plan would change: nothing unsaid, nothing said twice, in plain words."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.partnership import Closure, Contact, Disclosure, PartnershipPlan, QuietHours, Rhythm
from bot.domain.people import PartnershipId
from bot.partnership_file import diff, to_json
from tests.bot.plans import COUNCIL, HOUSING, LEAD, PLAN, plans, steady

CLOSURE = Closure(first=date(2026, 12, 24), last=date(2027, 1, 1), name="Christmas")


@steady
@given(plans())
def test_applying_a_plan_twice_changes_nothing(plan: PartnershipPlan) -> None:
    assert diff(plan, plan) == ()
    assert all(change.kind == "added" for change in diff(None, plan))


@steady
@given(plans(), plans())
def test_going_back_undoes_every_change(old: PartnershipPlan, new: PartnershipPlan) -> None:
    back = {"added": "removed", "removed": "added", "changed": "changed"}
    there = sorted((back[change.kind], change.after, change.before) for change in diff(old, new))
    assert there == sorted((change.kind, change.before, change.after) for change in diff(new, old))


def _meaning(plan: PartnershipPlan) -> object:
    """A plan without the order of its lists."""

    def unordered(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: unordered(item) for key, item in value.items()}
        return sorted((unordered(item) for item in value), key=repr) if isinstance(value, list) else value

    return unordered(to_json(plan))


@steady
@given(plans(), st.data())
def test_no_change_goes_unsaid(plan: PartnershipPlan, data: st.DataObject) -> None:
    fields = ["name", "zone", "rhythm", "disclosure", "retention", "leads", "contacts"]
    field = data.draw(st.sampled_from([*fields, "quiet_hours", "holidays", "closures"]))
    other = replace(plan, **{field: getattr(data.draw(plans()), field)})
    assert (diff(plan, other) == ()) == (_meaning(plan) == _meaning(other))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rhythm": Rhythm(hour=9)}, ["check-in hour: 10 → 9"]),
        (
            {"rhythm": Rhythm(weekday="sunday", first_day="friday", last_day="sunday")},
            [
                "check-in day: tuesday → sunday",
                "first day for check-ins: monday → friday",
                "last day for check-ins: thursday → sunday",
            ],
        ),
        ({"quiet_hours": QuietHours(end=9)}, ["quiet hours: 19 to 8 → 19 to 9"]),
        ({"holidays": "scotland"}, ["bank holidays: by the time zone → scotland"]),
        ({"closures": (CLOSURE,)}, ["closure “Christmas” added: 2026-12-24 to 2027-01-01"]),
        ({"disclosure": Disclosure(k=3)}, ["people behind a shared figure, at least: 5 → 3"]),
        ({"organisations": (COUNCIL,)}, ["organisation “Harbour Housing” removed"]),
        (
            {"organisations": (COUNCIL, replace(HOUSING, name="Homes"))},
            ["organisation “Harbour Housing”: Harbour Housing → Homes"],
        ),
        (
            {"organisations": (replace(COUNCIL, slack_teams=("T0NEW",)), HOUSING)},
            ["Slack workspace T0NEW of “The Council” added"],
        ),
        ({"organisations": (HOUSING, COUNCIL)}, []),
        (
            {"leads": (replace(LEAD, organisation=HOUSING.id),)},
            ["organisation of lead “Amara Okafor”: council → housing"],
        ),
        (
            {"document_audiences": {"a.md": ("partnership",), "b.pdf": ("housing", "council")}},
            ["audience of “a.md”: anybody → the whole partnership"],
        ),
        (
            {"contacts": (*PLAN.contacts, Contact(name="IG desk", how="ig@x.example", for_factor="information"))},
            ["contact “IG desk” for information added: ig@x.example"],
        ),
        ({"id": PartnershipId("quay")}, ["id of the partnership: harbour → quay"]),
    ],
)
def test_a_change_is_said_in_plain_words(change: dict[str, object], words: list[str]) -> None:
    new = replace(PLAN, **change)  # type: ignore[arg-type]
    said = [change.words for change in diff(PLAN, new)]
    assert [line for line in said if not line.startswith("Slack workspace T0HOUSING")] == words


def test_an_organisation_that_is_added_brings_its_identities() -> None:
    said = [change.words for change in diff(replace(PLAN, organisations=(COUNCIL,)), PLAN)]
    assert said == ["organisation “Harbour Housing” added", "Slack workspace T0HOUSING of “Harbour Housing” added"]


def test_a_desk_may_have_a_line_for_each_matter() -> None:
    desk = Contact(name="Desk", how="1")
    lines = (
        desk,
        replace(desk, how="2", for_factor="risk"),
        replace(desk, how="3", for_organisation=COUNCIL.id),
        replace(desk, how="4", for_factor="risk", for_organisation=COUNCIL.id),
    )
    plan = replace(PLAN, contacts=lines)
    said = [change.words for change in diff(plan, replace(plan, contacts=lines[:1]))]
    assert said == [
        "contact “Desk” for risk removed",
        "contact “Desk” for council removed",
        "contact “Desk” for risk at council removed",
    ]
