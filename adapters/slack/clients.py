"""Which of Slack's clients speaks to which workspace: each that installed the coach has a token of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError

from adapters.slack.client import Bearing
from bot.delivery.ports import PostFailed
from bot.store.workspaces import TokenUnreadable, Workspaces

_log = structlog.get_logger()


class Clients(Protocol):
    """The clients of the workspaces that the coach is installed in, by team id, such as `T024BE7LD`.

    Whatever cannot be said at this moment raises `PostFailed` that is neither final nor gone: it is worth another try.
    """

    async def of(self, team: str) -> AsyncWebClient:
        """The client that bears the token of a workspace; it never retries by itself, and is not to be kept.

        Raises `PostFailed`, final and gone, where the coach is not installed.
        """

    async def serves(self, team: str) -> bool:
        """Whether the coach is installed there: what comes from elsewhere is not kept."""

    async def vouches(self, team: str) -> bool:
        """Whether a workspace is believed about the addresses of its people: not where just anybody installed it."""

    async def ended(self, team: str, at: datetime) -> None:
        """The workspace took the coach away at that time: its token goes, and what waits to be said there with it."""


@dataclass(frozen=True, kw_only=True)
class SingleClient:
    """One workspace whose token an administrator set: whatever comes in is from there, so no team is asked after."""

    client: AsyncWebClient

    async def of(self, team: str) -> AsyncWebClient:  # noqa: ARG002
        """The one there is."""
        return self.client

    async def serves(self, team: str) -> bool:  # noqa: ARG002
        """Always."""
        return True

    async def vouches(self, team: str) -> bool:  # noqa: ARG002
        """Always: an administrator chose it."""
        return True

    async def ended(self, team: str, at: datetime) -> None:
        """Nothing: the token is a setting, and Slack refuses it from now on."""


@dataclass(frozen=True, kw_only=True)
class InstalledClients:
    """The workspaces that installed the coach by themselves, and `own`, whose token is a setting, where there is one.

    Nothing is remembered of an installation, so that one process knows at once what another was told. `named` gives
    the workspaces that a partnership names: those alone are believed about the addresses of their people, or else
    anybody could install the coach in a workspace of theirs and be somebody.
    """

    workspaces: Workspaces
    bearing: Bearing
    named: Callable[[], Awaitable[frozenset[str]]]
    own: AsyncWebClient | None = None
    _own_team: list[str] = field(default_factory=list)

    async def of(self, team: str) -> AsyncWebClient:
        """As `Clients` says; a token that cannot be read is as good as none until somebody mends the secret."""
        try:
            async with _answering():
                token = await self.workspaces.token(team)
        except TokenUnreadable as error:
            _log.error("slack token cannot be read; see coach doctor", team=team)
            raise PostFailed(reason="token_unreadable") from error
        if token is not None:
            return self.bearing(token)
        if self.own is not None and await self._is_own(self.own, team):
            return self.own
        raise PostFailed(reason="not_installed", final=True, gone=True)

    async def serves(self, team: str) -> bool:
        """As `Clients` says."""
        async with _answering():
            installed = await self.workspaces.installed(team)
        return installed or (self.own is not None and await self._is_own(self.own, team))

    async def vouches(self, team: str) -> bool:
        """As `Clients` says."""
        async with _answering():
            named = await self.named()
        return team in named or (self.own is not None and await self._is_own(self.own, team))

    async def ended(self, team: str, at: datetime) -> None:
        """As `Clients` says; of the workspace whose token is a setting nothing is kept."""
        if await self.workspaces.remove(team, at):
            _log.info("slack workspace gone", team=team)

    async def _is_own(self, own: AsyncWebClient, team: str) -> bool:
        """Whether the token that is a setting is of this workspace: Slack is asked once."""
        if not self._own_team:
            try:
                self._own_team.append((await own.auth_test())["team_id"])
            except (SlackClientError, OSError, TimeoutError, ValueError, LookupError, TypeError) as error:
                raise PostFailed(reason=f"auth_test_{type(error).__name__}") from error
        return self._own_team[0] == team


@asynccontextmanager
async def _answering() -> AsyncIterator[None]:
    """A store that does not answer is worth another try, as Slack is."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise PostFailed(reason=type(error).__name__) from error
