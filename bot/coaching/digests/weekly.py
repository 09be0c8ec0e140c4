"""Once a week, on the partnership's day: the digest to its leads, and to owners what of theirs is overdue."""

from collections.abc import AsyncIterator, Awaitable, Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from bot.coaching.barriers.handling_cards import OPEN
from bot.coaching.changes import derived_id
from bot.coaching.check_ins.open_days import DaysOff
from bot.coaching.digests.digesting import Digesting
from bot.coaching.directly import Act
from bot.coaching.languages import in_language_of
from bot.coaching.recognising import Recognised
from bot.domain.barrier_views import Reader
from bot.domain.barriers import ENDED, Barrier, BarrierId
from bot.domain.cards import Button, Card, Paragraph
from bot.domain.digest import Scope
from bot.domain.messages import Incoming
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId
from bot.domain.planning import due, usual
from bot.store.barriers import Barriers
from bot.store.homes import Home, Homes
from bot.store.inbox import Promise, Reply
from bot.store.nudges import Nudges
from bot.store.people import People
from knowledge.triage.phrases import factor_names
from prompts import Words

#: The action of the button under a nudge.
NO_MORE = "nudge-off"
_MOST_BUTTONS = 4
#: Has notices sent, each at most once.
Post = Callable[[Sequence[Reply], datetime], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Weekly:
    """The use-case; asked every minute, it tells each lead once a week whatever happens in between."""

    plans: Callable[[], Awaitable[Sequence[PartnershipPlan]]]
    people: People
    homes: Homes
    barriers: Barriers
    nudges: Nudges
    digesting: Digesting
    post: Post
    words: Words
    days_off: DaysOff
    _told: set[tuple[str, str]] = field(default_factory=set)

    async def __call__(self, now: datetime) -> None:
        """Tell the leads of every partnership whose day and hour has come."""
        for plan in await self.plans():
            week = due_week(plan, now, self.days_off(plan, now))
            if week is None or (plan.id, week) in self._told:
                continue
            await self.post([reply async for reply in self._told_in(plan, week, now)], now)
            self._told.add((plan.id, week))

    async def _told_in(self, plan: PartnershipPlan, week: str, now: datetime) -> AsyncIterator[Reply]:
        barriers = [each for each in await self.barriers.all(plan.id) if each.into is None]
        off = await self.nudges.stopped([each.id for each in barriers])
        leads, owners = await self.people.leads(plan), await self._owners(plan)
        homes = await self.homes.of(list(leads))
        for partner, organisation in leads.items():
            if partner not in homes:
                continue
            reader = Reader(partner=partner, organisation=organisation, lead=True)
            made = await self.digesting.made(plan, Scope(), reader, now)
            told = partial(self.digesting.card, made, reader)
            card = in_language_of(homes[partner], plan, self.words, told)
            yield _notice("digest", partner, week, homes[partner], card)
            own = owners.get(partner, "")
            overdue = [each for each in barriers if _is_overdue(each, own, now) and (each.id, own) not in off]
            if overdue:
                told = partial(nudge_card, overdue, self.words)
                card = in_language_of(homes[partner], plan, self.words, told)
                yield _notice("nudge", partner, week, homes[partner], card)

    async def _owners(self, plan: PartnershipPlan) -> Mapping[PartnerId, str]:
        """The e-mail addresses of the leads whom the partnership's file names: only they own barriers."""
        known = await self.people.by_email(plan.id, [lead.email for lead in plan.leads])
        return {partner: email for email, partner in known.items()}


@dataclass(frozen=True, kw_only=True)
class Unnudging:
    """The use-case: an owner wants to hear no more of a barrier."""

    barriers: Barriers
    nudges: Nudges
    words: Words

    @property
    def actions(self) -> dict[str, Act]:
        """What to do when they say so."""
        return {NO_MORE: self}

    async def __call__(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Nudge its owner about this barrier no more; nobody else's barrier is touched."""
        barrier = await self.barriers.standing(BarrierId(incoming.values.get("value", "")))
        own = recognised.person.email.lower()
        if barrier is None or barrier.partnership != recognised.plan.id or barrier.owner.lower() != own or not own:
            return Card(paragraphs=(Paragraph(text=self.words("barrier.refused.unknown_barrier")),))
        await self.nudges.stop(barrier.id, barrier.owner)
        return Card(paragraphs=(Paragraph(text=self.words("nudge.stopped")),))


def due_week(plan: PartnershipPlan, now: datetime, days_off: Container[date]) -> str | None:
    """The ISO week whose digest is due: at the partnership's day and hour, moved as a check-in is moved."""
    slot = due(now, usual(plan), plan.rhythm, days_off)
    return None if slot is None else str(slot.week)


def nudge_card(overdue: Sequence[Barrier], words: Words) -> Card:
    """What is overdue, with a button that opens each and one that ends the nudges about it."""
    return Card(
        title=words("nudge.title"),
        paragraphs=(Paragraph(text=words("nudge.text")),),
        items=tuple(_due(barrier, words) for barrier in overdue),
        buttons=tuple(_buttons(overdue, words))[: 2 * _MOST_BUTTONS],
        note=words("nudge.note"),
    )


def _buttons(overdue: Sequence[Barrier], words: Words) -> Iterator[Button]:
    for barrier in overdue:
        name = barrier.label or factor_names()[barrier.factor]
        yield Button(label=name, action=OPEN, value=barrier.id)
        yield Button(label=words("nudge.off", label=barrier.label), action=NO_MORE, value=barrier.id)


def _due(barrier: Barrier, words: Words) -> str:
    name = barrier.label or factor_names()[barrier.factor]
    day = words.day(barrier.due) if barrier.due else ""
    return words("nudge.due", label=name, factor=factor_names()[barrier.factor], day=day)


def _is_overdue(barrier: Barrier, owner: str, now: datetime) -> bool:
    mine = bool(owner) and barrier.owner.lower() == owner.lower() and barrier.status not in ENDED
    return mine and barrier.due is not None and barrier.due < now.date()


def _notice(kind: str, lead: PartnerId, week: str, home: Home, card: Card) -> Reply:
    key = f"notice:{kind}:{derived_id(lead, week)}"
    return Reply(key=key, platform=home.platform, place=home.place, card=card, promise=Promise.NOTICE)
