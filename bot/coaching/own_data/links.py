"""Links to what is kept of somebody: signed by this installation, for that person, and good for an hour."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.coaching.digests.links import DigestLinks
from bot.domain.people import PartnerId

LIFE = timedelta(hours=1)
_PAGE = "own-page"


@dataclass(frozen=True, kw_only=True)
class OwnGrant:
    """Whose page a link leads to, until when."""

    partner: PartnerId
    expires: datetime


@dataclass(frozen=True, kw_only=True)
class OwnLinks:
    """Makes links and reads them, signed as those of digests are; neither counts for the other."""

    signing: DigestLinks

    def page(self, partner: PartnerId, now: datetime) -> str:
        """The address of somebody's page; "" where no browser reaches the coach."""
        public = self.signing.public_url.rstrip("/")
        token = self.signing.signed(_PAGE, [partner, int((now + LIFE).timestamp())])
        return f"{public}/own/{token}" if public else ""

    def read(self, token: str) -> OwnGrant | None:
        """What a token grants, expired or not; None for anything that was not signed here."""
        told = self.signing.told(_PAGE, token)
        if told is None:
            return None
        partner, expires = told
        return OwnGrant(partner=PartnerId(partner), expires=datetime.fromtimestamp(expires, UTC))
