"""`coach partnership`: a file is applied once, changes are shown, mistakes are told by their line."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import main_store, now
from bot.domain.chat_members import joined_value, left_value, member_key
from bot.domain.partnership import Disclosure, PartnershipPlan
from bot.domain.people import Organisation, OrganisationId, PartnershipId
from bot.store.chat_settings import ChatSettings
from bot.store.partnerships import Partnerships
from tests.bot.coach_home import Home, coach_home

PLAN = """\
id: harbour
name: Harbour [Partnership]
zone: Europe/London
organisations:
  - id: council
    name: The Council
    email_domains: [council.example]
  - id: housing
    name: Harbour Housing
leads:
  - name: Amara Okafor
    organisation: council
    email: amara@council.example
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = coach_home(tmp_path, monkeypatch, [])
    home.write("partnership.yaml", PLAN)
    return home


def shown(home: Home) -> Any:
    outcome = home.run("partnership", "show", "--json")
    assert (outcome.status, outcome.err) == (0, "")
    return json.loads(outcome.out)


def test_a_file_is_applied_once(home: Home) -> None:
    assert shown(home) == []
    first = home.run("partnership", "apply", "partnership.yaml")
    assert (first.status, first.err) == (0, "")
    assert "changes applied" in first.out
    again = home.run("partnership", "apply", "partnership.yaml")
    assert " ".join(again.out.split()) == "Harbour [Partnership]: nothing to change."
    assert [(plan["id"], plan["name"]) for plan in shown(home)] == [("harbour", "Harbour [Partnership]")]


def test_a_person_is_shown_what_they_look_for(home: Home) -> None:
    assert "No partnership yet" in home.run("partnership", "show").out
    home.run("partnership", "apply", "partnership.yaml")
    outcome = home.run("partnership", "show")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.splitlines() == [
        "Harbour [Partnership] (harbour), Europe/London",
        "  Organisation: The Council (council)",
        "  Organisation: Harbour Housing (housing)",
        "  Lead: Amara Okafor, The Council",
        "  Check-in: tuesday, 10:00",
        "",
        "--json shows the rest.",
    ]


def test_a_change_is_shown_and_kept(home: Home) -> None:
    home.run("partnership", "apply", "partnership.yaml")
    home.write("partnership.yaml", PLAN.replace("Harbour Housing", "Quay Housing"))
    outcome = home.run("partnership", "apply", "partnership.yaml")
    assert "Quay Housing" in outcome.out
    assert [item["name"] for item in shown(home)[0]["organisations"]] == ["The Council", "Quay Housing"]


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        (PLAN.replace("zone: Europe/London", "zone: Europe/Atlantis"), "partnership.yaml line 3: "),
        (PLAN.replace("organisation: council", "organisation: police"), "partnership.yaml line 12: "),
        (PLAN.replace("zone:", "time zone:"), "partnership.yaml line 3: "),
        (PLAN + "  - [", "partnership.yaml line "),
        ("", "partnership.yaml line 1: "),
    ],
)
def test_a_mistake_is_told_by_its_line_and_nothing_is_applied(home: Home, wrong: str, line: str) -> None:
    home.write("partnership.yaml", wrong)
    outcome = home.run("partnership", "apply", "partnership.yaml")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith("coach: ")
    assert line in outcome.err
    assert shown(home) == []


@pytest.mark.parametrize("name", ["missing.yaml", "library"])
def test_a_file_that_cannot_be_read_is_a_sentence(home: Home, name: str) -> None:
    outcome = home.run("partnership", "apply", name)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith("coach: ")
    assert name in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_question_for_an_unknown_partnership_or_organisation_is_a_sentence(home: Home) -> None:
    outcome = home.run("ask", "Why?", "--partnership", "harbour")
    assert outcome.status == 2
    assert "There is no partnership “harbour”" in outcome.err
    home.run("partnership", "apply", "partnership.yaml")
    outcome = home.run("ask", "Why?", "--as", "police")
    assert outcome.status == 2
    assert outcome.err == (
        "coach: “police” is not an organisation of Harbour [Partnership]. It has: council, housing.\n"
    )


async def _in_chat(home: Home, **values: object) -> dict[str, object]:
    """Set these in chat; what is set there then."""
    async with main_store(home.settings) as database:
        chat = ChatSettings(database)
        for key, value in values.items():
            await chat.keep(PartnershipId("harbour"), key.replace("__", "."), value, now())
        return dict(await chat.of(PartnershipId("harbour")))


