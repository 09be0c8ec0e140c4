"""Who would read an answer in a conversation of Slack's."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackClientError

from adapters.slack.clients import Clients
from adapters.slack.places import Spot, parse_place
from bot.delivery.ports import Clock, PostFailed, Present
from bot.domain.messages import Place
from bot.domain.people import Identity
from bot.domain.zones import known_zone

_LOG = logging.getLogger(__name__)
#: A conversation of more people is too large to know everybody in it.
MOST_PEOPLE = 500
_PAGE = 200
_FRESH = timedelta(seconds=60)
_AT_ONCE = 8
_SLACKBOT = "USLACKBOT"
#: What the client and an unexpected answer raise.
_FAILURES = (PostFailed, SlackClientError, OSError, TimeoutError, ValueError, LookupError, TypeError, AttributeError)


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What Slack said of somebody, and when; None for a bot or an account that was closed."""

    at: datetime
    identity: Identity | None


@dataclass(frozen=True, kw_only=True)
class SlackPresence:
    """The `Presence` of every workspace: the team of a place picks the client, and people are looked up through it."""

    clients: Clients
    clock: Clock
    _people: dict[tuple[str, str], _Seen] = field(default_factory=dict)
    _own_teams: dict[str, str] = field(default_factory=dict)

    async def present(self, place: Place) -> Present:
        """Everyone in the conversation but bots, guests marked; not complete over 500 people or when Slack fails."""
        try:
            spot = parse_place(place)
            members = await self._members(spot)
            if len(members) > MOST_PEOPLE:
                return Present(complete=False)
            people = await self._everyone(members, spot.team)
        except (*_FAILURES, ExceptionGroup) as error:
            _LOG.warning("slack.presence_unknown cause=%s", type(error).__name__)
            return Present(complete=False)
        return Present(people=people)

    async def _everyone(self, members: list[str], team: str) -> tuple[Identity, ...]:
        """Who the members are; the first failure ends the asking."""
        client, believed, at_once = await self.clients.of(team), await self._believed(team), asyncio.Semaphore(_AT_ONCE)

        async def ask(user: str) -> Identity | None:
            now = self.clock()
            seen = self._people.get((team, user))
            if seen is None or now - seen.at > _FRESH:
                async with at_once:
                    answer = await client.users_info(user=user)
                self._forget_before(now - _FRESH)
                seen = self._people[team, user] = _Seen(at=now, identity=_identity(answer["user"], believed))
            return seen.identity

        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(ask(user)) for user in members]
        return tuple(person for task in asked if (person := task.result()) is not None)

    async def _members(self, spot: Spot) -> list[str]:
        """The ids of the members, or of more than `MOST_PEOPLE`."""
        if spot.person:
            return [spot.channel]
        members: list[str] = []
        async for page in self._pages(spot):
            members += page
            if len(members) > MOST_PEOPLE:
                break
        return members

    async def _pages(self, spot: Spot) -> AsyncIterator[list[str]]:
        client, cursor = await self.clients.of(spot.team), None
        while cursor != "":
            answer = await client.conversations_members(channel=spot.channel, limit=_PAGE, cursor=cursor)
            yield answer["members"]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""

    async def _believed(self, team: str) -> str:
        """The workspace that the token is for, where it is believed about addresses; it does not change."""
        if not await self.clients.vouches(team):
            return ""
        if team not in self._own_teams:
            self._own_teams[team] = (await (await self.clients.of(team)).auth_test())["team_id"]
        return self._own_teams[team]

    def forget(self) -> None:
        """Hold nothing of anybody: everyone is asked after again."""
        self._people.clear()

    def _forget_before(self, then: datetime) -> None:
        for each in [each for each, seen in self._people.items() if seen.at < then]:
            del self._people[each]


def _identity(user: Mapping[str, Any], believed: str) -> Identity | None:
    """Somebody as their workspace knows them. Only the workspace `believed` is believed about an address."""
    if user.get("is_bot") or user.get("deleted") or user["id"] == _SLACKBOT:
        return None
    profile = user.get("profile") or {}
    confirmed = user["team_id"] == believed and bool(user.get("is_email_confirmed"))
    return Identity(
        platform="slack",
        tenant=user["team_id"],
        user=user["id"],
        email=(profile.get("email") or "") if confirmed else "",
        name=user.get("real_name") or profile.get("real_name") or user.get("name") or "",
        guest=any(user.get(mark) for mark in ("is_restricted", "is_ultra_restricted", "is_stranger")),
        zone=known_zone(user.get("tz")),
    )
