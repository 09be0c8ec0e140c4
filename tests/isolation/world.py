"""Organisations with documents of their own, people of every kind, and questions that they ask in front of each other.

Every sentence, title, section and author of a document holds a mark that stands nowhere else, so that whatever comes
out of the coach tells which documents it came from.
"""

import json
import os
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from bot.coaching.answers.asking import Asking
from bot.coaching.front_door import FrontDoor
from bot.coaching.recognising import Recognising
from bot.coaching.safeguarding import Safeguarding
from bot.delivery.ports import Present
from bot.delivery.saying import in_full
from bot.domain.cards import Card, to_json
from bot.domain.membership import Standing
from bot.domain.messages import EventKey, Incoming, Place
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PUBLIC, WHOLE_PARTNERSHIP, Identity, Organisation, OrganisationId, PartnershipId
from bot.store.database import Database, open_database
from bot.store.people import Invitation, People
from bot.store.tables import metadata
from knowledge.answering import Answerer, Evidence
from knowledge.answers import Answer, Hit
from knowledge.following import Before
from knowledge.indexing import Indexer
from knowledge.library import Library
from knowledge.loaders import Limits
from knowledge.nearest import ExactNearest, Nearest
from knowledge.search import MayUse
from knowledge.triage.judging import Judgement
from prompts import words
from tests.bot.removing import remove
from tests.fake_embedder import FakeEmbedder
from tests.fakes import NOON, FakePresence, counted
from tests.knowledge.shelves import FakeStore

FULL = os.environ.get("COACH_TEST_SCALE") == "full"
ORGANISATIONS, DOCUMENTS, QUESTIONS = (20, 10, 10) if FULL else (5, 4, 2)
SEED = 20260302
ELSEWHERE = "elsewhere"
MARK = re.compile(r"z[qcb]\d{4,5}")
ABOUT = (
    "Trust grows when partners in the harbour finish something small together",
    "Pooled budgets fail when nobody agreed how savings will be shared out",
    "Residents notice whether a board shares its decisions or announces them",
    "Shared records help nurses and wardens only when people may look at them",
    "Capacity runs out first where one officer carries every meeting",
)


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document: its own mark, and who may see it by the library's catalogue and by the partnership's file."""

    mark: str
    about: str
    catalogued: tuple[str, ...]
    agreed: tuple[str, ...] | None = None

    @property
    def file(self) -> str:
        return f"{self.mark}.md"

    @property
    def audience(self) -> tuple[str, ...]:
        return self.catalogued if self.agreed is None else self.agreed

    @property
    def text(self) -> str:
        sentences = [f"{self.about} {each} as {self.mark} has shown." for each in ("early", "late", "always")]
        return f"# On {self.mark}\n\n## Part {self.mark}\n\n" + "\n\n".join(sentences) + "\n"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody, with the organisation they truly belong to; None for whoever must count as a stranger."""

    identity: Identity
    organisation: str | None


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A question, who asks it (the first) and who is there; not `told` when the platform would not say who is."""

    question: str
    present: tuple[Person, ...]
    told: bool = True

    def may_see(self, document: Document) -> bool:
        """The rule in its own words: everyone present is known, and may see it."""
        if PUBLIC in document.audience:
            return True
        known = self.told and all(person.organisation is not None for person in self.present)
        return known and all(
            WHOLE_PARTNERSHIP in document.audience or person.organisation in document.audience
            for person in self.present
        )


def documents(random: Random) -> list[Document]:
    """So many documents an organisation: most are its own, some shared with one or two others, with all or anybody."""
    names = [f"org-{number}" for number in range(ORGANISATIONS)]

    def audience(owner: str) -> tuple[str, ...]:
        others = random.sample([name for name in names if name != owner], random.choice([0, 0, 0, 1, 2]))
        return random.choice([(owner, *others)] * 6 + [(WHOLE_PARTNERSHIP,), (PUBLIC,)])

    return [
        Document(
            mark=f"zq{place * DOCUMENTS + number:04}",
            about=random.choice(ABOUT),
            catalogued=audience(owner),
            agreed=audience(owner) if random.random() < 0.2 else None,
        )
        for place, owner in enumerate(names)
        for number in range(DOCUMENTS)
    ]


def plan(shelf: Sequence[Document], organisations: int = ORGANISATIONS) -> PartnershipPlan:
    """Every organisation on Slack, in Teams and by its domain, and what was agreed of documents."""
    members = [
        Organisation(
            id=OrganisationId(f"org-{number}"),
            name=f"Organisation {number}",
            slack_teams=(f"T{number}",),
            teams_tenants=(f"tenant-{number}",),
            email_domains=(f"org{number}.example",),
        )
        for number in range(organisations)
    ]
    agreed = {each.file: each.agreed for each in shelf if each.agreed is not None}
    return PartnershipPlan(
        id=PartnershipId("harbour"),
        name="Harbour",
        zone="UTC",
        organisations=tuple(members),
        leads=(),
        document_audiences=agreed,
    )


def somebody(random: Random, number: int, organisations: int = ORGANISATIONS) -> Person:
    """A member of an organisation: in its own tenant, or at home by address in anybody's; or one of many strangers."""
    own, other = random.sample(range(organisations), 2)
    platform = random.choice(["slack", "teams"])
    tenants = ("T", "T") if platform == "slack" else ("tenant-", "tenant-")
    here, there = f"{tenants[0]}{own}", f"{tenants[1]}{other}"
    at_home = Identity(platform=platform, tenant=here, user=f"U{number}")
    kinds = (
        Person(identity=at_home, organisation=f"org-{own}"),
        Person(identity=replace(at_home, email=f"p{number}@org{own}.example"), organisation=f"org-{own}"),
        Person(identity=replace(at_home, tenant=there, email=f"p{number}@org{own}.example"), organisation=f"org-{own}"),
        Person(
            identity=replace(at_home, tenant=there, email=f"p{number}@org{own}.example", guest=True),
            organisation=f"org-{own}",
        ),
        Person(identity=replace(at_home, guest=True), organisation=None),
        Person(identity=replace(at_home, tenant=ELSEWHERE), organisation=None),
        Person(identity=replace(at_home, tenant=ELSEWHERE, email=f"p{number}@gmail.com"), organisation=None),
    )
    return random.choices(kinds, weights=[6, 4, 4, 2, 1, 1, 1])[0]


