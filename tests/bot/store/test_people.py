"""People: one person is one partner on every platform, and a code works once, for a while, for who holds it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.membership import Held, Standing
from bot.domain.partnership import Lead
from bot.domain.people import Identity, Organisation, OrganisationId, PartnershipId
from bot.store.database import Database
from bot.store.people import Invitation, People
from bot.store.tables import code_attempt, identity, partner
from tests.bot.plans import PLAN
from tests.bot.removing import remove
from tests.bot.store.rows import rows
from tests.fakes import NOON, counted

COUNCIL = Standing(partnership=PartnershipId("harbour"), organisation=OrganisationId("council"))
TRUST = Standing(partnership=PartnershipId("harbour"), organisation=OrganisationId("trust"), lead=True)
ELSEWHERE = replace(COUNCIL, partnership=PartnershipId("quay"))
JOE = Identity(platform="slack", tenant="T0C", user="UJOE", email="joe@council.example")
JOE_IN_TEAMS = Identity(platform="teams", tenant="tenant-c", user="joe", email="Joe@Council.Example")
ANN = Identity(platform="slack", tenant="T0C", user="UANN")
WEEK = NOON + timedelta(days=7)


@pytest.fixture
def people(database: Database) -> People:
    return People(database, counted("p"))


async def _offer(people: People, code: str, **changes: object) -> None:
    offered = Invitation(standing=TRUST, expires_at=WEEK)
    await people.invite(code, replace(offered, **changes))  # type: ignore[arg-type]


async def _redeemed(people: People, who: Identity, code: str) -> Held:
    held = await people.redeem(who, code, NOON)
    assert held is not None
    return held


async def test_nobody_is_known_at_first(people: People) -> None:
    assert await people.held([JOE, ANN]) == {}
    assert await people.held([]) == {}


async def test_whoever_was_admitted_is_known_by_each_identity(people: People) -> None:
    joe = await people.admit(JOE, COUNCIL)
    ann = await people.admit(ANN, TRUST)
    assert joe == Held(partner=joe.partner, standing=COUNCIL, by_code=False, active=True)
    assert (ann.standing, ann.partner != joe.partner) == (TRUST, True)
    stranger = replace(ANN, user="UNOBODY")
    assert await people.held([JOE, ANN, stranger]) == {JOE.key: joe, ANN.key: ann}


async def test_one_person_on_both_platforms_is_one_partner(people: People, database: Database) -> None:
    first = await people.admit(JOE, COUNCIL)
    assert await people.admit(JOE_IN_TEAMS, COUNCIL) == first
    assert await people.held([JOE, JOE_IN_TEAMS]) == {JOE.key: first, JOE_IN_TEAMS.key: first}
    assert len(await rows(database, partner)) == 1
    assert {row["key"] for row in await rows(database, identity)} == {"slack:T0C:UJOE", "teams:tenant-c:joe"}


async def test_people_without_an_address_are_not_taken_for_each_other(people: People) -> None:
    silent = [replace(ANN, user=f"U{number}") for number in range(3)]
    assert len({(await people.admit(each, COUNCIL)).partner for each in silent}) == 3


async def test_one_address_in_two_partnerships_is_two_partners(people: People) -> None:
    assert (await people.admit(JOE, COUNCIL)).partner != (await people.admit(JOE_IN_TEAMS, ELSEWHERE)).partner


async def test_an_identity_that_was_never_met_is_whoever_has_its_address(people: People) -> None:
    joe = await people.admit(JOE, COUNCIL)
    assert await people.held([JOE_IN_TEAMS]) == {JOE_IN_TEAMS.key: replace(joe, bound=False)}
    assert await people.held([replace(JOE_IN_TEAMS, email="jo@council.example")]) == {}


async def test_admitting_again_changes_nothing(people: People, database: Database) -> None:
    await _offer(people, "code")
    joe = await _redeemed(people, JOE, "code")
    assert await people.admit(JOE, COUNCIL) == joe
    assert len(await rows(database, partner)) == 1


@pytest.mark.parametrize("who", [JOE, ANN])
async def test_the_same_identity_admitted_at_once_is_one_partner(
    people: People, database: Database, who: Identity
) -> None:
    found = await asyncio.gather(*(people.admit(who, COUNCIL) for _ in range(8)))
    assert len({each.partner for each in found}) == 1
    assert len(await rows(database, partner)) == len(await rows(database, identity)) == 1


async def test_two_identities_of_one_address_admitted_at_once_are_one_partner(
    people: People, database: Database
) -> None:
    found = await asyncio.gather(*(people.admit(who, COUNCIL) for who in (JOE, JOE_IN_TEAMS) * 4))
    assert len({each.partner for each in found}) == 1
    assert (len(await rows(database, partner)), len(await rows(database, identity))) == (1, 2)


async def test_whoever_was_removed_is_removed_by_every_identity(people: People, database: Database) -> None:
    joe = await people.admit(JOE, COUNCIL)
    await people.admit(ANN, COUNCIL)
    await remove(database, joe.partner)
    held = await people.held([JOE, JOE_IN_TEAMS, ANN])
    assert {key: each.active for key, each in held.items()} == {JOE.key: False, JOE_IN_TEAMS.key: False, ANN.key: True}


async def test_whoever_was_removed_does_not_come_back_by_the_file(people: People, database: Database) -> None:
    await remove(database, (await people.admit(JOE, COUNCIL)).partner)
    for who in (JOE, JOE_IN_TEAMS):
        assert not (await people.admit(who, COUNCIL)).active
    assert len(await rows(database, partner)) == 1


async def test_a_removal_somewhere_counts_before_the_file_and_not_before_a_code(
    people: People, database: Database
) -> None:
    await people.admit(JOE, ELSEWHERE)
    removed = await people.admit(replace(JOE, user="UOLD"), COUNCIL)
    await remove(database, removed.partner)
    assert not (await people.held([JOE_IN_TEAMS]))[JOE_IN_TEAMS.key].active
    await _offer(people, "code", standing=replace(TRUST, partnership=PartnershipId("third")))
    named = await _redeemed(people, replace(JOE, user="UNEW"), "code")
    assert (await people.held([JOE_IN_TEAMS]))[JOE_IN_TEAMS.key] == replace(named, bound=False)


async def test_partners_are_found_by_their_addresses_in_their_own_partnership(
    people: People, database: Database
) -> None:
    joe, elsewhere = await people.admit(JOE, COUNCIL), await people.admit(JOE_IN_TEAMS, ELSEWHERE)
    asked = ["JOE@council.example", "nobody@council.example", ""]
    assert await people.by_email(COUNCIL.partnership, asked) == {"JOE@council.example": joe.partner}
    assert await people.by_email(ELSEWHERE.partnership, [JOE.email]) == {JOE.email: elsewhere.partner}
    await remove(database, joe.partner)
    assert await people.by_email(COUNCIL.partnership, asked) == {}
    assert await people.by_email(COUNCIL.partnership, []) == {}


# --- codes -----------------------------------------------------------------------------------


async def test_a_code_makes_its_bearer_what_it_stands_for(people: People) -> None:
    await _offer(people, "code")
    held = await _redeemed(people, ANN, "code")
    assert held == Held(partner=held.partner, standing=TRUST, by_code=True, active=True)
    assert await people.held([ANN]) == {ANN.key: held}


async def test_a_code_works_once(people: People) -> None:
    await _offer(people, "code")
    await _redeemed(people, ANN, "code")
    assert await people.redeem(JOE, "code", NOON) is None
    assert await people.redeem(ANN, "code", NOON) is None
    assert JOE.key not in await people.held([JOE])


async def test_a_code_typed_by_many_at_once_works_for_one(people: People, database: Database) -> None:
    await _offer(people, "code")
    many = [replace(ANN, user=f"U{number}") for number in range(8)]
    found = await asyncio.gather(*(people.redeem(who, "code", NOON) for who in many))
    assert len([each for each in found if each]) == 1
    assert len(await rows(database, partner)) == 1


@pytest.mark.parametrize(("seconds", "works"), [(-1, True), (0, False), (1, False)])
async def test_a_code_runs_out(people: People, seconds: int, works: bool) -> None:
    await _offer(people, "code")
    held = await people.redeem(ANN, "code", WEEK + timedelta(seconds=seconds))
    assert (held is not None) is works


async def test_a_wrong_code_is_worth_nothing(people: People) -> None:
    await _offer(people, "code")
    for wrong in ("", "CODE", "code ", "%"):
        assert await people.redeem(ANN, wrong, NOON) is None
    assert await people.held([ANN]) == {}


async def test_after_five_wrong_codes_none_is_looked_at_for_an_hour(people: People) -> None:
    await _offer(people, "code")
    for minute in range(5):
        assert await people.redeem(ANN, "wrong", NOON + timedelta(minutes=minute)) is None
    assert await people.redeem(ANN, "code", NOON + timedelta(minutes=59, seconds=59)) is None
    assert await people.redeem(ANN, "code", NOON + timedelta(minutes=60)) is not None


async def test_four_wrong_codes_are_forgiven_and_one_persons_are_no_other_persons(people: People) -> None:
    await _offer(people, "code")
    await _offer(people, "other")
    for _ in range(5):
        await people.redeem(JOE, "wrong", NOON)
    for _ in range(4):
        await people.redeem(ANN, "wrong", NOON)
    assert await people.redeem(ANN, "code", NOON) is not None
    assert await people.redeem(JOE, "other", NOON) is None


async def test_wrong_codes_typed_at_once_are_all_counted(people: People, database: Database) -> None:
    await asyncio.gather(*(people.redeem(ANN, f"wrong{number}", NOON) for number in range(12)))
    assert len(await rows(database, code_attempt)) == 5


async def test_a_code_links_a_second_identity_to_the_person(people: People, database: Database) -> None:
    joe = await people.admit(JOE, COUNCIL)
    other = replace(JOE_IN_TEAMS, email="")
    await _offer(people, "code", standing=COUNCIL, partner=joe.partner)
    assert await people.redeem(other, "code", NOON) == joe
    assert (await people.held([other]))[other.key] == joe
    assert len(await rows(database, partner)) == 1


async def test_a_code_that_links_to_whoever_was_removed_is_worth_nothing(people: People, database: Database) -> None:
    joe = await people.admit(JOE, COUNCIL)
    await _offer(people, "code", partner=joe.partner)
    await remove(database, joe.partner)
    assert await people.redeem(ANN, "code", NOON) is None
    assert await people.held([ANN]) == {}


async def test_a_code_changes_who_somebody_is_and_not_how_many_they_are(people: People, database: Database) -> None:
    joe = await people.admit(JOE, COUNCIL)
    await _offer(people, "code")
    named = await _redeemed(people, JOE, "code")
    assert named == Held(partner=joe.partner, standing=TRUST, by_code=True, active=True)
    assert await people.admit(JOE_IN_TEAMS, COUNCIL) == named
    assert len(await rows(database, partner)) == 1


async def test_a_new_code_brings_back_whoever_was_removed(people: People, database: Database) -> None:
    joe = await people.admit(JOE, COUNCIL)
    await remove(database, joe.partner)
    await _offer(people, "code")
    assert (await _redeemed(people, JOE_IN_TEAMS, "code")).partner == joe.partner
    assert {each.active for each in (await people.held([JOE, JOE_IN_TEAMS])).values()} == {True}
    assert len(await rows(database, partner)) == 1


async def test_a_code_of_another_partnership_makes_another_partner(people: People) -> None:
    joe = await people.admit(JOE, ELSEWHERE)
    await _offer(people, "code")
    named = await _redeemed(people, JOE, "code")
    assert (named.partner != joe.partner, named.standing) == (True, TRUST)
    assert (await people.held([JOE]))[JOE.key] == named


async def test_the_active_partners_of_a_partnership_are_those_who_were_not_removed(
    people: People, database: Database
) -> None:
    assert await people.active(COUNCIL.partnership) == ()
    joe, ann = await people.admit(JOE, COUNCIL), await people.admit(ANN, TRUST)
    elsewhere = await people.admit(replace(JOE, user="UELSE"), ELSEWHERE)
    await people.admit(JOE_IN_TEAMS, COUNCIL)
    assert await people.active(COUNCIL.partnership) == (joe.partner, ann.partner)
    assert await people.active(ELSEWHERE.partnership) == (elsewhere.partner,)
    await remove(database, joe.partner)
    assert await people.active(COUNCIL.partnership) == (ann.partner,)


async def test_leads_are_those_of_the_file_and_of_codes_whom_the_coach_has_met(
    people: People, database: Database
) -> None:
    plan = replace(
        PLAN,
        organisations=tuple(Organisation(id=OrganisationId(each), name=each) for each in ("council", "trust")),
        leads=(Lead(name="Joe", organisation=OrganisationId("council"), email="Joe@council.example"),),
    )
    assert await people.leads(plan) == {}
    by_file = await people.admit(JOE, COUNCIL)
    await people.admit(replace(ANN, user="UANOTHER", email="eve@council.example"), COUNCIL)
    await _offer(people, "code")
    by_code = await _redeemed(people, replace(ANN, email="ann@trust.example"), "code")
    assert await people.leads(plan) == {by_file.partner: "council", by_code.partner: "trust"}
    assert await people.leads(replace(plan, organisations=plan.organisations[:1])) == {by_file.partner: "council"}
    await remove(database, by_code.partner)
    assert await people.leads(plan) == {by_file.partner: "council"}
