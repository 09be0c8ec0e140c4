"""Conversations: the latest word on how each is reached, and none once it was forgotten."""

import asyncio

from bot.store.conversations import Conversations
from bot.store.database import Database
from bot.store.tables import conversation_reference
from tests.bot.store.rows import rows

REFERENCE = {"conversation": "19:a", "url": "https://smba.example/emea", "bot": "28:coach", "tags": ["x", None, 7]}
MOVED = {**REFERENCE, "url": "https://smba.example/uk"}


async def test_a_reference_comes_out_as_it_went_in(database: Database) -> None:
    kept = Conversations(database)
    assert await kept.find("19:a") is None
    await kept.save("19:a", REFERENCE)
    await kept.save("19:b", MOVED)
    assert (await kept.find("19:a"), await kept.find("19:b")) == (REFERENCE, MOVED)
    assert await kept.find("19:A") is None


async def test_the_latest_word_holds(database: Database) -> None:
    kept = Conversations(database)
    for reference in (REFERENCE, MOVED, MOVED):
        await kept.save("19:a", reference)
    assert await kept.find("19:a") == MOVED
    assert len(await rows(database, conversation_reference)) == 1


async def test_a_forgotten_conversation_is_found_again_when_its_platform_speaks(database: Database) -> None:
    kept = Conversations(database)
    await kept.save("19:a", REFERENCE)
    await kept.save("19:b", MOVED)
    await kept.forget("19:a")
    await kept.forget("19:a")
    await kept.forget("19:never")
    assert (await kept.find("19:a"), await kept.find("19:b")) == (None, MOVED)
    await kept.save("19:a", REFERENCE)
    assert await kept.find("19:a") == REFERENCE


async def test_a_conversation_saved_by_many_at_once_is_kept_once(database: Database) -> None:
    kept = Conversations(database)
    await asyncio.gather(*(kept.save("19:a", {"number": number}) for number in range(8)))
    (row,) = await rows(database, conversation_reference)
    assert row["active"]
    assert await kept.find("19:a") == row["reference"]
    assert row["reference"] in [{"number": number} for number in range(8)]


async def test_what_is_known_already_is_not_written_again(sqlite: Database) -> None:
    kept = Conversations(sqlite)
    await kept.save("19:a", REFERENCE)
    async with sqlite.writing():
        # Nobody else can write now, so this would wait for ever.
        await asyncio.wait_for(kept.save("19:a", REFERENCE), 5)
