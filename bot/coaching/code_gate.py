"""The gate of a page that is for one person: a code that the coach sends to them alone opens their link for an hour."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.coaching.digests.links import SESSION, DigestLinks
from bot.domain.cards import Card
from bot.domain.errors import CoachError
from bot.domain.people import PartnerId, PartnershipId
from bot.store.digest_links import DigestCodes, Issued
from bot.store.homes import Home
from bot.store.inbox import Promise, Reply

_DIGITS = "0123456789"
_LENGTH = 6


class Unopened(StrEnum):
    """Why a link opens nothing."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    NO_LEAD = "no_lead"


class NotOpened(CoachError):
    """A link opens nothing; whoever follows it is told why, in the words of its page for `reason`."""

    def __init__(self, reason: Unopened) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Sent(StrEnum):
    """What became of a code that was asked for."""

    SENT = "sent"
    MANY = "many"
    NOWHERE = "nowhere"


@dataclass(frozen=True, kw_only=True)
class Bearer:
    """Whose link a token is of."""

    token: str
    partnership: PartnershipId
    partner: PartnerId


@dataclass(frozen=True, kw_only=True)
class CodeGate:
    """Sends codes and takes them. `name` is what the notices that bring them are called."""

    name: str
    signing: DigestLinks
    codes: DigestCodes
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    pick: Callable[[str], str]

    async def send(self, bearer: Bearer, home: Home | None, made: Callable[[str], Card]) -> Sent:
        """Send a code to where the coach writes to its bearer alone, on the card that is `made` of it as it is read."""
        if home is None:
            return Sent.NOWHERE
        code = "".join(self.pick(_DIGITS) for _ in range(_LENGTH))
        half = _LENGTH // 2
        notice = Reply(
            key=f"notice:{self.name}:{self.new_id()}",
            platform=home.platform,
            place=home.place,
            card=made(f"{code[:half]} {code[half:]}"),
            promise=Promise.NOTICE,
        )
        kept = await self.codes.issue(self._issued(bearer, code), notice, self.clock())
        return Sent.SENT if kept else Sent.MANY

    async def session(self, bearer: Bearer, code: str) -> str:
        """What to show from now on in place of a code; "" when it is not the one that was sent."""
        plain = "".join(each for each in code if each in _DIGITS)
        right = await self.codes.use(self._issued(bearer, plain), self.clock())
        return self.signing.session(bearer.token, self.clock()) if right else ""

    def admits(self, token: str, session: str) -> bool:
        """Whether a code was entered for this link within the hour."""
        return self.signing.admits(session, token, self.clock())

    @property
    def session_seconds(self) -> int:
        """For how long a code opens the page."""
        return int(SESSION.total_seconds())

    def _issued(self, bearer: Bearer, code: str) -> Issued:
        hashed = self.signing.code_hash(bearer.token, code)
        return Issued(partnership=bearer.partnership, partner=bearer.partner, code_hash=hashed)
