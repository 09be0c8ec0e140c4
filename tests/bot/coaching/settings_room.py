"""Somebody alone with the coach who settles how they are asked, over stores in memory."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any

from bot.coaching.recognising import Recognised
from bot.coaching.settings.rhythm import RhythmSetting
from bot.coaching.settings.settling import Settling
from bot.delivery.saying import in_full
from bot.domain.cards import Card
from bot.domain.chat_settings import overlaid
from bot.domain.check_ins import CheckIn
from bot.domain.messages import EventKey
from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId, PartnershipId
from bot.store.chat_settings import ChatSettings
from bot.store.check_ins import CheckIns
from bot.store.preferences import OwnSettings
from prompts import words
from tests.bot.coaching.barriers_at_hand import BEN, LEADING, recognised
from tests.bot.plans import PLAN
from tests.fakes import NOON, message

WORDS = words()
NOTHING = PartnerSettings()


@dataclass
class FakeOwn(OwnSettings):
    """Keeps the last word of everybody."""

    kept: dict[PartnerId, PartnerSettings] = field(default_factory=dict)

    async def of(self, partners: Collection[PartnerId]) -> Mapping[PartnerId, PartnerSettings]:
        return {each: self.kept[each] for each in partners if each in self.kept}

    async def keep(
        self, partner: PartnerId, settings: PartnerSettings, at: datetime, *, before: PartnerSettings | None = None
    ) -> None:
        assert before == self.kept.get(partner, NOTHING)
        self.kept[partner] = settings


@dataclass
class FakeCheckIns(CheckIns):
    """Has one check-in at most."""

    one: CheckIn | None = None

    async def latest(self, partner: PartnerId) -> CheckIn | None:
        return self.one if self.one and self.one.partner == partner else None

    async def change(self, before: CheckIn, after: CheckIn, **_more: Any) -> bool:
        assert before == self.one
        self.one = after
        return True


@dataclass
class FakeChat(ChatSettings):
    """What leads set."""

    kept: dict[str, Any] = field(default_factory=dict)

    async def of(self, partnership: PartnershipId) -> Mapping[str, Any]:
        return self.kept if partnership == PLAN.id else {}

    async def keep(self, partnership: PartnershipId, key: str, value: Any, at: datetime) -> None:
        self.kept[key] = value

    async def drop(self, partnership: PartnershipId, key: str) -> None:
        self.kept.pop(key, None)


@dataclass
class Room:
    """What was set, and messages that set it."""

    own: FakeOwn = field(default_factory=FakeOwn)
    check_ins: FakeCheckIns = field(default_factory=FakeCheckIns)
    chat: FakeChat = field(default_factory=FakeChat)
    numbers: "count[int]" = field(default_factory=count)

    @property
    def ben(self) -> PartnerSettings:
        return self.own.kept.get(BEN, NOTHING)

    async def types(self, command: str, text: str = "", who: Recognised | None = None) -> Card:
        said = replace(message(f"m{next(self.numbers)}", text=text), received_at=NOON)
        act = {**self._settling.commands, **self._rhythm.commands}[command]
        return in_full(await act(said, self._as_now(who))).card

    async def fills(self, action: str, fields: Mapping[str, str], who: Recognised | None = None) -> Card:
        return await self.sends(action, "", who, **fields)

    async def sends(self, action: str, value: str = "", who: Recognised | None = None, **fields: str) -> Card:
        key = EventKey(f"slack:m{next(self.numbers)}")
        said = replace(message("m", text=""), key=key, action=action, values={"value": value, **fields})
        act = {**self._settling.actions, **self._rhythm.actions}[action]
        return in_full(await act(said, self._as_now(who))).card

    def _as_now(self, who: Recognised | None) -> Recognised:
        """Plans are read for every message."""
        return replace(who or recognised(BEN), plan=overlaid(PLAN, self.chat.kept))

    @property
    def _settling(self) -> Settling:
        return Settling(own=self.own, check_ins=self.check_ins, words=WORDS)

    @property
    def _rhythm(self) -> RhythmSetting:
        async def applied() -> list[PartnershipPlan]:
            return [PLAN]

        return RhythmSetting(settings=self.chat, applied=applied, words=WORDS)


__all__ = ["LEADING", "NOTHING", "PLAN", "WORDS", "FakeCheckIns", "FakeOwn", "Room"]
