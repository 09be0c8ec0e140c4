"""What partners chose for themselves comes back, and no choice is lost to another that is made at once."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import QuietHours, Span
from bot.domain.people import PartnerId
from bot.store.check_in_tables import away
from bot.store.database import Database
from bot.store.preferences import OwnSettings
from tests.bot.domain.barrier_moves import AMARA, BEN, CHLOE
from tests.bot.store.rows import rows
from tests.fakes import NOON

EASTER = Span(first=date(2026, 4, 3), last=date(2026, 4, 6))
MAY = Span(first=date(2026, 5, 1), last=date(2026, 5, 1))
RICH = PartnerSettings(
    zone="Europe/Paris",
    weekday="wednesday",
    hour=0,
    quiet=QuietHours(begin=0, end=0),
    locale="cy",
    stopped=True,
    paused_until=date(2026, 4, 1),
    away=(EASTER, MAY),
)
LATER = NOON + timedelta(hours=1)


async def _of(database: Database, partner: PartnerId = AMARA) -> PartnerSettings:
    return (await OwnSettings(database).of([partner]))[partner]


async def test_settings_come_back_as_they_went_in(database: Database) -> None:
    store = OwnSettings(database)
    await store.keep(AMARA, RICH, NOON)
    await store.keep(BEN, PartnerSettings(), NOON)
    assert await store.of([AMARA, BEN, CHLOE]) == {AMARA: RICH, BEN: PartnerSettings()}
    assert await store.of([]) == {}
    plain = PartnerSettings(hour=9, away=(MAY,))
    await store.keep(AMARA, plain, LATER)
    assert await _of(database) == plain


async def test_the_platforms_word_is_kept_beside_what_was_chosen(database: Database) -> None:
    store = OwnSettings(database)
    await store.zone_known(AMARA, "Europe/London", NOON)
    assert await _of(database) == PartnerSettings(known_zone="Europe/London")
    await store.keep(AMARA, replace(RICH, known_zone="Asia/Tokyo"), NOON)
    assert await _of(database) == replace(RICH, known_zone="Europe/London")
    await store.zone_known(AMARA, "Asia/Kolkata", LATER)
    assert await _of(database) == replace(RICH, known_zone="Asia/Kolkata")


async def test_of_two_choices_at_once_neither_is_lost(database: Database) -> None:
    store = OwnSettings(database)
    await store.keep(AMARA, PartnerSettings(hour=9, away=(EASTER,)), NOON)
    before = await _of(database)
    changes = [
        replace(before, stopped=True),
        replace(before, away=(EASTER, MAY)),
        replace(before, hour=None),
        replace(before, away=()),
    ]
    await asyncio.gather(*(store.keep(AMARA, each, LATER, before=before) for each in changes))
    assert await _of(database) == PartnerSettings(stopped=True, away=(MAY,))


async def test_what_did_not_change_is_kept_however_often(database: Database) -> None:
    store = OwnSettings(database)
    for _ in range(2):
        await store.keep(AMARA, replace(RICH, away=(MAY, MAY)), NOON, before=PartnerSettings())
    assert await _of(database) == replace(RICH, away=(MAY,))
    await store.keep(AMARA, RICH, NOON, before=RICH)
    assert len(await rows(database, away)) == 1


async def test_thousands_are_read_at_once(sqlite: Database) -> None:
    store, many = OwnSettings(sqlite), [PartnerId(f"p{number}") for number in range(40_000)]
    await store.keep(many[-1], RICH, NOON)
    assert await store.of(many) == {many[-1]: RICH}
