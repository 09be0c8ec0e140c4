"""A double of Microsoft's side of Teams, on loopback: OpenID metadata, signing keys and the Bot Connector.

It shares no code with the product. What it does is what these say, each named where it is done:

[AUTH] MicrosoftDocs/bot-docs articles/rest-api/bot-framework-rest-connector-authentication.md
[REST] MicrosoftDocs/bot-docs articles/rest-api/bot-framework-rest-connector-api-reference.md
[RATE] MicrosoftDocs/msteams-docs msteams-platform/bots/how-to/rate-limit.md
[AI]   MicrosoftDocs/msteams-docs msteams-platform/bots/how-to/bot-messages-ai-generated-content.md
[MENU] MicrosoftDocs/msteams-docs msteams-platform/messaging-extensions/how-to/action-commands/create-task-module.md
[SIZE] MicrosoftDocs/msteams-docs msteams-platform/bots/how-to/format-your-bot-messages.md
"""

import asyncio
import contextlib
import json
import time
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

APP_ID = "11111111-2222-4333-8444-555555555555"
TENANT = "72f988bf-0000-41af-91ab-2d7cd011db47"
ISSUER = "https://api.botframework.com"
BOT = f"28:{APP_ID}"
ANNA = {"id": "29:anna", "name": "Anna", "aadObjectId": "AAAA0000-0000-4000-8000-000000000001"}

Json = dict[str, Any]


def new_key() -> rsa.RSAPrivateKey:
    """A key pair; making one takes a moment."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the connector does with the next request, once: answer with a status, drop the connection, or hang."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = "{}"
    drop: bool = False
    hang: bool = False


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request that the connector got."""

    method: str
    path: str
    query: dict[str, str]
    authorization: str
    body: Json


