"""`coach due` and `coach simulate`: what the planner would do, before it does it. Nothing is sent or written."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rich.table import Column, Table

from bot.bootstrap import main_store, now
from bot.coaching.check_ins.addressing import Addressees, Addressing
from bot.coaching.check_ins.open_days import DaysOff
from bot.commands.screen import screen
from bot.delivery.bank_holidays import BankHolidays
from bot.domain.days_off import days_off
from bot.domain.due_now import due_now
from bot.domain.errors import CoachError
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId
from bot.domain.planning import Obstacle, Outlook, Passed, Slot, Week, outlook, slot, usual
from bot.domain.rolls import Rolls
from bot.settings import Settings
from bot.store.check_ins import CheckIns
from bot.store.database import Database
from bot.store.homes import Homes
from bot.store.members import Members
from bot.store.partnerships import Partnerships
from bot.store.preferences import OwnSettings

_DAY = timedelta(days=1)
_YEARS = range(2000, 2100)
_WHY = {Obstacle.AWAY: "away", Obstacle.QUIET: "quiet hours", Obstacle.CLOCK: "no such hour, the clocks change"}


async def show_due(settings: Settings, partnership: str, at: str, *, as_json: bool) -> None:
    """Print how many check-ins are due at a moment, and how many of these people were asked in that week already; as
    JSON, whose, with their slots.

    A check-in counts as due until its slot ends, whether it went out or not.
    """
    moment = _moment(at)
    async with main_store(settings) as database:
        everyone = await Partnerships(database).all()
        plans = [await Partnerships(database).find(partnership)] if partnership else everyone
        found = [await _due_at(moment, plan, Rolls.of(everyone), database) for plan in plans]
    if as_json:
        _write([_due_json(each) for each in found])
        return
    for each in found:
        asked = f", {len(each.asked)} of them asked already" if each.asked else ""
        name = f"{each.plan.name} ({each.plan.id})"
        screen().print(f"{name}: {len(each.slots)} due at {_shown(moment, each.plan)}{asked}")
    if not found:
        screen().print('No partnership yet: `coach partnership new "NAME" --lead ADDRESS` makes one.')


async def simulate(settings: Settings, partnership: str, weeks: int, first: str, *, as_json: bool) -> None:
    """Print when a partnership's check-ins of the coming weeks usually go out, which days they skip, and why; and how
    many partners have one in each week, at that time or at their own.
    """
    async with main_store(settings) as database:
        plan = await Partnerships(database).find(partnership)
        begin = _day(first) if first else now().astimezone(ZoneInfo(plan.zone)).date()
        coming = [Week.of(begin + 7 * count * _DAY) for count in range(weeks)]
        found = await _addressing(database)(plan, Rolls.of(await Partnerships(database).all()), now())
        asked = {week: len(await CheckIns(database).asked_in(plan.id, str(week))) for week in coming}
    off = _days_off(plan, coming[0].monday, coming[-1].monday + 6 * _DAY)
    told = [_Coming.of(week, plan, found, off, asked[week]) for week in coming]
    if as_json:
        _write({"partnership": plan.id, "zone": plan.zone, "weeks": [_week_json(each, plan, off) for each in told]})
        return
    table = Table("Week", Column("Check-in", no_wrap=True), "Due", Column("Not on", overflow="fold"))
    for each in told:
        slot = each.outlook.slot
        usually, skipped = _shown(slot.at, plan) if slot else "none", "; ".join(_skipped(each.outlook, off))
        due = f"{each.partners}, {each.asked} asked" if each.asked else str(each.partners)
        table.add_row(str(each.outlook.week), usually, due, skipped)
    screen().print(table, soft_wrap=False)


@dataclass(frozen=True, kw_only=True)
class _Due:
    """Whose slot is open at a moment, and who of them has a check-in for that week already."""

    plan: PartnershipPlan
    slots: Mapping[PartnerId, Slot]
    asked: frozenset[PartnerId]


@dataclass(frozen=True, kw_only=True)
class _Coming:
    """A week as it usually goes, how many partners have a slot in it, and how many were asked in it already."""

    outlook: Outlook
    partners: int
    asked: int

    @classmethod
    def of(cls, week: Week, plan: PartnershipPlan, found: Addressees, off: Mapping[date, str], asked: int) -> "_Coming":
        """By everybody's own settings; those who stopped have no slot."""
        chosen = [found.chosen(each) for each in found.partners] if plan.check_ins else []
        wishes = Counter(each.preferences(plan) for each in chosen if not each.stopped)
        partners = sum(count for wish, count in wishes.items() if slot(week, wish, plan.rhythm, off))
        return cls(outlook=outlook(week, usual(plan), plan.rhythm, off), partners=partners, asked=asked)


