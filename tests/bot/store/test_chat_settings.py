"""What leads change in chat lies over the file until it is dropped, and applying a file again does not undo it."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.chat_settings import CHECK_INS, HOUR, PAUSED_UNTIL, WEEKDAY
from bot.domain.partnership import Rhythm
from bot.domain.people import PartnershipId
from bot.store.chat_settings import ChatSettings
from bot.store.database import Database
from bot.store.partnerships import Partnerships
from tests.bot.plans import PLAN
from tests.fakes import NOON

OTHER = replace(PLAN, id=PartnershipId("estuary"), name="Estuary")


async def test_a_setting_is_kept_changed_and_dropped(database: Database) -> None:
    store = ChatSettings(database)
    for value in (9, 11):
        await store.keep(PLAN.id, HOUR, value, NOON)
    await store.keep(PLAN.id, CHECK_INS, False, NOON)
    assert await store.of(PLAN.id) == {CHECK_INS: False, HOUR: 11}
    assert await store.of(OTHER.id) == {}
    await store.drop(PLAN.id, HOUR)
    await store.drop(PLAN.id, HOUR)
    assert await store.of(PLAN.id) == {CHECK_INS: False}
    with pytest.raises(ValueError, match="dropped"):
        await store.keep(PLAN.id, HOUR, None, NOON)


async def test_two_leads_who_set_the_same_at_once_leave_one_value(database: Database) -> None:
    await asyncio.gather(*(ChatSettings(database).keep(PLAN.id, HOUR, hour, NOON) for hour in range(8)))
    assert (await ChatSettings(database).of(PLAN.id))[HOUR] in range(8)


async def test_what_was_changed_in_chat_lies_over_the_file(database: Database) -> None:
    plans, settings = Partnerships(database), ChatSettings(database)
    await plans.save(PLAN, NOON)
    await plans.save(OTHER, NOON)
    await settings.keep(PLAN.id, WEEKDAY, "wednesday", NOON)
    await settings.keep(PLAN.id, CHECK_INS, False, NOON)
    await settings.keep(PLAN.id, PAUSED_UNTIL, "2026-04-01", NOON)
    changed = replace(PLAN, rhythm=Rhythm(weekday="wednesday"), check_ins=False, paused_until=date(2026, 4, 1))
    assert await plans.all() == (OTHER, changed)
    assert await plans.find("harbour") == changed
    assert await plans.applied() == (OTHER, PLAN)


async def test_a_file_that_is_applied_again_leaves_what_was_changed_in_chat(database: Database) -> None:
    plans, settings = Partnerships(database), ChatSettings(database)
    await plans.save(PLAN, NOON)
    await settings.keep(PLAN.id, HOUR, 15, NOON)
    await plans.save(replace(PLAN, name="Harbour and Hills"), NOON + timedelta(days=1))
    (found,) = await plans.all()
    assert (found.name, found.rhythm.hour) == ("Harbour and Hills", 15)
    await settings.drop(PLAN.id, HOUR)
    assert (await plans.find("")).rhythm == PLAN.rhythm


async def test_a_plan_that_is_saved_as_it_was_found_keeps_no_pause(database: Database) -> None:
    plans = Partnerships(database)
    await plans.save(replace(PLAN, paused_until=date(2026, 4, 1)), NOON)
    assert await plans.applied() == (PLAN,)


async def test_a_partnership_that_is_removed_takes_its_settings_with_it(database: Database) -> None:
    plans, settings = Partnerships(database), ChatSettings(database)
    for plan in (PLAN, OTHER):
        await plans.save(plan, NOON)
        await settings.keep(plan.id, HOUR, 15, NOON)
    await plans.remove(PLAN.id)
    assert (await settings.of(PLAN.id), await settings.of(OTHER.id)) == ({}, {HOUR: 15})
