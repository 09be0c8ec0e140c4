"""Recognising: who asks and who would read the answer; whatever cannot be told gives the least."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from bot.coaching.recognising import Recognised, Recognising
from bot.delivery.ports import Present
from bot.domain.membership import Standing
from bot.domain.partnership import Lead, PartnershipPlan
from bot.domain.people import Identity, Organisation, OrganisationId, PartnershipId
from bot.store.database import Database
from bot.store.people import Invitation, People
from bot.store.tables import identity, partner
from tests.bot.removing import remove
from tests.bot.store.rows import rows
from tests.fakes import NOON, FakePresence, counted, lease, message

COUNCIL = Organisation(id=OrganisationId("council"), name="C", slack_teams=("T0C",), email_domains=("council.example",))
TRUST = Organisation(
    id=OrganisationId("trust"), name="T", teams_tenants=("tenant-t",), email_domains=("trust.example",)
)
PLAN = PartnershipPlan(
    id=PartnershipId("harbour"),
    name="H",
    zone="UTC",
    organisations=(COUNCIL, TRUST),
    leads=(Lead(name="Ann", organisation=COUNCIL.id, email="ann@council.example"),),
)
# As an event names its sender: without an address, and without saying who is a guest.
ANN = Identity(platform="slack", tenant="T0C", user="UANN")
SEEN_ANN = replace(ANN, email="ann@council.example", name="Ann")
JOE = Identity(platform="slack", tenant="T0C", user="UJOE", email="joe@council.example")
NURSE = Identity(platform="slack", tenant="T0C", user="UNURSE", email="nurse@trust.example")
GUEST = Identity(platform="slack", tenant="T0C", user="UGUEST", guest=True)
PLACE = message("e1").place
ASKED = replace(message("e1", text="How?"), sender=ANN)


@dataclass
class Scene:
    """A conversation, its partnerships and what is known of people."""

    database: Database
    plans: Sequence[PartnershipPlan] = (PLAN,)
    presence: FakePresence = field(default_factory=FakePresence)

    def __post_init__(self) -> None:
        self.people = People(self.database, counted("p"))

    async def all(self) -> Sequence[PartnershipPlan]:
        return self.plans

    async def recognised(self, *present: Identity, sender: Identity = ANN, complete: bool = True) -> Recognised | None:
        self.presence.places[PLACE] = Present(people=present, complete=complete)
        recognise = Recognising(people=self.people, plans=self.all, presences={"slack": self.presence})
        return await recognise(replace(ASKED, sender=sender))

    async def known(self, *present: Identity, sender: Identity = ANN, complete: bool = True) -> Recognised:
        found = await self.recognised(*present, sender=sender, complete=complete)
        assert found is not None
        return found


@pytest.fixture
def scene(sqlite: Database) -> Scene:
    return Scene(sqlite)


def _sees(found: Recognised) -> tuple[set[str], bool]:
    return set(found.audience.organisations), found.audience.complete


async def test_a_partner_alone_with_the_coach(scene: Scene) -> None:
    found = await scene.known(SEEN_ANN)
    assert found.standing == Standing(partnership=PLAN.id, organisation=COUNCIL.id, lead=True)
    assert (found.plan, _sees(found)) == (PLAN, ({"council"}, True))
    assert scene.presence.asked == [PLACE]


async def test_everyone_present_is_the_audience(scene: Scene) -> None:
    assert _sees(await scene.known(SEEN_ANN, JOE, NURSE)) == ({"council", "trust"}, True)
    assert _sees(await scene.known(SEEN_ANN, JOE)) == ({"council"}, True)


@pytest.mark.parametrize(
    "stranger",
    [
        GUEST,
        Identity(platform="slack", tenant="T0X", user="UX"),
        Identity(platform="slack", tenant="T0X", user="UX", email="x@gmail.com"),
        Identity(platform="teams", tenant="T0C", user="UANN"),
    ],
)
async def test_a_stranger_among_them_leaves_public_documents_only(scene: Scene, stranger: Identity) -> None:
    found = await scene.known(SEEN_ANN, JOE, stranger)
    assert not found.audience.complete
    assert not found.audience.may_see(("partnership",))
    assert found.audience.may_see(("public",))


async def test_a_platform_that_would_not_say_leaves_public_documents_only(scene: Scene) -> None:
    assert _sees(await scene.known(SEEN_ANN, complete=False)) == ({"council"}, False)
    assert _sees(await scene.known(complete=False)) == ({"council"}, False)


async def test_a_sender_who_is_not_seen_there_leaves_public_documents_only(scene: Scene) -> None:
    assert _sees(await scene.known(JOE)) == ({"council"}, False)
    assert _sees(await scene.known()) == ({"council"}, False)


async def test_the_rosters_word_on_the_sender_outranks_the_messages(scene: Scene) -> None:
    """An event names no address and not every guest: without the roster, each of these would be the council's."""
    nurse = await scene.known(NURSE, sender=replace(NURSE, email=""))
    assert (nurse.standing.organisation, _sees(nurse)) == ("trust", ({"trust"}, True))
    assert await scene.recognised(GUEST, sender=replace(GUEST, guest=False)) is None
    assert await rows(scene.database, identity) != []
    assert {row["key"] for row in await rows(scene.database, identity)} == {NURSE.key}


