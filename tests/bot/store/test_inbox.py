"""The inbox: kept before it is acknowledged, handled once, and forgotten when handled."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.delivery.checkpoints import Point
from bot.domain.messages import Place
from bot.store.database import Database
from bot.store.inbox import Claimed, Inbox, LeaseLost
from bot.store.tables import inbox, outbox, page_entry
from tests.bot.store.rows import reply, rows
from tests.fakes import CARD, NOON, Died, Trail, lease, message


async def _claimed(box: Inbox, owner: str, *, at: float = 0) -> Claimed:
    claimed = await box.claim(lease(owner, at=at))
    assert claimed is not None
    return claimed


async def test_a_message_counts_once(database: Database) -> None:
    box = Inbox(database)
    assert await box.receive(message("e1")) is True
    assert await box.receive(message("e1", text="the same event, delivered again")) is False
    assert await box.receive(message("e2")) is True
    assert [row["key"] for row in await rows(database, inbox)] == ["web:lena:e1", "web:lena:e2"]
    assert await box.waiting() == 2


async def test_a_message_delivered_five_times_at_once_counts_once(database: Database) -> None:
    box = Inbox(database)
    new = await asyncio.gather(*(box.receive(message("e1")) for _ in range(5)))
    assert sorted(new) == [False, False, False, False, True]


async def test_a_message_comes_out_as_it_went_in(database: Database) -> None:
    sent = replace(message("e1", text="Größe “quoted” \u202e<b>\n🌊", at=0), conversation=Place("all of it"))
    sent = replace(sent, direct=Place("alone"))
    await Inbox(database).receive(sent)
    claimed = await _claimed(Inbox(database), "a")
    assert (claimed.incoming, claimed.attempts) == (sent, 1)


async def test_the_page_shows_what_was_typed_and_other_platforms_show_it_themselves(database: Database) -> None:
    box = Inbox(database)
    await box.receive(message("e1", text="on the page"))
    await box.receive(message("e1", text="elsewhere", platform="slack"))
    assert [row["text"] for row in await rows(database, page_entry)] == ["on the page"]


async def test_the_oldest_message_is_taken_first_and_by_one_only(database: Database) -> None:
    box = Inbox(database)
    for event, at in (("late", -1), ("early", -9), ("middle", -5)):
        await box.receive(message(event, at=at, who=f"one-{event}"))
    taken = await asyncio.gather(*(box.claim(lease(owner)) for owner in "abcde"))
    assert sorted(each.incoming.key for each in taken if each) == [
        "web:one-early:early",
        "web:one-late:late",
        "web:one-middle:middle",
    ]
    assert await box.claim(lease("f")) is None


async def test_messages_are_taken_in_order(database: Database) -> None:
    box = Inbox(database)
    for event, at in (("late", -1), ("early", -9)):
        await box.receive(message(event, at=at, who=event))
    order = [(await _claimed(box, owner)).incoming.place for owner in "ab"]
    assert order == ["early", "late"]


async def test_each_persons_messages_are_taken_one_at_a_time_in_the_order_in_which_they_came(
    database: Database,
) -> None:
    box = Inbox(database)
    for event, at in (("e1", -5), ("e2", -9)):
        await box.receive(message(event, at=at))
    first = await _claimed(box, "a")
    assert (first.incoming.key, await box.claim(lease("b"))) == ("web:lena:e1", None)
    await box.finish(first, [], NOON)
    assert (await _claimed(box, "b")).incoming.key == "web:lena:e2"


async def test_whoever_sends_many_messages_delays_themselves_alone(database: Database) -> None:
    box = Inbox(database)
    for number in range(5):
        await box.receive(message(f"e{number}", at=-9))
    await box.receive(message("e9", at=-8, who="amara"))
    order = []
    for owner in "abcdef":
        claimed = await _claimed(box, owner)
        order.append(claimed.incoming.place)
        await box.finish(claimed, [], NOON)
    # The flood's second message has its turn when hers has: a second after its first.
    assert order.index(Place("amara")) <= 2


async def test_a_message_is_taken_again_when_its_lease_has_run_out(database: Database) -> None:
    box = Inbox(database)
    await box.receive(message("e1"))
    await _claimed(box, "a")
    assert await box.claim(lease("b", at=30)) is None
    assert (await _claimed(box, "b", at=31)).attempts == 2


async def test_a_process_that_is_alone_takes_up_at_once_what_another_left(database: Database) -> None:
    box = Inbox(database)
    await box.receive(message("e1"))
    await _claimed(box, "dead")
    await box.release_all()
    assert (await _claimed(box, "a")).attempts == 2


async def test_a_handled_message_keeps_its_key_and_loses_its_payload(database: Database) -> None:
    box = Inbox(database)
    await box.receive(message("e1"))
    await box.finish(await _claimed(box, "a"), [reply("e1")], NOON)
    (row,) = await rows(database, inbox)
    assert (row["key"], row["state"], row["payload"], row["lease_owner"]) == ("web:lena:e1", "handled", None, None)
    (out,) = await rows(database, outbox)
    assert (out["key"], out["state"], out["due_at"]) == ("web:answer:web:lena:e1", "pending", NOON)
    assert out["payload"]["paragraphs"][0]["text"] == CARD.paragraphs[0].text
    assert await box.waiting() == 0
    assert await box.claim(lease("b", at=99)) is None


async def test_a_handled_message_that_comes_again_changes_nothing(database: Database) -> None:
    box = Inbox(database)
    await box.receive(message("e1"))
    await box.finish(await _claimed(box, "a"), [reply("e1")], NOON)
    assert await box.receive(message("e1", text="again")) is False
    (row,) = await rows(database, inbox)
    assert (row["state"], row["payload"]) == ("handled", None)
    assert len(await rows(database, page_entry)) == 1


async def test_whoever_lost_the_lease_writes_nothing(database: Database) -> None:
    box = Inbox(database)
    await box.receive(message("e1"))
    slow = await _claimed(box, "slow")
    quick = await _claimed(box, "quick", at=31)
    with pytest.raises(LeaseLost):
        await box.finish(slow, [reply("e1")], NOON)
    assert await rows(database, outbox) == []
    await box.finish(quick, [reply("e1")], NOON)
    with pytest.raises(LeaseLost):
        await box.finish(quick, [reply("e1")], NOON)
    assert len(await rows(database, outbox)) == 1


async def test_a_message_is_handled_with_all_its_replies_or_not_at_all(database: Database) -> None:
    box = Inbox(database)
    await box.receive(message("e1"))
    claimed = await _claimed(box, "a")
    with pytest.raises(IntegrityError):
        await box.finish(claimed, [reply("e1"), reply("e1")], NOON)
    assert await rows(database, outbox) == []
    assert (await rows(database, inbox))[0]["state"] == "waiting"
    await box.finish(claimed, [reply("e1"), reply("e2")], NOON)
    assert len(await rows(database, outbox)) == 2


async def test_a_reply_is_due_at_once_unless_it_says_when(database: Database) -> None:
    box, later = Inbox(database), NOON + timedelta(minutes=1)
    await box.receive(message("e1"))
    await box.finish(await _claimed(box, "a"), [reply("e1"), replace(reply("e2"), due=later)], NOON)
    assert [row["due_at"] for row in await rows(database, outbox)] == [NOON, later]


async def test_death_before_the_commit_leaves_nothing(database: Database) -> None:
    with pytest.raises(Died):
        await Inbox(database, Trail(fatal=Point.INBOX_BEFORE_COMMIT)).receive(message("e1"))
    assert await rows(database, inbox) == await rows(database, page_entry) == []
    box = Inbox(database, Trail(fatal=Point.ANSWER_BEFORE_COMMIT))
    await box.receive(message("e1"))
    with pytest.raises(Died):
        await box.finish(await _claimed(box, "a"), [reply("e1")], NOON)
    assert await rows(database, outbox) == []
    assert (await rows(database, inbox))[0]["payload"]["text"] == message("e1").text


async def test_the_points_are_reached_in_order(database: Database) -> None:
    trail = Trail()
    box = Inbox(database, trail)
    await box.receive(message("e1"))
    await box.finish(await _claimed(box, "a"), [reply("e1")], NOON)
    assert trail.points == [
        Point.INBOX_BEFORE_WRITE,
        Point.INBOX_BEFORE_COMMIT,
        Point.INBOX_COMMITTED,
        Point.INBOX_BEFORE_CLAIM,
        Point.INBOX_CLAIMED,
        Point.ANSWER_BEFORE_WRITE,
        Point.ANSWER_BEFORE_COMMIT,
        Point.ANSWER_COMMITTED,
    ]
