"""Second thoughts that come while the message still waits: in any order of arrival, and however often."""

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations

import pytest

from bot.domain.messages import REVISED, WITHDRAWN, Became, EventKey, Incoming
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.store.tables import inbox, page_entry
from tests.bot.store.rows import rows
from tests.fakes import NOON, lease, message

ORIGINAL = message("e1", text="first words")
OF = {"of": ORIGINAL.key}


def revised(number: int, text: str = "") -> Incoming:
    made = replace(ORIGINAL, key=EventKey(f"web:changed:e1:{number}"), text=text or f"words {number}")
    return replace(made, action=REVISED, values=OF)


def withdrawn() -> Incoming:
    return replace(ORIGINAL, key=EventKey("web:deleted:e1"), text="", action=WITHDRAWN, values=OF)


async def all_claimed(box: Inbox, at: float = 0) -> list[tuple[str, str]]:
    """What is taken in hand, each handled as a question is."""
    found: list[tuple[str, str]] = []
    while (claimed := await box.claim(lease("a", at=at))) is not None:
        found.append((claimed.incoming.key, claimed.incoming.text))
        await box.finish(claimed, [], NOON, Became.ANSWERED)
    return found


async def test_a_message_that_waits_takes_the_new_words(database: Database) -> None:
    box = Inbox(database)
    for each in (ORIGINAL, revised(1), revised(2), revised(1)):
        await box.receive(each)
    assert await all_claimed(box, at=99) == [(ORIGINAL.key, "words 2")]
    assert {row["payload"] for row in await rows(database, inbox)} == {None}


async def test_a_message_that_waits_is_dropped_when_it_is_taken_back(database: Database) -> None:
    box = Inbox(database)
    for each in (ORIGINAL, revised(1), withdrawn(), withdrawn()):
        await box.receive(each)
    assert await all_claimed(box, at=99) == []
    assert {row["payload"] for row in await rows(database, inbox)} == {None}
    known = await box.original(ORIGINAL.key)
    assert known is not None
    assert known.became is Became.WITHDRAWN


async def test_what_overtakes_its_message_changes_it_all_the_same(database: Database) -> None:
    box = Inbox(database)
    await box.receive(revised(2))
    assert await all_claimed(box) == []
    await box.receive(revised(1))
    await box.receive(ORIGINAL)
    assert await all_claimed(box) == [(ORIGINAL.key, "words 2")]
    assert await all_claimed(box, at=99) == []


async def test_a_message_that_comes_after_its_own_withdrawal_counts_as_taken_back(database: Database) -> None:
    box = Inbox(database)
    await box.receive(withdrawn())
    assert await box.receive(ORIGINAL) is False
    assert await all_claimed(box, at=99) == []


async def test_what_changes_a_message_that_never_comes_is_let_go_in_a_while(database: Database) -> None:
    box = Inbox(database)
    await box.receive(revised(1))
    assert await all_claimed(box, at=20) == []
    assert await all_claimed(box, at=21) == [("web:changed:e1:1", "words 1")]
    assert await box.original(ORIGINAL.key) is None


@pytest.mark.parametrize("second", [revised(1), withdrawn()])
async def test_a_change_waits_while_its_message_is_being_answered(database: Database, second: Incoming) -> None:
    box = Inbox(database)
    await box.receive(ORIGINAL)
    first = await box.claim(lease("a"))
    assert first is not None
    # From another account of theirs, so that nothing but the message itself holds it up.
    await box.receive(replace(second, sender=replace(second.sender, user="lena2")))
    assert await box.claim(lease("b")) is None
    await box.finish(first, [], NOON, Became.DONE)
    again = await box.claim(lease("b"))
    assert again is not None
    assert again.incoming.key == second.key
    await box.finish(again, [], NOON, Became.WITHDRAWN)
    known = await box.original(ORIGINAL.key)
    assert known is not None
    assert (known.became, known.changes) == (Became.WITHDRAWN, (second.key,))


async def test_words_that_wait_go_when_the_message_is_taken_back(database: Database) -> None:
    box = Inbox(database)
    await box.receive(ORIGINAL)
    assert await all_claimed(box) == [(ORIGINAL.key, "first words")]
    await box.receive(revised(1, "something private"))
    await box.receive(withdrawn())
    texts = [row["payload"] and row["payload"]["text"] for row in await rows(database, inbox)]
    assert sorted(filter(None, texts)) == []
    assert [key for key, _ in await all_claimed(box)] == [withdrawn().key]


EVENTS = {"o": ORIGINAL, "1": revised(1), "2": revised(2), "w": withdrawn()}


async def test_whatever_the_order_the_last_words_are_answered_once(database: Database) -> None:
    for order in _orders("o12"):
        box = await fresh(database)
        for name in order:
            await box.receive(EVENTS[name])
        assert await all_claimed(box) == [(ORIGINAL.key, "words 2")], order
        assert await all_claimed(box, at=99) == []


async def test_whatever_the_order_what_was_taken_back_is_not_answered(database: Database) -> None:
    for order in _orders("o12w"):
        box = await fresh(database)
        for name in order:
            await box.receive(EVENTS[name])
        assert await all_claimed(box, at=99) == [], order
        assert not any(row["payload"] for row in await rows(database, inbox))


def _orders(events: str) -> Iterator[list[str]]:
    """Every order of arrival, each with some that come more than once."""
    chance = random.Random(7)
    for order in permutations(events):
        yield [*order, *chance.choices(events, k=3)]
        repeated = list(order)
        for each in chance.choices(events, k=3):
            repeated.insert(chance.randrange(len(repeated)), each)
        yield repeated


async def fresh(database: Database) -> Inbox:
    async with database.writing() as connection:
        await connection.execute(inbox.delete())
        await connection.execute(page_entry.delete())
    return Inbox(database)
