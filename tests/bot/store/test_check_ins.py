"""Nobody is asked twice in a week, whoever asks at once, and what is sent for a check-in stands and falls with it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.delivery.checkpoints import Point
from bot.domain.cards import Card, Paragraph, from_json
from bot.domain.check_ins import CheckIn, CheckInId, State
from bot.domain.messages import Place
from bot.domain.people import PartnerId, PartnershipId
from bot.store.check_in_tables import check_in as check_in_table
from bot.store.check_ins import CheckIns, invitation_key, reminder_key, snooze_key
from bot.store.database import Database
from bot.store.inbox import Promise, Reply
from bot.store.outbox import Outbox
from bot.store.tables import outbox
from tests.bot.domain.asked import WEEK, check_in
from tests.bot.domain.barrier_moves import AMARA, BEN, CHLOE, HARBOUR
from tests.bot.store.meanwhile import meanwhile
from tests.bot.store.rows import rows
from tests.fakes import NOON, Died, Trail, lease

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
QUAY = PartnershipId("quay")
ONE = CheckInId("c1")


def _card(key: str, text: str = "What would help?", **changed: object) -> Reply:
    made = Reply(key=key, platform="slack", place=Place("D1"), card=Card(paragraphs=(Paragraph(text=text),)))
    return replace(made, **changed)  # type: ignore[arg-type]


def _invited(each: CheckIn) -> tuple[CheckIn, Reply]:
    return each, _card(invitation_key(each.id), until=NOON + 7 * HOUR)


async def _invite(store: CheckIns, *made: CheckIn) -> int:
    return await store.invite([_invited(each) for each in made], NOON)


async def _waiting(database: Database) -> list[tuple[str, str]]:
    return [(row["key"], row["state"]) for row in await rows(database, outbox)]


def test_each_card_of_a_check_in_has_a_key_of_its_own() -> None:
    keys = [invitation_key(ONE), reminder_key(ONE, 1), reminder_key(ONE, 2), snooze_key(ONE)]
    assert keys == ["check-in:c1:0", "check-in:c1:1", "check-in:c1:2", "check-in:c1:s"]


async def test_a_check_in_comes_back_as_it_went_in(database: Database) -> None:
    store = CheckIns(database)
    rich = check_in(state=State.SNOOZED, instead_of="trust-2", reminders=2, remind_at=None, reason={})
    assert await store.invite([(check_in("c2", BEN), None), (rich, None)], NOON) == 2
    assert await store.find(ONE) == rich
    assert await store.find(CheckInId("c2")) == check_in("c2", BEN)
    assert await store.find(CheckInId("never")) is None
    assert await rows(database, outbox) == []


async def test_check_ins_are_found_by_partner_and_by_week(database: Database) -> None:
    store = CheckIns(database)
    older = check_in("c0", week="2026-W09", asked_at=NOON - 7 * DAY)
    await _invite(store, check_in(), older, check_in("c2", BEN), check_in("q1", CHLOE, partnership=QUAY))
    assert [each.id for each in await store.of(AMARA)] == ["c1", "c0"]
    assert await store.latest(AMARA) == check_in()
    assert await store.latest(PartnerId("nobody")) is None
    assert await store.asked_in(HARBOUR, WEEK) == {AMARA, BEN}
    assert await store.asked_in(HARBOUR, "2026-W09") == {AMARA}
    assert {each.id for each in await store.since(HARBOUR, NOON)} == {"c1", "c2"}
    assert len(await store.since(HARBOUR, NOON - 7 * DAY)) == 3


# --- inviting --------------------------------------------------------------------------------


async def test_an_invitation_is_a_notice_that_is_welcome_for_a_while(database: Database) -> None:
    await _invite(CheckIns(database), check_in())
    (row,) = await rows(database, outbox)
    assert (row["key"], row["promise"], row["state"], row["until"]) == (
        "check-in:c1:0",
        "notice",
        "pending",
        NOON + 7 * HOUR,
    )


async def test_nobody_is_asked_twice_in_a_week(database: Database) -> None:
    store = CheckIns(database)
    assert await _invite(store, check_in()) == 1
    again = check_in("c9", question="money-1")
    assert await _invite(store, again, check_in("c2", BEN), check_in("c3", BEN)) == 1
    assert {each.id for each in await store.since(HARBOUR, NOON)} == {"c1", "c2"}
    assert await _waiting(database) == [("check-in:c1:0", "pending"), ("check-in:c2:0", "pending")]
    assert await _invite(store, check_in("c9", week="2026-W11"), check_in("q1", partnership=QUAY)) == 2


async def test_two_processes_that_invite_the_same_people_at_once_ask_each_once(database: Database) -> None:
    people = [PartnerId(f"p{number}") for number in range(40)]

    def batch(process: str) -> Sequence[CheckIn]:
        made = [check_in(f"{process}-{each}", each) for each in people]
        return made if process == "a" else made[::-1]

    new = await asyncio.gather(*(_invite(CheckIns(database), *batch(process)) for process in "ab"))
    asked = await CheckIns(database).since(HARBOUR, NOON)
    assert sum(new) == len(asked) == len({each.partner for each in asked}) == 40
    assert {key for key, _ in await _waiting(database)} == {invitation_key(each.id) for each in asked}


@pytest.mark.parametrize(
    ("fatal", "kept"),
    [(Point.CHECK_IN_BEFORE_WRITE, 0), (Point.CHECK_IN_BEFORE_COMMIT, 0), (Point.CHECK_IN_COMMITTED, 2)],
)
async def test_a_death_leaves_the_rest_to_be_invited_again(
    database: Database, monkeypatch: pytest.MonkeyPatch, fatal: Point, kept: int
) -> None:
    monkeypatch.setattr("bot.store.check_ins._MOST_TOGETHER", 2)
    made = [check_in(f"c{number}", PartnerId(f"p{number}")) for number in range(5)]
    with pytest.raises(Died):
        await _invite(CheckIns(database, Trail(fatal=fatal)), *made)
    store = CheckIns(database)
    assert len(await store.since(HARBOUR, NOON)) == len(await _waiting(database)) == kept
    assert await _invite(store, *made) == 5 - kept
    assert len(await _waiting(database)) == 5


async def test_many_more_than_a_statement_holds_are_invited(sqlite: Database) -> None:
    made = [check_in(f"c{number}", PartnerId(f"p{number}")) for number in range(1201)]
    assert await _invite(CheckIns(sqlite), *made) == 1201
    assert await _invite(CheckIns(sqlite), *made) == 0
    assert len(await CheckIns(sqlite).asked_in(HARBOUR, WEEK)) == len(await rows(sqlite, outbox)) == 1201


# --- changing --------------------------------------------------------------------------------


async def test_of_two_changes_at_once_one_is_saved(database: Database) -> None:
    store, made = CheckIns(database), check_in()
    await _invite(store, made)
    skipped, reminded = replace(made, state=State.SKIPPED), replace(made, reminders=1)
    notice = _card(reminder_key(ONE, 1))
    saved = await asyncio.gather(
        store.change(made, skipped, now=NOON), store.change(made, reminded, notices=[notice], now=NOON)
    )
    assert sorted(saved) == [False, True]
    assert await store.find(ONE) == (skipped if saved[0] else reminded)
    assert len(await _waiting(database)) == (0 if saved[0] else 2)


@pytest.mark.parametrize(
    "meanwhile", [{"state": State.SNOOZED}, {"reminders": 1}, {"remind_at": None}, {"question": "money-1"}]
)
async def test_what_somebody_changed_meanwhile_stays(database: Database, meanwhile: dict[str, object]) -> None:
    store, made = CheckIns(database), check_in()
    await _invite(store, made)
    changed = replace(made, **meanwhile)  # type: ignore[arg-type]
    assert await store.change(made, changed, now=NOON)
    assert not await store.change(made, replace(made, state=State.SKIPPED), notices=[_card("late")], now=NOON)
    assert await store.find(ONE) == changed
    put_off = changed.state is State.SNOOZED
    assert await _waiting(database) == ([] if put_off else [("check-in:c1:0", "pending")])
    assert await store.change(changed, replace(changed, state=State.SKIPPED), now=NOON)


async def test_a_question_that_was_changed_is_saved_whole(database: Database) -> None:
    store, made = CheckIns(database), check_in()
    await _invite(store, made)
    other = replace(made, question="money-1", factor="money", reason={"kind": "new"}, instead_of="trust-1")
    assert await store.change(made, other, now=NOON)
    assert await store.find(ONE) == other


@pytest.mark.parametrize("state", [State.ANSWERED, State.SKIPPED, State.SNOOZED])
async def test_nothing_waits_for_somebody_who_has_said_something(database: Database, state: State) -> None:
    store, made = CheckIns(database), check_in("c_1%")
    await _invite(store, made, check_in("cx1y", BEN))
    assert await Outbox(database).claim(lease("a"))
    await store.change(made, replace(made, reminders=1), notices=[_card(reminder_key(made.id, 1))], now=NOON)
    async with database.writing() as connection:  # it is being sent: what may have gone out is no longer undone
        await connection.execute(update(outbox).where(outbox.c.key == "check-in:c_1%:0").values(state="sending"))
        await connection.execute(update(outbox).where(outbox.c.key == "check-in:cx1y:0").values(state="pending"))
    thanks = _card("thanks")
    assert await store.change(
        replace(made, reminders=1), replace(made, reminders=1, state=state), notices=[thanks], now=NOON
    )
    assert await _waiting(database) == [
        ("check-in:c_1%:0", "sending"),
        ("check-in:cx1y:0", "pending"),
        ("thanks", "pending"),
    ]


async def test_a_reminder_is_sent_once(database: Database) -> None:
    store, made = CheckIns(database), check_in()
    await _invite(store, made)
    reminded, notice = replace(made, reminders=1), _card(reminder_key(ONE, 1), "First")
    assert await store.change(made, reminded, notices=[notice], now=NOON)
    again = replace(reminded, remind_at=None)
    assert await store.change(reminded, again, notices=[_card(reminder_key(ONE, 1), "Twice")], now=NOON)
    found = {row["key"]: from_json(row["payload"]) for row in await rows(database, outbox)}
    assert found["check-in:c1:1"] == notice.card


async def test_who_is_to_be_reminded(database: Database) -> None:
    store, later = CheckIns(database), NOON + DAY
    made = [
        check_in("due", PartnerId("p1")),
        check_in("snoozed", PartnerId("p2"), state=State.SNOOZED),
        check_in("early", PartnerId("p3"), remind_at=later + HOUR),
        check_in("never", PartnerId("p4"), remind_at=None),
        check_in("over", PartnerId("p5"), until=later),
        check_in("answered", PartnerId("p6"), state=State.ANSWERED),
        check_in("skipped", PartnerId("p7"), state=State.SKIPPED),
        check_in("elsewhere", PartnerId("p8"), partnership=QUAY),
    ]
    await _invite(store, *made)
    assert {each.id for each in await store.to_remind([HARBOUR], later)} == {"due", "snoozed"}
    assert await store.to_remind([HARBOUR], later - timedelta(seconds=1)) == ()


# --- not sent in time ------------------------------------------------------------------------


async def test_a_card_that_was_not_sent_while_welcome_makes_room_for_another_of_its_key(database: Database) -> None:
    store, box, evening = CheckIns(database), Outbox(database), NOON + 8 * HOUR
    await _invite(store, check_in())
    assert await box.expire(NOON + 7 * HOUR - timedelta(seconds=1)) == 0
    assert await store.unsent([HARBOUR], evening) == {}
    assert await box.expire(evening) == 1
    assert await store.unsent([HARBOUR, QUAY], evening) == {ONE: (check_in(), "check-in:c1:0")}
    assert (await store.unsent([QUAY], evening), await store.unsent([HARBOUR], NOON + 3 * DAY)) == ({}, {})
    morning = NOON + 22 * HOUR
    fresh = _card("check-in:c1:0", "Good morning", place=Place("D2"), due=morning, until=morning + 8 * HOUR)
    late = replace(check_in(), remind_at=morning + DAY)
    outcomes = await asyncio.gather(*(store.change(check_in(), late, notices=[fresh], now=morning) for _ in range(4)))
    assert sorted(outcomes) == [False, False, False, True]
    assert await store.unsent([HARBOUR], morning) == {}
    assert await store.change(late, late, notices=[_card("check-in:c1:0", "Again")], now=morning)
    sent = await box.claim(lease("a", at=22 * 3600))
    assert sent is not None
    assert (sent.card, sent.place, sent.attempts, sent.promise) == (fresh.card, "D2", 1, Promise.NOTICE)


async def test_what_was_put_off_and_not_sent_is_known_but_a_reminder_is_let_go(database: Database) -> None:
    store, box = CheckIns(database), Outbox(database)
    one, two = check_in(), check_in("c2", BEN)
    await _invite(store, one, two)
    while (outgoing := await box.claim(lease("a"))) is not None:
        await box.sent(outgoing)
    back, again = f"{snooze_key(ONE)}:20260310", reminder_key(two.id, 1)
    for each, key in ((one, back), (two, again)):
        notice = replace(_card(key), until=NOON + HOUR)
        assert await store.change(each, each, notices=[notice], now=NOON)
    assert await box.expire(NOON + HOUR) == 2
    assert await store.unsent([HARBOUR], NOON + HOUR) == {ONE: (one, back)}


@pytest.mark.parametrize("state", [State.ANSWERED, State.SKIPPED])
async def test_nothing_is_revived_for_somebody_who_has_said_something(database: Database, state: State) -> None:
    store = CheckIns(database)
    await _invite(store, check_in())
    await Outbox(database).expire(NOON + DAY)
    assert await store.change(check_in(), check_in(state=state), now=NOON)
    assert await store.unsent([HARBOUR], NOON + DAY) == {}
    assert not await store.change(check_in(), check_in(), notices=[_card("check-in:c1:0")], now=NOON + DAY)
    assert await Outbox(database).counts() == {"expired": 1}


async def test_nothing_is_revived_for_somebody_who_is_just_saying_something(database: Database) -> None:
    store = CheckIns(database)
    await _invite(store, check_in())
    await Outbox(database).expire(NOON + DAY)
    held, answered = select(check_in_table), update(check_in_table).values(state="answered")
    revived = store.change(check_in(), check_in(), notices=[_card("check-in:c1:0")], now=NOON + DAY)
    assert await meanwhile(database, held, answered, revived) is False
    assert await Outbox(database).counts() == {"expired": 1}


async def test_what_was_sent_or_never_was_to_be_is_not_revived(database: Database) -> None:
    store, box = CheckIns(database), Outbox(database)
    await store.invite([_invited(check_in()), (check_in("asked", BEN), None)], NOON)
    outgoing = await box.claim(lease("a"))
    assert outgoing is not None
    await box.sent(outgoing)
    await box.expire(NOON + DAY)
    assert await store.unsent([HARBOUR], NOON + DAY) == {}
    assert await store.change(check_in(), check_in(), notices=[_card("check-in:c1:0")], now=NOON + DAY)
    assert await _waiting(database) == [("check-in:c1:0", "sent")]


async def test_many_are_changed_at_once_each_only_if_it_is_what_it_was(database: Database) -> None:
    store, people = CheckIns(database), [PartnerId(f"p{number}") for number in range(501)]
    made = [check_in(f"c{number}", partner) for number, partner in enumerate(people)]
    await _invite(store, *made)
    assert await store.change(made[3], replace(made[3], state=State.ANSWERED), now=NOON)
    changes = [(each, replace(each, reminders=1), [_card(reminder_key(each.id, 1))]) for each in made]
    assert await store.change_all(changes, NOON) == 500
    assert await store.change_all(changes, NOON) == 0
    told = {key for key, _ in await _waiting(database) if key.endswith(":1")}
    assert told == {reminder_key(each.id, 1) for each in made} - {reminder_key(made[3].id, 1)}
