"""Opening the page with everything of somebody: their link, then a code that the coach sends to them alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.coaching.code_gate import Bearer, CodeGate, NotOpened, Sent, Unopened
from bot.coaching.own_data.links import OwnGrant, OwnLinks
from bot.coaching.own_data.taking_out import TakingOut
from bot.domain.cards import Card, Paragraph
from bot.domain.people import PartnershipId
from bot.store.digest_links import DigestCodes
from bot.store.homes import Homes
from bot.store.preferences import OwnSettings
from prompts import Words, speaking


@dataclass(frozen=True, kw_only=True)
class OwnOpened:
    """A link that the one whose it is may still follow."""

    token: str
    grant: OwnGrant
    partnership: PartnershipId

    @property
    def bearer(self) -> Bearer:
        """Whose it is."""
        return Bearer(token=self.token, partnership=self.partnership, partner=self.grant.partner)


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
        locale = (home.locale if home else "") or await self.language(opened.token)
        return await self.gate.send(opened.bearer, home, partial(self._card, locale))

    @property
    def gate(self) -> CodeGate:
        """What a code is sent and taken by."""
        return CodeGate(
            name="own-code",
            signing=self.links.signing,
            codes=self.codes,
            clock=self.clock,
            new_id=self.new_id,
            pick=self.pick,
        )

    def _card(self, locale: str, code: str) -> Card:
        with speaking(locale):
            text = self.words("mine.export.code_text", code=code)
            note = self.words("digest.page.code_note")
            return Card(paragraphs=(Paragraph(text=text),), note=note, locale=locale)
