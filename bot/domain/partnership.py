"""What a partnership has agreed: its members, its weekly rhythm, its rules for sharing and keeping.

The rules that a plan must keep are in `bot.domain.partnership_rules`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain.people import Organisation, OrganisationId, PartnershipId

#: The days of the ISO week, in its order.
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: The twelve conditions of good collaboration.
FACTORS = (
    "purpose",
    "users",
    "trust",
    "power",
    "leadership",
    "culture",
    "accountability",
    "money",
    "information",
    "capacity",
    "rules",
    "risk",
)
#: Whose bank holidays a partnership may keep.
HOLIDAY_REGIONS = ("england-and-wales", "northern-ireland", "scotland", "none")
#: No shared figure ever stands for fewer people, or fewer organisations, than these.
K_FLOOR = 3
M_FLOOR = 2
#: The languages that the coach speaks; `prompts.LOCALES` has their words.
LANGUAGES = ("en", "cy")
#: Marks what the partnership's file cannot say.
SET_IN_CHAT = {"set": "in chat"}


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """When check-ins go out: the day and the full hour, by the wall clock of the partnership's zone.

    A slot on a holiday moves to another day from `first_day` to `last_day` of the same ISO week.
    """

    weekday: str = "tuesday"
    hour: int = 10
    first_day: str = "monday"
    last_day: str = "thursday"


@dataclass(frozen=True, kw_only=True)
class QuietHours:
    """Full hours of the wall clock in which nobody hears from the coach unasked: from `begin` until before `end`.

    They run past midnight where `end` is the smaller; there are none where both are the same.
    """

    begin: int = 19
    end: int = 8

    def cover(self, hour: int) -> bool:
        """Whether an hour of the clock is quiet."""
        if self.begin <= self.end:
            return self.begin <= hour < self.end
        return hour >= self.begin or hour < self.end


@dataclass(frozen=True, kw_only=True)
class Span:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    def covers(self, day: date) -> bool:
        """Whether a day is one of them."""
        return self.first <= day <= self.last


@dataclass(frozen=True, kw_only=True)
class Closure(Span):
    """Days on which the partnership is closed and no check-in goes out; `name` says what for."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """What was agreed before, where it was stricter: what was said before `until`, which is aware, stays under it."""

    k: int
    m: int
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """A pattern across organisations is shown when `k` people in `m` organisations stand behind it.

    Lowering either in chat holds for what is said from then on: `earlier`, oldest first, has what it was before.
    """

    k: int = 5
    m: int = 2
    earlier: tuple[Earlier, ...] = field(default=(), metadata=SET_IN_CHAT)

    def since(self, moment: datetime) -> "Disclosure":
        """The strictest rules of any time from a moment on, which is aware."""
        later = [each for each in self.earlier if each.until > moment]
        return Disclosure(k=max([self.k, *(each.k for each in later)]), m=max([self.m, *(each.m for each in later)]))


@dataclass(frozen=True, kw_only=True)
class Retention:
    """Days that words are kept: replies from their week, barriers from their closing, questions from asking.

    Questions are those that their asker passed on to the leads; any other goes as soon as it is answered.
    """

    replies: int = 365
    barriers: int = 730
    questions: int = 90


@dataclass(frozen=True, kw_only=True)
class Lead:
    """A partner who may pull digests and manage barriers; recognised by a verified e-mail address."""

    name: str
    organisation: OrganisationId
    email: str


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A person or desk that the coach points people to; `how` is an e-mail address, a phone number or a sentence.

    Without `for_factor` and `for_organisation` it is for every matter and for everybody.
    """

    name: str
    how: str
    for_factor: str | None = None
    for_organisation: OrganisationId | None = None


@dataclass(frozen=True, kw_only=True)
class PartnershipPlan:
    """Everything that `partnership apply` makes true.

    `zone` is an IANA time zone. `document_audiences` says, by the file's path in the library, who may see it;
    a file that is not named has the audience of its catalogue entry. `holidays` is one of `HOLIDAY_REGIONS`, or None
    where the zone tells. `check_ins` says whether partners are asked at all. `paused_until` is the first day on which
    they are asked again: it is set in chat, and never written in the file. `language` is one of `LANGUAGES`, for
    partners who chose none themselves, or None for the installation's own.
    """

    id: PartnershipId
    name: str
    zone: str
    organisations: tuple[Organisation, ...]
    leads: tuple[Lead, ...]
    rhythm: Rhythm = field(default_factory=Rhythm)
    disclosure: Disclosure = field(default_factory=Disclosure)
    retention: Retention = field(default_factory=Retention)
    document_audiences: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    contacts: tuple[Contact, ...] = ()
    quiet_hours: QuietHours = field(default_factory=QuietHours)
    holidays: str | None = None
    closures: tuple[Closure, ...] = ()
    check_ins: bool = True
    paused_until: date | None = field(default=None, metadata=SET_IN_CHAT)
    language: str | None = None
