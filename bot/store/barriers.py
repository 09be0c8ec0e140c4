"""Barriers: saved whole with the notices of a change, and never over somebody else's change."""

import gc
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, select, tuple_, update

from bot.delivery.checkpoints import Point, Reached, pass_by
from bot.domain.barriers import Barrier, BarrierId, Kind
from bot.domain.people import PartnerId, PartnershipId
from bot.store import notices as outgoing
from bot.store.barrier_rows import barrier_row, barriers, change_rows, raiser_rows
from bot.store.barrier_tables import barrier, barrier_change, barrier_raiser, relay
from bot.store.database import Database, Turn
from bot.store.inbox import Reply

#: Barriers that get their numbers in one transaction.
_MOST_TOGETHER = 500
#: A barrier as it was found, None for a new one, and as it is from now on.
Pair = tuple[Barrier | None, Barrier]


class ChangedMeanwhile(Exception):
    """Somebody else's change came first, and this one was not saved: whoever made it is shown the newer state."""


class Barriers:
    """The repository of barriers with their raisers and histories."""

    def __init__(self, database: Database, reached: Reached = pass_by) -> None:
        self._database = database
        self._reached = reached

    async def find(self, barrier_id: BarrierId) -> Barrier | None:
        """The barrier with this id, merged away or not, or None."""
        return _only(await self._load(barrier.c.id == barrier_id))

    async def standing(self, barrier_id: BarrierId) -> Barrier | None:
        """The barrier with this id, or the one that it was merged into and so on to the last, or None."""
        found = await self.find(barrier_id)
        while found is not None and found.into is not None:
            found = await self.find(found.into)
        return found

    async def numbered(self, partnership: PartnershipId, number: int) -> Barrier | None:
        """The barrier that a partnership knows by this number, merged away or not, or None."""
        return _only(await self._load((barrier.c.partnership == partnership) & (barrier.c.number == number)))

    async def all(self, partnership: PartnershipId) -> tuple[Barrier, ...]:
        """Those of a partnership, oldest first: those that were merged away and those left without raisers too."""
        return await self._load(barrier.c.partnership == partnership)

    async def everywhere(self, partnerships: Collection[PartnershipId]) -> Mapping[PartnershipId, Sequence[Barrier]]:
        """The same of several partnerships at once; one that has none may be left out."""
        found = defaultdict[PartnershipId, list[Barrier]](list)
        for each in await self._load(barrier.c.partnership.in_(sorted(partnerships))):
            found[each.partnership].append(each)
        return found

    async def of(self, partnership: PartnershipId, partner: PartnerId) -> tuple[Barrier, ...]:
        """Those that a partner stands behind, oldest first; what was merged is where it was merged into."""
        own = select(barrier_raiser.c.barrier).where(barrier_raiser.c.partner == partner)
        return await self._load((barrier.c.partnership == partnership) & barrier.c.id.in_(own))

    async def done(self, change_id: str) -> BarrierId | None:
        """The barrier on which a change with this id was saved, or None when there was none."""
        async with self._database.reading() as connection:
            made = select(barrier_change.c.barrier).where(barrier_change.c.id == change_id)
            return await connection.scalar(made)

    async def save(self, *changes: Pair, notices: Sequence[Reply] = (), now: datetime) -> None:
        """Save barriers as they are from now on, and the notices that tell of it, in one transaction.

        Raises `ChangedMeanwhile`, and saves nothing, when one of them is not what it was when it was found, or when a
        change of the same id was saved before. The number is not saved here: see `give_number`. Of a raiser who
        withdrew everything is forgotten: their part, their answers, and what they were yet to be told.
        """
        self._reached(Point.BARRIER_BEFORE_WRITE)

        def note(connection: Connection) -> None:
            # In one order, or two merges of the same pair would each wait for the other.
            for before, after in sorted(changes, key=lambda pair: pair[1].id):
                self._save(connection, before, after)
            _forget_withdrawn(connection, changes)
            outgoing.put(connection, self._database, notices, now)
            self._reached(Point.BARRIER_BEFORE_COMMIT)

        await self._database.write(note)
        self._reached(Point.BARRIER_COMMITTED)

    async def give_number(self, barrier_id: BarrierId) -> Barrier:
        """The barrier with a number: the next of its partnership where it had none. Two never share one.

        Raises `LookupError` when there is no such barrier.
        """
        await self.give_numbers([barrier_id])
        numbered = await self.find(barrier_id)
        if numbered is None:
            raise LookupError(barrier_id)
        return numbered

    async def give_numbers(self, ids: Sequence[BarrierId]) -> Mapping[BarrierId, int]:
        """The number of each of these barriers that there is; those that had none get the next, in this order.

        Many share a transaction, so that a first digest of thousands does not wait for the disk as often.
        """
        given: dict[BarrierId, int] = {}
        for start in range(0, len(ids), _MOST_TOGETHER):
            chunk = ids[start : start + _MOST_TOGETHER]
            given |= await self._database.write(partial(self._give, ids=chunk))
        self._reached(Point.NUMBER_GIVEN)
        return given

    def _give(self, connection: Connection, *, ids: Sequence[BarrierId]) -> dict[BarrierId, int]:
        if self._database.skips_locked:
            connection.execute(select(func.pg_advisory_xact_lock(Turn.NUMBERS.value)))
        found = connection.execute(select(barrier.c.id, barrier.c.partnership, barrier.c.number).where(_among(ids)))
        rows = {BarrierId(row.id): row for row in found}
        last = _last_numbers(connection, {row.partnership for row in rows.values()})
        given = {each: row.number for each, row in rows.items() if row.number is not None}
        fresh: list[dict[str, Any]] = []
        for each in dict.fromkeys(ids):
            if each in rows and each not in given:
                following = last[rows[each].partnership] = last.get(rows[each].partnership, 0) + 1
                fresh.append({"numbered": each, "given": following})
        if fresh:
            unnumbered = update(barrier).where(barrier.c.id == bindparam("numbered"))
            connection.execute(unnumbered.values(number=bindparam("given")), fresh)
        return given | {row["numbered"]: row["given"] for row in fresh}

    async def forget(self, *barriers: BarrierId) -> None:
        """Delete barriers with their wordings and histories, and what was asked about them."""

        def note(connection: Connection) -> None:
            connection.execute(delete(relay).where(relay.c.barrier.in_(barriers)))
            connection.execute(delete(barrier).where(barrier.c.id.in_(barriers)))

        if barriers:
            await self._database.write(note)

    async def _load(self, which: ColumnElement[bool]) -> tuple[Barrier, ...]:
        parts = select(barrier_raiser).join(barrier, barrier_raiser.c.barrier == barrier.c.id).where(which)
        changes = select(barrier_change).join(barrier, barrier_change.c.barrier == barrier.c.id).where(which)
        async with self._database.reading() as connection:
            rows = await connection.execute(select(barrier).where(which).order_by(barrier.c.raised_at, barrier.c.id))
            raisers, histories = await connection.execute(parts), await connection.execute(changes)
            with _all_kept():
                return barriers(rows.all(), raisers.all(), histories.all())

    def _save(self, connection: Connection, before: Barrier | None, after: Barrier) -> None:
        row = barrier_row(after)
        if before is None:
            added = self._database.insert(barrier).values(**row).on_conflict_do_nothing().returning(barrier.c.id)
            if connection.scalar(added) is None:
                raise ChangedMeanwhile(after.id)
        else:
            del row["number"]
            same = update(barrier).where(barrier.c.id == before.id, barrier.c.version == before.version)
            if connection.execute(same.values(**row)).rowcount != 1:
                raise ChangedMeanwhile(after.id)
        _save_raisers(connection, before, after)
        self._save_history(connection, before, after)

    def _save_history(self, connection: Connection, before: Barrier | None, after: Barrier) -> None:
        old, new = change_rows(before) if before else {}, change_rows(after)
        for key in old.keys() & new.keys():
            if old[key] != new[key]:
                connection.execute(update(barrier_change).where(barrier_change.c.id == key).values(**new[key]))
        fresh = [row for key, row in new.items() if key not in old]
        if fresh:
            added = self._database.insert(barrier_change).on_conflict_do_nothing().returning(barrier_change.c.id)
            if len(connection.scalars(added, fresh).all()) != len(fresh):
                raise ChangedMeanwhile(after.id)


