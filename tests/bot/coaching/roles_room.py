"""A partnership of three organisations in a real database, whose people are recognised afresh for every message."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from bot.coaching.directly import Act
from bot.coaching.recognising import Recognised, Recognising
from bot.coaching.roles.changing import Roles
from bot.coaching.roles.joining import Joining
from bot.coaching.roles.leaderless import Leaderless
from bot.coaching.roles.leading import Leading, Offering
from bot.coaching.roles.organising import Organising
from bot.coaching.roles.peopling import Peopling
from bot.coaching.roles.winding_up import WindingUp
from bot.delivery.ports import Present
from bot.delivery.saying import Says, in_full
from bot.desks.partners import erasing_partnerships, roles_of
from bot.domain.messages import EventKey, Place
from bot.domain.partnership import Contact, Lead, PartnershipPlan
from bot.domain.people import Identity, Organisation, OrganisationId, PartnershipId
from bot.store.database import Database
from bot.store.partnerships import Partnerships
from prompts import words
from tests.fakes import NOON, FakePresence, message

WORDS = words()
SECRET = b"s" * 32
HARBOUR = PartnershipId("harbour")
COUNCIL, HOUSING, POLICE = OrganisationId("council"), OrganisationId("housing"), OrganisationId("police")
PLAN = PartnershipPlan(
    id=HARBOUR,
    name="Harbour",
    zone="UTC",
    organisations=(
        Organisation(id=COUNCIL, name="The Council", email_domains=("council.example",)),
        Organisation(id=HOUSING, name="Harbour Housing", email_domains=("housing.example",), slack_teams=("THOUSING",)),
        Organisation(id=POLICE, name="Police", email_domains=("police.example",)),
    ),
    leads=(
        Lead(name="Amara", organisation=COUNCIL, email="amara@council.example"),
        Lead(name="Hugo", organisation=HOUSING, email="hugo@housing.example"),
    ),
    document_audiences={"a.md": ("council", "housing"), "b.md": ("housing",), "c.md": ("public",)},
    contacts=(
        Contact(name="Ceri", how="ceri@council.example"),
        Contact(name="Desk", how="01632 960 101", for_organisation=HOUSING),
    ),
)


def person(name: str, domain: str = "", *, team: str = "", guest: bool = False) -> Identity:
    """Somebody whose platform verified an address, or none."""
    email = f"{name}@{domain}" if domain else ""
    return Identity(
        platform="slack", tenant=team or f"T{domain[:3]}", user=f"U{name}", email=email, name=name.title(), guest=guest
    )


AMARA, CERI = person("amara", "council.example"), person("ceri", "council.example")
HUGO, HANA = person("hugo", "housing.example"), person("hana", "housing.example")
PIP = person("pip", "police.example")
OUTSIDER = person("zoe", "elsewhere.example")


@dataclass
class Room:
    """Messages of people, and the coach's acts on them."""

    database: Database
    at: datetime = NOON
    codes: list[str] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=count)

    @classmethod
    async def open(cls, database: Database, plan: PartnershipPlan = PLAN) -> "Room":
        room = cls(database=database)
        await Partnerships(database).save(plan, NOON)
        return room

    @property
    def roles(self) -> Roles:
        return roles_of(self.database, WORDS)

    @property
    def winding(self) -> WindingUp:
        async def nowhere(_incoming: object, _recognised: object) -> str:
            return ""

        erase = erasing_partnerships(self.database, SECRET, WORDS)
        return WindingUp(roles=self.roles, erase=erase, export=nowhere)

    @property
    def acts(self) -> Mapping[str, Act]:
        """Every act, commands under a name of their own."""
        joining = Joining(
            people=self.roles.people, words=WORDS, secret=SECRET, clock=lambda: self.at, pick=lambda letters: letters[0]
        )
        cases = (
            Peopling(roles=self.roles, code=joining.invite),
            Organising(roles=self.roles),
            Leading(roles=self.roles),
            self.winding,
        )
        acts = {name: act for case in cases for name, act in case.actions.items()}
        return {**acts, **{f"/{name}": act for case in cases for name, act in case.commands.items()}}

    async def recognised(self, who: Identity) -> Recognised | None:
        """Who somebody is now, alone with the coach."""
        place = Place(f"T/D{who.user}/")
        presence = FakePresence({place: Present(people=(who,), complete=True)})
        recognise = Recognising(
            people=self.roles.people, plans=Partnerships(self.database).all, presences={"slack": presence}
        )
        return await recognise(replace(message("m", platform="slack"), place=place, sender=who))

    async def met(self, *people: Identity) -> None:
        """They wrote to the coach directly, and it remembers where."""
        for each in people:
            found = await self.recognised(each)
            if found is not None and found.partner is not None:
                await self.roles.homes.remember(found.partner, each.key, "slack", Place(f"T/D{each.user}/"), self.at)

    async def does(self, who: Identity, act: str, text: str = "", value: str = "", **values: str) -> Says:
        """What somebody is told, and what others are, for a command (`/name`), a button or a form."""
        found = await self.recognised(who)
        assert found is not None, "a stranger"
        incoming = replace(
            message("m", text=text, platform="slack"),
            key=EventKey(f"slack:m{next(self.numbers)}"),
            received_at=self.at,
            sender=who,
            action="" if act.startswith("/") else act,
            values={} if act.startswith("/") else {"value": value, **values},
        )
        return in_full(await self.acts[act](incoming, found))

    async def presses(self, who: Identity, said: Says, action: str) -> Says:
        """They press this button of a card."""
        value = next(each.value for each in said.card.buttons if each.action == action)
        return await self.does(who, action, value=value)

    async def plan(self) -> PartnershipPlan:
        (plan,) = await Partnerships(self.database).all()
        return plan

    async def rounds(self, **later: float) -> None:
        """What is done by the clock, so much later."""
        self.at += timedelta(**later)
        for each in (Leaderless(roles=self.roles), Offering(roles=self.roles), self.winding):
            await each(self.at)


def whom(said: Says) -> set[str]:
    """The places that are told something besides the answer."""
    return {str(each.place) for each in said.elsewhere}


def home(who: Identity) -> str:
    """Where somebody alone is written to."""
    return f"T/D{who.user}/"
