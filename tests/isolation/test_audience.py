"""Nothing of a document or a lead's answer reaches a conversation with anybody outside its audience.

The run of every day asks 1,000 questions; `COACH_TEST_SCALE=full` asks 100,000 of 10,000 documents of 200
organisations. `docs/isolation.md` says how to run it and what it found.
"""

import logging
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
import structlog
from sqlalchemy.exc import StatementError

from bot import logs
from bot.coaching import directly
from bot.coaching.answers import asking, hinting
from bot.coaching.barriers import remedying
from bot.coaching.digests import insight_gathering
from bot.coaching.home.suggesting import Covered
from bot.coaching.library.documents import Keeper
from bot.delivery.saying import Says
from bot.domain import barrier_views
from bot.domain.cards import Card, Paragraph
from bot.domain.curated import CuratedAnswer
from bot.domain.partnership import FACTORS
from bot.domain.people import Audience, OrganisationId
from knowledge import indexing
from prompts import words
from tests.isolation import faults
from tests.isolation.mixed import Mixed, forget
from tests.isolation.opening import opened
from tests.isolation.quick import quicken, without_rubbish
from tests.isolation.talks import DOCUMENTS, HOUSES, KINDS, ORGANISATIONS, QUESTIONS, Talk, naming, talks
from tests.isolation.world import SEED, Document, Person, Scene
from tests.knowledge.shelves import ReadHere

SMALL = 10, 8
#: What is to be seen of everything that is done besides asking: marks of documents, of barriers, and each way to fail.
DONE = (
    "barrier shows zq",
    "digest shows zq",
    "digest shows zb",
    "home alone",
    *(f"{fault} failed" for fault in faults.FAULTS),
    *(f"{fault} made do" for fault in ("index", "model")),
)


@pytest.fixture(autouse=True)
def _reads_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "load_all", ReadHere())
    quicken(monkeypatch)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """Everything that is logged, as it is logged where the coach is served."""
    lines, root = StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr(sys, "stderr", lines)
    # `set_up` takes other handlers away and closes them; pytest's are wanted again.
    root.handlers[:] = []
    logs.set_up("debug")
    yield lines
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = handlers, level


@pytest.fixture
async def small(tmp_path: Path, log: StringIO) -> AsyncIterator[Mixed]:
    organisations, each = SMALL
    async with opened(tmp_path, Random(SEED), log, organisations=organisations, each=each) as mixed:
        yield mixed


def _became(said: Says) -> str:
    if said.card.quotations:
        return "answered"
    return "by leads" if said.card.title else "refused"


@pytest.mark.parametrize("house", range(HOUSES))
async def test_no_canary_reaches_anybody_outside_its_audience(tmp_path: Path, log: StringIO, house: int) -> None:
    kinds: Counter[str] = Counter()
    became: Counter[str] = Counter()
    async with opened(tmp_path, Random(SEED + house), log, house=house) as mixed:
        with without_rubbish():
            for talk in talks(Random(SEED - house), mixed.shelf, mixed.crowd, QUESTIONS):
                said, leaked = await mixed.talk(talk)
                assert leaked == set(), talk
                kinds[talk.kind] += 1
                became[_became(said)] += 1
        sys.stdout.write(
            f"house {house}: {mixed.asked} messages, {mixed.hints} hints, {dict(kinds)}, {dict(became)}, "
            f"{dict(sorted(mixed.done.items()))}\n"
        )
        total = len(mixed.shelf) * QUESTIONS
        assert total == ORGANISATIONS * DOCUMENTS * QUESTIONS // HOUSES == kinds.total()
        # The questions would show a leak if there were one.
        assert min(kinds[kind] for kind in KINDS) > total // 10, kinds
        assert min(became[each] for each in ("answered", "by leads", "refused")) > total // 500, became
        assert mixed.hints > total // 100
        assert min(mixed.done[each] for each in DONE) > total // 1000, mixed.done


def _everything(*_arguments: object) -> Callable[[object], bool]:
    return lambda _source: True


def _without_its_files(audience: Any, agreed: Any, _files: Any = ()) -> Any:
    return _eligible(replace(audience, complete=True), agreed)


def _for_everybody(_answer: object, _audience: object) -> bool:
    return True


def _always(*_arguments: object) -> bool:
    return True


def _with_its_words(_logger: object, _name: str, event: Any) -> Any:
    if event.pop("exc_info", None):
        event["said"] = str(sys.exc_info()[1])
    return event


def _tells_why(_words: object) -> Card:
    return Card(paragraphs=(Paragraph(text=str(sys.exc_info()[1])),))


_eligible = asking.eligible
#: A filter, what stands in its place, and what must be done for that to be found; asking is where nothing is named.
BROKEN = [
    (asking, "eligible", _everything, ""),
    (asking, "eligible", _without_its_files, ""),
    (hinting, "eligible", _everything, ""),
    (CuratedAnswer, "is_for", _for_everybody, ""),
    (remedying, "eligible", _everything, "barrier"),
    (insight_gathering, "eligible", _everything, "digest"),
    (barrier_views, "shows_name", _always, "digest"),
    *((directly, "is_alone", _always, deed) for deed in ("barrier", "digest", "home")),
    *((logs, "_frames_only", _with_its_words, fault) for fault in ("index", "model")),
    (faults, "apology_card", _tells_why, "index"),
]


