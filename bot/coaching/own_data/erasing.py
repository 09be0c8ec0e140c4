"""Erase: everything of somebody goes, and the coach knows them no more."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.coaching.changes import change_id, derived_id
from bot.coaching.commands import ERASE
from bot.coaching.directly import Act
from bot.coaching.own_data.taking_out import EXPORT_NOW, Found, counts
from bot.coaching.recognising import Recognised
from bot.coaching.refusing import confirmed, refusing
from bot.delivery.saying import Says
from bot.domain import barrier_rules as rules
from bot.domain.barriers import BarrierId, Refusal, Refused
from bot.domain.cards import Button, Card, Fact, Paragraph, to_json
from bot.domain.messages import Incoming, Place
from bot.store.barriers import Barriers, ChangedMeanwhile
from bot.store.inbox import Reply
from bot.store.personal import Erasure, Personal, also_at
from bot.store.personal_kinds import Person
from bot.store.snapshots import Snapshots
from prompts import Words

#: The actions of the buttons: to be asked, and to say yes.
ERASE_ASK, ERASE_YES = "own-erase", "own-erase-yes"
_TRIES = 5
#: Where the page is that a platform keeps for somebody who is written to alone at a place; None where it keeps none.
PageOf = Callable[[Place], Place | None]


@dataclass(frozen=True, kw_only=True)
class Erasing:
    """The use-case. `evict` empties what is held in memory, `scrub` what the database's log still holds on disk.

    `pages` are those on which a platform goes on showing what stood there, by the platform.
    """

    find: Found
    personal: Personal
    barriers: Barriers
    snapshots: Snapshots
    scrub: Callable[[], Awaitable[None]]
    words: Words
    evict: Sequence[Callable[[], object]] = ()
    pages: Mapping[str, PageOf] = field(default_factory=dict)

    @property
    def commands(self) -> Mapping[str, Act]:
        """What answers the command."""
        return refusing({ERASE: self.ask}, self.words)

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the buttons."""
        return refusing({ERASE_ASK: self.ask, ERASE_YES: self.erased}, self.words)

    async def ask(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Say exactly what would go and what would stay, and ask once more."""
        partner = confirmed(recognised)
        found = [await self.personal.taken_out(each, incoming.key) for each in await self.find(partner)]
        return Card(
            title=self.words("mine.erase.title"),
            paragraphs=(Paragraph(text=self.words("mine.erase.text")),),
            facts=tuple(Fact(name=name, value=str(count)) for name, count in counts(found, self.words)),
            items=tuple(self._stays(recognised)),
            buttons=(
                Button(label=self.words("mine.export.button"), action=EXPORT_NOW),
                Button(label=self.words("mine.erase.yes"), action=ERASE_YES, value=partner),
            ),
            note=self.words("mine.erase.note"),
        )

    async def erased(self, incoming: Incoming, recognised: Recognised) -> Card | Says:
        """Erase everything of whoever pressed the button that was made for them."""
        partner = confirmed(recognised)
        if incoming.values.get("value", "") != partner:
            # Pressed a second time, or by somebody who is new here since.
            return Card(paragraphs=(Paragraph(text=self.words("mine.erase.before")),))
        erasure = Erasure(
            id=change_id(incoming, ERASE_YES),
            at=incoming.received_at,
            asked_by=incoming.key,
            instead=to_json(self.instead()),
        )
        people = [also_at(person, incoming.direct) for person in await self.find(partner)]
        for person in people:
            await self.everything(person, replace(erasure, id=derived_id(erasure.id, person.partner)))
        done = Card(
            title=self.words("mine.erase.done_title"),
            paragraphs=(Paragraph(text=self.words("mine.erase.done")),),
            items=tuple(self._stays(recognised)),
        )
        return Says(card=done, elsewhere=tuple(self._emptied(incoming, people)))

    async def everything(self, person: Person, erasure: Erasure) -> None:
        """Withhold and withdraw what others' figures and barriers rest on, then delete every row; again has no effect.

        Figures are withheld before and after: a week may have been counted in between.
        """
        await self._withhold(person)
        await self._withdraw(person, erasure)
        await self._withhold(person)
        await self.personal.erase(person, erasure)
        for forget in self.evict:
            forget()
        await self.scrub()

    def instead(self) -> Card:
        """What somebody else gets in the place of an answer that held words of a person who was erased."""
        return Card(paragraphs=(Paragraph(text=self.words("mine.erase.instead")),))

    def _emptied(self, incoming: Incoming, people: Sequence[Person]) -> Iterator[Reply]:
        """What stands from now on where platforms showed how things of theirs stood, but for where they pressed."""
        card = Card(paragraphs=(Paragraph(text=self.words("mine.erase.page")),), locale=self.words.spoken)
        found = {
            (platform, page)
            for platform, page_of in self.pages.items()
            for place in {place for person in people for place in person.places}
            if (page := page_of(Place(place))) is not None and page != incoming.place
        }
        for number, (platform, page) in enumerate(sorted(found)):
            yield Reply(key=f"{platform}:erased:{incoming.key}:{number}", platform=platform, place=page, card=card)

    async def _withhold(self, person: Person) -> None:
        for part in await self.personal.behind(person):
            await self.snapshots.withhold(part.partnership, person.partner, BarrierId(part.source))

    async def _withdraw(self, person: Person, erasure: Erasure) -> None:
        for each in await self.barriers.of(person.partnership, person.partner):
            await self._out_of(each.id, person, erasure)

    async def _out_of(self, barrier: BarrierId, person: Person, erasure: Erasure) -> None:
        for _ in range(_TRIES):
            before = await self.barriers.find(barrier)
            if before is None or before.raiser(person.partner) is None:
                return
            change = derived_id(erasure.id, barrier, person.partner)
            after = rules.withdrawn(before, person.partner, change, erasure.at)
            try:
                await self.barriers.save((before, after), now=erasure.at)
            except ChangedMeanwhile:
                continue
            return
        raise Refused(Refusal.CHANGED_MEANWHILE)

    def _stays(self, recognised: Recognised) -> Sequence[str]:
        """What is not the coach's to erase."""
        stays = [self.words("mine.erase.stays_chat"), self.words("mine.erase.stays_backup")]
        if recognised.person.email.lower() in {lead.email.lower() for lead in recognised.plan.leads}:
            stays.append(self.words("mine.erase.stays_file"))
        return stays