@dataclass
class TeamsDouble:
    """The state of the double; tests change it as they go."""

    url: str
    key: rsa.RSAPrivateKey
    keys: dict[str, tuple[rsa.RSAPrivateKey, list[str]]] = field(default_factory=dict)
    members: list[Json] = field(default_factory=list)
    page: int = 2
    replies: deque[Reply] = field(default_factory=deque)
    requests: list[Request] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    metadata_fails: bool = False
    metadata_waits_for: asyncio.Event | None = None

    @property
    def service_url(self) -> str:
        """Where the connector is, with the slash at the end that Teams puts there."""
        return f"{self.url}/emea/"

    def claims(self, **changes: Any) -> Json:
        """The claims of a token as the connector makes it [AUTH]; a change to None leaves a claim out."""
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": APP_ID, "nbf": now, "exp": now + 3600, "serviceurl": self.service_url}
        return {name: value for name, value in (claims | changes).items() if value is not None}

    def token(self, *, key: Any = None, kid: str | None = "k1", algorithm: str = "RS256", **changes: Any) -> str:
        """A signed token [AUTH]."""
        headers = {} if kid is None else {"kid": kid}
        return jwt.encode(self.claims(**changes), key or self.key, algorithm=algorithm, headers=headers)

    def bearer(self, **changes: Any) -> dict[str, str]:
        """The header that a token travels in [AUTH]."""
        return {"Authorization": f"Bearer {self.token(**changes)}"}

    def message(self, text: str = "hello", **changes: Any) -> Json:
        """A message that a person sends the bot in a personal chat."""
        activity = {
            "type": "message",
            "id": "1700000000001",
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": ANNA,
            "recipient": {"id": BOT, "name": "Coach"},
            "conversation": {"id": "a:anna", "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            "text": text,
        }
        return activity | changes

    def shortcut(
        self, content: str = "<p>No time</p>", *, by: Any = ANNA["aadObjectId"], sender: Json = ANNA, **changes: Any
    ) -> Json:
        """“Log as barrier”, chosen in the menu of a message in a channel that the bot may be no part of [MENU]."""
        payload = {
            "id": "1611060744833",
            "linkToMessage": "https://teams.microsoft.com/l/message/19:c@thread.skype/1611060744833",
            "body": {"contentType": "html", "content": content},
            "from": {"user": {"userIdentityType": "aadUser", "id": by, "displayName": "Anna"}, "application": None},
        }
        value = {"commandId": "barrier-shortcut", "commandContext": "message", "messagePayload": payload}
        at = {"id": "19:c@thread.skype;messageid=1611060744833", "conversationType": "channel", "tenantId": TENANT}
        invoke: Json = {
            "from": sender,
            "type": "invoke",
            "name": "composeExtension/fetchTask",
            "id": "f:bc319b1d",
            "value": value,
        }
        return self.message("", **(invoke | {"conversation": at} | changes))


@contextlib.asynccontextmanager
async def teams_double(key: rsa.RSAPrivateKey) -> AsyncIterator[TeamsDouble]:
    """A running double, signing as `k1`."""
    double = TeamsDouble(url="", key=key, keys={"k1": (key, ["msteams"])})
    app = web.Application()
    app.router.add_get("/openid", partial(_metadata, double))
    app.router.add_get("/keys", partial(_keys, double))
    app.router.add_route("*", "/emea/v3/conversations/{conversation}/{rest:.*}", partial(_do, double))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    double.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield double
    await runner.cleanup()


async def _metadata(double: TeamsDouble, request: web.Request) -> web.Response:
    """The OpenID document, which names the keys and their algorithms [AUTH]."""
    double.opened.append(request.path)
    if double.metadata_waits_for:
        await double.metadata_waits_for.wait()
    if double.metadata_fails:
        return web.Response(status=500)
    document = {"issuer": ISSUER, "jwks_uri": f"{double.url}/keys", "id_token_signing_alg_values_supported": ["RS256"]}
    return web.json_response(document)


async def _keys(double: TeamsDouble, request: web.Request) -> web.Response:
    """The public keys; `endorsements` are the channels that a key may sign for [AUTH]."""
    double.opened.append(request.path)
    listed = []
    for kid, (key, endorsements) in double.keys.items():
        public = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
        listed.append(public | {"kid": kid, "use": "sig", "endorsements": endorsements})
    return web.json_response({"keys": listed})


async def _do(double: TeamsDouble, request: web.Request) -> web.StreamResponse:
    """One call of the connector, written down, and answered as scripted or as it should be."""
    body = await request.json() if request.can_read_body else {}
    double.requests.append(
        Request(
            method=request.method,
            path=request.path,
            query=dict(request.query),
            authorization=request.headers.get("Authorization", ""),
            body=body,
        )
    )
    reply = double.replies.popleft() if double.replies else None
    if reply and (reply.drop or reply.hang):
        await asyncio.sleep(30 if reply.hang else 0)
        assert request.transport
        request.transport.close()
        return web.Response()
    if reply:
        return web.Response(
            status=reply.status, headers=reply.headers, text=reply.body, content_type="application/json"
        )
    if request.match_info["rest"] == "pagedmembers":
        return _page(double, request)
    refused = wrong(body)
    if refused:
        return web.json_response({"error": {"code": "BadSyntax", "message": refused}}, status=400)
    return web.json_response({"id": f"sent-{len(double.requests)}"}, status=201)


def _page(double: TeamsDouble, request: web.Request) -> web.Response:
    """Some members, with a token for the next page where there is one [REST]."""
    at = int(request.query.get("continuationToken", "0"))
    shown: Json = {"members": double.members[at : at + double.page]}
    if at + double.page < len(double.members):
        shown["continuationToken"] = str(at + double.page)
    return web.json_response(shown)


def wrong(activity: Json) -> str:
    """What the connector would refuse an activity for."""
    if len(json.dumps(activity, ensure_ascii=False).encode("utf-16-le")) > 100 * 1024:
        return "MessageSizeTooBig [SIZE]"
    if activity.get("type") == "message" and not (activity.get("text") or activity.get("attachments")):
        return "empty body [REST]"
    roots = [entity for entity in activity.get("entities", []) if entity.get("type") == "https://schema.org/Message"]
    if len(roots) > 1:
        return "Multiple root message entities [AI]"
    for claim in (claim for root in roots for claim in root.get("citation", [])):
        appearance = claim.get("appearance", {})
        if not appearance.get("name") or len(appearance["name"]) > 80 or len(appearance.get("abstract", "")) > 160:
            return "citation [AI]"
    return "more than 20 citations [AI]" if any(len(root.get("citation", [])) > 20 for root in roots) else ""
