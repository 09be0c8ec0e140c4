"""Own: what somebody raised, who sees it from now on, and taking it back. Everything holds at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.coaching.barriers.own_cards import MOST_SHOWN, consent_card, list_card, own_card, withdraw_card
from bot.coaching.barriers.ports import Withholding
from bot.coaching.barriers.raising import is_seen_by_leads
from bot.coaching.barriers.raising_cards import CONSENT_OF, CONSENTED, WITHDRAW, WITHDRAWN, logged_card
from bot.coaching.barriers.saving import BarrierSaving
from bot.coaching.changes import change_id
from bot.coaching.commands import ALL, MINE, NUMBER
from bot.coaching.directly import Act
from bot.coaching.drafting import CONSENT, SHARE, YES, several
from bot.coaching.recognising import Recognised
from bot.coaching.refusing import confirmed, refusing
from bot.delivery.saying import Says
from bot.domain import barrier_rules as rules
from bot.domain.barrier_views import Reader, seen_by
from bot.domain.barriers import ENDED, Barrier, Consent, Raiser, Refusal, Refused
from bot.domain.cards import Card, Paragraph
from bot.domain.messages import Incoming
from prompts import Words


@dataclass(frozen=True, kw_only=True)
class Owning:
    """The use-case. `listed` and `numbered` answer leads, and whoever asks for a barrier that they did not raise."""

    saving: BarrierSaving
    words: Words
    listed: Act
    numbered: Act
    withholding: Withholding | None = None

    @property
    def commands(self) -> Mapping[str, Act]:
        """What answers the commands."""
        return refusing({MINE: self.mine, ALL: self.every, NUMBER: self.one}, self.words)

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the buttons and the form under one's own barrier."""
        acts = {
            CONSENT_OF: self.ask_consent,
            CONSENTED: self.consented,
            WITHDRAW: self.ask_withdraw,
            WITHDRAWN: self.withdrawn,
        }
        return refusing(acts, self.words)

    async def mine(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Every barrier that somebody raised or joined: those still open first, and the latest of them."""
        found = [*await self.saving.barriers.of(recognised.plan.id, confirmed(recognised))]
        found.sort(key=lambda each: (each.status in ENDED, -each.moved_at.timestamp()))
        shown = [self._card(each, incoming, recognised) for each in found[:MOST_SHOWN]]
        return list_card(shown, found[MOST_SHOWN:], self.words)

    async def every(self, incoming: Incoming, recognised: Recognised) -> Card | Says:
        """For a lead the barriers of the partnership; for anybody else their own."""
        act = self.listed if recognised.standing.lead else self.mine
        return await act(incoming, recognised)

    async def one(self, incoming: Incoming, recognised: Recognised) -> Card | Says:
        """The barrier of a number: one's own, or what else one may see of it."""
        number = int(incoming.text) if incoming.text.isdecimal() else 0
        found = await self.saving.barriers.numbered(recognised.plan.id, number)
        if found is None or recognised.standing.lead:
            return await self.numbered(incoming, recognised)
        root = await self.saving.find(found.id, recognised)
        if root.raiser(confirmed(recognised)) is None:
            return await self.numbered(incoming, recognised)
        return self._card(root, incoming, recognised)

    async def ask_consent(self, incoming: Incoming, recognised: Recognised) -> Card:
        """The form that changes who sees somebody's part."""
        barrier, own = await self._own(incoming, recognised)
        return consent_card(barrier, own, self.words)

    async def consented(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Let others see more or less from now on."""
        partner, values = confirmed(recognised), incoming.values
        barrier, own = await self._own(incoming, recognised)
        chosen = values.get(CONSENT, "")
        consent = Consent(chosen) if chosen in list(Consent) else own.consent
        shared, name = YES in several(values.get(SHARE, "")), recognised.person.name
        change, at = change_id(incoming), incoming.received_at
        if consent is not own.consent:
            # Figures were frozen with this person among the named or the unnamed: readers could take them away now.
            await self._withhold(barrier, recognised)
        changed = await self.saving.change(
            barrier.id,
            change,
            recognised,
            lambda each: rules.consented(each, partner, consent, change, at, shared=shared, name=name),
            at,
        )
        if consent is not own.consent:
            await self._withhold(barrier, recognised)
        return await self._shown(changed, recognised)

    async def ask_withdraw(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Ask once more before somebody's part goes."""
        barrier, own = await self._own(incoming, recognised)
        return withdraw_card(barrier, own, self.words)

    async def withdrawn(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Take somebody's part back: their wording is deleted, and no figure rests on it any more."""
        partner, change = confirmed(recognised), change_id(incoming)
        barrier = await self.saving.find(incoming.values.get("value", ""), recognised)
        if await self.saving.barriers.done(change) is None and barrier.raiser(partner) is None:
            raise Refused(Refusal.NOT_A_RAISER)
        await self._withhold(barrier, recognised)
        at = incoming.received_at
        await self.saving.change(
            barrier.id, change, recognised, lambda each: rules.withdrawn(each, partner, change, at), at
        )
        await self._withhold(barrier, recognised)
        return Card(paragraphs=(Paragraph(text=self.words("barrier.own.withdrawn")),))

    async def _own(self, incoming: Incoming, recognised: Recognised) -> tuple[Barrier, Raiser]:
        barrier = await self.saving.find(incoming.values.get("value", ""), recognised)
        own = barrier.raiser(confirmed(recognised))
        if own is None:
            raise Refused(Refusal.NOT_A_RAISER)
        return barrier, own

    async def _withhold(self, barrier: Barrier, recognised: Recognised) -> None:
        """Before the change itself, so that at no moment a figure rests on what is no longer allowed; and after it,
        for a week may have been counted in between.
        """
        if self.withholding is None:
            return
        for name in (barrier.id, *barrier.absorbed):
            await self.withholding.withhold(barrier.partnership, confirmed(recognised), name)

    async def _shown(self, barrier: Barrier, recognised: Recognised) -> Card:
        own = barrier.raiser(confirmed(recognised))
        if own is None:
            raise Refused(Refusal.NOT_A_RAISER)
        if barrier.number is None and is_seen_by_leads(own, recognised.plan):
            barrier = await self.saving.barriers.give_number(barrier.id)
        card = logged_card(barrier, own, recognised.plan, self.words)
        return replace(card, title=self.words("barrier.own.saved"))

    def _card(self, barrier: Barrier, incoming: Incoming, recognised: Recognised) -> Card:
        standing = recognised.standing
        reader = Reader(partner=confirmed(recognised), organisation=standing.organisation, lead=standing.lead)
        view = seen_by(barrier, reader, recognised.plan.disclosure)
        if view is None or view.own is None:
            raise Refused(Refusal.NOT_A_RAISER)
        return own_card(view, view.own, recognised.plan, self.words, incoming.received_at)
