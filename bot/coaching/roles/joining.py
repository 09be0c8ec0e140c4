"""Join: a one-time code, typed to the coach, makes a person a partner, or links their second platform."""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.delivery.ports import Clock
from bot.domain.cards import Card, Paragraph
from bot.domain.membership import Standing
from bot.domain.messages import Incoming
from bot.domain.people import PartnerId
from bot.store.people import Invitation, People
from prompts import Words

#: Letters and digits that nobody mistakes for one another. A code begins with a digit, so that no question such as
#: “what gets them” is taken for one; the rest are 54 bits.
DIGITS = "23456789"
ALPHABET = f"{DIGITS}ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 12
_VALID_FOR = timedelta(days=7)
_GROUP = "([2-9A-HJKMNP-TV-Z]{4})"
_CODE = re.compile(rf"(?i)\s*(?:join\s+)?{_GROUP}[-\s]?{_GROUP}[-\s]?{_GROUP}\s*")

#: Picks one of these characters, unguessably.
Pick = Callable[[str], str]


def code_in(text: str) -> str | None:
    """The code that a message consists of, in capitals and without hyphens, or None."""
    found = _CODE.fullmatch(text)
    code = "".join(found.groups()).upper() if found else ""
    return code if code[:1] in tuple(DIGITS) else None


@dataclass(frozen=True, kw_only=True)
class Joining:
    """Makes and redeems codes. Only their keyed hash is kept, and each works once, for seven days."""

    people: People
    words: Words
    secret: bytes
    clock: Clock
    pick: Pick

    async def invite(self, offered: Standing, partner: PartnerId | None = None) -> str:
        """A new code that stands for this, written for a person to type: `7BCD-EFGH-JKMN`."""
        code = self.pick(DIGITS) + "".join(self.pick(ALPHABET) for _ in range(_LENGTH - 1))
        expires_at = self.clock() + _VALID_FOR
        await self.people.invite(self._hash(code), Invitation(standing=offered, expires_at=expires_at, partner=partner))
        return "-".join(code[start : start + 4] for start in range(0, _LENGTH, 4))

    async def __call__(self, incoming: Incoming, code: str) -> Card:
        """Redeem a code that was typed, and say what it did."""
        held = await self.people.redeem(incoming.sender, self._hash(code), self.clock())
        name = "join.welcome" if held is not None else "join.wrong"
        return Card(paragraphs=(Paragraph(text=self.words(name)),))

    def _hash(self, code: str) -> str:
        return hmac.new(self.secret, code.encode(), hashlib.sha256).hexdigest()
