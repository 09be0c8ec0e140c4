"""Invite: once a week each partner gets one question, at their own hour."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.coaching.barriers.said_and_did import did_lines
from bot.coaching.check_ins.addressing import Addressees, Addressing
from bot.coaching.check_ins.cards import invite_card
from bot.coaching.check_ins.evidence import CheckInEvidence, Known
from bot.coaching.check_ins.ports import Bank
from bot.coaching.check_ins.reasons import reason_parts, why
from bot.coaching.languages import in_language_of
from bot.delivery.ports import NewId
from bot.domain.barrier_views import Reader
from bot.domain.barriers import Barrier
from bot.domain.cards import Card
from bot.domain.check_ins import CheckIn, CheckInId
from bot.domain.choosing import Choice, choose_all
from bot.domain.due_now import begun_now, due_now
from bot.domain.evidence import Evidence, Person
from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId, PartnershipId
from bot.domain.planning import Slot, Week, usual
from bot.domain.questions import ReflectionQuestion
from bot.domain.rolls import Rolls
from bot.domain.sending_times import reminder_at
from bot.store.barriers import Barriers
from bot.store.check_ins import CheckIns, Invited, invitation_key
from bot.store.everywhere import Everywhere
from bot.store.homes import Home
from bot.store.inbox import Promise, Reply
from prompts import Words

#: Partnerships that are seen to at a time: they share queries and commits, and nobody waits long for the next.
_TOGETHER = 25
_DAY = timedelta(days=1)
_Slots = Mapping[PartnerId, Slot]
_Chosen = Mapping[PartnershipId, Mapping[PartnerId, PartnerSettings]]


@dataclass(frozen=True, kw_only=True)
class Inviting:
    """The use-case; asked every minute, it asks each partner once a week, whatever happens in between.

    Two processes may do it at once: the store keeps one check-in for a partner, partnership and week.
    """

    plans: Callable[[], Awaitable[Sequence[PartnershipPlan]]]
    addressing: Addressing
    everywhere: Everywhere
    check_ins: CheckIns
    barriers: Barriers
    evidence: CheckInEvidence
    bank: Bank
    words: Words
    new_id: NewId

    async def __call__(self, now: datetime) -> int:
        """Invite everybody who is due at this moment; returns how many that were."""
        plans = await self.plans()
        waiting = await self._waiting([plan for plan in plans if plan.check_ins], now)
        rolls, busy, invited = Rolls.of(plans), [plan for plan in plans if waiting.get(plan.id)], 0
        for start in range(0, len(busy), _TOGETHER):
            invited += await self._invite(busy[start : start + _TOGETHER], waiting, rolls, now)
        return invited

    async def _waiting(self, plans: Sequence[PartnershipPlan], now: datetime) -> Mapping[PartnershipId, _Slots]:
        """Who may be due and was not asked in their week yet, by partnership: their absences are not looked at yet."""
        today = now.astimezone(UTC).date()
        weeks = {str(Week.of(day)) for day in (today - _DAY, today, today + _DAY)}
        unasked = await self.everywhere.unasked(weeks, today)
        open_now = await asyncio.to_thread(self._open, [plan for plan in plans if plan.id in unasked], unasked, now)
        asked = await self.everywhere.asked(open_now.keys(), weeks) if open_now else frozenset()
        return {
            name: {who: slot for who, slot in slots.items() if (who, str(slot.week)) not in asked}
            for name, slots in open_now.items()
        }

    def _open(
        self, plans: Sequence[PartnershipPlan], unasked: _Chosen, now: datetime
    ) -> Mapping[PartnershipId, _Slots]:
        """Whose slots have begun. Partnerships of one rhythm are looked at together, for most have the usual one."""
        alike, found = defaultdict[object, list[PartnershipPlan]](list), {}
        for plan in plans:
            alike[usual(plan), plan.rhythm, self.addressing.days_off(plan, now)].append(plan)
        for same in alike.values():
            chosen = {who: own for plan in same for who, own in unasked[plan.id].items()}
            slots = begun_now(now, chosen, chosen, same[0], self.addressing.days_off(same[0], now))
            for plan in same if slots else ():
                found[plan.id] = {who: slots[who] for who in unasked[plan.id] if who in slots}
        return found

    async def _invite(
        self,
        plans: Sequence[PartnershipPlan],
        waiting: Mapping[PartnershipId, _Slots],
        rolls: Rolls,
        now: datetime,
    ) -> int:
        everyone = await self.addressing.together(plans, rolls, now)
        desks = await self._desks([_Due.of(plan, everyone[plan.id], waiting[plan.id], now) for plan in plans], now)
        # Thousands of choices take seconds, in which messages must be acknowledged.
        invited = await asyncio.to_thread(lambda: [pair for desk in desks for pair in desk.invitations()])
        same = await self.addressing.unchanged(everyone.values(), [each.partner for each, _ in invited])
        return await self.check_ins.invite([pair for pair in invited if pair[0].partner in same], now)

    async def _desks(self, due: Sequence["_Due"], now: datetime) -> list["_Desk"]:
        """A desk for each partnership where somebody is due."""
        busy = [each for each in due if each.slots]
        names = [each.plan.id for each in busy]
        homes = await self.addressing.homes.of([partner for each in busy for partner in each.slots])
        barriers = await self.barriers.everywhere(names)
        known = [
            Known(plan=each.plan, people=each.found.people, barriers=barriers.get(each.plan.id, ())) for each in busy
        ]
        evidence = await self.evidence.together(known, now)
        return [
            _Desk(
                plan=each.plan,
                now=now,
                found=each.found,
                slots=each.slots,
                homes=homes,
                barriers=barriers.get(each.plan.id, ()),
                evidence=evidence[each.plan.id],
                bank=await self.bank(each.plan),
                words=self.words,
                new_id=self.new_id,
            )
            for each in busy
        ]


@dataclass(frozen=True, kw_only=True)
class _Due:
    """Whose slots are open in a partnership, their absences and all."""

    plan: PartnershipPlan
    found: Addressees
    slots: _Slots

    @classmethod
    def of(cls, plan: PartnershipPlan, found: Addressees, waiting: _Slots, now: datetime) -> "_Due":
        """Those of these partners who belong to it and are due."""
        slots = due_now(now, waiting.keys() & found.partners, found.settings, plan, found.days_off)
        return cls(plan=plan, found=found, slots=slots)


@dataclass(frozen=True, kw_only=True)
class _Desk:
    """Everything that the invitations of a partnership and a moment are made of: it asks nobody."""

    plan: PartnershipPlan
    now: datetime
    found: Addressees
    slots: Mapping[PartnerId, Slot]
    homes: Mapping[PartnerId, Home]
    barriers: Sequence[Barrier]
    evidence: Evidence
    bank: Mapping[str, ReflectionQuestion]
    words: Words
    new_id: NewId

    def invitations(self) -> list[Invited]:
        """A check-in with its card for everybody who is due, has a home and whom a question suits."""
        people = self.found.only(self.slots.keys() & self.homes.keys())
        choices = choose_all(people, self.evidence, self.now, self.plan.id)
        return list(self._invitations(people, choices))

    def _invitations(self, people: Sequence[Person], choices: Mapping[PartnerId, Choice]) -> Iterator[Invited]:
        asked = self._last_asked()
        for person in people:
            if person.partner in choices:
                check_in = self._check_in(person, choices[person.partner])
                card = self._card(check_in, person, asked.get(person.partner))
                until = self.found.welcome_until(person.partner)
                yield check_in, notice(invitation_key(check_in.id), check_in, card, self.homes[person.partner], until)

    def _last_asked(self) -> Mapping[PartnerId, datetime]:
        last: dict[PartnerId, datetime] = {}
        for each in self.evidence.asked:
            last[each.partner] = max(each.at, last.get(each.partner, each.at))
        return last

    def _check_in(self, person: Person, choice: Choice) -> CheckIn:
        slot, settings = self.slots[person.partner], self.found.chosen(person.partner)
        return new_check_in(self.plan, person, choice, slot, self.now, settings, self.new_id)

    def _card(self, check_in: CheckIn, person: Person, asked: datetime | None) -> Card:
        reader = Reader(partner=person.partner, organisation=person.organisation, lead=person.lead)

        def made() -> Card:
            did = did_lines(self.barriers, reader, self.plan, asked, self.now, self.words)
            reason = why(check_in, self.plan, self.words)
            return invite_card(check_in, self.bank[check_in.question], reason, did, self.plan, self.words)

        return in_language_of(self.homes[person.partner], self.plan, self.words, made)


def new_check_in(
    plan: PartnershipPlan,
    person: Person,
    choice: Choice,
    slot: Slot,
    now: datetime,
    settings: PartnerSettings,
    new_id: NewId,
) -> CheckIn:
    """The check-in of a choice for a slot, asked now."""
    return CheckIn(
        id=CheckInId(new_id()),
        partner=person.partner,
        partnership=plan.id,
        organisation=person.organisation,
        week=str(slot.week),
        question=choice.question_id,
        factor=choice.factor,
        asked_at=now,
        until=slot.until,
        reason=reason_parts(choice.reason),
        remind_at=reminder_at(now, slot.until, settings.preferences(plan).zone),
    )


def notice(key: str, check_in: CheckIn, card: Card, home: Home, until: datetime) -> Reply:
    """A card of a check-in for its partner, sent before `until` and while the check-in is open, or not at all."""
    return Reply(
        key=key,
        platform=home.platform,
        place=home.place,
        card=card,
        promise=Promise.NOTICE,
        until=min(check_in.until, until),
    )
