"""What becomes of a message that waits to be answered when its author changes it or takes it back meanwhile."""

from collections.abc import Sequence

from sqlalchemy import Connection, Update, null, select, update

from bot.domain.messages import WITHDRAWN, Became, EventKey, Incoming
from bot.store.database import Database
from bot.store.tables import inbox

WAITING, HANDLED = "waiting", "handled"
#: What a row keeps once nothing is to be done with it any more.
DONE = {"state": HANDLED, "payload": null(), "sender": "", "lease_owner": None, "lease_until": None}


def take_effect(connection: Connection, database: Database, kept: Sequence[Incoming]) -> None:
    """Let what was just kept change what waits.

    What nobody has begun to answer takes the new words or is dropped, and nothing is said of it. A message that comes
    after its own withdrawal counts as one that came before.
    """
    for each in sorted(kept, key=lambda each: each.key):
        if not each.of:
            continue
        if each.action == WITHDRAWN:
            _withdraw(connection, database, each)
        else:
            _revise(connection, each.of, each.key, each.text)


def _withdraw(connection: Connection, database: Database, incoming: Incoming) -> None:
    earlier = _untouched().where(inbox.c.of == incoming.of, inbox.c.key != incoming.key)
    connection.execute(earlier.values(**DONE))
    dropped = _untouched().where(inbox.c.key == incoming.of).values(**DONE, became=Became.WITHDRAWN)
    gone = {"key": incoming.of, "state": HANDLED, "became": Became.WITHDRAWN, "attempts": 0}
    times = {"received_at": incoming.received_at, "turn_at": incoming.received_at}
    # Where it was never here, its key is kept, so that it has no effect should it still come.
    unheard = database.insert(inbox).values(**gone, **times).on_conflict_do_nothing().returning(inbox.c.key)
    if connection.execute(dropped).rowcount or connection.execute(unheard).first():
        _finish(connection, incoming.key)


def _revise(connection: Connection, of: EventKey, key: EventKey, text: str) -> None:
    newer = select(inbox.c.key).where(inbox.c.of == of, inbox.c.key > key).limit(1)
    if connection.execute(newer).first():
        _finish(connection, key)
        return
    connection.execute(_untouched().where(inbox.c.of == of, inbox.c.key < key).values(**DONE))
    waits = select(inbox.c.payload).where(inbox.c.key == of, inbox.c.state == WAITING, inbox.c.attempts == 0)
    payload = connection.scalar(waits)
    if payload is None:
        return
    changed = _untouched().where(inbox.c.key == of).values(payload={**payload, "text": text})
    if connection.execute(changed).rowcount:
        _finish(connection, key)


def catch_up(connection: Connection, key: EventKey) -> None:
    """Give a message that nobody has begun to answer the words of what overtook it on its way."""
    overtaking = select(inbox.c.key, inbox.c.payload).where(inbox.c.of == key, inbox.c.state == WAITING)
    for row in connection.execute(overtaking.order_by(inbox.c.key)).all():
        _revise(connection, key, EventKey(row.key), row.payload["text"])


def _untouched() -> Update:
    """Those that nobody has begun to answer."""
    return update(inbox).where(inbox.c.state == WAITING, inbox.c.attempts == 0)


def _finish(connection: Connection, key: EventKey) -> None:
    connection.execute(update(inbox).where(inbox.c.key == key).values(**DONE))
