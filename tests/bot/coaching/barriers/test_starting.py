"""The ways in: each shows exactly what would be stored, stores nothing, and says who would see what."""

from dataclasses import replace

import pytest

from bot.coaching.barriers.starting import LINK, OWN
from bot.domain.cards import Card, Form, Paragraph
from bot.domain.messages import Incoming
from knowledge.triage.judging import Judgement
from prompts import words
from tests.bot.coaching.raising_room import ANN, BARRIER, BOB, WHAT, Room, pressed, said

ANSWER = Card(paragraphs=(Paragraph(text="Start small."),), note="From the library.")


def form_of(card: Card) -> Form:
    assert card.form is not None
    return card.form


def initial(card: Card) -> dict[str, str]:
    return {each.id: each.initial for each in form_of(card).fields}


async def test_what_was_typed_comes_back_in_a_form_with_a_first_guess() -> None:
    room = Room()
    card = await room.types(ANN, "raise", WHAT)
    assert initial(card) == {
        "statement": WHAT,
        "factor": "information",
        "others": "",
        "organisations": "council",
        "consent": "counted",
        "share": "",
    }
    factor = next(each for each in form_of(card).fields if each.id == "factor")
    assert "Law, statutory duty" in factor.hint
    assert "Trust and relationships" in factor.hint
    assert len(factor.choices) == 12
    assert said("barrier.form.sees") in card.plain
    assert not room.barriers.kept
    assert not room.drafts.kept


async def test_without_words_the_form_is_empty() -> None:
    given = initial(await Room().types(ANN, "raise"))
    assert (given["statement"], given["factor"], given["organisations"]) == ("", "", "council")


def test_every_label_fits_where_platforms_put_it() -> None:
    consents = [text for name, text in words().entries.items() if name.startswith("barrier.consent.")]
    assert len(consents) == 4
    assert max(map(len, consents)) <= 75
    for name in (
        "form.submit",
        "form.cancel",
        "twins.new",
        "own.consent",
        "own.withdraw",
        "own.withdraw_yes",
        "own.save",
    ):
        assert len(words()(f"barrier.{name}")) <= 20
    assert len(said("barrier.twins.join", label="B-12345")) <= 20
    assert len(said("barrier.offer.button")) <= 20


async def test_what_a_form_cannot_hold_is_said_and_not_cut() -> None:
    card = await Room().types(ANN, "raise", "word " * 600)
    assert card.paragraphs[0].text == said("barrier.form.too_long", length="3,000", limit="2,800")
    assert initial(card)["statement"] == ""


async def test_the_same_message_gets_the_same_form_and_another_gets_another() -> None:
    room = Room()
    first, again = await room.types(ANN, "raise", WHAT, "slack:1"), await room.types(ANN, "raise", WHAT, "slack:1")
    assert first == again
    assert form_of(await room.types(ANN, "raise", WHAT, "slack:2")).value != form_of(first).value


async def test_somebody_who_is_not_confirmed_is_told_before_they_fill_anything_in() -> None:
    room = Room()
    assert (await room.types(replace(ANN, partner=None), "raise", WHAT)).plain == said("barrier.unsure")


async def test_ones_own_message_is_filled_in_and_another_persons_is_only_linked() -> None:
    room, link = Room(), "https://slack.com/archives/C0/p1"
    own = await room.sends(ANN, "barrier-shortcut", text=WHAT, link=link, own="yes")
    other = await room.sends(ANN, "barrier-shortcut", text=WHAT, link=link, own="no")
    assert initial(own)["statement"] == WHAT
    assert initial(other)["statement"] == said("barrier.form.about", link=link)
    assert WHAT not in str(other)
    assert said("barrier.form.others_words") in other.plain
    nowhere = await room.sends(ANN, "barrier-shortcut", text=WHAT, link="", own="no")
    assert initial(nowhere)["statement"] == ""


async def tap(room: Room, text: str = WHAT) -> str:
    """The value of the button under an answer to Ann."""
    card = room.starting.sounds(ANSWER, text, room.message(ANN, text), BARRIER)
    return pressed(card, said("barrier.offer.button"))


async def test_what_sounds_like_a_barrier_is_offered_to_its_author_alone() -> None:
    room = Room()
    value = await tap(room)
    assert initial(await room.sends(ANN, "barrier-offer", value))["statement"] == WHAT
    for who, brought in ((BOB, value), (ANN, ""), (ANN, WHAT)):
        assert (await room.sends(who, "barrier-offer", brought)).plain == said("barrier.offer.not_yours")


@pytest.mark.parametrize(
    ("judgement", "text"),
    [
        (replace(BARRIER, confidence=0.5), WHAT),
        (Judgement(intent="question", confidence=0.99), WHAT),
        (BARRIER, WHAT * 100),
    ],
)
def test_nothing_is_offered_where_that_is_not_sure_or_a_button_cannot_carry_it(judgement: Judgement, text: str) -> None:
    room = Room()
    assert room.starting.sounds(ANSWER, text, room.message(ANN, text), judgement) == ANSWER


def test_an_offer_leaves_the_answer_as_it_is() -> None:
    room = Room()
    card = room.starting.sounds(ANSWER, WHAT, room.message(ANN, WHAT), BARRIER)
    assert card.paragraphs == (*ANSWER.paragraphs, Paragraph(text=said("barrier.offer.text")))
    assert card.note == ANSWER.note


async def test_the_form_of_somebody_who_insists_is_known_again_with_the_same_words_only() -> None:
    room = Room()
    card = await room.types(ANN, "insist", WHAT)
    assert card.paragraphs[0].text == said("barrier.form.insisted")

    def sent(statement: str, value: str = form_of(card).value, action: str = "barrier-log") -> Incoming:
        return replace(room.message(ANN), action=action, values={"value": value, "statement": statement})

    assert room.starting.meant(sent(WHAT))
    assert room.starting.meant(sent(f" {WHAT.replace(' ', '  ')}\r\n"))
    assert not room.starting.meant(sent(f"{WHAT} And more."))
    assert not room.starting.meant(replace(sent(WHAT), sender=BOB.person))
    assert not room.starting.meant(sent(WHAT, action="barrier-consented"))
    assert not room.starting.meant(sent(WHAT, value=form_of(await room.types(ANN, "raise", WHAT)).value))
    assert not room.starting.meant(sent(WHAT, value=""))


async def test_what_was_insisted_on_is_logged_as_any_other() -> None:
    room = Room()
    value = form_of(await room.types(ANN, "insist", WHAT)).value
    await room.raises(ANN, WHAT, value)
    assert room.only.raisers[0].wording == WHAT


def test_the_fields_of_the_shortcut_are_those_that_adapters_fill_in() -> None:
    assert (LINK, OWN) == ("link", "own")
