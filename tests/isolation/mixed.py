"""Conversations of every mixture, in front of everything that a question brings out.

An installation holds the documents of some of the organisations and knows all of them. Its coach answers as in a chat:
from leads' own answers and the library, with what was asked before, in channels with documents of their own, with
hints to whoever asked, and again when a question is changed.
"""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from bot.coaching.asking import Asking
from bot.coaching.curating import Curating
from bot.coaching.feedback import Rating
from bot.coaching.following import Following
from bot.coaching.front_door import FrontDoor
from bot.coaching.gaps import PassingOn
from bot.coaching.hinting import HINT, Hinting
from bot.coaching.recognising import Recognising
from bot.coaching.revising import Revising, Traces
from bot.coaching.safeguarding import Safeguarding
from bot.coaching.slips import Slips
from bot.delivery.ports import Present
from bot.delivery.saying import Says, in_full
from bot.domain.cards import Card, to_json
from bot.domain.curated import CuratedAnswer
from bot.domain.messages import REVISED, Became, EventKey, Incoming, Place
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PUBLIC, WHOLE_PARTNERSHIP, OrganisationId, PartnershipId
from bot.store.asked_traces import AskedTraces
from bot.store.curated import CuratedAnswers
from bot.store.database import Database, open_database
from bot.store.feedback import Feedback
from bot.store.gaps import Gaps
from bot.store.homes import Homes
from bot.store.inbox import Original
from bot.store.last_questions import LastQuestions
from bot.store.people import People
from bot.store.tables import metadata
from knowledge.library import Library
from knowledge.triage.judging import Judgement
from prompts import words
from tests.fake_embedder import FakeEmbedder
from tests.fakes import NOON, FakePresence, counted
from tests.isolation.world import (
    ABOUT,
    FULL,
    MARK,
    Document,
    Person,
    Scene,
    WatchedAnswerer,
    library_of,
    plan,
    put_on_shelf,
    somebody,
)

#: Organisations, documents of each, questions at each document; and how many installations their documents lie in.
ORGANISATIONS, DOCUMENTS, QUESTIONS, HOUSES = (200, 50, 10, 10) if FULL else (10, 10, 4, 1)
KINDS = ("alone", "several", "guests", "unidentified", "untold", "scoped")
FOLLOWS = "And what else did they show about that?"
WORDS = words()


@dataclass(frozen=True, kw_only=True)
class Talk(Scene):
    """A question in a conversation of a kind; what came before it there, what it is changed into, and the files to
    which the channel is confined."""

    kind: str
    before: str = ""
    becomes: str = ""
    files: tuple[str, ...] = ()

    @property
    def asker(self) -> Person:
        return self.present[0]


def documents(random: Random, house: int, organisations: int, each: int) -> list[Document]:
    """The documents of a house's organisations, for themselves, some others, all of the partnership, or anybody."""
    names = [f"org-{number}" for number in range(organisations)]
    own = names[house :: max(1, HOUSES)]

    def audience(owner: str) -> tuple[str, ...]:
        others = random.sample([name for name in names if name != owner], random.choice([0, 0, 1, 2, 4]))
        return random.choice([(owner, *others)] * 9 + [(WHOLE_PARTNERSHIP,), (PUBLIC,)])

    return [
        Document(
            mark=f"zq{place * each + number:05}",
            about=random.choice(ABOUT),
            catalogued=audience(owner),
            agreed=audience(owner) if random.random() < 0.2 else None,
        )
        for place, owner in enumerate(own)
        for number in range(each)
    ]


def curated(shelf: Sequence[Document]) -> Iterator[tuple[CuratedAnswer, Document]]:
    """What leads answer themselves to a question about every fifth document, to those who may see it."""
    for number, document in enumerate(shelf[::5]):
        about = replace(document, mark=document.mark.replace("zq", "zc"), agreed=None)
        open_to = () if {PUBLIC, WHOLE_PARTNERSHIP} & set(document.catalogued) else document.catalogued
        yield (
            CuratedAnswer(
                id=f"c{number}",
                partnership=PartnershipId("harbour"),
                question=f"What did we agree on {about.mark}?",
                answer=f"We agreed {about.mark} with care.",
                at=NOON,
                organisations=tuple(OrganisationId(each) for each in open_to),
            ),
            replace(about, catalogued=open_to or (WHOLE_PARTNERSHIP,)),
        )


