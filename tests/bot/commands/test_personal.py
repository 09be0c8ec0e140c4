"""`coach export` and `coach erase`: one person, found by an address, an account or an id, and nobody else."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.bootstrap import main_store, new_id, now
from bot.coaching.slips import Slips
from bot.domain.heard import Gap
from bot.domain.membership import Standing
from bot.domain.people import Identity, OrganisationId, PartnershipId
from bot.settings import secret
from bot.store.gaps import Gaps
from bot.store.people import People
from tests.bot.coach_home import Home, coach_home

HARBOUR, COUNCIL = PartnershipId("harbour"), OrganisationId("council")
ANNA = Identity(platform="slack", tenant="T1", user="UANNA", email="anna@council.example", name="Anna")
BEN = Identity(platform="teams", tenant="t1", user="ben", email="ben@council.example", name="Ben")


async def _kept(home: Home) -> None:
    async with main_store(home.settings) as database:
        slips = Slips(secret=secret(home.settings))
        for who in (ANNA, BEN):
            await People(database, new_id).admit(who, Standing(partnership=HARBOUR, organisation=COUNCIL))
            question = f"Who pays <b>{who.name}</b>?"
            gap = Gap(id=who.user, partnership=HARBOUR, organisation=COUNCIL, question=question, at=now())
            await Gaps(database).add(gap, slips.author(who.key))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = coach_home(tmp_path, monkeypatch, [])
    asyncio.run(_kept(home))
    return home


def exported(home: Home, who: str) -> list[dict[str, list[dict[str, object]]]]:
    outcome = home.run("export", "--partner", who)
    assert (outcome.status, outcome.err) == (0, "")
    found: list[dict[str, list[dict[str, object]]]] = json.loads(outcome.out)
    return found


@pytest.mark.parametrize("who", ["anna@council.example", "Anna@Council.example", "slack:T1:UANNA"])
def test_everything_of_one_person_is_written(home: Home, who: str) -> None:
    (found,) = exported(home, who)
    assert [row["question"] for row in found["passed_on"]] == ["Who pays <b>Anna</b>?"]
    assert [row["email"] for row in found["you"]] == ["anna@council.example"]
    assert "Ben" not in json.dumps(found)


def test_it_can_be_read_in_a_browser(home: Home) -> None:
    outcome = home.run("export", "--partner", ANNA.email, "--format", "html", "--out", "anna.html")
    assert outcome.status == 0
    page = (home.folder / "anna.html").read_text(encoding="utf-8")
    assert "Who pays &lt;b&gt;Anna&lt;/b&gt;?" in page
    assert (home.folder / "anna.html").stat().st_mode & 0o077 == 0


def test_one_person_is_erased_once_it_was_confirmed(home: Home) -> None:
    outcome = home.run("erase", "--partner", ANNA.email, "--yes")
    assert (outcome.status, outcome.err) == (0, "")
    assert "Questions you passed on: 1" in outcome.out
    assert home.run("export", "--partner", ANNA.email).status == 2
    assert exported(home, BEN.email) != []


def test_nobody_is_somebody_else(home: Home) -> None:
    for command in ("export", "erase"):
        outcome = home.run(command, "--partner", "anna")
        assert (outcome.status, "Nobody is known here" in outcome.err) == (2, True)
    assert "is not a format" in home.run("export", "--partner", ANNA.email, "--format", "xml").err
    assert "cannot be written" in home.run("export", "--partner", ANNA.email, "--out", "no/where.json").err
