"""The front door: the sensitive goes to people, a greeting is answered at once, other words are a question."""

from dataclasses import dataclass, field, replace

import pytest

from bot.coaching.answers.card import help_card
from bot.coaching.front_door import FrontDoor
from bot.coaching.recognising import Recognised
from bot.coaching.safeguarding import Safeguarding, human_route_card
from bot.delivery.checkpoints import Point
from bot.delivery.saying import in_full
from bot.domain.cards import Card, Paragraph
from bot.domain.help_lines import HelpLine
from bot.domain.membership import Standing
from bot.domain.messages import Incoming
from bot.domain.people import Audience
from knowledge.triage.judging import Judgement
from prompts import words
from tests.bot.plans import COUNCIL, PLAN
from tests.fakes import CARD, Trail, message

PARTNER = Recognised(
    standing=Standing(partnership=PLAN.id, organisation=COUNCIL.id),
    plan=PLAN,
    audience=Audience(organisations=frozenset({COUNCIL.id})),
    person=message("e1").sender,
)
JOINED = Card(paragraphs=(Paragraph(text="Joined."),))
STRANGER = Card(paragraphs=(Paragraph(text=words()("join.stranger")),))
CODE = "7BCD-EFGH-JKMN"
LINES = (HelpLine(name="Listeners", how="01632 960 999", when="Day and night."),)
#: What the fake judge makes of messages; everything else is a question that it is sure of.
JUDGED = {
    "somebody hurts me": Judgement(intent="sensitive", confidence=0.6),
    "cheers mate": Judgement(intent="smalltalk", confidence=0.9),
    "cheers perhaps": Judgement(intent="smalltalk", confidence=0.7),
    "cheers to a long and winding road of words": Judgement(intent="smalltalk", confidence=0.99),
}


def judge(text: str) -> Judgement:
    return JUDGED.get(text, Judgement(intent="question"))


@dataclass
class House:
    """What lies behind the door, and who went through."""

    partner: Recognised | None = PARTNER
    asked: list[tuple[str, Recognised]] = field(default_factory=list)
    joined: list[tuple[str, str]] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    trail: Trail = field(default_factory=Trail)

    def __post_init__(self) -> None:
        self.door = FrontDoor(
            recognise=self.recognise,
            join=self.join,
            ask=self.ask,
            safeguard=Safeguarding(judge=judge, lines=LINES, words=words(), forget=self.forget),
            words=words(),
            reached=self.trail,
        )

    async def forget(self, incoming: Incoming) -> None:
        self.forgotten.append(incoming.key)

    async def recognise(self, _incoming: Incoming) -> Recognised | None:
        return self.partner

    async def join(self, incoming: Incoming, code: str) -> Card:
        self.joined.append((incoming.sender.key, code))
        return JOINED

    async def ask(self, question: str, recognised: Recognised, _incoming: Incoming) -> Card:
        self.asked.append((question, recognised))
        return CARD


@pytest.mark.parametrize("text", ["help", "Help!", "  HELLO ", "hi...", "What can you do?", "hey!?"])
async def test_help_is_given_to_whoever_calls_for_it(text: str) -> None:
    house = House()
    assert (await house.door(message("e1", text=text))).card == help_card(words())
    assert house.asked == []


@pytest.mark.parametrize(
    "text", ["", "?", "Can you help me build trust?", "hello, who decides?", "help, hello", "hi hi", "what gets them"]
)
async def test_everything_else_is_a_question(text: str) -> None:
    house = House()
    assert (await house.door(message("e1", text=text))).card == CARD
    assert house.asked == [(text, PARTNER)]
    assert house.trail.points == [Point.AUDIENCE_KNOWN, Point.ROUTED]


async def test_a_button_that_asks_asks_its_value() -> None:
    house = House()
    pressed = replace(message("e1", text=""), action="ask", values={"value": "Who decides?"})
    assert (await house.door(pressed)).card == CARD
    assert (await house.door(replace(pressed, values={}))).card == CARD
    assert house.asked == [("Who decides?", PARTNER), ("", PARTNER)]


