"""People who have said everything that can be said to the coach, each with a mark of their own in all of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import insert

from bot.coaching.slips import Slips
from bot.domain import barrier_rules as rules
from bot.domain.barriers import Barrier, BarrierId, Consent, Raiser, Status
from bot.domain.cards import Card, Paragraph
from bot.domain.chat_members import lead_key, lead_value
from bot.domain.check_ins import CheckIn, CheckInId, Reflection, State
from bot.domain.heard import Gap, Verdict, Vote
from bot.domain.human_asks import Addressee, AskState, HumanAsk, Proposal
from bot.domain.membership import Standing
from bot.domain.messages import EventKey, Incoming, Place
from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import Lead, PartnershipPlan, Span
from bot.domain.people import Identity, Organisation, OrganisationId, PartnerId, PartnershipId
from bot.store import notices
from bot.store.barriers import Barriers
from bot.store.chat_settings import ChatSettings
from bot.store.check_ins import CheckIns
from bot.store.conversations import Conversations
from bot.store.database import Database
from bot.store.digest_links import DigestCodes, Issued
from bot.store.drafts import Drafts
from bot.store.feedback import Feedback
from bot.store.first_contact import FirstContact
from bot.store.gaps import Gaps
from bot.store.heard_threads import HeardThreads
from bot.store.homes import Homes
from bot.store.human_asks import HumanAsks
from bot.store.inbox import Inbox, Promise, Reply, outbox_row
from bot.store.last_questions import LastQuestions
from bot.store.lead_offers import LeadOffer, LeadOffers
from bot.store.nudges import Nudges
from bot.store.outbox import Outbox
from bot.store.page import PageTranscript
from bot.store.people import Invitation, People
from bot.store.preferences import OwnSettings
from bot.store.reflections import Reflections
from bot.store.relays import Relay, Relays
from bot.store.tables import outbox as outbox_table
from knowledge.following import Before
from tests.fakes import NOON, counted, lease

HARBOUR = PartnershipId("harbour")
_DAY = timedelta(days=1)
MEMBERS = [OrganisationId(f"org-{number}") for number in range(3)]
PLAN = PartnershipPlan(
    id=HARBOUR,
    name="Harbour",
    zone="UTC",
    organisations=tuple(
        Organisation(id=each, name=each.title(), email_domains=(f"{each}.example",), slack_teams=(f"T{number}",))
        for number, each in enumerate(MEMBERS)
    ),
    leads=(),
)


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """Who they are, and the mark that is in all of theirs."""

    number: int
    partner: PartnerId
    identity: Identity
    again: Identity

    @property
    def mark(self) -> str:
        return mark_of(self.number)

    @property
    def organisation(self) -> OrganisationId:
        return MEMBERS[self.number % 3]

    @property
    def home(self) -> Place:
        return Place(f"T{self.number % 3}/D{self.number:03}/")

    def says(self, what: str) -> str:
        return f"{self.mark} {what} {self.mark}"


def mark_of(number: int) -> str:
    """In small letters: so that it stands in an address too."""
    return f"zqcanary{number:03}x"


def identity_of(platform: str, tenant: str, number: int) -> Identity:
    """Who the one with this number is on a platform."""
    mark = mark_of(number)
    address = f"{mark}@{MEMBERS[number % 3]}.example"
    return Identity(platform=platform, tenant=tenant, user=f"U{number:03}", email=address, name=f"Q {mark}")


async def admitted(database: Database, count: int) -> list[Somebody]:
    """So many partners on two platforms each; every seventh was invited by a code to the second."""
    people = People(database, counted("p"))
    found = []
    for number in range(count):
        slack, teams = identity_of("slack", f"T{number % 3}", number), identity_of("teams", "tenant", number)
        standing = Standing(partnership=HARBOUR, organisation=MEMBERS[number % 3], lead=number % 5 == 0)
        held = await people.admit(slack, standing)
        await people.admit(teams, standing)
        if number % 7 == 0:
            offered = Invitation(standing=standing, expires_at=NOON + _DAY, partner=held.partner)
            await people.invite(f"code-{number}", offered)
        await people.redeem(slack, "no such code", NOON)
        found.append(Somebody(number=number, partner=held.partner, identity=slack, again=teams))
    return found


async def everything_said(database: Database, everybody: Sequence[Somebody], slips: Slips) -> None:
    """Each says everything; each barrier is joined by the next two, decided by one who leads, and asked about."""
    for number, each in enumerate(everybody):
        others = [everybody[(number + step) % len(everybody)] for step in (1, 2)]
        await _asked(database, each, slips)
        await _raised(database, each, others)
        await _replied(database, each)
        await _settled(database, each)
        await _led(database, each)
        await _met(database, each)
        await _put_to_a_person(database, each, others[0])
        await _on_its_way(database, each, others[0])


async def _asked(database: Database, each: Somebody, slips: Slips) -> None:
    author, at = slips.author(each.identity.key), NOON
    question = each.says("Who pays for the data hub?")
    gap = Gap(id=f"gap-{each.number}", partnership=HARBOUR, organisation=each.organisation, question=question, at=at)
    await Gaps(database).add(gap, author)
    vote = Vote(
        id=f"vote-{each.number}",
        partnership=HARBOUR,
        verdict=Verdict.DOWN,
        at=at,
        comment=each.says("No use."),
        question=question,
    )
    await Feedback(database).save(vote, slips.author(each.again.key))
    await LastQuestions(database).keep(each.identity.key, each.home, Before(question=question, file="trust.md"), at)
    await PageTranscript(database, lambda: NOON).send(
        Place(each.identity.user), EventKey(f"web:{each.number}"), _card(each)
    )


async def _raised(database: Database, each: Somebody, others: Sequence[Somebody]) -> None:
    store, relays = Barriers(database), Relays(database)
    barrier = rules.raised(HARBOUR, _part(each, f"b{each.number}"), "trust", f"raise-{each.number}")
    for other in others:
        barrier = rules.joined(barrier, _part(other, barrier.id), f"join-{each.number}-{other.number}")
    barrier = _decided(barrier, others[0], each)
    await store.save((None, barrier), now=NOON)
    await store.give_number(barrier.id)
    asked = Relay(
        id=f"relay-{each.number}",
        barrier=barrier.id,
        lead=others[0].partner,
        raiser=each.partner,
        question=others[0].says("What would help?"),
        at=NOON,
    )
    await relays.ask(asked, now=NOON)
    answer = Reply(
        key=notices.answer_of(asked.id),
        platform="slack",
        place=others[0].home,
        card=_card(each, "A shared form."),
        promise=Promise.NOTICE,
    )
    await relays.answer(asked.id, each.partner, each.says("A shared form."), [answer], now=NOON)
    await Drafts(database).keep(f"draft-{each.number}", each.partner, {"statement": each.says("Nobody shares.")}, NOON)
    await Nudges(database).stop(barrier.id, each.identity.email)


def _part(each: Somebody, barrier: str) -> Raiser:
    return Raiser(
        partner=each.partner,
        organisation=each.organisation,
        wording=each.says("Nobody may share a list."),
        at=NOON,
        origin=BarrierId(barrier),
        consent=Consent.NAMED,
        shared=True,
        name=each.identity.name,
    )


def _decided(barrier: Barrier, lead: Somebody, owner: Somebody) -> Barrier:
    number = owner.number
    assigned = rules.assigned(barrier, owner.identity.email, None, f"assign-{number}", NOON, lead.partner)
    reason = lead.says("The directors signed.")
    resolved = rules.moved(assigned, Status.RESOLVED, f"move-{number}", NOON, lead.partner, reason, shared=True)
    if number % 2:
        return resolved
    answer = f"answer-{number}"
    return rules.answered(resolved, owner.partner, answer, NOON, gone=False, because=owner.says("It is still there."))


async def _replied(database: Database, each: Somebody) -> None:
    store, replies = CheckIns(database), Reflections(database)
    for number, consent in enumerate(Consent):
        asked = CheckIn(
            id=CheckInId(f"c{each.number}-{number}"),
            partner=each.partner,
            partnership=HARBOUR,
            organisation=each.organisation,
            week=f"2026-W{10 + number}",
            question="trust-1",
            factor="trust",
            asked_at=NOON + number * _DAY,
            until=NOON + 3 * _DAY,
        )
        invite = Reply(key=f"check-in:{asked.id}:0", platform="slack", place=each.home, card=_card(each))
        await store.invite([(asked, invite)], NOON)
        reply = Reflection(
            check_in=asked.id,
            partner=each.partner,
            partnership=HARBOUR,
            organisation=each.organisation,
            week=asked.week,
            question=asked.question,
            factor=asked.factor,
            text=each.says("We met on Tuesday."),
            at=NOON,
            consent=consent,
            shared=True,
            name=each.identity.name,
            follow_up=each.says("In the library."),
            followed=True,
        )
        answered = CheckIn(**{**asked.__dict__, "state": State.ANSWERED})
        await replies.save(reply, check_in=(asked, answered), change=f"reply-{asked.id}", now=NOON)


async def _settled(database: Database, each: Somebody) -> None:
    homes, chats = Homes(database), Conversations(database)
    await chats.save(f"person:tenant:{each.identity.user}", {"alone": each.mark})
    await homes.remember(each.partner, each.identity.key, "slack", each.home, NOON)
    settings = PartnerSettings(
        zone="Europe/London",
        weekday="monday",
        hour=each.number % 24,
        locale="cy",
        away=(Span(first=NOON.date(), last=NOON.date()),),
    )
    await OwnSettings(database).keep(each.partner, settings, NOON)
    code = Reply(key=f"code:{each.number}", platform="slack", place=each.home, card=_card(each))
    await DigestCodes(database, "digest").issue(
        Issued(partnership=HARBOUR, partner=each.partner, code_hash="h"), code, NOON
    )


async def _led(database: Database, each: Somebody) -> None:
    """They lead by what was set in chat, and were asked to do so by themselves."""
    email = each.identity.email
    lead = Lead(name=each.identity.name, organisation=each.organisation, email=email)
    await ChatSettings(database).keep(HARBOUR, lead_key(email), lead_value(lead, f"lead-{each.number}"), NOON)
    offer = LeadOffer(
        id=f"offer-{each.number}",
        partnership=HARBOUR,
        organisation=each.organisation,
        email=email,
        by=each.partner,
        hands_over=False,
        at=NOON,
    )
    await LeadOffers(database).make(offer)


async def _met(database: Database, each: Somebody) -> None:
    """They were told once what the coach is, and a thread goes on with them."""
    await FirstContact(database).is_with(each.partner, EventKey(f"slack:{each.number}:first"), NOON)
    await HeardThreads(database).answered("slack", Place(f"T0/C{each.number}/1"), each.identity.key, NOON)


async def _put_to_a_person(database: Database, each: Somebody, other: Somebody) -> None:
    """They asked the next one by name, who answered and would keep the answer for others."""
    asks = HumanAsks(database)
    draft = HumanAsk(
        id=f"ask-{each.number}",
        partnership=HARBOUR,
        asker=each.partner,
        organisation=each.organisation,
        platform="slack",
        place=each.home,
        at=NOON,
        since=NOON,
    )
    await asks.draft(draft)
    answered = replace(
        draft,
        state=AskState.ANSWERED,
        name=each.identity.name,
        question=each.says("Who signs the agreement?"),
        addressees=(Addressee(partner=other.partner, contact="Desk"),),
        by=other.partner,
        answerer=f"{other.identity.name}, Org",
        answer=other.says("The director signs it."),
        proposal=Proposal(question=other.says("Who signs?"), answer=other.says("A director."), organisations=()),
    )
    told = Reply(key=f"ask:{each.number}", platform="slack", place=each.home, card=_card(other, "A director."))
    assert await asks.save(draft, answered, [told], NOON)


async def _on_its_way(database: Database, each: Somebody, other: Somebody) -> None:
    """A message that waits, and cards with this person's words on their way to somebody else, some of them stuck."""
    waiting = Incoming(
        key=EventKey(f"slack:{each.number}:waits"),
        place=each.home,
        sender=each.identity,
        text=each.says("How do we build trust?"),
        received_at=NOON,
    )
    inbox, outbox = Inbox(database), Outbox(database)
    await inbox.receive(waiting)
    for number, promise in enumerate([Promise.NOTICE, Promise.ANSWER, Promise.NOTICE]):
        key = f"to:{each.number}:{number}"
        card = Card(
            paragraphs=(Paragraph(text=f"{each.says('Nobody may share a list.')} ({each.identity.name}, Org)"),)
        )
        told = Reply(key=key, platform="slack", place=other.home, card=card, promise=promise, due=NOON - _DAY)
        async with database.writing() as connection:
            await connection.execute(insert(outbox_table).values(**outbox_row(told, NOON)))
    stuck = await outbox.claim(lease("gone", at=0))
    if stuck is not None:
        await (outbox.doubt(stuck) if stuck.promise is Promise.NOTICE else outbox.give_up(stuck))


def _card(each: Somebody, what: str = "To you alone.") -> Card:
    return Card(paragraphs=(Paragraph(text=each.says(what)),))
