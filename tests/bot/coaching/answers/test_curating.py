"""Curated answers win over the library for their question in its own words, and only in front of their audience."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np
import pytest

from bot.coaching.answers.curating import SAME_FROM, Curating, alike, curated_card, folded
from bot.domain.curated import CuratedAnswer
from bot.domain.people import Audience, OrganisationId, PartnershipId
from bot.store.curated import CuratedAnswers
from knowledge.embedding import Vectors
from prompts import words
from tests.bot.plans import COUNCIL, HOUSING, PLAN

BOTH = Audience(organisations=frozenset({COUNCIL.id, HOUSING.id}))
JUST_COUNCIL = Audience(organisations=frozenset({COUNCIL.id}))
CHAIR = CuratedAnswer(
    id="c1",
    partnership=PLAN.id,
    question="Who chairs the board?",
    answer="Amara does.\n\nShe does until May.",
    at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC),
    paraphrases=("Who leads board meetings?",),
)


@dataclass
class FakeAnswers(CuratedAnswers):
    """Holds what it is given."""

    held: tuple[CuratedAnswer, ...] = (CHAIR,)

    async def all(self, partnership: PartnershipId) -> tuple[CuratedAnswer, ...]:
        return tuple(each for each in self.held if each.partnership == partnership)


@dataclass
class Near:
    """Embeds texts so that those named are as near to the rest as they are said to be."""

    nearness: dict[str, float] = field(default_factory=dict)
    embedded: list[str] = field(default_factory=list)

    def __call__(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        rows = [self.nearness.get(text, 1.0) for text in texts]
        return np.array([[near, np.sqrt(1 - near**2)] for near in rows], np.float32)


def _curating(near: Near | None = None, *held: CuratedAnswer) -> Curating:
    return Curating(answers=FakeAnswers(held=held or (CHAIR,)), embed=near or Near())


@pytest.mark.parametrize(
    "question",
    ["Who chairs the board?", "  who CHAIRS\nthe board", "“Who chairs the board”?!", "Who leads board meetings"],
)
async def test_the_same_words_find_it_without_any_vector(question: str) -> None:
    near = Near()
    assert await _curating(near).find(question, PLAN, BOTH) == CHAIR
    assert near.embedded == []


@pytest.mark.parametrize(("nearness", "found"), [(SAME_FROM + 0.01, CHAIR), (SAME_FROM - 0.01, None)])
async def test_other_words_find_it_where_their_vector_is_near(nearness: float, found: CuratedAnswer | None) -> None:
    near = Near({"Whose chair is it?": nearness})
    assert await _curating(near).find("Whose chair is it?", PLAN, BOTH) == found


async def test_of_two_the_nearer_answers() -> None:
    other = replace(CHAIR, id="c2", question="Who takes the minutes?", paraphrases=())
    near = Near({"Who takes the minutes?": 0.97, "Whose pen is it?": 0.97})
    assert await _curating(near, CHAIR, other).find("Whose pen is it?", PLAN, BOTH) == other


async def test_wordings_are_embedded_once_and_forgotten_with_their_answer() -> None:
    near, answers = Near({"Why?": 0.1, "How so?": 0.1}), FakeAnswers()
    curating = Curating(answers=answers, embed=near)
    await curating.find("Why?", PLAN, BOTH)
    await curating.find("How so?", PLAN, BOTH)
    assert sorted(near.embedded) == sorted(["Why?", "How so?", *CHAIR.questions])
    answers.held = (replace(CHAIR, question="Who sits at the top?", paraphrases=()),)
    assert await curating.find("Who chairs the board?", PLAN, BOTH) == answers.held[0]
    assert near.embedded[-2:] == ["Who sits at the top?", "Who chairs the board?"]


@pytest.mark.parametrize(
    ("organisations", "audience", "shown"),
    [
        ((), BOTH, True),
        ((), JUST_COUNCIL, True),
        ((), replace(BOTH, complete=False), False),
        ((), Audience(), False),
        (("council",), JUST_COUNCIL, True),
        (("council",), BOTH, False),
        (("council", "housing"), BOTH, True),
        (("housing",), JUST_COUNCIL, False),
    ],
)
async def test_it_is_shown_in_front_of_its_audience_only(
    organisations: tuple[str, ...], audience: Audience, shown: bool
) -> None:
    held = replace(CHAIR, organisations=tuple(map(OrganisationId, organisations)))
    near = Near()
    found = await _curating(near, held).find("Who chairs the board?", PLAN, audience)
    assert (found is not None) is shown
    assert shown or near.embedded == []


async def test_another_partnership_has_its_own() -> None:
    elsewhere = replace(PLAN, id=PartnershipId("quay"))
    assert await _curating().find("Who chairs the board?", elsewhere, BOTH) is None


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        ("Who chairs it?", "Who's chairing it?", True),
        ("Where is it?", "When is it?", False),
        ("What date is it?", "When is it?", True),
        ("Is it in 2024?", "Is it in 2025?", False),
        ("Is it £5,000?", "is it £5,000", True),
        ("Can we share it?", "Can't we share it?", False),
        ("With consent?", "Without consent?", False),
        ("Who joins next?", "Who joined last?", False),
        ("How do I join?", "How do I leave?", False),
        ("", "?", True),
    ],
)
def test_what_vectors_miss_keeps_questions_apart(one: str, other: str, may: bool) -> None:
    assert alike(one, other) is alike(other, one) is may


def test_folding_takes_away_what_says_nothing() -> None:
    assert folded(" “What’s  the\nplan …?” ") == "what's the plan"


def test_a_card_says_whose_answer_it_is_from_when_and_to_what() -> None:
    card = curated_card(CHAIR, PLAN, words())
    assert card.title == "Answer from your leads"
    assert [(each.text, each.citations) for each in card.paragraphs] == [
        ("Amara does.", ()),
        ("She does until May.", ()),
    ]
    assert "1 March 2026" in card.note
    assert "“Who chairs the board?”" in card.note
    assert card.quotations == ()
    later = curated_card(CHAIR, replace(PLAN, zone="Asia/Tokyo"), words())
    assert "2 March 2026" in later.note


@pytest.mark.parametrize("text", ["\ud800", "x" * 4000, "\0", "?"])
async def test_anything_may_be_asked(text: str) -> None:
    assert await _curating(Near({text.encode("utf-8", "replace").decode(): 0.0})).find(text, PLAN, BOTH) is None


async def test_what_another_thread_forgets_meanwhile_is_still_found() -> None:
    """Questions are answered in several threads: one may forget wordings while another embeds its own."""
    other, third = (
        replace(CHAIR, id=name, question=f"{name}?", paraphrases=()) for name in ("May dogs come in", "Is there tea")
    )
    near = Near()

    def embed(texts: Sequence[str]) -> Vectors:
        if other.question in texts:
            curating._nearest("Is there any tea?", [third])
        return near(texts)

    curating = Curating(answers=FakeAnswers(), embed=embed)
    assert curating._nearest("Who heads the board?", [CHAIR]) == CHAIR
    assert curating._nearest("Who heads the board?", [CHAIR, other]) is not None
