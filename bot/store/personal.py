"""Everything that is kept of one person: found, taken out, and erased by the one table of kinds."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, false, insert, null, or_, select, update

from bot.domain.barriers import Kind as ChangeKind
from bot.domain.people import PartnerId, PartnershipId
from bot.store.barrier_tables import barrier, barrier_change, home, snapshot_contribution
from bot.store.check_in_tables import audit
from bot.store.database import Database
from bot.store.inbox import Promise
from bot.store.personal_kinds import KINDS, Kind, Person
from bot.store.tables import identity, inbox, outbox, partner

#: The kind of the audit's row.
ERASED = "erased everything of a partner"
#: Shorter words of somebody's are looked for as quotations only: they may as well be anybody's.
_TELLING = 12
#: A card may show the beginning of long words.
_BEGINNING = 40


@dataclass(frozen=True, kw_only=True)
class Part:
    """What somebody stands behind, as figures know it: a barrier or a check-in."""

    partnership: PartnershipId
    source: str


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """What comes with an erasure: its id, when, which message asked for it (that one is still to be answered), and
    what stands in the place of answers to others that hold words of this person.
    """

    id: str
    at: datetime
    asked_by: str
    instead: Mapping[str, Any]


class Personal:
    """The repository."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def known_as(self, name: str) -> tuple[Person, ...]:
        """Whoever has this id, verified e-mail address or identity's key: a row for each partnership they are in.

        The same verified address is the same person; somebody without one is in one partnership only.
        """
        own = select(partner.c.id, partner.c.email).join(identity, identity.c.partner == partner.c.id, isouter=True)
        named = own.where(or_(partner.c.id == name, partner.c.email == name.lower(), identity.c.key == name))
        async with self._database.reading() as connection:
            found = (await connection.execute(named)).all() if name else []
            same = partner.c.id.in_([row.id for row in found])
            emails = [row.email for row in found if row.email]
            rows = await connection.execute(
                select(partner).where(or_(same, partner.c.email.in_(emails))).order_by(partner.c.id)
            )
            return tuple([await connection.run_sync(_person, row) for row in rows.all()])

    async def behind(self, person: Person) -> Sequence[Part]:
        """Everything of theirs that figures rest on."""
        parts = select(snapshot_contribution.c.partnership, snapshot_contribution.c.source)
        parts = parts.where(snapshot_contribution.c.person == person.partner).distinct()
        async with self._database.reading() as connection:
            rows = await connection.execute(parts)
            return [Part(partnership=PartnershipId(row.partnership), source=row.source) for row in rows]

    async def taken_out(self, person: Person, asked_by: str = "") -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Their rows by kind, those kinds left out of which there are none; nor is the message that asked for it.

        Rows that say the same are given once: how many raisers a lead's question went to is not the lead's to know.
        """
        async with self._database.reading() as connection:
            found = await connection.run_sync(_rows, person, asked_by)
        return {name: rows for name, rows in found.items() if rows}

    async def erase(self, person: Person, erasure: Erasure) -> None:
        """Delete every row of theirs, and of what is others' too what they said; once and for all, in one transaction.

        What they stand behind must be withheld and withdrawn before. Nothing stays but that it was done, and when.
        """

        def note(connection: Connection) -> None:
            marks = frozenset(_given_away(connection, person))
            _empty_decisions(connection, person)
            for kind in KINDS:
                which = _which(kind, person, erasure.asked_by)
                if kind.emptied is None:
                    connection.execute(delete(kind.table).where(which))
                else:
                    connection.execute(update(kind.table).where(which).values(**_nulled(kind.emptied)))
            _clear_outbox(connection, person, marks, erasure.instead)
            row = {"id": erasure.id, "partnership": person.partnership, "kind": ERASED, "at": erasure.at}
            if connection.scalar(select(audit.c.id).where(audit.c.id == erasure.id)) is None:
                connection.execute(insert(audit).values(**row))

        await self._database.write(note)


def also_at(person: Person, place: str) -> Person:
    """The same, written to alone at this place as well."""
    return replace(person, places=tuple({*person.places, place} - {""}))


def _person(connection: Connection, row: Any) -> Person:
    keys = connection.scalars(select(identity.c.key).where(identity.c.partner == row.id).order_by(identity.c.key))
    places = connection.scalars(select(home.c.place).where(home.c.partner == row.id).distinct())
    return Person(
        partner=PartnerId(row.id),
        partnership=PartnershipId(row.partnership),
        email=row.email,
        identities=tuple(keys),
        places=tuple(places),
    )


def _which(kind: Kind, person: Person, asked_by: str) -> ColumnElement[bool]:
    """The rows of a kind that are somebody's, but for the message that is being handled."""
    theirs = kind.theirs(person)
    return theirs & (inbox.c.key != asked_by) if kind.table is inbox else theirs


