"""A model may put what looks alike in another order and point at why; it decides nothing and sees what it may."""

import pytest

from bot.domain.cards import Card
from knowledge.writing import WriterError
from tests.bot.coaching.raising_room import BOB, SAME, WHAT, FakeReorderer, Room, partner, pressed, said


async def offered(reorderer: FakeReorderer, value: str = "") -> Card:
    """Three barriers as they are offered to Bob."""
    room = Room(reorderer=None)
    for number in range(3):
        who = partner(f"p{number}")
        card = await room.raises(who, f"{WHAT} {number}", share="yes")
        if number:
            await room.sends(who, "barrier-new", pressed(card, said("barrier.twins.new")))
    again = Room(room.barriers, room.drafts, room.homes, reorderer=reorderer)
    return await again.raises(BOB, SAME, value)


def joins(card: Card) -> list[str]:
    return [each.label[-1] for each in card.buttons if each.action == "barrier-join"]


async def test_what_a_model_keeps_comes_first_with_the_words_that_show_why_and_the_others_stay() -> None:
    reorderer = FakeReorderer()
    card = await offered(reorderer)
    assert joins(card) == ["3", "1", "2"]
    assert card.paragraphs[1].text == said("barrier.twins.why", label="B-003", here="a list", there="their list")
    assert card.by_model
    assert reorderer.asked == [SAME, *(f"{WHAT} {number}" for number in range(3))]


@pytest.mark.parametrize(
    ("reorderer", "value", "asked"),
    [(FakeReorderer(error=WriterError("away")), "", 4), (FakeReorderer(), "form.mark", 0)],
)
async def test_without_its_word_or_where_somebody_insisted_the_order_stays(
    reorderer: FakeReorderer, value: str, asked: int
) -> None:
    card = await offered(reorderer, value)
    assert joins(card) == ["1", "2", "3"]
    assert not card.by_model
    assert len(reorderer.asked) == asked
