"""Who would read an answer in a conversation of Slack's."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.places import Spot, parse_place
from bot.delivery.ports import Clock, Present
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
_FAILURES = (SlackClientError, OSError, TimeoutError, ValueError, LookupError, TypeError, AttributeError)


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What Slack said of somebody, and when; None for a bot or an account that was closed."""

    at: datetime
    identity: Identity | None


@dataclass(frozen=True, kw_only=True)
class SlackPresence:
    """The `Presence` of one workspace."""

    client: AsyncWebClient
    clock: Clock
    _people: dict[str, _Seen] = field(default_factory=dict)
    _own_team: list[str] = field(default_factory=list)

    async def present(self, place: Place) -> Present:
        """Everyone in the conversation but bots, guests marked; not complete over 500 people or when Slack fails."""
        try:
            members = await self._members(parse_place(place))
            if len(members) > MOST_PEOPLE:
                return Present(complete=False)
            people = await self._everyone(members, await self._team())
        except (*_FAILURES, ExceptionGroup) as error:
            _LOG.warning("slack.presence_unknown cause=%s", type(error).__name__)
            return Present(complete=False)
        return Present(people=people)

    async def _everyone(self, members: list[str], team: str) -> tuple[Identity, ...]:
        """Who the members are; the first failure ends the asking."""
        at_once = asyncio.Semaphore(_AT_ONCE)
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(self._person(user, team, at_once)) for user in members]
        return tuple(person for task in asked if (person := task.result()) is not None)

    async def _members(self, spot: Spot) -> list[str]:
        """The ids of the members, or of more than `MOST_PEOPLE`."""
        if spot.person:
            return [spot.channel]
        members: list[str] = []
        async for page in self._pages(spot.channel):
            members += page
            if len(members) > MOST_PEOPLE:
                break
        return members

    async def _pages(self, channel: str) -> AsyncIterator[list[str]]:
        cursor: str | None = None
        while cursor != "":
            answer = await self.client.conversations_members(channel=channel, limit=_PAGE, cursor=cursor)
            yield answer["members"]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""

    async def _team(self) -> str:
        """The workspace of the token, which does not change."""
        if not self._own_team:
            self._own_team.append((await self.client.auth_test())["team_id"])
        return self._own_team[0]

    async def _person(self, user: str, team: str, at_once: asyncio.Semaphore) -> Identity | None:
        now = self.clock()
        seen = self._people.get(user)
        if seen is None or now - seen.at > _FRESH:
            async with at_once:
                answer = await self.client.users_info(user=user)
            self._forget_before(now - _FRESH)
            seen = self._people[user] = _Seen(at=now, identity=_identity(answer["user"], team))
        return seen.identity

    def forget(self) -> None:
        """Hold nothing of anybody: everyone is asked after again."""
        self._people.clear()

    def _forget_before(self, then: datetime) -> None:
        for user in [user for user, seen in self._people.items() if seen.at < then]:
            del self._people[user]


def _identity(user: Mapping[str, Any], team: str) -> Identity | None:
    """Somebody as their workspace knows them. Only the coach's own workspace is believed about an address."""
    if user.get("is_bot") or user.get("deleted") or user["id"] == _SLACKBOT:
        return None
    profile = user.get("profile") or {}
    confirmed = user["team_id"] == team and bool(user.get("is_email_confirmed"))
    return Identity(
        platform="slack",
        tenant=user["team_id"],
        user=user["id"],
        email=(profile.get("email") or "") if confirmed else "",
        name=user.get("real_name") or profile.get("real_name") or user.get("name") or "",
        guest=any(user.get(mark) for mark in ("is_restricted", "is_ultra_restricted", "is_stranger")),
        zone=known_zone(user.get("tz")),
    )
