"""The front door: a partner's greeting is answered at once and their words are a question; a stranger gets nothing."""

from dataclasses import dataclass, field, replace

import pytest

from bot.coaching.answer_card import help_card
from bot.coaching.front_door import FrontDoor
from bot.coaching.recognising import Recognised
from bot.delivery.checkpoints import Point
from bot.domain.cards import Card, Paragraph
from bot.domain.membership import Standing
from bot.domain.messages import Incoming
from bot.domain.people import Audience
from prompts import words
from tests.bot.plans import COUNCIL, PLAN
from tests.fakes import CARD, Trail, message

PARTNER = Recognised(
    standing=Standing(partnership=PLAN.id, organisation=COUNCIL.id),
    plan=PLAN,
    audience=Audience(organisations=frozenset({COUNCIL.id})),
)
JOINED = Card(paragraphs=(Paragraph(text="Joined."),))
STRANGER = Card(paragraphs=(Paragraph(text=words()("join.stranger")),))
CODE = "7BCD-EFGH-JKMN"


@dataclass
class House:
    """What lies behind the door, and who went through."""

    partner: Recognised | None = PARTNER
    asked: list[tuple[str, Recognised]] = field(default_factory=list)
    joined: list[tuple[str, str]] = field(default_factory=list)
    trail: Trail = field(default_factory=Trail)

    def __post_init__(self) -> None:
        self.door = FrontDoor(recognise=self.recognise, join=self.join, ask=self.ask, words=words(), reached=self.trail)

    async def recognise(self, _incoming: Incoming) -> Recognised | None:
        return self.partner

    async def join(self, incoming: Incoming, code: str) -> Card:
        self.joined.append((incoming.sender.key, code))
        return JOINED

    async def ask(self, question: str, recognised: Recognised) -> Card:
        self.asked.append((question, recognised))
        return CARD


@pytest.mark.parametrize("text", ["help", "Help!", "  HELLO ", "hi...", "What can you do?", "hey!?"])
async def test_help_is_given_to_whoever_calls_for_it(text: str) -> None:
    house = House()
    assert await house.door(message("e1", text=text)) == help_card(words())
    assert house.asked == []


@pytest.mark.parametrize(
    "text", ["", "?", "Can you help me build trust?", "hello, who decides?", "help, hello", "hi hi", "what gets them"]
)
async def test_everything_else_is_a_question(text: str) -> None:
    house = House()
    assert await house.door(message("e1", text=text)) == CARD
    assert house.asked == [(text, PARTNER)]
    assert house.trail.points == [Point.AUDIENCE_KNOWN, Point.ROUTED]


async def test_a_button_that_asks_asks_its_value() -> None:
    house = House()
    pressed = replace(message("e1", text=""), action="ask", values={"value": "Who decides?"})
    assert await house.door(pressed) == CARD
    assert await house.door(replace(pressed, values={})) == CARD
    assert house.asked == [("Who decides?", PARTNER), ("", PARTNER)]


@pytest.mark.parametrize("text", ["How do we build trust?", "help", "hello", "", "7BCD-EFGH", f"my code is {CODE}"])
async def test_a_stranger_gets_a_friendly_line_and_nothing_else(text: str) -> None:
    house = House(partner=None)
    assert await house.door(message("e1", text=text)) == STRANGER
    assert await house.door(replace(message("e2"), action="ask", values={"value": text})) == STRANGER
    assert house.asked == []
    assert house.joined == []
    assert house.trail.points == [Point.AUDIENCE_KNOWN] * 2


@pytest.mark.parametrize("partner", [None, PARTNER])
async def test_a_code_is_redeemed_for_strangers_and_partners_alike(partner: Recognised | None) -> None:
    house = House(partner=partner)
    typed = message("e1", text=f" join {CODE.lower()} ")
    assert await house.door(typed) == JOINED
    assert house.joined == [(typed.sender.key, "7BCDEFGHJKMN")]
    assert house.asked == []
