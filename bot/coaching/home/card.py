"""Home: what somebody can do here, and how things of theirs stand; with ways to do them by tapping."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field, replace

from bot.coaching.answers.card import typed_card
from bot.coaching.commands import CHECK_IN, DIGEST, HELP, HOME, JOURNAL, MINE, RAISE, SET_UP
from bot.coaching.directly import Act
from bot.coaching.recognising import Recognised
from bot.coaching.settings.cards import PRIVACY_SHOW, hour_of, weekday_of
from bot.coaching.settings.cards import SHOW as SETTINGS_SHOW
from bot.delivery.saying import Says
from bot.domain.barriers import ENDED
from bot.domain.cards import Button, Card, Fact, Paragraph
from bot.domain.check_ins import State, still_waits
from bot.domain.messages import Incoming
from bot.domain.own_settings import PartnerSettings
from bot.domain.people import PartnerId
from bot.store.barriers import Barriers
from bot.store.check_ins import CheckIns
from bot.store.preferences import OwnSettings
from prompts import Words

#: The action of a platform's own home page, and of a button that does what its value would do if it was typed.
HOME_OPENED, DO = "home", "do"
#: What partners do from here, and what leads do besides, by the command: only what is answered is offered.
_PARTNERS = (CHECK_IN, RAISE, MINE, JOURNAL)
_LEADS = (DIGEST, SET_UP)


@dataclass(frozen=True, kw_only=True)
class Home:
    """The use-case. `others` are the acts of the other desks by their commands."""

    check_ins: CheckIns
    barriers: Barriers
    own: OwnSettings
    words: Words
    others: Mapping[str, Act] = field(default_factory=dict)

    @property
    def commands(self) -> Mapping[str, Act]:
        """What answers the commands."""
        return {HOME: self.home_card, HELP: self.help}

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers a platform's own home page: nobody but its owner reads it."""
        return {HOME_OPENED: self.home_card, DO: self.do}

    async def home_card(self, incoming: Incoming, recognised: Recognised) -> Card:  # noqa: ARG002
        """What somebody can do, their check-in, their barriers, their settings; for leads the partnership's besides."""
        words, lead = self.words, recognised.standing.lead
        facts = (
            [] if recognised.partner is None else [fact async for fact in self._facts(recognised.partner, recognised)]
        )
        return Card(
            title=words("home.title", partnership=recognised.plan.name),
            paragraphs=(Paragraph(text=words("help.text")),),
            facts=(*facts, *(self._partnership(recognised) if lead else ())),
            buttons=tuple(self._buttons(lead=lead)),
            note=words("home.note"),
        )

    async def help(self, incoming: Incoming, recognised: Recognised) -> Card:  # noqa: ARG002
        """What can be typed."""
        return typed_card(self.words, self.others.keys() | {HOME}, lead=recognised.standing.lead)

    async def do(self, incoming: Incoming, recognised: Recognised) -> Card | Says:
        """What the button names, as if it had been typed."""
        act = self.others.get(incoming.values.get("value", ""), self.help)
        return await act(replace(incoming, action="", values={}, text=""), recognised)

    async def _facts(self, partner: PartnerId, recognised: Recognised) -> AsyncIterator[Fact]:
        words, plan = self.words, recognised.plan
        own = (await self.own.of([partner])).get(partner, PartnerSettings())
        raised = await self.barriers.of(plan.id, partner)
        still = sum(each.status not in ENDED for each in raised)
        when = own.preferences(plan)
        asked = words("home.asked", weekday=weekday_of(when.weekday, words), hour=hour_of(when.hour))
        yield Fact(name=words("home.check_in"), value=await self._check_in(partner))
        yield Fact(name=words("home.barriers"), value=words.count("home.open", still))
        yield Fact(name=words("home.settings"), value=words("home.stopped") if own.stopped else asked)

    async def _check_in(self, partner: PartnerId) -> str:
        latest = await self.check_ins.latest(partner)
        if latest is None:
            return self.words("home.none_yet")
        if still_waits(latest):
            return self.words("home.waits")
        return self.words("home.answered" if latest.state is State.ANSWERED else "home.passed")

    def _partnership(self, recognised: Recognised) -> Iterator[Fact]:
        plan = recognised.plan
        members = self.words.count("home.members", len(plan.organisations))
        yield Fact(name=self.words("home.partnership"), value=members)

    def _buttons(self, *, lead: bool) -> Iterator[Button]:
        for name in (*_PARTNERS, *(_LEADS if lead else ())):
            if name in self.others:
                yield Button(label=self.words(f"home.do.{name}"), action=DO, value=name)
        yield Button(label=self.words("home.do.settings"), action=SETTINGS_SHOW)
        yield Button(label=self.words("home.do.privacy"), action=PRIVACY_SHOW)
