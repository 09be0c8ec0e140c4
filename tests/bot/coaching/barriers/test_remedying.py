"""Remedies for whoever raised a barrier: from the library, and from what this partnership resolved and may tell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.coaching.answers.gaps import TO_LEADS, PassingOn
from bot.coaching.barriers.remedying import Remedying, may_be_offered, unlocked
from bot.coaching.recognising import Recognised
from bot.coaching.slips import Slips
from bot.domain import barrier_rules as rules
from bot.domain.barriers import Barrier, BarrierId, Consent, Status
from bot.domain.cards import Card
from bot.domain.membership import Standing
from bot.domain.people import Audience, PartnerId, PartnershipId
from knowledge.answers import Citation, Quote, Sentence
from knowledge.documents import Passage, Source
from knowledge.remedies import NOTHING, Offers
from knowledge.remedies import Remedies as FromLibrary
from knowledge.search import MayUse
from prompts import words
from tests.bot.coaching.answers.test_gaps import FakeGaps
from tests.bot.coaching.questions_at_hand import reflection
from tests.bot.domain.barrier_moves import AMARA, BEN, CHLOE, barrier, raiser
from tests.bot.plans import COUNCIL, PLAN
from tests.fakes import NOON, message

SAID = "Trust grows when partners finish something small together."
SOURCE = Source(file="trust.md", title="On trust", author="Ada Byron", year=2019, audience=("public",))
COUNCIL_ONLY = Source(file="council.md", title="C", audience=("council",))
BECAUSE = "The two directors met every Friday until it was settled."
ASKED = message("raised")
BANK = (
    reflection("Whom do you trust?"),
    reflection("What would you risk?", factor="risk"),
)


def offers(count: int) -> Offers:
    """This many sentences of one document."""
    texts = [f"{SAID} ({number})" for number in range(1, count + 1)]
    passage = Passage(file=SOURCE.file, ordinal=0, section=("Part",), text=SAID, start=3, end=3)
    return Offers(
        sentences=tuple(Sentence(text=text, citations=(number,)) for number, text in enumerate(texts, 1)),
        citations=tuple(
            Citation(n=number, passage=passage, source=SOURCE, quote=Quote(text=text, start=3, end=3))
            for number, text in enumerate(texts, 1)
        ),
    )


@dataclass(frozen=True, kw_only=True)
class FakeLibrary(FromLibrary):
    """Has so many offers; `asked` are the texts, the factors, how many were wanted and which files might be used."""

    has: int = 3
    asked: list[tuple[str, tuple[str, ...], int, list[str]]] = field(default_factory=list)

    async def __call__(self, barrier: str, factors: Sequence[str], may_use: MayUse, most: int = 3) -> Offers:
        usable = [source.file for source in (SOURCE, COUNCIL_ONLY) if may_use(source)]
        self.asked.append((barrier, tuple(factors), most, usable))
        return offers(min(self.has, most)) if self.has else NOTHING


@dataclass
class Alike:
    """Takes every wording for like every other, in the order of the log."""

    logs: list[list[tuple[BarrierId, str]]] = field(default_factory=list)

    async def offers(self, _text: str, log: Sequence[tuple[BarrierId, str]]) -> Sequence[tuple[BarrierId, float]]:
        self.logs.append(list(log))
        return [(key, 1.0) for key, _ in log]


def resolved(of: str = "old", *people: PartnerId, days: int = 35) -> Barrier:
    """A barrier whose raisers let their wording be shown, resolved by a lead who lets how be read."""
    made = barrier(of, *(people or (BEN,)))
    for each in made.raisers:
        made = rules.consented(made, each.partner, Consent.COUNTED, f"{of}:{each.partner}:c", NOON, shared=True)
    at = NOON + timedelta(days=days)
    return rules.moved(made, Status.RESOLVED, f"{of}:resolved", at, CHLOE, BECAUSE, shared=True)


def recognised(partner: PartnerId | None = AMARA, *, lead: bool = False, **audience: bool) -> Recognised:
    return Recognised(
        standing=Standing(partnership=PLAN.id, organisation=COUNCIL.id, lead=lead),
        plan=PLAN,
        audience=Audience(organisations=frozenset({COUNCIL.id}), **audience),
        person=ASKED.sender,
        partner=partner,
    )


@dataclass
class Desk:
    """The use-case over a partnership's barriers and a library with so many offers."""

    log: list[Barrier] = field(default_factory=list)
    has: int = 3
    alike: Alike = field(default_factory=Alike)

    def __post_init__(self) -> None:
        self.library = FakeLibrary(library=None, encode=None, has=self.has)  # type: ignore[arg-type]
        self.remedying = Remedying(
            library=self.library,
            likeness=self.alike,
            barriers=self.all,
            bank=BANK,
            words=words(),
            passing_on=PassingOn(gaps=FakeGaps(), slips=Slips(secret=b"key"), words=words()),
        )

    async def all(self, partnership: PartnershipId) -> Sequence[Barrier]:
        assert partnership == PLAN.id
        return self.log

    async def raised(self, own: Barrier, who: Recognised | None = None) -> Card:
        (card,) = await self.remedying(own, ASKED, who or recognised())
        return card


def said(card: Card) -> list[str]:
    return [paragraph.text for paragraph in card.paragraphs]


async def test_three_offers_each_with_its_citation_and_one_open_question() -> None:
    desk = Desk()
    card = await desk.raised(barrier("new"))
    assert [paragraph.citations for paragraph in card.paragraphs] == [(), (1,), (2,), (3,), ()]
    assert [quotation.number for quotation in card.quotations] == [1, 2, 3]
    assert said(card)[1] == f"Byron, 2019: {SAID} (1)"
    assert said(card)[0] == words()("remedy.opening")
    assert said(card)[-1] == words()("ask.closing", question="Whom do you trust?")
    assert (card.note, card.buttons) == (words()("remedy.sources"), ())


