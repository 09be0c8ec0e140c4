"""Barriers: what stands in a partnership's way, who said so, and what they allow to be done with it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from bot.domain.people import OrganisationId, PartnerId, PartnershipId

#: Unguessable; people see the number.
BarrierId = NewType("BarrierId", str)
#: In characters: what a chat message holds.
LONGEST_WORDING = 10_000


class Status(StrEnum):
    """Where a barrier stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in progress"
    RESOLVED = "resolved"
    DECLINED = "will not do"


#: Nobody is at work on these any more.
ENDED = frozenset({Status.RESOLVED, Status.DECLINED})


class Consent(StrEnum):
    """Who may see what somebody wrote, and that it was them."""

    NAMED = "named"
    OWN_LEADS = "own leads"
    COUNTED = "counted"
    PRIVATE = "private"


@dataclass(frozen=True, kw_only=True)
class Raiser:
    """One partner's part in a barrier: their own wording of it, and what they allow.

    `name` is kept only while the consent lets somebody see it. `shared` lets the wording be shown, unnamed, to
    somebody who raises the same, and rest under remedies. `gone` is their word on whether a resolved barrier is gone
    for them, None until they say. `origin` is the barrier that they raised or joined, which a merge does not change.
    """

    partner: PartnerId
    organisation: OrganisationId
    wording: str
    at: datetime
    origin: BarrierId
    consent: Consent = Consent.COUNTED
    shared: bool = False
    name: str = ""
    gone: bool | None = None


class Kind(StrEnum):
    """What a change was."""

    RAISED = "raised"
    JOINED = "joined"
    MOVED = "moved"
    ASSIGNED = "assigned"
    SORTED = "sorted"
    CONSENTED = "consented"
    WITHDRAWN = "withdrawn"
    ANSWERED = "answered"
    MERGED = "merged"
    PARTED = "parted"


@dataclass(frozen=True, kw_only=True)
class Change:
    """Who changed what when. `id` is unique, so that the same message has one effect however often it is taken up.

    `by` is None for the coach and the command line. `lead` says that it was done as a lead: others are not shown.
    `status` is the status from then on; `detail` is a reason, a date or another barrier's id, by the kind.
    """

    id: str
    at: datetime
    kind: Kind
    status: Status
    by: PartnerId | None = None
    lead: bool = False
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Barrier:
    """A barrier with its whole history, oldest change first.

    `number` is given when somebody other than a raiser first sees it. `organisations` are those it affects. `owner`
    is the e-mail address of a lead. `because` says why it was declined or re-opened, or how it was resolved; `shared`
    lets people who raise the like read how. `version` counts changes: a change of an older version is refused.

    `into` is where it was merged, None otherwise: its raisers are there, each once, and it has none. `aside` is what
    somebody wrote of a second barrier that was merged into one which they had raised already: nobody is shown it, and
    it leaves again with the second. `absorbed` are the barriers that were merged in here, and into those.
    """

    id: BarrierId
    partnership: PartnershipId
    factor: str
    raisers: tuple[Raiser, ...]
    history: tuple[Change, ...]
    also: tuple[str, ...] = ()
    organisations: tuple[OrganisationId, ...] = ()
    number: int | None = None
    status: Status = Status.OPEN
    because: str = ""
    shared: bool = False
    owner: str = ""
    due: date | None = None
    version: int = 1
    into: BarrierId | None = None
    aside: tuple[Raiser, ...] = ()
    absorbed: tuple[BarrierId, ...] = ()

    @property
    def label(self) -> str:
        """`B-014`; empty until it has a number."""
        return "" if self.number is None else f"B-{self.number:03}"

    @property
    def raised_at(self) -> datetime:
        """When it was first raised."""
        return self.history[0].at

    @property
    def moved_at(self) -> datetime:
        """When its status last changed."""
        later, earlier = self.history[1:], self.history[:-1]
        moves = [new.at for new, old in zip(later, earlier, strict=True) if new.status is not old.status]
        return moves[-1] if moves else self.raised_at

    def raiser(self, partner: PartnerId) -> Raiser | None:
        """A partner's part in it, or None."""
        return next((each for each in self.raisers if each.partner == partner), None)


class Refusal(StrEnum):
    """Why a change is refused; each has a sentence in the words under `barrier.refused`."""

    ILLEGAL_MOVE = "illegal_move"
    BECAUSE_MISSING = "because_missing"
    CHANGED_MEANWHILE = "changed_meanwhile"
    NOT_A_RAISER = "not_a_raiser"
    NOT_A_LEAD = "not_a_lead"
    RAISED_ALREADY = "raised_already"
    ENDED_ALREADY = "ended_already"
    NOT_MERGED = "not_merged"
    UNKNOWN_FACTOR = "unknown_factor"
    UNKNOWN_OWNER = "unknown_owner"
    BAD_DATE = "bad_date"
    TOO_LONG = "too_long"
    EMPTY = "empty"
    UNKNOWN_BARRIER = "unknown_barrier"


class Refused(Exception):
    """A change that the rules do not allow; the person who asked for it is told the sentence of its reason."""

    def __init__(self, reason: Refusal, **values: str) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.values = values