async def _found(mixed: Mixed, monkeypatch: pytest.MonkeyPatch, deed: str) -> bool:
    monkeypatch.setattr(sys, "stderr", mixed.faults.log)
    logs.set_up("debug")
    every = talks(Random(SEED), mixed.shelf, mixed.crowd, QUESTIONS)
    for talk in (each for each in every if each.deed == deed):
        if (await mixed.talk(talk))[1]:
            return True
    return False


@pytest.mark.parametrize(("where", "name", "broken", "deed"), BROKEN)
async def test_a_broken_filter_would_be_found(
    small: Mixed, monkeypatch: pytest.MonkeyPatch, where: Any, name: str, broken: Any, deed: str
) -> None:
    monkeypatch.setattr(where, name, broken)
    assert await _found(small, monkeypatch, deed)


async def test_a_database_that_told_what_it_was_to_write_would_be_found(
    small: Mixed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StatementError, "hide_parameters", property(lambda _: False, lambda *_: None), raising=False)
    monkeypatch.setattr(logs, "_frames_only", _with_its_words)
    assert await _found(small, monkeypatch, "database")


def _members(mixed: Mixed, *organisations: str) -> list[Person]:
    return [next(each for each in mixed.crowd if each.organisation == name) for name in organisations]


def _own(mixed: Mixed) -> Document:
    return next(each for each in mixed.shelf if set(each.audience) == {"org-1"})


def _only_for(mixed: Mixed, document: Document, *organisations: str) -> None:
    mixed.plan = replace(mixed.plan, document_audiences={**mixed.plan.document_audiences, document.file: organisations})


async def _asks(mixed: Mixed, document: Document, *present: Person) -> tuple[Card, int]:
    """What is said in a channel, and how many hints the asker gets alone."""
    before = mixed.hints
    talk = Talk(kind="several", question=naming(document), present=present)
    said, leaked = await mixed.talk(talk)
    assert leaked == set()
    assert said.elsewhere == ()
    # Buttons carry the message's own id.
    return replace(said.card, buttons=()), mixed.hints - before


async def test_a_document_outside_the_audience_is_hinted_at_to_its_reader_alone(small: Mixed) -> None:
    """In front of others the same is said, and the same is done, whether or not the asker may see more."""
    reader, other = _members(small, "org-1", "org-2")
    document = _own(small)
    said = {}
    for told, audience in {"hinted": ("org-1",), "nothing": ("org-3",)}.items():
        _only_for(small, document, *audience)
        kept = len(small.presence.asked)
        said[told] = (*await _asks(small, document, reader, other), len(small.presence.asked) - kept)
    assert [hints for _, hints, _ in said.values()] == [1, 0]
    assert said["hinted"][0] == said["nothing"][0]
    assert said["hinted"][2] == said["nothing"][2]


async def test_alone_there_is_an_answer_and_no_hint(small: Mixed) -> None:
    (reader,) = _members(small, "org-1")
    document = _own(small)
    said, _ = await small.talk(Talk(kind="alone", question=naming(document), present=(reader,)))
    assert said.card.quotations
    assert small.hints == 0


async def test_whoever_is_moved_to_another_organisation_leaves_its_documents_behind(small: Mixed) -> None:
    """What they asked before is remembered for hours; what it led to is not."""
    (reader,) = _members(small, "org-1")
    document = _own(small)
    before = await small.talk(Talk(kind="alone", question=naming(document), present=(reader,)))
    assert before[0].card.quotations
    names = {"org-1": "org-4", "org-4": "org-1"}
    moved = tuple(replace(each, id=type(each.id)(names.get(each.id, each.id))) for each in small.plan.organisations)
    small.plan = replace(small.plan, organisations=moved)
    now = replace(reader, organisation="org-4")
    after = await small.talk(Talk(kind="alone", before=naming(document), question="What else?", present=(now,)))
    assert after[1] == set()


async def test_what_is_suggested_to_somebody_rests_on_their_own_documents(small: Mixed) -> None:
    """One cache serves everybody: who asked first must not matter."""
    covered = Covered(answerer=small.answerer, generation=lambda: 1, words=words())
    looked_up = 0
    for person in small.crowd:
        if person.organisation is None:
            continue
        audience = Audience(organisations=frozenset({OrganisationId(person.organisation)}))
        for factor in FACTORS:
            forget(small.answerer)
            await covered(small.plan, audience, [factor], 1)
            found = {hit.source.file.removesuffix(".md") for hit in small.answerer.retrieved}
            assert small.hidden(Scene(question="", present=(person,)), found) == set()
            looked_up += len(found)
    assert looked_up


async def test_a_lead_sees_the_documents_of_their_own_organisation_on_the_page(small: Mixed) -> None:
    for person in _members(small, "org-1", "org-4", "org-7"):
        assert person.organisation is not None
        keeper = Keeper(plan=small.plan, organisation=OrganisationId(person.organisation))
        alone = Scene(question="", present=(person,))
        for document in small.shelf:
            assert keeper.sees(document.file, document.audience) == alone.may_see(document)
