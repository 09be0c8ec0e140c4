"""Opening the page with everything of somebody: their link, then a code that the coach sends to them alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.coaching.digest_links import SESSION
from bot.coaching.digest_opening import NotOpened, Sent, Unopened
from bot.coaching.own_links import OwnGrant, OwnLinks
from bot.coaching.taking_out import TakingOut
from bot.domain.cards import Card, Paragraph
from bot.domain.people import PartnershipId
from bot.store.digest_links import DigestCodes, Issued
from bot.store.homes import Home, Homes
from bot.store.inbox import Promise, Reply
from bot.store.preferences import OwnSettings
from prompts import Words, speaking

_DIGITS = 6


@dataclass(frozen=True, kw_only=True)
class OwnOpened:
    """A link that the one whose it is may still follow."""

    token: str
    grant: OwnGrant
    partnership: PartnershipId


@dataclass(frozen=True, kw_only=True)
class OwnOpening:
    """The use-case."""

    links: OwnLinks
    taking_out: TakingOut
    codes: DigestCodes
    homes: Homes
    own: OwnSettings
    words: Words
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    pick: Callable[[str], str]

    async def opened(self, token: str) -> OwnOpened:
        """What a link opens; raises `NotOpened`. Of whoever was erased nothing is left to open."""
        grant = self.links.read(token)
        if grant is None:
            raise NotOpened(Unopened.UNKNOWN)
        if self.clock() >= grant.expires:
            raise NotOpened(Unopened.EXPIRED)
        for person in await self.taking_out.find(grant.partner):
            if person.partner == grant.partner:
                return OwnOpened(token=token, grant=grant, partnership=person.partnership)
        raise NotOpened(Unopened.UNKNOWN)

    async def language(self, token: str) -> str:
        """The language that whoever a link is for has chosen, "" where they chose none."""
        grant = self.links.read(token)
        if grant is None:
            return ""
        chosen = (await self.own.of([grant.partner])).get(grant.partner)
        return (chosen.locale or "") if chosen else ""

    async def send_code(self, opened: OwnOpened) -> Sent:
        """Send a code, where the coach writes to them alone."""
        partner = opened.grant.partner
        home = (await self.homes.of([partner])).get(partner)
        if home is None:
            return Sent.NOWHERE
        code = "".join(self.pick("0123456789") for _ in range(_DIGITS))
        notice = Reply(
            key=f"notice:own-code:{self.new_id()}",
            platform=home.platform,
            place=home.place,
            card=await self._card(code, home, opened.token),
            promise=Promise.NOTICE,
        )
        kept = await self.codes.issue(self._issued(opened, code), notice, self.clock())
        return Sent.SENT if kept else Sent.MANY

    async def session(self, opened: OwnOpened, code: str) -> str:
        """What to show from now on in place of a code; "" when it is not the one that was sent."""
        plain = "".join(each for each in code if each in "0123456789")
        right = await self.codes.use(self._issued(opened, plain), self.clock())
        return self.links.signing.session(opened.token, self.clock()) if right else ""

    def admits(self, opened: OwnOpened, session: str) -> bool:
        """Whether a code was entered for this link within the hour."""
        return self.links.signing.admits(session, opened.token, self.clock())

    @property
    def session_seconds(self) -> int:
        """For how long a code opens the page."""
        return int(SESSION.total_seconds())

    def _issued(self, opened: OwnOpened, code: str) -> Issued:
        hashed = self.links.signing.code_hash(opened.token, code)
        return Issued(partnership=opened.partnership, partner=opened.grant.partner, code_hash=hashed)

    async def _card(self, code: str, home: Home, token: str) -> Card:
        half, locale = _DIGITS // 2, home.locale or await self.language(token)
        with speaking(locale):
            text = self.words("mine.export.code_text", code=f"{code[:half]} {code[half:]}")
            note = self.words("digest.page.code_note")
            return Card(paragraphs=(Paragraph(text=text),), note=note, locale=locale)
