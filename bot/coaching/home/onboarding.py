"""Onboarding: what the coach does, what it sees and who runs it, told to each person once, when they first write."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.coaching.commands import RAISE
from bot.coaching.directly import is_alone
from bot.coaching.home.card import DO
from bot.coaching.home.setting_up import SHOW as SET_UP_SHOW
from bot.coaching.recognising import Recognised
from bot.coaching.settings.cards import PRIVACY_SHOW
from bot.delivery.ports import Clock
from bot.delivery.saying import Says, in_full
from bot.domain.cards import Button, Card, Paragraph
from bot.domain.messages import EventKey, Incoming, Place
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId
from bot.store.inbox import Promise, Reply
from prompts import Words

#: The action of somebody who has opened their chat with the coach, and written nothing.
OPENED = "opened"
#: The answer to what somebody asked comes first.
_AFTER = timedelta(seconds=2)
#: What is seen where it is not what is usual: Teams brings nothing but messages that name the coach.
_SEES = {"teams": "onboarding.sees_named"}
#: How many people are named as those who run the coach.
_MOST_NAMES = 2


class Known(Protocol):
    """Remembers who was told."""

    async def is_with(self, partner: PartnerId, event: EventKey, at: datetime, /) -> bool:
        """Whether this message is the one after which a person is told."""


@dataclass(frozen=True, kw_only=True)
class Onboarding:
    """The use-case. Whoever asked something has it answered; what the coach is follows in their own chat.

    Where nobody confirms who it is, or it is not known where they alone read, nothing is told yet.
    """

    first: Known
    words: Words
    clock: Clock
    greets: Callable[[str], bool]

    async def __call__(self, incoming: Incoming, recognised: Recognised, said: Card | Says) -> Card | Says:
        """What answers a message, with what its sender is told once."""
        place, partner = _own_place(incoming, recognised), recognised.partner
        if partner is None or not place or not await self.first.is_with(partner, incoming.key, incoming.received_at):
            return said
        card = onboarding_card(recognised, self.words)
        if is_alone(incoming, recognised) and (incoming.action == OPENED or self._greeted(incoming)):
            return replace(in_full(said), card=card)
        return self._after(said, card, incoming, place)

    async def opened(self, incoming: Incoming, recognised: Recognised) -> Card:  # noqa: ARG002
        """Somebody opened the chat and wrote nothing: nothing is said, but for what they are told once."""
        return Card()

    def _greeted(self, incoming: Incoming) -> bool:
        return not incoming.action and self.greets(incoming.text)

    def _after(self, said: Card | Says, card: Card, incoming: Incoming, place: Place) -> Says:
        told, whole = replace(card, locale=card.locale or self.words.spoken), in_full(said)
        reply = Reply(
            key=f"notice:first:{incoming.key}",
            platform=incoming.platform,
            place=place,
            card=told,
            promise=Promise.NOTICE,
            due=self.clock() + _AFTER,
        )
        return replace(whole, elsewhere=(*whole.elsewhere, reply))


def onboarding_card(recognised: Recognised, words: Words) -> Card:
    """What the coach does, what it sees and does not see, who runs it, and three things to try."""
    plan, lead = recognised.plan, recognised.standing.lead
    trust = words("help.suggestions.0")
    buttons = [
        Button(label=words("onboarding.ask"), action="ask", value=trust),
        Button(label=words("onboarding.barrier"), action=DO, value=RAISE),
        Button(label=words("onboarding.privacy"), action=PRIVACY_SHOW),
        *([Button(label=words("onboarding.set_up"), action=SET_UP_SHOW)] if lead else []),
    ]
    return Card(
        title=words("onboarding.title", partnership=plan.name),
        paragraphs=(
            Paragraph(text=words("onboarding.does")),
            Paragraph(text=words(_SEES.get(recognised.person.platform, "onboarding.sees"))),
            Paragraph(text=_runs(plan, words)),
        ),
        buttons=tuple(buttons),
        note=words("onboarding.note"),
    )


def _runs(plan: PartnershipPlan, words: Words) -> str:
    """Who stands behind the coach: the leads."""
    names = [each.name for each in plan.leads][:_MOST_NAMES]
    return words("onboarding.runs", names=", ".join(names)) if names else words("onboarding.runs_unnamed")


def _own_place(incoming: Incoming, recognised: Recognised) -> Place:
    """Where the sender alone reads, "" where that is not known."""
    return incoming.direct or (incoming.place if is_alone(incoming, recognised) else Place(""))
