"""Reactions as a way to ask, and to follow a barrier: docs.slack.dev/reference/events/reaction_added.

The event says neither what the message says nor in which thread it is: both are looked up when it is handled.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk.errors import SlackClientError

from adapters.slack.clients import Clients
from adapters.slack.guard import Payload
from adapters.slack.payloads import channel_of, direct_of, read_id, read_timestamp
from adapters.slack.places import Spot, parse_place
from adapters.slack.said import author_of, is_person, key_of, own_user, team_of
from adapters.slack.text import plain
from bot.coaching.channels.reacting import ASK, FOLLOW, OF, POSTED, REACTION, WANTS, WITHIN, Message
from bot.delivery.ports import PostFailed
from bot.domain.messages import EventKey, Incoming
from bot.domain.people import Identity

_LOG = logging.getLogger(__name__)
#: What an emoji wants, by Slack's name of it, whatever its skin tone.
_WANTS = {"question": ASK, "grey_question": ASK, "speech_balloon": ASK, "eyes": FOLLOW}
#: What the client and an unexpected answer raise.
_FAILURES = (PostFailed, SlackClientError, OSError, TimeoutError, ValueError, LookupError, TypeError, AttributeError)


def reaction(payload: Payload, now: datetime) -> Incoming | None:
    """A question mark on one's own message, or eyes on the coach's; None for every other reaction."""
    event, bot = payload["event"], own_user(payload)
    item, wants = event["item"], _WANTS.get(event["reaction"].partition("::")[0], "")
    mine = event.get("item_user") == (event["user"] if wants == ASK else bot)
    if not wants or item.get("type") != "message" or not mine or not is_person(event, bot):
        return None
    team, channel, timestamp = team_of(payload), read_id(item["channel"]), read_timestamp(item["ts"])
    spot, person = Spot(team=team, channel=channel, thread=timestamp), author_of(payload, event)
    return Incoming(
        key=reaction_key(key_of(team, channel, timestamp), person, wants),
        place=spot.place,
        conversation=spot.conversation,
        direct=direct_of(spot, person),
        channel=channel_of(spot),
        sender=person,
        text="",
        received_at=now,
        action=REACTION,
        values={WANTS: wants, OF: key_of(team, channel, timestamp), **_where(spot)},
    )


def reaction_key(message: EventKey, person: Identity, wants: str) -> EventKey:
    """What makes a reaction unique: the same wish of the same person counts once, whichever emoji they chose."""
    return EventKey(f"slack:reaction:{message.removeprefix('slack:')}:{person.user}:{wants}")


def _where(spot: Spot) -> dict[str, str]:
    """How the message is known where it is one of the coach's: `SlackSender` gives the reference."""
    return {POSTED: f"{spot.channel}/{spot.thread}", WITHIN: f"{spot.team}/"}


@dataclass(frozen=True, kw_only=True)
class SlackQuoted:
    """The `Quoted` of every workspace."""

    clients: Clients

    async def quoted(self, reaction: Incoming) -> Message | None:
        """The message; None where it is gone, or Slack does not say."""
        spot = parse_place(reaction.place)
        try:
            found = await self._root(spot) or await self._reply(spot)
        except _FAILURES as error:
            _LOG.warning("slack.message_unread cause=%s", type(error).__name__)
            return None
        if found is None:
            return None
        thread = read_timestamp(found.get("thread_ts") or spot.thread)
        return Message(
            text=plain(found.get("text") or "").strip(),
            place=Spot(team=spot.team, channel=spot.channel, thread=thread).place,
            own=found.get("user") == reaction.sender.user and not found.get("bot_id"),
        )

    async def _root(self, spot: Spot) -> Mapping[str, Any] | None:
        client = await self.clients.of(spot.team)
        return _one(await client.conversations_history(channel=spot.channel, **_just(spot)), spot)

    async def _reply(self, spot: Spot) -> Mapping[str, Any] | None:
        client = await self.clients.of(spot.team)
        return _one(await client.conversations_replies(channel=spot.channel, ts=spot.thread, **_just(spot)), spot)


def _just(spot: Spot) -> dict[str, Any]:
    """The arguments that ask for this one message."""
    return {"latest": spot.thread, "oldest": spot.thread, "inclusive": True, "limit": 1}


def _one(answer: Any, spot: Spot) -> Mapping[str, Any] | None:
    return next((each for each in answer["messages"] if each["ts"] == spot.thread), None)
