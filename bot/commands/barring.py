"""`coach barriers`: the log of barriers on the command line, as leads may see it."""

import json
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rich.table import Column, Table

from bot.bootstrap import main_store, new_id, now
from bot.coaching.barriers.news import news
from bot.coaching.digests.files import harmless_table
from bot.commands.screen import screen
from bot.domain import barrier_rules as rules
from bot.domain.barrier_views import Reader, View, seen_by
from bot.domain.barriers import Barrier, Refused, Status
from bot.domain.errors import CoachError
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import OrganisationId, PartnerId
from bot.settings import Settings
from bot.store.barriers import Barriers, ChangedMeanwhile
from bot.store.homes import Homes
from bot.store.partnerships import Partnerships
from bot.store.people import People
from prompts import Words, words

_COLUMNS = ("id", "status", "factor", "organisations", "people", "raised", "owner", "due", "because", "wordings")

#: In digits: a database holds no higher number.
_LONGEST_NUMBER = 9


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What `coach barriers set` should change; None leaves it as it is."""

    status: str | None = None
    because: str = ""
    share: bool = False
    owner: str | None = None
    due: str | None = None
    factor: str | None = None


@dataclass(frozen=True, kw_only=True)
class Log:
    """The barriers of one partnership, in front of one reader."""

    plan: PartnershipPlan
    reader: Reader
    barriers: Barriers
    homes: Homes
    words: Words

    async def views(self) -> list[View]:
        """Those that the reader may see, each with its number."""
        found = [(each, self._view(each)) for each in await self.barriers.all(self.plan.id) if each.into is None]
        return [await self._numbered(barrier, view) for barrier, view in found if view is not None]

    async def view(self, label: str) -> View:
        """The one with this number; raises `CoachError` where there is none that the reader may see."""
        found = await self._numbered_so(label)
        view = None if found is None or found.into is not None else self._view(found)
        if view is None:
            raise CoachError(
                f"There is no barrier “{label}” to be seen here. `coach barriers list` shows what there is."
            )
        return view

    async def part_of(self, kept: Barrier, label: str) -> Barrier:
        """The one with this number that was made part of another; raises `CoachError` where it was not."""
        found = await self._numbered_so(label)
        if found is None or found.into != kept.id:
            raise CoachError(f"“{label}” is not part of {kept.label}.")
        return found

    async def save(self, before: Barrier, after: Barrier, at: datetime) -> None:
        """Save a change and tell its raisers; raises `CoachError` where somebody else's came first."""
        told = after.status is not before.status
        homes = await self.homes.of([each.partner for each in after.raisers]) if told else {}
        notices = news(after, self.plan, homes, None, at, self.words)
        try:
            await self.barriers.save((before, after), notices=notices, now=at)
        except ChangedMeanwhile:
            raise CoachError(
                f"{before.label} was changed by somebody else meanwhile. Look at it and try again."
            ) from None

    async def _numbered_so(self, label: str) -> Barrier | None:
        digits = label.strip().upper().removeprefix("B-")
        known = digits.isascii() and digits.isdecimal() and len(digits) <= _LONGEST_NUMBER
        return await self.barriers.numbered(self.plan.id, int(digits)) if known else None

    def _view(self, barrier: Barrier) -> View | None:
        return seen_by(barrier, self.reader, self.plan.disclosure)

    async def _numbered(self, barrier: Barrier, view: View) -> View:
        if barrier.number is not None:
            return view
        numbered = await self.barriers.give_number(barrier.id)
        return self._view(numbered) or view


@asynccontextmanager
async def open_log(settings: Settings, partnership: str, lead: str) -> AsyncIterator[Log]:
    """The log as this lead sees it; without one as a lead of no organisation would."""
    async with main_store(settings) as database:
        plan = await Partnerships(database).find(partnership)
        yield Log(
            plan=plan,
            reader=await reader_for(plan, lead, People(database, new_id)),
            barriers=Barriers(database),
            homes=Homes(database),
            words=words(settings.locale),
        )


async def reader_for(plan: PartnershipPlan, lead: str, people: People) -> Reader:
    """The lead with this e-mail address, or nobody in particular; raises `CoachError` for somebody else's."""
    if not lead:
        return Reader(partner=PartnerId(""), organisation=OrganisationId(""), lead=True)
    found = next((each for each in plan.leads if each.email.lower() == lead.lower()), None)
    if found is None:
        known = ", ".join(each.email for each in plan.leads)
        raise CoachError(f"“{lead}” is not a lead of {plan.name}. Its leads are: {known}.")
    partner = (await people.by_email(plan.id, [lead.lower()])).get(lead.lower(), PartnerId(""))
    return Reader(partner=partner, organisation=found.organisation, lead=True)


async def show_all(settings: Settings, partnership: str, lead: str, *, as_json: bool) -> None:
    """List the barriers."""
    async with open_log(settings, partnership, lead) as log:
        rows = [described(view, log.plan) for view in await log.views()]
    if as_json:
        _print_json(rows)
        return
    table = Table("Id", "Status", "About", "Owner", "Due", Column("What its raisers wrote", overflow="fold"))
    for row in rows:
        table.add_row(row["id"], row["status"], row["factor"], row["owner"], row["due"], " / ".join(row["wordings"]))
    screen().print(table if rows else "There is no barrier to be seen here.", soft_wrap=False)


