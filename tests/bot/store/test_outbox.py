"""The outbox: every card goes out, and is forgotten when it has."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from bot.delivery.checkpoints import Point
from bot.domain.cards import from_json
from bot.store.database import Database
from bot.store.inbox import Inbox, Promise
from bot.store.outbox import Outbox, Outgoing
from bot.store.tables import outbox
from tests.bot.store.rows import put, reply, rows
from tests.fakes import CARD, NOON, Died, Trail, lease, message


async def _claimed(box: Outbox, owner: str, *, at: float = 0) -> Outgoing:
    outgoing = await box.claim(lease(owner, at=at))
    assert outgoing is not None
    return outgoing


async def test_a_card_comes_out_as_it_went_in(database: Database) -> None:
    await put(database, "e1")
    outgoing = await _claimed(Outbox(database), "a")
    assert (outgoing.key, outgoing.platform, outgoing.place) == ("web:answer:web:lena:e1", "web", "lena")
    assert (outgoing.card, outgoing.promise, outgoing.attempts) == (CARD, Promise.ANSWER, 1)
    assert await Outbox(database).counts() == {"sending": 1}


async def test_cards_go_out_in_order_and_none_before_it_is_due(database: Database) -> None:
    for event, due in (("later", 9), ("second", -1), ("first", -5)):
        await put(database, event, due=due)
    box = Outbox(database)
    assert [(await _claimed(box, owner)).key for owner in "ab"] == [reply("first").key, reply("second").key]
    assert await box.claim(lease("c")) is None
    assert (await _claimed(box, "c", at=9)).key == reply("later").key


async def test_a_card_is_taken_by_one_only(database: Database) -> None:
    await put(database, "e1")
    box = Outbox(database)
    taken = await asyncio.gather(*(box.claim(lease(owner)) for owner in "abcde"))
    assert len([each for each in taken if each]) == 1


async def test_a_card_whose_sender_died_is_taken_again(database: Database) -> None:
    await put(database, "e1")
    box = Outbox(database)
    await _claimed(box, "dead")
    assert await box.claim(lease("a", at=30)) is None
    assert (await _claimed(box, "a", at=31)).attempts == 2
    await box.release_all()
    assert (await _claimed(box, "b", at=32)).attempts == 3


async def test_a_sent_card_keeps_its_key_and_loses_its_payload(database: Database) -> None:
    await put(database, "e1")
    box = Outbox(database)
    await box.sent(await _claimed(box, "a"))
    (row,) = await rows(database, outbox)
    assert (row["key"], row["state"], row["payload"]) == (reply("e1").key, "sent", None)
    await box.release_all()
    assert await box.claim(lease("b", at=999)) is None


async def test_a_card_that_failed_is_due_again_later(database: Database) -> None:
    await put(database, "e1")
    box = Outbox(database)
    await box.retry(await _claimed(box, "a"), lease("", at=5).now)
    assert await box.counts() == {"pending": 1}
    assert await box.claim(lease("b", at=4)) is None
    assert (await _claimed(box, "b", at=5)).attempts == 2


async def test_a_card_that_is_given_up_is_kept_for_a_person_to_see(database: Database) -> None:
    await put(database, "e1")
    box = Outbox(database)
    await box.give_up(await _claimed(box, "a"))
    assert await box.counts() == {"failed": 1}
    assert await box.claim(lease("b", at=999)) is None
    assert from_json((await rows(database, outbox))[0]["payload"]) == CARD


@pytest.mark.parametrize("late", ["sent", "retry", "give_up", "doubt"])
async def test_whoever_lost_the_lease_changes_nothing(database: Database, late: str) -> None:
    await put(database, "e1")
    box = Outbox(database)
    slow = await _claimed(box, "slow")
    quick = await _claimed(box, "quick", at=31)
    if late == "retry":
        await box.retry(slow, lease("", at=40).now)
    else:
        await getattr(box, late)(slow)
    assert await box.counts() == {"sending": 1}
    await box.sent(quick)
    assert await box.counts() == {"sent": 1}


async def test_death_before_the_commit_leaves_the_card_to_be_sent_again(database: Database) -> None:
    await put(database, "e1")
    trail = Trail(fatal=Point.SENT_BEFORE_COMMIT)
    box = Outbox(database, trail)
    with pytest.raises(Died):
        await box.sent(await _claimed(box, "a"))
    assert trail.points == [Point.OUTBOX_BEFORE_CLAIM, Point.OUTBOX_SENDING, Point.SENT_BEFORE_COMMIT]
    assert (await _claimed(box, "b", at=31)).card == CARD


# --- notices, at most once -------------------------------------------------------------------


async def test_a_notice_goes_out_as_a_notice(database: Database) -> None:
    inbox = Inbox(database)
    await inbox.receive(message("e1"))
    claimed = await inbox.claim(lease("a"))
    assert claimed is not None
    await inbox.finish(claimed, [replace(reply("e1"), promise=Promise.NOTICE)], NOON)
    assert (await _claimed(Outbox(database), "a")).promise is Promise.NOTICE


async def test_a_notice_whose_sender_died_is_not_taken_again(database: Database) -> None:
    await put(database, "e1", promise=Promise.NOTICE)
    box = Outbox(database)
    await _claimed(box, "dead")
    assert await box.claim(lease("a", at=999)) is None
    await box.release_all()
    assert await box.claim(lease("a", at=999)) is None
    assert await box.counts() == {"sending": 1}


async def test_a_notice_that_is_due_again_is_taken_again(database: Database) -> None:
    await put(database, "e1", promise=Promise.NOTICE)
    box = Outbox(database)
    await box.retry(await _claimed(box, "a"), lease("", at=5).now)
    assert (await _claimed(box, "a", at=5)).attempts == 2


async def test_a_notice_in_doubt_is_kept_and_not_posted(database: Database) -> None:
    await put(database, "e1", promise=Promise.NOTICE)
    box = Outbox(database)
    await box.doubt(await _claimed(box, "a"))
    assert await box.claim(lease("b", at=999)) is None
    assert await box.counts() == {"unknown": 1}


async def test_only_notices_whose_sender_is_dead_are_in_doubt(database: Database) -> None:
    box = Outbox(database)
    await put(database, "answer", due=-9)
    for event, due in (("dead", -8), ("alive", -7), ("waiting", 999)):
        await put(database, event, due=due, promise=Promise.NOTICE)
    for owner, at in (("a", 0), ("b", 0), ("c", 20)):
        await _claimed(box, owner, at=at)
    assert await box.doubt_abandoned(lease("", at=30).now) == 0
    assert await box.doubt_abandoned(lease("", at=31).now) == 1
    states = {row["key"].rpartition(":")[2]: row["state"] for row in await rows(database, outbox)}
    assert states == {"answer": "sending", "dead": "unknown", "alive": "sending", "waiting": "pending"}


async def test_a_process_that_is_alone_doubts_every_notice_that_was_being_sent(database: Database) -> None:
    await put(database, "e1", promise=Promise.NOTICE)
    box = Outbox(database)
    await _claimed(box, "dead")
    await box.release_all()
    with capture_logs() as lines:
        assert await box.doubt_abandoned(NOON) == 1
        assert await box.doubt_abandoned(NOON) == 0
    (found,) = await rows(database, outbox)
    assert lines == [{"event": "notice in doubt", "log_level": "warning", "key": found["key"]}]


async def test_a_card_that_cannot_be_read_is_parked_and_stops_no_other(database: Database) -> None:
    for event, due in (("broken", -5), ("whole", -1)):
        await put(database, event, due=due)
    async with database.writing() as connection:
        await connection.execute(update(outbox).where(outbox.c.key == reply("broken").key).values(payload={"old": 1}))
    box = Outbox(database)
    assert await box.claim(lease("a")) is None
    assert (await _claimed(box, "a")).key == reply("whole").key
    assert await box.counts() == {"failed": 1, "sending": 1}
