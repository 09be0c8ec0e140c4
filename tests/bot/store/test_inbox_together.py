"""Messages that arrive together share a commit: each sender is told the truth about their own."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy.exc import IntegrityError

from bot.delivery.checkpoints import Point
from bot.domain.messages import Incoming
from bot.store import inbox as inbox_module
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.store.tables import inbox, page_entry
from tests.bot.store.rows import rows
from tests.fakes import Died, message, until

COMMIT = Point.INBOX_BEFORE_COMMIT


class Commits:
    """Counts the commits that begin; those in `fatal`, counted from nought, fail."""

    def __init__(self, *fatal: int) -> None:
        self.fatal = fatal
        self.count = 0

    def __call__(self, point: Point) -> None:
        if point is COMMIT:
            self.count += 1
            if self.count - 1 in self.fatal:
                raise Died


class Held(Inbox):
    """Keeps what it is given when it is let go; `batches` are the messages that were written together."""

    def __init__(self, database: Database, commits: Commits) -> None:
        super().__init__(database, commits)
        self.gate = asyncio.Event()
        self.batches: list[list[str]] = []

    async def _keep(self, batch: Sequence[Incoming]) -> set[str]:
        self.batches.append([each.key.rpartition(":")[2] for each in batch])
        await self.gate.wait()
        return await super()._keep(batch)

    async def arriving(self, *messages: Incoming) -> list["asyncio.Task[bool]"]:
        """The first message, on its way to disk, and the others, which arrived in the meantime."""
        before = len(self.batches)
        first = asyncio.create_task(self.receive(messages[0]))
        await until(lambda: len(self.batches) > before)
        others = [asyncio.create_task(self.receive(each)) for each in messages[1:]]
        await asyncio.sleep(0)
        return [first, *others]


def _events(*names: str) -> list[Incoming]:
    return [message(name) for name in names]


async def _keys(database: Database) -> list[str]:
    return [row["key"].rpartition(":")[2] for row in await rows(database, inbox)]


async def test_what_arrives_while_another_is_written_shares_the_next_commit(database: Database) -> None:
    commits = Commits()
    box = Held(database, commits)
    arriving = await box.arriving(*_events("a", "b", "c", "d"))
    assert not any(each.done() for each in arriving)
    box.gate.set()
    assert await asyncio.gather(*arriving) == [True] * 4
    assert (box.batches, commits.count) == ([["a"], ["b", "c", "d"]], 2)
    assert await _keys(database) == ["a", "b", "c", "d"]
    assert len(await rows(database, page_entry)) == 4


async def test_many_at_once_are_few_commits(database: Database) -> None:
    commits = Commits()
    box = Inbox(database, commits)
    new = await asyncio.gather(*(box.receive(message(f"e{number:03}")) for number in range(100)))
    assert new == [True] * 100
    assert commits.count <= 3
    assert await box.waiting() == 100


async def test_a_flood_is_written_in_parts(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_module, "_MOST_TOGETHER", 3)
    box = Held(database, Commits())
    arriving = await box.arriving(*_events(*"abcdefgh"))
    box.gate.set()
    assert await asyncio.gather(*arriving) == [True] * 8
    assert box.batches == [["a"], ["b", "c", "d"], ["e", "f", "g"], ["h"]]


async def test_a_statement_holds_as_many_as_share_a_commit(database: Database) -> None:
    box = Held(database, Commits())
    events = _events("first", *(f"e{number:04}" for number in range(inbox_module._MOST_TOGETHER)))
    arriving = await box.arriving(*events)
    box.gate.set()
    assert all(await asyncio.gather(*arriving))
    assert [len(batch) for batch in box.batches] == [1, inbox_module._MOST_TOGETHER]


async def test_of_the_same_event_in_one_commit_exactly_the_first_is_new(database: Database) -> None:
    box = Held(database, Commits())
    same = [message("b", text=text) for text in ("first", "second", "third")]
    arriving = await box.arriving(message("a"), *same, message("a"), message("c"))
    box.gate.set()
    assert await asyncio.gather(*arriving) == [True, True, False, False, False, True]
    assert {row["key"]: row["payload"]["text"] for row in await rows(database, inbox)}["web:lena:b"] == "first"
    assert [row["text"] for row in await rows(database, page_entry)][1] == "first"


async def test_a_failing_commit_tells_everyone_in_it_and_nobody_else(database: Database) -> None:
    box = Held(database, Commits(1))
    arriving = await box.arriving(*_events("a", "b", "b", "c"))
    box.gate.set()
    outcomes = await asyncio.gather(*arriving, return_exceptions=True)
    assert outcomes[0] is True
    assert [type(each) for each in outcomes[1:]] == [Died] * 3
    assert await _keys(database) == ["a"]
    # Their platforms deliver them again, and then they are new.
    assert await asyncio.gather(*map(box.receive, _events("b", "c"))) == [True, True]
    assert await _keys(database) == ["a", "b", "c"]


async def test_a_failing_commit_does_not_keep_the_next_from_being_made(database: Database) -> None:
    box = Held(database, Commits(0))
    arriving = await box.arriving(*_events("a", "b"))
    box.gate.set()
    outcomes = await asyncio.gather(*arriving, return_exceptions=True)
    assert [type(outcomes[0]), outcomes[1]] == [Died, True]


async def test_an_error_of_the_database_reaches_whoever_sent(sqlite: Database) -> None:
    box = Inbox(sqlite)
    await box.receive(message("a"))
    async with sqlite.writing() as connection:
        await connection.execute(inbox.delete())
    # The page still has the entry, so that the same message cannot be kept whole.
    with pytest.raises(IntegrityError):
        await box.receive(message("a"))
    assert await _keys(sqlite) == []


async def test_whoever_waits_no_longer_disturbs_nobody(database: Database) -> None:
    box = Held(database, Commits())
    arriving = await box.arriving(*_events("a", "b", "c"))
    for gone in arriving[:2]:
        gone.cancel()
    await asyncio.wait(arriving[:2])
    box.gate.set()
    assert await arriving[2] is True
    # What was taken is kept although nobody waited for it, so that a second delivery is no second question.
    assert await _keys(database) == ["a", "b", "c"]
    assert await box.receive(message("a")) is False


async def test_whoever_waits_no_longer_is_not_told_of_a_failure(database: Database) -> None:
    box = Held(database, Commits(1))
    arriving = await box.arriving(*_events("a", "b", "c"))
    arriving[1].cancel()
    await asyncio.wait(arriving[1:2])
    box.gate.set()
    assert [type(each) for each in await asyncio.gather(*arriving, return_exceptions=True)] == [
        bool,
        asyncio.CancelledError,
        Died,
    ]


async def test_each_message_passes_every_point_of_its_own(database: Database) -> None:
    points: list[Point] = []
    box = Inbox(database, points.append)
    await asyncio.gather(*map(box.receive, _events("a", "b", "c")))
    assert points.count(Point.INBOX_BEFORE_WRITE) == points.count(Point.INBOX_COMMITTED) == 3
    assert points.index(COMMIT) < points.index(Point.INBOX_COMMITTED)


async def test_messages_that_arrive_one_by_one_are_acknowledged_one_by_one(database: Database) -> None:
    commits = Commits()
    box = Inbox(database, commits)
    for name in "abc":
        assert await box.receive(message(name))
    assert commits.count == 3


async def test_two_processes_that_are_told_the_same_in_opposite_orders_keep_it_once(database: Database) -> None:
    one, other = Inbox(database), Inbox(database)
    events = [f"e{number:03}" for number in range(200)]
    told = [one.receive(message(event)) for event in events]
    told += [other.receive(message(event)) for event in reversed(events)]
    assert sorted(await asyncio.gather(*told)) == [False] * 200 + [True] * 200
    assert await one.waiting() == 200