def _addressing(database: Database) -> Addressing:
    return Addressing(
        members=Members(database),
        homes=Homes(database),
        own=OwnSettings(database),
        days_off=DaysOff(holidays=BankHolidays()),
    )


def _days_off(plan: PartnershipPlan, first: date, last: date) -> Mapping[date, str]:
    """With the days of a pause, and what each is for."""
    days = (first + number * _DAY for number in range((last - first).days + 1))
    paused = {day: "paused" for day in days if plan.paused_until and day < plan.paused_until}
    return {**paused, **days_off(plan, BankHolidays(), first, last)}


async def _due_at(at: datetime, plan: PartnershipPlan, rolls: Rolls, database: Database) -> _Due:
    found = await _addressing(database)(plan, rolls, at)
    slots = due_now(at, sorted(found.partners), found.settings, plan, found.days_off)
    weeks = {str(each.week) for each in slots.values()}
    asked = {week: await CheckIns(database).asked_in(plan.id, week) for week in weeks}
    served = frozenset(partner for partner, slot in slots.items() if partner in asked[str(slot.week)])
    return _Due(plan=plan, slots=slots, asked=served)


def _due_json(due: _Due) -> dict[str, object]:
    partners = [
        {"partner": partner, "week": str(slot.week), **_times(slot, due.plan), "asked": partner in due.asked}
        for partner, slot in due.slots.items()
    ]
    return {"partnership": due.plan.id, "due": len(due.slots), "asked": len(due.asked), "partners": partners}


def _week_json(coming: _Coming, plan: PartnershipPlan, off: Mapping[date, str]) -> dict[str, object]:
    found = coming.outlook
    times = _times(found.slot, plan) if found.slot else {"at": None, "until": None}
    passed = [{"day": each.day.isoformat(), "why": each.why, "name": off.get(each.day)} for each in found.passed]
    counts = {"partners": coming.partners, "asked": coming.asked}
    return {"week": str(found.week), **times, **counts, "passed": passed}


def _times(slot: Slot, plan: PartnershipPlan) -> dict[str, str]:
    """A slot by the partnership's own clock, with the offset."""
    zone = ZoneInfo(plan.zone)
    return {"at": slot.at.astimezone(zone).isoformat(), "until": slot.until.astimezone(zone).isoformat()}


def _skipped(found: Outlook, off: Mapping[date, str]) -> Iterator[str]:
    for each in found.passed:
        yield f"{each.day:%a %d %b} ({_because(each, off)})"


def _because(passed: Passed, off: Mapping[date, str]) -> str:
    return _WHY.get(passed.why) or off[passed.day]


def _shown(at: datetime, plan: PartnershipPlan) -> str:
    return f"{at.astimezone(ZoneInfo(plan.zone)):%a %d %b %Y %H:%M %Z}"


def _moment(text: str) -> datetime:
    with suppress(ValueError):
        at = datetime.fromisoformat(text) if text else now()
        if at.tzinfo is not None and at.year in _YEARS:
            return at
    raise CoachError(f"“{text}” is not a moment of this century with its offset. Write it as in 2026-03-29T08:00Z.")


def _day(text: str) -> date:
    with suppress(ValueError):
        day = date.fromisoformat(text)
        if day.year in _YEARS:
            return day
    raise CoachError(f"“{text}” is not a day of this century. Write it as year-month-day, such as 2026-12-21.")


def _write(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
