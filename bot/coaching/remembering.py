"""Remember where each partner alone is written to and what time it is there: from then on they can be asked."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.coaching.recognising import Recognised
from bot.domain.messages import Incoming
from bot.store.homes import Homes
from bot.store.preferences import OwnSettings


@dataclass(frozen=True, kw_only=True)
class Remembering:
    """Recognises, and on the way keeps what a message tells of its sender. A stranger is not remembered."""

    recognise: Callable[[Incoming], Awaitable[Recognised | None]]
    homes: Homes
    own: OwnSettings

    async def __call__(self, incoming: Incoming) -> Recognised | None:
        """Who is asking and in front of whom, or None for a stranger."""
        recognised = await self.recognise(incoming)
        if recognised is not None and recognised.partner is not None:
            at = incoming.received_at
            if incoming.direct:
                who, place = recognised.partner, incoming.direct
                await self.homes.remember(who, incoming.sender.key, incoming.platform, place, at)
            if recognised.person.zone:
                await self.own.zone_known(recognised.partner, recognised.person.zone, at)
        return recognised
