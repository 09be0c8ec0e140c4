"""The front door and barriers: commands, forms, and who may insist that they were misjudged."""

from dataclasses import dataclass, field, replace

import pytest

from bot.coaching.commands import INSIST, MINE, RAISE
from bot.coaching.directly import Act
from bot.coaching.recognising import Recognised
from bot.coaching.safeguarding import human_route_card
from bot.delivery.checkpoints import Point
from bot.delivery.saying import in_full
from bot.domain.cards import Card
from bot.domain.messages import Incoming
from knowledge.triage.judging import Judgement
from prompts import words
from tests.bot.coaching.test_front_door import JOINED, LINES, STRANGER, House
from tests.bot.plans import PLAN
from tests.fakes import CARD, message


@dataclass
class Commanded:
    """A door with commands, and what each was brought."""

    house: House = field(default_factory=House)
    brought: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        commands = {name: self._act(name) for name in (RAISE, INSIST, MINE)}
        self.door = replace(self.house.door, commands=commands, actions={"barrier-log": self._act("form")})

    def _act(self, name: str) -> Act:
        async def act(incoming: Incoming, _recognised: Recognised) -> Card:
            self.brought.append((name, incoming.text or incoming.values.get("statement", "")))
            return JOINED

        return act


async def test_a_command_goes_to_whoever_answers_it_with_the_rest_of_the_text() -> None:
    there = Commanded()
    for text in ("log a barrier: nobody shares", "my barriers", "I meant a barrier: nobody shares"):
        assert (await there.door(message("e1", text=text))).card == JOINED
    assert there.brought == [(RAISE, "nobody shares"), (MINE, ""), (INSIST, "nobody shares")]
    assert there.house.asked == []
    assert there.house.trail.points == [Point.AUDIENCE_KNOWN, Point.ROUTED, Point.CARD_MADE] * 3


@pytest.mark.parametrize("text", ["What barriers do partnerships meet?", "digest", "B-014"])
async def test_what_nothing_answers_is_a_question(text: str) -> None:
    there = Commanded()
    assert (await there.door(message("e1", text=text))).card == CARD
    assert [question for question, _ in there.house.asked] == [text]


async def test_a_button_is_no_command() -> None:
    there = Commanded()
    pressed = replace(message("e1", text="my barriers"), action="ask", values={"value": "barriers"})
    assert (await there.door(pressed)).card == CARD
    assert there.brought == []


async def test_what_is_sensitive_is_no_barrier_unless_its_author_insists() -> None:
    there = Commanded()
    said = in_full(await there.door(message("e1", text="barrier: somebody hurts me"))).card
    assert said == human_route_card(PLAN.contacts, LINES, words())
    assert there.brought == []
    await there.door(message("e2", text="I meant a barrier: somebody hurts me"))
    assert there.brought == [(INSIST, "somebody hurts me")]


async def test_a_stranger_cannot_insist() -> None:
    there = Commanded(house=House(partner=None))
    insisting = message("e1", text="I meant a barrier: somebody hurts me")
    assert (await there.door(insisting)).card == human_route_card((), LINES, words())
    assert (await there.door(message("e2", text="barrier: nobody shares"))).card == STRANGER
    assert there.brought == []


async def test_a_form_is_judged_by_what_was_written_unless_its_author_had_insisted() -> None:
    there = Commanded()
    filled = {"statement": "somebody hurts me", "factor": "trust", "value": "form"}
    sent = replace(message("e1", text=""), action="barrier-log", values=filled)
    door = replace(there.door, chosen=frozenset({"factor"}))
    assert in_full(await door(sent)).card.title == words()("sensitive.title")
    assert there.brought == []
    insisted = replace(door, meant=lambda incoming: incoming.values["value"] == "form")
    assert (await insisted(sent)).card == JOINED
    assert there.brought == [("form", "somebody hurts me")]
    assert (await replace(insisted, recognise=House(partner=None).recognise)(sent)).card != JOINED


async def test_under_an_answer_more_may_be_offered_for_what_it_sounds_like() -> None:
    house, heard = House(), []

    def sounds(card: Card, question: str, _incoming: Incoming, judgement: Judgement) -> Card:
        heard.append((card, question, judgement.intent))
        return JOINED

    door = replace(house.door, sounds=sounds)
    assert (await door(message("e1", text="Who decides?"))).card == JOINED
    await door(message("e2", text="help"))
    await door(message("e3", text="cheers mate"))
    assert heard == [(CARD, "Who decides?", "question")]


async def test_help_names_the_commands_where_they_can_be_used() -> None:
    there = Commanded()
    help_text = words()("help.barriers")
    assert help_text in in_full(await there.door(message("e1", text="help"))).card.plain
    assert help_text not in in_full(await there.house.door(message("e2", text="help"))).card.plain