async def test_the_wording_and_factors_of_the_raiser_are_looked_up_for_everyone_present() -> None:
    desk = Desk()
    await desk.raised(replace(barrier("new", BEN, AMARA), also=("risk",)))
    await desk.raised(barrier("new"), recognised(complete=False))
    assert desk.library.asked == [
        ("What amara wrote of new", ("trust", "risk"), 3, ["trust.md", "council.md"]),
        ("What amara wrote of new", ("trust",), 3, ["trust.md"]),
    ]


@pytest.mark.parametrize("who", [None, CHLOE])
async def test_somebody_who_raised_nothing_is_offered_nothing(who: PartnerId | None) -> None:
    desk = Desk()
    assert await desk.remedying(barrier("new"), ASKED, recognised(who)) == ()
    assert not desk.library.asked


async def test_how_a_similar_barrier_was_unlocked_takes_the_place_of_an_offer() -> None:
    card = await Desk([resolved()]).raised(barrier("new"))
    assert said(card)[1] == words().count("remedy.unlocked", 5, because=BECAUSE)
    assert len(card.quotations) == 2
    everything = card.plain
    assert not any(each in everything for each in ("Ben", "ben", "Chloe", COUNCIL.name, "B-0"))


async def test_it_is_enough_without_the_library() -> None:
    card = await Desk([resolved(days=3)], has=0).raised(barrier("new"))
    assert said(card)[:2] == [words()("remedy.opening"), words().count("remedy.unlocked", 1, because=BECAUSE)]
    assert (card.buttons, card.note) == ((), "")


async def test_where_nothing_fits_it_says_so_and_the_leads_may_be_told() -> None:
    card = await Desk(has=0).raised(barrier("new"))
    assert said(card) == [words()("remedy.nothing"), words()("ask.closing", question="Whom do you trust?")]
    (button,) = card.buttons
    assert button.action == TO_LEADS
    assert card.note.endswith(words()("remedy.gap_note"))


async def test_without_passing_on_or_questions_there_is_only_the_sentence() -> None:
    desk = Desk(has=0)
    card = (await replace(desk.remedying, passing_on=None, bank=())(barrier("new"), ASKED, recognised()))[0]
    assert said(card) == [words()("remedy.nothing")]
    assert (card.buttons, card.note) == ((), "")


async def test_its_own_barrier_is_no_remedy() -> None:
    own = replace(resolved("new", AMARA), status=Status.RESOLVED)
    card = await Desk([own], has=0).raised(own)
    assert said(card)[0] == words()("remedy.nothing")


def _with(barrier: Barrier, **changes: object) -> Barrier:
    first, *others = barrier.raisers
    return replace(barrier, raisers=(replace(first, **changes), *others))  # type: ignore[arg-type]


NOT_TOLD: dict[str, Callable[[Barrier], Barrier]] = {
    "still open": lambda each: replace(each, status=Status.OPEN),
    "declined": lambda each: replace(each, status=Status.DECLINED),
    "merged away": lambda each: replace(each, into=BarrierId("another")),
    "how it was resolved is not to be read": lambda each: replace(each, shared=False),
    "nobody wrote how": lambda each: replace(each, because=" "),
    "not moved by a lead": lambda each: replace(
        each, history=tuple(replace(change, lead=False) for change in each.history)
    ),
    "everybody withdrew": lambda each: replace(each, raisers=()),
    "one wording is not to be shown": lambda each: _with(each, shared=False),
    "one is private": lambda each: _with(each, consent=Consent.PRIVATE),
    "a wording set aside is not to be shown": lambda each: replace(each, aside=(raiser(CHLOE),)),
}


@pytest.mark.parametrize("why", NOT_TOLD)
async def test_what_may_not_be_told_is_neither_offered_nor_compared(why: str) -> None:
    kept = NOT_TOLD[why](resolved("old", BEN, CHLOE))
    assert may_be_offered(resolved("old", BEN, CHLOE))
    assert not may_be_offered(kept)
    desk = Desk([kept], has=0)
    assert said(await desk.raised(barrier("new")))[0] == words()("remedy.nothing")
    assert desk.alike.logs == []


async def test_a_withdrawn_consent_takes_the_remedy_with_it() -> None:
    old = resolved("old", BEN, CHLOE)
    desk = Desk([old], has=0)
    assert BECAUSE in (await desk.raised(barrier("new"))).plain
    assert desk.alike.logs == [[("old", "What ben wrote of old"), ("old", "What chloe wrote of old")]]
    at = NOON + timedelta(days=36)
    desk.log[:] = [rules.consented(old, CHLOE, Consent.COUNTED, "less", at, shared=False)]
    assert BECAUSE not in (await desk.raised(barrier("new"))).plain


@pytest.mark.parametrize(("days", "weeks"), [(0, 1), (9, 1), (11, 2), (35, 5)])
def test_weeks_are_rounded_and_never_none(days: int, weeks: int) -> None:
    assert unlocked(resolved(days=days)).weeks == weeks


async def test_the_question_is_on_the_confirmed_factor() -> None:
    desk = Desk()
    for factor, question in (("risk", "What would you risk?"), ("trust", "Whom do you trust?")):
        card = await desk.raised(replace(barrier("new"), factor=factor))
        assert said(card)[-1] == words()("ask.closing", question=question)
