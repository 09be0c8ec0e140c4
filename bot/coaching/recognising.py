"""Recognise: who is asking, and who would read the answer. Whatever cannot be told gives the least."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.delivery.ports import Presence
from bot.domain.membership import Standing, audience, standing
from bot.domain.messages import Incoming
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import Audience, Identity, PartnerId
from bot.store.people import People


@dataclass(frozen=True, kw_only=True)
class Recognised:
    """A partner in a conversation: who they are now, their partnership, and everyone the answer would reach.

    `partner` is None where the platform did not confirm who it is: they may ask, and nothing is filed under them.
    `alone` says that nobody else would read the answer.
    """

    standing: Standing
    plan: PartnershipPlan
    audience: Audience
    person: Identity
    partner: PartnerId | None = None
    alone: bool = False


@dataclass(frozen=True, kw_only=True)
class Recognising:
    """Asks the store, the partnership files and the platform afresh for every answer."""

    people: People
    plans: Callable[[], Awaitable[Sequence[PartnershipPlan]]]
    presences: Mapping[str, Presence]

    async def __call__(self, incoming: Incoming) -> Recognised | None:
        """Who is asking and in front of whom, or None for a stranger."""
        plans = await self.plans()
        present = await self.presences[incoming.platform].present(incoming.place)
        others = [each for each in present.people if each.key != incoming.sender.key]
        seen = next((each for each in present.people if each.key == incoming.sender.key), None)
        person = _confirmed(incoming.sender, seen)
        sender, partner = await self._sender(person, plans, confirmed=seen is not None)
        if sender is None:
            return None
        held = await self.people.held(others)
        standings = [sender, *(standing(each, held.get(each.key), plans) for each in others)]
        return Recognised(
            standing=sender,
            plan=next(plan for plan in plans if plan.id == sender.partnership),
            audience=audience(standings, sender.partnership, complete=present.complete and seen is not None),
            person=person,
            partner=partner,
            alone=present.complete and seen is not None and not others,
        )

    async def _sender(
        self, person: Identity, plans: Sequence[PartnershipPlan], *, confirmed: bool
    ) -> tuple[Standing | None, PartnerId | None]:
        """Who is asking: what they are, and under whom what they do is filed."""
        held = (await self.people.held([person])).get(person.key)
        found = standing(person, held, plans)
        if found is None or (held is not None and held.bound):
            return found, held.partner if held is not None and held.bound else None
        if not confirmed:
            return found, None
        admitted = await self.people.admit(person, found)
        return standing(person, admitted, plans), admitted.partner


def _confirmed(sender: Identity, seen: Identity | None) -> Identity:
    """A message names neither an e-mail nor every guest, so the roster's word is needed as well; where somebody is,
    the one platform says with a message and the other in the roster."""
    return sender if seen is None else replace(seen, guest=seen.guest or sender.guest, zone=seen.zone or sender.zone)