def _rows(connection: Connection, person: Person, asked_by: str) -> dict[str, list[dict[str, Any]]]:
    return {kind.name: _once(connection, kind, _which(kind, person, asked_by)) for kind in KINDS}


def _once(connection: Connection, kind: Kind, which: ColumnElement[bool]) -> list[dict[str, Any]]:
    shown = select(*(kind.table.c[name] for name in kind.shown)).where(which).order_by(*kind.table.primary_key)
    rows = [dict(row) for row in connection.execute(shown).mappings()]
    return list({repr(row): row for row in rows}.values())


def _given_away(connection: Connection, person: Person) -> Iterator[str]:
    """What gives words of theirs, their name or their address away in a card to others."""
    if person.email:
        yield person.email
    for kind in KINDS:
        if not kind.said:
            continue
        columns = select(*(kind.table.c[name] for name in kind.said)).where(kind.theirs(person))
        for row in connection.execute(columns).mappings():
            yield from (_mark(name, " ".join(text.split())) for name, text in row.items() if text and text.strip())


def _mark(column: str, text: str) -> str:
    if column == "name":
        return f"{text}, "  # as it stands before an organisation's
    return text[:_BEGINNING] if len(text) >= _TELLING else f"“{text}"


def _empty_decisions(connection: Connection, person: Person) -> None:
    """Take out what they wrote as a lead of others' barriers, and their address where others made them the owner."""
    mine = (barrier_change.c.barrier == barrier.c.id) & (barrier_change.c.by == person.partner)
    reason = exists().where(mine, barrier_change.c.detail == barrier.c.because)
    decided = update(barrier).where(barrier.c.because != "", reason)
    connection.execute(decided.values(because="", shared=False, version=barrier.c.version + 1))
    wrote = barrier_change.c.kind.in_((ChangeKind.MOVED.value, ChangeKind.ANSWERED.value))
    own = update(barrier_change).where(barrier_change.c.by == person.partner, wrote)
    connection.execute(own.values(detail=""))
    if person.email:
        names = barrier_change.c.detail.startswith(person.email, autoescape=True)
        assigned = update(barrier_change).where(barrier_change.c.kind == ChangeKind.ASSIGNED.value, names)
        connection.execute(assigned.values(detail=""))


def _clear_outbox(connection: Connection, person: Person, marks: Collection[str], instead: Mapping[str, Any]) -> None:
    """Send nothing more to them that waits, and to nobody else what holds words of theirs."""
    theirs = or_(false(), *(outbox.c.place.startswith(place, autoescape=True) for place in person.places))
    connection.execute(delete(outbox).where(theirs, outbox.c.state == "pending"))
    connection.execute(update(outbox).where(theirs).values(payload=null(), place="", posted=""))
    left = select(outbox.c.key, outbox.c.state, outbox.c.promise, outbox.c.payload).where(outbox.c.payload.is_not(None))
    for row in connection.execute(left).all():
        if not any(mark in text for text in _texts(row.payload) for mark in marks):
            continue
        own = outbox.c.key == row.key
        if row.promise == Promise.ANSWER.value and row.state in ("pending", "sending"):
            connection.execute(update(outbox).where(own).values(payload=dict(instead)))
        elif row.state == "pending":
            connection.execute(delete(outbox).where(own))
        else:
            connection.execute(update(outbox).where(own).values(payload=null()))


def _texts(value: Any) -> Iterator[str]:
    """Every text in plain JSON values."""
    if isinstance(value, str):
        yield " ".join(value.split())
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _nulled(values: Mapping[str, object]) -> dict[str, Any]:
    return {name: null() if value is None else value for name, value in values.items()}
