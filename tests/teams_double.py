"""A double of Microsoft's side of Teams, on loopback: OpenID metadata, signing keys and the Bot Connector.

It shares no code with the product. What it does and where that is documented stands in docs/teams-double.md; each
rule here names its source there in brackets.
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

from tests.teams_activities import ANNA, APP_ID, BOT, TENANT, Activities, Json
from tests.teams_rules import StreamRules, bad_card, wrong

__all__ = [
    "ANNA",
    "APP_ID",
    "BOT",
    "ISSUER",
    "TENANT",
    "Json",
    "Reply",
    "Request",
    "TeamsDouble",
    "new_key",
    "teams_double",
    "wrong",
]

ISSUER = "https://api.botframework.com"


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
class TeamsDouble(Activities):
    """The state of the double; tests change it as they go. `standing` is what a reader sees, by conversation and id."""

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
    streams: StreamRules = field(default_factory=StreamRules)
    standing: dict[tuple[str, str], Json] = field(default_factory=dict)

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
    return _done(double, request, body)


def _done(double: TeamsDouble, request: web.Request, body: Json) -> web.Response:
    if request.match_info["rest"] == "pagedmembers":
        return _page(double, request)
    there = (request.match_info["conversation"], request.match_info["rest"].partition("/")[2])
    if request.method == "DELETE":
        return _error(404, "ActivityNotFoundInConversation") if double.standing.pop(there, None) is None else _ok({})
    refused = wrong(body) or bad_card(body)
    if refused:
        return _error(400, "BadSyntax", refused)
    return _changed(double, there, body) if request.method == "PUT" else _posted(double, there[0], body)


def _changed(double: TeamsDouble, there: tuple[str, str], body: Json) -> web.Response:
    """Puts a message in the place of one that stands there [UPDATE]."""
    if there not in double.standing:
        return _error(404, "ActivityNotFoundInConversation")
    if body.get("type") != "message":
        return _error(400, "BadSyntax", "only messages are updated")
    double.standing[there] = body
    return _ok({"id": there[1]})


def _posted(double: TeamsDouble, conversation: str, body: Json) -> web.Response:
    """Posts an activity, or takes a request of a stream [REST] [STREAM]."""
    own = f"sent-{len(double.requests)}"
    info = next((each for each in body.get("entities", []) if each.get("type") == "streaminfo"), None)
    if info is not None:
        refused = double.streams.refuses(body, own)
        if refused:
            return _error(*refused)
        if info.get("streamId"):
            if body["type"] == "message":
                double.standing[(conversation, info["streamId"])] = body
            return _ok({}, 202)
    elif body.get("type") == "message":
        double.standing[(conversation, own)] = body
    return _ok({"id": own}, 201)


def _ok(body: Json, status: int = 200) -> web.Response:
    return web.json_response(body, status=status)


def _error(status: int, code: str, message: str = "") -> web.Response:
    return web.json_response({"error": {"code": code, "message": message}}, status=status)


def _page(double: TeamsDouble, request: web.Request) -> web.Response:
    """Some members, with a token for the next page where there is one [REST]."""
    at = int(request.query.get("continuationToken", "0"))
    shown: Json = {"members": double.members[at : at + double.page]}
    if at + double.page < len(double.members):
        shown["continuationToken"] = str(at + double.page)
    return web.json_response(shown)
