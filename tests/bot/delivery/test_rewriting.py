"""A card instead of an earlier one: rewritten in place, taken away, or posted anew where that cannot be."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.delivery.ports import PostFailed, Rewriting, Sender
from bot.delivery.saying import SILENT, Says
from bot.delivery.worker import Delivery
from bot.domain.cards import Card, Paragraph
from bot.domain.messages import EventKey, Incoming, Place
from bot.store.database import Database
from bot.store.inbox import Reply
from bot.store.page import PageTranscript
from bot.store.tables import outbox
from tests.bot.delivery.scene import Scene, answering
from tests.bot.store.rows import rows
from tests.fakes import CARD, NOON, FakeClock, FakeRewriter, FakeSender, lease, message

FIRST = "web:answer:web:lena:e1"


def saying(text: str) -> Card:
    return Card(paragraphs=(Paragraph(text=text),), about=f"about {text}")


def scene(database: Database, sender: FakeSender | None = None) -> Scene:
    """Whoever says “e1” is told so; every other message stands instead of the answer to that, and “e9” removes it."""

    async def answer(incoming: Incoming) -> Says:
        name = incoming.text
        if name == "e9":
            return Says(card=Card(), instead_of=FIRST)
        return Says(card=saying(name), instead_of="" if name == "e1" else FIRST)

    return Scene(database, answer, sender=sender or FakeRewriter())


async def say(there: Scene, *events: str) -> None:
    for event in events:
        await there.delivery.receive(message(event, text=event))
        while await there.delivery.handle_one():
            pass


async def post(delivery: Delivery, clock: FakeClock, rounds: int = 4) -> None:
    """Post all that can be posted, with pauses."""
    for _ in range(rounds):
        while await delivery.send_one():
            pass
        clock.move(2)


def shown(there: Scene) -> list[Card]:
    assert isinstance(there.sender, FakeRewriter)
    return list(there.sender.shown.values())


async def test_a_later_card_stands_where_the_earlier_one_was_posted(database: Database) -> None:
    there = scene(database)
    for event in ("e1", "e2", "e3"):
        await say(there, event)
        await post(there.delivery, there.clock)
    assert shown(there) == [saying("e3")]
    assert len(there.sender.posted) == 1
    found = await there.outbox.posted_card("web", "r1", "le")
    assert found is not None
    assert (found.key, found.reference, found.about) == (FIRST, "r1", "about e3")
    assert await there.outbox.posted_card("web", "r1", "amara") is None
    assert await there.outbox.posted_card("slack", "r1") is None


async def test_an_empty_card_takes_the_earlier_one_away_and_what_came_in_between(database: Database) -> None:
    there = scene(database)
    for event in ("e1", "e2", "e9"):
        await say(there, event)
        await post(there.delivery, there.clock)
    assert shown(there) == []
    assert await there.outbox.posted(FIRST) is None


async def test_what_nobody_began_to_post_is_never_posted(database: Database) -> None:
    there = scene(database)
    await say(there, "e1", "e2", "e3")
    await post(there.delivery, there.clock)
    assert [card for _, _, card in there.sender.posted] == [saying("e3")]
    assert {row["key"]: row["payload"] for row in await rows(database, outbox)}[FIRST] is None
    await say(there, "e9")
    await post(there.delivery, there.clock)
    assert len(there.sender.posted) == 1


async def test_an_earlier_card_that_is_on_its_way_is_waited_for(database: Database) -> None:
    there = scene(database)
    await say(there, "e1")
    taken = await there.outbox.claim(lease("a"))
    assert taken is not None
    await say(there, "e2")
    assert await there.outbox.claim(lease("b", at=0)) is None
    there.sender.shown["r7"] = taken.card  # type: ignore[attr-defined]
    await there.outbox.sent(taken, "r7")
    there.clock.move(2)
    await post(there.delivery, there.clock)
    assert shown(there) == [saying("e2")]
    assert there.sender.posted == []


async def test_of_several_on_their_way_the_last_stands(database: Database) -> None:
    there = scene(database)
    await say(there, "e1")
    await post(there.delivery, there.clock)
    await say(there, "e2")
    second = await there.outbox.claim(lease("a", at=60))
    assert second is not None
    await say(there, "e3")
    assert await there.outbox.claim(lease("b", at=60)) is None
    await there.outbox.retry(second, NOON + timedelta(seconds=9))
    there.clock.move(90)
    await post(there.delivery, there.clock, rounds=9)
    assert shown(there) == [saying("e3")]


async def test_where_a_platform_lets_nothing_be_changed_the_later_card_is_posted_after(database: Database) -> None:
    there = scene(database, FakeSender())
    await say(there, "e1")
    await post(there.delivery, there.clock)
    await say(there, "e2")
    await post(there.delivery, there.clock)
    await say(there, "e9")
    await post(there.delivery, there.clock)
    assert [card for _, _, card in there.sender.posted] == [saying("e1"), saying("e2")]
    assert set(await there.outbox.counts()) == {"sent"}


@pytest.mark.parametrize(
    ("failure", "posts"),
    [
        (PostFailed(reason="too old to change", final=True), 2),
        (PostFailed(reason="timeout", posted=None), 1),
        (PostFailed(reason="busy", retry_after=1), 1),
        (PostFailed(reason="closed", final=True, gone=True), 1),
    ],
)
async def test_a_rewrite_that_fails_is_made_again_or_posted_anew(
    database: Database, failure: PostFailed, posts: int
) -> None:
    there = scene(database)
    await say(there, "e1")
    await post(there.delivery, there.clock)
    there.sender.errors = [failure]
    await say(there, "e2")
    await post(there.delivery, there.clock)
    assert len(there.sender.posted) == posts
    assert (saying("e2") in shown(there)) is not failure.gone


async def test_after_a_death_while_rewriting_it_is_done_again(database: Database) -> None:
    there = scene(database)
    await say(there, "e1")
    await post(there.delivery, there.clock)
    await say(there, "e2")
    assert await there.outbox.claim(lease("dead", at=60)) is not None
    there.clock.move(120)
    await post(there.delivery, there.clock)
    assert shown(there) == [saying("e2")]
    assert set(await there.outbox.counts()) == {"sent"}


@dataclass
class Knowing(FakeRewriter):
    """On a platform that knows its messages again."""

    async def was_posted(self, _place: Place, key: EventKey) -> bool:
        return key in [posted for _, posted, _ in self.posted]


async def test_what_was_posted_anew_before_a_death_is_not_posted_again(database: Database) -> None:
    there = scene(database, Knowing())
    await say(there, "e1", "e2")
    taken = await there.outbox.claim(lease("dead"))
    assert taken is not None
    assert taken.former is None
    await there.sender.send(taken.place, taken.key, taken.card)
    there.clock.move(120)
    await post(there.delivery, there.clock)
    assert shown(there) == [saying("e2")]
    assert set(await there.outbox.counts()) == {"sent", "expired"}


async def test_silence_is_no_card_and_what_goes_elsewhere_goes_out(database: Database) -> None:
    other = Reply(key="other", platform="web", place=message("e1").place, card=CARD)

    async def answer(incoming: Incoming) -> Says:
        return SILENT if incoming.text == "e1" else Says(card=Card(), elsewhere=(other,))

    there = Scene(database, answer)
    await say(there, "e1", "e2")
    assert await there.settled() == [CARD]


async def test_who_can_rewrite_says_so(database: Database) -> None:
    senders: list[Sender] = [FakeSender(), FakeRewriter(), PageTranscript(database, FakeClock())]
    assert [isinstance(each, Rewriting) for each in senders] == [False, True, True]
    assert Scene(database, answering).sender.posted == []
