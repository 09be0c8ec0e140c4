"""Offer: which barriers may be the one that somebody is raising. It is theirs to say whether they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.coaching.barriers.ports import Twins
from bot.coaching.barriers.raising_cards import Offer
from bot.domain.barriers import ENDED, Barrier, BarrierId, Consent
from bot.domain.people import PartnerId, PartnershipId
from bot.store.barriers import Barriers
from knowledge.similar_reordering import Reasoned, Reorderer, Wording
from knowledge.writing import WriterError

_MOST = 3


@dataclass(frozen=True, kw_only=True)
class Offering:
    """Asks `twins`, and a model where there is one: it sees only what was judged, and wordings that may be shown."""

    barriers: Barriers
    twins: Twins | None = None
    reorderer: Reorderer | None = None

    async def __call__(
        self, statement: str, partner: PartnerId, partnership: PartnershipId, *, judged: bool
    ) -> Sequence[Offer]:
        """At most three open barriers, each with a wording and, from now on, a number.

        What was not `judged` may be sensitive: its author insisted on it, and no model sees it.
        """
        log = _log_for(partner, await self.barriers.all(partnership))
        if self.twins is None or not log:
            return ()
        likely = dict.fromkeys(name for name, _ in await self.twins.offers(statement, log))
        wordings = dict(reversed(log))
        chosen = [Wording(id=name, text=wordings[name]) for name in likely if name in wordings][:_MOST]
        kept = await self._kept(statement, chosen) if judged else {}
        # What a model leaves out is offered all the same, after the others.
        chosen.sort(key=lambda each: list(kept).index(each.id) if each.id in kept else _MOST)
        return [await self._offer(each, kept.get(each.id, Reasoned(id=each.id))) for each in chosen]

    async def _offer(self, chosen: Wording, reasoned: Reasoned) -> Offer:
        barrier = await self.barriers.give_number(BarrierId(chosen.id))
        return Offer(barrier=barrier, wording=chosen.text, here=reasoned.here, there=reasoned.there)

    async def _kept(self, statement: str, chosen: Sequence[Wording]) -> Mapping[str, Reasoned]:
        """What a model takes for the same, likeliest first."""
        if self.reorderer is None or not chosen:
            return {}
        try:
            return {each.id: each for each in await self.reorderer.reorder(statement, chosen)}
        except WriterError:
            return {}


def _log_for(partner: PartnerId, barriers: Sequence[Barrier]) -> list[tuple[BarrierId, str]]:
    """The wordings that somebody may be shown: opted-in ones, of open barriers that they have not raised."""
    return [
        (barrier.id, each.wording)
        for barrier in barriers
        if barrier.into is None and barrier.status not in ENDED and barrier.raiser(partner) is None
        for each in barrier.raisers
        if each.shared and each.consent is not Consent.PRIVATE
    ]