@pytest.mark.parametrize("text", ["How do we build trust?", "help", "hello", "", "7BCD-EFGH", f"my code is {CODE}"])
async def test_a_stranger_gets_a_friendly_line_and_nothing_else(text: str) -> None:
    house = House(partner=None)
    assert (await house.door(message("e1", text=text))).card == STRANGER
    assert (await house.door(replace(message("e2"), action="ask", values={"value": text}))).card == STRANGER
    assert house.asked == []
    assert house.joined == []
    assert house.trail.points == [Point.AUDIENCE_KNOWN] * 2


@pytest.mark.parametrize("partner", [None, PARTNER])
async def test_a_code_is_redeemed_for_strangers_and_partners_alike(partner: Recognised | None) -> None:
    house = House(partner=partner)
    typed = message("e1", text=f" join {CODE.lower()} ")
    assert (await house.door(typed)).card == JOINED
    assert house.joined == [(typed.sender.key, "7BCDEFGHJKMN")]
    assert house.asked == []


@pytest.mark.parametrize("action", ["", "ask"])
async def test_what_is_sensitive_gets_the_human_route_and_is_forgotten(action: str) -> None:
    house = House()
    said = replace(message("e1", text="somebody hurts me"), action=action, values={"value": "somebody hurts me"})
    assert (await house.door(said)).card == human_route_card(PLAN.contacts, LINES, words())
    assert house.forgotten == [said.key]
    assert house.asked == []


async def test_a_stranger_in_need_gets_the_help_lines_and_nothing_of_the_partnership() -> None:
    house = House(partner=None)
    assert (await house.door(message("e1", text="somebody hurts me"))).card == human_route_card((), LINES, words())


async def test_nothing_else_is_forgotten() -> None:
    house = House()
    for text in ("Who decides?", "cheers mate", "help", CODE):
        await house.door(message("e1", text=text))
    assert house.forgotten == []


async def test_small_talk_gets_a_brief_line_and_what_the_coach_can_do() -> None:
    house = House()
    card = in_full(await house.door(message("e1", text="cheers mate"))).card
    assert card.paragraphs == (Paragraph(text=words()("smalltalk.text")),)
    assert card.buttons == help_card(words()).buttons
    assert house.asked == []


@pytest.mark.parametrize("text", ["cheers perhaps", "cheers to a long and winding road of words"])
async def test_what_may_be_more_than_small_talk_is_a_question(text: str) -> None:
    house = House()
    assert (await house.door(message("e1", text=text))).card == CARD
    assert [question for question, _ in house.asked] == [text]


async def test_a_button_or_a_form_goes_to_whoever_offered_it() -> None:
    house, brought = House(), []

    async def act(incoming: Incoming, recognised: Recognised) -> Card:
        brought.append((incoming.action, dict(incoming.values), recognised))
        return JOINED

    door = replace(house.door, actions={"rate": act})
    sent = replace(message("e1", text=""), action="rate.a1b2", values={"value": "x", "comment": "too long"})
    assert (await door(sent)).card == JOINED
    assert brought == [("rate.a1b2", {"value": "x", "comment": "too long"}, PARTNER)]
    assert house.asked == []
    assert (await replace(door, recognise=House(partner=None).recognise)(sent)).card == STRANGER
    assert len(brought) == 1


async def test_what_is_sensitive_in_a_form_goes_to_people_and_no_further() -> None:
    house, brought = House(), []

    async def act(incoming: Incoming, _recognised: Recognised) -> Card:
        brought.append(incoming)
        return JOINED

    door = replace(house.door, actions={"rate": act})
    sent = replace(message("e1", text=""), action="rate.a1b2", values={"comment": "somebody hurts me"})
    assert in_full(await door(sent)).card.title == words()("sensitive.title")
    assert brought == []
