"""The Bot Framework SDK's client of the connector, with our own wire under it and plain activities in its hands.

The SDK's own wire blocks the event loop for tokens, retries and redirects by itself, and its models drop the fields
they do not know: citations, labels, tenants. Of the SDK are used: addresses, encoding, user agent, credentials.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from botbuilder.schema import Activity as SdkActivity  # type: ignore[import-untyped]
from botframework.connector.aio import ConnectorClient  # type: ignore[import-untyped]
from botframework.connector.auth import MicrosoftAppCredentials  # type: ignore[import-untyped]
from msal import ConfidentialClientApplication  # type: ignore[import-untyped]
from msrest.authentication import Authentication
from msrest.pipeline import Response
from msrest.pipeline.async_abc import AsyncHTTPSender, AsyncPipeline
from msrest.pipeline.universal import RawDeserializer
from msrest.universal_http.async_abc import AsyncClientResponse

from adapters.teams.activity import Activity, Json
from adapters.teams.clouds import Cloud
from adapters.teams.transport import ConnectorFailed
from adapters.teams.wire import exchange

#: The bearer token for a request to the connector; raises `ConnectorFailed`.
Token = Callable[[], Awaitable[str]]
_TOKEN_TIMEOUT_S = 10
_LOGIN_TIMEOUT_S = 4


class OpenActivity(SdkActivity):  # type: ignore[misc]
    """An activity that is sent with every field it has: the SDK's own keeps only those it knows."""

    _attribute_map = {"additional_properties": {"key": "", "type": "{object}"}}  # noqa: RUF012

    def __init__(self, fields: Activity) -> None:
        super().__init__()
        self.additional_properties = dict(fields)


class AppCredentials(MicrosoftAppCredentials):  # type: ignore[misc]
    """The SDK's credentials with a time limit on the login server, and one token for all conversations."""

    def __init__(self, *, app_id: str, secret: str, tenant: str, cloud: Cloud) -> None:
        super().__init__(app_id, secret, tenant, cloud.scope)
        self.oauth_endpoint = cloud.login_url + tenant
        self.app: ConfidentialClientApplication | None = None

    def get_access_token(self, force_refresh: bool = False) -> str:  # noqa: FBT001, FBT002
        """The token; blocks for up to some seconds, and raises what goes wrong."""
        if self.app is None:
            self.app = ConfidentialClientApplication(
                client_id=self.microsoft_app_id,
                client_credential=self.microsoft_app_password,
                authority=self.oauth_endpoint,
                timeout=_LOGIN_TIMEOUT_S,
            )
        return str(super().get_access_token(force_refresh))


def token_of(credentials: MicrosoftAppCredentials) -> Token:
    """Tokens asked for in a thread, one request at a time, so that the event loop never waits for the login server."""
    lock = asyncio.Lock()

    async def token() -> str:
        try:
            async with asyncio.timeout(_TOKEN_TIMEOUT_S), lock:
                return str(await asyncio.to_thread(credentials.get_access_token))
        except Exception as error:
            # The login server's words name the tenant and the application: only their kind goes on.
            raise ConnectorFailed(f"token {type(error).__name__}", sent=False) from None

    return token


def connector(
    *, service_url: str, cloud: Cloud, session: aiohttp.ClientSession, token: Token | None
) -> ConnectorClient:
    """The SDK's client for one service; without a token it sends none. It opens no connection by itself.

    The SDK makes a pipeline of its own first and again after any that it is given, so ours comes last.
    """
    if not cloud.serves(service_url):
        raise ConnectorFailed("host", sent=False)
    client = ConnectorClient(Authentication(), service_url)
    wire = _Wire(session=session, cloud=cloud, token=token)
    client.config.pipeline = AsyncPipeline([client.config.user_agent_policy, RawDeserializer()], wire)
    return client


class _Wire(AsyncHTTPSender):  # type: ignore[type-arg]
    """Signs requests and sends them over our own wire."""

    def __init__(self, *, session: aiohttp.ClientSession, cloud: Cloud, token: Token | None) -> None:
        self._session = session
        self._cloud = cloud
        self._token = token

    async def send(self, request: Any, **_options: Any) -> Any:
        """The answer; raises `ConnectorFailed` for every status that is not a success."""
        http = request.http_request
        headers = {name: value for name, value in http.headers.items() if name.lower() != "content-length"}
        if self._token:
            headers["Authorization"] = f"Bearer {await self._token()}"
        body = await exchange(self._session, self._cloud.serves, http.method, http.url, headers, http.data)
        return Response(request, _Answer(http, _object(body)))

    async def __aexit__(self, *_: object) -> None:
        """The session is not ours to close."""


class _Answer(AsyncClientResponse):
    """A success. The SDK is shown an empty object: it cannot hold what it does not know, and trips over the rest."""

    def __init__(self, request: Any, found: Json) -> None:
        super().__init__(request, found)
        self.status_code = 200
        self.headers = {"content-type": "application/json"}

    def body(self) -> bytes:
        """What the SDK reads."""
        return b"{}"


def _object(body: bytes) -> Json:
    """The JSON object in a body, an empty one where there is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


async def called(operation: Awaitable[Any]) -> Json:
    """The JSON object that an operation of the SDK, called with `raw`, was answered with; raises `ConnectorFailed`."""
    answer = await operation
    found: Json = answer.response
    return found
