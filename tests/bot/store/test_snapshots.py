"""Frozen figures on either database: kept once, and withheld when somebody withdraws."""

from bot.domain.barriers import BarrierId
from bot.domain.counting import Counted
from bot.domain.disclosure import ALL, Band, Cell, Contribution, Measure, Snapshot
from bot.domain.people import PartnerId, PartnershipId
from bot.store.database import Database
from bot.store.snapshots import Snapshots

HARBOUR = PartnershipId("harbour")
TRUST = Cell(window=1, measure=Measure.OPEN, factor="trust")
MONEY = Cell(window=1, measure=Measure.OPEN, factor="money")
QUARTER = Cell(window=13, measure=Measure.OPEN, factor="trust", organisation="council")
FEW = Band(low=5, high=9)


def behind(person: str, factor: str = "trust", barrier: str = "b1") -> Counted:
    one = Contribution(person=person, organisation="council", measure=Measure.OPEN, factor=factor)
    return Counted(contribution=one, source=barrier)


def frozen(week: str, *cells: Cell) -> Snapshot:
    return Snapshot(week=week, k=5, m=2, shown=dict.fromkeys(cells, FEW))


async def test_a_week_is_kept_once(database: Database) -> None:
    snapshots = Snapshots(database)
    await snapshots.keep(HARBOUR, frozen("2026-W10", TRUST, QUARTER), [behind("ana"), behind("ben")])
    await snapshots.keep(HARBOUR, frozen("2026-W10"), [behind("eve")])
    assert await snapshots.of(HARBOUR) == {"2026-W10": frozen("2026-W10", TRUST, QUARTER)}
    history = await snapshots.history(HARBOUR, ["2026-W10", "2026-W11"])
    assert {week: {each.person for each in found} for week, found in history.items()} == {"2026-W10": {"ana", "ben"}}
    assert await snapshots.of(PartnershipId("another")) == {}


async def test_a_withdrawal_withholds_what_rests_on_it_then_and_in_later_windows(database: Database) -> None:
    snapshots = Snapshots(database)
    await snapshots.keep(HARBOUR, frozen("2026-W10", TRUST, MONEY), [behind("ana"), behind("ana", "money", "b2")])
    await snapshots.keep(HARBOUR, frozen("2026-W22", TRUST, QUARTER), [])
    await snapshots.keep(HARBOUR, frozen("2026-W23", QUARTER), [])
    for _ in range(2):
        await snapshots.withhold(HARBOUR, PartnerId("ana"), BarrierId("b1"))
    left = {week: set(each.shown) for week, each in (await snapshots.of(HARBOUR)).items()}
    assert left == {"2026-W10": {MONEY}, "2026-W22": {TRUST}, "2026-W23": {QUARTER}}
    history = await snapshots.history(HARBOUR, ["2026-W10"])
    assert [each.factor for each in history["2026-W10"]] == ["money"]


async def test_nothing_is_withheld_for_somebody_else(database: Database) -> None:
    snapshots = Snapshots(database)
    await snapshots.keep(HARBOUR, frozen("2026-W10", TRUST), [behind("ana")])
    await snapshots.withhold(HARBOUR, PartnerId("ben"), BarrierId("b1"))
    await snapshots.withhold(HARBOUR, PartnerId("ana"), BarrierId("b9"))
    await snapshots.withhold(PartnershipId("another"), PartnerId("ana"), BarrierId("b1"))
    assert (await snapshots.of(HARBOUR))["2026-W10"].shown == {TRUST: FEW}
    assert TRUST.organisation == ALL