def test_what_leads_set_in_chat_stays_unless_told_otherwise(home: Home) -> None:
    home.run("partnership", "apply", "partnership.yaml")
    asyncio.run(_in_chat(home, rhythm__weekday="wednesday", paused_until="2027-01-11"))
    assert home.run("partnership", "apply", "partnership.yaml").status == 0
    home.write("partnership.yaml", PLAN + "rhythm:\n  weekday: monday\n  hour: 9\n")
    refused = home.run("partnership", "apply", "partnership.yaml")
    said = " ".join(refused.out.split())
    assert (refused.status, "check-in hour: 10 → 9" in said) == (1, True)
    assert "check-in day stays wednesday: leads set that in chat. --overwrite makes it monday." in said
    assert "check-in day: tuesday" not in said
    assert shown(home)[0]["rhythm"]["weekday"] == "wednesday"
    taken = home.run("partnership", "apply", "partnership.yaml", "--overwrite")
    assert (taken.status, "check-in day: wednesday (set in chat) → monday" in " ".join(taken.out.split())) == (0, True)
    assert shown(home)[0]["rhythm"] == {**shown(home)[0]["rhythm"], "weekday": "monday", "hour": 9}
    assert asyncio.run(_in_chat(home)) == {"paused_until": "2027-01-11"}


def test_a_partnership_begins_with_a_name_and_a_lead(home: Home) -> None:
    begun = home.run("partnership", "new", "North  Harbour", "--lead", "Amara.Okafor@Council.example")
    assert (begun.status, begun.err) == (0, "")
    assert "set up" in begun.out
    (plan,) = shown(home)
    assert (plan["id"], plan["name"], plan["zone"]) == ("north-harbour", "North Harbour", "Europe/London")
    assert plan["organisations"][0]["email_domains"] == ["council.example"]
    assert plan["leads"] == [
        {"name": "Amara Okafor", "organisation": "council", "email": "amara.okafor@council.example"}
    ]
    again = home.run("partnership", "new", "North Harbour", "--lead", "ben@housing.example")
    assert (again.status, len(shown(home))) == (2, 1)
    other = home.run("partnership", "new", "Other", "--lead", "ben@council.example")
    assert (other.status, len(shown(home))) == (2, 1)


@pytest.mark.parametrize(
    ("name", "lead", "zone"),
    [
        ("Harbour", "nobody", "Europe/London"),
        ("Harbour", "amara@gmail.com", "Europe/London"),
        ("Harbour", "amara@council.example", "Europe/Nowhere"),
        (" ", "amara@council.example", "Europe/London"),
        ("Harbour", "@council.example", "Europe/London"),
    ],
)
def test_one_that_cannot_be_does_not_begin(home: Home, name: str, lead: str, zone: str) -> None:
    outcome = home.run("partnership", "new", name, "--lead", lead, "--zone", zone)
    assert (outcome.status, "amara@" in outcome.err) == (2, False)
    assert shown(home) == []


def test_what_a_file_lowers_holds_for_later_words_and_is_told(home: Home) -> None:
    home.run("partnership", "apply", "partnership.yaml")
    home.write("lower.yaml", PLAN + "disclosure: {k: 3}\n")
    assert home.run("partnership", "apply", "lower.yaml").status == 0

    async def found() -> PartnershipPlan:
        async with main_store(home.settings) as database:
            return await Partnerships(database).find("harbour")

    rules = asyncio.run(found()).disclosure
    assert (rules.k, [each.k for each in rules.earlier]) == (3, [5])
    home.run("partnership", "apply", "partnership.yaml")
    assert asyncio.run(found()).disclosure == Disclosure()


def test_who_came_and_left_in_chat_stays_unless_told_otherwise(home: Home) -> None:
    home.run("partnership", "apply", "partnership.yaml")
    police = Organisation(id=OrganisationId("o-1"), name="Police", email_domains=("police.example",))
    housing = Organisation(id=OrganisationId("housing"), name="Harbour Housing")
    said = {member_key(police.id): joined_value(police, "c"), member_key(housing.id): left_value(housing, "c")}
    asyncio.run(_in_chat(home, **said))
    assert [each["name"] for each in shown(home)[0]["organisations"]] == ["The Council", "Police"]
    again = home.run("partnership", "apply", "partnership.yaml")
    told = " ".join(again.out.split())
    assert again.status == 0
    assert "organisation “Police” stays added: leads did that in chat. --overwrite undoes it." in told
    assert "organisation “Harbour Housing” stays removed" in told
    home.write("partnership.yaml", PLAN.replace("Harbour Housing", "Quay Housing"))
    assert home.run("partnership", "apply", "partnership.yaml").status == 0
    assert [each["name"] for each in shown(home)[0]["organisations"]] == ["The Council", "Police"]
    taken = home.run("partnership", "apply", "partnership.yaml", "--overwrite")
    assert "organisation “Police” added in chat: that is undone." in " ".join(taken.out.split())
    assert [each["name"] for each in shown(home)[0]["organisations"]] == ["The Council", "Quay Housing"]
    assert asyncio.run(_in_chat(home)) == {}


def test_a_partnership_goes_once_that_was_confirmed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.run("partnership", "apply", "partnership.yaml")
    monkeypatch.setattr("typer.confirm", lambda *_, **__: False)
    assert home.run("partnership", "remove", "harbour").out.strip() == "Nothing was removed."
    assert len(shown(home)) == 1
    assert "removed" in home.run("partnership", "remove", "harbour", "--yes").out
    assert shown(home) == []
