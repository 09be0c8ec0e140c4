"""Asking: only what everyone present may see is looked at, and every end is a card."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from bot.coaching.answer_card import answer_card
from bot.coaching.asking import Asking, eligible
from bot.delivery.checkpoints import Point
from bot.domain.messages import Incoming
from bot.domain.people import Audience, OrganisationId
from knowledge.answering import Answerer, Evidence
from knowledge.answers import Answer, Reason
from knowledge.documents import Source
from knowledge.search import MayUse
from prompts import words
from tests.fakes import Trail, message

PUBLIC = Source(file="public.md", title="P", audience=("public",))
WHOLE = Source(file="whole.md", title="W", audience=("partnership",))
COUNCIL_ONLY = Source(file="council.md", title="C", audience=("council",))
SOURCES = (PUBLIC, WHOLE, COUNCIL_ONLY)


def _audience(*organisations: str, complete: bool = True) -> Audience:
    return Audience(organisations=frozenset(map(OrganisationId, organisations)), complete=complete)


@dataclass
class FakeAnswerer(Answerer):
    """Answers with one reason, and keeps what it was asked and what it might have used."""

    reason: Reason = Reason.NOTHING_FOUND
    asked: list[str] = field(default_factory=list)
    might_use: list[str] = field(default_factory=list)

    async def search(self, question: str, may_use: MayUse) -> Evidence:
        self.asked.append(question)
        self.might_use = [source.file for source in SOURCES if may_use(source)]
        return Evidence(question=question)

    async def compose(self, evidence: Evidence) -> Answer:
        return Answer(reason=self.reason)


def _asking(answerer: FakeAnswerer, audience: Audience, trail: Trail, **audiences: tuple[str, ...]) -> Asking:
    def audience_of(_incoming: Incoming) -> Audience:
        return audience

    named = {f"{name}.md": audience for name, audience in audiences.items()}
    return Asking(answerer=answerer, words=words(), audience_of=audience_of, document_audiences=named, reached=trail)


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.ANSWERED])
async def test_every_question_gets_a_card(reason: Reason) -> None:
    answerer, trail = FakeAnswerer(reason=reason), Trail()
    card = await _asking(answerer, _audience("council"), trail)(message("e1", text="Who decides?"))
    assert card == answer_card(Answer(reason=reason), "Who decides?", words())
    assert answerer.asked == ["Who decides?"]
    assert trail.points == [Point.AUDIENCE_KNOWN, Point.SEARCHED, Point.COMPOSED, Point.CARD_MADE]


@pytest.mark.parametrize(
    ("audience", "seen"),
    [
        (_audience("council"), ["public.md", "whole.md", "council.md"]),
        (_audience("housing"), ["public.md", "whole.md"]),
        (_audience("council", "housing"), ["public.md", "whole.md"]),
        (_audience("council", complete=False), ["public.md"]),
        (_audience(), ["public.md"]),
    ],
)
async def test_only_what_everyone_present_may_see_is_looked_at(audience: Audience, seen: list[str]) -> None:
    answerer = FakeAnswerer()
    await _asking(answerer, audience, Trail())(message("e1"))
    assert answerer.might_use == seen


async def test_what_the_partnership_says_of_a_document_outranks_the_library() -> None:
    answerer = FakeAnswerer()
    asking = _asking(answerer, _audience("housing"), Trail(), public=("council",), council=("council", "housing"))
    await asking(message("e1"))
    assert answerer.might_use == ["whole.md", "council.md"]


def test_a_document_without_an_audience_is_for_nobody() -> None:
    nowhere: Mapping[str, tuple[str, ...]] = {"whole.md": ()}
    assert not eligible(_audience("council"), nowhere)(WHOLE)
    assert eligible(_audience("council"), {})(WHOLE)
