"""Remind: a check-in that waits is heard of again, twice at most, and one that was put off comes back once."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.coaching.check_ins.addressing import Addressees, Addressing
from bot.coaching.check_ins.cards import invite_card, reminder_card
from bot.coaching.check_ins.inviting import notice
from bot.coaching.check_ins.ports import Bank
from bot.coaching.check_ins.reasons import why
from bot.coaching.languages import in_language_of
from bot.domain.cards import Card
from bot.domain.check_ins import MOST_REMINDERS, CheckIn, CheckInId, State
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId, PartnershipId
from bot.domain.planning import welcome
from bot.domain.questions import ReflectionQuestion
from bot.domain.rolls import Rolls
from bot.domain.sending_times import Next, next_step, reminder_at
from bot.store.check_ins import Change, CheckIns, reminder_key, snooze_key
from bot.store.homes import Home
from bot.store.inbox import Reply
from prompts import Words

#: Partnerships that are seen to at a time: they share queries and commits, and nobody waits long for the next.
_TOGETHER = 25
#: A check-in as it is from now on, and what is sent with the change.
_After = tuple[CheckIn, tuple[Reply, ...]]


@dataclass(frozen=True, kw_only=True)
class Reminding:
    """The use-case; asked every minute, it does each thing once: two processes cannot change a check-in at once.

    A card that could not be sent while it was welcome is sent in the next stretch of its check-in's time.
    """

    plans: Callable[[], Awaitable[Sequence[PartnershipPlan]]]
    addressing: Addressing
    check_ins: CheckIns
    bank: Bank
    words: Words

    async def __call__(self, now: datetime) -> None:
        """See to every check-in whose time to be heard of again has come."""
        every = await self.plans()
        plans = {plan.id: plan for plan in every if plan.check_ins}
        unsent = await self.check_ins.unsent(plans.keys(), now)
        due = {each.id: each for each in await self.check_ins.to_remind(plans.keys(), now)}
        # What was put off although nobody sent it comes back when its partner wanted.
        due |= {each.id: each for each, _ in unsent.values() if each.state is State.ASKED}
        by_plan = defaultdict[PartnershipId, list[CheckIn]](list)
        for each in due.values():
            by_plan[each.partnership].append(each)
        rolls, busy = Rolls.of(every), [plan for plan in plans.values() if plan.id in by_plan]
        keys = {name: key for name, (_, key) in unsent.items()}
        for start in range(0, len(busy), _TOGETHER):
            desks = await self._desks(busy[start : start + _TOGETHER], by_plan, keys, rolls, now)
            await self._see_to(desks, now)

    async def _see_to(self, desks: "Sequence[_Desk]", now: datetime) -> None:
        # Thousands of cards take seconds, in which messages must be acknowledged.
        changes = await asyncio.to_thread(lambda: [each for desk in desks for each in desk.changes()])
        same = await self.addressing.unchanged([desk.found for desk in desks], [each.partner for each, _, _ in changes])
        await self.check_ins.change_all([each for each in changes if each[0].partner in same], now)

    async def _desks(
        self,
        plans: Sequence[PartnershipPlan],
        due: Mapping[PartnershipId, Sequence[CheckIn]],
        unsent: Mapping[CheckInId, str],
        rolls: Rolls,
        now: datetime,
    ) -> "list[_Desk]":
        found = await self.addressing.together(plans, rolls, now)
        homes = await self.addressing.homes.of([each.partner for plan in plans for each in due[plan.id]])
        return [
            _Desk(
                plan=plan,
                now=now,
                due=due[plan.id],
                found=found[plan.id],
                homes=homes,
                unsent=unsent,
                bank=await self.bank(plan),
                words=self.words,
            )
            for plan in plans
        ]


@dataclass(frozen=True, kw_only=True)
class _Desk:
    """What the cards of a partnership and a moment are made of: it asks nobody."""

    plan: PartnershipPlan
    now: datetime
    due: Sequence[CheckIn]
    found: Addressees
    homes: Mapping[PartnerId, Home]
    unsent: Mapping[CheckInId, str]
    bank: Mapping[str, ReflectionQuestion]
    words: Words

    def changes(self) -> Iterator[Change]:
        """What becomes of those that are due, and what is sent with it."""
        for each in self.due:
            # One of which no card was sent is not due for another.
            after = self._after_all(each) if self._is_unsent(each) else self._after(each)
            if after is not None:
                yield each, *after

    def _is_unsent(self, check_in: CheckIn) -> bool:
        return check_in.state is State.ASKED and check_in.id in self.unsent

    def _after_all(self, check_in: CheckIn) -> _After | None:
        """The card that was not sent, where it may be sent now; a reminder comes a day later, not in the same hour."""
        settings = self.found.chosen(check_in.partner)
        preferences, off = settings.preferences(self.plan), self.found.days_off
        if settings.stopped or not self._can_be_told(check_in):
            return None
        if not welcome(self.now, preferences, self.plan.rhythm, off):
            return None
        again = check_in.remind_at and reminder_at(self.now, check_in.until, preferences.zone)
        later = replace(check_in, remind_at=again)
        return later, (self._reply(later, self.unsent[check_in.id], self._invite(later)),)

    def _after(self, check_in: CheckIn) -> _After | None:
        """The check-in once what is due is done. It may be put off again: each time it comes back has its own key."""
        step, quiet = self._next_step(check_in), replace(check_in, remind_at=None)
        if step is Next.LATER:
            return None
        if step is Next.NEVER:
            return quiet, ()
        if step is Next.BRING_BACK:
            back = replace(quiet, state=State.ASKED)
            key = self.unsent.get(check_in.id, f"{snooze_key(check_in.id)}:{self.now:%Y%m%d}")
            return back, (self._reply(back, key, self._invite(back)),)
        number = check_in.reminders + 1
        again = reminder_at(self.now, check_in.until, self._zone(check_in)) if number < MOST_REMINDERS else None
        after = replace(check_in, reminders=number, remind_at=again)
        return after, (self._reply(after, reminder_key(check_in.id, number), self._reminder(after)),)

    def _next_step(self, check_in: CheckIn) -> Next:
        """What to do about one whose time has come. Who does not belong here any more hears nothing."""
        if not self._can_be_told(check_in):
            return Next.NEVER
        settings = self.found.chosen(check_in.partner)
        return next_step(self.now, check_in, settings, self.plan, self.found.days_off)

    def _zone(self, check_in: CheckIn) -> str:
        return self.found.chosen(check_in.partner).preferences(self.plan).zone

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
        until = self.found.welcome_until(check_in.partner)
        return notice(key, check_in, card, self.homes[check_in.partner], until)
