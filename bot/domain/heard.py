"""What people said about an answer, and what the library lacked: values that leads work with."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.people import OrganisationId, PartnershipId


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A question that its asker passed on to the leads, because the library does not answer it.

    `id` is the answer's. Leads learn the organisation and the week, never who it was.
    """

    id: str
    partnership: PartnershipId
    organisation: OrganisationId
    question: str
    at: datetime


class Verdict(StrEnum):
    """What a person made of an answer."""

    UP = "up"
    DOWN = "down"


class Trouble(StrEnum):
    """What was wrong with an answer; a closed list."""

    WRONG = "wrong"
    BESIDE = "beside"
    OLD = "old"
    HARD = "hard"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Vote:
    """One person's word on one answer. `id` stands for both and tells of neither.

    `question` is None until the person who asked it lets the leads see it.
    """

    id: str
    partnership: PartnershipId
    verdict: Verdict
    at: datetime
    trouble: Trouble | None = None
    comment: str = ""
    question: str | None = None
