"""Opening a digest's page: a link, then a code that the coach sends to that lead, then the digest of this moment."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.charts import Chart
from bot.coaching.code_gate import Bearer, CodeGate, NotOpened, Sent, Unopened
from bot.coaching.digests.charts import grid_of, heat_of
from bot.coaching.digests.digesting import Digesting
from bot.coaching.digests.links import DigestLinks, Grant
from bot.coaching.languages import in_language_of, language_of
from bot.domain.barrier_views import Reader
from bot.domain.cards import Card, Paragraph
from bot.domain.digest import Digest, Scope, Sources, Standpoint
from bot.domain.digest_making import digest
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import OrganisationId, PartnerId
from bot.store.digest_links import DigestCodes
from bot.store.homes import Home, Homes
from bot.store.people import People
from prompts import Words, speaking


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A link that its lead may still follow; `locale` is the language that they are spoken to in."""

    token: str
    grant: Grant
    plan: PartnershipPlan
    reader: Reader
    locale: str

    @property
    def bearer(self) -> Bearer:
        """Whose it is."""
        return Bearer(token=self.token, partnership=self.grant.partnership, partner=self.grant.partner)


@dataclass(frozen=True, kw_only=True)
class DigestOpening:
    """The use-case."""

    links: DigestLinks
    codes: DigestCodes
    plans: Callable[[], Awaitable[Sequence[PartnershipPlan]]]
    people: People
    homes: Homes
    digesting: Digesting
    words: Words
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    pick: Callable[[str], str]

    async def opened(self, token: str) -> Opened:
        """What the link opens; raises `NotOpened`. Whether its reader leads is looked up each time."""
        grant = self.links.read(token)
        if grant is None:
            raise NotOpened(Unopened.UNKNOWN)
        if self.clock() >= grant.expires:
            raise NotOpened(Unopened.EXPIRED)
        for plan in await self.plans():
            leads = await self.people.leads(plan) if plan.id == grant.partnership else {}
            organisation = leads.get(grant.partner)
            if organisation is not None:
                reader = Reader(partner=grant.partner, organisation=organisation, lead=True)
                locale = language_of(await self._home(grant.partner), plan, self.words)
                return Opened(token=token, grant=grant, plan=plan, reader=reader, locale=locale)
        raise NotOpened(Unopened.NO_LEAD)

    async def send_code(self, opened: Opened) -> Sent:
        """Send the lead a code, where the coach writes to them alone."""
        home, plan = await self._home(opened.grant.partner), opened.plan

        def made(code: str) -> Card:
            card = partial(self._card, code, plan)
            return card() if home is None else in_language_of(home, plan, self.words, card)

        return await self.gate.send(opened.bearer, home, made)

    @property
    def gate(self) -> CodeGate:
        """What a code is sent and taken by."""
        return CodeGate(
            name="digest-code",
            signing=self.links,
            codes=self.codes,
            clock=self.clock,
            new_id=self.new_id,
            pick=self.pick,
        )

    async def digest(self, opened: Opened) -> Digest:
        """The digest as it is now."""
        return await self.digesting.made(opened.plan, opened.grant.scope, opened.reader, self.clock())

    async def chart(self, token: str) -> Chart | None:
        """The chart that a chat shows, of what may be shown at this moment; None for any other token."""
        plot = self.links.plot(token, self.clock())
        plan = next((each for each in await self.plans() if plot and each.id == plot.partnership), None)
        if plot is None or plan is None:
            return None
        snapshots = await self.digesting.snapshots.of(plan.id)
        nobody = Reader(partner=PartnerId(""), organisation=OrganisationId(""), lead=True)
        scope = Scope(organisation=plot.organisation)
        asked = Standpoint(plan=plan, scope=scope, reader=nobody, week=plot.week, now=self.clock())
        made = digest(asked, Sources(barriers=(), snapshots=snapshots, gaps=()))
        with speaking(plot.locale):
            return grid_of(made, self.words) if plot.grid else heat_of(made, self.words)

    async def _home(self, partner: PartnerId) -> Home | None:
        return (await self.homes.of([partner])).get(partner)

    def _card(self, code: str, plan: PartnershipPlan) -> Card:
        text = self.words("digest.page.code_text", code=code, partnership=plan.name)
        return Card(paragraphs=(Paragraph(text=text),), note=self.words("digest.page.code_note"))
