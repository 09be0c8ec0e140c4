"""Remind: a check-in that waits is heard of again, twice at most, and one that was put off comes back once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.coaching.addressing import Addressees, Addressing
from bot.coaching.check_in_cards import invite_card, reminder_card
from bot.coaching.check_in_ports import Bank
from bot.coaching.inviting import invitation
from bot.coaching.languages import in_language_of
from bot.coaching.reasons import why
from bot.domain.cards import Card
from bot.domain.check_ins import MOST_REMINDERS, CheckIn, CheckInId, State
from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId
from bot.domain.planning import welcome
from bot.domain.questions import ReflectionQuestion
from bot.domain.rolls import Rolls
from bot.domain.sending_times import Next, next_step, reminder_at, welcome_until
from bot.store.check_ins import CheckIns, reminder_key, snooze_key
from bot.store.everywhere import Everywhere
from bot.store.homes import Home
from bot.store.inbox import Promise, Reply
from prompts import Words

#: Check-ins that are seen to at a time: what is written of them shares a commit.
_AT_ONCE = 64


@dataclass(frozen=True, kw_only=True)
class Reminding:
    """The use-case; asked every minute, it does each thing once: two processes cannot change a check-in at once.

    A card that could not be sent while it was welcome is sent in the next stretch of its check-in's time.
    """

    plans: Callable[[], Awaitable[Sequence[PartnershipPlan]]]
    addressing: Addressing
    everywhere: Everywhere
    check_ins: CheckIns
    bank: Bank
    words: Words

    async def __call__(self, now: datetime) -> None:
        """See to every check-in whose time to be heard of again has come."""
        plans = await self.plans()
        waiting = await self.everywhere.waiting([plan.id for plan in plans if plan.check_ins], now)
        rolls = Rolls.of(plans)
        for plan in plans:
            if plan.id in waiting:
                await self._partnership(plan, rolls, now)

    async def _partnership(self, plan: PartnershipPlan, rolls: Rolls, now: datetime) -> None:
        expired = {each.id: each for each in await self.check_ins.expired(plan.id, now)}
        # What was put off although nobody sent it comes back when its partner wanted.
        unsent = {each.id: each for each in expired.values() if each.state is State.ASKED}
        waiting = [each for each in await self.check_ins.to_remind(plan.id, now) if each.id not in unsent]
        if not unsent and not waiting:
            return
        desk = _Desk(
            plan=plan,
            now=now,
            found=await self.addressing(plan, rolls, now),
            homes=await self.addressing.homes.of({each.partner for each in (*unsent.values(), *waiting)}),
            unsent=frozenset(expired),
            bank=await self.bank(plan),
            words=self.words,
        )
        turn = asyncio.Semaphore(_AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for each in unsent.values():
                group.create_task(_in_turn(turn, self._send_after_all(each, desk)))
            for each in waiting:
                group.create_task(_in_turn(turn, self._remind(each, desk)))

    async def _send_after_all(self, check_in: CheckIn, desk: "_Desk") -> None:
        """Send what was not sent; the reminder is put off first, or it might come in the same minute."""
        card = desk.sent_after_all(check_in)
        if card is None:
            return
        later = replace(check_in, remind_at=reminder_at(desk.now, check_in.until, desk.zone(check_in)))
        if later == check_in or await self.check_ins.change(check_in, later, now=desk.now):
            await self.check_ins.revive(check_in.id, card, desk.now)

    async def _remind(self, check_in: CheckIn, desk: "_Desk") -> None:
        step = desk.next_step(check_in)
        if step is Next.LATER:
            return
        after, notices = desk.after(check_in, step)
        if await self.check_ins.change(check_in, after, notices=notices, now=desk.now):
            card = desk.sent_after_all(after) if step is Next.BRING_BACK else None
            if card is not None and check_in.id in desk.unsent:
                await self.check_ins.revive(check_in.id, card, desk.now)


async def _in_turn(turn: asyncio.Semaphore, doing: Awaitable[None]) -> None:
    async with turn:
        await doing


@dataclass(frozen=True, kw_only=True)
class _Desk:
    """What the cards of a partnership and a moment are made of: it asks nobody."""

    plan: PartnershipPlan
    now: datetime
    found: Addressees
    homes: Mapping[PartnerId, Home]
    unsent: frozenset[CheckInId]
    bank: Mapping[str, ReflectionQuestion]
    words: Words

    def zone(self, check_in: CheckIn) -> str:
        """Where the partner is."""
        return self.found.chosen(check_in.partner).preferences(self.plan).zone

    def next_step(self, check_in: CheckIn) -> Next:
        """What to do about one whose time has come. Who does not belong here any more hears nothing."""
        if not self._can_be_told(check_in):
            return Next.NEVER
        settings = self.found.chosen(check_in.partner)
        return next_step(self.now, check_in, settings, self.plan, self.found.days_off)

    def after(self, check_in: CheckIn, step: Next) -> tuple[CheckIn, tuple[Reply, ...]]:
        """The check-in once that is done, and what is sent with it."""
        quiet = replace(check_in, remind_at=None)
        if step is Next.BRING_BACK:
            return replace(quiet, state=State.ASKED), self._back(check_in)
        if step is not Next.REMIND:
            return quiet, ()
        number = check_in.reminders + 1
        again = reminder_at(self.now, check_in.until, self.zone(check_in)) if number < MOST_REMINDERS else None
        after = replace(check_in, reminders=number, remind_at=again)
        return after, (self._reply(after, reminder_key(check_in.id, number), self._reminder(after)),)

    def _back(self, check_in: CheckIn) -> tuple[Reply, ...]:
        """The card that brings back what was put off, unless its invitation still is to be sent.

        It may be put off again: each time it comes back has a key of its own.
        """
        if check_in.id in self.unsent:
            return ()
        return (self._reply(check_in, f"{snooze_key(check_in.id)}:{self.now:%Y%m%d}", self._invite(check_in)),)

    def sent_after_all(self, check_in: CheckIn) -> Reply | None:
        """The invitation that was not sent, where it may be sent now."""
        settings = self.found.chosen(check_in.partner)
        preferences, off = settings.preferences(self.plan), self.found.days_off
        if settings.stopped or not self._can_be_told(check_in):
            return None
        if not welcome(self.now, preferences, self.plan.rhythm, off):
            return None
        home = self.homes[check_in.partner]
        return invitation(check_in, self._invite(check_in), home, self._until(check_in, settings))

    def _can_be_told(self, check_in: CheckIn) -> bool:
        known = check_in.partner in self.found.partners and check_in.partner in self.homes
        return known and check_in.question in self.bank

    def _invite(self, check_in: CheckIn) -> Card:
        question = self.bank[check_in.question]

        def made() -> Card:
            return invite_card(check_in, question, why(check_in, self.plan, self.words), (), self.plan, self.words)

        return in_language_of(self.homes[check_in.partner], self.plan, self.words, made)

    def _reminder(self, check_in: CheckIn) -> Card:
        question = self.bank[check_in.question]
        made = partial(reminder_card, check_in, question, self.plan, self.words)
        return in_language_of(self.homes[check_in.partner], self.plan, self.words, made)

    def _reply(self, check_in: CheckIn, key: str, card: Card) -> Reply:
        home, settings = self.homes[check_in.partner], self.found.chosen(check_in.partner)
        return Reply(
            key=key,
            platform=home.platform,
            place=home.place,
            card=card,
            promise=Promise.NOTICE,
            until=self._until(check_in, settings),
        )

    def _until(self, check_in: CheckIn, settings: PartnerSettings) -> datetime:
        preferences = settings.preferences(self.plan)
        return min(check_in.until, welcome_until(self.now, preferences, self.plan.rhythm, self.found.days_off))
