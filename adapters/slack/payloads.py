"""Reading Slack's payloads: nothing in them is believed but ids, times and tokens of the right shape."""

import re

from adapters.slack.guard import Payload
from adapters.slack.places import Spot
from bot.domain.messages import Place
from bot.domain.people import Identity

_ID = re.compile(r"[A-Z][A-Z0-9]{1,30}")
_TIMESTAMP = re.compile(r"[0-9]{1,20}\.[0-9]{1,20}")
_TOKEN = re.compile(r"[A-Za-z0-9._-]{1,200}")


class Malformed(ValueError):
    """A payload lacks what its kind always has. Its sender gets 400."""


def person_of(payload: Payload) -> Identity:
    """Who pressed or sent, under their own workspace; without one they are a guest in the one it happened in."""
    user = payload["user"]
    own = user.get("team_id")
    return Identity(
        platform="slack",
        tenant=read_id(own or payload["team"]["id"]),
        user=read_id(user["id"]),
        guest=own is None,
    )


def direct_of(spot: Spot, person: Identity) -> Place:
    """Where the person alone is written to: by their id in the coach's own workspace; empty where that is not known."""
    if person.tenant == spot.team and not person.guest:
        return Spot(team=spot.team, channel=person.user).place
    return spot.conversation


def channel_of(spot: Spot) -> Place:
    """The channel or group itself, without the thread; empty in direct messages."""
    return Place("") if spot.direct else Spot(team=spot.team, channel=spot.channel).place


def read_id(value: object) -> str:
    """One of Slack's ids; raises `ValueError` for anything else, as the others here do."""
    return _matched(_ID, value)


def read_timestamp(value: object) -> str:
    """When something happened, as Slack writes it: `1700000000.000100`."""
    return _matched(_TIMESTAMP, value)


def read_token(value: object) -> str:
    """A trigger, which is unique and says nothing."""
    return _matched(_TOKEN, value)


def read_text(value: object) -> str:
    """Text of any kind; raises `TypeError` for anything else."""
    if isinstance(value, str):
        return value
    raise TypeError("text")


def _matched(shape: re.Pattern[str], value: object) -> str:
    if isinstance(value, str) and shape.fullmatch(value):
        return value
    raise ValueError(f"not {shape.pattern}")
