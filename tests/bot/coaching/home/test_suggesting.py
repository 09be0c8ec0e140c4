"""What is suggested to somebody who opens their chat: four things, the same all day, of what they may see."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.coaching.commands import CHECK_IN, DIGEST, MINE, command_in
from bot.coaching.home.suggesting import Covered, Suggesting
from bot.domain.barrier_rules import raised
from bot.domain.membership import Standing
from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import FACTORS, PartnershipPlan
from bot.domain.people import Audience, Identity, OrganisationId, PartnerId
from bot.store.barriers import Barriers
from bot.store.database import Database
from bot.store.people import People
from knowledge.answering import Answerer, Evidence
from knowledge.answers import Answer, Reason
from knowledge.search import MayUse
from prompts import LOCALES, words
from tests.bot.coaching.barriers_at_hand import part, recognised
from tests.bot.coaching.check_ins_room import check_in
from tests.bot.coaching.settings_room import FakeCheckIns, FakeOwn
from tests.bot.plans import COUNCIL, HOUSING, LEAD, PLAN
from tests.fakes import NOON, FakeClock, counted

WORDS = words()
BEN = Identity(platform="slack", tenant="T0HOUSING", user="ben", email="ben@housing.example")
AMARA = Identity(platform="slack", tenant="T0", user="amara", email=LEAD.email)


@dataclass
class Speaks:
    """A library that has an answer on these factors."""

    factors: Sequence[str] = FACTORS
    asked: list[Audience] = field(default_factory=list)

    async def __call__(
        self, _plan: PartnershipPlan, audience: Audience, factors: Sequence[str], most: int
    ) -> Sequence[str]:
        self.asked.append(audience)
        return [each for each in factors if each in self.factors][:most]


@dataclass
class Scene:
    """Ben of housing, Amara who leads."""

    database: Database
    clock: FakeClock = field(default_factory=FakeClock)
    check_ins: FakeCheckIns = field(default_factory=FakeCheckIns)
    own: FakeOwn = field(default_factory=FakeOwn)
    covered: Speaks = field(default_factory=Speaks)

    async def admitted(self, person: Identity, organisation: OrganisationId, *, lead: bool = False) -> PartnerId:
        standing = Standing(partnership=PLAN.id, organisation=organisation, lead=lead)
        return (await People(self.database, counted(person.user)).admit(person, standing)).partner

    async def prompts(self, person: Identity) -> tuple[tuple[str, str], ...]:
        async def plans() -> list[PartnershipPlan]:
            return [PLAN]

        case = Suggesting(
            people=People(self.database, counted("x")),
            plans=plans,
            check_ins=self.check_ins,
            barriers=Barriers(self.database),
            own=self.own,
            covered=self.covered,
            words=WORDS,
            clock=self.clock,
        )
        return await case.prompts(person)


@pytest.fixture
def scene(sqlite: Database) -> Scene:
    return Scene(database=sqlite)


async def test_four_questions_that_the_library_answers_for_their_organisation(scene: Scene) -> None:
    await scene.admitted(BEN, HOUSING.id)
    found = await scene.prompts(BEN)
    assert len(found) == 4
    assert {said for _, said in found} <= {WORDS(f"suggest.{factor}") for factor in FACTORS}
    assert scene.covered.asked == [Audience(organisations=frozenset({HOUSING.id}))]


async def test_the_same_all_day_and_others_on_another_day(scene: Scene) -> None:
    first = await scene.prompts(BEN)
    scene.clock.now += timedelta(hours=6)
    assert await scene.prompts(BEN) == first
    days = []
    for _ in range(5):
        scene.clock.now += timedelta(days=1)
        days.append(await scene.prompts(BEN))
    assert any(day != first for day in days)


async def test_what_is_open_for_them_comes_first(scene: Scene) -> None:
    partner = await scene.admitted(BEN, HOUSING.id)
    scene.check_ins.one = check_in(who=recognised(partner))
    await Barriers(scene.database).save((None, raised(PLAN.id, part(partner), "trust", "c1")), now=NOON)
    found = await scene.prompts(BEN)
    assert [_command(said) for _, said in found] == [CHECK_IN, MINE, None, None]


async def test_leads_are_offered_the_digest(scene: Scene) -> None:
    await scene.admitted(AMARA, COUNCIL.id, lead=True)
    assert _command((await scene.prompts(AMARA))[0][1]) == DIGEST


async def test_where_the_library_is_silent_there_are_fewer(scene: Scene) -> None:
    scene.covered = Speaks(factors=("trust",))
    assert [said for _, said in await scene.prompts(BEN)] == [WORDS("suggest.trust")]


async def test_a_stranger_is_suggested_nothing(scene: Scene) -> None:
    assert await scene.prompts(replace(BEN, tenant="T0FAR", email="")) == ()
    assert scene.covered.asked == []


@pytest.mark.parametrize("locale", LOCALES)
async def test_it_is_called_in_their_language_and_can_be_typed(scene: Scene, locale: str) -> None:
    partner = await scene.admitted(BEN, HOUSING.id)
    scene.check_ins.one = check_in(who=recognised(partner))
    scene.own.kept[partner] = PartnerSettings(locale=locale)
    title, said = (await scene.prompts(BEN))[0]
    assert title == {"en": "Reply to this week's question", "cy": "Ateb cwestiwn yr wythnos hon"}[locale]
    assert _command(said) == CHECK_IN


def _command(said: str) -> str | None:
    found = command_in(said, WORDS)
    return None if found is None else found.name


@dataclass
class FakeAnswerer(Answerer):
    """Answers on trust alone, where a document may be used."""

    searched: list[str] = field(default_factory=list)

    async def search(self, question: str, may_use: MayUse, before: Any = None) -> Evidence:
        self.searched.append(question)
        return Evidence(question=question)

    async def compose(self, evidence: Evidence) -> Answer:
        return Answer(reason=Reason.ANSWERED if evidence.question == WORDS("suggest.trust") else Reason.NOTHING_FOUND)


async def test_whether_the_library_speaks_is_looked_up_once_a_generation() -> None:
    generation, answerer = [1], FakeAnswerer()
    covered = Covered(answerer=answerer, generation=lambda: generation[0], words=WORDS)
    audience = Audience(organisations=frozenset({HOUSING.id}))
    for _ in range(2):
        assert await covered(PLAN, audience, ("money", "trust", "risk"), 1) == ["trust"]
    assert len(answerer.searched) == 2
    generation[0] = 2
    await covered(PLAN, audience, ("money", "trust"), 1)
    assert len(answerer.searched) == 4
    await covered(PLAN, Audience(organisations=frozenset({COUNCIL.id})), ("trust",), 1)
    assert len(answerer.searched) == 5
