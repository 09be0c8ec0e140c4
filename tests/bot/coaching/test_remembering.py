"""Whoever writes where they alone read can be asked from then on, in their own zone; a stranger is not remembered."""

from dataclasses import replace

import pytest

from bot.coaching.recognising import Recognised
from bot.coaching.remembering import Remembering
from bot.domain.messages import Incoming, Place
from bot.domain.own_settings import PartnerSettings
from bot.store.database import Database
from bot.store.homes import Home, Homes
from bot.store.preferences import OwnSettings
from tests.bot.coaching.raising_room import ANN
from tests.fakes import NOON, message

HERE = replace(message("e", platform="slack"), direct=Place("dm"))
IN_CAIRO = replace(ANN, person=replace(ANN.person, zone="Africa/Cairo"))


class Office:
    """Homes and settings, and who is recognised."""

    def __init__(self, database: Database) -> None:
        self.homes, self.own = Homes(database), OwnSettings(database)

    async def hears(self, incoming: Incoming, recognised: Recognised | None) -> None:
        async def recognise(_incoming: Incoming) -> Recognised | None:
            return recognised

        assert await Remembering(recognise=recognise, homes=self.homes, own=self.own)(incoming) == recognised


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


async def test_the_place_and_the_zone_are_kept(office: Office) -> None:
    assert ANN.partner is not None
    await office.hears(HERE, IN_CAIRO)
    assert await office.homes.of([ANN.partner]) == {ANN.partner: Home(platform="slack", place=Place("dm"))}
    assert (await office.own.of([ANN.partner]))[ANN.partner].known_zone == "Africa/Cairo"


async def test_a_chosen_zone_outranks_the_platforms(office: Office) -> None:
    assert ANN.partner is not None
    await office.own.keep(ANN.partner, PartnerSettings(zone="Asia/Kolkata"), NOON)
    await office.hears(HERE, IN_CAIRO)
    assert (await office.own.of([ANN.partner]))[ANN.partner].preferences(ANN.plan).zone == "Asia/Kolkata"


async def test_what_is_not_known_is_not_kept(office: Office) -> None:
    assert ANN.partner is not None
    await office.hears(HERE, None)
    await office.hears(HERE, replace(IN_CAIRO, partner=None))
    await office.hears(replace(HERE, direct=Place("")), ANN)
    assert await office.homes.of([ANN.partner]) == {}
    assert await office.own.of([ANN.partner]) == {}
