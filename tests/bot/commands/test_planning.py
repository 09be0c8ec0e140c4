"""`coach due` and `coach simulate`: what the planner would do, with the reason, and nothing about who answered."""

import asyncio
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import main_store
from bot.domain.check_ins import CheckIn, CheckInId
from bot.domain.membership import Standing
from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import Span
from bot.domain.people import Identity, OrganisationId, PartnerId, PartnershipId
from bot.store.check_ins import CheckIns
from bot.store.people import People
from bot.store.preferences import OwnSettings
from tests.bot.coach_home import Home, coach_home
from tests.bot.commands.test_partnering import PLAN
from tests.bot.removing import remove
from tests.fakes import NOON, counted

OTHER = (
    PLAN.replace("id: harbour", "id: quay")
    .replace("Europe/London", "Pacific/Auckland")
    .replace("council.example", "quay.example")
)
MONDAY, TUESDAY = "2026-03-30T08:30Z", "2026-03-31T09:30Z"
DOMAINS = {"harbour": "council.example", "quay": "quay.example"}
CLOSURE = "closures:\n  - {name: Audit week, first: 2026-12-07, last: 2026-12-13}\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = coach_home(tmp_path, monkeypatch, [])
    for name, text in (("harbour.yaml", PLAN + CLOSURE), ("quay.yaml", OTHER)):
        home.write(name, text)
        assert home.run("partnership", "apply", name).status == 0
    return home


def meet(home: Home, partnership: str, count: int) -> list[str]:
    """So many partners of a partnership, and one who was removed."""

    async def work() -> list[str]:
        async with main_store(home.settings) as database:
            people = People(database, counted(partnership))
            standing = Standing(partnership=PartnershipId(partnership), organisation=OrganisationId("council"))
            who = [
                Identity(
                    platform="slack", tenant="T0", user=f"U{partnership}{each}", email=f"{each}@{DOMAINS[partnership]}"
                )
                for each in range(count + 1)
            ]
            held = [await people.admit(each, standing) for each in who]
            await remove(database, held[-1].partner)
            return [each.partner for each in held[:-1]]

    return asyncio.run(work())


def printed(home: Home, *arguments: str) -> str:
    outcome = home.run(*arguments)
    assert (outcome.status, outcome.err) == (0, "")
    return outcome.out


def listed(home: Home, *arguments: str) -> Any:
    return json.loads(printed(home, *arguments, "--json"))


def test_what_is_due_is_counted_by_partnership_and_named_by_partner(home: Home) -> None:
    partners = meet(home, "harbour", 2)
    meet(home, "quay", 3)
    tuesday = "2026-03-31T11:30+02:00"
    assert listed(home, "due", "--at", tuesday) == [
        {
            "partnership": "harbour",
            "due": 2,
            "asked": 0,
            "partners": [
                {
                    "partner": partner,
                    "week": "2026-W14",
                    "at": "2026-03-31T10:00:00+01:00",
                    "until": "2026-04-03T10:00:00+01:00",
                    "asked": False,
                }
                for partner in partners
            ],
        },
        {"partnership": "quay", "due": 0, "asked": 0, "partners": []},
    ]
    assert "Harbour [Partnership] (harbour): 2 due at Tue 31 Mar 2026 10:30 BST\n" in printed(
        home, "due", "--at", tuesday, "--partnership", "harbour"
    )


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-03-29T08:00Z", [0, 0]),  # a Sunday in either place
        ("2026-03-30T21:00Z", [0, 1]),  # ten on Tuesday in Auckland
        ("2026-03-31T08:59Z", [0, 0]),  # Auckland has gone quiet
        ("2026-03-31T09:00Z", [1, 0]),
        ("2026-04-02T07:00Z", [1, 0]),  # late, but in time
        ("2026-04-03T08:00Z", [0, 0]),  # Good Friday, and outside the window
        ("2026-12-08T10:00Z", [0, 0]),  # closed
    ],
)
def test_each_partnership_has_its_own_clock(home: Home, at: str, due: list[int]) -> None:
    meet(home, "harbour", 1)
    meet(home, "quay", 1)
    assert [each["due"] for each in listed(home, "due", "--at", at)] == due


def test_now_is_a_moment_too(home: Home) -> None:
    assert [each["partnership"] for each in listed(home, "due")] == ["harbour", "quay"]