async def show(settings: Settings, partnership: str, lead: str, label: str, *, as_json: bool) -> None:
    """Print one barrier."""
    async with open_log(settings, partnership, lead) as log:
        row = described(await log.view(label), log.plan)
    if as_json:
        _print_json(row)
        return
    for name, value in row.items():
        shown = ", ".join(value) if isinstance(value, list) else str(value)
        screen().print(f"{name}: {shown}", markup=False)


async def change(settings: Settings, partnership: str, lead: str, label: str, wanted: Wanted, *, as_json: bool) -> None:
    """Change a barrier's status, owner, date or factor; those who raised it hear of a new status."""
    async with open_log(settings, partnership, lead) as log:
        before, at = (await log.view(label)).barrier, now()
        with in_a_sentence(log.words):
            after = _wanted(before, wanted, log.plan, at)
        if after is before:
            raise CoachError("Nothing to change: give --status, --owner, --due or --factor.")
        await log.save(before, after, at)
        row = described(await log.view(label), log.plan)
    if as_json:
        _print_json(row)
    else:
        screen().print(f"{row['id']}: {row['status']}", markup=False)


async def merge(
    settings: Settings, partnership: str, lead: str, labels: tuple[str, str], *, undo: bool, as_json: bool
) -> None:
    """Make the second barrier part of the first, or take it out again."""
    async with open_log(settings, partnership, lead) as log:
        kept, at = (await log.view(labels[0])).barrier, now()
        gone = await log.part_of(kept, labels[1]) if undo else (await log.view(labels[1])).barrier
        with in_a_sentence(log.words):
            pair = (rules.parted if undo else rules.merged)(kept, gone, new_id(), at, None)
        try:
            await log.barriers.save((kept, pair[0]), (gone, pair[1]), now=at)
        except ChangedMeanwhile:
            raise CoachError("Somebody else changed one of them meanwhile. Look at them and try again.") from None
        row = described(await log.view(kept.label), log.plan)
    if as_json:
        _print_json(row)
        return
    told = "is by itself again" if undo else f"is part of {kept.label} now"
    screen().print(f"{gone.label} {told}.", markup=False)


async def export(settings: Settings, partnership: str, lead: str, *, as_json: bool) -> None:
    """Print the log for a spreadsheet, or as JSON."""
    async with open_log(settings, partnership, lead) as log:
        rows = [described(view, log.plan) for view in await log.views()]
    if as_json:
        _print_json(rows)
        return
    cells = [[_cell(row[name]) for name in _COLUMNS] for row in rows]
    sys.stdout.write(harmless_table([list(_COLUMNS), *cells]))


def described(view: View, plan: PartnershipPlan) -> dict[str, Any]:
    """A barrier as JSON, with nothing in it that the reader may not see."""
    barrier = view.barrier
    names = {each.id: each.name for each in plan.organisations}
    return {
        "id": barrier.label,
        "status": barrier.status.value,
        "factor": barrier.factor,
        "also": list(barrier.also),
        "organisations": [names.get(each.organisation, each.organisation) for each in view.named],
        "people": [each.name for each in view.named if each.name],
        "unnamed": view.unnamed,
        "wordings": [each.wording for each in view.named],
        "because": barrier.because,
        "owner": barrier.owner,
        "due": barrier.due.isoformat() if barrier.due else "",
        "raised": barrier.raised_at.date().isoformat(),
        "version": barrier.version,
    }


def _wanted(before: Barrier, wanted: Wanted, plan: PartnershipPlan, at: datetime) -> Barrier:
    after = before
    if wanted.factor is not None:
        after = rules.sorted_under(after, wanted.factor, (), new_id(), at, None)
    if wanted.owner is not None or wanted.due is not None:
        owner = after.owner if wanted.owner is None else _owner(wanted.owner, plan)
        due = after.due if wanted.due is None else _day(wanted.due)
        after = rules.assigned(after, owner, due, new_id(), at, None)
    if wanted.status is not None:
        after = rules.moved(after, _status(wanted.status), new_id(), at, None, wanted.because, shared=wanted.share)
    return after


def _status(text: str) -> Status:
    try:
        return Status(text.replace("-", " ").lower())
    except ValueError:
        raise CoachError(f"“{text}” is not a status. Use one of: {', '.join(Status)}.") from None


def _owner(text: str, plan: PartnershipPlan) -> str:
    known = {lead.email.lower(): lead.email for lead in plan.leads}
    if text and text.lower() not in known:
        raise CoachError(f"“{text}” is not a lead of {plan.name}. Its leads are: {', '.join(known.values())}.")
    return known.get(text.lower(), "")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise CoachError(f"“{text}” is not a date. Write it as 2027-03-31.") from None


@contextmanager
def in_a_sentence(words: Words) -> Iterator[None]:
    """Turn what the rules refuse into a `CoachError` with the sentence that chat would give."""
    try:
        yield
    except Refused as error:
        raise CoachError(words(f"barrier.refused.{error.reason.value}", **error.values)) from None


def _cell(value: object) -> str:
    return " / ".join(map(str, value)) if isinstance(value, list) else str(value)


def _print_json(data: object) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
