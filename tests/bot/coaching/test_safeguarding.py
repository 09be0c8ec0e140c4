"""Safeguarding: whom a person is pointed to, what the card says, and that nothing of the message is in it."""

from dataclasses import replace

from bot.coaching.recognising import Recognised
from bot.coaching.safeguarding import Safeguarding, human_route_card
from bot.domain.cards import Fact
from bot.domain.help_lines import HelpLine
from bot.domain.membership import Standing
from bot.domain.partnership import Contact
from bot.domain.people import Audience
from bot.help_lines_file import help_lines
from knowledge.triage.judging import Judgement
from prompts import words
from tests.bot.plans import COUNCIL, HOUSING, PLAN
from tests.fakes import message

LINES = (HelpLine(name="Listeners", how="01632 960 999", when="Day and night."),)
CONTACTS = (
    Contact(name="Duty desk", how="01632 960 101"),
    Contact(name="Council's own", how="inside line", for_organisation=COUNCIL.id),
    Contact(name="Housing's own", how="other line", for_organisation=HOUSING.id),
    Contact(name="Data desk", how="data@council.example", for_factor="information"),
)
SECRET = "he waits for me by the lifts"


def recognised() -> Recognised:
    return Recognised(
        standing=Standing(partnership=PLAN.id, organisation=COUNCIL.id),
        plan=replace(PLAN, contacts=CONTACTS),
        audience=Audience(organisations=frozenset({COUNCIL.id})),
        person=message("e1").sender,
    )


def safeguarding() -> Safeguarding:
    return Safeguarding(judge=lambda _text: Judgement(intent="sensitive"), lines=LINES, words=words())


async def test_a_partner_is_pointed_to_the_general_contacts_and_their_own_and_to_the_help_lines() -> None:
    card = await safeguarding().human_route(message("e1", text=SECRET), recognised())
    assert card.facts == (
        Fact(name="Duty desk", value="01632 960 101"),
        Fact(name="Council's own", value="inside line"),
        Fact(name="Listeners", value="01632 960 999. Day and night."),
    )


async def test_a_stranger_is_pointed_to_the_help_lines() -> None:
    card = await safeguarding().human_route(message("e1", text=SECRET), None)
    assert [fact.name for fact in card.facts] == ["Listeners"]


async def test_nothing_of_the_message_is_in_the_card_and_nothing_invites_to_go_on_talking_to_software() -> None:
    card = await safeguarding().human_route(message("e1", text=SECRET), recognised())
    assert SECRET not in card.plain
    assert (card.buttons, card.form, card.by_model) == ((), None, False)


async def test_a_message_is_judged_by_the_judge() -> None:
    assert (await safeguarding().look(SECRET)).sensitive


def test_the_card_says_that_it_is_software_and_nobody_watches_in_a_few_words() -> None:
    card = human_route_card((), help_lines(None), words())
    said = " ".join(paragraph.text for paragraph in card.paragraphs)
    assert "software" in said
    assert "nobody is watching" in said
    english = [paragraph.text for paragraph in card.paragraphs[:2]]
    assert len(" ".join(english).split()) <= 60