def talks(random: Random, shelf: Sequence[Document], crowd: Sequence[Person], questions: int) -> Iterator[Talk]:
    """Questions at each document, many by somebody who may see it, each in front of somebody else."""
    known = [each for each in crowd if each.organisation is not None]
    strangers = [each for each in crowd if each.organisation is None]
    guests = [each for each in known if each.identity.guest] or known
    files = [each.file for each in shelf]
    for document in shelf:
        readers = [each for each in known if each.organisation in document.audience] or known
        for _ in range(questions):
            kind = random.choice(KINDS)
            first = random.choice([random.choice(readers), random.choice(readers), random.choice(crowd)])
            more = {
                "alone": [],
                "several": random.sample(known, random.choice([1, 1, 2, 3])),
                "guests": [random.choice(guests), *random.sample(crowd, random.choice([0, 1]))],
                "unidentified": [random.choice(strangers), *random.sample(crowd, random.choice([0, 1]))],
                "untold": random.sample(known, 1),
                "scoped": random.sample(known, random.choice([1, 2])),
            }[kind]
            present = dict.fromkeys((first, *more))
            yield Talk(
                kind=kind,
                question=_question(random, document),
                present=tuple(present),
                told=kind != "untold",
                before=document.about if random.random() < 0.1 else "",
                becomes=_question(random, document) if random.random() < 0.1 else "",
                files=tuple(random.sample(files, min(3, len(files)))) if kind == "scoped" else (),
            )


def _question(random: Random, document: Document) -> str:
    mark = document.mark
    aimed = (
        document.about,
        f"{document.about} {mark}?",
        naming(document),
        f"What did {mark} show?",
        f"What did we agree on {mark.replace('zq', 'zc')}?",
        "Zebras?",
        FOLLOWS,
    )
    return random.choices(aimed, weights=[2, 2, 3, 2, 3, 1, 1])[0]


def naming(document: Document) -> str:
    """A question for a name that no other document holds: where this one may not be used, it is not answered."""
    name = document.mark.upper()
    return f"{document.about} as {name} and {name}, and again {name}, has shown?"


