"""What the database is asked before Slack has its 200: each of these statements is time that everybody waits."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Engine, event

from adapters.slack.app import SlackApp
from adapters.slack.clients import SingleClient
from adapters.slack.looking import Looking
from bot.coaching.channels.overhearing import Overhearing
from bot.delivery.limiting import Limiting
from bot.domain.channel_modes import ChannelRule, Mode
from bot.domain.messages import Incoming, Place
from bot.store.database import Database
from bot.store.heard_threads import HeardThreads
from bot.store.hearing_modes import HearingModes
from bot.store.inbox import Inbox
from prompts import words
from tests.adapters.slack.signing import NOW, aside, dm, mention

_ASKED = re.compile(r"(SELECT|INSERT|UPDATE|DELETE)\b.*?\b(?:FROM|INTO|UPDATE)\s+(\w+)")
ROOT, REPLY = aside("a"), aside("b", thread_ts="1.2")


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements meanwhile, each by its first word and the first table that it names."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said = _ASKED.match(statement.replace("\n", " "))
        if said:
            found.append(" ".join(said.groups()))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def nobody_judges(_text: str) -> bool:
    raise AssertionError("judged before it was acknowledged")


@pytest.fixture
def app(database: Database, client: AsyncWebClient, looking: Looking) -> SlackApp:
    admit, inbox = Limiting(sensitive=nobody_judges, monotonic=lambda: 0.0), Inbox(database)

    async def receive(incoming: Incoming) -> bool:
        admitted = await admit(incoming)
        return admitted is not None and await inbox.receive(admitted)

    hears = Overhearing(rules=HearingModes(database), threads=HeardThreads(database), monotonic=lambda: 0.0)
    return SlackApp(
        receive=receive,
        clients=SingleClient(client=client),
        looking=looking,
        words=words(),
        clock=lambda: NOW,
        hears=hears,
    )


@pytest.mark.parametrize(
    ("payload", "mode", "first", "again"),
    [
        (dm(), Mode.MENTION, ["INSERT inbox"], ["INSERT inbox"]),
        (mention(), Mode.MENTION, ["INSERT inbox"], ["INSERT inbox"]),
        (ROOT, Mode.MENTION, ["SELECT hearing_mode"], []),
        (ROOT, Mode.EVERY, ["SELECT hearing_mode", "INSERT inbox"], ["INSERT inbox"]),
        (REPLY, Mode.MENTION, ["SELECT hearing_mode", "SELECT heard_thread"], ["SELECT heard_thread"]),
    ],
)
async def test_the_database_is_asked_no_more_than_it_must_be(
    app: SlackApp, database: Database, payload: Mapping[str, object], mode: Mode, first: list[str], again: list[str]
) -> None:
    await HearingModes(database).keep("slack", Place("T0HOME/C0ROOM/"), ChannelRule(mode=mode))
    for expected in (first, again):
        with counted() as statements:
            assert (await app.answer(payload)).status == 200
        assert statements == expected
