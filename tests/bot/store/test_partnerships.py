"""The partnerships that were applied come back as their plans."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.errors import PartnershipError
from bot.domain.people import PartnershipId
from bot.store.database import Database
from bot.store.partnerships import Partnerships
from tests.bot.plans import PLAN
from tests.fakes import NOON

OTHER = replace(PLAN, id=PartnershipId("estuary"), name="Estuary")


async def test_a_plan_comes_back_as_it_was_saved(database: Database) -> None:
    store = Partnerships(database)
    assert await store.all() == ()
    await store.save(PLAN, NOON)
    await store.save(OTHER, NOON)
    assert await store.all() == (OTHER, PLAN)
    assert await store.find("harbour") == await store.find("Harbour") == PLAN


async def test_a_plan_takes_the_place_of_the_one_before(database: Database) -> None:
    store = Partnerships(database)
    await store.save(PLAN, NOON)
    renamed = replace(PLAN, name="Harbour and Hills")
    await store.save(renamed, NOON)
    assert await store.all() == (renamed,)


async def test_plans_applied_at_once_leave_one_of_them(database: Database) -> None:
    plans = [replace(PLAN, name=f"Harbour {number}") for number in range(8)]
    await asyncio.gather(*(Partnerships(database).save(plan, NOON) for plan in plans))
    (kept,) = await Partnerships(database).all()
    assert kept in plans


async def test_the_only_partnership_needs_no_name_and_another_is_told_what_there_is(database: Database) -> None:
    store = Partnerships(database)
    with pytest.raises(PartnershipError, match=r"none yet: run `coach partnership new"):
        await store.find("")
    await store.save(PLAN, NOON)
    assert await store.find("") == PLAN
    await store.save(OTHER, NOON)
    with pytest.raises(PartnershipError, match=r"--partnership\. Known here: estuary, harbour\."):
        await store.find("")
    with pytest.raises(PartnershipError, match=r"There is no partnership “Hull”\. Known here: estuary, harbour\."):
        await store.find("Hull")
