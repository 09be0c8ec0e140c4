"""The front door and check-ins: what is typed may be a reply, never what is sensitive; each hears their language."""

import re
from dataclasses import dataclass, field, replace

import pytest

from bot.coaching.check_ins.cards import CHOICES, MOST_WORDS, REPLY
from bot.coaching.check_ins.reflecting_text import Otherwise
from bot.coaching.commands import CHECK_IN, INSIST, JOURNAL, PRIVACY, SETTINGS, command_in
from bot.coaching.recognising import Recognised
from bot.delivery.saying import Says, in_full
from bot.domain.cards import Card
from bot.domain.messages import Incoming
from knowledge.triage.judging import Judgement
from prompts import LOCALES, current_locale, entries, speaking, words
from tests.bot.coaching.test_front_door import CODE, JOINED, House
from tests.fakes import CARD, message

KEPT = Card(title="Kept.")


@dataclass
class Replying:
    """A door behind which whatever does not begin with “how” is a reply."""

    house: House = field(default_factory=House)
    heard: list[str] = field(default_factory=list)
    filled: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.door = replace(
            self.house.door, plainly=self._plainly, actions={REPLY: self._form}, chosen=CHOICES, language=self._language
        )

    async def _plainly(
        self, incoming: Incoming, _recognised: Recognised, judgement: Judgement, otherwise: Otherwise
    ) -> Card | Says:
        self.heard.append(f"{judgement.intent}: {incoming.text}")
        return await otherwise() if incoming.text.startswith("how") or incoming.action else Says(card=KEPT)

    async def _form(self, incoming: Incoming, _recognised: Recognised) -> Card:
        self.filled.append(incoming.values["reply"])
        return KEPT

    async def _language(self, recognised: Recognised | None) -> str:
        return "" if recognised is None else "cy"


@pytest.mark.parametrize(
    ("text", "kept", "asked"),
    [
        ("we never meet", True, False),
        ("how do we build trust", False, True),
        ("cheers mate", True, False),
        ("help", False, False),
        ("somebody hurts me", False, False),
        (CODE, False, False),
    ],
)
async def test_what_is_typed_is_a_reply_only_after_everything_that_must_come_first(
    text: str, kept: bool, asked: bool
) -> None:
    there = Replying()
    said = in_full(await there.door(message("e1", text=text))).card
    assert (said.title == KEPT.title) is kept
    assert bool(there.house.asked) is asked
    assert (there.heard != []) is (kept or asked)


async def test_a_stranger_replies_to_nothing() -> None:
    there = Replying(house=House(partner=None))
    await there.door(message("e1", text="we never meet"))
    assert there.heard == []


async def test_a_form_with_something_sensitive_in_it_is_kept_nowhere() -> None:
    there = Replying()
    fields = {"value": "c1", "consent": "somebody hurts me", "view": "hard", "reply": "we never meet"}
    sent = replace(message("e1", text=""), action=REPLY, values=fields)
    await there.door(sent)
    assert there.filled == ["we never meet"]
    said = in_full(await there.door(replace(sent, values={**fields, "reply": "somebody hurts me"}))).card
    with speaking("cy"):
        assert said.title == words()("sensitive.title")
    assert there.filled == ["we never meet"]


async def test_everybody_is_spoken_to_in_their_own_language_and_the_card_says_which() -> None:
    there = Replying()
    said = in_full(await there.door(message("e1", text="how do we build trust"))).card
    assert replace(said, locale="") == CARD
    assert said.locale == "cy"
    assert in_full(await there.door(message("e1", text="we never meet"))).card.locale == "cy"
    assert current_locale() == "en"
    stranger = replace(there.door, recognise=House(partner=None).recognise)
    assert in_full(await stranger(message("e1", text="hello"))).card.locale == ""


async def test_what_already_says_its_language_keeps_it() -> None:
    there = Replying()

    async def act(_incoming: Incoming, _recognised: Recognised) -> Card:
        return replace(JOINED, locale="en")

    door = replace(there.door, actions={"settings-save": act})
    pressed = replace(message("e1", text=""), action="settings-save.x", values={"value": ""})
    assert (await door(pressed)).card == replace(JOINED, locale="en")


async def _no_act(_incoming: Incoming, _recognised: Recognised) -> Card:
    raise AssertionError("help is no command")


@pytest.mark.parametrize("locale", LOCALES)
async def test_help_names_check_ins_and_settings_in_at_most_60_words(locale: str) -> None:
    house, copy = House(), entries(locale)
    everything = replace(house.door, commands=dict.fromkeys((CHECK_IN, INSIST), _no_act))

    async def spoken(_recognised: Recognised | None) -> str:
        return locale

    card = in_full(await replace(everything, language=spoken)(message("e1", text="help"))).card
    told = " ".join([card.title, *(each.text for each in card.paragraphs), card.note])
    assert {copy["help.barriers"], copy["help.check_ins"]} < {each.text for each in card.paragraphs}
    assert len(told.split()) <= MOST_WORDS
    calls = {command_in(call, words()) for call in re.findall("“([^”]+)”", copy["help.check_ins"])}
    assert {each.name for each in calls if each} == {CHECK_IN, SETTINGS, JOURNAL, PRIVACY}
    without = in_full(await house.door(message("e2", text="help"))).card
    assert copy["help.check_ins"] not in {each.text for each in without.paragraphs}
