"""A message that waits while the tables change is answered afterwards."""

import json

from alembic import command
from sqlalchemy import Connection, text

from bot.store import migrations
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.store.outbox import Outbox
from tests.fakes import CARD, lease, message

_PAYLOAD = {
    "place": "lena",
    "sender": {"platform": "web", "tenant": "demo", "user": "lena"},
    "text": "How do we build trust?",
    "action": "",
    "values": {},
}
_WAITS = "INSERT INTO inbox (key, state, payload, received_at, attempts) VALUES (:key, 'waiting', :payload, :at, 0)"
_SENT = (
    "INSERT INTO outbox (key, state, promise, platform, place, due_at, attempts)"
    " VALUES ('web:answer:1', 'sent', 'answer', 'web', 'lena', '2026-03-02 12:00:00+00', 1)"
)


def _before(connection: Connection) -> None:
    command.upgrade(migrations.configuration(connection), "0008")
    asked = {"key": "web:lena:e1", "payload": json.dumps(_PAYLOAD)}
    # As each database writes a moment down itself.
    at = "2026-03-02 11:59:00.000000" if connection.dialect.name == "sqlite" else message("e1", at=-60).received_at
    connection.execute(text(_WAITS), {**asked, "at": at})
    connection.execute(text(_SENT))


def _back(connection: Connection) -> int:
    command.downgrade(migrations.configuration(connection), "0008")
    return int(connection.scalar(text("SELECT count(*) FROM inbox")) or 0)


async def test_what_waited_before_is_answered_and_can_be_taken_back(empty: Database) -> None:
    async with empty.writing() as connection:
        await connection.run_sync(_before)
    await migrations.upgrade(empty)
    claimed = await Inbox(empty).claim(lease("a"))
    assert claimed is not None
    assert (claimed.incoming.key, claimed.incoming.text) == ("web:lena:e1", _PAYLOAD["text"])
    assert await Outbox(empty).posted("web:answer:1") is None
    assert CARD.about == ""
    async with empty.writing() as connection:
        assert await connection.run_sync(_back) == 1
