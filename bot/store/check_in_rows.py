"""Check-ins and reflections as rows and back."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.barriers import Consent
from bot.domain.check_ins import CheckIn, CheckInId, Reflection, State, View
from bot.domain.people import OrganisationId, PartnerId, PartnershipId

Row = dict[str, Any]
Value = TypeVar("Value")
#: Rows that are read at a stretch: some ten milliseconds.
_STRETCH = 200


def check_in_row(check_in: CheckIn) -> Row:
    """A check-in whole."""
    return {
        "id": check_in.id,
        "partner": check_in.partner,
        "partnership": check_in.partnership,
        "organisation": check_in.organisation,
        "week": check_in.week,
        "question": check_in.question,
        "factor": check_in.factor,
        "asked_at": check_in.asked_at,
        "until": check_in.until,
        "state": check_in.state.value,
        "reason": dict(check_in.reason),
        "instead_of": check_in.instead_of,
        "reminders": check_in.reminders,
        "remind_at": check_in.remind_at,
    }


def check_in_of(row: Any) -> CheckIn:
    """The check-in of a row."""
    return CheckIn(
        id=CheckInId(row.id),
        partner=PartnerId(row.partner),
        partnership=PartnershipId(row.partnership),
        organisation=OrganisationId(row.organisation),
        week=row.week,
        question=row.question,
        factor=row.factor,
        asked_at=row.asked_at,
        until=row.until,
        state=State(row.state),
        reason=row.reason,
        instead_of=row.instead_of,
        reminders=row.reminders,
        remind_at=row.remind_at,
    )


def reflection_row(reflection: Reflection) -> Row:
    """Everything but the messages that made it."""
    return {
        "check_in": reflection.check_in,
        "partner": reflection.partner,
        "partnership": reflection.partnership,
        "organisation": reflection.organisation,
        "week": reflection.week,
        "question": reflection.question,
        "factor": reflection.factor,
        "text": reflection.text,
        "at": reflection.at,
        "view": reflection.view and reflection.view.value,
        "consent": reflection.consent.value,
        "shared": reflection.shared,
        "name": reflection.name,
        "follow_up": reflection.follow_up,
        "followed": reflection.followed,
        "agenda": reflection.agenda,
        "withdrawn": reflection.withdrawn,
    }


def reflection_of(row: Any) -> Reflection:
    """The reflection of a row."""
    return Reflection(
        check_in=CheckInId(row.check_in),
        partner=PartnerId(row.partner),
        partnership=PartnershipId(row.partnership),
        organisation=OrganisationId(row.organisation),
        week=row.week,
        question=row.question,
        factor=row.factor,
        text=row.text,
        at=row.at,
        view=row.view and View(row.view),
        consent=Consent(row.consent),
        shared=row.shared,
        name=row.name,
        follow_up=row.follow_up,
        followed=row.followed,
        agenda=row.agenda,
        withdrawn=row.withdrawn,
    )


async def in_turn(connection: AsyncConnection, found: Select[Any], value: Callable[[Any], Value]) -> tuple[Value, ...]:
    """The values of rows, of which there may be a hundred thousand: messages are taken in meanwhile."""
    values: list[Value] = []
    async with connection.stream(found.execution_options(yield_per=_STRETCH)) as rows:
        async for stretch in rows.partitions():
            values += map(value, stretch)
    return tuple(values)
