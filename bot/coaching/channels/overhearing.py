"""Overhear: what the coach takes of what is said in front of it without its name. The rest is never kept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.channel_modes import ChannelRule, Heard, Mode, Overheard, Thread, ends, goes_on
from bot.domain.messages import EventKey, Place

#: For how long, in seconds, a channel's mode is held in memory: a platform is answered in milliseconds.
_FRESH = 5.0
_MOST_CHANNELS = 5_000


class Hears(Protocol):
    """Decides before anything is kept."""

    async def hears(self, heard: Overheard) -> Heard | None:
        """Why something is for the coach though it was not called; None where it is not, and nothing may stay of it."""

    async def took(self, key: EventKey) -> bool:
        """Whether the message with this key was for the coach."""


class Rules(Protocol):
    """What leads set for channels."""

    async def of(self, platform: str, channel: Place) -> ChannelRule:
        """What holds in a channel."""


class Threads(Protocol):
    """The threads that the coach has answered in."""

    async def find(self, platform: str, thread: Place) -> Thread | None:
        """A thread, or None where the coach has not answered."""

    async def close(self, platform: str, thread: Place) -> None:
        """People talk among themselves there now."""

    async def took(self, key: EventKey) -> bool:
        """Whether a message was one to the coach."""


@dataclass(frozen=True, kw_only=True)
class Overhearing:
    """The `Hears` of an installation. Changes of a channel's mode are heard of within five seconds."""

    rules: Rules
    threads: Threads
    monotonic: Callable[[], float]
    _modes: dict[tuple[str, Place], tuple[float, Mode]] = field(default_factory=dict)

    async def hears(self, heard: Overheard) -> Heard | None:
        """Root messages where leads want every one heard, and what goes on from an answer of the coach's."""
        if heard.root and heard.names_others:
            return None
        mode = await self._mode(heard.platform, heard.channel)
        if mode is Mode.OFF:
            return None
        if heard.root:
            return Heard.ROOT if mode is Mode.EVERY else None
        thread = await self.threads.find(heard.platform, heard.place)
        if goes_on(heard, thread):
            return Heard.FOLLOW_UP
        if ends(heard, thread):
            await self.threads.close(heard.platform, heard.place)
        return None

    async def took(self, key: EventKey) -> bool:
        """Whether the message with this key was for the coach."""
        return await self.threads.took(key)

    async def _mode(self, platform: str, channel: Place) -> Mode:
        now = self.monotonic()
        seen = self._modes.get((platform, channel))
        if seen is None or now - seen[0] > _FRESH:
            if len(self._modes) >= _MOST_CHANNELS:
                self._modes.clear()
            seen = self._modes[platform, channel] = (now, (await self.rules.of(platform, channel)).mode)
        return seen[1]
