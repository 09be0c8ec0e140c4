"""Opening the page of a partnership's documents: a link, then a code that the coach sends to that lead alone."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.coaching.code_gate import Bearer, CodeGate, NotOpened, Sent, Unopened
from bot.coaching.languages import in_language_of, language_of
from bot.coaching.library.documents import Keeper
from bot.coaching.library.links import DocumentGrant, DocumentLinks
from bot.domain.cards import Card, Paragraph
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId
from bot.store.digest_links import DigestCodes
from bot.store.homes import Home, Homes
from bot.store.people import People
from prompts import Words


@dataclass(frozen=True, kw_only=True)
class DocumentsOpened:
    """A link that its lead may still follow; `locale` is the language that they are spoken to in."""

    token: str
    grant: DocumentGrant
    keeper: Keeper
    locale: str

    @property
    def bearer(self) -> Bearer:
        """Whose it is."""
        return Bearer(token=self.token, partnership=self.grant.partnership, partner=self.grant.partner)


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
        home, plan = await self._home(opened.grant.partner), opened.keeper.plan

        def made(code: str) -> Card:
            card = partial(self._card, code, plan)
            return card() if home is None else in_language_of(home, plan, self.words, card)

        return await self.gate.send(opened.bearer, home, made)

    @property
    def gate(self) -> CodeGate:
        """What a code is sent and taken by."""
        return CodeGate(
            name="documents-code",
            signing=self.links.signing,
            codes=self.codes,
            clock=self.clock,
            new_id=self.new_id,
            pick=self.pick,
        )

    async def _home(self, partner: PartnerId) -> Home | None:
        return (await self.homes.of([partner])).get(partner)

    def _card(self, code: str, plan: PartnershipPlan) -> Card:
        text = self.words("documents.code_text", code=code, partnership=plan.name)
        return Card(paragraphs=(Paragraph(text=text),), note=self.words("digest.page.code_note"))
