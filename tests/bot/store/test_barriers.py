"""Barriers come back as they were saved, and nobody's change is saved over somebody else's."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from bot.delivery.checkpoints import Point
from bot.domain import barrier_rules as rules
from bot.domain.barriers import Barrier, BarrierId, Consent, Status
from bot.domain.people import OrganisationId, PartnershipId
from bot.store.barrier_tables import barrier as barrier_table
from bot.store.barrier_tables import barrier_change, barrier_raiser, relay
from bot.store.barriers import Barriers, ChangedMeanwhile
from bot.store.database import Database
from bot.store.relays import Relay, Relays
from tests.bot.domain.barrier_moves import AMARA, BEN, CHLOE, HARBOUR, barrier, raiser
from tests.bot.store.rows import rows
from tests.fakes import NOON, Died, Trail

QUAY = PartnershipId("quay")
LATER = NOON + timedelta(hours=1)


async def _saved(store: Barriers, *made: Barrier) -> None:
    await store.save(*((None, each) for each in made), now=NOON)


def _rich() -> Barrier:
    """One in which nothing is as it is at first."""
    made = rules.raised(
        HARBOUR,
        replace(raiser(AMARA, "“Größe” \u202e=1+1 <b>\n🌊"), consent=Consent.NAMED, shared=True, name="Amara"),
        "trust",
        "one",
        also=("money", "rules"),
        organisations=(OrganisationId("council"), OrganisationId("police")),
    )
    made = rules.joined(made, raiser(BEN, at=1, organisation="nhs"), "two")
    made = rules.assigned(made, "lead@council.example", date(2026, 4, 1), "three", LATER, CHLOE)
    made = rules.moved(made, Status.RESOLVED, "four", LATER, CHLOE, "A shared rota", shared=True)
    return rules.answered(made, AMARA, "five", LATER, gone=True)


async def test_a_barrier_comes_back_as_it_went_in(database: Database) -> None:
    store, made = Barriers(database), _rich()
    await _saved(store, made)
    assert await store.find(made.id) == made
    assert await store.find(BarrierId("other")) is None


async def test_both_of_a_merge_come_back_and_so_do_both_once_it_is_undone(database: Database) -> None:
    store = Barriers(database)
    one, two, three = barrier("b1", AMARA, BEN), barrier("b2", BEN, CHLOE, at=9), barrier("b3", CHLOE, at=20)
    await _saved(store, one, two, three)
    kept, gone = rules.merged(one, two, "merge", LATER, AMARA)
    await store.save((one, kept), (two, gone), now=LATER)
    assert await store.all(HARBOUR) == (kept, gone, three)
    assert (await store.standing(two.id), await store.find(two.id)) == (kept, gone)
    last, absorbed = rules.merged(three, kept, "again", LATER, AMARA)
    await store.save((three, last), (kept, absorbed), now=LATER)
    assert await store.standing(two.id) == last
    left, free = rules.parted(last, absorbed, "part", LATER, AMARA)
    await store.save((last, left), (absorbed, free), now=LATER)
    assert await store.all(HARBOUR) == (free, gone, left)


async def test_barriers_are_found_by_partnership_partner_and_number(database: Database) -> None:
    store = Barriers(database)
    early, late = barrier("b9", BEN, AMARA), barrier("b1", AMARA, at=5)
    await _saved(store, late, early, barrier("b5", CHLOE, at=2), barrier("q1", partnership=QUAY))
    assert [each.id for each in await store.all(HARBOUR)] == ["b9", "b5", "b1"]
    assert await store.of(HARBOUR, AMARA) == (early, late)
    assert await store.of(QUAY, BEN) == ()
    numbered = await store.give_number(early.id)
    assert await store.numbered(HARBOUR, 1) == numbered == replace(early, number=1)
    assert await store.numbered(QUAY, 1) is None


async def test_a_change_is_known_by_its_id(database: Database) -> None:
    store = Barriers(database)
    await _saved(store, barrier())
    assert await store.done("b1:raised") == "b1"
    assert await store.done("never") is None


# --- two at once -----------------------------------------------------------------------------


async def test_of_two_changes_at_once_the_later_is_told_and_nothing_is_lost(database: Database) -> None:
    store, made = Barriers(database), barrier("b1", AMARA, BEN)
    await _saved(store, made)
    moved = rules.moved(made, Status.ACKNOWLEDGED, "move", LATER, CHLOE)
    owned = rules.assigned(made, "lead@council.example", None, "own", LATER, CHLOE)
    outcomes = await asyncio.gather(
        store.save((made, moved), now=LATER), store.save((made, owned), now=LATER), return_exceptions=True
    )
    assert [type(each) for each in outcomes if each] == [ChangedMeanwhile]
    found = await store.find(made.id)
    assert found == (moved if outcomes[0] is None else owned)
    assert found is not None
    await store.save((found, rules.withdrawn(found, BEN, "again", LATER)), now=LATER)


@pytest.mark.parametrize("stale", [0, 1])
async def test_a_merge_is_saved_whole_or_not_at_all(database: Database, stale: int) -> None:
    store, pair = Barriers(database), [barrier("b1"), barrier("b2", BEN)]
    await _saved(store, *pair)
    newer = rules.joined(pair[stale], raiser(CHLOE, at=3), "join")
    await store.save((pair[stale], newer), now=NOON)
    kept, gone = rules.merged(pair[0], pair[1], "merge", LATER, AMARA)
    with pytest.raises(ChangedMeanwhile):
        await store.save((pair[0], kept), (pair[1], gone), now=LATER)
    expected = [newer if number == stale else each for number, each in enumerate(pair)]
    assert list(await store.all(HARBOUR)) == expected


async def test_merges_of_the_same_pair_either_way_at_once_make_one(database: Database) -> None:
    store, one, two = Barriers(database), barrier("b1"), barrier("b2", BEN)
    await _saved(store, one, two)
    there = zip((one, two), rules.merged(one, two, "there", LATER, AMARA), strict=True)
    back = zip((two, one), rules.merged(two, one, "back", LATER, AMARA), strict=True)
    outcomes = await asyncio.gather(store.save(*there, now=LATER), store.save(*back, now=LATER), return_exceptions=True)
    assert [type(each) for each in outcomes if each] == [ChangedMeanwhile]
    assert sorted(len(each.raisers) for each in await store.all(HARBOUR)) == [0, 2]


async def test_a_message_that_is_taken_up_twice_raises_one_barrier(database: Database) -> None:
    store, made = Barriers(database), barrier()
    outcomes = await asyncio.gather(*(_saved(store, made) for _ in range(4)), return_exceptions=True)
    assert [type(each) for each in outcomes if each] == [ChangedMeanwhile] * 3
    with pytest.raises(ChangedMeanwhile):
        await _saved(store, replace(barrier("b2"), history=made.history))
    assert await store.all(HARBOUR) == (made,)


async def test_numbers_are_dense_and_shared_by_nobody_however_many_ask_at_once(database: Database) -> None:
    store = Barriers(database)
    many = [barrier(f"b{number}", at=number) for number in range(12)]
    await _saved(store, *many, barrier("q1", partnership=QUAY))
    asked = [each.id for each in many for _ in range(2)]
    given = await asyncio.gather(*(store.give_number(each) for each in asked), store.give_number(BarrierId("q1")))
    assert sorted({(each.id, each.number) for each in given[:-1]}, key=lambda pair: pair[1] or 0) == [
        (found.id, number) for number, found in enumerate(sorted(given[:-1:2], key=lambda each: each.number or 0), 1)
    ]
    assert sorted(each.number or 0 for each in given[:-1:2]) == list(range(1, 13))
    assert given[-1].number == 1


async def test_many_get_their_numbers_together_in_the_order_asked(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.barriers._MOST_TOGETHER", 3)
    store, writes = Barriers(database), Trail()
    await _saved(store, *(barrier(f"b{number}", at=number) for number in range(8)), barrier("q1", partnership=QUAY))
    await store.give_number(BarrierId("b6"))
    asked = [BarrierId(each) for each in ("b4", "b6", "b1", "never", "b4", "q1", "b0")]
    assert await Barriers(database, writes).give_numbers(asked) == {"b4": 2, "b6": 1, "b1": 3, "q1": 1, "b0": 4}
    assert {each.id: each.number for each in await store.all(HARBOUR) if each.number} == {
        "b0": 4,
        "b1": 3,
        "b4": 2,
        "b6": 1,
    }
    assert await store.give_numbers([]) == {}
    assert writes.points == [Point.NUMBER_GIVEN]


async def test_two_digests_that_number_the_same_at_once_give_each_one_number(database: Database) -> None:
    store, ids = Barriers(database), [BarrierId(f"b{number}") for number in range(20)]
    await _saved(store, *(barrier(each) for each in ids))
    there, back = await asyncio.gather(store.give_numbers(ids), store.give_numbers(ids[::-1]))
    assert there == back
    assert sorted(there.values()) == list(range(1, 21))


async def test_a_number_given_meanwhile_is_neither_a_change_nor_lost(database: Database) -> None:
    store, made = Barriers(database), barrier()
    await _saved(store, made)
    assert (await store.give_number(made.id)).version == made.version
    await store.save((made, rules.joined(made, raiser(BEN, at=3), "join")), now=LATER)
    found = await store.give_number(made.id)
    assert (found.label, len(found.raisers)) == ("B-001", 2)


async def test_what_is_not_there_gets_no_number(database: Database) -> None:
    with pytest.raises(LookupError):
        await Barriers(database).give_number(BarrierId("never"))


# --- withdrawal ------------------------------------------------------------------------------


async def test_of_whoever_withdraws_nothing_stays_in_any_table(database: Database) -> None:
    store, secret = Barriers(database), "unmistakable"
    one = barrier("b1", BEN)
    two = rules.joined(barrier("b2", BEN, at=5), raiser(AMARA, f"{secret} two", of="b2", at=7), "join")
    two = rules.moved(two, Status.RESOLVED, "done", LATER, CHLOE)
    two = rules.answered(two, AMARA, "no", LATER, gone=False, because=f"{secret} reason")
    one = rules.joined(one, raiser(AMARA, f"{secret} one", at=8), "other")
    await _saved(store, one, two)
    kept, gone = rules.merged(one, two, "merge", LATER, CHLOE)
    await store.save((one, kept), (two, gone), now=LATER)
    asked = Relay(id="r1", barrier=two.id, lead=CHLOE, raiser=AMARA, question="Why?", at=LATER, answer=secret)
    of_ben = replace(asked, id="r2", raiser=BEN, answer="Ben's")
    for each in (asked, of_ben):
        assert await Relays(database).ask(each, now=LATER)
    await store.save((kept, rules.withdrawn(kept, AMARA, "out", LATER)), now=LATER)
    tables = (barrier_table, barrier_raiser, barrier_change, relay)
    everything = str([row for table in tables for row in await rows(database, table)])
    assert secret not in everything
    assert "amara" not in everything
    assert "What ben wrote of b1" in everything
    assert "Ben's" in everything


async def test_a_barrier_without_raisers_keeps_its_history_alone(database: Database) -> None:
    store, made = Barriers(database), barrier()
    await _saved(store, made)
    empty = rules.withdrawn(made, AMARA, "out", LATER)
    await store.save((made, empty), now=LATER)
    assert await store.find(made.id) == empty
    assert await rows(database, barrier_raiser) == []


# --- death -----------------------------------------------------------------------------------


async def test_death_before_the_commit_leaves_nothing(database: Database) -> None:
    store, made = Barriers(database), barrier()
    with pytest.raises(Died):
        await _saved(Barriers(database, Trail(fatal=Point.BARRIER_BEFORE_COMMIT)), made)
    assert await store.all(HARBOUR) == ()
    await _saved(store, made)
    moved = rules.moved(made, Status.ACKNOWLEDGED, "move", LATER, CHLOE)
    with pytest.raises(Died):
        await Barriers(database, Trail(fatal=Point.BARRIER_BEFORE_COMMIT)).save((made, moved), now=LATER)
    assert await store.find(made.id) == made


async def test_the_points_are_reached_in_order(database: Database) -> None:
    trail = Trail()
    store = Barriers(database, trail)
    await _saved(store, barrier())
    await store.give_number(BarrierId("b1"))
    assert trail.points == [
        Point.BARRIER_BEFORE_WRITE,
        Point.BARRIER_BEFORE_COMMIT,
        Point.BARRIER_COMMITTED,
        Point.NUMBER_GIVEN,
    ]


# --- many ------------------------------------------------------------------------------------


async def test_a_partnership_is_loaded_with_three_statements_however_many_barriers_it_has(database: Database) -> None:
    store, asked = Barriers(database), list[str]()
    await _saved(store, *(barrier(f"b{number}", AMARA, BEN, at=number) for number in range(60)))

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    assert len(await store.all(HARBOUR)) == 60
    assert len([each for each in asked if each.startswith("SELECT")]) == 3
