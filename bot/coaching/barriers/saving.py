"""Finding and changing barriers on behalf of those who raised them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.coaching.recognising import Recognised
from bot.domain.barriers import Barrier, BarrierId, Refusal, Refused
from bot.store.barriers import Barriers, ChangedMeanwhile
from bot.store.inbox import Reply

#: How often a change is tried again that somebody else's came before.
_TRIES = 5

Notices = Callable[[Barrier, Barrier], Awaitable[Sequence[Reply]]]


async def nobody_told(_before: Barrier, _after: Barrier) -> Sequence[Reply]:
    """For changes that are nobody else's business."""
    return ()


@dataclass(frozen=True, kw_only=True)
class BarrierSaving:
    """What one raiser does to their own part holds beside whatever anybody else does, so it is made again on top."""

    barriers: Barriers

    async def find(self, name: str, recognised: Recognised) -> Barrier:
        """A barrier of the partnership, where it was merged into; another partnership's is as good as none.

        Raises `Refused` where there is none.
        """
        found = await self.barriers.find(BarrierId(name)) if name else None
        while found is not None and found.into is not None:
            found = await self.barriers.find(found.into)
        if found is None or found.partnership != recognised.plan.id:
            raise Refused(Refusal.UNKNOWN_BARRIER)
        return found

    async def change(
        self,
        name: str,
        change: str,
        recognised: Recognised,
        move: Callable[[Barrier], Barrier],
        at: datetime,
        notices: Notices = nobody_told,
    ) -> Barrier:
        """The barrier once a change is saved; as it is where this very change was saved before.

        Raises `Refused` for what the rules refuse, and where others keep coming first.
        """
        for _ in range(_TRIES):
            before = await self.find(name, recognised)
            if await self.barriers.done(change) is not None:
                return before
            after = move(before)
            try:
                await self.barriers.save((before, after), notices=await notices(before, after), now=at)
            except ChangedMeanwhile:
                continue
            return after
        raise Refused(Refusal.CHANGED_MEANWHILE)
