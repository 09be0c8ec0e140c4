"""Whether Microsoft sent a request: the checks of a Bot Connector token, in front of everything else.

Written here, because the SDK takes tokens without `exp`, takes the emulator's and skills' issuers, cannot follow a
change of keys, fetches keys with the event loop standing still, and answers some bad tokens with a crash.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from jwt import PyJWS, get_unverified_header

from adapters.teams.activity import Activity, text
from adapters.teams.clouds import Cloud
from adapters.teams.keys import SigningKeys
from adapters.teams.transport import Claims, Unauthorised
from bot.delivery.ports import Clock

#: Clocks may differ by this much, as Microsoft has it.
LEEWAY_S = 300
CHANNEL = "msteams"
#: Microsoft's have less than half of this.
_LONGEST_TOKEN = 4096
_ALGORITHM = "RS256"
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_SIGNED = PyJWS(algorithms=[_ALGORITHM])


@dataclass(frozen=True, kw_only=True)
class TokenCheck:
    """Checks tokens for one registration, whose `app_id` they must name."""

    app_id: str
    cloud: Cloud
    keys: SigningKeys
    clock: Clock

    async def __call__(self, headers: Mapping[str, str], activity: Activity) -> Claims:
        """The claims of a token that holds in every respect; raises `Unauthorised` and nothing else.

        What is wrong on its face is refused before anything is fetched.
        """
        try:
            return await self._checked(_bearer(headers.get("authorization", "")), activity)
        except Unauthorised:
            raise
        except Exception as error:
            # A token is hostile text: whatever trips over it, it is no proof.
            raise Unauthorised(type(error).__name__) from error

    async def _checked(self, token: str, activity: Activity) -> Claims:
        header = get_unverified_header(token)
        kid = header.get("kid")
        if header.get("alg") != _ALGORITHM or not isinstance(kid, str) or "crit" in header or "b64" in header:
            raise Unauthorised("header")
        unproven = _SIGNED.decode_complete(token, options={"verify_signature": False})
        self._check_claims(_claims(unproven["payload"]), activity)
        signing = await self.keys.find(kid)
        if signing is None:
            raise Unauthorised("key")
        proven = _SIGNED.decode_complete(token, signing.key, algorithms=[_ALGORITHM])
        if CHANNEL not in signing.endorsements:
            raise Unauthorised("endorsement", status=403)
        return _claims(proven["payload"])

    def _check_claims(self, claims: Claims, activity: Activity) -> None:
        if claims.get("iss") != self.cloud.issuer:
            raise Unauthorised("iss")
        if claims.get("aud") != self.app_id:
            raise Unauthorised("aud")
        now = self.clock().timestamp()
        if _moment(claims.get("exp")) < now - LEEWAY_S:
            raise Unauthorised("exp")
        if "nbf" in claims and _moment(claims["nbf"]) > now + LEEWAY_S:
            raise Unauthorised("nbf")
        service_url = text(activity, "serviceUrl")
        if not service_url or claims.get("serviceurl") != service_url:
            raise Unauthorised("serviceurl", status=403)
        if not self.cloud.serves(service_url):
            raise Unauthorised("host", status=403)
        if text(activity, "channelId") != CHANNEL:
            raise Unauthorised("channel", status=403)


def _bearer(header: str) -> str:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or len(token) > _LONGEST_TOKEN or not _TOKEN.fullmatch(token):
        raise Unauthorised("scheme")
    return token


def _claims(payload: bytes) -> Claims:
    claims = json.loads(payload)
    if not isinstance(claims, dict):
        raise Unauthorised("payload")
    return claims


def _moment(value: object) -> float:
    """A time in seconds since 1970; a claim that is absent or is none proves nothing."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Unauthorised("time")
    return float(value)