def scenes(random: Random, shelf: Sequence[Document], crowd: Sequence[Person]) -> Iterator[Scene]:
    """Questions aimed at each document, by its topic, its mark or neither, each in front of somebody else."""
    for document in shelf:
        for _ in range(QUESTIONS):
            aimed = (document.about, f"{document.about} {document.mark}?", f"What did {document.mark} show?", "Zebras?")
            present = random.sample(crowd, random.choice([1, 1, 1, 2, 2, 3]))
            told = random.random() > 0.05
            yield Scene(question=random.choice(aimed), present=tuple(present), told=told)


class WatchedAnswerer(Answerer):
    """Keeps what it retrieved for the last question and what it answered."""

    retrieved: tuple[Hit, ...] = ()
    answer: Answer | None = None

    async def search(self, question: str, may_use: MayUse, before: Before | None = None) -> Evidence:
        evidence = await super().search(question, may_use, before)
        self.retrieved = evidence.hits
        return evidence

    async def compose(self, evidence: Evidence) -> Answer:
        self.answer = await super().compose(evidence)
        return self.answer


@dataclass
class World:
    """An installation whose people may ask, and what came out of it."""

    shelf: Sequence[Document]
    crowd: list[Person]
    answerer: WatchedAnswerer
    door: FrontDoor
    presence: FakePresence
    cards: list[Card] = field(default_factory=list)

    async def ask(self, scene: Scene) -> Card:
        """The card for whoever asks."""
        self.answerer.retrieved, self.answerer.answer = (), None
        sender = scene.present[0].identity
        place = Place(f"place-{len(self.cards)}")
        people = tuple(person.identity for person in scene.present)
        self.presence.places[place] = Present(people=people, complete=scene.told)
        said = await self.door(
            Incoming(
                key=EventKey(f"{sender.platform}:{place}"),
                place=place,
                # As platforms do: the event names neither the address nor who is a guest.
                sender=replace(sender, email="", guest=False),
                text=scene.question,
                received_at=NOON,
            )
        )
        card = in_full(said).card
        self.cards.append(card)
        return card

    def shown(self, card: Card) -> set[str]:
        """The marks of every document that anything came from: the card, and all that was retrieved for it."""
        answer = self.answerer.answer
        kept = [card.plain, json.dumps(to_json(card)), repr(self.answerer.retrieved), repr(answer)]
        return {mark for text in kept for mark in MARK.findall(text)}

    def leaked(self, scene: Scene, card: Card) -> set[str]:
        """The marks of those that somebody present may not see."""
        hidden = {document.mark for document in self.shelf if not scene.may_see(document)}
        return self.shown(card) & hidden


