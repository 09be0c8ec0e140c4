"""The transport over `botbuilder` 4.17, the default. It takes a third of a second to import."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import aiohttp
from botframework.connector.aio import ConnectorClient  # type: ignore[import-untyped]

from adapters.teams.activity import Activity, text
from adapters.teams.clouds import DEVELOPMENT, LOOPBACK_HOSTS, PUBLIC, Cloud
from adapters.teams.connector import AppCredentials, OpenActivity, Token, called, connector, token_of
from adapters.teams.keys import SigningKeys, fetch_with
from adapters.teams.references import CHANNEL as CHANNEL_KIND
from adapters.teams.references import SHARED, Reference, conversation_of
from adapters.teams.tokens import CHANNEL, TokenCheck
from adapters.teams.transport import Claims, ConnectorFailed, Page, Unauthorised
from bot.delivery.ports import Clock
from bot.domain.errors import SettingError

#: Checks that a request comes from Microsoft; raises `Unauthorised`.
Check = Callable[[Mapping[str, str], Activity], Awaitable[Claims]]
_PAGE = 500
#: Teams has a few dozen.
_MOST_SERVICES = 100


@dataclass(frozen=True, kw_only=True)
class Registration:
    """The coach as Microsoft knows it: a single-tenant bot registration with its secret."""

    app_id: str
    secret: str
    tenant: str

    def __repr__(self) -> str:
        return f"Registration(app_id={self.app_id!r})"


def registered(
    registration: Registration, *, session: aiohttp.ClientSession, clock: Clock, cloud: Cloud = PUBLIC
) -> "BotbuilderTransport":
    """The transport of a registered bot. Opens no connection before it is used; the session stays the caller's."""
    for name in ("app_id", "secret", "tenant"):
        if not getattr(registration, name):
            raise SettingError(f"Teams needs the {name} of the bot's registration: set it.")
    keys = SigningKeys(cloud=cloud, fetch=fetch_with(session), monotonic=time.monotonic)
    check = TokenCheck(app_id=registration.app_id, cloud=cloud, keys=keys, clock=clock)
    credentials = AppCredentials(
        app_id=registration.app_id, secret=registration.secret, tenant=registration.tenant, cloud=cloud
    )
    return BotbuilderTransport(cloud=cloud, check=check, session=session, token=token_of(credentials))


def unregistered(*, session: aiohttp.ClientSession, host: str, development: bool) -> "BotbuilderTransport":
    """The transport of a bot that nobody has registered: it believes anybody on this machine, and writes to it only.

    Raises `SettingError` unless this is development and the listener's `host` is loopback.
    """
    if not development:
        raise SettingError(
            "Teams needs the app id, the secret and the tenant of the bot's registration; "
            "without them nobody who writes to the coach can be told apart from a stranger."
        )
    if host not in LOOPBACK_HOSTS:
        raise SettingError(
            f"Teams without a registration believes everybody, so it may listen on 127.0.0.1 only, not on {host}: "
            "register the bot, or change the host."
        )
    return BotbuilderTransport(cloud=DEVELOPMENT, check=_neighbour, session=session, token=None)


async def _neighbour(headers: Mapping[str, str], activity: Activity) -> Claims:
    """Development only: takes programs on this machine at their word, but no page in a browser."""
    if headers.get("host", "").rpartition(":")[0] not in LOOPBACK_HOSTS or "origin" in headers:
        raise Unauthorised("not from here", status=403)
    if not DEVELOPMENT.serves(text(activity, "serviceUrl")):
        raise Unauthorised("host", status=403)
    return {}


class BotbuilderTransport:
    """A `TeamsTransport` over the Bot Framework SDK. Made by `registered` or `unregistered`."""

    def __init__(
        self,
        *,
        cloud: Cloud,
        check: Check,
        session: aiohttp.ClientSession,
        token: Token | None,
    ) -> None:
        self._cloud = cloud
        self._check = check
        self._session = session
        self._token = token
        self._clients: dict[str, ConnectorClient] = {}

    async def authenticate(self, headers: Mapping[str, str], activity: Activity) -> Claims:
        """See `TeamsTransport`."""
        return await self._check(headers, activity)

    async def send(self, reference: Reference, activity: Activity) -> str:
        """See `TeamsTransport`."""
        client = self._client(reference)
        sent = OpenActivity(_addressed(reference, activity))
        answer = await called(client.conversations.send_to_conversation(reference.conversation, sent, raw=True))
        return text(answer, "id")

    async def update(self, reference: Reference, activity_id: str, activity: Activity) -> None:
        """See `TeamsTransport`."""
        client = self._client(reference)
        sent = OpenActivity({**_addressed(reference, activity), "id": activity_id})
        await called(client.conversations.update_activity(reference.conversation, activity_id, sent, raw=True))

    async def delete(self, reference: Reference, activity_id: str) -> None:
        """See `TeamsTransport`."""
        client = self._client(reference)
        await called(client.conversations.delete_activity(reference.conversation, activity_id, raw=True))

    async def members(self, reference: Reference, after: str = "") -> Page:
        """See `TeamsTransport`."""
        asked = self._client(reference).conversations.get_conversation_paged_members
        conversation = conversation_of(reference.conversation)
        answer = await called(asked(conversation, page_size=_PAGE, continuation_token=after or None, raw=True))
        members = answer.get("members", [])
        if not isinstance(members, list) or not all(isinstance(member, dict) for member in members):
            raise ConnectorFailed("members")
        return Page(members=tuple(members), after=text(answer, "continuationToken"))

    def _client(self, reference: Reference) -> ConnectorClient:
        """One for each service: the SDK takes six milliseconds to make one, and keeps nothing of a call in it."""
        url = reference.service_url
        if url not in self._clients:
            made = connector(service_url=url, cloud=self._cloud, session=self._session, token=self._token)
            if len(self._clients) >= _MOST_SERVICES:
                self._clients.clear()
            self._clients[url] = made
        return self._clients[url]


def _addressed(reference: Reference, activity: Activity) -> dict[str, object]:
    return {
        **activity,
        "channelId": CHANNEL,
        "serviceUrl": reference.service_url,
        "from": {"id": reference.bot},
        "conversation": {"id": reference.conversation, "conversationType": _conversation_type(reference)},
    }


def _conversation_type(reference: Reference) -> str:
    """Teams' own word for what sort of conversation it is."""
    return CHANNEL_KIND if reference.kind == SHARED else reference.kind
