"""A partnership with partners in a real database, and the rounds that ask and remind them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

from bot.coaching.check_ins.addressing import Addressing
from bot.coaching.check_ins.asked_for import AskedFor
from bot.coaching.check_ins.evidence import CheckInEvidence
from bot.coaching.check_ins.inviting import Inviting
from bot.coaching.check_ins.open_days import DaysOff
from bot.coaching.check_ins.reminding import Reminding
from bot.coaching.questions.partnership_bank import PartnershipBank
from bot.domain.barriers import Barrier
from bot.domain.check_ins import CheckIn
from bot.domain.membership import Standing
from bot.domain.messages import Place
from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import Identity, OrganisationId, PartnerId
from bot.store.barriers import Barriers
from bot.store.check_ins import CheckIns
from bot.store.database import Database
from bot.store.everywhere import Everywhere
from bot.store.hearing import Hearing
from bot.store.homes import Homes
from bot.store.members import Members
from bot.store.outbox import Outbox, Outgoing
from bot.store.people import People
from bot.store.preferences import OwnSettings
from prompts import words
from tests.bot.plans import COUNCIL, PLAN
from tests.fakes import counted, lease

WORDS = words()
#: No questions of a partnership's own lie there.
NOWHERE = Path("nowhere")


class NoHolidays:
    """A place without bank holidays, or with those that it is given."""

    def __init__(self, *days: date) -> None:
        self.days = days

    def between(self, _region: str, first: date, last: date) -> dict[date, str]:
        """Those of the span."""
        return {day: "a bank holiday" for day in self.days if first <= day <= last}


@dataclass
class Planner:
    """Everything that the weekly planner needs of a database; `plans` may be changed by a test."""

    database: Database
    plans: list[PartnershipPlan] = field(default_factory=lambda: [PLAN])
    holidays: NoHolidays = field(default_factory=NoHolidays)
    folder: Path = NOWHERE
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.check_ins, self.homes, self.own = CheckIns(self.database), Homes(self.database), OwnSettings(self.database)
        self.barriers, self.outbox = Barriers(self.database), Outbox(self.database)
        self.bank = PartnershipBank(folder=self.folder)

    async def all_plans(self) -> Sequence[PartnershipPlan]:
        """The plans as they are now."""
        return tuple(self.plans)

    def addressing(self) -> Addressing:
        """As a process that has just started has it."""
        return Addressing(
            members=Members(self.database), homes=self.homes, own=self.own, days_off=DaysOff(holidays=self.holidays)
        )

    def evidence(self) -> CheckInEvidence:
        """What was heard; a question that was passed on is about money if it says so."""
        return CheckInEvidence(
            hearing=Hearing(self.database),
            bank=self.bank,
            factor_of=lambda text: "money" if "money" in text else None,
        )

    def inviting(self) -> Inviting:
        """The same."""
        return Inviting(
            plans=self.all_plans,
            addressing=self.addressing(),
            everywhere=Everywhere(self.database),
            check_ins=self.check_ins,
            barriers=self.barriers,
            evidence=self.evidence(),
            bank=self.bank,
            words=WORDS,
            new_id=self.new_id,
        )

    def reminding(self) -> Reminding:
        """The same."""
        return Reminding(
            plans=self.all_plans,
            addressing=self.addressing(),
            check_ins=self.check_ins,
            bank=self.bank,
            words=WORDS,
        )

    def asked_for(self) -> AskedFor:
        """The same."""
        return AskedFor(
            plans=self.all_plans,
            addressing=self.addressing(),
            check_ins=self.check_ins,
            barriers=self.barriers,
            evidence=self.evidence(),
            new_id=self.new_id,
        )

    def new_id(self) -> str:
        """Another id, of whichever process."""
        return f"id{next(self._ids)}"

    async def round(self, now: datetime) -> int:
        """What `coach serve` does each minute, by a process that has just started."""
        await self.outbox.expire(now)
        await self.reminding()(now)
        return await self.inviting()(now)

    async def sent(self, now: datetime) -> list[Outgoing]:
        """What goes out at a moment, all of it."""
        found, held = [], replace(lease("sender"), now=now, until=now + timedelta(seconds=30))
        while (each := await self.outbox.claim(held)) is not None:
            found.append(each)
            await self.outbox.sent(each)
        return found

    async def meet(
        self,
        name: str,
        at: datetime,
        *,
        organisation: OrganisationId = COUNCIL.id,
        plan: PartnershipPlan = PLAN,
        settings: PartnerSettings | None = None,
        home: bool = True,
    ) -> PartnerId:
        """A partner of the partnership who wrote to the coach, unless they have no home."""
        domain = next(each for each in plan.organisations if each.id == organisation).email_domains
        email = f"{name}@{domain[0]}" if domain else ""
        team = "T0HOUSING" if not domain else "T0"
        person = Identity(platform="slack", tenant=team, user=f"U{name.upper()}", email=email)
        standing = Standing(partnership=plan.id, organisation=organisation)
        held = await People(self.database, counted(name)).admit(person, standing)
        if home:
            await self.homes.remember(held.partner, person.key, "slack", Place(f"home of {name}"), at)
        if settings is not None:
            await self.own.keep(held.partner, settings, at)
        return held.partner

    async def one(self, partner: PartnerId) -> CheckIn:
        """The only check-in of a partner."""
        (found,) = await self.check_ins.of(partner)
        return found

    async def keep(self, *changes: tuple[Barrier | None, Barrier], now: datetime) -> None:
        """Save barriers."""
        await self.barriers.save(*changes, now=now)
