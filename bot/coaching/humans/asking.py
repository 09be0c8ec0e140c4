"""Asking a person: what would happen is shown first, and only what its asker sends goes to anybody."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from bot.coaching.answers.closing import FactorOf
from bot.coaching.answers.following import Following
from bot.coaching.changes import derived_id
from bot.coaching.check_ins.reply_saving import Declined, declining, says
from bot.coaching.commands import ASK_PERSON
from bot.coaching.directly import Act, Directly, is_alone
from bot.coaching.humans.cards import AGAIN, ASK, CANCEL, HELPED, QUESTION, SEND, TO, ask_card, status_card
from bot.coaching.humans.routes import HumanRoutes
from bot.coaching.humans.telling import TRIES, HumanTelling, named
from bot.coaching.recognising import Recognised
from bot.coaching.refusing import confirmed
from bot.coaching.safeguarding import Safeguarding
from bot.coaching.slips import Slips
from bot.delivery.saying import Says
from bot.domain import human_asks as rules
from bot.domain.cards import Button, Card
from bot.domain.human_asks import LONGEST_QUESTION, AskState, HumanAsk
from bot.domain.messages import Incoming, Place
from prompts import Words


@dataclass(frozen=True, kw_only=True)
class AskingButton:
    """The button under an answer and a refusal; it carries the question, and nothing is kept before it is pressed."""

    slips: Slips
    words: Words

    def offer(self, question: str, incoming: Incoming) -> Button:
        """The button under what answers this message."""
        value = self.slips.write(incoming.key, incoming.sender, question)
        return Button(label=self.words("human.offer"), action=ASK, value=value)


@dataclass(frozen=True, kw_only=True)
class HumanAsking:
    """The use-case of whoever asks. `factor_of` tells what a question is about."""

    telling: HumanTelling
    routes: HumanRoutes
    directly: Directly
    slips: Slips
    following: Following
    safeguard: Safeguarding
    factor_of: FactorOf
    words: Words

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the buttons and the form of whoever asks."""
        alone = {SEND: self.send, CANCEL: self.cancel, HELPED: self.helped, AGAIN: self.again}
        return {
            **declining({ASK: self.pressed}, self.words),
            **self.directly.all(declining(alone, self.words)),
        }

    @property
    def commands(self) -> Mapping[str, Act]:
        """What answers the command, which asks a person what the sender asked last."""
        return declining({ASK_PERSON: self.typed}, self.words)

    async def pressed(self, incoming: Incoming, recognised: Recognised) -> Card | Says:
        """Show whoever asked a question what would happen if they asked a person."""
        slip = self.slips.read(incoming.values.get("value", ""), incoming.sender)
        if slip is None or not slip.own:
            raise Declined("human.not_yours")
        return await self._offered(slip.question, slip.answer, incoming, recognised)

    async def typed(self, incoming: Incoming, recognised: Recognised) -> Card | Says:
        """The same for what somebody asked last in this conversation."""
        before = await self.following.before(incoming)
        return await self._offered(before.question if before else "", incoming.key, incoming, recognised)

    async def send(self, incoming: Incoming, recognised: Recognised) -> Card | Says:
        """The question goes to whom its asker chose."""
        for _ in range(TRIES):
            ask = await self._own(incoming, recognised)
            if ask.state is not AskState.DRAFT:
                return status_card(ask, recognised.plan, self.words)
            question = incoming.values.get(QUESTION, "").strip()[:LONGEST_QUESTION]
            way = (await self.routes.of(ask, recognised.plan)).way(incoming.values.get(TO, ""))
            asked = () if way is None else way.addressees
            name = named(recognised, self.words)
            after = rules.sent(ask, name, question, asked, incoming.received_at)
            if after is None:
                return await self._form(ask, question, recognised)
            told = await self.telling.asking(after, recognised.plan, after.hands)
            if await self.telling.asks.save(ask, after, told, incoming.received_at):
                return status_card(after, recognised.plan, self.words)
        raise Declined("human.meanwhile")

    async def cancel(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Nothing goes out; a question that was sent already is not taken back."""
        partner = confirmed(recognised)
        ask = await self.telling.own(incoming.values.get("value", ""), recognised)
        if ask is not None and ask.state is not AskState.DRAFT:
            return status_card(ask, recognised.plan, self.words)
        await self.telling.asks.drop(incoming.values.get("value", ""), partner)
        return says(self.words("human.cancelled"))

    async def helped(self, incoming: Incoming, recognised: Recognised) -> Card:
        """An answer helped, and whoever gave it is told so once."""
        for _ in range(TRIES):
            ask = await self._own(incoming, recognised)
            after = rules.helped(ask, confirmed(recognised))
            if after is None:
                break
            made = partial(self._told_helped, ask)
            told = await self.telling.to([ask.by] if ask.by else [], ask, recognised.plan, "helped", made)
            if await self.telling.asks.save(ask, after, told, incoming.received_at):
                break
        return says(self.words("human.helped_thanks"))

    async def again(self, incoming: Incoming, recognised: Recognised) -> Card | Says:
        """One more question to whoever answered, once."""
        former = await self._own(incoming, recognised)
        if former.state is not AskState.ANSWERED or former.again:
            return status_card(former, recognised.plan, self.words)
        draft = replace(
            _draft(derived_id(former.id, "again"), former.place, former.factor, incoming, recognised),
            platform=former.platform,
            by=former.by,
            answerer=former.answerer,
            again=True,
        )
        return await self._begun(draft, "", recognised)

    async def _offered(self, question: str, about: str, incoming: Incoming, recognised: Recognised) -> Card | Says:
        """To its asker alone; what becomes of it is told them where they asked, unless others read along there."""
        here = incoming.place if is_alone(incoming, recognised) else Place("")

        async def shown(incoming: Incoming, recognised: Recognised) -> Card | Says:
            if question and (await self.safeguard.look(question)).sensitive:
                return await self.safeguard.human_route(incoming, recognised)
            partner = confirmed(recognised)
            place = here or incoming.direct or await self._home(recognised)
            factor = (await self.factor_of(question) if question else None) or ""
            draft = _draft(derived_id("human", partner, about), place, factor, incoming, recognised)
            return await self._begun(draft, question, recognised)

        return await self.directly.all(declining({ASK: shown}, self.words))[ASK](incoming, recognised)

    async def _begun(self, draft: HumanAsk, question: str, recognised: Recognised) -> Card:
        await self.telling.asks.draft(draft)
        ask = await self.telling.asks.find(draft.id)
        if ask is not None and ask.state is not AskState.DRAFT:
            return status_card(ask, recognised.plan, self.words)
        return await self._form(draft, question, recognised)

    async def _form(self, ask: HumanAsk, question: str, recognised: Recognised) -> Card:
        routes, plan = await self.routes.of(ask, recognised.plan), recognised.plan
        return ask_card(ask, named(recognised, self.words), question, routes, plan, self.words)

    async def _own(self, incoming: Incoming, recognised: Recognised) -> HumanAsk:
        confirmed(recognised)
        ask = await self.telling.own(incoming.values.get("value", ""), recognised)
        if ask is None:
            raise Declined("human.gone")
        return ask

    async def _home(self, recognised: Recognised) -> Place:
        partner = confirmed(recognised)
        home = (await self.telling.homes.of([partner])).get(partner)
        if home is None:
            raise Declined("barrier.write_directly")
        return home.place

    def _told_helped(self, ask: HumanAsk) -> Card:
        return says(self.words("human.told_helped", question=ask.question))


def _draft(name: str, place: Place, factor: str, incoming: Incoming, recognised: Recognised) -> HumanAsk:
    return HumanAsk(
        id=name,
        partnership=recognised.plan.id,
        asker=confirmed(recognised),
        organisation=recognised.standing.organisation,
        platform=incoming.platform,
        place=place,
        at=incoming.received_at,
        since=incoming.received_at,
        factor=factor,
    )
