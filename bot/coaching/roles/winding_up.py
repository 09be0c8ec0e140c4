"""Wind up: a partnership ends. Its leads decide twice, a day apart; then its partners have a week to take out what is
theirs; then everything of it is erased. Until that moment any lead can stop it.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.coaching.changes import change_id, derived_id
from bot.coaching.check_ins.reply_saving import Declined, declining
from bot.coaching.directly import Act
from bot.coaching.own_data.taking_out import EXPORT_NOW
from bot.coaching.recognising import Recognised
from bot.coaching.roles.changing import Roles, check_lead, said
from bot.coaching.roles.commands import WIND_UP
from bot.delivery.saying import Says
from bot.domain.cards import Button, Card, Fact, Link, Paragraph
from bot.domain.chat_settings import WINDING_UP
from bot.domain.messages import Incoming
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnershipId
from prompts import Words

#: The actions of the buttons: the question, the first yes, the second, the no, and everything for the leads.
ASK, BEGIN, END, STOP = "wind-up", "wind-up-begin", "wind-up-end", "wind-up-stop"
#: Between the first yes and the second.
WAITS = timedelta(hours=24)
#: Between the second yes and the end: partners take out what is theirs.
CLOSES = timedelta(days=7)
#: Where nobody says the second yes, the first is worth nothing after this.
_FADES = timedelta(days=14)

#: Erases a partnership with everything in it.
Erase = Callable[[PartnershipId, datetime], Awaitable[None]]
#: The way to everything that a lead may see of the partnership; "" where no browser reaches the coach.
Export = Callable[[Incoming, Recognised], Awaitable[str]]


@dataclass(frozen=True, kw_only=True)
class _Ending:
    """How far the end has come: `asked` is when the first yes was said, `until` when all is erased, once it is."""

    change: str
    asked: datetime
    until: datetime | None = None

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "_Ending | None":
        if not kept:
            return None
        until = kept.get("until")
        return cls(
            change=kept["change"],
            asked=datetime.fromisoformat(kept["asked"]),
            until=datetime.fromisoformat(until) if until else None,
        )

    @property
    def kept(self) -> dict[str, Any]:
        known: dict[str, Any] = {"change": self.change, "asked": self.asked.isoformat()}
        # Nobody is asked any more once it is settled that there is an end.
        return known if self.until is None else {**known, "until": self.until.isoformat(), "asks_nobody": True}


@dataclass(frozen=True, kw_only=True)
class WindingUp:
    """The use-case, and the round that carries it out."""

    roles: Roles
    erase: Erase
    export: Export

    @property
    def commands(self) -> Mapping[str, Act]:
        """What answers the command."""
        return declining({WIND_UP: self.ask}, self.roles.words)

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the buttons."""
        acts: Mapping[str, Act] = {ASK: self.ask, BEGIN: self.begin, END: self.settle, STOP: self.stop}
        return declining(acts, self.roles.words)

    async def ask(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Say what would happen, or how far it has come; with everything that leads may take along."""
        check_lead(recognised)
        plan, words, now = recognised.plan, self.roles.words, incoming.received_at
        ending = await self._ending(plan.id, now)
        url = await self.export(incoming, recognised)
        export = words("partners.wind_up_export" if url else "partners.wind_up_by_operator")
        return Card(
            title=words("partners.wind_up_title", partnership=plan.name),
            paragraphs=(Paragraph(text=self._says(ending)), Paragraph(text=export)),
            facts=tuple(self._facts(ending)),
            links=(Link(label=words("partners.wind_up_open"), url=url),) if url else (),
            buttons=tuple(_buttons(ending, now, plan.id, words)),
            note=words("partners.wind_up_note"),
        )

    async def begin(self, incoming: Incoming, recognised: Recognised) -> Card | Says:
        """The first yes: nothing is erased, every lead is told at once, and a day has to pass."""
        partner, plan, now = check_lead(recognised), recognised.plan, incoming.received_at
        self._check(incoming, plan.id)
        ending = await self._ending(plan.id, now)
        if ending is None:
            ending = _Ending(change=change_id(incoming, BEGIN), asked=now)
            await self._keep(plan.id, ending, now)
        made = partial(self._told_card, "partners.told_wind_up", ending, now, plan)
        told = await self.roles.told(set(await self.roles.leads(plan.id)) - {partner}, plan, ending.change, made)
        return Says(card=await self.ask(incoming, recognised), elsewhere=told)

    async def settle(self, incoming: Incoming, recognised: Recognised) -> Card | Says:
        """The second yes, a day after the first: partners are told, once each, how to take out what is theirs."""
        partner, plan, now = check_lead(recognised), recognised.plan, incoming.received_at
        ending = await self._ending(plan.id, now)
        if ending is None or incoming.values.get("value", "") != ending.change:
            raise Declined("partners.wind_up_stopped_before")
        if now < ending.asked + WAITS:
            raise Declined("partners.wind_up_too_soon", day=self._day(ending.asked + WAITS))
        if ending.until is None:
            ending = _Ending(change=ending.change, asked=ending.asked, until=now + CLOSES)
            await self._keep(plan.id, ending, now)
        people = {each.partner for each in await self.roles.present(plan, now)} - {partner}
        made = partial(_farewell, plan, self._day(ending.until or now), self.roles.words)
        told = await self.roles.told(people, plan, derived_id(ending.change, "farewell"), made)
        return Says(card=await self.ask(incoming, recognised), elsewhere=told)

    async def stop(self, incoming: Incoming, recognised: Recognised) -> Card | Says:
        """Any lead stops it, at any moment before the end; the leads are told, and partners if they had been."""
        partner, plan, now = check_lead(recognised), recognised.plan, incoming.received_at
        ending = await self._ending(plan.id, now)
        if ending is None or incoming.values.get("value", "") != ending.change:
            raise Declined("partners.wind_up_stopped_before")
        await self.roles.settings.drop(plan.id, WINDING_UP)
        whom = set(await self.roles.leads(plan.id))
        if ending.until is not None:
            whom |= {each.partner for each in await self.roles.present(plan, now)}
        made = partial(said, self.roles.words, "partners.told_goes_on", partnership=plan.name)
        told = await self.roles.told(whom - {partner}, plan, change_id(incoming, STOP), made)
        return Says(card=said(self.roles.words, "partners.goes_on", partnership=plan.name), elsewhere=told)

    async def __call__(self, now: datetime) -> None:
        """The round: ask for the second yes once the day is over, and erase when the week is."""
        for plan in await self.roles.plans():
            ending = await self._ending(plan.id, now)
            if ending is None:
                await self._forget_faded(plan.id)
            elif ending.until is not None and ending.until <= now:
                await self.erase(plan.id, now)
            elif ending.until is None and ending.asked + WAITS <= now:
                made = partial(self._told_card, "partners.told_second_yes", ending, now, plan)
                leads = list(await self.roles.leads(plan.id))
                replies = await self.roles.told(leads, plan, derived_id(ending.change, "second"), made)
                await self.roles.barriers.save(notices=replies, now=now)

    async def _ending(self, partnership: PartnershipId, now: datetime) -> _Ending | None:
        ending = _Ending.of((await self.roles.settings.of(partnership)).get(WINDING_UP, {}))
        faded = ending is not None and ending.until is None and ending.asked + _FADES <= now
        return None if faded else ending

    async def _forget_faded(self, partnership: PartnershipId) -> None:
        if WINDING_UP in await self.roles.settings.of(partnership):
            await self.roles.settings.drop(partnership, WINDING_UP)

    async def _keep(self, partnership: PartnershipId, ending: _Ending, now: datetime) -> None:
        await self.roles.settings.keep(partnership, WINDING_UP, ending.kept, now)

    def _check(self, incoming: Incoming, partnership: PartnershipId) -> None:
        if incoming.values.get("value", "") != partnership:
            raise Declined("partners.wind_up_stopped_before")

    def _says(self, ending: _Ending | None) -> str:
        words = self.roles.words
        if ending is None:
            return words("partners.wind_up_text")
        if ending.until is None:
            return words("partners.wind_up_waits", day=self._day(ending.asked + WAITS))
        return words("partners.wind_up_closes", day=self._day(ending.until))

    def _facts(self, ending: _Ending | None) -> Iterator[Fact]:
        words = self.roles.words
        if ending is None:
            yield Fact(name=words("partners.wind_up_first"), value=words("partners.wind_up_first_text"))
            yield Fact(name=words("partners.wind_up_second"), value=words("partners.wind_up_second_text"))
            yield Fact(name=words("partners.wind_up_end"), value=words("partners.wind_up_end_text"))

    def _told_card(self, name: str, ending: _Ending, now: datetime, plan: PartnershipPlan) -> Card:
        words = self.roles.words
        return Card(
            title=words("partners.wind_up_title", partnership=plan.name),
            paragraphs=(Paragraph(text=words(name, day=self._day(ending.asked + WAITS))),),
            buttons=tuple(_buttons(ending, now, plan.id, words)),
            note=words("partners.wind_up_note"),
        )

    def _day(self, when: datetime) -> str:
        return f"{self.roles.words.day(when.date())}, {when:%H:%M} UTC"


def _buttons(ending: _Ending | None, now: datetime, partnership: PartnershipId, words: Words) -> Iterator[Button]:
    if ending is None:
        yield Button(label=words("partners.wind_up_begin"), action=BEGIN, value=partnership)
        return
    yield Button(label=words("partners.wind_up_stop"), action=STOP, value=ending.change)
    if ending.until is None and now >= ending.asked + WAITS:
        yield Button(label=words("partners.wind_up_settle"), action=END, value=ending.change)
    if ending.until is not None:
        yield Button(label=words("mine.export.button"), action=EXPORT_NOW)


def _farewell(plan: PartnershipPlan, day: str, words: Words) -> Card:
    return Card(
        title=words("partners.farewell_title", partnership=plan.name),
        paragraphs=(Paragraph(text=words("partners.farewell_text", day=day)),),
        buttons=(Button(label=words("mine.export.button"), action=EXPORT_NOW),),
    )