@contextmanager
def _all_kept() -> Iterator[None]:
    """Look for no rubbish meanwhile: of tens of thousands of rows none is, and looking takes as long as reading."""
    looked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looked:
            gc.enable()


def _among(ids: Sequence[BarrierId]) -> ColumnElement[bool]:
    return barrier.c.id.in_(list(ids))


def _last_numbers(connection: Connection, partnerships: Collection[str]) -> dict[str, int]:
    """The highest number that each of these partnerships gave."""
    highest = select(barrier.c.partnership, func.max(barrier.c.number)).where(barrier.c.partnership.in_(partnerships))
    rows = connection.execute(highest.group_by(barrier.c.partnership))
    return {partnership: number or 0 for partnership, number in rows}


def _only(found: tuple[Barrier, ...]) -> Barrier | None:
    return found[0] if found else None


def _save_raisers(connection: Connection, before: Barrier | None, after: Barrier) -> None:
    old, new = raiser_rows(before) if before else {}, raiser_rows(after)
    stale = [part for part, row in old.items() if new.get(part) != row]
    if stale:
        part = tuple_(barrier_raiser.c.partner, barrier_raiser.c.origin)
        connection.execute(delete(barrier_raiser).where(barrier_raiser.c.barrier == after.id, part.in_(stale)))
    fresh: list[dict[str, Any]] = [row for part, row in new.items() if old.get(part) != row]
    if fresh:
        connection.execute(barrier_raiser.insert(), fresh)


def _forget_withdrawn(connection: Connection, changes: Sequence[Pair]) -> None:
    """Forget what raisers and leads told each other, of those who stand behind none of these barriers any more."""
    former = [before for before, _ in changes if before is not None]
    left = _partners(former) - _partners([after for _, after in changes])
    if left:
        known_as = {barrier_id for each in former for barrier_id in (each.id, *each.absorbed)}
        relayed = delete(relay).where(relay.c.raiser.in_(left), relay.c.barrier.in_(known_as)).returning(relay.c.id)
        answers = [outgoing.answer_of(each) for each in connection.scalars(relayed)]
        # What was merged in has a history of its own, which the rules do not see when somebody withdraws.
        theirs = barrier_change.c.by.in_(left) & barrier_change.c.lead.is_(False)
        own = update(barrier_change).where(barrier_change.c.barrier.in_(known_as), theirs)
        connection.execute(own.where(barrier_change.c.kind == Kind.ANSWERED.value).values(detail=""))
        connection.execute(own.values(by=None))
        told = [outgoing.batch_of(each, raiser) for each in known_as for raiser in left]
        outgoing.forget(connection, [*answers, *told])


def _partners(found: Sequence[Barrier]) -> set[PartnerId]:
    return {raiser.partner for each in found for raiser in (*each.raisers, *each.aside)}
