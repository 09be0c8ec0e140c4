"""The front door: a greeting or a call for help is answered at once, everything else is a question."""

import pytest

from bot.coaching.answer_card import help_card
from bot.coaching.front_door import FrontDoor
from bot.delivery.checkpoints import Point
from bot.domain.cards import Card
from bot.domain.messages import Incoming
from prompts import words
from tests.fakes import CARD, Trail, message


async def _ask(_incoming: Incoming) -> Card:
    return CARD


@pytest.mark.parametrize("text", ["help", "Help!", "  HELLO ", "hi...", "What can you do?", "hey!?"])
async def test_help_is_given_to_whoever_calls_for_it(text: str) -> None:
    door = FrontDoor(ask=_ask, words=words())
    assert await door(message("e1", text=text)) == help_card(words())


@pytest.mark.parametrize(
    "text", ["", "?", "Can you help me build trust?", "hello, who decides?", "help, hello", "hi hi"]
)
async def test_everything_else_is_a_question(text: str) -> None:
    trail = Trail()
    door = FrontDoor(ask=_ask, words=words(), reached=trail)
    assert await door(message("e1", text=text)) == CARD
    assert trail.points == [Point.ROUTED]
