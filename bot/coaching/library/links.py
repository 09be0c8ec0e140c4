"""Links to a partnership's documents: signed by this installation, for one lead, and good for an hour."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.coaching.digests.links import DigestLinks
from bot.domain.people import PartnerId, PartnershipId

LIFE = timedelta(hours=1)
_PAGE, _FORM = "documents-page", "documents-form"


@dataclass(frozen=True, kw_only=True)
class DocumentGrant:
    """Whose documents a link leads to, for which lead, until when."""

    partnership: PartnershipId
    partner: PartnerId
    expires: datetime


@dataclass(frozen=True, kw_only=True)
class DocumentLinks:
    """Makes links and reads them, signed as those of digests are; neither counts for the other."""

    signing: DigestLinks

    def page(self, partnership: PartnershipId, partner: PartnerId, now: datetime) -> str:
        """The address of the page; "" where no browser reaches the coach."""
        public = self.signing.public_url.rstrip("/")
        token = self.signing.signed(_PAGE, [partnership, partner, int((now + LIFE).timestamp())])
        return f"{public}/documents/{token}" if public else ""

    def read(self, token: str) -> DocumentGrant | None:
        """What a token grants, expired or not; None for anything that was not signed here."""
        told = self.signing.told(_PAGE, token)
        if told is None:
            return None
        partnership, partner, expires = told
        return DocumentGrant(partnership=partnership, partner=partner, expires=datetime.fromtimestamp(expires, UTC))

    def mark(self, session: str) -> str:
        """What the forms of a page carry, so that one that another site made is told apart."""
        return self.signing.signed(_FORM, [self.signing.code_hash("form", session)])
