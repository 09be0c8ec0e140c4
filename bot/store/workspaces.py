"""Slack workspaces that installed the coach by themselves: their tokens, sealed with this installation's secret."""

import base64
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, delete, null, select, update

from bot.domain.errors import CoachError
from bot.store.database import Database
from bot.store.tables import outbox
from bot.store.workspace_tables import oauth_state, slack_workspace

#: What waits for a workspace and will not be posted; what is being posted this moment ends by itself.
_UNSENT = ("pending", "unknown", "failed")
_GONE = "gone"
_PURPOSE = b"partnership-coach slack workspace tokens"


class TokenUnreadable(CoachError):
    """A workspace's token was sealed with another secret. Told to the engineer, in the log and by `coach doctor`."""


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """A workspace by its team id, such as `T024BE7LD`, and what the coach may do there."""

    team: str
    token: str = field(repr=False)
    scopes: tuple[str, ...]
    installed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Installed:
    """What is known of an installation without its token; not `readable` where another secret sealed that."""

    team: str
    scopes: tuple[str, ...]
    installed_at: datetime
    readable: bool


class Workspaces:
    """One row a workspace; the last installation holds."""

    def __init__(self, database: Database, secret: bytes) -> None:
        self._database = database
        self._seal = _Seal(secret)

    async def install(self, workspace: Workspace) -> None:
        """Keep a token in the place of an earlier one."""
        latest = {
            "token": self._seal.close(workspace.team, workspace.token),
            "scopes": workspace.scopes,
            # Slack tells by the second when a workspace took the coach away.
            "installed_at": workspace.installed_at.replace(microsecond=0),
        }
        added = self._database.insert(slack_workspace).values(team=workspace.team, **latest)
        kept = added.on_conflict_do_update(index_elements=["team"], set_=latest)
        await self._database.write(lambda connection: connection.execute(kept).rowcount)

    async def token(self, team: str) -> str | None:
        """The token of a workspace, None where the coach is not installed; raises `TokenUnreadable`."""
        row = select(slack_workspace.c.token).where(slack_workspace.c.team == team)
        async with self._database.reading() as connection:
            sealed = await connection.scalar(row)
        return None if sealed is None else self._seal.open(team, sealed)

    async def installed(self, team: str) -> bool:
        """Whether the coach is installed there, be its token readable or not."""
        row = select(slack_workspace.c.team).where(slack_workspace.c.team == team)
        async with self._database.reading() as connection:
            return await connection.scalar(row) is not None

    async def all(self) -> tuple[Installed, ...]:
        """Every installation, by team id."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(select(slack_workspace).order_by(slack_workspace.c.team))).all()
        return tuple(
            Installed(
                team=row.team,
                scopes=row.scopes,
                installed_at=row.installed_at,
                readable=self._readable(row.team, row.token),
            )
            for row in rows
        )

    async def remove(self, team: str, at: datetime) -> bool:
        """Forget a workspace that took the coach away at that time, and close what waits to be said there.

        An installation made since then stays, and so does what waits for it: then nothing is done, and False returned.
        """
        theirs = (slack_workspace.c.team == team) & (slack_workspace.c.installed_at <= at)
        waiting = (outbox.c.platform == "slack") & outbox.c.place.startswith(f"{team}/", autoescape=True)
        closed = update(outbox).where(waiting, outbox.c.state.in_(_UNSENT))

        def note(connection: Connection) -> bool:
            if not connection.execute(delete(slack_workspace).where(theirs)).rowcount:
                return False
            connection.execute(closed.values(state=_GONE, payload=null(), lease_owner=None, lease_until=None))
            return True

        return await self._database.write(note)

    def _readable(self, team: str, sealed: str) -> bool:
        try:
            self._seal.open(team, sealed)
        except TokenUnreadable:
            return False
        return True


async def installed_anywhere(database: Database) -> bool:
    """Whether any workspace installed the coach by itself; needs no secret."""
    async with database.reading() as connection:
        return await connection.scalar(select(slack_workspace.c.team).limit(1)) is not None


class UsedStates:
    """The marks that came back from Slack once: none counts twice."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def use(self, digest: str, until: datetime, now: datetime) -> bool:
        """Whether this is the first time; `until` is when the mark is too old and its row may go."""
        added = self._database.insert(oauth_state).values(hash=digest, until=until).on_conflict_do_nothing()

        def note(connection: Connection) -> bool:
            connection.execute(delete(oauth_state).where(oauth_state.c.until < now))
            return connection.scalar(added.returning(oauth_state.c.hash)) is not None

        return await self._database.write(note)


class _Seal:
    """Encrypts tokens with a key of their own, made from the secret. A token opens for its own workspace only."""

    def __init__(self, secret: bytes) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret)
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def close(self, team: str, token: str) -> str:
        return self._fernet.encrypt(f"{team} {token}".encode()).decode()

    def open(self, team: str, sealed: str) -> str:
        try:
            whose, _, token = self._fernet.decrypt(sealed.encode()).decode().partition(" ")
        except InvalidToken as error:
            raise TokenUnreadable(_UNREADABLE.format(team=team)) from error
        if whose != team:
            raise TokenUnreadable(_UNREADABLE.format(team=team))
        return token


_UNREADABLE = (
    "The token of the Slack workspace {team} was sealed with another secret: set COACH_SECRET_KEY (or put back "
    "secret.key in the data folder) as it was then, or install the coach there again."
)
