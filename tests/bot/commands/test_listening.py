"""`coach gaps` and `coach feedback`: leads see what was given to them, and nothing that was not."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import main_store, now
from bot.domain.heard import Gap, Trouble, Verdict, Vote
from bot.domain.people import OrganisationId, PartnershipId
from bot.store.database import Database
from bot.store.feedback import Feedback
from bot.store.gaps import Gaps
from tests.bot.coach_home import Home, coach_home
from tests.bot.commands.test_partnering import PLAN

HARBOUR = PartnershipId("harbour")
GAP = Gap(id="a" * 24, partnership=HARBOUR, organisation=OrganisationId("council"), question="Who [pays]?", at=now())
VOTE = Vote(id="v" * 32, partnership=HARBOUR, verdict=Verdict.DOWN, at=now(), trouble=Trouble.OLD, comment="Gone.")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = coach_home(tmp_path, monkeypatch, [])
    home.write("partnership.yaml", PLAN)
    assert home.run("partnership", "apply", "partnership.yaml").status == 0
    return home


def store(home: Home, write: Callable[[Database], Awaitable[None]]) -> None:
    async def work() -> None:
        async with main_store(home.settings) as database:
            await write(database)

    asyncio.run(work())


def printed(home: Home, *arguments: str) -> str:
    outcome = home.run(*arguments)
    assert (outcome.status, outcome.err) == (0, "")
    return outcome.out


def listed(home: Home) -> Any:
    return json.loads(printed(home, "gaps", "list", "--json"))


def test_gaps_are_listed_by_organisation_and_week_and_closed(home: Home) -> None:
    assert "No question was passed on." in printed(home, "gaps", "list")
    store(home, lambda database: Gaps(database).add(GAP))
    (item,) = listed(home)
    year, week, _ = GAP.at.isocalendar()
    assert item == {
        "id": GAP.id,
        "week": f"{year}-W{week:02}",
        "organisation": "The Council",
        "question": "Who [pays]?",
    }
    shown = printed(home, "gaps", "list", "--partnership", "harbour")
    assert GAP.id in shown
    assert "Who" in shown
    printed(home, "gaps", "close", GAP.id)
    assert listed(home) == []
    again = home.run("gaps", "close", GAP.id)
    assert (again.status, again.out) == (2, "")
    assert "There is no open gap" in again.err


def test_what_was_kept_long_enough_is_not_listed(home: Home) -> None:
    store(home, lambda database: Gaps(database).add(replace(GAP, at=GAP.at - timedelta(days=91))))
    assert listed(home) == []


def test_feedback_is_exported_where_its_asker_shows_the_question(home: Home) -> None:
    assert "Nobody has shown a question" in printed(home, "feedback", "export")
    store(home, lambda database: Feedback(database).save(VOTE))
    assert printed(home, "feedback", "export", "--json") == ""
    store(home, lambda database: Feedback(database).save(replace(VOTE, question="Who [pays]?")))
    (line,) = printed(home, "feedback", "export", "--json").splitlines()
    assert json.loads(line) == {
        "id": "v" * 12,
        "question": "Who [pays]?",
        "kind": "feedback",
        "evidence": [],
        "verdict": "down",
        "reason": "old",
        "comment": "Gone.",
    }
    assert "Gone." in printed(home, "feedback", "export")


def test_candidates_are_cases_for_evaluation(home: Home) -> None:
    store(home, lambda database: Feedback(database).save(replace(VOTE, question="Who pays?")))
    home.write("cases.jsonl", printed(home, "feedback", "export", "--json"))
    (home.library / "trust.md").write_text("# Trust\n\nTrust grows when promises are kept.\n")
    assert json.loads(printed(home, "evaluate", "cases.jsonl", "--json"))["cases"] == 1
