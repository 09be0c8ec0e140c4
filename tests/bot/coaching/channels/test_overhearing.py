"""What was not said to the coach is taken where leads or the one who asked want that, and dropped otherwise."""

from dataclasses import dataclass, field, replace

import pytest

from bot.coaching.channels.overhearing import Overhearing
from bot.domain.channel_modes import ChannelRule, Heard, Mode, Overheard, Thread
from bot.domain.messages import EventKey
from tests.bot.coaching.channels_at_hand import CHANNEL, THREAD, FakeChannels, FakeThreads
from tests.fakes import NOON

ROOT = Overheard(platform="slack", channel=CHANNEL, place=THREAD, person="ana", at=NOON, root=True)
REPLY = replace(ROOT, root=False)
ANAS = Thread(person="ana", at=NOON)


@dataclass
class Room:
    """A channel, and a clock that stands still until it is moved."""

    channels: FakeChannels = field(default_factory=FakeChannels)
    threads: FakeThreads = field(default_factory=FakeThreads)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.ears = Overhearing(rules=self.channels, threads=self.threads, monotonic=lambda: self.seconds)

    async def set(self, mode: Mode) -> None:
        await self.channels.keep("slack", CHANNEL, ChannelRule(mode=mode))


@pytest.mark.parametrize(
    ("mode", "root", "reply"),
    [(Mode.OFF, None, None), (Mode.MENTION, None, Heard.FOLLOW_UP), (Mode.EVERY, Heard.ROOT, Heard.FOLLOW_UP)],
)
async def test_what_each_mode_hears(mode: Mode, root: Heard | None, reply: Heard | None) -> None:
    room = Room()
    await room.set(mode)
    room.threads.threads["slack", THREAD] = ANAS
    assert (await room.ears.hears(ROOT), await room.ears.hears(REPLY)) == (root, reply)
    assert await room.ears.hears(replace(ROOT, names_others=True)) is None


async def test_two_people_who_talk_are_left_alone_until_the_coach_is_called_again() -> None:
    room = Room()
    await room.threads.answered("slack", THREAD, "ana", NOON)
    assert await room.ears.hears(replace(REPLY, person="ben")) is None
    assert await room.ears.hears(REPLY) is None
    await room.threads.answered("slack", THREAD, "ben", NOON)
    assert await room.ears.hears(replace(REPLY, person="ben")) is Heard.FOLLOW_UP


async def test_whoever_turns_to_somebody_else_is_left_alone() -> None:
    room = Room()
    await room.threads.answered("slack", THREAD, "ana", NOON)
    assert await room.ears.hears(replace(REPLY, names_others=True)) is None
    assert await room.ears.hears(REPLY) is None


async def test_a_thread_of_others_is_none_of_the_coachs_business() -> None:
    room = Room()
    assert await room.ears.hears(REPLY) is None
    assert room.threads.threads == {}
    assert await room.ears.hears(replace(REPLY, began=True)) is Heard.FOLLOW_UP


async def test_a_mode_is_read_once_in_five_seconds() -> None:
    room = Room()
    assert [await room.ears.hears(ROOT) for _ in range(50)] == [None] * 50
    assert room.channels.read == 1
    await room.set(Mode.EVERY)
    room.seconds = 5.1
    assert await room.ears.hears(ROOT) is Heard.ROOT
    assert room.channels.read == 2


async def test_what_was_taken_is_known() -> None:
    room = Room()
    room.threads.taken.add(EventKey("slack:1"))
    assert (await room.ears.took(EventKey("slack:1")), await room.ears.took(EventKey("slack:2"))) == (True, False)
