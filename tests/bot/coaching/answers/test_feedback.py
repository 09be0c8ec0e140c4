"""Feedback: one vote a person and answer, changeable, and the question only where its asker says so."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.coaching.answers.feedback import DOWN, UP, WHY, Rating
from bot.coaching.slips import Slips
from bot.domain.cards import Card, Input
from bot.domain.heard import Trouble, Verdict, Vote
from bot.domain.people import Identity, PartnershipId
from bot.store.feedback import Feedback
from prompts import words
from tests.bot.coaching.answers.test_gaps import PARTNER
from tests.bot.plans import PLAN
from tests.fakes import NOON, message

ASKED = message("e1", text="Who pays?")
LENA = ASKED.sender
SAM = replace(LENA, user="sam")


@dataclass
class FakeFeedback(Feedback):
    """Keeps the last word of every vote."""

    kept: dict[str, Vote] = field(default_factory=dict)
    forgotten: list[datetime] = field(default_factory=list)

    async def find(self, vote: str) -> Vote | None:
        return self.kept.get(vote)

    async def save(self, vote: Vote, author: str = "") -> None:
        self.kept[vote.id] = vote

    async def forget(self, partnership: PartnershipId, before: datetime) -> None:
        self.forgotten.append(before)


@dataclass
class Booth:
    """An answer to Lena's question, and what people do under it."""

    feedback: FakeFeedback = field(default_factory=FakeFeedback)
    taps: int = 0

    def __post_init__(self) -> None:
        self.rating = Rating(feedback=self.feedback, slips=Slips(secret=b"key"), words=words())
        self.up, self.down = self.rating.offer("Who pays?", ASKED)

    async def tap(self, action: str, value: str, person: Identity = LENA, **values: str) -> Card:
        self.taps += 1
        tapped = replace(
            message(f"t{self.taps}", text="", at=self.taps),
            sender=person,
            action=action,
            values={"value": value, **values},
        )
        return await self.rating.actions[action.partition(".")[0]](tapped, PARTNER)

    @property
    def votes(self) -> list[Vote]:
        return list(self.feedback.kept.values())


async def test_two_small_buttons_are_offered() -> None:
    booth = Booth()
    assert (booth.up.action, booth.down.action) == (UP, DOWN)
    assert max(len(booth.up.label), len(booth.down.label)) <= 20
    assert "Who pays?" not in booth.up.value


async def test_a_vote_is_kept_without_the_question_and_without_the_person() -> None:
    booth = Booth()
    assert (await booth.tap(UP, booth.up.value)).plain == words()("feedback.thanks_up")
    (vote,) = booth.votes
    assert (vote.verdict, vote.question, vote.comment, vote.trouble) == (Verdict.UP, None, "", None)
    assert vote.partnership == PLAN.id
    assert "lena" not in repr(vote)
    assert booth.feedback.forgotten == [NOON + timedelta(seconds=1) - timedelta(days=90)]


async def test_thumbs_down_asks_why() -> None:
    booth = Booth()
    card = await booth.tap(DOWN, booth.down.value)
    assert booth.votes[0].verdict is Verdict.DOWN
    assert card.form is not None
    reason, comment, show = card.form.fields
    assert (show.required, dict(show.choices)["yes"]) == (False, "You may show my question to the leads")
    assert [value for value, _ in reason.choices] == list(Trouble)
    assert (reason.input, reason.required, comment.required) == (Input.CHOICE, True, False)
    noted = await booth.tap(card.form.id, card.form.value, reason="old", comment="  Abolished in 2012. ")
    assert noted.plain == words()("feedback.noted")
    (vote,) = booth.votes
    assert (vote.trouble, vote.comment, vote.question) == (Trouble.OLD, "Abolished in 2012.", None)


@pytest.mark.parametrize("answered", ["", "no", "maybe"])
async def test_the_question_goes_with_it_only_when_its_asker_says_so(answered: str) -> None:
    booth = Booth()
    card = await booth.tap(DOWN, booth.down.value)
    assert card.form is not None
    await booth.tap(card.form.id, card.form.value, reason="wrong", show=answered)
    assert booth.votes[0].question is None
    shown = await booth.tap(card.form.id, card.form.value, reason="wrong", show="yes")
    assert "90 days" in shown.plain
    assert [(vote.question, vote.trouble) for vote in booth.votes] == [("Who pays?", Trouble.WRONG)]
    await booth.tap(card.form.id, card.form.value, reason="hard", show=answered)
    assert [(vote.question, vote.trouble) for vote in booth.votes] == [(None, Trouble.HARD)]


async def test_others_have_a_vote_of_their_own_and_nothing_to_show() -> None:
    booth = Booth()
    await booth.tap(UP, booth.up.value)
    card = await booth.tap(DOWN, booth.down.value, SAM)
    assert card.form is not None
    assert [each.id for each in card.form.fields] == ["reason", "comment"]
    await booth.tap(WHY, booth.down.value, SAM, reason="wrong", show="yes")
    assert {vote.verdict for vote in booth.votes} == set(Verdict)
    assert {vote.question for vote in booth.votes} == {None}


async def test_a_mind_that_changes_leaves_one_vote_and_takes_back_what_was_said() -> None:
    booth = Booth()
    card = await booth.tap(DOWN, booth.down.value)
    assert card.form is not None
    await booth.tap(card.form.id, card.form.value, reason="wrong", comment="No.", show="yes")
    await booth.tap(UP, booth.up.value)
    (vote,) = booth.votes
    assert (vote.verdict, vote.trouble, vote.comment, vote.question) == (Verdict.UP, None, "", None)
    await booth.tap(DOWN, booth.down.value)
    assert [each.verdict for each in booth.votes] == [Verdict.DOWN]


@pytest.mark.parametrize("value", ["", "Who pays?", "0" * 23])
@pytest.mark.parametrize("action", [UP, DOWN, WHY])
async def test_what_cannot_be_read_is_told_and_not_kept(action: str, value: str) -> None:
    booth = Booth()
    assert (await booth.tap(action, value)).plain == words()("feedback.lost")
    assert booth.votes == []


async def test_a_reason_that_is_none_is_another_and_a_long_comment_is_cut() -> None:
    booth = Booth()
    card = await booth.tap(DOWN, booth.down.value)
    assert card.form is not None
    await booth.tap(card.form.id, card.form.value, reason="boring", comment="x" * 5000)
    assert (booth.votes[0].trouble, len(booth.votes[0].comment)) == (Trouble.OTHER, 1000)
