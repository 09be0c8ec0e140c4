"""Streams in personal chats, over the real wire to the strict double."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest

from adapters.teams.send import TeamsSender
from adapters.teams.streams import LIFETIME_S, MOST_OPEN, Streams
from bot.delivery.ports import PostFailed
from bot.domain.cards import Card, Paragraph
from bot.domain.messages import EventKey, Place
from prompts import words
from tests.adapters.teams.fakes import NOW, FakeReferences
from tests.adapters.teams.linked import Seconds, linked, reference
from tests.teams_activities import Json
from tests.teams_double import Reply, TeamsDouble

ASKED, ANSWER = EventKey("teams:a:anna:17"), EventKey("teams:answer:teams:a:anna:17")
PLACE = Place("a:anna")
CARD = Card(paragraphs=(Paragraph(text="Start small."),))
LOOKING = words()("teams.stream.looking")


class House:
    """A sender and its streams, with a clock that moves when somebody pauses."""

    def __init__(self, double: TeamsDouble, session: aiohttp.ClientSession) -> None:
        self.double, self.clock, self.waited = double, Seconds(), [0.0]
        double.streams.monotonic, double.streams.apart = self.clock, 1.0
        transport = linked(double, session, clock=lambda: NOW)
        self.references = FakeReferences({"a:anna": reference(double)})
        self.streams = Streams(transport=transport, monotonic=self.clock, pause=self.pause)
        self.sender = TeamsSender(
            transport=transport,
            references=self.references,
            words=words(),
            streams=self.streams,
            rng=lambda: 0.5,
            pause=self.pause,
        )

    async def pause(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.clock.now += seconds

    def begin(self, key: EventKey = ASKED) -> bool:
        return self.streams.begin(key, reference(self.double), LOOKING)

    async def begun(self) -> str:
        assert self.begin()
        while not self.double.streams.streams:  # noqa: ASYNC110 - the double changes it
            await asyncio.sleep(0)
        await asyncio.sleep(0.01)
        [stream] = self.double.streams.streams
        return stream

    async def send(self) -> str:
        return await self.sender.send(PLACE, ANSWER, CARD)

    @property
    def posted(self) -> list[Json]:
        return [each.body for each in self.double.requests if each.body["type"] == "message"]


@pytest.fixture
async def house(double: TeamsDouble) -> AsyncIterator[House]:
    async with aiohttp.ClientSession() as session:
        found = House(double, session)
        yield found
        await found.streams.close()


def info(activity: Json) -> Json:
    [found] = [each for each in activity["entities"] if each["type"] == "streaminfo"]
    return dict(found)


async def test_the_line_becomes_the_answer_with_one_id_and_a_second_between(house: House) -> None:
    stream = await house.begun()
    assert await house.send() == stream
    first, last = (each.body for each in house.double.requests)
    assert (first["type"], first["text"], last["type"]) == ("typing", LOOKING, "message")
    assert "text" not in last
    assert info(first) == {"type": "streaminfo", "streamType": "informative", "streamSequence": 1}
    assert info(last) == {"type": "streaminfo", "streamType": "final", "streamId": stream}
    assert house.waited[-1] == 1.0
    assert house.double.standing[("a:anna", stream)]["attachments"]


async def test_an_answer_that_took_a_second_waits_no_longer(house: House) -> None:
    await house.begun()
    house.clock.now += 3.0
    await house.send()
    assert house.waited[-1] == 0.0


async def test_an_answer_without_a_stream_is_posted_by_itself(house: House) -> None:
    await house.send()
    [only] = house.posted
    assert "entities" not in only
    assert "text" not in only


async def test_whoever_pressed_stop_gets_no_answer_any_more(house: House) -> None:
    stream = await house.begun()
    house.double.streams.stop(stream)
    assert await house.send() == ""
    assert len(house.posted) == 1
    assert not house.double.standing
    assert house.references.kept


async def test_a_stream_that_is_not_allowed_is_not_tried_again_and_the_answer_comes(house: House) -> None:
    house.double.streams.allowed = False
    assert house.begin()
    await house.send()
    assert len(house.double.standing) == 1
    assert not house.begin(EventKey("teams:a:anna:18"))
    assert house.references.kept


async def test_a_stream_that_is_forbidden_at_its_end_is_followed_by_the_plain_answer(house: House) -> None:
    await house.begun()
    house.double.streams.allowed = False
    await house.send()
    streamed, plain = house.posted
    assert "streaminfo" in str(streamed)
    assert "entities" not in plain
    assert not house.begin(EventKey("teams:a:anna:18"))


async def test_a_stream_that_took_too_long_is_followed_by_the_plain_answer(house: House) -> None:
    await house.begun()
    house.clock.now += LIFETIME_S + 1
    await house.send()
    [plain] = house.posted
    assert "entities" not in plain


@pytest.mark.parametrize("reply", [Reply(status=500), Reply(drop=True)])
async def test_an_answer_whose_end_nobody_heard_of_is_not_posted_twice(house: House, reply: Reply) -> None:
    stream = await house.begun()
    await house.sender.send(PLACE, EventKey("teams:answer:other"), CARD)
    house.double.streams.streams[stream].over = "Content stream is not allowed on an already completed streamed message"
    house.double.replies.append(reply)
    with pytest.raises(PostFailed) as failed:
        await house.send()
    assert failed.value.posted is None
    assert await house.send() == stream
    assert len(house.double.standing) == 1


async def test_an_end_that_came_too_soon_is_tried_again_in_the_same_stream(house: House) -> None:
    stream = await house.begun()
    house.double.replies.append(Reply(status=429, headers={"Retry-After": "1"}))
    with pytest.raises(PostFailed) as failed:
        await house.send()
    assert (failed.value.limited, failed.value.posted) == (True, False)
    house.clock.now += 2.0
    assert await house.send() == stream


async def test_one_stream_in_a_chat_and_few_at_a_time(house: House) -> None:
    assert house.begin()
    assert not house.begin(EventKey("teams:a:anna:18"))
    for number in range(MOST_OPEN):
        other = replace(reference(house.double), conversation=f"a:{number}")
        begun = house.streams.begin(EventKey(f"teams:a:{number}:1"), other, LOOKING)
        assert begun is (number < MOST_OPEN - 1)


@pytest.mark.parametrize("kind", ["groupChat", "channel", "sharedChannel"])
async def test_nothing_is_streamed_where_others_read_along(house: House, kind: str) -> None:
    assert not house.streams.begin(ASKED, replace(reference(house.double), kind=kind), LOOKING)


async def test_a_stream_that_cannot_begin_leaves_the_answer_alone(house: House) -> None:
    house.double.replies.append(Reply(status=502))
    assert house.begin()
    await house.send()
    assert len(house.double.standing) == 1
    assert house.begin(EventKey("teams:a:anna:18"))
