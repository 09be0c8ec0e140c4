"""Check-ins and what people reply to them: one question to one partner for one ISO week."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType
from zoneinfo import ZoneInfo

from bot.domain.barriers import Consent
from bot.domain.counting import span_of
from bot.domain.disclosure import iso_week
from bot.domain.people import OrganisationId, PartnerId, PartnershipId

#: Unguessable, and given once for a partner, partnership and week.
CheckInId = NewType("CheckInId", str)
#: Reminders that a check-in may have, and how long each waits.
MOST_REMINDERS = 2
REMINDER_AFTER = timedelta(days=1)
#: In characters: what a chat message holds.
LONGEST_REPLY = 10_000


class State(StrEnum):
    """Where a check-in stands."""

    ASKED = "asked"  #: invited; nothing was said yet
    SNOOZED = "snoozed"  #: put off by the partner, to be invited once more
    ANSWERED = "answered"
    SKIPPED = "skipped"


class View(StrEnum):
    """How a partner finds things stand with the matter of the question, if they say."""

    WELL = "well"
    MIXED = "mixed"
    HARD = "hard"


@dataclass(frozen=True, kw_only=True)
class CheckIn:
    """One question to one partner for one ISO week. `week` is such as "2026-W07".

    `asked_at` is when it was chosen; nothing is sent for it from `until` on. `reason` are the parts of the reason as
    `check_ins.reasons` keeps them. `instead_of` is the question that the partner had changed for this one, which
    they may do once. `remind_at` is when it next makes itself felt: a reminder, or the end of a snooze.
    """

    id: CheckInId
    partner: PartnerId
    partnership: PartnershipId
    organisation: OrganisationId
    week: str
    question: str
    factor: str
    asked_at: datetime
    until: datetime
    state: State = State.ASKED
    reason: Mapping[str, str] = field(default_factory=dict, hash=False)
    instead_of: str = ""
    reminders: int = 0
    remind_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Reflection:
    """A partner's reply to a check-in, which they alone decide about.

    `name` is kept only while the consent lets somebody see it. `shared` lets the wording be shown without a name.
    `at` is when it was first given: its week counts it. `follow_up` is what they said to the one further question,
    `followed` whether it was put to them. `agenda` says that they want the board to talk about it. A withdrawn one
    keeps neither words nor view.
    """

    check_in: CheckInId
    partner: PartnerId
    partnership: PartnershipId
    organisation: OrganisationId
    week: str
    question: str
    factor: str
    text: str
    at: datetime
    view: View | None = None
    consent: Consent = Consent.COUNTED
    shared: bool = False
    name: str = ""
    follow_up: str = ""
    followed: bool = False
    agenda: bool = False
    withdrawn: bool = False

    @property
    def counts(self) -> bool:
        """Whether anything may rest on it: what is private or withdrawn is its author's alone."""
        return not self.withdrawn and self.consent is not Consent.PRIVATE


def published(reflection: Reflection, now: datetime, zone: str) -> bool:
    """Whether its week is over where the partnership is, so that figures may rest on it.

    Until then it can be edited; from then on only withdrawn, or its consent changed.
    """
    return now >= span_of(week_of(reflection.at, zone), zone).end


def week_of(moment: datetime, zone: str) -> str:
    """The ISO week of a moment, by the wall clock of a zone."""
    return iso_week(moment.astimezone(ZoneInfo(zone)).date())


def withdrawn(reflection: Reflection) -> Reflection:
    """The reply once its author has taken it back: nothing of what it said is left."""
    return replace(reflection, text="", follow_up="", view=None, name="", shared=False, agenda=False, withdrawn=True)


def still_waits(check_in: CheckIn) -> bool:
    """Whether the partner has said nothing to it yet, one way or the other."""
    return check_in.state in (State.ASKED, State.SNOOZED)
