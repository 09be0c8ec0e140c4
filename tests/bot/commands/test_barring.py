"""`coach barriers` and `coach digest`: what leads may see, on the command line, and nothing more."""

import asyncio
import csv
import io
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from bot import charts
from bot.bootstrap import main_store, now
from bot.domain.barrier_rules import raised
from bot.domain.barriers import Barrier, BarrierId, Consent
from bot.domain.messages import Place
from bot.domain.people import OrganisationId, PartnerId, PartnershipId
from bot.store.barriers import Barriers
from bot.store.database import Database
from bot.store.homes import Homes
from bot.store.tables import outbox
from tests.bot.coach_home import Home, Outcome, coach_home
from tests.bot.coaching.barriers_at_hand import part
from tests.bot.commands.test_partnering import PLAN
from tests.bot.store.rows import rows

BEN, CHO, DAN = PartnerId("ben"), PartnerId("cho"), PartnerId("dan")
COUNCIL, HOUSING = OrganisationId("council"), OrganisationId("housing")
WAITS = "=HYPERLINK(1) nobody [answers]"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A partnership with three barriers: two that leads may see, and one that is counted only."""
    home = coach_home(tmp_path, monkeypatch, [])
    home.write("partnership.yaml", PLAN)
    assert home.run("partnership", "apply", "partnership.yaml").status == 0

    async def fill(database: Database) -> None:
        barriers = Barriers(database)
        for made in (
            _barrier(BEN, HOUSING, wording=WAITS),
            _barrier(CHO, COUNCIL, consent=Consent.OWN_LEADS, name="", wording="Nobody may decide."),
            _barrier(DAN, HOUSING, consent=Consent.COUNTED, name="", wording="Secret words."),
        ):
            await barriers.save((None, made), now=now())
        await Homes(database).remember(BEN, "slack:T0:ben", "slack", Place("T0/UBEN/"), now())

    store(home, fill)
    return home


def _barrier(who: PartnerId, organisation: OrganisationId, **more: Any) -> Barrier:
    days = {BEN: 1, CHO: 2, DAN: 3}[who]
    first = replace(part(who, organisation, **more), origin=BarrierId(who), at=now() - timedelta(days=days))
    return raised(PartnershipId("harbour"), first, "trust", f"{who}-raised")


def store(home: Home, work: Callable[[Database], Awaitable[None]]) -> None:
    async def inside() -> None:
        async with main_store(home.settings) as database:
            await work(database)

    asyncio.run(inside())


def printed(home: Home, *arguments: str) -> Any:
    outcome = home.run(*arguments, "--json")
    assert (outcome.status, outcome.err) == (0, "")
    return json.loads(outcome.out)


def label_of(home: Home, wording: str, *more: str) -> str:
    return str(next(each["id"] for each in printed(home, "barriers", "list", *more) if wording in each["wordings"]))


def refused(outcome: Outcome, *parts: str) -> None:
    assert (outcome.status, outcome.out) == (2, "")
    assert all(part in outcome.err for part in parts), outcome.err


def test_the_list_shows_what_raisers_allow(home: Home) -> None:
    assert [each["wordings"] for each in printed(home, "barriers", "list")] == [[WAITS]]
    own = printed(home, "barriers", "list", "--lead", "Amara@council.example")
    assert [each["wordings"] for each in own] == [["Nobody may decide."], [WAITS]]
    shown = home.run("barriers", "list").out
    assert "nobody [answers]" in " ".join(shown.split())
    assert "Secret" not in shown


def test_one_is_shown_by_its_number(home: Home) -> None:
    label = label_of(home, WAITS)
    assert printed(home, "barriers", "show", label.lower())["people"] == ["Ben"]
    assert f"id: {label}" in home.run("barriers", "show", label).out


@pytest.mark.parametrize("label", ["B-999", "B-", "nonsense", "B-²", "-1", "B-" + "9" * 40, ""])
def test_what_is_not_there_is_said_in_a_sentence(home: Home, label: str) -> None:
    refused(home.run("barriers", "show", "--", label), "There is no barrier")


def test_a_change_is_kept_and_its_raiser_hears_of_it(home: Home) -> None:
    label = label_of(home, WAITS)
    row = printed(home, "barriers", "set", label, "--status", "in-progress", "--owner", "AMARA@council.example",
                  "--due", "2027-03-31", "--factor", "money")  # fmt: skip
    assert {name: row[name] for name in ("status", "owner", "due", "factor")} == {
        "status": "in progress", "owner": "amara@council.example", "due": "2027-03-31", "factor": "money",
    }  # fmt: skip
    told: list[str] = []

    async def look(database: Database) -> None:
        told.extend(row["place"] for row in await rows(database, outbox))

    store(home, look)
    assert told == ["T0/UBEN/"]
    cleared = printed(home, "barriers", "set", label, "--owner", "", "--due", "")
    assert (cleared["owner"], cleared["due"]) == ("", "")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "Nothing to change"),
        (["--status", "finished"], "is not a status"),
        (["--due", "tomorrow"], "is not a date"),
        (["--owner", "joe@council.example"], "is not a lead"),
        (["--factor", "weather"], ""),
        (["--status", "will-not-do"], ""),
        (["--lead", "joe@council.example", "--status", "acknowledged"], "is not a lead"),
    ],
)
def test_what_cannot_be_changed_so_is_refused_in_a_sentence(home: Home, options: list[str], said: str) -> None:
    label = label_of(home, WAITS)
    outcome = home.run("barriers", "set", label, *options)
    refused(outcome, said)
    assert outcome.err.startswith("coach: ")
    assert printed(home, "barriers", "show", label)["status"] == "open"


def test_two_are_made_one_and_two_again(home: Home) -> None:
    lead = ("--lead", "amara@council.example")
    kept, gone = label_of(home, WAITS, *lead), label_of(home, "Nobody may decide.", *lead)
    assert len(printed(home, "barriers", "merge", kept, gone, *lead)["wordings"]) == 2
    assert len(printed(home, "barriers", "list", *lead)) == 1
    refused(home.run("barriers", "show", gone, *lead), "There is no barrier")
    assert "by itself again" in home.run("barriers", "merge", kept, gone, "--undo", *lead).out
    assert len(printed(home, "barriers", "list", *lead)) == 2
    refused(home.run("barriers", "merge", kept, gone, "--undo", *lead), f"not part of {kept}")
    refused(home.run("barriers", "merge", kept, kept, *lead))


def test_the_export_is_a_table_without_formulas(home: Home) -> None:
    (names, row) = csv.reader(io.StringIO(home.run("barriers", "export").out))
    assert dict(zip(names, row, strict=True))["wordings"] == f"'{WAITS}"
    assert [each["wordings"] for each in printed(home, "barriers", "export")] == [[WAITS]]


@pytest.fixture
def drawn_here(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> bytes:
        raise charts.ChartFailed("not here")

    monkeypatch.setattr("bot.digest_page.draw", fail)


def digest(home: Home, form: str, *more: str) -> str:
    outcome = home.run("digest", "--format", form, *more)
    assert (outcome.status, outcome.err) == (0, "")
    return outcome.out


@pytest.mark.usefixtures("drawn_here")
@pytest.mark.parametrize("form", ["md", "html", "csv", "json"])
def test_the_digest_comes_in_every_form(home: Home, form: str) -> None:
    told = digest(home, form)
    assert "nobody" in told
    assert "Secret" not in told
    assert "Nobody may decide" not in told
    assert "Nobody may decide" in digest(home, form, "--lead", "amara@council.example")


def test_the_digest_is_narrowed_by_what_is_typed(home: Home) -> None:
    told = json.loads(digest(home, "json", "4", "weeks", "harbour", "housing", "trust"))
    assert told["scope"] == {"weeks": 4, "organisation": "housing", "factor": "trust"}
    refused(home.run("digest", "next", "year"), "next year")
    refused(home.run("digest", "--format", "docx"), "is not a format", "pdf")


def test_the_digest_goes_to_a_file(home: Home) -> None:
    out = home.folder / "digest.pdf"
    assert home.run("digest", "--format", "pdf", "--out", str(out)).out == ""
    assert len(PdfReader(out).pages) == 1
    refused(home.run("digest", "--out", str(home.folder / "no" / "digest.md")), "cannot be written")
