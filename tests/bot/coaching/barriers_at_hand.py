"""A partnership with barriers in a real database, for the tests of what is done with them."""

from dataclasses import dataclass, replace
from itertools import count

from bot.coaching.recognising import Recognised
from bot.domain.barrier_rules import joined, raised
from bot.domain.barriers import Barrier, BarrierId, Consent, Raiser
from bot.domain.membership import Standing
from bot.domain.messages import Incoming, Place
from bot.domain.people import Audience, Identity, OrganisationId, PartnerId
from bot.store.barriers import Barriers
from bot.store.database import Database
from bot.store.homes import Homes
from tests.bot.plans import COUNCIL, HOUSING, LEAD, PLAN
from tests.fakes import NOON, message

AMARA = PartnerId("amara")
BEN = PartnerId("ben")
CHO = PartnerId("cho")


def recognised(partner: PartnerId, organisation: OrganisationId = HOUSING.id, *, lead: bool = False) -> Recognised:
    """Somebody alone with the coach; Amara is the lead of the plan."""
    email = LEAD.email if partner == AMARA else ""
    return Recognised(
        standing=Standing(partnership=PLAN.id, organisation=organisation, lead=lead),
        plan=PLAN,
        audience=Audience(organisations=frozenset({organisation})),
        person=Identity(platform="slack", tenant="T0", user=partner, email=email, name=partner.title()),
        partner=partner,
        alone=True,
    )


LEADING = recognised(AMARA, COUNCIL.id, lead=True)


def part(partner: PartnerId, organisation: OrganisationId = HOUSING.id, **more: object) -> Raiser:
    """A raiser who is named to leads, unless it is said otherwise."""
    given = {"consent": Consent.NAMED, "name": partner.title(), "wording": f"{partner} waits for data.", "at": NOON}
    return Raiser(partner=partner, organisation=organisation, origin=BarrierId("b1"), **{**given, **more})  # type: ignore[arg-type]


@dataclass
class Shelf:
    """Barriers and homes, and messages that press buttons about them."""

    barriers: Barriers
    homes: Homes
    numbers: "count[int]"

    @classmethod
    async def open(cls, database: Database) -> "Shelf":
        shelf = cls(barriers=Barriers(database), homes=Homes(database), numbers=count(1))
        for partner in (AMARA, BEN, CHO):
            await shelf.homes.remember(partner, f"slack:T0:{partner}", "slack", Place(f"T0/U{partner}/"), NOON)
        return shelf

    async def raise_one(self, *parts: Raiser, factor: str = "information", named: str = "b1") -> Barrier:
        """A barrier raised by the first and joined by the others."""
        first, *others = (replace(each, origin=BarrierId(named)) for each in parts)
        barrier = raised(PLAN.id, first, factor, f"{named}-raised")
        await self.barriers.save((None, barrier), now=NOON)
        for number, each in enumerate(others):
            more = joined(barrier, each, f"{named}-joined-{number}")
            await self.barriers.save((barrier, more), now=NOON)
            barrier = more
        return barrier

    async def now(self, named: str = "b1") -> Barrier:
        """The barrier as it stands."""
        found = await self.barriers.find(BarrierId(named))
        assert found is not None
        return found

    def press(self, action: str, value: str, **values: str) -> Incoming:
        """A message that presses a button or sends a form, each a minute after the one before."""
        number = next(self.numbers)
        pressed = message(f"press-{number}", text="", platform="slack", at=60 * number)
        return replace(pressed, action=action, values={**values, "value": value}, direct=Place("T0/U0/"))
