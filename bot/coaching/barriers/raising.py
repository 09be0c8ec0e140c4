"""Raise: from a filled-in form to a logged barrier, joined to the same one raised elsewhere if its author says so.

A draft waits for its author's decision a day at most. However often a message or a tap is taken up, one draft becomes
one barrier.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from bot.coaching.barriers.news import news
from bot.coaching.barriers.offering import Offering
from bot.coaching.barriers.ports import Remedies
from bot.coaching.barriers.raising_cards import (
    CANCEL,
    JOIN,
    LOG,
    NEW,
    Start,
    form_card,
    joined_notice,
    logged_card,
    twins_card,
)
from bot.coaching.barriers.saving import BarrierSaving
from bot.coaching.changes import derived_id
from bot.coaching.directly import Act
from bot.coaching.drafting import Draft, check, filled_in, from_payload, to_payload
from bot.coaching.languages import in_language_of
from bot.coaching.recognising import Recognised
from bot.coaching.refusing import DraftGone, confirmed, refusing, sentence
from bot.delivery.ports import NewId
from bot.domain import barrier_rules as rules
from bot.domain.barriers import Barrier, BarrierId, Consent, Raiser, Refusal, Refused
from bot.domain.cards import Card, Paragraph
from bot.domain.messages import Incoming
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId
from bot.store.barriers import ChangedMeanwhile
from bot.store.drafts import Drafts
from bot.store.homes import Homes
from bot.store.inbox import Promise, Reply
from prompts import Words

_DRAFTS_KEPT = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class _Author:
    """Who is raising, by which message, and the draft of what they are about to log."""

    incoming: Incoming
    recognised: Recognised
    partner: PartnerId
    draft_id: str

    @property
    def change(self) -> str:
        """The change that logs the draft: one a draft, whichever button does it."""
        return derived_id("raised", self.draft_id, self.partner)

    def part(self, draft: Draft, barrier: BarrierId) -> Raiser:
        """Their part in a barrier."""
        return draft.raiser(self.recognised, self.partner, barrier, self.incoming.received_at)


@dataclass(frozen=True, kw_only=True)
class Raising:
    """The use-case. Without `remedies` nothing follows what was logged."""

    saving: BarrierSaving
    drafts: Drafts
    homes: Homes
    words: Words
    new_id: NewId
    offering: Offering
    remedies: Remedies | None = None

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the form and the buttons that follow it."""
        acts = {LOG: self.submitted, NEW: self.as_new, JOIN: self.join, CANCEL: self.cancel}
        return refusing(acts, self.words)

    async def submitted(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Log what a form holds, or first offer what looks like the same."""
        draft, value = filled_in(incoming.values, recognised), incoming.values.get("value", "")
        try:
            check(draft)
        except Refused as refused:
            start = Start(draft=draft, value=value, said=(sentence(refused, self.words),))
            return form_card(start, recognised.plan, self.words)
        # A form that stays in the chat may be sent twice: the same words are the same draft.
        partner = confirmed(recognised)
        draft_id = derived_id("draft", partner, value or incoming.key, draft.statement)
        author = _Author(incoming=incoming, recognised=recognised, partner=partner, draft_id=draft_id)
        return await self._done(author) or await self._kept_or_logged(draft, author)

    async def as_new(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Log a draft by itself: it is a different one."""
        author = _deciding(incoming, recognised)
        return await self._done(author) or await self._log(await self._draft(author), author)

    async def join(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Make a draft its author's part in a barrier that was raised before."""
        author = _deciding(incoming, recognised)
        return await self._done(author) or await self._join(await self._draft(author), author)

    async def cancel(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Forget a draft; of a form that was not sent yet there is none."""
        author = _deciding(incoming, recognised)
        if await self.drafts.take(author.draft_id, author.partner) is not None:
            await self.drafts.drop(author.draft_id)
        return self._says("barrier.cancelled")

    async def _draft(self, author: _Author) -> Draft:
        payload = await self.drafts.take(author.draft_id, author.partner)
        if payload is None:
            raise DraftGone
        return from_payload(payload)

    async def _done(self, author: _Author) -> Card | None:
        """What is said once the draft is logged, where it is; None where it is not."""
        done = await self.saving.barriers.done(author.change)
        if done is None:
            return None
        return await self._logged(await self.saving.find(done, author.recognised), author)

    async def _kept_or_logged(self, draft: Draft, author: _Author) -> Card:
        at = author.incoming.received_at
        await self.drafts.forget(at - _DRAFTS_KEPT)
        # Whoever insisted brought a mark with their form.
        insisted = "." in author.incoming.values.get("value", "")
        plan = author.recognised.plan.id
        offered = await self.offering(draft.statement, author.partner, plan, judged=not insisted)
        if not offered:
            return await self._log(draft, author)
        await self.drafts.keep(author.draft_id, author.partner, to_payload(draft), at)
        return twins_card(author.draft_id, offered, self.words)

    async def _log(self, draft: Draft, author: _Author) -> Card:
        part = author.part(draft, BarrierId(self.new_id()))
        barrier = rules.raised(
            author.recognised.plan.id,
            part,
            draft.factor,
            author.change,
            also=draft.others,
            organisations=draft.organisations,
        )
        try:
            await self.saving.barriers.save((None, barrier), now=part.at)
        except ChangedMeanwhile:
            # Another tap on the same draft was taken up at the same moment.
            return await self._done(author) or self._says("barrier.refused.changed_meanwhile")
        return await self._logged(barrier, author)

    async def _join(self, draft: Draft, author: _Author) -> Card:
        name = author.incoming.values["value"].partition(".")[2]
        found = await self.saving.find(name, author.recognised)
        if not any(each.shared for each in found.raisers):
            # Its wording was withdrawn since it was offered, or was never to be seen.
            raise Refused(Refusal.UNKNOWN_BARRIER)
        barrier = await self.saving.change(
            found.id,
            author.change,
            author.recognised,
            lambda each: rules.joined(each, author.part(draft, each.id), author.change),
            author.incoming.received_at,
            lambda before, after: self._told(before, after, author),
        )
        if barrier.raiser(author.partner) is None:
            # Another tap logged the same draft elsewhere at the same moment.
            return await self._done(author) or self._says("barrier.refused.changed_meanwhile")
        return await self._logged(barrier, author)

    async def _logged(self, barrier: Barrier, author: _Author) -> Card:
        """What follows once a draft is in a barrier; done again, it changes nothing."""
        incoming, recognised = author.incoming, author.recognised
        await self.drafts.drop(author.draft_id)
        own = barrier.raiser(author.partner)
        if own is None:
            return self._says("barrier.own.withdrawn")
        if barrier.number is None and is_seen_by_leads(own, recognised.plan):
            barrier = await self.saving.barriers.give_number(barrier.id)
        more = () if self.remedies is None else await self.remedies(barrier, incoming, recognised)
        return replace(logged_card(barrier, own, recognised.plan, self.words), more=more)

    async def _told(self, before: Barrier, after: Barrier, author: _Author) -> Sequence[Reply]:
        """Notices to the others that somebody raised the same; of somebody private nobody hears."""
        homes = await self.homes.of([each.partner for each in before.raisers])
        own = after.raiser(author.partner)
        plan = author.recognised.plan
        if before.status is not after.status:
            return news(after, plan, homes, author.partner, author.incoming.received_at, self.words)
        if own is None or own.consent is Consent.PRIVATE:
            return ()
        return tuple(
            Reply(
                key=f"joined:{author.change}:{each.partner}",
                platform=homes[each.partner].platform,
                place=homes[each.partner].place,
                card=in_language_of(homes[each.partner], plan, self.words, partial(joined_notice, each, self.words)),
                promise=Promise.NOTICE,
            )
            for each in before.raisers
            if each.partner in homes
        )

    def _says(self, name: str) -> Card:
        return Card(paragraphs=(Paragraph(text=self.words(name)),))


def is_seen_by_leads(own: Raiser, plan: PartnershipPlan) -> bool:
    """Whether there is a lead who sees somebody's part in a barrier by its author's consent."""
    if own.consent is Consent.NAMED:
        return bool(plan.leads)
    return own.consent is Consent.OWN_LEADS and any(lead.organisation == own.organisation for lead in plan.leads)


def _deciding(incoming: Incoming, recognised: Recognised) -> _Author:
    draft_id = incoming.values.get("value", "").partition(".")[0]
    return _Author(incoming=incoming, recognised=recognised, partner=confirmed(recognised), draft_id=draft_id)