def put_on_shelf(folder: Path, shelf: Sequence[Document]) -> None:
    for document in shelf:
        (folder / document.file).write_text(document.text)
    entries = [
        {
            "file": each.file,
            "title": f"Title {each.mark}",
            "author": f"Author {each.mark}",
            "audience": each.catalogued[0] if each.catalogued[0] in (PUBLIC, WHOLE_PARTNERSHIP) else [*each.catalogued],
        }
        for each in shelf
    ]
    (folder / "library.yaml").write_text(json.dumps({"documents": entries}))


async def _special(database: Database, people: People, crowd: Sequence[Person]) -> list[Person]:
    """Two more: a stranger whom a code made a partner, and a partner who was removed."""
    stranger = Identity(platform="slack", tenant=ELSEWHERE, user="UCODE", guest=True)
    named = Standing(partnership=PartnershipId("harbour"), organisation=OrganisationId("org-1"))
    await people.invite("code", Invitation(standing=named, expires_at=NOON.replace(hour=13)))
    await people.redeem(stranger, "code", NOON)
    gone = Identity(platform="slack", tenant="T2", user="UGONE", email="gone@org2.example")
    found = Standing(partnership=named.partnership, organisation=OrganisationId("org-2"))
    await remove(database, (await people.admit(gone, found)).partner)
    again = replace(gone, platform="teams", tenant="tenant-2", user="back")
    return [
        *crowd,
        Person(identity=stranger, organisation="org-1"),
        Person(identity=gone, organisation=None),
        Person(identity=again, organisation=None),
    ]


@asynccontextmanager
async def opened(folder: Path, random: Random) -> AsyncIterator[World]:
    """The whole way from the front door to the shelf, over a database in memory."""
    shelf = documents(random)
    put_on_shelf(folder, shelf)
    database = open_database("sqlite+aiosqlite:///:memory:")
    async with database.writing() as connection:
        await connection.run_sync(metadata.create_all)
    people, presence, embedder = People(database, counted("p")), FakePresence(), FakeEmbedder()
    crowd = await _special(database, people, [somebody(random, number) for number in range(4 * ORGANISATIONS)])
    library = library_of(folder, embedder)
    await library.refresh()
    answerer = WatchedAnswerer(library)
    door = _door(people, presence, answerer, plan(shelf))
    yield World(shelf=shelf, crowd=crowd, answerer=answerer, door=door, presence=presence)
    await library.close()
    await database.close()


def library_of(folder: Path, embedder: FakeEmbedder, nearest: Nearest | None = None) -> Library:
    async def nothing() -> tuple[str, ...]:
        return ()

    return Library(
        folders=lambda: [folder],
        removed=nothing,
        indexer=Indexer(FakeStore(), embedder, Limits()),
        embedder=embedder,
        nearest=nearest or ExactNearest(),
    )


def _door(people: People, presence: FakePresence, answerer: Answerer, agreed: PartnershipPlan) -> FrontDoor:
    async def plans() -> tuple[PartnershipPlan, ...]:
        return (agreed,)

    async def join(_incoming: Incoming, _code: str) -> Card:
        raise AssertionError("no question is a code")

    return FrontDoor(
        recognise=Recognising(people=people, plans=plans, presences={"slack": presence, "teams": presence}),
        join=join,
        ask=Asking(answerer=answerer, words=words()),
        safeguard=Safeguarding(judge=lambda _text: Judgement(intent="question"), lines=(), words=words()),
        words=words(),
    )
