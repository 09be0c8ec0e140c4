"""Somebody's first message in Slack and in Teams, and a lead who sets their partnership up without a command line."""

import asyncio
import io
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import docx
import pytest
from aiohttp import FormData

from bot.bootstrap import main_store
from bot.coaching.home import onboarding
from bot.domain.partnership import Lead
from bot.domain.people import OrganisationId
from bot.settings import load_settings
from bot.store import pacing
from bot.store.first_contact import FirstContact
from bot.store.partnerships import Partnerships
from prompts import words
from tests.contract import house
from tests.contract.conftest import PERSONAL
from tests.contract.hearing import everything_said
from tests.contract.house import PLAN, House
from tests.contract.stages import SlackStage, TeamsStage
from tests.contract.test_around_answers import Json, pressed_in_slack, titled
from tests.contract.test_barriers import typed_in_slack, typed_in_teams
from tests.contract.test_one_partnership import TRUST
from tests.fakes import NOON
from tests.slack_double import SlackDouble
from tests.teams_double import TeamsDouble

pytestmark = pytest.mark.process

WORDS = words()
PUBLIC = "https://coach.example/us"
ONBOARDING = WORDS("onboarding.title", partnership=PLAN.name)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "APART", timedelta(0))
    monkeypatch.setattr(onboarding, "_AFTER", timedelta(milliseconds=20))


@pytest.fixture
async def charity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slack: SlackDouble) -> AsyncIterator[SlackStage]:
    """Ana's, who leads; everybody is new."""
    monkeypatch.setattr(house, "NobodyNew", FirstContact, raising=False)
    async with house.chats(tmp_path, monkeypatch, slack, COACH_PUBLIC_URL=PUBLIC) as opened:
        lead = Lead(name="Ana", organisation=OrganisationId("charity"), email="ana@charity.example")
        async with main_store(load_settings({"COACH_DATA_DIR": "data"}, folder=tmp_path)) as database:
            await Partnerships(database).save(replace(PLAN, leads=(lead,)), NOON)
        yield SlackStage(house=opened, slack=slack, channel="D0ANA")


def _posted(slack: SlackDouble) -> list[str]:
    """What Ana alone was told, in order: in a thread, and where the coach writes to her unasked."""
    told = [*slack.messages.get("D0ANA", []), *slack.messages.get("DU0ANA", [])]
    return [everything_said([each]) for each in sorted(told, key=lambda each: str(each["ts"]))]


async def _until(opened: House, told: Callable[[], Sequence[str]], wanted: str) -> str:
    """What was said that holds this, once it was: a notice waits for its turn."""
    async with asyncio.timeout(5):
        while True:
            await opened.settle()
            found = [each for each in told() if wanted in each]
            if found:
                return found[-1]


async def test_the_answer_comes_first_and_the_rest_follows_once(charity: SlackStage) -> None:
    answer = everything_said([await typed_in_slack(charity, TRUST)])
    assert "small promises" in answer
    await _until(charity.house, lambda: _posted(charity.slack), ONBOARDING)
    said = _posted(charity.slack)
    assert [ONBOARDING in each for each in said] == [False, True]
    await typed_in_slack(charity, TRUST)
    await typed_in_slack(charity, "hello")
    assert sum(ONBOARDING in each for each in _posted(charity.slack)) == 1


async def test_in_teams_hello_is_answered_with_it(charity: SlackStage, teams: TeamsDouble) -> None:
    council = TeamsStage(house=charity.house, teams=teams, conversation=PERSONAL)
    assert ONBOARDING in everything_said([await typed_in_teams(council, "hello")])
    assert ONBOARDING not in everything_said([await typed_in_teams(council, "help")])


async def test_every_button_of_it_does_something(charity: SlackStage) -> None:
    first = await typed_in_slack(charity, "hello")
    for number, (name, answer) in enumerate(
        [
            ("onboarding.ask", "small promises"),
            ("onboarding.barrier", WORDS("barrier.form.title")),
            ("onboarding.privacy", WORDS("mine.privacy.title")),
            ("onboarding.set_up", WORDS("setup.title", partnership=PLAN.name)),
        ]
    ):
        pressed = await pressed_in_slack(charity, titled(first, WORDS(name)), 40 + number)
        assert answer in everything_said([pressed])


async def _page(charity: SlackStage) -> tuple[str, dict[str, str]]:
    """The page of documents, opened by its lead."""
    shown: Json = await typed_in_slack(charity, "set up")
    path = re.findall(rf"{PUBLIC}(/documents/[\w.-]+)", str(shown))[0]
    await charity.house.client.post(path, data={"send": "yes"}, allow_redirects=False)
    said = await _until(charity.house, lambda: _posted(charity.slack), "Your code")
    code = re.findall(r"\d{3} \d{3}", said)[0]
    right = await charity.house.client.post(path, data={"code": code}, allow_redirects=False)
    return path, {"Cookie": right.headers["Set-Cookie"].split(";")[0]}


def _word_file() -> bytes:
    document, file = docx.Document(), io.BytesIO()
    document.add_heading("Zebras", 1)
    document.add_paragraph("Zebras cross the harbour road at dawn when the harbour road is quiet and nobody drives.")
    document.save(file)
    return file.getvalue()


async def test_a_lead_brings_documents_which_their_partnership_is_answered_from(charity: SlackStage) -> None:
    path, cookie = await _page(charity)
    client = charity.house.client
    page = await (await client.get(path, headers=cookie)).text()
    mark = re.findall(r'name="mark" value="([^"]+)"', page)[0]
    for name, content, status in (("zebras.docx", _word_file(), 303), ("bad.pdf", b"%PDF-1.7 nothing", 409)):
        form = FormData(quote_fields=False)
        form.add_field("mark", mark)
        form.add_field("file", content, filename=name, content_type="application/octet-stream")
        sent = await client.post(path, data=form, headers=cookie, allow_redirects=False)
        assert sent.status == status, await sent.text()
    assert WORDS("documents.state.waiting") in await (await client.get(path, headers=cookie)).text()
