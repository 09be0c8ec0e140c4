"""Microsoft's signing keys: fetched without holding anybody up, and never more often than needed."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import aiohttp
from jwt import PyJWK, PyJWTError

from adapters.teams.activity import Json
from adapters.teams.clouds import Cloud
from adapters.teams.wire import body_of

_LOG = logging.getLogger(__name__)
#: Microsoft asks to look for new keys once a day.
LIFETIME_S = 24 * 3600.0
#: A token with an unknown key asks for new ones; strangers can send as many of these as they like.
PAUSE_S = 60.0
#: The same as long as there are no keys at all.
PAUSE_WITHOUT_KEYS_S = 5.0
_TIMEOUT_S = 5.0
_LARGEST = 1024 * 1024
_MOST_KEYS = 100

#: Gets the JSON object at an address; raises when there is none.
Fetch = Callable[[str], Awaitable[Json]]
#: Seconds that never go back.
Monotonic = Callable[[], float]


@dataclass(frozen=True, kw_only=True)
class SigningKey:
    """One public key, and the channels for which it may sign."""

    key: PyJWK
    endorsements: frozenset[str]


class SigningKeys:
    """The keys of one cloud, by id. Old keys stay in use while new ones cannot be had."""

    def __init__(self, *, cloud: Cloud, fetch: Fetch, monotonic: Monotonic) -> None:
        self._cloud = cloud
        self._fetch = fetch
        self._monotonic = monotonic
        self._keys: Mapping[str, SigningKey] = {}
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._refreshing: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> SigningKey | None:
        """The key with this id, None where there is none.

        A known key is given at once, if need be while newer ones are being fetched. An unknown one waits for a
        refresh that is due, together with all others that wait: there is one at a time, with a pause after it.
        """
        if kid in self._keys:
            if self._monotonic() - self._fetched_at > LIFETIME_S:
                self._refresh_soon()
            return self._keys[kid]
        if refreshing := self._refresh_soon():
            await asyncio.shield(refreshing)
        return self._keys.get(kid)

    async def close(self) -> None:
        """Give up a refresh in progress."""
        if self._refreshing:
            self._refreshing.cancel()
            await asyncio.gather(self._refreshing, return_exceptions=True)

    def _refresh_soon(self) -> asyncio.Task[None] | None:
        """The refresh in progress, or a new one if the last was long enough ago."""
        if self._refreshing and not self._refreshing.done():
            return self._refreshing
        pause = PAUSE_S if self._keys else PAUSE_WITHOUT_KEYS_S
        if self._monotonic() - self._tried_at < pause:
            return None
        self._tried_at = self._monotonic()
        self._refreshing = asyncio.create_task(self._refresh())
        return self._refreshing

    async def _refresh(self) -> None:
        try:
            async with asyncio.timeout(2 * _TIMEOUT_S):
                metadata = await self._fetch(self._cloud.metadata_url)
                address = metadata["jwks_uri"]
                if not self._cloud.own_keys(address):
                    raise ValueError("jwks_uri")
                keys = _read(await self._fetch(address))
        except Exception as error:
            # Whatever it is, old keys hold, and without any every token is refused.
            _LOG.warning("teams.keys_not_fetched cause=%s", type(error).__name__)
            return
        if keys:
            self._keys, self._fetched_at = keys, self._monotonic()


def _read(found: Json) -> dict[str, SigningKey]:
    """The RSA keys of a key set; one that cannot be read is left out."""
    keys: dict[str, SigningKey] = {}
    for each in found["keys"][:_MOST_KEYS]:
        if not isinstance(each, dict) or each.get("kty") != "RSA" or not isinstance(each.get("kid"), str):
            continue
        listed = each.get("endorsements")
        try:
            key = PyJWK(each, algorithm="RS256")
        except (PyJWTError, ValueError, TypeError):
            continue
        keys[each["kid"]] = SigningKey(key=key, endorsements=frozenset(listed if isinstance(listed, list) else ()))
    return keys


def fetch_with(session: aiohttp.ClientSession) -> Fetch:
    """Fetches over HTTP: no redirects, five seconds, a megabyte."""

    async def fetch(url: str) -> Json:
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
        async with session.get(url, timeout=timeout, allow_redirects=False, raise_for_status=True) as response:
            found = json.loads(await body_of(response, _LARGEST))
        if not isinstance(found, dict):
            raise ValueError("not an object")
        return found

    return fetch
