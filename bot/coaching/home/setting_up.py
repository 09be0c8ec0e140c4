"""Set up: what a lead does in chat so that a partnership works, step by step; nothing of it needs a command line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.coaching.check_ins.reply_saving import declining
from bot.coaching.commands import SET_UP
from bot.coaching.directly import Act
from bot.coaching.library.documents import Documents, Shelved
from bot.coaching.recognising import Recognised
from bot.coaching.settings.agreeing import AGREE, CONTACTS
from bot.coaching.settings.cards import hour_of, weekday_of
from bot.coaching.settings.rhythm import SHOW as RHYTHM_SHOW
from bot.coaching.settings.rhythm import check_lead
from bot.domain.cards import Button, Card, Fact, Link, Paragraph
from bot.domain.messages import Incoming
from bot.domain.partnership import FACTORS, PartnershipPlan
from prompts import Words

#: The action of the button that shows this; `DO` and its values are `bot.coaching.home.card`'s.
SHOW, DO, ORGANISATIONS, PARTNERS = "setup", "do", "organisations", "partners"


@dataclass(frozen=True, kw_only=True)
class SettingUp:
    """The use-case. `others` are the names of the commands that other desks answer."""

    documents: Documents
    words: Words
    others: frozenset[str] = frozenset()

    @property
    def commands(self) -> Mapping[str, Act]:
        """What answers the command."""
        return declining({SET_UP: self.show}, self.words)

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the button."""
        return declining({SHOW: self.show}, self.words)

    async def show(self, incoming: Incoming, recognised: Recognised) -> Card:
        """How each step stands, with a way to take it."""
        check_lead(recognised)
        url = self.documents.link(recognised, incoming.received_at)
        links = (Link(label=self.words("documents.open"), url=url),) if url else ()
        shelved = await self.documents.seen_by_lead(recognised)
        return Card(
            title=self.words("setup.title", partnership=recognised.plan.name),
            paragraphs=(Paragraph(text=self.words("setup.text")),),
            facts=tuple(self._facts(recognised.plan, shelved)),
            buttons=tuple(self._buttons()),
            links=links,
            note=self.words("setup.note" if links else "setup.note_no_page"),
        )

    def _facts(self, plan: PartnershipPlan, shelved: tuple[Shelved, ...]) -> Iterator[Fact]:
        words, rules, rhythm = self.words, plan.disclosure, plan.rhythm
        members = ", ".join(each.name for each in plan.organisations)
        when = words("home.asked", weekday=weekday_of(rhythm.weekday, words), hour=hour_of(rhythm.hour))
        covered = {each.for_factor for each in plan.contacts}
        yield Fact(name=words("setup.organisations"), value=members or words("setup.none"))
        yield Fact(name=words("setup.rhythm"), value=when if plan.check_ins else words("mine.rhythm.off"))
        yield Fact(name=words("setup.documents"), value=self._told(shelved))
        yield Fact(name=words("setup.figures"), value=words("setup.k_and_m", k=rules.k, m=rules.m))
        everything = words("setup.every_matter") if None in covered else ""
        some = words.count("setup.matters", len(covered & set(FACTORS)), of=len(FACTORS))
        yield Fact(name=words("setup.contacts"), value=everything or some)

    def _told(self, shelved: tuple[Shelved, ...]) -> str:
        """How many documents there are, with how many that cannot be read, and when the newest came."""
        served, aside = sum(each.served for each in shelved), sum(bool(each.reason) for each in shelved)
        told = self.words.count("setup.served", served)
        newest = max((each.added for each in shelved if each.added is not None), default=None)
        told += f"; {self.words.count('setup.set_aside', aside)}" if aside else ""
        return f"{told}; {self.words('setup.newest', day=self.words.day(newest))}" if newest else told

    def _buttons(self) -> Iterator[Button]:
        for name in (ORGANISATIONS, PARTNERS):
            if name in self.others:
                yield Button(label=self.words(f"setup.do.{name}"), action=DO, value=name)
        yield Button(label=self.words("setup.do.rhythm"), action=RHYTHM_SHOW)
        yield Button(label=self.words("setup.do.figures"), action=AGREE)
        yield Button(label=self.words("setup.do.contacts"), action=CONTACTS)