def marks(value: object, *but: str) -> set[str]:
    """The marks in whatever it is, but for those in these words, which the asker wrote."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=repr)
    for each in but:
        text = text.replace(each, "")
    return set(MARK.findall(text))


def forget(answerer: WatchedAnswerer) -> None:
    """Before the next question."""
    answerer.retrieved, answerer.answer = (), None


@dataclass
class Mixed:
    """An installation, and everything that came out of it."""

    shelf: Sequence[Document]
    crowd: list[Person]
    database: Database
    library: Library
    plan: PartnershipPlan
    people: People
    recognising: Recognising
    answerer: WatchedAnswerer
    hinted_by: WatchedAnswerer
    presence: FakePresence
    kept: list[Incoming] = field(default_factory=list)
    door: Revising = field(init=False)
    hints: int = 0
    asked: int = 0
    _files: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._audiences = {each.mark: each for each in self.shelf} | {
            each.mark: each for _, each in curated(self.shelf)
        }

    def hidden(self, scene: Scene, found: set[str]) -> set[str]:
        """Of these marks those that somebody present may not see."""
        return {mark for mark in found if mark not in self._audiences or not scene.may_see(self._audiences[mark])}

    async def talk(self, talk: Talk) -> tuple[Says, set[str]]:
        """What is said last in the conversation, and the marks that reached it or somebody alone and should not."""
        place = Place(f"place-{self.asked}")
        self._files = talk.files
        people = tuple(person.identity for person in talk.present)
        self.presence.places[place] = Present(people=people, complete=talk.told)
        leaked: set[str] = set()
        said = Says(card=Card())
        turns = [("", text) for text in (talk.before, talk.question) if text]
        turns += [(REVISED, talk.becomes)] if talk.becomes else []
        for action, text in turns:
            self.asked += 1
            forget(self.answerer)
            said = in_full(await self.door(self._incoming(talk, place, text, action)))
            leaked |= self.hidden(talk, self._shown(said, talk, text))
            leaked |= await self._hints(talk)
        del self.presence.places[place]
        return said, leaked

    def _shown(self, said: Says, talk: Talk, text: str) -> set[str]:
        answer = self.answerer.answer
        cards = [said.card.plain, to_json(said.card), *(to_json(reply.card) for reply in said.elsewhere)]
        found = {mark for hit in self.answerer.retrieved for mark in marks(hit.source.file)}
        return found | marks(cards, text, talk.before) | marks(repr(answer), text, talk.before)

    async def _hints(self, talk: Talk) -> set[str]:
        """Handles what was kept for the asker alone; the marks that they may not see."""
        leaked: set[str] = set()
        alone = Scene(question="", present=(talk.asker,))
        while self.kept:
            incoming = self.kept.pop()
            assert incoming.place == f"alone-{talk.asker.identity.key}"
            self.presence.places[incoming.place] = Present(people=(talk.asker.identity,))
            forget(self.hinted_by)
            said = in_full(await self.door(incoming))
            self.hints += said.card != Card()
            found = {mark for hit in self.hinted_by.retrieved for mark in marks(hit.source.file)}
            leaked |= self.hidden(alone, found | marks([said.card.plain], incoming.values["text"]))
        return leaked

    def _incoming(self, talk: Talk, place: Place, text: str, action: str) -> Incoming:
        sender = talk.asker.identity
        key = EventKey(f"{sender.platform}:{self.asked}")
        return Incoming(
            key=key,
            place=place,
            # As platforms do: the event names neither the address nor who is a guest.
            sender=replace(sender, email="", guest=False),
            text=text,
            received_at=NOON + timedelta(seconds=self.asked),
            action=action,
            values={"of": key} if action else {},
            direct=Place(f"alone-{sender.key}") if talk.kind != "alone" else place,
            channel=Place("") if talk.kind == "alone" else Place(f"channel-{self.asked}"),
        )

    async def scope(self, incoming: Incoming) -> tuple[str, ...]:
        """The files of the channel."""
        return () if incoming.action == HINT else self._files

    async def original(self, key: EventKey) -> Original:
        """Every message was answered, and changed once."""
        return Original(became=Became.ANSWERED, changes=(key,))


@asynccontextmanager
async def opened(
    folder: Path, random: Random, *, house: int = 0, organisations: int = ORGANISATIONS, each: int = DOCUMENTS
) -> AsyncIterator[Mixed]:
    """The whole way from the front door to the shelf, over a database in memory."""
    shelf = documents(random, house, organisations, each)
    put_on_shelf(folder, shelf)
    database = open_database("sqlite+aiosqlite:///:memory:")
    async with database.writing() as connection:
        await connection.run_sync(metadata.create_all)
    embedder = FakeEmbedder()
    library = library_of(folder, embedder)
    await library.refresh()
    answers = CuratedAnswers(database)
    for answer, _ in curated(shelf):
        await answers.add(answer)
    mixed = _mixed(database, library, shelf, [somebody(random, at, organisations) for at in range(4 * organisations)])
    mixed.plan = plan(shelf, organisations)
    mixed.door = _door(mixed, Curating(answers=answers, embed=embedder.embed))
    yield mixed
    await library.close()
    await database.close()


def _mixed(database: Database, library: Library, shelf: Sequence[Document], crowd: list[Person]) -> Mixed:
    people, presence = People(database, counted("p")), FakePresence()

    async def plans() -> tuple[PartnershipPlan, ...]:
        return (mixed.plan,)

    mixed = Mixed(
        shelf=shelf,
        crowd=crowd,
        database=database,
        library=library,
        plan=plan(shelf),
        people=people,
        recognising=Recognising(people=people, plans=plans, presences={"slack": presence, "teams": presence}),
        answerer=WatchedAnswerer(library),
        hinted_by=WatchedAnswerer(library),
        presence=presence,
    )
    return mixed


def _door(mixed: Mixed, curating: Curating) -> Revising:
    async def join(_incoming: Incoming, _code: str) -> Card:
        raise AssertionError("no question is a code")

    async def keep(incoming: Incoming) -> bool:
        mixed.kept.append(incoming)
        return True

    async def sensitive(_text: str) -> bool:
        return False

    database, slips = mixed.database, Slips(secret=b"s" * 32)
    hinting = Hinting(keep=keep, homes=Homes(database), answerer=mixed.hinted_by, words=WORDS, curating=curating)
    asking = Asking(
        answerer=mixed.answerer,
        words=WORDS,
        curating=curating,
        passing_on=PassingOn(gaps=Gaps(database), slips=slips, words=WORDS),
        rating=Rating(feedback=Feedback(database), slips=slips, words=WORDS),
        following=Following(last=LastQuestions(database)),
        scope=mixed.scope,
        refused=hinting.refused,
    )
    judge: Any = lambda _text: Judgement(intent="question")  # noqa: E731 - as short as it is
    door = FrontDoor(
        recognise=mixed.recognising,
        join=join,
        ask=asking,
        safeguard=Safeguarding(judge=judge, lines=(), words=WORDS),
        words=WORDS,
        actions=hinting.actions,
    )
    traces = Traces(kept=AskedTraces(database), slips=slips)
    return Revising(door=door, find=mixed.original, sensitive=sensitive, traces=traces)
