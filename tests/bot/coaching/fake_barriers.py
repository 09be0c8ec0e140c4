"""The stores of barriers, in memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.domain.barriers import Barrier, BarrierId
from bot.domain.messages import Place
from bot.domain.people import PartnerId, PartnershipId
from bot.store.barriers import Barriers, ChangedMeanwhile, Pair
from bot.store.drafts import Drafts
from bot.store.homes import Home, Homes
from bot.store.inbox import Reply


@dataclass
class FakeBarriers(Barriers):
    """Keeps them by id; `rivals` change a barrier just before the next saves, one a save."""

    kept: dict[BarrierId, Barrier] = field(default_factory=dict)
    told: dict[str, Reply] = field(default_factory=dict)
    rivals: list[Barrier] = field(default_factory=list)

    async def find(self, barrier_id: BarrierId) -> Barrier | None:
        return self.kept.get(barrier_id)

    async def numbered(self, partnership: PartnershipId, number: int) -> Barrier | None:
        return next((each for each in await self.all(partnership) if each.number == number), None)

    async def all(self, partnership: PartnershipId) -> tuple[Barrier, ...]:
        return tuple(each for each in self.kept.values() if each.partnership == partnership)

    async def of(self, partnership: PartnershipId, partner: PartnerId) -> tuple[Barrier, ...]:
        return tuple(each for each in await self.all(partnership) if each.raiser(partner))

    async def done(self, change_id: str) -> BarrierId | None:
        found = (each.id for each in self.kept.values() for change in each.history if change.id == change_id)
        return next(found, None)

    async def save(self, *changes: Pair, notices: Sequence[Reply] = (), now: datetime) -> None:
        if self.rivals:
            rival = self.rivals.pop(0)
            self.kept[rival.id] = rival
        for before, after in changes:
            former, old = self.kept.get(after.id), {each.id for each in before.history} if before else set()
            twice = [await self.done(each.id) for each in after.history if each.id not in old]
            if (former and former.version) != (before and before.version) or any(twice):
                raise ChangedMeanwhile(after.id)
            self.kept[after.id] = after
        self.told |= {each.key: each for each in notices}

    async def give_number(self, barrier_id: BarrierId) -> Barrier:
        found = self.kept[barrier_id]
        if found.number is None:
            found = replace(found, number=1 + max(each.number or 0 for each in self.kept.values()))
            self.kept[barrier_id] = found
        return found

    async def give_numbers(self, ids: Sequence[BarrierId]) -> Mapping[BarrierId, int]:
        return {each: (await self.give_number(each)).number or 0 for each in ids if each in self.kept}


@dataclass
class FakeDrafts(Drafts):
    """Keeps each with whose it is and since when."""

    kept: dict[str, tuple[PartnerId, Mapping[str, Any], datetime]] = field(default_factory=dict)

    async def keep(self, draft: str, partner: PartnerId, payload: Mapping[str, Any], at: datetime) -> None:
        self.kept[draft] = (partner, payload, at)

    async def take(self, draft: str, partner: PartnerId) -> Mapping[str, Any] | None:
        owner, payload, _ = self.kept.get(draft, (None, None, None))
        return payload if owner == partner else None

    async def drop(self, draft: str) -> None:
        self.kept.pop(draft, None)

    async def forget(self, before: datetime) -> None:
        self.kept = {name: row for name, row in self.kept.items() if row[2] >= before}


@dataclass
class FakeHomes(Homes):
    """Knows where each partner was last."""

    kept: dict[PartnerId, Home] = field(default_factory=dict)

    async def remember(self, partner: PartnerId, identity: str, platform: str, place: Place, at: datetime) -> None:
        self.kept[partner] = Home(platform=platform, place=place)

    async def of(self, partners: Collection[PartnerId]) -> Mapping[PartnerId, Home]:
        return {partner: self.kept[partner] for partner in partners if partner in self.kept}
