"""Opening the page of a partnership's documents: a link, then a code that the coach sends to that lead alone."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.coaching.digest_links import SESSION
from bot.coaching.digest_opening import NotOpened, Sent, Unopened
from bot.coaching.document_links import DocumentGrant, DocumentLinks
from bot.coaching.documents import Keeper
from bot.coaching.languages import in_language_of, language_of
from bot.domain.cards import Card, Paragraph
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId
from bot.store.digest_links import DigestCodes, Issued
from bot.store.homes import Home, Homes
from bot.store.inbox import Promise, Reply
from bot.store.people import People
from prompts import Words

_DIGITS = 6


@dataclass(frozen=True, kw_only=True)
class DocumentsOpened:
    """A link that its lead may still follow; `locale` is the language that they are spoken to in."""

    token: str
    grant: DocumentGrant
    keeper: Keeper
    locale: str


@dataclass(frozen=True, kw_only=True)
class DocumentsOpening:
    """The use-case. Whether its reader leads is looked up each time."""

    links: DocumentLinks
    codes: DigestCodes
    plans: Callable[[], Awaitable[Sequence[PartnershipPlan]]]
    people: People
    homes: Homes
    words: Words
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    pick: Callable[[str], str]

    async def opened(self, token: str) -> DocumentsOpened:
        """What the link opens; raises `NotOpened`."""
        grant = self.links.read(token)
        if grant is None:
            raise NotOpened(Unopened.UNKNOWN)
        if self.clock() >= grant.expires:
            raise NotOpened(Unopened.EXPIRED)
        plan = next((each for each in await self.plans() if each.id == grant.partnership), None)
        leads = await self.people.leads(plan) if plan is not None else {}
        if plan is None or grant.partner not in leads:
            raise NotOpened(Unopened.NO_LEAD)
        locale = language_of(await self._home(grant.partner), plan, self.words)
        keeper = Keeper(plan=plan, organisation=leads[grant.partner])
        return DocumentsOpened(token=token, grant=grant, keeper=keeper, locale=locale)

    async def send_code(self, opened: DocumentsOpened) -> Sent:
        """Send the lead a code, where the coach writes to them alone."""
        home = await self._home(opened.grant.partner)
        if home is None:
            return Sent.NOWHERE
        code = "".join(self.pick("0123456789") for _ in range(_DIGITS))
        plan = opened.keeper.plan
        notice = Reply(
            key=f"notice:documents-code:{self.new_id()}",
            platform=home.platform,
            place=home.place,
            card=in_language_of(home, plan, self.words, partial(self._card, code, plan)),
            promise=Promise.NOTICE,
        )
        kept = await self.codes.issue(self._issued(opened, code), notice, self.clock())
        return Sent.SENT if kept else Sent.MANY

    async def session(self, opened: DocumentsOpened, code: str) -> str:
        """What to show from now on in place of a code; "" when it is not the one that was sent."""
        plain = "".join(each for each in code if each in "0123456789")
        right = await self.codes.use(self._issued(opened, plain), self.clock())
        return self.links.signing.session(opened.token, self.clock()) if right else ""

    def admits(self, opened: DocumentsOpened, session: str) -> bool:
        """Whether a code was entered for this link within the hour."""
        return self.links.signing.admits(session, opened.token, self.clock())

    @property
    def session_seconds(self) -> int:
        """For how long a code opens the page."""
        return int(SESSION.total_seconds())

    async def _home(self, partner: PartnerId) -> Home | None:
        return (await self.homes.of([partner])).get(partner)

    def _issued(self, opened: DocumentsOpened, code: str) -> Issued:
        grant, hashed = opened.grant, self.links.signing.code_hash(opened.token, code)
        return Issued(partnership=grant.partnership, partner=grant.partner, code_hash=hashed)

    def _card(self, code: str, plan: PartnershipPlan) -> Card:
        half = _DIGITS // 2
        text = self.words("documents.code_text", code=f"{code[:half]} {code[half:]}", partnership=plan.name)
        return Card(paragraphs=(Paragraph(text=text),), note=self.words("digest.page.code_note"))
