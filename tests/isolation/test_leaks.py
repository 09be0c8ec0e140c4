"""Nothing of a document reaches anybody outside its audience, whoever asks what in front of whom.

The small run is for every day; `COACH_TEST_SCALE=full` asks 2,000 questions of 200 documents of 20 organisations.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.coaching import recognising
from bot.coaching.answers import asking
from bot.domain import membership
from bot.domain.cards import Card, Paragraph
from bot.domain.people import Audience, Identity
from knowledge import indexing
from prompts import words
from tests.isolation.world import DOCUMENTS, ORGANISATIONS, QUESTIONS, SEED, Scene, World, opened, scenes
from tests.knowledge.shelves import ReadHere

STRANGER = Card(paragraphs=(Paragraph(text=words()("join.stranger")),))


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(indexing, "load_all", ReadHere())
    async with opened(tmp_path, Random(SEED)) as made:
        yield made


def _asked(world: World) -> list[Scene]:
    return list(scenes(Random(SEED + 1), world.shelf, world.crowd))


def _kind(world: World, scene: Scene, card: Card) -> str:
    if scene.present[0].organisation is None:
        return "stranger"
    if card.quotations:
        return "answered"
    # A refusal may name what is nearest, which is where a title could slip out.
    return "offered" if "Title zq" in card.plain else "refused"


async def _leaks(world: World) -> bool:
    """Whether any question brings out what somebody present may not see."""
    for scene in _asked(world):
        if world.leaked(scene, await world.ask(scene)):
            return True
    return False


async def test_nothing_reaches_anybody_outside_its_audience(world: World) -> None:
    kinds: Counter[str] = Counter()
    seen: set[str] = set()
    for scene in _asked(world):
        card = await world.ask(scene)
        assert world.leaked(scene, card) == set(), scene
        kinds[_kind(world, scene, card)] += 1
        seen |= world.shown(card)
    # The questions would show a leak if there were one: most are answered, from nearly every document there is.
    assert kinds.total() == len(world.shelf) * QUESTIONS == ORGANISATIONS * DOCUMENTS * QUESTIONS
    wanted = (kinds["answered"], kinds["offered"], kinds["stranger"])
    assert min(wanted) >= kinds.total() // 20, kinds
    assert len(seen) >= len(world.shelf) * 0.6


async def test_an_unknown_person_gets_no_data_at_all(world: World) -> None:
    strangers = [person for person in world.crowd if person.organisation is None]
    assert len(strangers) >= 4
    for stranger in strangers:
        for document in world.shelf[:: max(1, len(world.shelf) // 4)]:
            for others in ((), tuple(world.crowd[:1])):
                scene = Scene(question=f"{document.about} {document.mark}?", present=(stranger, *others))
                assert await world.ask(scene) == STRANGER
                assert (world.answerer.retrieved, world.answerer.answer) == ((), None)


async def test_a_document_answers_whoever_may_see_it(world: World) -> None:
    """The other side: isolation by never answering would be no use."""
    members = [person for person in world.crowd if person.organisation is not None]
    reached = 0
    for document in world.shelf:
        readers = [each for each in members if each.organisation in document.catalogued]
        for reader in readers[:1] if document.agreed is None else ():
            card = await world.ask(Scene(question=f"{document.about} {document.mark}?", present=(reader,)))
            reached += document.mark in {quotation.document.removesuffix(".md") for quotation in card.quotations}
    assert reached >= len(world.shelf) // 3


def _everything(*_arguments: object) -> Callable[[object], bool]:
    return lambda _source: True


def _as_if_complete(audience: Audience, *agreed: Any) -> Any:
    return _eligible(replace(audience, complete=True), *agreed)


def _whatever_was_agreed(audience: Audience, _agreed: Any, *scope: Any) -> Any:
    return _eligible(audience, {}, *scope)


def _for_any_one(audience: Audience, *agreed: Any) -> Any:
    each = [_eligible(replace(audience, organisations=frozenset({name})), *agreed) for name in audience.organisations]
    return lambda source: any(may_use(source) for may_use in each)


def _sender_only(present: Any, partnership: Any, *, complete: bool) -> Audience:
    return _audience(present[:1], partnership, complete=complete)


def _as_the_event_says(seen: Identity, **_changes: object) -> Identity:
    return replace(seen, email="", guest=False)


_eligible, _audience = asking.eligible, membership.audience
BROKEN = [
    (asking, "eligible", _everything),
    (asking, "eligible", _as_if_complete),
    (asking, "eligible", _whatever_was_agreed),
    (asking, "eligible", _for_any_one),
    (recognising, "audience", _sender_only),
    (recognising, "replace", _as_the_event_says),
]


@pytest.mark.parametrize(("module", "name", "broken"), BROKEN)
async def test_a_broken_rule_would_be_found(
    world: World, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, broken: Any
) -> None:
    monkeypatch.setattr(module, name, broken)
    assert await _leaks(world)
