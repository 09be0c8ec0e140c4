"""Somebody opened the coach, or it was added to a channel.

Sources: docs.slack.dev/reference/events/app_home_opened, …/member_joined_channel.
"""

from datetime import datetime

from adapters.slack.guard import Payload
from adapters.slack.payloads import channel_of, read_id, read_timestamp
from adapters.slack.places import Spot
from adapters.slack.said import own_user, team_of
from bot.coaching.channels.heeding import ADDED
from bot.domain.messages import EventKey, Incoming
from bot.domain.people import Identity

HOME, OPENED = "home", "opened"


def home_opened(payload: Payload, now: datetime) -> Incoming | None:
    """The Home tab was opened, or the messages with the coach: those once a day and person."""
    event = payload["event"]
    tab, team, user = event.get("tab"), team_of(payload), read_id(event["user"])
    alone = Spot(team=team, channel=user)
    if tab == "home":
        spot, action, when = Spot(team=team, channel=user, home=True), HOME, read_timestamp(event["event_ts"])
    elif tab == "messages":
        spot, action, when = alone, OPENED, f"{now:%Y-%m-%d}"
    else:
        return None
    return Incoming(
        key=EventKey(f"slack:{action}:{team}:{user}:{when}"),
        place=spot.place,
        conversation=alone.place,
        direct=alone.place,
        sender=Identity(platform="slack", tenant=team, user=user),
        text="",
        received_at=now,
        action=action,
    )


def added(payload: Payload, now: datetime) -> Incoming | None:
    """The coach itself joined a channel; None for everybody else. The sender is whoever invited it."""
    event, bot = payload["event"], own_user(payload)
    if not bot or event.get("user") != bot:
        return None
    team, channel = team_of(payload), read_id(event["channel"])
    spot = Spot(team=team, channel=channel)
    return Incoming(
        key=EventKey(f"slack:added:{team}:{channel}"),
        place=spot.place,
        channel=channel_of(spot),
        sender=Identity(platform="slack", tenant=team, user=read_id(event.get("inviter") or bot)),
        text="",
        received_at=now,
        action=ADDED,
    )
