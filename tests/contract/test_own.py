"""One's own settings and data in Slack and Teams: seen, changed, taken out, and erased to the last byte on disk."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.store import pacing
from prompts import words
from tests.contract import house
from tests.contract.conftest import PERSONAL
from tests.contract.hearing import everything_said
from tests.contract.house import House
from tests.contract.stages import SlackStage, TeamsStage
from tests.contract.test_around_answers import Json, pressed_in_slack, pressed_in_teams, titled
from tests.contract.test_barriers import sent_form, typed_in_slack, typed_in_teams
from tests.slack_double import SlackDouble
from tests.teams_double import TeamsDouble

pytestmark = pytest.mark.process

WORDS = words()
MARK = "zqcanaryx"
PUBLIC = "https://coach.example/us"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the next message: what is sent when is for `tests/load` to say."""
    monkeypatch.setattr(pacing, "APART", timedelta(0))


@pytest.fixture
def charity(chats: House, slack: SlackDouble) -> SlackStage:
    return SlackStage(house=chats, slack=slack, channel="D0ANA")


@pytest.fixture
def council(chats: House, teams: TeamsDouble) -> TeamsStage:
    return TeamsStage(house=chats, teams=teams, conversation=PERSONAL)


@pytest.fixture
async def reachable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slack: SlackDouble) -> AsyncIterator[SlackStage]:
    """The charity's, where browsers reach the coach."""
    async with house.chats(tmp_path, monkeypatch, slack, COACH_PUBLIC_URL=PUBLIC) as opened:
        yield SlackStage(house=opened, slack=slack, channel="D0ANA")


def said(message: Json) -> str:
    return everything_said([message])


def marked(folder: Path) -> list[str]:
    """The files that hold the mark."""
    return [path.name for path in folder.rglob("*") if path.is_file() and MARK.encode() in path.read_bytes()]


async def _says_everything(charity: SlackStage) -> None:
    await typed_in_slack(charity, f"Which {MARK} is best for a xylophone?")
    refused = await typed_in_slack(charity, f"How do we build trust with {MARK}?")
    await pressed_in_slack(charity, titled(refused, WORDS("gap.offer")), 71)
    form = await typed_in_slack(charity, f"log a barrier: nobody may open the {MARK} folder")
    await sent_form(charity, form)
    await typed_in_slack(charity, f"log a barrier: nobody may read the {MARK} list")
    await typed_in_slack(charity, f"away until {datetime.now(UTC) + timedelta(days=30):%d.%m.%Y}")


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("settings", "mine.settings.title"),
        ("my language", "mine.settings.title"),
        ("privacy", "mine.privacy.title"),
        ("away", "mine.settings.away_title"),
        ("pause", "mine.settings.pause_title"),
        ("stop", "mine.settings.stopped"),
        ("start again", "mine.settings.saved"),
    ],
)
async def test_every_command_is_answered_in_slack_and_in_teams(
    charity: SlackStage, council: TeamsStage, command: str, name: str
) -> None:
    assert WORDS(name) in said(await typed_in_slack(charity, command))
    assert WORDS(name) in said(await typed_in_teams(council, command))


@pytest.mark.parametrize("command", ["rhythm", "preview"])
async def test_the_rhythm_is_for_leads(charity: SlackStage, council: TeamsStage, command: str) -> None:
    for message in (await typed_in_slack(charity, command), await typed_in_teams(council, command)):
        assert WORDS("mine.rhythm.leads_only") in said(message)


async def test_in_slack_everything_is_erased_to_the_last_byte_and_they_begin_anew(
    charity: SlackStage, tmp_path: Path
) -> None:
    await _says_everything(charity)
    assert marked(tmp_path) != []
    asked = await typed_in_slack(charity, "erase everything of mine")
    for kind in ("barriers", "passed_on", "last_questions", "settings", "homes"):
        assert WORDS(f"mine.kind.{kind}") in said(asked)
    done = await pressed_in_slack(charity, titled(asked, WORDS("mine.erase.yes")), 72)
    assert WORDS("mine.erase.done") in said(done)
    assert marked(tmp_path) == []
    again = await pressed_in_slack(charity, titled(asked, WORDS("mine.erase.yes")), 73)
    assert WORDS("mine.erase.before") in said(again)
    assert WORDS("barrier.own.none") in said(await typed_in_slack(charity, "my barriers"))


async def test_in_slack_nothing_of_theirs_stays_on_the_home_tab(charity: SlackStage) -> None:
    await _says_everything(charity)
    asked = await typed_in_slack(charity, "erase everything of mine")
    await pressed_in_slack(charity, titled(asked, WORDS("mine.erase.yes")), 75)
    assert WORDS("mine.erase.page") in said(charity.slack.homes["U0ANA"])


async def test_in_teams_everything_is_erased_too(council: TeamsStage, tmp_path: Path) -> None:
    await typed_in_teams(council, f"How do we build trust with {MARK}?")
    await typed_in_teams(council, f"log a barrier: nobody may open the {MARK} folder")
    assert marked(tmp_path) != []
    asked = await typed_in_teams(council, "erase everything of mine")
    done = await pressed_in_teams(council, titled(asked, WORDS("mine.erase.yes")), 74)
    assert WORDS("mine.erase.done") in said(done)
    assert marked(tmp_path) == []


async def test_without_a_public_address_whoever_runs_the_coach_hands_it_over(
    charity: SlackStage, council: TeamsStage
) -> None:
    for message in (await typed_in_slack(charity, "export"), await typed_in_teams(council, "export")):
        assert "coach export --partner" in said(message)
        assert "/own/" not in said(message)


async def _code_in(charity: SlackStage) -> str:
    """The code that was sent, once it was: a notice has to wait for its turn."""
    async with asyncio.timeout(5):
        while True:
            await charity.house.settle()
            told = "".join(said(each) for messages in charity.slack.messages.values() for each in messages)
            found = re.findall(r"yours: (\d{3} \d{3})", told)
            if found:
                return str(found[0])


async def test_a_link_opens_with_a_code_and_holds_everything(reachable: SlackStage) -> None:
    await _says_everything(reachable)
    offered = await typed_in_slack(reachable, "export everything of mine")
    url = next(part for part in str(offered).split("'") if part.startswith(f"{PUBLIC}/own/"))
    path, client = url.removeprefix(PUBLIC), reachable.house.client
    gate = await client.get(path)
    assert (gate.status, MARK in await gate.text()) == (200, False)
    sent = await client.post(path, data={"send": "yes"}, allow_redirects=False)
    assert sent.status == 303
    code = await _code_in(reachable)
    wrong = await client.post(path, data={"code": "12" + code}, allow_redirects=False)
    assert (wrong.status, MARK in await wrong.text()) == (403, False)
    right = await client.post(path, data={"code": code}, allow_redirects=False)
    cookie = {"Cookie": right.headers["Set-Cookie"].split(";")[0]}
    page, as_json, as_html = [
        await client.get(path, params=form, headers=cookie) for form in ({}, {"format": "json"}, {"format": "html"})
    ]
    for each in (page, as_json, as_html):
        text = await each.text()
        assert (each.status, text.count(MARK) >= 3, each.headers["Cache-Control"]) == (200, True, "no-store")
    (kept,) = await as_json.json()
    assert [row["wording"] for row in kept["barriers"]] == [f"nobody may open the {MARK} folder"]
    assert (await client.get(f"{path}x")).status == 404
    elsewhere = await client.post(path, data={"send": "yes"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status == 404
