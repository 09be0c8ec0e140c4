"""A question reaches the leads when its asker taps, and not before, not twice and by nobody else's hand."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.coaching.answers.gaps import TO_LEADS, PassingOn
from bot.coaching.recognising import Recognised
from bot.coaching.slips import Slips
from bot.domain.heard import Gap
from bot.domain.membership import Standing
from bot.domain.messages import Incoming
from bot.domain.people import Audience, PartnershipId
from bot.store.gaps import Gaps
from prompts import words
from tests.bot.plans import HOUSING, PLAN
from tests.fakes import NOON, message

ASKED = message("e1", text="Who pays?")
PARTNER = Recognised(
    standing=Standing(partnership=PLAN.id, organisation=HOUSING.id),
    plan=PLAN,
    audience=Audience(organisations=frozenset({HOUSING.id})),
    person=ASKED.sender,
)


@dataclass
class FakeGaps(Gaps):
    """Keeps what it is given, once an id."""

    kept: dict[str, Gap] = field(default_factory=dict)
    forgotten: list[datetime] = field(default_factory=list)

    async def add(self, gap: Gap, author: str = "") -> None:
        self.kept.setdefault(gap.id, gap)

    async def forget(self, partnership: PartnershipId, before: datetime) -> None:
        self.forgotten.append(before)


@dataclass
class Desk:
    gaps: FakeGaps = field(default_factory=FakeGaps)

    def __post_init__(self) -> None:
        self.passing_on = PassingOn(gaps=self.gaps, slips=Slips(secret=b"key"), words=words())

    def tap(self, question: str = "Who pays?", at: int = 60) -> Incoming:
        """The asker's tap on the button that was offered to them."""
        value = self.passing_on.offer(question, ASKED).value
        return replace(message("tap", text="", at=at), action=TO_LEADS, values={"value": value})


async def test_a_tap_gives_the_question_to_the_leads() -> None:
    desk = Desk()
    card = await desk.passing_on(desk.tap(), PARTNER)
    (gap,) = desk.gaps.kept.values()
    assert (gap.question, gap.organisation, gap.partnership) == ("Who pays?", HOUSING.id, PLAN.id)
    assert gap.at == NOON + timedelta(seconds=60)
    assert "Passed on" in card.plain
    assert "90 days" in card.plain
    assert desk.gaps.forgotten == [gap.at - timedelta(days=PLAN.retention.questions)]


async def test_nothing_is_kept_before_the_tap_and_one_tap_counts() -> None:
    desk = Desk()
    first, again = desk.tap(), desk.tap(at=90)
    assert desk.gaps.kept == {}
    assert await desk.passing_on(first, PARTNER) == await desk.passing_on(again, PARTNER)
    assert [gap.at for gap in desk.gaps.kept.values()] == [first.received_at]


@pytest.mark.parametrize("value", ["", "Who pays?"])
async def test_only_the_asker_can_pass_it_on(value: str) -> None:
    desk = Desk()
    tap = desk.tap()
    for other in (replace(tap, sender=replace(tap.sender, user="sam")), replace(tap, values={"value": value})):
        assert (await desk.passing_on(other, PARTNER)).plain == words()("gap.not_yours")
    assert desk.gaps.kept == {}


def test_the_button_is_short_and_says_what_a_tap_would_show() -> None:
    desk = Desk()
    offer = desk.passing_on.offer("Why? " * 900, ASKED)
    assert len(offer.label) <= 20
    assert desk.passing_on.note("Why?") == words()("gap.note")
    assert "first part" in desk.passing_on.note("Why? " * 900)
