"""Taking back a question to a person: whoever asked it may, as long as nobody has answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from bot.coaching.check_ins.reply_saving import Declined, declining
from bot.coaching.directly import Act, Directly
from bot.coaching.humans.cards import (
    MINE,
    WITHDRAW,
    status_card,
    unanswered_card,
    withdrawn_card,
    withdrawn_taken_card,
)
from bot.coaching.humans.telling import TRIES, HumanTelling
from bot.coaching.languages import in_language_of
from bot.coaching.recognising import Recognised
from bot.coaching.refusing import confirmed
from bot.domain import human_asks as rules
from bot.domain.cards import Card
from bot.domain.human_asks import AskState, HumanAsk
from bot.domain.messages import Incoming, Place
from bot.domain.partnership import PartnershipPlan
from bot.store.inbox import Reply
from prompts import Words


@dataclass(frozen=True, kw_only=True)
class HumanWithdrawing:
    """The use-case. Whoever was asked reads in the question's place that it was taken back, and not what it said."""

    telling: HumanTelling
    directly: Directly
    words: Words

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the buttons of whoever asked."""
        return self.directly.all(declining({WITHDRAW: self.withdraw, MINE: self.mine}, self.words))

    async def mine(self, _incoming: Incoming, recognised: Recognised) -> Card:
        """Everything that somebody asked people and that nobody has answered."""
        partner = confirmed(recognised)
        asks = await self.telling.asks.unanswered(recognised.plan.id, partner)
        return unanswered_card(asks, recognised.plan, self.words)

    async def withdraw(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Nobody is to answer it any more."""
        partner = confirmed(recognised)
        for _ in range(TRIES):
            ask = await self.telling.own(incoming.values.get("value", ""), recognised)
            if ask is None or ask.state is AskState.DRAFT:
                raise Declined("human.gone")
            after = rules.withdrawn(ask, partner)
            if after is None:
                return status_card(ask, recognised.plan, self.words)
            told, instead = await self._to_taker(ask, recognised.plan), await self._instead(ask, recognised.plan)
            if await self.telling.asks.withdraw(ask, after, told, instead, incoming.received_at):
                return status_card(after, recognised.plan, self.words)
        raise Declined("human.meanwhile")

    async def _to_taker(self, ask: HumanAsk, plan: PartnershipPlan) -> tuple[Reply, ...]:
        """Whoever has promised an answer is told anew: they may be at it, and a changed message calls nobody."""
        takers = ask.hands if ask.state is AskState.TAKEN else ()
        return await self.telling.to(takers, ask, plan, "withdrawn", partial(withdrawn_taken_card, self.words))

    async def _instead(self, ask: HumanAsk, plan: PartnershipPlan) -> Mapping[Place, Card]:
        homes = await self.telling.homes.of([each.partner for each in ask.addressees])
        made = partial(withdrawn_card, self.words)
        return {home.place: in_language_of(home, plan, self.words, made) for home in homes.values()}
