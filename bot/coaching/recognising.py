"""Recognise: who is asking, and who would read the answer. Whatever cannot be told gives the least."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.delivery.ports import Presence
from bot.domain.membership import Standing, audience, standing
from bot.domain.messages import Incoming
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import Audience, Identity
from bot.store.people import People


@dataclass(frozen=True, kw_only=True)
class Recognised:
    """A partner in a conversation: who they are now, their partnership, and everyone the answer would reach."""

    standing: Standing
    plan: PartnershipPlan
    audience: Audience


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
        sender = await self._sender(incoming.sender, seen, plans)
        if sender is None:
            return None
        held = await self.people.held(others)
        standings = [sender, *(standing(each, held.get(each.key), plans) for each in others)]
        return Recognised(
            standing=sender,
            plan=next(plan for plan in plans if plan.id == sender.partnership),
            audience=audience(standings, sender.partnership, complete=present.complete and seen is not None),
        )

    async def _sender(
        self, sender: Identity, seen: Identity | None, plans: Sequence[PartnershipPlan]
    ) -> Standing | None:
        """Who is asking. A message names neither an e-mail nor every guest, so the roster's word is needed as well."""
        person = sender if seen is None else replace(seen, guest=seen.guest or sender.guest)
        held = (await self.people.held([person])).get(person.key)
        found = standing(person, held, plans)
        if found is None or seen is None or (held is not None and held.bound):
            return found
        return standing(person, await self.people.admit(person, found), plans)
