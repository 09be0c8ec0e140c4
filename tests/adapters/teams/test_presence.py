"""Who would read an answer: from the roster, cached for a minute, and unknown when in doubt."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from adapters.teams.presence import LIFETIME_S, MOST_PEOPLE, TeamsPresence, identity_of
from adapters.teams.references import SHARED
from adapters.teams.transport import ConnectorFailed
from bot.delivery.ports import Present
from bot.domain.messages import Place
from bot.domain.people import Identity
from tests.adapters.teams.fakes import REFERENCE, FakeReferences, FakeTransport
from tests.adapters.teams.linked import Seconds
from tests.teams_double import BOT, TENANT

ANNA = {
    "id": "29:anna",
    "aadObjectId": "AAAA",
    "name": "Anna",
    "email": "boss@elsewhere.example",
    "userPrincipalName": "Anna@Council.example",
    "tenantId": TENANT,
    "userRole": "user",
}
GUEST = {
    "id": "29:joe",
    "objectId": "bbbb",
    "name": "Joe",
    "userPrincipalName": "joe_trust.example#EXT#@council.onmicrosoft.com",
    "tenantId": TENANT,
}
COACH = {"id": BOT, "name": "Coach"}
HERE = Place("a:anna")


def presence(transport: FakeTransport, seconds: Seconds | None = None, **changes: Any) -> TeamsPresence:
    references = FakeReferences({"a:anna": replace(REFERENCE, **changes)})
    return TeamsPresence(transport=transport, references=references, monotonic=seconds or Seconds())


async def test_everybody_but_the_coach_is_there_from_every_page() -> None:
    found = await presence(FakeTransport(roster=(COACH, ANNA, GUEST), page=1)).present(HERE)
    anna = Identity(platform="teams", tenant=TENANT, user="aaaa", email="anna@council.example", name="Anna")
    joe = Identity(platform="teams", tenant=TENANT, user="bbbb", name="Joe", guest=True)
    assert found == Present(people=(anna, joe))


@pytest.mark.parametrize(
    ("changes", "guest"),
    [
        ({}, False),
        ({"tenantId": TENANT.upper()}, False),
        ({"tenantId": None}, False),
        ({"tenantId": "another"}, True),
        ({"userRole": "guest"}, True),
        ({"userRole": "anonymous"}, True),
        ({"userPrincipalName": "x#ext#@council.example"}, True),
        ({"aadObjectId": None}, True),
    ],
)
def test_guests_are_known_and_prove_no_address(changes: dict[str, Any], guest: bool) -> None:
    found = identity_of(ANNA | changes, TENANT)
    assert found.guest is guest
    assert found.email == ("" if guest else "anna@council.example")


def test_in_a_conversation_without_a_tenant_everybody_is_a_guest() -> None:
    assert identity_of(ANNA, "").guest


async def test_a_roster_is_believed_for_a_minute() -> None:
    transport, seconds = FakeTransport(roster=(ANNA,)), Seconds()
    asked = presence(transport, seconds)
    for wait, times in [(0, 1), (LIFETIME_S - 1, 1), (1, 2), (0, 2)]:
        seconds.now += wait
        assert (await asked.present(HERE)).complete
        assert transport.asked == times


async def test_who_is_there_is_asked_again_once_somebody_came() -> None:
    transport = FakeTransport(roster=(ANNA,))
    asked = presence(transport)
    assert len((await asked.present(HERE)).people) == 1
    transport.roster = (ANNA, GUEST)
    asked.forget()
    assert len((await asked.present(HERE)).people) == 2


async def test_a_roster_that_was_read_while_somebody_came_is_not_believed_again() -> None:
    class Meanwhile(FakeTransport):
        async def members(self, reference: Any, after: str = "") -> Any:
            found = await super().members(reference, after)
            if self.asked == 1:
                asked.forget()
            return found

    transport = Meanwhile(roster=(ANNA,))
    asked = presence(transport)
    assert (await asked.present(HERE)).complete
    transport.roster = (ANNA, GUEST)
    assert len((await asked.present(HERE)).people) == 2


async def test_a_roster_of_another_tenant_is_not_believed() -> None:
    references = FakeReferences({"a:anna": replace(REFERENCE, tenant="")})
    asked = TeamsPresence(transport=FakeTransport(roster=(ANNA,)), references=references, monotonic=Seconds())
    assert (await asked.present(HERE)).people[0].guest
    await references.save(REFERENCE)
    assert not (await asked.present(HERE)).people[0].guest


async def test_threads_of_a_channel_share_one_roster() -> None:
    transport = FakeTransport(roster=(ANNA,))
    references = FakeReferences({"19:c": replace(REFERENCE, conversation="19:c", kind="channel")})
    asked = TeamsPresence(transport=transport, references=references, monotonic=Seconds())
    for thread in ("19:c;messageid=1", "19:c;messageid=2"):
        assert (await asked.present(Place(thread))).complete
    assert transport.asked == 1


async def test_what_cannot_be_found_out_is_not_complete_and_not_kept() -> None:
    transport = FakeTransport(roster=(ANNA,), failures=[ConnectorFailed("status", status=500)])
    asked = presence(transport)
    assert await asked.present(HERE) == Present(complete=False)
    assert (await asked.present(HERE)).complete
    assert await asked.present(Place("unknown")) == Present(complete=False)


async def test_a_shared_channel_and_a_crowd_are_never_complete() -> None:
    assert not (await presence(FakeTransport(roster=(ANNA,)), kind=SHARED).present(HERE)).complete
    crowd = tuple(ANNA | {"aadObjectId": f"{number}"} for number in range(MOST_PEOPLE + 1))
    found = await presence(FakeTransport(roster=crowd, page=100)).present(HERE)
    assert (len(found.people), found.complete) == (MOST_PEOPLE, False)
    whole = await presence(FakeTransport(roster=crowd[1:], page=100)).present(HERE)
    assert (len(whole.people), whole.complete) == (MOST_PEOPLE, True)
    endless = await presence(FakeTransport(roster=(ANNA,) * 100, page=1)).present(HERE)
    assert not endless.complete


async def test_a_roster_that_hangs_can_be_given_up() -> None:
    class Hanging(FakeTransport):
        async def members(self, reference: Any, after: str = "") -> Any:
            await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await presence(Hanging()).present(HERE)