async def test_a_guest_by_the_messages_word_stays_one(scene: Scene) -> None:
    assert await scene.recognised(replace(GUEST, guest=False), sender=GUEST) is None


@pytest.mark.parametrize(
    ("said", "seen", "zone"),
    [
        ("Africa/Cairo", "", "Africa/Cairo"),
        ("", "Africa/Cairo", "Africa/Cairo"),
        ("Asia/Kolkata", "Africa/Cairo", "Africa/Cairo"),
    ],
)
async def test_where_somebody_is_a_message_or_the_roster_tells(scene: Scene, said: str, seen: str, zone: str) -> None:
    found = await scene.known(replace(SEEN_ANN, zone=seen), sender=replace(ANN, zone=said))
    assert found.person.zone == zone


async def test_a_stranger_is_nobody_and_nothing_is_kept_of_them(scene: Scene) -> None:
    stranger = Identity(platform="slack", tenant="T0X", user="UX", email="x@gmail.com")
    assert await scene.recognised(stranger, SEEN_ANN, sender=stranger) is None
    assert await rows(scene.database, partner) == await rows(scene.database, identity) == []


async def test_whoever_asks_is_kept_once_and_whoever_only_listens_is_not(scene: Scene) -> None:
    for _ in range(3):
        await scene.known(SEEN_ANN, JOE)
    (kept,) = await rows(scene.database, partner)
    assert (kept["email"], kept["organisation"]) == ("ann@council.example", "council")
    assert [row["key"] for row in await rows(scene.database, identity)] == [ANN.key]


async def test_whoever_is_not_seen_is_not_kept(scene: Scene) -> None:
    await scene.known(complete=False)
    assert await rows(scene.database, partner) == []


async def test_one_person_on_two_platforms_is_kept_as_one(scene: Scene) -> None:
    await scene.known(SEEN_ANN)
    teams = Identity(platform="slack", tenant="T0OTHER", user="ann", email="ANN@council.example")
    assert (await scene.known(teams, sender=teams)).standing.lead
    assert len(await rows(scene.database, partner)) == 1
    assert len(await rows(scene.database, identity)) == 2


async def test_whoever_was_removed_is_a_stranger_by_every_identity(scene: Scene) -> None:
    await scene.known(SEEN_ANN)
    await remove(scene.database, (await scene.people.held([ANN]))[ANN.key].partner)
    second = replace(SEEN_ANN, user="USECOND")
    for sender in (SEEN_ANN, second):
        assert await scene.recognised(sender, sender=sender) is None
        assert _sees(await scene.known(JOE, sender, sender=JOE)) == ({"council"}, False)


async def test_a_code_counts_for_sender_and_listeners(scene: Scene) -> None:
    offered = Standing(partnership=PLAN.id, organisation=TRUST.id)
    await scene.people.invite("code", Invitation(standing=offered, expires_at=lease("", at=9).now))
    await scene.people.redeem(GUEST, "code", NOON)
    assert (await scene.known(GUEST, sender=GUEST)).standing == offered
    assert _sees(await scene.known(SEEN_ANN, GUEST)) == ({"council", "trust"}, True)
    scene.plans = (replace(PLAN, organisations=(COUNCIL,)),)
    assert await scene.recognised(GUEST, sender=GUEST) is None
    assert _sees(await scene.known(SEEN_ANN, GUEST)) == ({"council"}, False)


async def test_the_standing_of_a_code_holds_from_the_first_message_on_another_platform(scene: Scene) -> None:
    offered = Standing(partnership=PLAN.id, organisation=TRUST.id, lead=True)
    await scene.people.invite("code", Invitation(standing=offered, expires_at=lease("", at=9).now))
    await scene.people.redeem(JOE, "code", NOON)
    elsewhere = replace(JOE, user="UELSEWHERE")
    for _ in range(2):
        assert (await scene.known(elsewhere, sender=elsewhere)).standing == offered


async def test_the_file_of_today_holds(scene: Scene) -> None:
    await scene.known(SEEN_ANN)
    scene.plans = (replace(PLAN, leads=()),)
    assert not (await scene.known(SEEN_ANN)).standing.lead
    scene.plans = ()
    assert await scene.recognised(SEEN_ANN) is None


async def test_a_partner_of_another_partnership_is_a_stranger_here(scene: Scene) -> None:
    quay = replace(PLAN, id=PartnershipId("quay"), organisations=(TRUST,), leads=())
    scene.plans = (replace(PLAN, organisations=(COUNCIL,)), quay)
    nurse = replace(NURSE, tenant="T0T")
    assert _sees(await scene.known(SEEN_ANN, nurse)) == ({"council"}, False)
    found = await scene.known(nurse, sender=nurse)
    assert (found.plan, _sees(found)) == (quay, ({"trust"}, True))


async def test_whoever_fits_two_partnerships_is_a_stranger_until_a_code(scene: Scene) -> None:
    scene.plans = (PLAN, replace(PLAN, id=PartnershipId("quay")))
    assert await scene.recognised(SEEN_ANN) is None
    offered = Standing(partnership=PartnershipId("quay"), organisation=COUNCIL.id)
    await scene.people.invite("code", Invitation(standing=offered, expires_at=lease("", at=9).now))
    await scene.people.redeem(ANN, "code", NOON)
    assert (await scene.known(SEEN_ANN)).plan.id == "quay"
