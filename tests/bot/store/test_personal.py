"""What somebody takes out is theirs: it tells them nothing of others that they may not know."""

import pytest

from bot.domain.barriers import BarrierId
from bot.domain.people import PartnerId
from bot.store.database import Database
from bot.store.personal import Personal
from bot.store.relays import Relay, Relays
from tests.fakes import NOON
from tests.isolation.said_by import admitted


@pytest.mark.parametrize("raisers", [1, 3])
async def test_a_lead_does_not_learn_how_many_raisers_were_asked(database: Database, raisers: int) -> None:
    (lead,) = await admitted(database, 1)
    for number in range(raisers):
        relay = Relay(
            id=f"r{number}",
            barrier=BarrierId("b1"),
            lead=lead.partner,
            raiser=PartnerId(f"p{number}"),
            question="Since when?",
            at=NOON,
        )
        await Relays(database).ask(relay, [], now=NOON)
    (person,) = await Personal(database).known_as(lead.partner)
    found = await Personal(database).taken_out(person)
    assert found["asked_raisers"] == [{"at": NOON, "question": "Since when?"}]
