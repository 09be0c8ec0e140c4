"""The digest as a value: what a lead is told, whatever it is shown on. Every rendering tells these same numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.barrier_views import Reader, View
from bot.domain.barriers import Barrier
from bot.domain.check_ins import Reflection
from bot.domain.disclosure import WINDOWS, Band, Measure, Snapshot
from bot.domain.heard import Gap
from bot.domain.insight import Conversation, Insight
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import OrganisationId


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a lead asked for: how many weeks back, and of which organisation and factor, None for every."""

    weeks: int = 1
    organisation: OrganisationId | None = None
    factor: str | None = None

    def __post_init__(self) -> None:
        if self.weeks not in WINDOWS:
            raise ValueError(f"weeks must be one of {WINDOWS}")


class Why(StrEnum):
    """Why a barrier stands where it does; the most pressing first."""

    OVERDUE = "overdue"
    REOPENED = "reopened"
    JOINED = "joined"
    UNOWNED = "unowned"
    STILL = "still"
    NEW = "new"
    BETTER = "better"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number of people, in a band; None is too few to say. `past` are the four weeks up to now, oldest first."""

    measure: Measure
    factor: str
    organisation: str
    band: Band | None
    past: tuple[Band | None, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Line:
    """One barrier as this lead may see it. `people` are those shown by name; others may stand behind it unseen."""

    view: View
    why: Why
    people: int
    organisations: tuple[OrganisationId, ...]
    weeks_old: int
    pattern: Figure


@dataclass(frozen=True, kw_only=True)
class Digest:
    """One lead's digest of a partnership. `week` is the last that is over: figures are of it and those before."""

    plan: PartnershipPlan
    scope: Scope
    week: str
    made_at: datetime
    decisions: tuple[Line, ...]
    new: tuple[Line, ...]
    worse: tuple[Line, ...]
    better: tuple[Line, ...]
    closed: tuple[Line, ...]
    still: tuple[Line, ...]
    patterns: tuple[Figure, ...]
    participation: tuple[Figure, ...]
    gaps: tuple[Gap, ...]
    #: For every factor the people with an open barrier, week by week, oldest first.
    heat_weeks: tuple[str, ...]
    heat: Mapping[str, tuple[Band | None, ...]]
    #: The same whatever the matter.
    total: tuple[Band | None, ...]
    #: What the frozen figures prove of what people replied, and what may be quoted of it.
    insight: Insight
    #: For each factor of a perception gap how leads can begin to talk about it.
    conversations: Mapping[str, Conversation] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What a digest is made of: barriers as they stand, figures as they were frozen.

    `replies` are those of which somebody may see the wording. `partners` are how many people an organisation has.
    """

    barriers: Sequence[Barrier]
    snapshots: Mapping[str, Snapshot]
    gaps: Sequence[Gap]
    replies: Sequence[Reflection] = ()
    partners: Mapping[OrganisationId, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Standpoint:
    """Who asks what, and when. `week` is the last ISO week that is over; `still_after` is how long a barrier may stand
    without moving before it is listed."""

    plan: PartnershipPlan
    scope: Scope
    reader: Reader
    week: str
    now: datetime
    still_after: timedelta = timedelta(weeks=6)

    @property
    def since(self) -> datetime:
        """When what is asked about begins."""
        return self.now - timedelta(weeks=self.scope.weeks)
