"""Reflect: what a partner replies to a check-in, and what they do with their reply afterwards.

Who may see it is theirs to say for each reply. Until its week is over it can be edited; it can be taken back, and its
consent changed, at any time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.coaching.changes import change_id
from bot.coaching.check_ins.cards import ANSWER, BARRIER, EDIT, REPLY, answer_card, edit_card
from bot.coaching.check_ins.reply_cards import (
    AGENDA,
    CONSENT_OF,
    CONSENTED,
    FOLLOW,
    FOLLOW_UP,
    OFF_AGENDA,
    WITHDRAW,
    WITHDRAWN,
    consent_card,
    entry_card,
    kept_card,
    withdraw_card,
)
from bot.coaching.check_ins.reply_moves import (
    author_of,
    consented,
    followed,
    replied,
    said_in,
    tidied,
    unwished,
    wished,
    withdrawn,
)
from bot.coaching.check_ins.reply_saving import Declined, Move, Own, ReplySaving, declining, says
from bot.coaching.directly import Act
from bot.coaching.drafting import CONSENT, SHARE, YES, several
from bot.coaching.recognising import Recognised
from bot.delivery.saying import Says
from bot.domain.barriers import Consent
from bot.domain.cards import Card
from bot.domain.check_ins import Reflection, published
from bot.domain.messages import Incoming
from prompts import Words


@dataclass(frozen=True, kw_only=True)
class Reflecting:
    """The use-case. `raise_barrier` starts a barrier, as if its words had been typed."""

    saving: ReplySaving
    raise_barrier: Act
    words: Words

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the buttons and forms of a check-in and of a reply."""
        acts = {
            ANSWER: self.answer,
            REPLY: self.replied,
            FOLLOW: self.followed,
            EDIT: self.edit,
            CONSENT_OF: self.ask_consent,
            CONSENTED: self.consented,
            AGENDA: self.on_agenda,
            OFF_AGENDA: self.off_agenda,
            BARRIER: self.as_barrier,
            WITHDRAW: self.ask_withdraw,
            WITHDRAWN: self.withdrawn,
        }
        return declining(acts, self.words)

    async def answer(self, incoming: Incoming, recognised: Recognised) -> Card:
        """The form for a reply; what was replied, where something was."""
        own = await self._own(incoming, recognised)
        if own.reply is not None:
            return entry_card(own, recognised.plan, self.words, incoming.received_at)
        return answer_card(own.check_in, own.shown, self.words)

    async def replied(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Keep what a form holds, as a reply or in the place of one."""
        said, author = said_in(incoming.values), author_of(incoming, recognised)
        return self._kept(
            await self._change(incoming, recognised, lambda own: replied(own, said, author)), incoming, recognised
        )

    async def followed(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Keep what was said to the one further question."""
        text, author = tidied(incoming.values.get(FOLLOW_UP, "")), author_of(incoming, recognised)
        return self._kept(
            await self._change(incoming, recognised, lambda own: followed(own, text, author)), incoming, recognised
        )

    async def edit(self, incoming: Incoming, recognised: Recognised) -> Card:
        """The form with what was said, as long as its week lasts."""
        own, reply = await self._reply(incoming, recognised)
        if published(reply, incoming.received_at, recognised.plan.zone):
            raise Declined("check_in.refused.published")
        return edit_card(reply, own.shown, self.words)

    async def ask_consent(self, incoming: Incoming, recognised: Recognised) -> Card:
        """The form that changes who sees a reply."""
        own, reply = await self._reply(incoming, recognised)
        if own.late(reply.at):
            raise Declined("check_in.refused.late")
        return consent_card(own, reply, self.words)

    async def consented(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Let others see more or less of a reply from now on."""
        chosen, author = incoming.values.get(CONSENT, ""), author_of(incoming, recognised)
        consent = Consent(chosen) if chosen in list(Consent) else None
        shared = YES in several(incoming.values.get(SHARE, ""))
        own = await self._change(incoming, recognised, lambda own: consented(own, consent, author, shared=shared))
        return entry_card(own, recognised.plan, self.words, incoming.received_at)

    async def on_agenda(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Note the wish that the board talks about the matter of a reply."""
        author = author_of(incoming, recognised)
        own = await self._change(incoming, recognised, lambda own: wished(own, author))
        return entry_card(own, recognised.plan, self.words, incoming.received_at)

    async def off_agenda(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Take that wish back."""
        author = author_of(incoming, recognised)
        own = await self._change(incoming, recognised, lambda own: unwished(own, author))
        return entry_card(own, recognised.plan, self.words, incoming.received_at)

    async def as_barrier(self, incoming: Incoming, recognised: Recognised) -> Card | Says:
        """The form for a barrier with what was replied; an empty one where nothing was."""
        own = await self._own(incoming, recognised)
        text = own.reply.text if own.reply else ""
        return await self.raise_barrier(replace(incoming, text=text, action="", values={}), recognised)

    async def ask_withdraw(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Ask once more before a reply goes."""
        _, reply = await self._reply(incoming, recognised)
        return withdraw_card(reply, self.words)

    async def withdrawn(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Take a reply back: its words are deleted, and no figure rests on it any more."""
        author = author_of(incoming, recognised)
        await self._change(incoming, recognised, lambda own: withdrawn(own, author))
        return says(self.words("check_in.withdrawing.done"))

    async def _own(self, incoming: Incoming, recognised: Recognised) -> Own:
        return await self.saving.own(incoming.values.get("value", ""), recognised)

    async def _reply(self, incoming: Incoming, recognised: Recognised) -> tuple[Own, Reflection]:
        own = await self._own(incoming, recognised)
        if own.reply is None:
            raise Declined("check_in.refused.gone")
        return own, own.reply

    async def _change(self, incoming: Incoming, recognised: Recognised, move: Move) -> Own:
        value, at = incoming.values.get("value", ""), incoming.received_at
        return await self.saving.change(value, change_id(incoming), recognised, at, move)

    def _kept(self, own: Own, incoming: Incoming, recognised: Recognised) -> Card:
        """What is said of a reply; where it was taken back while its message waited to be taken up again, that."""
        if own.reply is None:
            return entry_card(own, recognised.plan, self.words, incoming.received_at)
        return kept_card(own, own.reply, recognised.plan, self.words, incoming.received_at)
