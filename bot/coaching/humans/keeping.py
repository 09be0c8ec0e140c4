"""Keeping a person's answer for others: a lead keeps it with one form; anybody else proposes it and a lead decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from bot.coaching.changes import derived_id
from bot.coaching.check_ins.reply_saving import Declined, declining, says
from bot.coaching.directly import Act
from bot.coaching.humans.cards import (
    CONFIRM,
    EVERYONE,
    KEEP,
    KEPT,
    LEAVE,
    QUESTION,
    REPLIED,
    SEEN_BY,
    keep_card,
    proposal_card,
)
from bot.coaching.humans.routes import HumanRoutes
from bot.coaching.humans.telling import TRIES, HumanTelling
from bot.coaching.recognising import Recognised
from bot.coaching.refusing import confirmed
from bot.domain import human_asks as rules
from bot.domain.cards import Card
from bot.domain.curated import LONGEST_ANSWER, LONGEST_QUESTION, CuratedAnswer
from bot.domain.human_asks import HumanAsk, Proposal
from bot.domain.messages import Incoming
from bot.domain.people import OrganisationId
from prompts import Words


@dataclass(frozen=True, kw_only=True)
class HumanKeeping:
    """The use-case. What is kept says neither who asked nor, apart from “the leads”, who answered."""

    telling: HumanTelling
    routes: HumanRoutes
    words: Words

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the buttons and the form."""
        acts: Mapping[str, Act] = {
            KEEP: self.keep,
            KEPT: self.kept,
            CONFIRM: self.confirm,
            LEAVE: self.leave,
        }
        return declining(acts, self.words)

    async def keep(self, incoming: Incoming, recognised: Recognised) -> Card:
        """The form, with the question and the answer as they were."""
        ask = await self._answered(incoming, recognised)
        if not rules.may_keep(ask, confirmed(recognised)) or ask.proposal is not None:
            return self._known(ask)
        return keep_card(ask, self.words, self._as_it_was(ask, recognised))

    async def kept(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Keep what the form says, or have the leads decide; never with the name of who asked."""
        partner = confirmed(recognised)
        for _ in range(TRIES):
            ask = await self._answered(incoming, recognised)
            if not rules.may_keep(ask, partner) or ask.proposal is not None:
                return self._known(ask)
            said = self._said(ask, incoming, recognised)
            if rules.tells(ask.name, f"{said.question}\n{said.answer}"):
                return keep_card(ask, self.words, said, warning=self.words("human.keep_name", name=ask.name))
            if recognised.standing.lead:
                if await self._keep(ask, said, incoming):
                    return says(self.words("human.kept"))
            elif await self._propose(ask, said, incoming, recognised):
                return says(self.words("human.proposed_done"))
        raise Declined("human.meanwhile")

    async def confirm(self, incoming: Incoming, recognised: Recognised) -> Card:
        """A lead keeps what was proposed."""
        for _ in range(TRIES):
            ask = await self._proposed(incoming, recognised)
            if ask.proposal is None:
                return self._known(ask)
            if await self._keep(ask, ask.proposal, incoming):
                return says(self.words("human.kept"))
        raise Declined("human.meanwhile")

    async def leave(self, incoming: Incoming, recognised: Recognised) -> Card:
        """A lead does not keep what was proposed."""
        for _ in range(TRIES):
            ask = await self._proposed(incoming, recognised)
            after = rules.left_out(ask)
            if after is None:
                return self._known(ask)
            if await self.telling.asks.save(ask, after, (), incoming.received_at):
                return says(self.words("human.left_out"))
        raise Declined("human.meanwhile")

    async def _keep(self, ask: HumanAsk, said: Proposal, incoming: Incoming) -> bool:
        after = rules.kept(ask)
        curated = CuratedAnswer(
            id=derived_id(ask.id, "curated")[:16],
            partnership=ask.partnership,
            question=said.question,
            answer=said.answer,
            at=incoming.received_at,
            organisations=said.organisations,
        )
        now = incoming.received_at
        return after is not None and await self.telling.asks.save(ask, after, (), now, curated)

    async def _propose(self, ask: HumanAsk, said: Proposal, incoming: Incoming, recognised: Recognised) -> bool:
        after = rules.proposed(ask, confirmed(recognised), said)
        plan = recognised.plan
        leads = [each.partner for each in await self.routes.leads(plan)]
        if not leads:
            raise Declined("human.no_lead")
        if after is None:
            return False
        made = partial(proposal_card, after, said, plan, self.words)
        told = await self.telling.to(leads, after, plan, f"proposed:{ask.version}", made)
        return await self.telling.asks.save(ask, after, told, incoming.received_at)

    async def _answered(self, incoming: Incoming, recognised: Recognised) -> HumanAsk:
        confirmed(recognised)
        ask = await self.telling.asks.find(incoming.values.get("value", ""))
        if ask is None or ask.partnership != recognised.plan.id or ask.by != recognised.partner or not ask.answer:
            raise Declined("human.gone")
        return ask

    async def _proposed(self, incoming: Incoming, recognised: Recognised) -> HumanAsk:
        """What a lead is to decide on; nobody else learns that it is there."""
        confirmed(recognised)
        ask = await self.telling.asks.find(incoming.values.get("value", ""))
        if ask is None or ask.partnership != recognised.plan.id or not recognised.standing.lead:
            raise Declined("human.gone")
        return ask

    def _as_it_was(self, ask: HumanAsk, recognised: Recognised) -> Proposal:
        return Proposal(question=ask.question, answer=ask.answer, organisations=_these(ask, recognised))

    def _said(self, ask: HumanAsk, incoming: Incoming, recognised: Recognised) -> Proposal:
        """What the form says; a field that came back empty says what stood in it."""
        values = incoming.values
        question = values.get(QUESTION, "").strip() or ask.question
        answer = values.get(REPLIED, "").strip() or ask.answer
        everyone = values.get(SEEN_BY) == EVERYONE
        return Proposal(
            question=question[:LONGEST_QUESTION],
            answer=answer[:LONGEST_ANSWER],
            organisations=() if everyone else _these(ask, recognised),
        )

    def _known(self, ask: HumanAsk) -> Card:
        """It was decided, or waits for the leads."""
        if ask.kept:
            return says(self.words("human.kept"))
        return says(self.words("human.proposed_done" if ask.proposal else "human.left_out"))


def _these(ask: HumanAsk, recognised: Recognised) -> tuple[OrganisationId, ...]:
    """The organisations of whoever asked and whoever answered: the least that may see it."""
    return tuple(sorted({ask.organisation, recognised.standing.organisation}))
