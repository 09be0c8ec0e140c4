"""Somebody is written to where they wrote from last, and in one place only."""

from datetime import datetime, timedelta

from bot.domain.messages import Place
from bot.domain.own_settings import PartnerSettings
from bot.store.database import Database
from bot.store.homes import Home, Homes
from bot.store.preferences import OwnSettings
from tests.bot.domain.barrier_moves import AMARA, BEN, CHLOE
from tests.fakes import NOON


def _at(hours: int) -> datetime:
    return NOON + timedelta(hours=hours)


async def test_the_home_of_somebody_on_two_platforms_is_the_last_they_used(database: Database) -> None:
    homes = Homes(database)
    await homes.remember(AMARA, "slack:T1:U1", "slack", Place("D1"), _at(1))
    await homes.remember(AMARA, "teams:t:u", "teams", Place("C1"), _at(2))
    await homes.remember(BEN, "slack:T1:U2", "slack", Place("D2"), _at(0))
    assert await homes.of([AMARA, BEN, CHLOE]) == {
        AMARA: Home(platform="teams", place=Place("C1")),
        BEN: Home(platform="slack", place=Place("D2")),
    }
    await homes.remember(AMARA, "slack:T1:U1", "slack", Place("D1"), _at(3))
    assert await homes.of([AMARA]) == {AMARA: Home(platform="slack", place=Place("D1"))}
    assert await homes.of([]) == {}


async def test_with_a_home_comes_the_language_that_its_partner_chose(database: Database) -> None:
    homes = Homes(database)
    await homes.remember(AMARA, "slack:T1:U1", "slack", Place("D1"), _at(1))
    await homes.remember(BEN, "slack:T1:U2", "slack", Place("D2"), _at(1))
    await OwnSettings(database).keep(AMARA, PartnerSettings(locale="cy"), _at(1))
    await OwnSettings(database).keep(BEN, PartnerSettings(hour=9), _at(1))
    assert {partner: home.locale for partner, home in (await homes.of([AMARA, BEN])).items()} == {AMARA: "cy", BEN: ""}


async def test_neither_an_older_place_nor_none_takes_the_place_of_a_newer_one(database: Database) -> None:
    homes = Homes(database)
    await homes.remember(AMARA, "slack:T1:U1", "slack", Place("new"), _at(2))
    await homes.remember(AMARA, "slack:T1:U1", "slack", Place("old"), _at(1))
    await homes.remember(AMARA, "slack:T1:U1", "slack", Place(""), _at(3))
    assert (await homes.of([AMARA]))[AMARA].place == "new"


async def test_an_identity_that_turns_out_to_be_somebody_else_is_nobody_elses_home(database: Database) -> None:
    homes = Homes(database)
    await homes.remember(AMARA, "slack:T1:U1", "slack", Place("D1"), _at(1))
    await homes.remember(BEN, "slack:T1:U1", "slack", Place("D1"), _at(2))
    assert set(await homes.of([AMARA, BEN])) == {BEN}
