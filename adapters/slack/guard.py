"""What stands in front of Bolt: only what Slack signed gets past, and nothing that comes in breaks it.

Bolt answers 500 to a malformed time or body and logs whole bodies; here every such request gets a 4xx, and the log
gets the reason alone.
"""

import hashlib
import hmac
import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from aiohttp import ClientPayloadError, ContentTypeError, http, web

from bot.delivery.ports import Clock
from bot.domain.errors import SettingError

_LOG = logging.getLogger(__name__)

#: What Slack sent, read: an event, an interaction or the fields of a command.
Payload = Mapping[str, Any]
#: Deals with what got past the guard.
Inner = Callable[[Payload], Awaitable[web.StreamResponse]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LARGEST_BODY = 1024 * 1024
#: Source: docs.slack.dev/authentication/verifying-requests-from-slack.
OLDEST_S = 300
_TIME = re.compile(r"[0-9]{1,12}")
_MOST_FIELDS = 100
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"


class Refused(Exception):
    """A request is not from Slack, or not what Slack sends. Its sender gets the status and nothing else."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def guard(secret: str, clock: Clock, inner: Inner) -> Handler:
    """A handler that lets through to `inner` what is signed with `secret`, and answers Slack's check of the address.

    Raises `SettingError` for an empty secret. Answers 413 over 1 MB, 401 to a signature that is missing, wrong or
    more than five minutes old or early, and 400 to whatever cannot be read.
    """
    if not secret.strip():
        raise SettingError("SLACK_SIGNING_SECRET is empty: copy it from the app's “Basic Information” page in Slack.")

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            payload = await _checked(request, secret.encode(), clock)
        except Refused as refused:
            _LOG.warning("slack.refused status=%d reason=%s", refused.status, refused.reason)
            return web.Response(status=refused.status)
        return await _answered(payload, inner)

    return handle


async def _answered(payload: Payload, inner: Inner) -> web.StreamResponse:
    if payload.get("type") == "url_verification":
        challenge = payload.get("challenge")
        return web.Response(text=challenge) if isinstance(challenge, str) else web.Response(status=400)
    if "ssl_check" in payload:
        return web.Response()
    return await inner(payload)


async def _checked(request: web.Request, secret: bytes, clock: Clock) -> Payload:
    sent_at, signature = _header(request, "X-Slack-Request-Timestamp"), _header(request, "X-Slack-Signature")
    if not _TIME.fullmatch(sent_at):
        raise Refused(400, "time")
    if abs(clock().timestamp() - int(sent_at)) > OLDEST_S:
        raise Refused(401, "stale")
    body = await _body(request)
    wanted = hmac.new(secret, b"v0:" + sent_at.encode() + b":" + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(f"v0={wanted}".encode(), signature.encode("utf-8", "surrogateescape")):
        raise Refused(401, "signature")
    return _read(request, body)


def _header(request: web.Request, name: str) -> str:
    """A header that is there once: a second one could be read by somebody else than the first."""
    values = request.headers.getall(name, [])
    if not values:
        raise Refused(401, "unsigned")
    if len(values) > 1:
        raise Refused(400, "repeated header")
    return values[0]


async def _body(request: web.Request) -> bytes:
    """The raw body; a longer one is not read to its end."""
    if (request.content_length or 0) > LARGEST_BODY:
        raise Refused(413, "too large")
    body = bytearray()
    try:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > LARGEST_BODY:
                raise Refused(413, "too large")
    except (ClientPayloadError, ContentTypeError, web.RequestPayloadError, http.HttpProcessingError) as error:
        raise Refused(400, "transfer") from error
    return bytes(body)


def _read(request: web.Request, body: bytes) -> Payload:
    if len(request.headers.getall("Content-Type", [])) > 1:
        raise Refused(400, "repeated header")
    try:
        text = body.decode("utf-8")
        if request.content_type == _JSON:
            return _object(text)
        if request.content_type == _FORM:
            return _form(text)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "content") from error
    raise Refused(400, "content type")


def _form(text: str) -> Payload:
    """The fields of a command, or the interaction in the field `payload`."""
    found = parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    if any(len(values) > 1 for values in found.values()):
        raise ValueError("repeated field")
    fields = {name: values[0] for name, values in found.items()}
    if "payload" in fields:
        return _object(fields["payload"])
    if not {"command", "ssl_check"} & fields.keys():
        raise ValueError("neither a command nor an interaction")
    return fields


def _object(text: str) -> Payload:
    value = json.loads(text)
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise ValueError("not an object with a type")
    return value
