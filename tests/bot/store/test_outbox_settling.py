"""Nothing goes out when its time is over, and what is in doubt is settled once, by whoever can tell."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.store.database import Database
from bot.store.inbox import Promise, outbox_row
from bot.store.outbox import Doubted, Outbox, Outgoing
from bot.store.tables import outbox
from tests.bot.store.rows import put, reply, rows
from tests.fakes import NOON, lease

SETTLES = 61.0
WEB = ("web",)


async def _notice(database: Database, event: str, *, until: float | None = None) -> None:
    await put(database, event, promise=Promise.NOTICE)
    ends = None if until is None else NOON + timedelta(seconds=until)
    await _change(database, event, until=ends)


async def _change(database: Database, event: str, **values: Any) -> None:
    async with database.writing() as connection:
        await connection.execute(update(outbox).where(outbox.c.key == reply(event).key).values(**values))


async def _claimed(box: Outbox, owner: str = "a", *, at: float = 0) -> Outgoing:
    outgoing = await box.claim(lease(owner, at=at))
    assert outgoing is not None
    return outgoing


async def _in_doubt(database: Database, **changed: Any) -> tuple[Outbox, Doubted]:
    box = Outbox(database)
    await _notice(database, "e1")
    await box.doubt(await _claimed(box))
    if changed:
        await _change(database, "e1", **changed)
    (doubted,) = await box.doubted(WEB, NOON + timedelta(seconds=SETTLES))
    return box, doubted


# --- while it is welcome ---------------------------------------------------------------------


def test_only_a_notice_has_an_end() -> None:
    ends = replace(reply("e1"), until=NOON)
    assert outbox_row(ends, NOON)["until"] is None
    assert outbox_row(replace(ends, promise=Promise.NOTICE), NOON)["until"] == NOON


@pytest.mark.parametrize(("at", "sent"), [(9.999, True), (10, False), (11, False)])
async def test_a_notice_is_taken_before_its_end_and_not_at_it(database: Database, at: float, sent: bool) -> None:
    await _notice(database, "e1", until=10)
    assert (await Outbox(database).claim(lease("a", at=at)) is not None) is sent


async def test_what_has_no_end_is_taken_whenever(database: Database) -> None:
    await _notice(database, "e1")
    assert await Outbox(database).expire(NOON + timedelta(days=99)) == 0
    assert await _claimed(Outbox(database), at=99 * 86_400)


async def test_one_whose_time_is_over_stops_no_other(database: Database) -> None:
    await _notice(database, "over", until=5)
    await put(database, "later", promise=Promise.NOTICE, due=1)
    assert (await _claimed(Outbox(database), at=5)).key == reply("later").key


async def test_answers_go_before_notices(database: Database) -> None:
    await _notice(database, "early")
    await put(database, "answer", due=5)
    box = Outbox(database)
    assert [(await _claimed(box, at=9)).key for _ in range(2)] == [reply("answer").key, reply("early").key]


async def test_what_was_not_sent_in_time_is_set_aside_and_forgotten(database: Database) -> None:
    box = Outbox(database)
    for event in ("being-sent", "in-doubt", "waiting"):
        await _notice(database, event, until=10)
    await put(database, "answer")
    await _change(database, "being-sent", state="sending")
    await _change(database, "in-doubt", state="unknown")
    assert await box.expire(NOON + timedelta(seconds=9)) == 0
    assert await box.expire(NOON + timedelta(seconds=10)) == 1
    found = {
        row["key"].rpartition(":")[2]: (row["state"], row["payload"] is None) for row in await rows(database, outbox)
    }
    assert found == {
        "answer": ("pending", False),
        "being-sent": ("sending", False),
        "in-doubt": ("unknown", False),
        "waiting": ("expired", True),
    }


async def test_a_notice_that_was_refused_until_its_end_expires(database: Database) -> None:
    box = Outbox(database)
    await _notice(database, "e1", until=10)
    await box.retry(await _claimed(box), NOON + timedelta(seconds=20))
    assert await box.expire(NOON + timedelta(seconds=20)) == 1


# --- in doubt --------------------------------------------------------------------------------


@pytest.mark.parametrize(("at", "settles"), [(59.9, 0), (60, 0), (60.1, 1)])
async def test_a_notice_in_doubt_can_be_settled_once_its_sender_is_surely_dead(
    database: Database, at: float, settles: int
) -> None:
    box = Outbox(database)
    await _notice(database, "e1")
    await box.doubt(await _claimed(box))
    assert len(await box.doubted(WEB, NOON + timedelta(seconds=at))) == settles


async def test_a_start_keeps_in_mind_what_may_still_arrive(database: Database) -> None:
    box = Outbox(database)
    await _notice(database, "e1")
    await put(database, "answer", due=1)
    await _claimed(box, "dead")
    await _claimed(box, "dead", at=1)
    await box.release_all()
    kept = {row["promise"]: (row["lease_owner"], row["lease_until"]) for row in await rows(database, outbox)}
    assert kept == {"notice": (None, NOON + timedelta(seconds=30)), "answer": (None, None)}
    assert await box.doubt_abandoned(NOON + timedelta(seconds=2)) == 1
    await box.release_all()
    assert await box.doubted(WEB, NOON + timedelta(seconds=60)) == ()
    assert len(await box.doubted(WEB, NOON + timedelta(seconds=61))) == 1


async def test_other_platforms_and_other_states_are_not_asked_about(database: Database) -> None:
    box, doubted = await _in_doubt(database)
    now = NOON + timedelta(seconds=SETTLES)
    assert (doubted.key, doubted.platform, doubted.place, doubted.attempts) == (reply("e1").key, "web", "lena", 1)
    assert await box.doubted(("slack", "teams"), now) == ()
    assert await box.doubted((), now) == ()
    await _change(database, "e1", state="failed")
    assert await box.doubted(WEB, now) == ()


async def test_what_is_there_is_sent_and_forgotten(database: Database) -> None:
    box, doubted = await _in_doubt(database)
    await box.settle_posted(doubted)
    (row,) = await rows(database, outbox)
    assert (row["state"], row["payload"]) == ("sent", None)


async def test_what_is_missing_is_taken_again(database: Database) -> None:
    box, doubted = await _in_doubt(database)
    await box.settle_missing(doubted, NOON + timedelta(seconds=SETTLES))
    again = await _claimed(box, "b", at=SETTLES)
    assert (again.attempts, again.doubtful) == (2, False)


@pytest.mark.parametrize(
    ("until", "becomes"), [(None, "pending"), (62, "pending"), (SETTLES, "expired"), (5, "expired")]
)
async def test_what_is_missing_is_sent_only_while_it_is_welcome(
    database: Database, until: float | None, becomes: str
) -> None:
    box, doubted = await _in_doubt(database, until=None if until is None else NOON + timedelta(seconds=until))
    await box.settle_missing(doubted, NOON + timedelta(seconds=SETTLES))
    assert await box.counts() == {becomes: 1}


@pytest.mark.parametrize("says", ["posted", "missing"])
async def test_an_old_word_says_nothing_of_a_new_try(database: Database, says: str) -> None:
    """Two processes ask; one is believed and tries again, into doubt. The other's word is about the first try."""
    box, doubted = await _in_doubt(database)
    now = NOON + timedelta(seconds=SETTLES)
    await box.settle_missing(doubted, now)
    second = await _claimed(box, "b", at=SETTLES)
    for state in ("sending", "unknown"):
        if says == "posted":
            await box.settle_posted(doubted)
        else:
            await box.settle_missing(doubted, now)
        assert await box.counts() == {state: 1}
        await box.doubt(second)


# --- answers in doubt ------------------------------------------------------------------------


async def test_an_answer_that_may_be_there_says_so_to_whoever_takes_it_again(database: Database) -> None:
    box = Outbox(database)
    await put(database, "e1")
    first = await _claimed(box)
    assert not first.doubtful
    await box.retry_in_doubt(first, NOON + timedelta(seconds=5))
    assert await box.claim(lease("b", at=4)) is None
    second = await _claimed(box, "b", at=5)
    assert (second.doubtful, second.attempts) == (True, 2)
    await box.retry(second, NOON + timedelta(seconds=9))
    assert not (await _claimed(box, "c", at=9)).doubtful


async def test_an_answer_of_a_dead_sender_is_in_doubt(database: Database) -> None:
    box = Outbox(database)
    await put(database, "e1")
    await _claimed(box, "dead")
    assert (await _claimed(box, "b", at=31)).doubtful
