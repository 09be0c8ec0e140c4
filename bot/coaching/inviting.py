"""Invite: once a week each partner gets one question, at their own hour."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.coaching.addressing import Addressees, Addressing
from bot.coaching.check_in_cards import invite_card
from bot.coaching.check_in_evidence import CheckInEvidence
from bot.coaching.check_in_ports import Bank
from bot.coaching.languages import in_language_of
from bot.coaching.reasons import reason_parts, why
from bot.coaching.said_and_did import did_lines
from bot.delivery.ports import NewId
from bot.domain.barrier_views import Reader
from bot.domain.barriers import Barrier
from bot.domain.cards import Card
from bot.domain.check_ins import CheckIn, CheckInId
from bot.domain.choosing import Choice, choose_all
from bot.domain.due_now import due_now
from bot.domain.evidence import Evidence, Person
from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId, PartnershipId
from bot.domain.planning import Slot
from bot.domain.questions import ReflectionQuestion
from bot.domain.rolls import Rolls
from bot.domain.sending_times import reminder_at, welcome_until
from bot.store.barriers import Barriers
from bot.store.check_ins import CheckIns, Invited, invitation_key
from bot.store.everywhere import Everywhere
from bot.store.homes import Home
from bot.store.inbox import Promise, Reply
from prompts import Words

#: Partnerships that are seen to at a time: what they write shares a commit.
_AT_ONCE = 4
_Slots = Mapping[PartnerId, Slot]


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
        homes = await self.addressing.homes.of([partner for slots in waiting.values() for partner in slots])
        rolls, turn = Rolls.of(plans), asyncio.Semaphore(_AT_ONCE)

        async def partnership(plan: PartnershipPlan) -> int:
            async with turn:
                return await self._partnership(plan, waiting[plan.id], homes, rolls, now)

        busy = [plan for plan in plans if any(partner in homes for partner in waiting.get(plan.id, ()))]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(partnership(plan)) for plan in busy]
        return sum(task.result() for task in tasks)

    async def _waiting(self, plans: Sequence[PartnershipPlan], now: datetime) -> Mapping[PartnershipId, _Slots]:
        """Who is due and was not asked in their week yet, by partnership."""
        everyone = await self.everywhere.partners()
        chosen = await self.addressing.own.of([each for plan in plans for each in everyone.get(plan.id, ())])
        due = {
            plan.id: due_now(now, everyone.get(plan.id, ()), chosen, plan, self.addressing.days_off(plan, now))
            for plan in plans
        }
        open_now = {name: slots for name, slots in due.items() if slots}
        weeks = {str(slot.week) for slots in open_now.values() for slot in slots.values()}
        asked = await self.everywhere.asked(open_now.keys(), weeks) if weeks else frozenset()
        return {
            name: {who: slot for who, slot in slots.items() if (who, str(slot.week)) not in asked}
            for name, slots in open_now.items()
        }

    async def _partnership(
        self, plan: PartnershipPlan, slots: _Slots, homes: Mapping[PartnerId, Home], rolls: Rolls, now: datetime
    ) -> int:
        found = await self.addressing(plan, rolls, now)
        people = found.only(slots.keys() & homes.keys())
        if not people:
            return 0
        barriers = await self.barriers.all(plan.id)
        desk = _Desk(
            plan=plan,
            now=now,
            found=found,
            slots=slots,
            homes=homes,
            barriers=barriers,
            evidence=await self.evidence(plan, found.people, barriers, now),
            bank=await self.bank(plan),
            words=self.words,
            new_id=self.new_id,
        )
        # Thousands of choices take seconds, in which messages must be acknowledged.
        invited = await asyncio.to_thread(desk.invitations, people)
        return await self.check_ins.invite(await self._unchanged(invited, found), now)

    async def _unchanged(self, invited: Sequence[Invited], found: Addressees) -> list[Invited]:
        """Without those who changed their settings while questions were chosen: they may have stopped."""
        latest = await self.addressing.own.of([each.partner for each, _ in invited])
        return [pair for pair in invited if latest.get(pair[0].partner) == found.settings.get(pair[0].partner)]


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

    def invitations(self, people: Sequence[Person]) -> list[Invited]:
        """A check-in with its card for each of these people whom a question suits."""
        choices = choose_all(people, self.evidence, self.now, self.plan.id)
        return list(self._invitations(people, choices))

    def _invitations(self, people: Sequence[Person], choices: Mapping[PartnerId, Choice]) -> Iterator[Invited]:
        asked = self._last_asked()
        for person in people:
            if person.partner in choices:
                settings = self.found.chosen(person.partner)
                check_in = self._check_in(person, choices[person.partner], settings)
                card = self._card(check_in, person, asked.get(person.partner))
                yield check_in, invitation(check_in, card, self.homes[person.partner], self._until(check_in, settings))

    def _last_asked(self) -> Mapping[PartnerId, datetime]:
        last: dict[PartnerId, datetime] = {}
        for each in self.evidence.asked:
            last[each.partner] = max(each.at, last.get(each.partner, each.at))
        return last

    def _check_in(self, person: Person, choice: Choice, settings: PartnerSettings) -> CheckIn:
        slot = self.slots[person.partner]
        return new_check_in(self.plan, person, choice, slot, self.now, settings, self.new_id)

    def _card(self, check_in: CheckIn, person: Person, asked: datetime | None) -> Card:
        reader = Reader(partner=person.partner, organisation=person.organisation, lead=person.lead)

        def made() -> Card:
            did = did_lines(self.barriers, reader, self.plan, asked, self.now, self.words)
            reason = why(check_in, self.plan, self.words)
            return invite_card(check_in, self.bank[check_in.question], reason, did, self.plan, self.words)

        return in_language_of(self.homes[person.partner], self.plan, self.words, made)

    def _until(self, check_in: CheckIn, settings: PartnerSettings) -> datetime:
        preferences = settings.preferences(self.plan)
        return min(check_in.until, welcome_until(self.now, preferences, self.plan.rhythm, self.found.days_off))


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


def invitation(check_in: CheckIn, card: Card, home: Home, until: datetime) -> Reply:
    """The card that brings a check-in to a partner, unless it cannot be sent before `until`."""
    return Reply(
        key=invitation_key(check_in.id),
        platform=home.platform,
        place=home.place,
        card=card,
        promise=Promise.NOTICE,
        until=until,
    )
