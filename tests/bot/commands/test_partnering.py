"""`coach partnership`: a file is applied once, changes are shown, mistakes are told by their line."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import main_store, now
from bot.domain.people import PartnershipId
from bot.store.chat_settings import ChatSettings
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
