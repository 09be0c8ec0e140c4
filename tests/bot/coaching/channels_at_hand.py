"""What is known of channels and threads, in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.domain.channel_modes import ChannelRule, Thread
from bot.domain.messages import EventKey, Incoming, Place
from bot.domain.people import Identity
from tests.fakes import NOON

CHANNEL, THREAD = Place("T0/C1/"), Place("T0/C1/1.1")


@dataclass
class FakeChannels:
    """What leads set for channels, and what was said there once."""

    rules: dict[tuple[str, Place], ChannelRule] = field(default_factory=dict)
    told: dict[tuple[str, Place], tuple[date, EventKey]] = field(default_factory=dict)
    welcomed: dict[tuple[str, Place], EventKey] = field(default_factory=dict)
    read: int = 0

    async def of(self, platform: str, channel: Place) -> ChannelRule:
        self.read += 1
        return self.rules.get((platform, channel), ChannelRule())

    async def keep(self, platform: str, channel: Place, rule: ChannelRule) -> None:
        self.rules[platform, channel] = rule

    async def tell_off(self, platform: str, channel: Place, day: date, key: EventKey) -> bool:
        if self.told.get((platform, channel), (None, ""))[0] != day:
            self.told[platform, channel] = (day, key)
        return self.told[platform, channel] == (day, key)

    async def welcome(self, platform: str, channel: Place, key: EventKey) -> bool:
        return self.welcomed.setdefault((platform, channel), key) == key


@dataclass
class FakeThreads:
    """The threads that the coach answered in, and the messages that it took."""

    threads: dict[tuple[str, Place], Thread] = field(default_factory=dict)
    taken: set[EventKey] = field(default_factory=set)

    async def find(self, platform: str, thread: Place) -> Thread | None:
        return self.threads.get((platform, thread))

    async def answered(self, platform: str, thread: Place, person: str, at: datetime) -> None:
        before = self.threads.get((platform, thread), Thread(person="", at=at))
        self.threads[platform, thread] = replace(before, person=person, at=at)

    async def close(self, platform: str, thread: Place) -> None:
        if (platform, thread) in self.threads:
            self.threads[platform, thread] = replace(self.threads[platform, thread], person="")

    async def hear(self, platform: str, thread: Place, at: datetime, *, only_named: bool) -> None:
        before = self.threads.get((platform, thread), Thread(person="", at=at))
        self.threads[platform, thread] = replace(before, at=at, only_named=only_named)

    async def took(self, key: EventKey) -> bool:
        return key in self.taken


def in_channel(
    text: str, values: Mapping[str, str] | None = None, *, who: str = "U1", number: int = 1, action: str = ""
) -> Incoming:
    """Something said in a thread of the channel."""
    return Incoming(
        key=EventKey(f"slack:T0:C1:{number}"),
        place=THREAD,
        sender=Identity(platform="slack", tenant="T0", user=who),
        text=text,
        received_at=NOON + timedelta(seconds=number),
        action=action,
        values=values or {},
        direct=Place(f"T0/{who}/"),
        channel=CHANNEL,
    )
