"""Notices are told once, together with what they tell of; what changes twice within a minute is told once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery.checkpoints import Point
from bot.domain import barrier_rules as rules
from bot.domain.barriers import Status
from bot.domain.cards import Card, Paragraph, from_json
from bot.domain.messages import Place
from bot.store.barriers import Barriers, ChangedMeanwhile
from bot.store.database import Database
from bot.store.inbox import Promise, Reply
from bot.store.notices import answer_of, batch_of
from bot.store.outbox import Outbox, Outgoing
from bot.store.relays import Relay, Relays
from bot.store.tables import outbox
from tests.bot.domain.barrier_moves import AMARA, BEN, CHLOE, barrier
from tests.bot.store.rows import rows
from tests.fakes import CARD, NOON, Died, Trail, lease

MINUTE = timedelta(minutes=1)
BATCH = batch_of(barrier().id, AMARA)


def _notice(number: int, *, batch: str = BATCH, due: float = 60) -> Reply:
    return Reply(
        key=f"{batch or 'notice:'}{number}",
        platform="slack",
        place=Place("D1"),
        card=Card(paragraphs=(Paragraph(text=f"News {number}"),)),
        due=NOON + timedelta(seconds=due),
        batch=batch,
    )


async def _tell(database: Database, *notices: Reply) -> None:
    """Save notices alone, as of a barrier that nobody changed."""
    await Barriers(database).save(notices=notices, now=NOON)


async def _told(database: Database) -> list[tuple[str, str | None, float]]:
    """Each card's state, text and due time in seconds after noon."""
    found = await rows(database, outbox)
    texts = [from_json(row["payload"]).paragraphs[0].text if row["payload"] else None for row in found]
    due = [(row["due_at"] - NOON).total_seconds() for row in found]
    return list(zip([row["state"] for row in found], texts, due, strict=True))


async def _claimed(database: Database, at: float = 99) -> Outgoing:
    outgoing = await Outbox(database).claim(lease("a", at=at))
    assert outgoing is not None
    return outgoing


async def test_a_notice_is_due_when_it_says_and_is_sent_at_most_once(database: Database) -> None:
    await _tell(database, _notice(1))
    assert await Outbox(database).claim(lease("a", at=59)) is None
    assert (await _claimed(database, at=60)).promise is Promise.NOTICE


async def test_what_waits_unsent_is_replaced_and_keeps_the_first_due_time(database: Database) -> None:
    await _tell(database, _notice(1, due=60))
    await _tell(database, _notice(2, due=90))
    await _tell(database, replace(_notice(2, due=120), card=CARD))
    assert await _told(database) == [("pending", "Start small.", 60)]


async def test_notices_of_other_batches_and_of_none_stay(database: Database) -> None:
    others = (batch_of(barrier().id, BEN), batch_of(barrier("b%").id, AMARA), f"{BATCH}relay:", "")
    await _tell(database, *(_notice(number, batch=batch) for number, batch in enumerate(others)), _notice(8))
    await _tell(database, _notice(9))
    assert sorted(text or "" for _, text, _ in await _told(database)) == [
        *(f"News {number}" for number in range(4)),
        "News 9",
    ]


async def test_what_was_sent_or_is_being_sent_is_neither_replaced_nor_sent_again(database: Database) -> None:
    await _tell(database, _notice(1))
    sending = await _claimed(database)
    await _tell(database, replace(_notice(1), card=CARD), _notice(2))
    assert [state for state, _, _ in await _told(database)] == ["sending", "pending"]
    await Outbox(database).sent(sending)
    await _tell(database, replace(_notice(1), card=replace(CARD, note="again")))
    assert await _told(database) == [("sent", None, 60), ("pending", "News 2", 60)]


async def test_a_change_that_came_too_late_tells_nobody(database: Database) -> None:
    store, made = Barriers(database), barrier()
    await store.save((None, made), now=NOON)
    moved = rules.moved(made, Status.ACKNOWLEDGED, "m", NOON, CHLOE)
    stale = replace(made, version=made.version + 1)
    with pytest.raises(ChangedMeanwhile):
        await store.save((stale, moved), notices=[_notice(1)], now=NOON)
    trail = Trail(fatal=Point.BARRIER_BEFORE_COMMIT)
    with pytest.raises(Died):
        await Barriers(database, trail).save((made, moved), notices=[_notice(1)], now=NOON)
    assert await rows(database, outbox) == []
    await store.save((made, moved), notices=[_notice(1)], now=NOON)
    assert len(await rows(database, outbox)) == 1


@pytest.mark.parametrize("state", ["pending", "sending", "unknown", "failed"])
async def test_whoever_withdrew_is_told_nothing_more_and_no_notice_keeps_their_wording(
    database: Database, state: str
) -> None:
    store, made = Barriers(database), barrier("b1", AMARA, BEN)
    others = _notice(5, batch=batch_of(made.id, BEN), due=300)
    await store.save((None, made), notices=[_notice(1), others], now=NOON)
    await _leave(database, state)
    out = rules.withdrawn(made, AMARA, "out", NOON + MINUTE)
    await store.save((made, out), notices=[_notice(7, due=400)], now=NOON)
    expected: Sequence[tuple[str, str | None]] = [] if state == "pending" else [(state, None)]
    told = [(found, text) for found, text, _ in await _told(database)]
    assert told == [*expected, ("pending", "News 7"), ("pending", "News 5")]


async def test_an_answer_that_never_reached_the_lead_is_forgotten_with_whoever_gave_it(database: Database) -> None:
    store, made, relays = Barriers(database), barrier("b1", AMARA, BEN), Relays(database)
    await store.save((None, made), now=NOON)
    for number, who in enumerate((AMARA, BEN)):
        asked = Relay(id=f"r{number}", barrier=made.id, lead=CHLOE, raiser=who, question="Why?", at=NOON)
        await relays.ask(asked, now=NOON)
        back = replace(_notice(number, batch=""), key=answer_of(asked.id))
        await relays.answer(asked.id, who, "Because", [back], now=NOON)
    await store.save((made, rules.withdrawn(made, AMARA, "out", NOON + MINUTE)), now=NOON)
    assert [row["key"] for row in await rows(database, outbox)] == [answer_of("r1")]


async def _leave(database: Database, state: str) -> None:
    """Have the first notice in a state."""
    if state != "pending":
        outgoing = await _claimed(database)
        box = Outbox(database)
        if state == "unknown":
            await box.doubt(outgoing)
        elif state == "failed":
            await box.give_up(outgoing)


async def test_the_points_of_a_notice_are_reached_besides_those_of_every_card(database: Database) -> None:
    await _tell(database, _notice(1))
    trail = Trail()
    box = Outbox(database, trail)
    outgoing = await box.claim(lease("a", at=99))
    assert outgoing is not None
    await box.sent(outgoing)
    assert trail.points == [
        Point.OUTBOX_BEFORE_CLAIM,
        Point.OUTBOX_SENDING,
        Point.NOTICE_SENDING,
        Point.NOTICE_POSTED,
        Point.SENT_BEFORE_COMMIT,
        Point.SENT,
    ]
