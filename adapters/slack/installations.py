"""The store as slack_sdk's OAuth pieces know one: what an installation leaves behind, and marks that count once."""

import hashlib
import hmac
import logging
from datetime import UTC, datetime, timedelta

from slack_bolt.error import BoltError
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from sqlalchemy.exc import SQLAlchemyError

from adapters.slack.client import bolt_logger
from adapters.slack.payloads import read_id
from bot.delivery.ports import Clock, NewId
from bot.store.workspaces import TokenUnreadable, UsedStates, Workspace, Workspaces

#: How long somebody may take on Slack's pages.
STATE_LIFE = timedelta(minutes=10)
_PURPOSE = b"slack-install-state "


class WholeOrganisation(BoltError):
    """Somebody chose an Enterprise organisation where one workspace was wanted. They are told so."""


class NotKept(BoltError):
    """An installation could not be made durable, or is not what Slack sends. Whoever installs is told to try again."""


class Installations(AsyncInstallationStore):
    """Workspaces alone: of whoever installed nothing is kept, nor a token of theirs."""

    def __init__(self, workspaces: Workspaces, clock: Clock) -> None:
        self._workspaces = workspaces
        self._clock = clock

    @property
    def logger(self) -> logging.Logger:
        """Where Slack's pieces write."""
        return bolt_logger()

    async def async_save(self, installation: Installation) -> None:
        """Keep the bot's token; raises `WholeOrganisation` and `NotKept`."""
        if installation.is_enterprise_install:
            raise WholeOrganisation("is_enterprise_install")
        try:
            workspace = Workspace(
                team=read_id(installation.team_id),
                token=_token(installation.bot_token),
                scopes=tuple(installation.bot_scopes or ()),
                installed_at=self._clock(),
            )
            await self._workspaces.install(workspace)
        except (SQLAlchemyError, OSError, ValueError) as error:
            raise NotKept(type(error).__name__) from error

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,  # noqa: ARG002
        team_id: str | None,
        is_enterprise_install: bool | None = False,  # noqa: ARG002
    ) -> Bot | None:
        """The coach in a workspace, as far as it is kept."""
        found = [each for each in await self._workspaces.all() if each.team == team_id]
        try:
            token = await self._workspaces.token(found[0].team) if found else None
        except TokenUnreadable:
            token = None
        if token is None:
            return None
        at = found[0].installed_at.timestamp()
        return Bot(
            team_id=team_id, bot_token=token, bot_id="", bot_user_id="", bot_scopes=found[0].scopes, installed_at=at
        )

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:  # noqa: ARG002
        """Forget a workspace."""
        await self._workspaces.remove(team_id or "", self._clock())

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Nothing is kept of anybody."""


class SignedStates(AsyncOAuthStateStore):
    """Marks by which a return from Slack is known: signed, good for ten minutes, each used once.

    None is kept until it comes back, so that nobody fills the database by asking for them.
    """

    def __init__(self, used: UsedStates, secret: bytes, clock: Clock, new_id: NewId) -> None:
        self._used = used
        self._secret = secret
        self._clock = clock
        self._new_id = new_id

    @property
    def logger(self) -> logging.Logger:
        """Where Slack's pieces write."""
        return bolt_logger()

    async def async_issue(self, *args: object, **kwargs: object) -> str:  # noqa: ARG002
        """A new mark: letters, digits and dots."""
        said = f"{self._new_id()}.{int((self._clock() + STATE_LIFE).timestamp())}"
        return f"{said}.{self._signed(said)}"

    async def async_consume(self, state: str) -> bool:
        """Whether this is a mark of ours, in time and for the first time."""
        said, _, signature = state.rpartition(".")
        if not hmac.compare_digest(self._signed(said).encode(), signature.encode("utf-8", "replace")):
            return False
        now, until = self._clock(), datetime.fromtimestamp(int(said.rpartition(".")[2]), UTC)
        return until > now and await self._used.use(hashlib.sha256(state.encode()).hexdigest(), until, now)

    def _signed(self, said: str) -> str:
        return hmac.new(self._secret, _PURPOSE + said.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _token(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("no bot token")
    return value
