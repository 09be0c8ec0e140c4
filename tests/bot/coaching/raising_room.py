"""A partnership whose partners raise barriers, over stores in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.coaching.barriers.handling import Handling
from bot.coaching.barriers.meaning import Insistence
from bot.coaching.barriers.offering import Offering
from bot.coaching.barriers.owning import Owning
from bot.coaching.barriers.raising import Raising
from bot.coaching.barriers.saving import BarrierSaving
from bot.coaching.barriers.starting import Starting
from bot.coaching.directly import Act
from bot.coaching.recognising import Recognised
from bot.coaching.safeguarding import Safeguarding
from bot.coaching.slips import Slips
from bot.delivery.saying import in_full
from bot.domain.barriers import Barrier, BarrierId
from bot.domain.cards import Card, Paragraph
from bot.domain.membership import Standing
from bot.domain.messages import EventKey, Incoming, Place
from bot.domain.people import Audience, Identity, Organisation, PartnerId, PartnershipId
from bot.store.homes import Home
from knowledge.similar_reordering import Reasoned, Wording
from knowledge.triage.judging import Judgement
from knowledge.writing import WriterError
from prompts import words
from tests.bot.coaching.fake_barriers import FakeBarriers, FakeDrafts, FakeHomes
from tests.bot.plans import COUNCIL, HOUSING, PLAN
from tests.fakes import NOON, counted

WORDS = words()
WHAT = "We may not send each other a single list."
SAME = "Our lawyers forbid us to pass names on."
JUDGED = {"somebody hurts me": Judgement(intent="sensitive")}
BARRIER = Judgement(intent="barrier", factors=("information", "rules", "trust"), confidence=0.9)


def partner(name: str, organisation: Organisation = COUNCIL, *, lead: bool = False) -> Recognised:
    """Somebody alone with the coach, whom the platform confirms."""
    return Recognised(
        standing=Standing(partnership=PLAN.id, organisation=organisation.id, lead=lead),
        plan=PLAN,
        audience=Audience(organisations=frozenset({organisation.id})),
        person=Identity(platform="slack", tenant="T0", user=name, name=name.title()),
        partner=PartnerId(name),
        alone=True,
    )


ANN, BOB, LEAD = partner("ann"), partner("bob", HOUSING), partner("amara", lead=True)


@dataclass
class FakeTwins:
    """Finds every barrier that it is given alike, in the order of the log."""

    asked: list[str] = field(default_factory=list)

    async def offers(self, text: str, log: Sequence[tuple[BarrierId, str]]) -> Sequence[tuple[BarrierId, float]]:
        self.asked.append(text)
        return [(name, 0.9) for name, _ in log]


@dataclass
class FakeRemedies:
    """Has one card to offer."""

    asked: list[BarrierId] = field(default_factory=list)

    async def __call__(self, barrier: Barrier, _incoming: Incoming, _recognised: Recognised) -> tuple[Card, ...]:
        self.asked.append(barrier.id)
        return (Card(paragraphs=(Paragraph(text="Start small."),)),)


@dataclass
class FakeReorderer:
    """Keeps the last of what it is shown, and says why; or cannot be reached."""

    asked: list[str] = field(default_factory=list)
    error: WriterError | None = None

    async def reorder(self, raised: str, others: Sequence[Wording]) -> tuple[Reasoned, ...]:
        self.asked += [raised, *(each.text for each in others)]
        if self.error is not None:
            raise self.error
        return (Reasoned(id=others[-1].id, here="a list", there="their list"),)


@dataclass
class FakeWithholding:
    """Notes what is withheld."""

    withheld: list[tuple[PartnerId, BarrierId]] = field(default_factory=list)

    async def withhold(self, _partnership: PartnershipId, who: PartnerId, barrier: BarrierId) -> None:
        self.withheld.append((who, barrier))


def judge(text: str) -> Judgement:
    return JUDGED.get(text, BARRIER)


@dataclass
class Room:
    """Everything that barriers are raised with; each message has a key of its own unless it is given one."""

    barriers: FakeBarriers = field(default_factory=FakeBarriers)
    drafts: FakeDrafts = field(default_factory=FakeDrafts)
    homes: FakeHomes = field(default_factory=FakeHomes)
    twins: FakeTwins | None = field(default_factory=FakeTwins)
    remedies: FakeRemedies | None = None
    reorderer: FakeReorderer | None = None
    withholding: FakeWithholding = field(default_factory=FakeWithholding)

    def __post_init__(self) -> None:
        saving, self._keys = BarrierSaving(barriers=self.barriers), counted("event")
        for each in (ANN, BOB, LEAD):
            assert each.partner is not None
            self.homes.kept[each.partner] = Home(platform="slack", place=Place(each.partner))
        self.starting = Starting(
            safeguard=Safeguarding(judge=judge, lines=(), words=WORDS),
            insistence=Insistence(secret=b"key"),
            slips=Slips(secret=b"key"),
            words=WORDS,
        )
        raising = Raising(
            saving=saving,
            drafts=self.drafts,
            homes=self.homes,
            words=WORDS,
            new_id=counted("barrier"),
            offering=Offering(barriers=self.barriers, twins=self.twins, reorderer=self.reorderer),
            remedies=self.remedies,
        )
        handling = Handling(barriers=self.barriers, homes=self.homes, words=WORDS)
        owning = Owning(
            saving=saving,
            words=WORDS,
            listed=handling.listed,
            numbered=handling.numbered,
            withholding=self.withholding,
        )
        self.actions: Mapping[str, Act] = {**self.starting.actions, **raising.actions, **owning.actions}
        self.commands: Mapping[str, Act] = {**self.starting.commands, **owning.commands}

    def message(self, who: Recognised, text: str = "", key: str = "", at: int = 0) -> Incoming:
        """Something that somebody sends."""
        moment = NOON.replace(second=at)
        event = EventKey(key or f"slack:{self._keys()}")
        return Incoming(key=event, place=Place("here"), sender=who.person, text=text, received_at=moment)

    async def types(self, who: Recognised, name: str, text: str = "", key: str = "") -> Card:
        """The card for a command."""
        return in_full(await self.commands[name](self.message(who, text, key), who)).card

    async def sends(self, who: Recognised, action: str, value: str = "", key: str = "", **fields: str) -> Card:
        """The card for a pressed button or a sent form."""
        sent = replace(self.message(who, "", key), action=action, values={**fields, "value": value})
        return in_full(await self.actions[action](sent, who)).card

    async def raises(self, who: Recognised, statement: str = WHAT, value: str = "", **fields: str) -> Card:
        """The card for a filled-in form."""
        filled = {"statement": statement, "factor": "information", "consent": "counted", **fields}
        return await self.sends(who, "barrier-log", value, **filled)

    @property
    def only(self) -> Barrier:
        """The one barrier that there is."""
        (barrier,) = self.barriers.kept.values()
        return barrier


def said(name: str, **values: object) -> str:
    """The words of a card."""
    return WORDS(name, **values)


def pressed(card: Card, label: str) -> str:
    """What the button with this label carries."""
    return next(each.value for each in card.buttons if each.label == label)
