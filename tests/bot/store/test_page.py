"""The page's transcript: what was said, in order, each answer once."""

from bot.domain.messages import EventKey, Place
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
