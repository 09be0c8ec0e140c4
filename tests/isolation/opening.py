"""Puts an installation together: the whole way from the front door to the shelf, over a database in memory."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

from bot.coaching.answers.asking import Asking
from bot.coaching.answers.curating import Curating
from bot.coaching.answers.feedback import Rating
from bot.coaching.answers.following import Following
from bot.coaching.answers.gaps import PassingOn
from bot.coaching.answers.hinting import Hinting
from bot.coaching.directly import Act
from bot.coaching.drafting import CHOICES
from bot.coaching.front_door import FrontDoor
from bot.coaching.recognising import Recognising
from bot.coaching.revising import Revising, Traces
from bot.coaching.safeguarding import Safeguarding
from bot.coaching.slips import Slips
from bot.domain.cards import Card
from bot.domain.messages import Incoming
from bot.domain.partnership import Lead, PartnershipPlan
from bot.domain.people import OrganisationId
from bot.store.asked_traces import AskedTraces
from bot.store.database import open_database
from bot.store.feedback import Feedback
from bot.store.gaps import Gaps
from bot.store.homes import Homes
from bot.store.last_questions import LastQuestions
from bot.store.people import People
from bot.store.tables import metadata
from knowledge.library import Library
from knowledge.triage.judging import Judgement
from tests.fakes import FakePresence, counted
from tests.isolation.deeds import Log, acts, log_of
from tests.isolation.faults import BreakableIndex, BreakableModel, Faults
from tests.isolation.mixed import WORDS, Mixed
from tests.isolation.quick import HERE, Remembered, Unchanging
from tests.isolation.talks import DOCUMENTS, ORGANISATIONS, curated, documents, leads_of
from tests.isolation.world import (
    Document,
    Person,
    WatchedAnswerer,
    library_of,
    plan,
    put_on_shelf,
    somebody,
)


@asynccontextmanager
async def opened(
    folder: Path,
    random: Random,
    log: StringIO,
    *,
    house: int = 0,
    organisations: int = ORGANISATIONS,
    each: int = DOCUMENTS,
) -> AsyncIterator[Mixed]:
    """The whole way from the front door to the shelf, over a database in memory."""
    shelf = documents(random, house, organisations, each)
    put_on_shelf(folder, shelf)
    database = open_database(HERE)
    async with database.writing() as connection:
        await connection.run_sync(metadata.create_all)
    embedder, index = Remembered(), BreakableIndex()
    library = library_of(folder, embedder, index)
    await library.refresh()
    answers = Unchanging(database)
    for answer, _ in curated(shelf):
        await answers.add(answer)
    crowd = [somebody(random, at, organisations) for at in range(4 * organisations)]
    faults = Faults(database=database, index=index, model=BreakableModel(), log=log)
    mixed = _mixed(library, shelf, crowd, await log_of(database, crowd, shelf), faults)
    mixed.plan = replace(plan(shelf, organisations), leads=tuple(map(_lead, leads_of(crowd, shelf))))
    done = acts(database, library, shelf, embedder.encode, WORDS)
    mixed.door = _door(mixed, Curating(answers=answers, embed=embedder.embed), done)
    yield mixed
    await library.close()
    await database.close()


def _lead(person: Person) -> Lead:
    assert person.organisation is not None
    return Lead(name="Lead", organisation=OrganisationId(person.organisation), email=person.identity.email)


def _mixed(library: Library, shelf: Sequence[Document], crowd: list[Person], log: Log, faults: Faults) -> Mixed:
    people, presence = People(faults.database, counted("p")), FakePresence()

    async def plans() -> tuple[PartnershipPlan, ...]:
        return (mixed.plan,)

    mixed = Mixed(
        shelf=shelf,
        crowd=crowd,
        library=library,
        plan=plan(shelf),
        people=people,
        recognising=Recognising(people=people, plans=plans, presences={"slack": presence, "teams": presence}),
        answerer=WatchedAnswerer(library, faults.model),
        hinted_by=WatchedAnswerer(library),
        presence=presence,
        log=log,
        faults=faults,
    )
    return mixed


def _door(mixed: Mixed, curating: Curating, done: Mapping[str, Act]) -> Revising:
    async def join(_incoming: Incoming, _code: str) -> Card:
        raise AssertionError("no question is a code")

    async def keep(incoming: Incoming) -> bool:
        mixed.kept.append(incoming)
        return True

    async def sensitive(_text: str) -> bool:
        return False

    database, slips = mixed.faults.database, Slips(secret=b"s" * 32)
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
        actions={**hinting.actions, **done},
        chosen=CHOICES,
    )
    traces = Traces(kept=AskedTraces(database), slips=slips)
    return Revising(door=door, find=mixed.original, sensitive=sensitive, traces=traces)
