"""Who may still have to be asked, of every partnership at once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import Span
from bot.domain.people import Organisation, OrganisationId, PartnershipId
from bot.store.database import Database
from bot.store.everywhere import Everywhere
from tests.bot.coaching.planner_at_hand import Planner
from tests.bot.plans import PLAN
from tests.bot.removing import remove

SLOT = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
TODAY, DAY = SLOT.date(), timedelta(days=1)
THIS, NEXT = "2026-W11", "2026-W12"
TOWN = Organisation(id=OrganisationId("town"), name="The Town", email_domains=("town.example",))
QUAY = replace(PLAN, id=PartnershipId("quay"), name="Quay", organisations=(TOWN,))


@pytest.fixture
def planner(database: Database) -> Planner:
    return Planner(database, plans=[PLAN, QUAY])


async def test_everybody_by_partnership_with_what_they_chose(planner: Planner) -> None:
    early = PartnerSettings(hour=8, paused_until=date(2026, 4, 1))
    ann, ben = await planner.meet("ann", SLOT), await planner.meet("ben", SLOT, settings=early)
    cho = await planner.meet("cho", SLOT, organisation=TOWN.id, plan=QUAY)
    found = await Everywhere(planner.database).unasked({THIS}, TODAY)
    assert found == {PLAN.id: {ann: PartnerSettings(), ben: early}, QUAY.id: {cho: PartnerSettings()}}


async def test_nobody_who_was_removed_or_stopped_or_has_no_home(planner: Planner) -> None:
    gone = await planner.meet("ann", SLOT)
    await remove(planner.database, gone)
    await planner.meet("ben", SLOT, settings=PartnerSettings(stopped=True))
    await planner.meet("cho", SLOT, home=False)
    assert await Everywhere(planner.database).unasked({THIS}, TODAY) == {}


@pytest.mark.parametrize(("first", "last", "found"), [(-1, 1, False), (0, 1, True), (-1, 0, True)])
async def test_somebody_is_left_out_who_is_away_today_wherever_they_are(
    planner: Planner, first: int, last: int, found: bool
) -> None:
    away = Span(first=TODAY + first * DAY, last=TODAY + last * DAY)
    await planner.meet("ann", SLOT, settings=PartnerSettings(away=(away,)))
    assert bool(await Everywhere(planner.database).unasked({THIS}, TODAY)) is found


async def test_who_was_asked_in_every_week_that_it_may_be_is_left_out(planner: Planner) -> None:
    ann = await planner.meet("ann", SLOT)
    await planner.round(SLOT)
    everywhere = Everywhere(planner.database)
    assert await everywhere.unasked({THIS}, TODAY) == {}
    assert list((await everywhere.unasked({THIS, NEXT}, TODAY))[PLAN.id]) == [ann]
    assert await everywhere.asked([PLAN.id, QUAY.id], {THIS, NEXT}) == {(ann, THIS)}
