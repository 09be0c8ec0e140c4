"""Whoever is erased while something else of theirs is under way is erased all the same."""

from datetime import timedelta

import pytest

from bot.domain.messages import Place
from bot.domain.own_settings import PartnerSettings
from bot.domain.people import PartnerId
from bot.store.barrier_tables import home
from bot.store.check_in_tables import check_in as check_ins
from bot.store.check_in_tables import preference
from bot.store.check_ins import CheckIns, invitation_key
from bot.store.database import Database
from bot.store.homes import Homes
from bot.store.inbox import Promise, Reply
from bot.store.leftovers import Leftovers
from bot.store.personal import Erasure, Personal
from bot.store.preferences import OwnSettings
from bot.store.tables import outbox
from tests.bot.domain.asked import check_in
from tests.bot.store.rows import rows
from tests.fakes import CARD, NOON
from tests.isolation.said_by import admitted

MINUTE = timedelta(minutes=1)


async def _kept_of(database: Database, partner: PartnerId) -> None:
    """What the planner and another message write that knew them a moment ago."""
    asked = check_in(f"of {partner}", partner)
    invited = Reply(
        key=invitation_key(asked.id), platform="slack", place=Place("D1"), card=CARD, promise=Promise.NOTICE
    )
    await CheckIns(database).invite([(asked, invited)], NOON)
    await Homes(database).remember(partner, f"slack:T1:{partner}", "slack", Place("D1"), NOON)
    await OwnSettings(database).keep(partner, PartnerSettings(zone="UTC"), NOON)


async def _counts(database: Database) -> list[int]:
    return [len(await rows(database, table)) for table in (check_ins, outbox, home, preference)]


@pytest.mark.parametrize(("after", "left"), [(MINUTE, 1), (11 * MINUTE, 2)])
async def test_what_was_kept_of_somebody_while_they_were_erased_goes_too(
    database: Database, after: timedelta, left: int
) -> None:
    leaving, staying = await admitted(database, 2)
    (person,) = await Personal(database).known_as(leaving.partner)
    await Personal(database).erase(person, Erasure(id="e", at=NOON, asked_by="", instead={}))
    for each in (leaving, staying):
        await _kept_of(database, each.partner)
    swept = await Leftovers(database).sweep(NOON + after)
    assert await _counts(database) == [left] * 4
    assert swept == (4 if left == 1 else 0)
    assert await Leftovers(database).sweep(NOON + after) == 0


async def test_nothing_is_swept_where_nobody_was_erased(database: Database) -> None:
    await _kept_of(database, PartnerId("nobody"))
    assert await Leftovers(database).sweep(NOON) == 0
    assert await _counts(database) == [1] * 4
