"""What partnerships have heard, as choosing reads it: several at once, and only the columns that it rests on."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.domain.check_ins import State
from bot.domain.disclosure import Snapshot
from bot.domain.evidence import Asked, Observation, Outcome
from bot.domain.heard import Gap
from bot.domain.people import OrganisationId, PartnerId, PartnershipId
from bot.store.barrier_tables import snapshot
from bot.store.check_in_rows import in_turn
from bot.store.check_in_tables import check_in, reflection
from bot.store.database import Database
from bot.store.gaps import gap_of
from bot.store.reflections import COUNTS
from bot.store.snapshots import snapshot_of
from bot.store.tables import library_gap

_OUTCOMES = {
    State.ASKED.value: Outcome.WAITING,
    State.SNOOZED.value: Outcome.WAITING,
    State.ANSWERED.value: Outcome.ANSWERED,
    State.SKIPPED.value: Outcome.UNANSWERED,
}
#: The two questions of a check-in that was changed for another were put one after the other.
_BEFORE = timedelta(microseconds=1)
_ASKED = (
    check_in.c.partnership,
    check_in.c.partner,
    check_in.c.question,
    check_in.c.asked_at,
    check_in.c.state,
    check_in.c.instead_of,
)
_HEARD = (reflection.c.partnership, reflection.c.factor, reflection.c.organisation, reflection.c.at)


class Hearing:
    """Reads it. A partnership of which there is nothing may be left out."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def replies(
        self, partnerships: Collection[PartnershipId], since: datetime
    ) -> Mapping[PartnershipId, list[Observation]]:
        """What was replied at this moment or later and counts: nothing private, nothing withdrawn."""
        theirs = reflection.c.partnership.in_(sorted(partnerships)) & (reflection.c.at >= since) & COUNTS
        found = defaultdict[PartnershipId, list[Observation]](list)
        async with self._database.reading() as connection:
            for partnership, each in await in_turn(connection, select(*_HEARD).where(theirs), _observation):
                found[partnership].append(each)
        return found

    async def asked(
        self, partnerships: Collection[PartnershipId], since: datetime
    ) -> Mapping[PartnershipId, list[Asked]]:
        """What people were asked at this moment or later, and what was asked before a change of the question."""
        theirs = check_in.c.partnership.in_(sorted(partnerships)) & (check_in.c.asked_at >= since)
        found = defaultdict[PartnershipId, list[Asked]](list)
        async with self._database.reading() as connection:
            for partnership, questions in await in_turn(connection, select(*_ASKED).where(theirs), _questions):
                found[partnership] += questions
        return found

    async def passed_on(self, partnerships: Collection[PartnershipId]) -> Mapping[PartnershipId, list[Gap]]:
        """The questions that the library did not answer and that wait for the leads."""
        theirs = library_gap.c.partnership.in_(sorted(partnerships)) & library_gap.c.question.is_not(None)
        found = defaultdict[PartnershipId, list[Gap]](list)
        async with self._database.reading() as connection:
            for row in await connection.execute(select(library_gap).where(theirs)):
                found[PartnershipId(row.partnership)].append(gap_of(row))
        return found

    async def frozen(
        self, partnerships: Collection[PartnershipId], weeks: Collection[str]
    ) -> Mapping[PartnershipId, Mapping[str, Snapshot]]:
        """The figures of these weeks, by week."""
        theirs = snapshot.c.partnership.in_(sorted(partnerships)) & snapshot.c.week.in_(sorted(weeks))
        found = defaultdict[PartnershipId, dict[str, Snapshot]](dict)
        async with self._database.reading() as connection:
            for row in await connection.execute(select(snapshot).where(theirs)):
                found[PartnershipId(row.partnership)][row.week] = snapshot_of(row)
        return found


def _observation(row: Any) -> tuple[PartnershipId, Observation]:
    heard = Observation(factor=row.factor, organisation=OrganisationId(row.organisation), at=row.at)
    return PartnershipId(row.partnership), heard


def _questions(row: Any) -> tuple[PartnershipId, tuple[Asked, ...]]:
    return PartnershipId(row.partnership), tuple(_put(row))


def _put(row: Any) -> Iterator[Asked]:
    """The questions of a check-in: one that somebody had changed for another was asked of them as well."""
    partner = PartnerId(row.partner)
    yield Asked(partner=partner, question=row.question, at=row.asked_at, outcome=_OUTCOMES[row.state])
    if row.instead_of:
        yield Asked(partner=partner, question=row.instead_of, at=row.asked_at - _BEFORE, outcome=Outcome.UNANSWERED)
