"""A reply is saved once with its check-in, and what its author took back or narrowed never comes back."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from bot.delivery.checkpoints import Point
from bot.domain.barriers import Consent
from bot.domain.check_ins import CheckInId, Reflection, State, withdrawn
from bot.domain.messages import Place
from bot.domain.people import PartnershipId
from bot.store.barriers import ChangedMeanwhile
from bot.store.check_in_tables import check_in as check_in_table
from bot.store.check_in_tables import reflection as reflection_table
from bot.store.check_ins import CheckIns
from bot.store.database import Database
from bot.store.inbox import Reply
from bot.store.reflections import Reflections
from bot.store.tables import outbox
from bot.store.told_replies import ToldReplies
from tests.bot.domain.asked import check_in, reflection, told_reflection
from tests.bot.domain.barrier_moves import AMARA, BEN, HARBOUR
from tests.bot.store.meanwhile import meanwhile
from tests.bot.store.rows import rows
from tests.fakes import CARD, NOON, Died, Trail

ONE = CheckInId("c1")
ASKED, ANSWERED = check_in(), check_in(state=State.ANSWERED)
THANKS = Reply(key="thanks", platform="slack", place=Place("D1"), card=CARD)
DAY = timedelta(days=1)


async def _asked(database: Database) -> Reflections:
    await CheckIns(database).invite([(ASKED, None), (check_in("c2", BEN), None)], NOON)
    return Reflections(database)


async def _answered(database: Database, given: Reflection) -> Reflections:
    store = await _asked(database)
    assert await store.save(given, check_in=(ASKED, ANSWERED), change="m1", now=NOON)
    return store


async def test_a_reply_comes_back_as_it_went_in(database: Database) -> None:
    store = await _answered(database, told_reflection())
    assert await store.find(ONE) == told_reflection()
    assert await CheckIns(database).find(ONE) == ANSWERED
    assert await store.find(CheckInId("c2")) is None
    assert await store.save(reflection("c2", BEN), change="m2", now=NOON)
    assert await store.find(CheckInId("c2")) == reflection("c2", BEN)


async def test_replies_are_found_by_whose_they_are_and_by_what_counts(database: Database) -> None:
    store, people = await _asked(database), [f"p{number}" for number in range(5)]
    made = [
        reflection("c1", at=NOON),
        withdrawn(reflection("c3", at=NOON + DAY)),
        reflection("c4", consent=Consent.PRIVATE, at=NOON + 2 * DAY),
        reflection("c5", consent=Consent.OWN_LEADS, at=NOON + 3 * DAY),
        reflection("q1", partnership=PartnershipId("quay")),
    ]
    await CheckIns(database).invite(
        [(check_in(each.check_in, week=f"2026-W{number}"), None) for number, each in enumerate(made, 20)], NOON
    )
    for each, change in zip(made, people, strict=True):
        assert await store.save(each, change=change, now=NOON)
    assert [each.check_in for each in await store.of(AMARA)] == ["c5", "c4", "c3", "q1", "c1"]
    told = ToldReplies(database)
    assert [each.check_in for each in await told.counting_since(HARBOUR, NOON)] == ["c1", "c5"]
    assert await store.of(BEN) == ()


# --- once ------------------------------------------------------------------------------------


async def test_a_message_that_is_taken_up_twice_has_one_effect(database: Database) -> None:
    store = await _asked(database)
    saved = await asyncio.gather(
        *(
            store.save(reflection(), check_in=(ASKED, ANSWERED), notices=[THANKS], change="m1", now=NOON)
            for _ in range(4)
        )
    )
    assert sorted(saved) == [False, False, False, True]
    assert [row["key"] for row in await rows(database, outbox)] == ["thanks"]


async def test_an_earlier_message_that_is_taken_up_late_undoes_no_later_one(database: Database) -> None:
    store, edited = await _answered(database, reflection()), reflection(text="Edited")
    assert await store.save(edited, change="m2", now=NOON)
    assert not await store.save(reflection(), change="m1", now=NOON)
    assert await store.find(ONE) == edited
    assert [await store.done(ONE, change) for change in ("m1", "m2", "m3")] == [True, True, False]
    assert not await store.done(CheckInId("never"), "m1")


async def test_a_reply_is_saved_with_its_check_in_or_not_at_all(database: Database) -> None:
    store = await _asked(database)
    assert await CheckIns(database).change(ASKED, replace(ASKED, state=State.SNOOZED), now=NOON)
    assert not await store.save(reflection(), check_in=(ASKED, ANSWERED), notices=[THANKS], change="m1", now=NOON)
    assert await store.find(ONE) is None
    assert await rows(database, outbox) == []
    assert not await store.done(ONE, "m1")


@pytest.mark.parametrize("fatal", [Point.REFLECTION_BEFORE_WRITE, Point.REFLECTION_BEFORE_COMMIT])
async def test_death_before_the_commit_leaves_nothing(database: Database, fatal: Point) -> None:
    await _asked(database)
    with pytest.raises(Died):
        await Reflections(database, Trail(fatal=fatal)).save(
            reflection(), check_in=(ASKED, ANSWERED), notices=[THANKS], change="m1", now=NOON
        )
    assert await CheckIns(database).find(ONE) == ASKED
    assert await rows(database, outbox) == []
    trail = Trail()
    assert await Reflections(database, trail).save(
        reflection(), check_in=(ASKED, ANSWERED), notices=[THANKS], change="m1", now=NOON
    )
    assert trail.points == [
        Point.REFLECTION_BEFORE_WRITE,
        Point.REFLECTION_BEFORE_COMMIT,
        Point.REFLECTION_COMMITTED,
    ]


# --- what its author decides -----------------------------------------------------------------


async def test_of_two_edits_at_once_the_later_is_told(database: Database) -> None:
    given = reflection(consent=Consent.NAMED, name="Amara")
    store = await _answered(database, given)
    edited, narrowed = replace(given, text="Edited"), replace(given, consent=Consent.PRIVATE, name="")
    outcomes = await asyncio.gather(
        store.save(edited, before=given, change="m2", now=NOON),
        store.save(narrowed, before=given, change="m3", now=NOON),
        return_exceptions=True,
    )
    assert [type(each) for each in outcomes if each is not True] == [ChangedMeanwhile]
    assert await store.find(ONE) == (edited if outcomes[0] is True else narrowed)


async def test_an_edit_waits_for_a_change_that_is_being_saved(database: Database) -> None:
    given = reflection(consent=Consent.NAMED, name="Amara")
    store = await _answered(database, given)
    held = select(check_in_table).where(check_in_table.c.id == ONE)
    narrowed = update(reflection_table).values(consent="private", name="")
    edit = store.save(replace(given, text="Edited"), before=given, change="m2", now=NOON)
    with pytest.raises(ChangedMeanwhile):
        await meanwhile(database, held, narrowed, edit)
    assert await store.find(ONE) == replace(given, consent=Consent.PRIVATE, name="")


async def test_what_was_taken_back_stays_so(database: Database) -> None:
    store, given = await _answered(database, told_reflection()), told_reflection()
    assert await store.save(withdrawn(given), before=given, change="m2", now=NOON)
    assert not await store.save(given, change="m3", now=NOON)
    with pytest.raises(ChangedMeanwhile):
        await store.save(replace(given, text="Edited"), before=given, change="m4", now=NOON)
    found = await store.find(ONE)
    assert found == withdrawn(given)
    assert (found.text, found.follow_up, found.name, found.view, found.agenda) == ("", "", "", None, False)


async def test_a_check_in_that_is_answered_anew_has_the_new_reply(database: Database) -> None:
    store, given = await _answered(database, reflection()), reflection()
    taken_back = withdrawn(given)
    assert await store.save(taken_back, before=given, check_in=(ANSWERED, ASKED), change="m2", now=NOON)
    anew = reflection(text="What I meant")
    assert await store.save(anew, before=taken_back, check_in=(ASKED, ANSWERED), change="m3", now=NOON)
    assert await store.find(ONE) == anew


async def test_nothing_is_saved_of_somebody_who_was_erased(database: Database) -> None:
    store = await _asked(database)
    async with database.writing() as connection:
        await connection.execute(delete(check_in_table))
    assert not await store.save(reflection(), change="m1", now=NOON)
    assert not await store.save(reflection(), check_in=(ASKED, ANSWERED), notices=[THANKS], change="m1", now=NOON)
    assert (await store.of(AMARA), await rows(database, outbox)) == ((), [])


async def test_an_edit_of_what_is_there_no_more_is_told(database: Database) -> None:
    store, given = await _answered(database, reflection()), reflection()
    assert await store.forget(HARBOUR, NOON + DAY) == 1
    with pytest.raises(ChangedMeanwhile):
        await store.save(replace(given, text="Edited"), before=given, change="m2", now=NOON)


async def test_what_is_old_is_forgotten_words_and_all(database: Database) -> None:
    store = await _answered(database, reflection(at=NOON))
    assert await store.save(reflection("c2", BEN, at=NOON + DAY), change="m2", now=NOON)
    assert await store.forget(PartnershipId("quay"), NOON + 9 * DAY) == 0
    assert await store.forget(HARBOUR, NOON + DAY) == 1
    assert (await store.of(AMARA), len(await store.of(BEN))) == ((), 1)
    assert await CheckIns(database).find(ONE) == ANSWERED
