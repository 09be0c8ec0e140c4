"""Questions to a person: what one is, and what becomes of it when somebody presses something or time goes by.

Every move gives the question as it is then, or None where the move says nothing new.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.messages import Place
from bot.domain.people import OrganisationId, PartnerId, PartnershipId

#: After so many working days whoever was asked is reminded once, and after so many the asker is told to ring.
REMIND_AFTER, CLOSE_AFTER = 2, 5
LONGEST_QUESTION, LONGEST_ANSWER = 2_000, 2_000
_DAY = timedelta(days=1)
_SATURDAY = 5


class AskState(StrEnum):
    """What has become of a question; a draft was shown to its asker alone and holds no question yet."""

    DRAFT = "draft"
    SENT = "sent"
    TAKEN = "taken"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


#: Somebody may still answer, and nobody has.
OPEN = (AskState.SENT, AskState.TAKEN)


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """Somebody who sees a question. `contact` is what the partnership calls them, empty for a lead."""

    partner: PartnerId
    contact: str = ""
    declined: bool = False


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What somebody who answered would keep for others; `organisations` may see it, none meaning all."""

    question: str
    answer: str
    organisations: tuple[OrganisationId, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HumanAsk:
    """A question from one partner to others, by name. `place` is where its asker alone reads what becomes of it.

    `since` is when it was last put into somebody's hands. `by` is who took it up or answered, and `answerer` under
    what name; of a draft, who answered the one that it follows up, as `again` says. `kept` says that its answer was
    kept for others.
    """

    id: str
    partnership: PartnershipId
    asker: PartnerId
    organisation: OrganisationId
    platform: str
    place: Place
    at: datetime
    since: datetime
    state: AskState = AskState.DRAFT
    name: str = ""
    question: str = ""
    factor: str = ""
    addressees: tuple[Addressee, ...] = ()
    by: PartnerId | None = None
    answerer: str = ""
    answer: str = ""
    reminded: bool = False
    helped: bool = False
    again: bool = False
    kept: bool = False
    proposal: Proposal | None = None
    version: int = 1

    @property
    def hands(self) -> tuple[PartnerId, ...]:
        """Whose turn it is: whoever took it up, else everybody who was asked and did not decline."""
        if self.state not in OPEN:
            return ()
        if self.state is AskState.TAKEN and self.by is not None:
            return (self.by,)
        return tuple(each.partner for each in self.addressees if not each.declined)

    def addressee(self, partner: PartnerId | None) -> Addressee | None:
        """Somebody as one who was asked, None for anybody else."""
        return next((each for each in self.addressees if each.partner == partner), None)


def sent(ask: HumanAsk, name: str, question: str, addressees: Collection[Addressee], at: datetime) -> HumanAsk | None:
    """It goes to these people, under its asker's name; once."""
    if ask.state is not AskState.DRAFT or not question or not addressees:
        return None
    those = tuple(addressees)
    asked = replace(ask, name=name, question=question, addressees=those, at=at, since=at)
    return replace(asked, state=AskState.SENT, by=None, answerer="")


def taken(ask: HumanAsk, partner: PartnerId, name: str, at: datetime) -> HumanAsk | None:
    """Somebody says that they will answer; the first who says so."""
    if ask.state is not AskState.SENT or not _asked(ask, partner):
        return None
    return replace(ask, state=AskState.TAKEN, by=partner, answerer=name, since=at, reminded=False)


def answered(ask: HumanAsk, partner: PartnerId, name: str, answer: str) -> HumanAsk | None:
    """The first answer counts, also one that comes after the asker was told that nobody had answered."""
    waits = ask.state in OPEN or ask.state is AskState.CLOSED
    if not waits or not answer or ask.addressee(partner) is None:
        return None
    return replace(ask, state=AskState.ANSWERED, by=partner, answerer=name, answer=answer)


def declined(ask: HumanAsk, partner: PartnerId, others: Collection[Addressee], at: datetime) -> HumanAsk | None:
    """Somebody says that it is not for them: it is with `others` too then, and closed where nobody is left."""
    if ask.state not in OPEN or not _asked(ask, partner):
        return None
    if ask.state is AskState.TAKEN and ask.by != partner:
        return _without(ask, partner)
    known = {each.partner for each in ask.addressees}
    new = tuple(each for each in others if each.partner not in known)
    after = _without(replace(ask, state=AskState.SENT, by=None, answerer="", since=at, reminded=False), partner)
    after = replace(after, addressees=(*after.addressees, *new))
    return after if after.hands else replace(after, state=AskState.CLOSED)


def reminded(ask: HumanAsk) -> HumanAsk | None:
    """Whoever has it in hand is reminded; once for each who gets it in hand."""
    return replace(ask, reminded=True) if ask.state in OPEN and not ask.reminded else None


def closed(ask: HumanAsk) -> HumanAsk | None:
    """Nobody answered in time."""
    return replace(ask, state=AskState.CLOSED) if ask.state in OPEN else None


def withdrawn(ask: HumanAsk, partner: PartnerId) -> HumanAsk | None:
    """Its asker takes back what nobody has answered: nothing stays of what it said, nor of whom it was put to."""
    waits = ask.state in OPEN or ask.state is AskState.CLOSED
    if not waits or ask.asker != partner:
        return None
    emptied = replace(ask, name="", question="", factor="", addressees=(), by=None, answerer="")
    return replace(emptied, state=AskState.WITHDRAWN)


def helped(ask: HumanAsk, partner: PartnerId) -> HumanAsk | None:
    """Its asker says that the answer helped."""
    its = ask.state is AskState.ANSWERED and ask.asker == partner
    return replace(ask, helped=True) if its and not ask.helped else None


def proposed(ask: HumanAsk, partner: PartnerId, proposal: Proposal) -> HumanAsk | None:
    """Whoever answered would keep it for others; a lead has the last word."""
    return replace(ask, proposal=proposal) if may_keep(ask, partner) and ask.proposal is None else None


def kept(ask: HumanAsk) -> HumanAsk | None:
    """A lead keeps the answer for others."""
    return None if ask.kept else replace(ask, kept=True, proposal=None)


def left_out(ask: HumanAsk) -> HumanAsk | None:
    """A lead does not keep what was proposed."""
    return None if ask.proposal is None else replace(ask, proposal=None)


def may_keep(ask: HumanAsk, partner: PartnerId) -> bool:
    """Whether somebody may have the answer kept: it is theirs and was not kept yet."""
    return ask.state is AskState.ANSWERED and ask.by == partner and not ask.kept


def working_days(since: datetime, now: datetime, zone: str, days_off: Collection[date]) -> int:
    """How many working days have begun since the day of a moment, which does not count itself."""
    here = ZoneInfo(zone)
    first, last = since.astimezone(here).date(), now.astimezone(here).date()
    days = [first + number * _DAY for number in range(1, (last - first).days + 1)]
    return sum(day.weekday() < _SATURDAY and day not in days_off for day in days)


def tells(name: str, text: str) -> bool:
    """Whether a text has somebody's name in it, or a part of it as it is written."""
    plain = " ".join(text.split())
    words = {word.strip(".,;:!?()\"'’“”") for word in plain.split()}
    words |= {word.removesuffix("'s").removesuffix("’s") for word in words}
    parts = [part for part in name.split() if len(part) > 2]  # noqa: PLR2004 - initials tell nothing
    return bool(name) and (name.casefold() in plain.casefold() or any(part in words for part in parts))


def _asked(ask: HumanAsk, partner: PartnerId) -> bool:
    found = ask.addressee(partner)
    return found is not None and not found.declined


def _without(ask: HumanAsk, partner: PartnerId) -> HumanAsk:
    rest = (replace(each, declined=True) if each.partner == partner else each for each in ask.addressees)
    return replace(ask, addressees=tuple(rest))
