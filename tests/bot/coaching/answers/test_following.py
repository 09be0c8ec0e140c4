"""Following: a person's own last question, in the same conversation and not long ago, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.coaching.answers.following import GOES_ON_FOR, Following
from bot.domain.messages import EventKey, Incoming, Place
from bot.domain.people import Identity
from knowledge.answers import Answer, Hit, Reason
from knowledge.documents import Passage, Source
from knowledge.following import Before
from tests.bot.coaching.fake_last import FakeLast
from tests.fakes import NOON

MINUTE = timedelta(minutes=1)
PASSAGE = Passage(file="a.md", ordinal=0, section=(), text="Words.", start=1, end=1)
NEAREST = (Hit(passage=PASSAGE, source=Source(file="a.md", title="A"), score=1, similarity=1),)
ANSWER = Answer(reason=Reason.NOTHING_FOUND, nearest=NEAREST)


def said(text: str, *, user: str = "U1", place: str = "T1/C1/1", after: timedelta = MINUTE) -> Incoming:
    sender = Identity(platform="slack", tenant="T1", user=user)
    return Incoming(key=EventKey(text), place=Place(place), sender=sender, text=text, received_at=NOON + after)


async def asked(following: Following, incoming: Incoming, answer: Answer = ANSWER) -> Before | None:
    """What was before a message, which is then answered."""
    before = await following.before(incoming)
    await following.remember(incoming, incoming.text, before, answer)
    return before


async def test_a_question_is_followed_by_the_next_of_the_same_person_in_the_same_place() -> None:
    following = Following(last=FakeLast())
    assert await asked(following, said("How did Oldbridge share its homes?")) is None
    first = Before(question="How did Oldbridge share its homes?", file="a.md")
    assert await asked(following, said("And who paid?")) == first
    assert await asked(following, said("Did it last?")) == first
    assert await asked(following, said("How is trust built between organisations?")) == first
    assert await following.before(said("And?")) == Before(
        question="How is trust built between organisations?", file="a.md"
    )


@pytest.mark.parametrize(("user", "place"), [("U2", "T1/C1/1"), ("U1", "T1/C2/1"), ("U1", "T1/C1/2")])
async def test_nobody_follows_another_nor_from_another_conversation(user: str, place: str) -> None:
    following = Following(last=FakeLast())
    await asked(following, said("How did Oldbridge share its homes?"))
    assert await following.before(said("And who paid?", user=user, place=place)) is None


async def test_a_question_in_one_thread_of_a_conversation_is_followed_in_another() -> None:
    following = Following(last=FakeLast())
    first, then = (
        replace(said(text, place=f"T1/D1/{number}"), conversation=Place("T1/D1/"))
        for number, text in enumerate(("How did Oldbridge share its homes?", "And who paid?"))
    )
    await asked(following, first)
    assert await following.before(then) is not None


async def test_what_was_asked_hours_ago_is_not_followed_and_is_erased_by_whoever_asks_next() -> None:
    last = FakeLast()
    following = Following(last=last)
    await asked(following, said("How did Oldbridge share its homes?"))
    assert await following.before(said("And who paid?", after=GOES_ON_FOR + MINUTE)) is not None
    assert await following.before(said("And who paid?", after=GOES_ON_FOR + 2 * MINUTE)) is None
    await asked(following, said("How is trust built?", user="U2", after=GOES_ON_FOR + 2 * MINUTE))
    assert [asker for asker, _ in last.rows] == ["slack:T1:U2"]


@pytest.mark.parametrize("reason", [Reason.EMPTY_QUESTION, Reason.TOO_LONG, Reason.EMPTY_LIBRARY])
async def test_what_was_not_looked_up_is_not_kept(reason: Reason) -> None:
    last = FakeLast()
    await asked(Following(last=last), said("…"), Answer(reason=reason))
    assert last.rows == {}