def test_the_coming_weeks_show_where_check_ins_went_and_why(home: Home) -> None:
    asked = ("simulate", "--partnership", "harbour", "--from", "2026-12-05")
    found = listed(home, *asked, "--weeks", "6")
    assert (found["partnership"], found["zone"]) == ("harbour", "Europe/London")
    weeks = {week.pop("week"): week for week in found["weeks"]}
    assert list(weeks) == ["2026-W49", "2026-W50", "2026-W51", "2026-W52", "2026-W53", "2027-W01"]
    assert weeks["2026-W49"] == {
        "at": "2026-12-01T10:00:00+00:00",
        "until": "2026-12-04T10:00:00+00:00",
        "partners": 0,
        "asked": 0,
        "passed": [],
    }
    assert weeks["2026-W50"]["at"] is None
    assert [day["day"] for day in weeks["2026-W50"]["passed"]] == ["2026-12-08", "2026-12-09", "2026-12-10"]
    assert {(day["why"], day["name"]) for day in weeks["2026-W50"]["passed"]} == {("day-off", "Audit week")}
    shown = printed(home, *asked)
    assert "Tue 05 Jan 2027 10:00 GMT" in shown
    assert "Tue 08 Dec (Audit week)" in shown
    assert len([line for line in shown.splitlines() if "-W" in line]) == 12


def keep(home: Home, partner: str, settings: PartnerSettings, *weeks: str) -> None:
    """What a partner chose, and the weeks in which they were asked."""

    async def work() -> None:
        async with main_store(home.settings) as database:
            await OwnSettings(database).keep(PartnerId(partner), settings, NOON)
            asked = [
                (CheckIn(id=CheckInId(week), week=week, partner=PartnerId(partner), **ASKED), None) for week in weeks
            ]
            await CheckIns(database).invite(asked, NOON)

    asyncio.run(work())


ASKED: Any = {
    "partnership": "harbour",
    "organisation": "council",
    "question": "trust-1",
    "factor": "trust",
    "asked_at": NOON,
    "until": NOON,
}


def test_people_are_due_when_they_want_and_whoever_was_asked_already_is_told_apart(home: Home) -> None:
    stopped, early, usual = meet(home, "harbour", 3)
    keep(home, stopped, PartnerSettings(stopped=True))
    keep(home, early, PartnerSettings(weekday="monday", hour=9), "2026-W14")
    found = {at: listed(home, "due", "--partnership", "harbour", "--at", at)[0] for at in (MONDAY, TUESDAY)}
    assert [(each["partner"], each["asked"]) for each in found[MONDAY]["partners"]] == [(early, True)]
    assert {each["partner"]: each["asked"] for each in found[TUESDAY]["partners"]} == {early: True, usual: False}
    assert (found[TUESDAY]["due"], found[TUESDAY]["asked"]) == (2, 1)
    shown = printed(home, "due", "--partnership", "harbour", "--at", TUESDAY)
    assert shown.endswith("2 due at Tue 31 Mar 2026 10:30 BST, 1 of them asked already\n")


def test_the_coming_weeks_count_those_who_have_a_slot_of_their_own(home: Home) -> None:
    stopped, early, away, _ = meet(home, "harbour", 4)
    keep(home, stopped, PartnerSettings(stopped=True))
    keep(home, early, PartnerSettings(weekday="monday"), "2026-W14")
    keep(home, away, PartnerSettings(away=(Span(first=date(2026, 4, 6), last=date(2026, 4, 12)),)))
    asked = ("simulate", "--partnership", "harbour", "--from", "2026-03-30", "--weeks", "2")
    assert [(week["partners"], week["asked"]) for week in listed(home, *asked)["weeks"]] == [(3, 1), (2, 0)]
    assert "3, 1 asked" in printed(home, *asked)


def test_a_bank_holiday_moves_the_day(home: Home) -> None:
    home.write("harbour.yaml", PLAN + "rhythm: {weekday: monday}\n")
    printed(home, "partnership", "apply", "harbour.yaml")
    (week,) = listed(home, "simulate", "--partnership", "harbour", "--from", "2026-04-06", "--weeks", "1")["weeks"]
    assert week["at"] == "2026-04-07T10:00:00+01:00"
    assert week["passed"] == [{"day": "2026-04-06", "why": "day-off", "name": "Easter Monday"}]


@pytest.mark.parametrize(
    "arguments",
    [
        ("due", "--at", "tomorrow"),
        ("due", "--at", "2026-03-29T08:00"),
        ("due", "--at", "0001-01-01T00:00Z"),
        ("simulate", "--partnership", "harbour", "--from", "soon"),
        ("simulate", "--partnership", "harbour", "--from", "9999-12-31"),
        ("simulate",),
        ("due", "--partnership", "police"),
    ],
)
def test_what_cannot_be_looked_up_is_a_sentence(home: Home, arguments: tuple[str, ...]) -> None:
    outcome = home.run(*arguments)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith("coach: ")
    assert outcome.err.count("\n") == 1


def test_without_a_partnership_there_is_a_next_step(home: Home) -> None:
    for name in ("harbour", "quay"):
        printed(home, "partnership", "remove", name, "--yes")
    assert "coach partnership new" in printed(home, "due")
    assert listed(home, "due") == []
