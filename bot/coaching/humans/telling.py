"""Tells people about a question to a person: each in their own language, each thing once."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

from bot.coaching.changes import derived_id
from bot.coaching.humans.cards import asked_card, status_card
from bot.coaching.languages import in_language_of
from bot.coaching.recognising import Recognised
from bot.domain.cards import Card
from bot.domain.human_asks import AskState, HumanAsk
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId
from bot.store.homes import Home, Homes
from bot.store.human_asks import HumanAsks, news_of
from bot.store.inbox import Promise, Reply
from bot.store.people import People
from prompts import Words

#: How often a change is tried again that another came before.
TRIES = 5


@dataclass(frozen=True, kw_only=True)
class HumanTelling:
    """What the sides of a question share: finding it, and telling the other side."""

    asks: HumanAsks
    people: People
    homes: Homes
    words: Words

    async def addressed(self, value: str, recognised: Recognised) -> HumanAsk | None:
        """The question that somebody was asked, while whoever asked it is still there; else None."""
        ask = await self.asks.find(value)
        if ask is None or ask.partnership != recognised.plan.id or ask.addressee(recognised.partner) is None:
            return None
        return ask if ask.asker in await self.people.active(ask.partnership) else None

    async def own(self, value: str, recognised: Recognised) -> HumanAsk | None:
        """The question that somebody asked themselves, else None."""
        ask = await self.asks.find(value)
        mine = ask is not None and (ask.asker, ask.partnership) == (recognised.partner, recognised.plan.id)
        return ask if mine else None

    async def asking(self, ask: HumanAsk, plan: PartnershipPlan, partners: Collection[PartnerId]) -> tuple[Reply, ...]:
        """The question, to people who are asked it."""
        return await self.to(partners, ask, plan, "asked", partial(asked_card, ask, plan, self.words))

    async def to(
        self,
        partners: Collection[PartnerId],
        ask: HumanAsk,
        plan: PartnershipPlan,
        kind: str,
        made: Callable[[], Card],
    ) -> tuple[Reply, ...]:
        """A notice to each of these people who can be written to, once a question and kind."""
        homes = await self.homes.of(partners)
        return tuple(
            Reply(
                key=f"{news_of(ask.id)}{kind}:{marked(partner)}",
                platform=home.platform,
                place=home.place,
                card=in_language_of(home, plan, self.words, made),
                promise=Promise.NOTICE,
            )
            for partner, home in sorted(homes.items())
        )

    async def to_asker(
        self, ask: HumanAsk, plan: PartnershipPlan, kind: str, made: Callable[[], Card] | None = None
    ) -> tuple[Reply, ...]:
        """What became of it, where its asker reads it, once a kind; nothing to somebody who is a partner no more.

        The answer itself is owed to them as any answer is.
        """
        if ask.asker not in await self.people.active(ask.partnership):
            return ()
        known = (await self.homes.of([ask.asker])).get(ask.asker)
        home = Home(platform=ask.platform, place=ask.place, locale=known.locale if known else "")
        card = in_language_of(home, plan, self.words, made or partial(status_card, ask, plan, self.words))
        promise = Promise.ANSWER if ask.state is AskState.ANSWERED else Promise.NOTICE
        key = f"{news_of(ask.id)}{kind}"
        return (Reply(key=key, platform=home.platform, place=home.place, card=card, promise=promise),)


def marked(partner: PartnerId) -> str:
    """Somebody within the key of a card, which outlives them and must not name them."""
    return derived_id("human", partner)[:16]


def named(recognised: Recognised, words: Words) -> str:
    """What somebody is called to whoever they ask or answer: a person can only answer a person."""
    name = " ".join(recognised.person.name.split()) or recognised.person.email.partition("@")[0]
    return name[:80] or words("human.partner")


def with_organisation(recognised: Recognised, words: Words) -> str:
    """Somebody's name and their organisation's."""
    own = recognised.standing.organisation
    organisation = next((each.name for each in recognised.plan.organisations if each.id == own), str(own))
    return words("human.who", name=named(recognised, words), organisation=organisation)
