"""Home, help and set-up: what somebody can do here and how things of theirs stand, by their role."""

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.coaching.commands import CHECK_IN, DIGEST, INSIST, MINE, RAISE, SET_UP
from bot.coaching.digests.links import DigestLinks
from bot.coaching.directly import Act
from bot.coaching.home.card import DO, Home
from bot.coaching.home.setting_up import SettingUp
from bot.coaching.library.documents import Documents, Shelved
from bot.coaching.library.links import DocumentLinks
from bot.coaching.recognising import Recognised
from bot.delivery.saying import in_full
from bot.domain.barrier_rules import raised
from bot.domain.barriers import Barrier
from bot.domain.cards import Card, Paragraph
from bot.domain.check_ins import State
from bot.domain.messages import Incoming
from bot.domain.own_settings import PartnerSettings
from bot.domain.people import PartnerId, PartnershipId
from bot.store.agreements import Agreements
from bot.store.barriers import Barriers
from prompts import LOCALES, speaking, words
from tests.bot.coaching.barriers_at_hand import BEN, LEADING, part, recognised
from tests.bot.coaching.check_ins_room import check_in
from tests.bot.coaching.settings_room import FakeCheckIns, FakeOwn
from tests.bot.plans import PLAN
from tests.fakes import FakeClock, message

WORDS = words()


@dataclass
class FakeBarriers(Barriers):
    """What Ben raised."""

    raised: list[Barrier] = field(default_factory=list)

    async def of(self, partnership: PartnershipId, partner: PartnerId) -> tuple[Barrier, ...]:
        return tuple(self.raised) if partner == BEN else ()


def typed(name: str) -> Act:
    """An act that says what it was told to do."""

    async def act(incoming: Incoming, _recognised: Recognised) -> Card:
        return Card(paragraphs=(Paragraph(text=f"{name}:{incoming.action}:{incoming.text}"),))

    return act


OTHERS = {name: typed(name) for name in (CHECK_IN, RAISE, MINE, DIGEST, SET_UP, INSIST, "organisations", "partners")}


def home(**parts: Any) -> Home:
    given = {"check_ins": FakeCheckIns(), "barriers": FakeBarriers(), "own": FakeOwn(), "others": OTHERS, **parts}
    return Home(words=WORDS, **given)


async def shown(who: Recognised, **parts: Any) -> Card:
    return await home(**parts).home_card(message("1"), who)


async def test_a_partner_finds_their_check_in_their_barriers_and_their_settings() -> None:
    mine = raised(PLAN.id, part(BEN), "trust", "c1")
    own = FakeOwn(kept={BEN: PartnerSettings(weekday="friday", hour=14)})
    card = await shown(
        recognised(BEN),
        check_ins=FakeCheckIns(one=check_in(who=recognised(BEN))),
        barriers=FakeBarriers(raised=[mine]),
        own=own,
    )
    assert [fact.value for fact in card.facts] == [WORDS("home.waits"), "1 open", "Friday, 14:00"]
    assert {button.value for button in card.buttons if button.action == DO} == {CHECK_IN, RAISE, MINE}


async def test_a_lead_finds_the_digest_and_the_set_up_besides() -> None:
    card = await shown(LEADING)
    assert {DIGEST, SET_UP} <= {button.value for button in card.buttons}
    assert card.facts[-1].value == "2 organisations"


@pytest.mark.parametrize(
    ("state", "name"), [(State.ANSWERED, "answered"), (State.SKIPPED, "passed"), (State.SNOOZED, "waits")]
)
async def test_how_the_check_in_stands(state: State, name: str) -> None:
    one = replace(check_in(who=recognised(BEN)), state=state)
    card = await shown(recognised(BEN), check_ins=FakeCheckIns(one=one))
    assert card.facts[0].value == WORDS(f"home.{name}")


async def test_whoever_is_not_confirmed_finds_nothing_of_anybodys() -> None:
    assert (await shown(replace(recognised(BEN), partner=None))).facts == ()


async def test_a_button_does_what_its_name_does_when_it_is_typed() -> None:
    pressed = replace(message("1", text="x"), action=DO, values={"value": DIGEST})
    assert in_full(await home().do(pressed, LEADING)).card.plain == "digest::"
    unknown = replace(pressed, values={"value": "nothing"})
    assert in_full(await home().do(unknown, LEADING)).card.title == WORDS("help.title")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("who", [recognised(BEN), LEADING])
async def test_help_says_what_can_be_typed_by_role(who: Recognised, locale: str) -> None:
    with speaking(locale):
        card = await home().help(message("1"), who)
        assert (WORDS("help.leads") in card.plain) == who.standing.lead
        assert WORDS("help.barriers") in card.plain
    assert len(card.plain.split()) <= 80


@pytest.mark.parametrize("locale", LOCALES)
async def test_labels_fit_their_buttons(locale: str) -> None:
    with speaking(locale):
        cards = [await shown(LEADING), await _set_up([], "https://coach.example")]
    assert all(len(button.label) <= 20 for card in cards for button in card.buttons)


@dataclass(frozen=True, kw_only=True)
class FakeDocuments(Documents):
    """What a lead sees of the library."""

    there: tuple[Shelved, ...] = ()

    async def seen_by_lead(self, recognised: Recognised) -> tuple[Shelved, ...]:
        return self.there


async def _set_up(there: list[Shelved], public: str, who: Recognised = LEADING) -> Card:
    async def restore(_file: str) -> None:
        pass

    documents = FakeDocuments(
        folder=Path("/nowhere"),
        shelf=lambda: None,
        agreements=Agreements.__new__(Agreements),
        links=DocumentLinks(signing=DigestLinks(secret=b"s", public_url=public)),
        words=WORDS,
        clock=FakeClock(),
        restore=restore,
        there=tuple(there),
    )
    case = SettingUp(documents=documents, words=WORDS, others=frozenset(OTHERS))
    return in_full(await case.commands[SET_UP](message("1"), who)).card


async def test_the_steps_say_how_they_stand_and_lead_on() -> None:
    there = [
        Shelved(file="a.md", title="A", audience=("partnership",), served=True, added=date(2026, 2, 3), brought=True),
        Shelved(file="b.md", title="B", audience=("partnership",), reason="It is damaged."),
    ]
    card = await _set_up(there, "https://coach.example")
    told = {fact.name: fact.value for fact in card.facts}
    assert (
        told[WORDS("setup.documents")]
        == "1 in use; 1 cannot be read; the last one that you added came on 3 February 2026"
    )
    assert told[WORDS("setup.organisations")] == "The Council, Harbour Housing"
    assert told[WORDS("setup.contacts")] == WORDS("setup.every_matter")
    assert [button.value or button.action for button in card.buttons] == [
        "organisations", "partners", "rhythm", "setup-figures", "setup-contacts",
    ]  # fmt: skip
    assert card.links[0].url.startswith("https://coach.example/documents/")


async def test_without_a_public_address_it_says_who_brings_documents() -> None:
    card = await _set_up([], "")
    assert (card.links, card.note) == ((), WORDS("setup.note_no_page"))


async def test_the_set_up_is_for_leads() -> None:
    assert (await _set_up([], "", recognised(BEN))).plain == WORDS("mine.rhythm.leads_only")
