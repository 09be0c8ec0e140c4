"""Teams as it is put together: what is said once ever, what ends with the coach, and what outlives the process."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import insert, select

from bot.bootstrap import main_store, now
from bot.domain.cards import Card
from bot.domain.messages import Place
from bot.platforms import Forgets
from bot.settings import load_settings
from bot.store.barrier_tables import home
from bot.store.departures import Departures
from bot.store.inbox import Reply
from bot.store.notices import put
from bot.store.tables import feedback, outbox
from prompts import words
from tests.contract import house
from tests.contract.hearing import everything_said
from tests.contract.house import House
from tests.teams_double import BOT, TENANT, TeamsDouble, new_key, teams_double

WORDS = words()
COACH = {"id": BOT}
TEAM, CHANNEL = "19:t@thread.tacv2", "19:c@thread.tacv2"
QUESTION = "How do organisations build trust between them?"


@pytest.fixture(scope="module")
def signing_key() -> rsa.RSAPrivateKey:
    return new_key()


@pytest.fixture
async def teams(signing_key: rsa.RSAPrivateKey) -> AsyncIterator[TeamsDouble]:
    async with teams_double(signing_key) as double:
        yield house.tenant(double)


@pytest.fixture
async def chats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    async with house.chats(tmp_path, monkeypatch, house.workspace()) as opened:
        yield opened


async def deliver(chats: House, activity: Mapping[str, Any]) -> None:
    async with chats.client.post("/api/messages", json=activity) as response:
        assert response.status in {200, 202}
    await chats.settle()


def in_team(teams: TeamsDouble, text: str = "", **changes: Any) -> dict[str, Any]:
    at = {"id": CHANNEL, "conversationType": "channel", "tenantId": TENANT}
    return teams.message(text, conversation=at, channelData={"tenant": {"id": TENANT}, "team": {"id": TEAM}}, **changes)


INSTALLATIONS: tuple[dict[str, Any], ...] = (
    {"type": "installationUpdate", "action": "add", "id": "1"},
    {"type": "conversationUpdate", "membersAdded": [COACH], "id": "2"},
    {"type": "installationUpdate", "action": "remove", "id": "3"},
    {"type": "installationUpdate", "action": "add", "id": "4"},
)


async def test_a_team_is_told_once_ever_what_has_joined_it_in_its_general_channel(
    chats: House, teams: TeamsDouble
) -> None:
    for each in INSTALLATIONS:
        await deliver(chats, in_team(teams, **each))
    [(place, _)] = teams.standing
    [card] = teams.standing.values()
    assert place == TEAM
    assert WORDS("teams.installed.hears") in everything_said(card)


async def test_whoever_installs_the_coach_hears_from_it_once_ever(chats: House, teams: TeamsDouble) -> None:
    far = {"channelData": {"tenant": {"id": "99999999-0000-4000-8000-000000000009"}}}
    for each in INSTALLATIONS:
        await deliver(chats, teams.message("", **each, **far))
    [card] = teams.standing.values()
    assert WORDS("join.stranger") in everything_said(card)


async def test_nobody_is_greeted_before_the_others(chats: House, teams: TeamsDouble) -> None:
    await deliver(chats, in_team(teams, type="conversationUpdate", membersAdded=[{"id": "29:joe"}]))
    assert not teams.standing


async def test_what_a_channel_hears_and_answers_from_is_asked_in_the_channel(chats: House, teams: TeamsDouble) -> None:
    await deliver(chats, teams.message(QUESTION))
    await deliver(chats, in_team(teams, text="channel", id="77"))
    said = [everything_said(card) for (_, card) in teams.standing.items()]
    assert any(WORDS("channel.title") in each for each in said)


async def test_a_vote_is_counted_of_an_answer_that_the_process_remembers_nothing_of(
    chats: House, teams: TeamsDouble, tmp_path: Path
) -> None:
    await deliver(chats, teams.message(QUESTION))
    [(_, posted)] = teams.standing
    sender = chats.delivery.senders["teams"]
    assert isinstance(sender, Forgets)
    sender.forget()
    await deliver(chats, teams.rated(posted))
    assert WORDS("feedback.thanks_up") in everything_said(list(teams.standing.values())[-1])
    await deliver(chats, teams.rated(posted, "dislike", "Too long."))
    assert WORDS("feedback.noted") in everything_said(list(teams.standing.values())[-1])
    settings = load_settings({"COACH_DATA_DIR": "data"}, folder=tmp_path)
    async with main_store(settings) as database, database.reading() as connection:
        [vote] = (await connection.execute(select(feedback))).all()
    assert (vote.verdict, vote.comment, vote.question) == ("down", "Too long.", None)


async def test_what_waits_for_a_conversation_ends_with_the_coach_there(tmp_path: Path) -> None:
    at = now()
    places = (Place(TEAM), Place(f"{TEAM};messageid=7"), Place("19:t@thread.tacv20"))
    async with main_store(load_settings({"COACH_DATA_DIR": "data"}, folder=tmp_path)) as database:
        waits = [
            Reply(key=f"notice:{each}", platform="teams", place=each, card=Card(title="x"), due=at + timedelta(days=1))
            for each in places
        ]
        await database.write(lambda connection: put(connection, database, waits, at))
        lives = {"identity": "i", "partner": "p", "platform": "teams", "place": TEAM, "at": at}
        await database.write(lambda connection: connection.execute(insert(home).values(lives)))
        assert await Departures(database).close("teams", Place(TEAM)) == 2
        async with database.reading() as connection:
            rows = (await connection.execute(select(outbox).order_by(outbox.c.place))).all()
            assert (await connection.execute(select(home))).all() == []
    assert {row.place: (row.state, row.payload is None) for row in rows} == {
        places[0]: ("expired", True),
        places[1]: ("expired", True),
        places[2]: ("pending", False),
    }
