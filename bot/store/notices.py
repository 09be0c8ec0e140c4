"""Notices: cards that nobody asked for, put in the outbox together with the change that they tell of."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, null, or_, update

from bot.domain.barriers import BarrierId
from bot.domain.people import PartnerId
from bot.store.database import Database
from bot.store.inbox import Promise, Reply, notice_row
from bot.store.tables import outbox

_WAITS = (outbox.c.state == "pending") & (outbox.c.promise == Promise.NOTICE.value)


def batch_of(barrier: BarrierId, raiser: PartnerId) -> str:
    """What the keys of everything begin with that a raiser is told of a barrier without having asked.

    As a batch it holds those whose keys go on without a colon: of others, each is told.
    """
    return f"notice:{barrier}:{raiser}:"


def answer_of(relay: str) -> str:
    """The key of the notice that brings a lead the answer to a relayed question."""
    return f"notice:relay:{relay}"


def put(connection: Connection, database: Database, notices: Sequence[Reply], now: datetime) -> None:
    """Have notices sent at most once per key.

    One whose key or batch waits unsent takes its place and goes out when the first was due, so that what changes
    twice within a minute is told once. One whose key is being sent or was sent is dropped: nobody hears the same
    thing twice.
    """
    added = database.insert(outbox)
    latest = {name: added.excluded[name] for name in ("platform", "place", "payload", "until")}
    added = added.on_conflict_do_update(index_elements=["key"], set_=latest, where=_WAITS).returning(outbox.c.due_at)
    # In one order, or two processes that tell the same people would each wait for the other.
    for notice in sorted(notices, key=lambda each: each.key):
        due = connection.scalar(added.values(**notice_row(notice, now)))
        if due is not None and notice.batch:
            _replace_others(connection, notice, due)


def forget(connection: Connection, batches: Collection[str]) -> None:
    """Tell nothing more of these batches, and forget what could not be told."""
    if batches:
        theirs = or_(*(outbox.c.key.startswith(batch, autoescape=True) for batch in batches))
        connection.execute(delete(outbox).where(_WAITS, theirs))
        stuck = update(outbox).where(outbox.c.state.in_(("sending", "unknown", "failed")), theirs)
        connection.execute(stuck.values(payload=null()))


def _replace_others(connection: Connection, notice: Reply, due: datetime) -> None:
    """Take out what waits in a notice's batch besides it; it is due when the first of them was."""
    others = outbox.c.key.startswith(notice.batch, autoescape=True) & (outbox.c.key != notice.key)
    others &= ~func.substr(outbox.c.key, len(notice.batch) + 1).contains(":")
    replaced = connection.scalars(delete(outbox).where(_WAITS, others).returning(outbox.c.due_at)).all()
    own = update(outbox).where(outbox.c.key == notice.key)
    connection.execute(own.values(due_at=min([due, *replaced])))
