"""Drafts are kept until they are logged, cancelled or old, and found by nobody but whose they are."""

from datetime import timedelta

from bot.delivery.checkpoints import Point
from bot.store.barrier_tables import barrier_draft
from bot.store.database import Database
from bot.store.drafts import Drafts
from tests.bot.domain.barrier_moves import AMARA, BEN
from tests.bot.store.rows import rows
from tests.fakes import NOON, Trail

DRAFT = {"text": "“Größe” \u202e🌊", "also": ["money"], "shared": True}


async def test_a_draft_comes_back_as_often_as_it_is_taken_until_it_is_dropped(database: Database) -> None:
    trail = Trail()
    drafts = Drafts(database, trail)
    await drafts.keep("d1", AMARA, DRAFT, NOON)
    assert await drafts.take("d1", AMARA) == await drafts.take("d1", AMARA) == DRAFT
    await drafts.drop("d1")
    await drafts.drop("d1")
    assert await drafts.take("d1", AMARA) is None
    assert trail.points == [Point.DRAFT_KEPT]


async def test_a_draft_is_its_owners_to_take_and_to_change(database: Database) -> None:
    drafts = Drafts(database)
    await drafts.keep("d1", AMARA, DRAFT, NOON)
    await drafts.keep("d1", BEN, {"text": "Ben's"}, NOON)
    assert await drafts.take("d1", BEN) is None
    assert await drafts.take("d1", AMARA) == DRAFT
    await drafts.keep("d1", AMARA, {"text": "Newer"}, NOON)
    assert await drafts.take("d1", AMARA) == {"text": "Newer"}


async def test_old_drafts_are_forgotten(database: Database) -> None:
    drafts = Drafts(database)
    for draft, hours in (("old", 0), ("new", 2)):
        await drafts.keep(draft, AMARA, DRAFT, NOON + timedelta(hours=hours))
    await drafts.forget(NOON + timedelta(hours=1))
    assert [row["id"] for row in await rows(database, barrier_draft)] == ["new"]
