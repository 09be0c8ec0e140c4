"""What was not said to the coach in so many words. Whether anything stays of it is decided before it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from adapters.slack.changed import OF, change_of
from adapters.slack.guard import Payload
from adapters.slack.payloads import Malformed
from adapters.slack.places import parse_place
from adapters.slack.reactions import reaction_key
from adapters.slack.said import is_addressed, is_said, message_in, names_others, own_user
from bot.coaching.channels.overhearing import Hears
from bot.coaching.channels.reacting import ASK
from bot.domain.channel_modes import HEARD, Heard, Overheard
from bot.domain.messages import EventKey, Incoming


class Unsure(Protocol):
    """An event that may be for the coach, in the workspace `team`."""

    @property
    def team(self) -> str:
        """Where it happened."""

    async def settled(self, hears: Hears) -> Incoming | None:
        """The message where it is for the coach, None where nothing may stay of it."""


@dataclass(frozen=True, kw_only=True)
class Aside:
    """A message in a channel that does not call the coach."""

    incoming: Incoming
    heard: Overheard

    @property
    def team(self) -> str:
        """Where it was said."""
        return parse_place(self.incoming.place).team

    async def settled(self, hears: Hears) -> Incoming | None:
        """The message with why it is heard, where it is."""
        why = await hears.hears(self.heard)
        return None if why is None else replace(self.incoming, values={HEARD: why.value})


@dataclass(frozen=True, kw_only=True)
class Afterthought:
    """A change of a message, which may have been for the coach."""

    incoming: Incoming
    of: EventKey

    @property
    def team(self) -> str:
        """Where it was said."""
        return parse_place(self.incoming.place).team

    async def settled(self, hears: Hears) -> Incoming | None:
        """The change where the message was, or where its author's reaction asked it."""
        if await hears.took(self.of):
            return self.incoming
        asked = reaction_key(self.of, self.incoming.sender, ASK)
        return replace(self.incoming, values={OF: asked}) if await hears.took(asked) else None


def unsure(payload: Payload, now: datetime) -> Unsure | None:
    """What may be for the coach and was not said to it; None for all else; raises `Malformed`."""
    if payload.get("type") != "event_callback":
        return None
    try:
        return _aside(payload, payload["event"], now) or _afterthought(payload, now)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise Malformed(type(error).__name__) from error


def _aside(payload: Payload, event: Mapping[str, Any], now: datetime) -> Aside | None:
    bot = own_user(payload)
    if not is_said(event, bot) or is_addressed(event, bot):
        return None
    incoming = message_in(payload, event["channel"], event, now)
    heard = Overheard(
        platform="slack",
        channel=incoming.channel,
        place=incoming.place,
        person=incoming.sender.key,
        at=now,
        root=event.get("thread_ts") in (None, event["ts"]),
        began=bool(bot) and event.get("parent_user_id") == bot,
        names_others=names_others(event, bot),
    )
    return Aside(incoming=incoming, heard=heard)


def _afterthought(payload: Payload, now: datetime) -> Afterthought | None:
    """A change, with what its message would have been heard as: it did not call the coach."""
    changed = change_of(payload, now)
    if changed is None:
        return None
    root = parse_place(changed.incoming.place).thread == changed.of.rpartition(":")[2]
    why = Heard.ROOT if root else Heard.FOLLOW_UP
    incoming = replace(changed.incoming, values={**changed.incoming.values, HEARD: why.value})
    return Afterthought(incoming=incoming, of=changed.of)
