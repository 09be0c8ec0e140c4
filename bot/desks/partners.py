"""Puts together what leads do about people, organisations and the partnership itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.bootstrap import Coach, new_id, now, pick
from bot.coaching.changes import derived_id
from bot.coaching.digests.links import LIFE, DigestLinks, Grant
from bot.coaching.directly import Act, Directly
from bot.coaching.recognising import Recognised
from bot.coaching.refusing import confirmed
from bot.coaching.roles import organising, peopling
from bot.coaching.roles.changing import Roles
from bot.coaching.roles.joining import Joining
from bot.coaching.roles.leaderless import Leaderless
from bot.coaching.roles.leading import Leading, Offering
from bot.coaching.roles.organising import Organising
from bot.coaching.roles.peopling import Peopling
from bot.coaching.roles.winding_up import Erase, Export, WindingUp
from bot.desks.planner import addressing_of
from bot.desks.settings import erasing_from, found_by
from bot.domain.cards import to_json
from bot.domain.digest import Scope
from bot.domain.messages import Incoming
from bot.domain.people import PartnershipId
from bot.settings import secret
from bot.store.barriers import Barriers
from bot.store.chat_settings import ChatSettings
from bot.store.database import Database
from bot.store.homes import Homes
from bot.store.lead_offers import LeadOffers
from bot.store.partnership_erasing import PartnershipErasing
from bot.store.partnerships import Partnerships
from bot.store.people import People
from bot.store.people_changes import PeopleChanges
from bot.store.personal import Erasure, Personal
from prompts import Words

#: What leads may take along covers the longest time that a digest does.
_WEEKS = 13


@dataclass(frozen=True, kw_only=True)
class PartnersDesk:
    """What the front door needs to know of roles, and what is done by the clock."""

    actions: Mapping[str, Act]
    commands: Mapping[str, Act]
    chosen: frozenset[str]


def partners_desk(coach: Coach, *evict: Callable[[], object]) -> PartnersDesk:
    """For chat platforms; `evict` empties what is held in memory of people, once they are gone."""
    roles = roles_of(coach.database, coach.words)
    people = People(coach.database, new_id)
    joining = Joining(people=people, words=coach.words, secret=secret(coach.settings), clock=now, pick=pick)
    cases = (
        Peopling(roles=roles, code=joining.invite),
        Organising(roles=roles),
        Leading(roles=roles),
        winding_up_of(coach, *evict),
    )
    directly = Directly(homes=Homes(coach.database), words=coach.words)
    return PartnersDesk(
        actions=directly.all({name: act for case in cases for name, act in case.actions.items()}),
        commands=directly.all({name: act for case in cases for name, act in case.commands.items()}),
        chosen=peopling.CHOICES | organising.CHOICES,
    )


def roles_of(database: Database, words: Words) -> Roles:
    """The roles of a database's partnerships."""
    partnerships = Partnerships(database)
    return Roles(
        plans=partnerships.all,
        applied=partnerships.applied,
        settings=ChatSettings(database),
        people=People(database, new_id),
        changes=PeopleChanges(database, new_id),
        offers=LeadOffers(database),
        homes=Homes(database),
        barriers=Barriers(database),
        addressing=addressing_of(database),
        words=words,
    )


def role_rounds(coach: Coach) -> Sequence[Leaderless | Offering | WindingUp]:
    """What is done about roles by the clock, each minute."""
    roles = roles_of(coach.database, coach.words)
    return Leaderless(roles=roles), Offering(roles=roles), winding_up_of(coach)


def winding_up_of(coach: Coach, *evict: Callable[[], object]) -> WindingUp:
    """The end of partnerships of this installation."""
    key, public = secret(coach.settings), coach.settings.public_url or ""
    return WindingUp(
        roles=roles_of(coach.database, coach.words),
        erase=erasing_partnerships(coach.database, key, coach.words, *evict),
        export=digest_page(DigestLinks(secret=key, public_url=public)),
    )


def erasing_partnerships(database: Database, key: bytes, words: Words, *evict: Callable[[], object]) -> Erase:
    """Erases everything of a partnership: what is its people's by the table of kinds, then what is its own."""
    personal, store = Personal(database), PartnershipErasing(database)
    find, instead = found_by(personal, key), to_json(erasing_from(database, key, words).instead())

    async def erase(partnership: PartnershipId, at: datetime) -> None:
        change = derived_id(partnership, at.isoformat())
        for partner in await store.partners(partnership):
            erasure = Erasure(id=derived_id(change, partner), at=at, asked_by="", instead=instead)
            for person in await find(partner):
                # The same address may be somebody in another partnership, where nothing ends.
                if person.partnership == partnership:
                    await personal.erase(replace(person, email=""), erasure)
        await store.erase(partnership, change, at)
        for forget in evict:
            forget()
        await database.truncate_log()

    return erase


def digest_page(links: DigestLinks) -> Export:
    """The way to the digest of a quarter, from where it can be saved as files."""

    async def page(incoming: Incoming, recognised: Recognised) -> str:
        grant = Grant(
            partnership=recognised.plan.id,
            partner=confirmed(recognised),
            scope=Scope(weeks=_WEEKS),
            expires=incoming.received_at + LIFE,
        )
        public = links.public_url.rstrip("/")
        return f"{public}/digest/{links.sign(grant)}" if public else ""

    return page
