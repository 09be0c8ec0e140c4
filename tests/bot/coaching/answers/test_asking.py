"""Asking: only what everyone present may see is looked at, and every end is a card."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from bot.coaching.answers.asking import Asking, contacts_for, eligible
from bot.coaching.answers.card import Beside, answer_card
from bot.coaching.answers.closing import Closing
from bot.coaching.answers.curating import Curating, curated_card
from bot.coaching.answers.feedback import Rating
from bot.coaching.answers.following import Following
from bot.coaching.answers.gaps import PassingOn
from bot.coaching.recognising import Recognised
from bot.coaching.slips import Slips
from bot.delivery.checkpoints import Point
from bot.domain.membership import Standing
from bot.domain.messages import Incoming
from bot.domain.partnership import Contact
from bot.domain.people import Audience, OrganisationId
from knowledge.answering import Answerer, Evidence
from knowledge.answers import Answer, Reason
from knowledge.documents import Source
from knowledge.following import Before
from knowledge.search import MayUse
from prompts import words
from tests.bot.coaching.answers.test_curating import CHAIR, FakeAnswers, Near
from tests.bot.coaching.answers.test_feedback import FakeFeedback
from tests.bot.coaching.answers.test_gaps import FakeGaps
from tests.bot.coaching.fake_last import FakeLast
from tests.bot.coaching.questions_at_hand import reflection
from tests.bot.plans import COUNCIL, HOUSING, PLAN
from tests.fakes import Trail, message

PUBLIC = Source(file="public.md", title="P", audience=("public",))
WHOLE = Source(file="whole.md", title="W", audience=("partnership",))
COUNCIL_ONLY = Source(file="council.md", title="C", audience=("council",))
SOURCES = (PUBLIC, WHOLE, COUNCIL_ONLY)
ASKED = message("e1", text="Who decides?")
SLIPS = Slips(secret=b"key")


def _audience(*organisations: str, complete: bool = True) -> Audience:
    return Audience(organisations=frozenset(map(OrganisationId, organisations)), complete=complete)


@dataclass
class FakeAnswerer(Answerer):
    """Answers with one reason, and keeps what it was asked and what it might have used."""

    reason: Reason = Reason.NOTHING_FOUND
    asked: list[str] = field(default_factory=list)
    might_use: list[str] = field(default_factory=list)
    before: list[Before | None] = field(default_factory=list)

    async def search(self, question: str, may_use: MayUse, before: Before | None = None) -> Evidence:
        self.asked.append(question)
        self.before.append(before)
        self.might_use = [source.file for source in SOURCES if may_use(source)]
        return Evidence(question=question)

    async def compose(self, evidence: Evidence) -> Answer:
        return Answer(reason=self.reason)


def _recognised(audience: Audience, **audiences: tuple[str, ...]) -> Recognised:
    """A partner of the council in front of this audience, in a partnership that says who may see what."""
    named = {f"{name}.md": audience for name, audience in audiences.items()}
    return Recognised(
        standing=Standing(partnership=PLAN.id, organisation=COUNCIL.id, lead=True),
        plan=replace(PLAN, document_audiences=named),
        audience=audience,
        person=message("e1").sender,
    )


@pytest.mark.parametrize("reason", [reason for reason in Reason if not Answer(reason=reason).answered])
async def test_every_question_gets_a_card(reason: Reason) -> None:
    answerer, trail = FakeAnswerer(reason=reason), Trail()
    asking = Asking(answerer=answerer, words=words(), reached=trail)
    card = await asking("Who decides?", _recognised(_audience("council")), ASKED)
    beside = Beside(contacts=PLAN.contacts) if reason is Reason.NOTHING_FOUND else Beside()
    assert card == answer_card(Answer(reason=reason), "Who decides?", words(), beside)
    assert answerer.asked == ["Who decides?"]
    assert trail.points == [Point.SEARCHED, Point.COMPOSED, Point.CARD_MADE]


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
    await Asking(answerer=answerer, words=words())("Who decides?", _recognised(audience), ASKED)
    assert answerer.might_use == seen


async def test_what_the_partnership_says_of_a_document_outranks_the_library() -> None:
    answerer = FakeAnswerer()
    recognised = _recognised(_audience("housing"), public=("council",), council=("council", "housing"))
    await Asking(answerer=answerer, words=words())("Who decides?", recognised, ASKED)
    assert answerer.might_use == ["whole.md", "council.md"]


@pytest.mark.parametrize(
    ("audience", "seen"),
    [(_audience("council"), ["whole.md"]), (_audience("council", complete=False), [])],
)
async def test_an_answer_that_is_confined_to_documents_looks_at_those_that_all_may_see(
    audience: Audience, seen: list[str]
) -> None:
    async def scope(incoming: Incoming) -> tuple[str, ...]:
        assert incoming is ASKED
        return ("whole.md", "gone.md")

    answerer = FakeAnswerer()
    asking = replace(_whole(answerer), scope=scope)
    # The leads have answered this very question, which is none of these documents.
    await asking(CHAIR.question, _recognised(audience), ASKED)
    assert (answerer.asked, answerer.might_use) == ([CHAIR.question], seen)


async def test_what_the_same_person_asked_before_goes_with_the_next_question() -> None:
    answerer = FakeAnswerer(reason=Reason.ANSWERED)
    asking = Asking(answerer=answerer, words=words(), following=Following(last=FakeLast()))
    somebody_else = replace(ASKED, sender=replace(ASKED.sender, user="somebody else"))
    for incoming in (ASKED, ASKED, somebody_else):
        await asking("How do partners share homes?", _recognised(_audience("council")), incoming)
    assert answerer.before == [None, Before(question="How do partners share homes?"), None]


def test_a_document_without_an_audience_is_for_nobody() -> None:
    nowhere: Mapping[str, tuple[str, ...]] = {"whole.md": ()}
    assert not eligible(_audience("council"), nowhere)(WHOLE)
    assert eligible(_audience("council"), {})(WHOLE)


async def _about_trust(_question: str) -> str | None:
    return "trust"


def _whole(answerer: FakeAnswerer) -> Asking:
    """Asking with everything that can be around an answer."""
    return Asking(
        answerer=answerer,
        words=words(),
        curating=Curating(answers=FakeAnswers(), embed=Near({"Who decides?": 0.0})),
        closing=Closing(bank=(reflection("Who goes quiet?"),), factor_of=_about_trust),
        passing_on=PassingOn(gaps=FakeGaps(), slips=SLIPS, words=words()),
        rating=Rating(feedback=FakeFeedback(), slips=SLIPS, words=words()),
    )


async def test_an_answer_takes_a_question_home_and_can_be_rated() -> None:
    asking = _whole(FakeAnswerer(reason=Reason.ANSWERED))
    card = await asking("Who decides?", _recognised(_audience("council")), ASKED)
    assert [each.text for each in card.paragraphs] == [words()("ask.closing", question="Who goes quiet?")]
    assert [each.action for each in card.buttons] == ["rate-up", "rate-down"]


async def test_a_refusal_can_be_passed_on_and_nothing_else() -> None:
    asking = _whole(FakeAnswerer())
    card = await asking("Who decides?", _recognised(_audience("council")), ASKED)
    (offer,) = card.buttons
    assert offer.action == "pass-on"
    assert "Who goes quiet?" not in card.plain
    assert card.note == words()("gap.note")


@pytest.mark.parametrize("reason", [Reason.EMPTY_LIBRARY, Reason.EMPTY_QUESTION, Reason.TOO_LONG])
async def test_what_was_no_question_to_the_library_is_no_gap_in_it(reason: Reason) -> None:
    card = await _whole(FakeAnswerer(reason=reason))("Who decides?", _recognised(_audience("council")), ASKED)
    assert (card.buttons, card.facts, card.note) == ((), (), "")


async def test_the_leads_answer_wins_over_the_library_in_front_of_its_audience() -> None:
    answerer = FakeAnswerer(reason=Reason.ANSWERED)
    card = await _whole(answerer)("who chairs the board", _recognised(_audience("council")), ASKED)
    assert replace(card, buttons=()) == curated_card(CHAIR, PLAN, words())
    assert [each.action for each in card.buttons] == ["rate-up", "rate-down"]
    assert answerer.asked == []
    other = await _whole(answerer)("who chairs the board", _recognised(_audience("council", complete=False)), ASKED)
    assert other.title == ""
    assert answerer.asked == ["who chairs the board"]


@pytest.mark.parametrize(
    ("audience", "named"),
    [
        (_audience("council"), ["Desk", "Own"]),
        (_audience("council", "housing"), ["Desk"]),
        (_audience("council", complete=False), []),
    ],
)
def test_people_are_named_to_those_they_are_for(audience: Audience, named: list[str]) -> None:
    contacts = (
        Contact(name="Desk", how="a"),
        Contact(name="Own", how="b", for_organisation=COUNCIL.id),
        Contact(name="Other", how="c", for_organisation=HOUSING.id),
        Contact(name="Money", how="d", for_factor="money"),
    )
    recognised = _recognised(audience)
    recognised = replace(recognised, plan=replace(recognised.plan, contacts=contacts))
    assert [contact.name for contact in contacts_for(recognised)] == named
