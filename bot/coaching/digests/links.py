"""Links to a digest: who may open which, signed by this installation, so that nothing in one can be changed."""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bot.coaching.digests.charts import grid_in_words, heat_in_words
from bot.domain.barrier_views import Reader
from bot.domain.cards import Image
from bot.domain.digest import Digest, Scope
from bot.domain.people import OrganisationId, PartnerId, PartnershipId
from prompts import Words, current_locale

LIFE = timedelta(days=7)
SESSION = timedelta(hours=1)
_CHART_LIFE = timedelta(days=1)
_LONGEST_TOKEN = 1_000
#: What signatures are over begins with one of these, so that none counts for anything else.
_PAGE, _CHART, _GRID, _SESSION = "digest-page", "digest-chart", "digest-grid", "digest-session"


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What a link lets one lead open, until when."""

    partnership: PartnershipId
    partner: PartnerId
    scope: Scope
    expires: datetime


@dataclass(frozen=True, kw_only=True)
class Plot:
    """Which chart an address shows: a week of bands, nothing of anybody. `grid` says which of the two it is.

    `locale` is the language of its words, empty for the installation's own.
    """

    grid: bool = False
    partnership: PartnershipId
    week: str
    organisation: OrganisationId | None
    expires: datetime
    locale: str = ""


@dataclass(frozen=True, kw_only=True)
class DigestLinks:
    """Makes links and reads them; `public_url` is where this installation is reached from outside, "" where it is not.

    No request's own idea of the address counts.
    """

    secret: bytes
    public_url: str

    @property
    def path(self) -> str:
        """The path that the public address begins with, "" for none."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def secure(self) -> bool:
        """Whether browsers reach the page over https."""
        return self.public_url.startswith("https://")

    def page(self, digest: Digest, reader: Reader) -> str:
        """The address of this digest's page for this reader, good for a week; "" where there is none."""
        if not self.public_url or not reader.partner:
            return ""
        grant = Grant(
            partnership=digest.plan.id, partner=reader.partner, scope=digest.scope, expires=digest.made_at + LIFE
        )
        return f"{self.public_url.rstrip('/')}/digest/{self.sign(grant)}"

    def chart(self, digest: Digest, words: Words) -> Image | None:
        """The picture of a digest's figures for a chat, good for a day; chats show none that is not on https."""
        return self._image(_CHART, digest, heat_in_words(digest, words)) if self.secure else None

    def grid(self, digest: Digest, words: Words) -> Image | None:
        """The same of what is known from which organisation."""
        return self._image(_GRID, digest, grid_in_words(digest, words)) if self.secure else None

    def _image(self, purpose: str, digest: Digest, alt: str) -> Image:
        expires = digest.made_at.replace(minute=0, second=0, microsecond=0) + _CHART_LIFE
        shown = [digest.plan.id, digest.week, digest.scope.organisation, int(expires.timestamp()), current_locale()]
        token = self.signed(purpose, shown)
        return Image(url=f"{self.public_url.rstrip('/')}/digest/chart/{token}.png", alt=alt)

    def sign(self, grant: Grant) -> str:
        """The token of a link."""
        scope, expires = grant.scope, int(grant.expires.timestamp())
        told = [grant.partnership, grant.partner, scope.weeks, scope.organisation, scope.factor, expires]
        return self.signed(_PAGE, told)

    def read(self, token: str) -> Grant | None:
        """What a token grants, expired or not; None for anything that was not signed here."""
        told = self.told(_PAGE, token)
        if told is None:
            return None
        partnership, partner, weeks, organisation, factor, expires = told
        return Grant(
            partnership=partnership,
            partner=partner,
            scope=Scope(weeks=weeks, organisation=organisation, factor=factor),
            expires=datetime.fromtimestamp(expires, UTC),
        )

    def plot(self, token: str, now: datetime) -> Plot | None:
        """The chart that a token shows; None for one that is forged or too old."""
        heat, grid = self.told(_CHART, token), self.told(_GRID, token)
        told = heat or grid
        if told is None:
            return None
        # A picture that was sent before there were languages says none.
        partnership, week, organisation, expires, *spoken = told
        until = datetime.fromtimestamp(expires, UTC)
        plot = Plot(
            partnership=partnership,
            week=week,
            organisation=organisation,
            expires=until,
            grid=heat is None,
            locale="".join(spoken),
        )
        return plot if now < until else None

    def session(self, token: str, now: datetime) -> str:
        """What a browser shows for an hour, with this link only, that a code was entered."""
        return self.signed(_SESSION, [token, int((now + SESSION).timestamp())])

    def admits(self, session: str, token: str, now: datetime) -> bool:
        """Whether a session was made here for this link and holds still."""
        told = self.told(_SESSION, session)
        return told is not None and told[0] == token and now.timestamp() < told[1]

    def code_hash(self, token: str, code: str) -> str:
        """What is kept of a code: without the secret it tells nothing, and it counts for one link."""
        return self._mac("digest-code", f"{token}:{code}".encode()).hex()

    def signed(self, purpose: str, told: list[Any]) -> str:
        """A token that says this, for one purpose only."""
        text = json.dumps(told, separators=(",", ":")).encode()
        return f"{_letters(text)}.{_letters(self._mac(purpose, text))}"

    def told(self, purpose: str, token: str) -> list[Any] | None:
        """What a token says; None for anything that was not signed here for this purpose."""
        text, dot, mac = token.partition(".")
        if not dot or len(token) > 2 * _LONGEST_TOKEN:
            return None
        try:
            given, signed = _bytes(text), _bytes(mac)
        except (ValueError, binascii.Error):
            return None
        # One token has one spelling: another that decodes to the same is none of ours.
        same = token == f"{_letters(given)}.{_letters(signed)}"
        if not same or not hmac.compare_digest(signed, self._mac(purpose, given)):
            return None
        told: list[Any] = json.loads(given)
        return told

    def _mac(self, purpose: str, text: bytes) -> bytes:
        return hmac.digest(self.secret, purpose.encode() + b"\0" + text, hashlib.sha256)


def _letters(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
