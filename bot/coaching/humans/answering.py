"""Answering as a person: whoever is asked answers, says that they will, or says that it is not for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from bot.coaching.check_ins.reply_saving import Declined, declining, says
from bot.coaching.directly import Act
from bot.coaching.humans.cards import ANSWER, LATER, NOT_ME, REPLIED, REPLY, passed_card, replied_card, reply_card
from bot.coaching.humans.routes import HumanRoutes
from bot.coaching.humans.telling import TRIES, HumanTelling, marked, with_organisation
from bot.coaching.recognising import Recognised
from bot.coaching.refusing import confirmed
from bot.domain import human_asks as rules
from bot.domain.cards import Card
from bot.domain.human_asks import LONGEST_ANSWER, OPEN, AskState, HumanAsk
from bot.domain.messages import Incoming
from bot.store.inbox import Reply
from prompts import Words


@dataclass(frozen=True, kw_only=True)
class HumanAnswering:
    """The use-case of whoever is asked. Nobody else learns that there is a question."""

    telling: HumanTelling
    routes: HumanRoutes
    words: Words

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the buttons and the form of whoever is asked."""
        acts: Mapping[str, Act] = {
            ANSWER: self.answer,
            REPLY: self.reply,
            LATER: self.later,
            NOT_ME: self.not_me,
        }
        return declining(acts, self.words)

    async def answer(self, incoming: Incoming, recognised: Recognised) -> Card:
        """The form for an answer, unless there is one."""
        ask = await self._asked(incoming, recognised)
        if ask.state is AskState.ANSWERED:
            return self._settled(ask, recognised)
        return reply_card(ask, recognised.plan, self.words)

    async def reply(self, incoming: Incoming, recognised: Recognised) -> Card:
        """The answer goes to whoever asked, in the name of whoever gave it."""
        partner, text = confirmed(recognised), incoming.values.get(REPLIED, "").strip()[:LONGEST_ANSWER]
        for _ in range(TRIES):
            ask = await self._asked(incoming, recognised)
            after = rules.answered(ask, partner, with_organisation(recognised, self.words), text)
            if after is None and not text:
                return reply_card(ask, recognised.plan, self.words)
            if after is None:
                return self._settled(ask, recognised)
            told = await self.telling.to_asker(after, recognised.plan, "answered")
            if await self.telling.asks.save(ask, after, told, incoming.received_at):
                return self._settled(after, recognised)
        raise Declined("human.meanwhile")

    async def later(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Somebody has it in hand, and whoever asked is told once."""
        partner = confirmed(recognised)
        for _ in range(TRIES):
            ask = await self._asked(incoming, recognised)
            after = rules.taken(ask, partner, with_organisation(recognised, self.words), incoming.received_at)
            if after is None:
                return self._settled(ask, recognised)
            told = await self.telling.to_asker(after, recognised.plan, f"taken:{marked(partner)}")
            if await self.telling.asks.save(ask, after, told, incoming.received_at):
                return self._settled(after, recognised)
        raise Declined("human.meanwhile")

    async def not_me(self, incoming: Incoming, recognised: Recognised) -> Card:
        """It goes to the leads; whoever asked is told that it did, or whom to ring where nobody is left."""
        partner = confirmed(recognised)
        for _ in range(TRIES):
            ask = await self._asked(incoming, recognised)
            others = await self.routes.leads(recognised.plan, ask.asker, partner)
            after = rules.declined(ask, partner, others, incoming.received_at)
            if after is None:
                return self._settled(ask, recognised)
            told = await self._passed(ask, after, recognised)
            if await self.telling.asks.save(ask, after, told, incoming.received_at):
                return says(self.words("human.declined"))
        raise Declined("human.meanwhile")

    async def _passed(self, ask: HumanAsk, after: HumanAsk, recognised: Recognised) -> tuple[Reply, ...]:
        plan, partner = recognised.plan, confirmed(recognised)
        if after.state not in OPEN:
            return await self.telling.to_asker(after, plan, "closed")
        known = {each.partner for each in ask.addressees}
        new = [each.partner for each in after.addressees if each.partner not in known]
        told = await self.telling.asking(after, plan, new)
        if not new and ask.by != partner:
            return told  # The other leads have it as before.
        former = with_organisation(recognised, self.words)
        made = partial(passed_card, after, former, self.words)
        return (*told, *await self.telling.to_asker(after, plan, f"passed:{marked(partner)}", made))

    async def _asked(self, incoming: Incoming, recognised: Recognised) -> HumanAsk:
        confirmed(recognised)
        ask = await self.telling.addressed(incoming.values.get("value", ""), recognised)
        if ask is None:
            raise Declined("human.gone")
        return ask

    def _settled(self, ask: HumanAsk, recognised: Recognised) -> Card:
        """What somebody who was asked hears of a question that needs nothing of them now."""
        own = ask.by == recognised.partner
        if ask.state is AskState.ANSWERED:
            if own:
                return replied_card(ask, recognised.plan, self.words)
            return says(self.words("human.answered_already"))
        if ask.state is AskState.TAKEN:
            return says(self.words("human.taken") if own else self.words("human.taken_by", who=ask.answerer))
        return says(self.words("human.declined" if ask.state is AskState.SENT else "human.closed_already"))
