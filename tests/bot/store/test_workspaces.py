"""Workspaces that installed the coach on either database: tokens that nobody reads, and what goes with them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.domain.cards import to_json
from bot.store.database import Database
from bot.store.tables import outbox
from bot.store.workspace_tables import oauth_state, slack_workspace
from bot.store.workspaces import TokenUnreadable, UsedStates, Workspace, Workspaces, installed_anywhere
from tests.bot.store.rows import rows
from tests.fakes import CARD, NOON

SECRET = b"a secret of this installation"
TOKEN = "xoxb-1111-2222-abcdefgh"
LANTERN = Workspace(team="T0LANTERN", token=TOKEN, scopes=("chat:write", "commands"), installed_at=NOON)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def workspaces(database: Database) -> Workspaces:
    return Workspaces(database, SECRET)


async def put(database: Database, key: str, place: str, state: str = "pending", platform: str = "slack") -> None:
    row = {"key": key, "platform": platform, "place": place, "payload": to_json(CARD), "due_at": NOON, "state": state}
    async with database.writing() as connection:
        await connection.execute(outbox.insert().values(attempts=0, promise="answer", **row))


async def test_a_token_comes_back_for_its_own_workspace_alone(workspaces: Workspaces, database: Database) -> None:
    assert not await installed_anywhere(database)
    await workspaces.install(LANTERN)
    assert await installed_anywhere(database)
    assert await workspaces.token("T0LANTERN") == TOKEN
    assert await workspaces.installed("T0LANTERN")
    assert await workspaces.token("T0OTHER") is None
    assert not await workspaces.installed("T0OTHER")
    (known,) = await workspaces.all()
    assert (known.team, known.scopes, known.installed_at, known.readable) == ("T0LANTERN", LANTERN.scopes, NOON, True)


async def test_nothing_of_the_token_is_readable_in_its_row_or_its_value(
    workspaces: Workspaces, database: Database
) -> None:
    await workspaces.install(LANTERN)
    assert TOKEN[5:] not in str(await rows(database, slack_workspace))
    assert TOKEN not in repr(LANTERN)


async def test_a_new_installation_takes_the_place_of_the_one_before(workspaces: Workspaces) -> None:
    await workspaces.install(LANTERN)
    await workspaces.install(replace(LANTERN, token="xoxb-new", installed_at=NOON + MINUTE))
    assert await workspaces.token("T0LANTERN") == "xoxb-new"
    assert len(await workspaces.all()) == 1


async def test_another_secret_opens_nothing_and_says_what_to_do(workspaces: Workspaces, database: Database) -> None:
    await workspaces.install(LANTERN)
    later = Workspaces(database, b"another secret altogether")
    with pytest.raises(TokenUnreadable, match="COACH_SECRET_KEY") as told:
        await later.token("T0LANTERN")
    assert TOKEN not in str(told.value)
    assert [each.readable for each in await later.all()] == [False]
    assert await later.installed("T0LANTERN")


async def test_a_sealed_token_in_another_row_opens_nothing(workspaces: Workspaces, database: Database) -> None:
    await workspaces.install(LANTERN)
    async with database.writing() as connection:
        await connection.execute(update(slack_workspace).values(team="T0THIEF"))
    with pytest.raises(TokenUnreadable):
        await workspaces.token("T0THIEF")


async def test_with_an_installation_goes_what_waits_for_it_and_nothing_else(
    workspaces: Workspaces, database: Database
) -> None:
    await workspaces.install(LANTERN)
    for number, state in enumerate(("pending", "unknown", "failed", "sending", "sent")):
        await put(database, f"a{number}-{state}", "T0LANTERN/C1/", state)
    await put(database, "b-other", "T0LANTERNS/C1/")
    await put(database, "c-teams", "T0LANTERN/C1/", platform="teams")
    assert await workspaces.remove("T0LANTERN", NOON + MINUTE)
    assert await workspaces.token("T0LANTERN") is None
    found = await rows(database, outbox)
    assert [row["state"] for row in found] == ["gone", "gone", "gone", "sending", "sent", "pending", "pending"]
    assert [row["payload"] is None for row in found] == [True] * 3 + [False] * 4


async def test_a_late_word_of_an_earlier_end_changes_nothing(workspaces: Workspaces, database: Database) -> None:
    await workspaces.install(replace(LANTERN, installed_at=NOON + timedelta(milliseconds=900)))
    await put(database, "a", "T0LANTERN/C1/")
    assert not await workspaces.remove("T0LANTERN", NOON - MINUTE)
    assert not await workspaces.remove("T0OTHER", NOON)
    assert [row["state"] for row in await rows(database, outbox)] == ["pending"]
    assert await workspaces.remove("T0LANTERN", NOON)  # Slack tells the time by the second
    await workspaces.install(LANTERN)
    assert await workspaces.token("T0LANTERN") == TOKEN


async def test_a_mark_counts_once_and_its_row_goes_when_it_is_too_old(database: Database) -> None:
    used = UsedStates(database)
    assert await used.use("a" * 64, NOON + MINUTE, NOON)
    assert not await used.use("a" * 64, NOON + MINUTE, NOON)
    assert await used.use("b" * 64, NOON + 3 * MINUTE, NOON + 2 * MINUTE)
    assert [row["hash"][0] for row in await rows(database, oauth_state)] == ["b"]
