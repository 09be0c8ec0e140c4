"""The page's transcript: what was said, in order, each answer once."""

from dataclasses import replace

from bot.domain.messages import REVISED, WITHDRAWN, EventKey, Incoming, Place
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.store.page import PageTranscript
from tests.fakes import CARD, NOON, SORRY, FakeClock, message

LENA = Place("lena")
ANSWER = EventKey("web:answer:web:lena:e1")


async def test_a_conversation_is_read_in_order(database: Database) -> None:
    clock = FakeClock()
    page = PageTranscript(database, clock)
    await Inbox(database).receive(message("e1", text="First?"))
    clock.move(1)
    await page.send(LENA, ANSWER, CARD)
    await Inbox(database).receive(message("e0", text="Second?", at=5))
    clock.move(9)
    await page.send(LENA, EventKey("web:notice:1"), SORRY)
    said = await page.read(LENA)
    assert [(each.text, each.card, each.answers) for each in said] == [
        ("First?", None, ""),
        ("", CARD, "web:lena:e1"),
        ("Second?", None, ""),
        ("", SORRY, ""),
    ]
    assert said[0].at == NOON
    assert await page.read(Place("sean")) == ()


async def test_what_is_forgotten_leaves_only_what_stands_in_its_place(database: Database) -> None:
    page = PageTranscript(database, FakeClock())
    for event in ("e1", "e2"):
        await Inbox(database).receive(message(event, text=f"Words of {event}"))
    await page.forget(message("e1").key, "(not kept)")
    assert [each.text for each in await page.read(LENA)] == ["(not kept)", "Words of e2"]


async def test_a_card_is_posted_once_per_key(database: Database) -> None:
    page = PageTranscript(database, FakeClock())
    for card in (CARD, SORRY, CARD):
        await page.send(LENA, ANSWER, card)
    assert [each.card for each in await page.read(LENA)] == [CARD]


async def test_a_posted_card_is_rewritten_where_it_stands(database: Database) -> None:
    page = PageTranscript(database, FakeClock())
    posted = await page.send(LENA, ANSWER, CARD)
    again = await page.rewrite(LENA, posted, EventKey(f"{ANSWER}:2"), SORRY)
    assert again == posted == ANSWER
    assert [(each.card, each.answers) for each in await page.read(LENA)] == [(SORRY, "web:lena:e1")]


async def test_a_posted_card_is_taken_away_and_only_where_it_stands(database: Database) -> None:
    page = PageTranscript(database, FakeClock())
    posted = await page.send(LENA, ANSWER, CARD)
    await page.remove(Place("sean"), posted)
    assert len(await page.read(LENA)) == 1
    await page.remove(LENA, posted)
    assert await page.read(LENA) == ()


def _changed(event: str, action: str, text: str = "") -> Incoming:
    return replace(message(event, text=text, at=9), action=action, values={"of": message("e1").key})


async def test_ones_own_words_stand_as_they_were_changed_last(database: Database) -> None:
    page, inbox = PageTranscript(database, FakeClock()), Inbox(database)
    for event in ("e1", "e2"):
        await inbox.receive(message(event, text=f"Words of {event}"))
    for event, text in (("e3", "Other words"), ("e4", "The last words")):
        await inbox.receive(_changed(event, REVISED, text))
    assert [each.text for each in await page.read(LENA)] == ["The last words", "Words of e2"]
    await inbox.receive(_changed("e5", WITHDRAWN))
    assert [each.text for each in await page.read(LENA)] == ["Words of e2"]


async def test_nothing_is_shown_of_what_was_pressed_or_came_from_elsewhere(database: Database) -> None:
    inbox = Inbox(database)
    await inbox.receive(replace(message("e1", text=""), action="barrier.log"))
    await inbox.receive(message("e2", platform="slack"))
    assert await PageTranscript(database, FakeClock()).read(LENA) == ()
