"""`coach due` and `coach simulate`: what the planner would do, before it does it. Nothing is sent or written."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from rich.table import Column, Table

from bot.bootstrap import main_store, new_id, now
from bot.commands.screen import screen
from bot.delivery.bank_holidays import BankHolidays
from bot.domain.days_off import days_off
from bot.domain.errors import CoachError
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId
from bot.domain.planning import Obstacle, Outlook, Passed, Slot, Week, due, outlook, usual
from bot.settings import Settings
from bot.store.partnerships import Partnerships
from bot.store.people import People

#: A zone is at most a day away from UTC.
_DAY = timedelta(days=1)
_YEARS = range(2000, 2100)
_WHY = {Obstacle.AWAY: "away", Obstacle.QUIET: "quiet hours", Obstacle.CLOCK: "no such hour, the clocks change"}


async def show_due(settings: Settings, partnership: str, at: str, *, as_json: bool) -> None:
    """Print how many check-ins would be due at a moment; as JSON, whose, with their slots.

    A check-in counts as due until its slot ends, whether it went out or not.
    """
    moment = _moment(at)
    async with main_store(settings) as database:
        partnerships, people = Partnerships(database), People(database, new_id)
        plans = [await partnerships.find(partnership)] if partnership else await partnerships.all()
        found = [(plan, _due_now(plan, moment, await people.active(plan.id))) for plan in plans]
    if as_json:
        _write([_due_json(plan, slots) for plan, slots in found])
        return
    for plan, slots in found:
        screen().print(f"{plan.name} ({plan.id}): {len(slots)} due at {_shown(moment, plan)}")
    if not found:
        screen().print("No partnership yet: `coach partnership apply FILE` adds one.")


async def simulate(settings: Settings, partnership: str, weeks: int, first: str, *, as_json: bool) -> None:
    """Print when a partnership's check-ins of the coming weeks go out, which days they skip, and why."""
    async with main_store(settings) as database:
        plan = await Partnerships(database).find(partnership)
    begin = _day(first) if first else now().astimezone(ZoneInfo(plan.zone)).date()
    coming = [Week.of(begin + 7 * count * _DAY) for count in range(weeks)]
    off = days_off(plan, BankHolidays(), coming[0].monday, coming[-1].monday + 6 * _DAY)
    outlooks = [outlook(week, usual(plan), plan.rhythm, off) for week in coming]
    if as_json:
        _write({"partnership": plan.id, "zone": plan.zone, "weeks": [_week_json(each, plan, off) for each in outlooks]})
        return
    table = Table("Week", "Check-in", Column("Not on", overflow="fold"))
    for each in outlooks:
        table.add_row(
            str(each.week), _shown(each.slot.at, plan) if each.slot else "none", "; ".join(_skipped(each, off))
        )
    screen().print(table, soft_wrap=False)


def _due_now(plan: PartnershipPlan, at: datetime, partners: tuple[PartnerId, ...]) -> dict[PartnerId, Slot]:
    """The slots that are open at a moment, by partner."""
    today = at.astimezone(UTC).date()
    off = days_off(plan, BankHolidays(), today - 8 * _DAY, today + 8 * _DAY)
    open_slots = {partner: due(at, usual(plan), plan.rhythm, off) for partner in partners}
    return {partner: slot for partner, slot in open_slots.items() if slot is not None}


def _due_json(plan: PartnershipPlan, slots: Mapping[PartnerId, Slot]) -> dict[str, object]:
    partners = [{"partner": partner, "week": str(slot.week), **_times(slot, plan)} for partner, slot in slots.items()]
    return {"partnership": plan.id, "due": len(slots), "partners": partners}


def _week_json(found: Outlook, plan: PartnershipPlan, off: Mapping[date, str]) -> dict[str, object]:
    times = _times(found.slot, plan) if found.slot else {"at": None, "until": None}
    passed = [{"day": each.day.isoformat(), "why": each.why, "name": off.get(each.day)} for each in found.passed]
    return {"week": str(found.week), **times, "passed": passed}


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
