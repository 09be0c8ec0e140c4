"""Something in each table that came with chat clients and roles, and what stands there, from either database."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.domain.channel_modes import ChannelRule, Mode
from bot.domain.human_asks import Addressee, AskState, HumanAsk, Proposal
from bot.domain.messages import Place
from bot.domain.people import OrganisationId, PartnerId, PartnershipId
from bot.store.database import Database
from bot.store.first_contact_tables import first_contact
from bot.store.heard_threads import HeardThreads
from bot.store.hearing_modes import HearingModes
from bot.store.hearing_tables import heard_thread, hearing_mode
from bot.store.human_asks import HumanAsks
from bot.store.human_tables import human_addressee, human_ask
from bot.store.lead_offers import LeadOffer, LeadOffers
from bot.store.role_tables import lead_offer
from bot.store.tables import inbox, outbox
from bot.store.workspace_tables import oauth_state, slack_workspace
from bot.store.workspaces import UsedStates, Workspace, Workspaces

TOKEN = "xoxb-77-88-unguessable"
QUESTION, ANSWER = "Who signs the “joint” form?\nAnd when?", "A director does, on Fridays."
CHANNEL = Place("T0HOME/C0ROOM/")
_OF_CHATS = (slack_workspace, oauth_state, hearing_mode, heard_thread, first_contact)
_OF_PEOPLE = (lead_offer, human_ask, human_addressee)
_HARBOUR, _LANTERN = PartnershipId("harbourside"), OrganisationId("charity")
Stood = Mapping[str, frozenset[str]]


async def fill(database: Database, secret: bytes) -> None:
    """Put something in, as the coach itself does: nothing that it would tidy away by the clock."""
    # The server's own clock decides how long each is kept.
    now = datetime.now(UTC)
    kept = Workspace(team="T0LANTERN", token=TOKEN, scopes=("chat:write",), installed_at=now)
    await Workspaces(database, secret).install(kept)
    await UsedStates(database).use("0" * 64, now + timedelta(days=1), now)
    await HearingModes(database).keep(
        "slack", CHANNEL, ChannelRule(mode=Mode.EVERY, documents=("a.md",), partnership=_HARBOUR)
    )
    await HeardThreads(database).answered("slack", Place("T0HOME/C0ROOM/1.0"), "slack:T0HOME:U0ANA", now)
    await LeadOffers(database).make(
        LeadOffer(
            id="o1",
            partnership=_HARBOUR,
            organisation=_LANTERN,
            email="bea@lantern.example",
            by=PartnerId("p-amara"),
            hands_over=True,
            at=now,
        )
    )
    await _ask(database, now)


async def _ask(database: Database, now: datetime) -> None:
    asks = HumanAsks(database)
    draft = HumanAsk(
        id="a1",
        partnership=_HARBOUR,
        asker=PartnerId("p-ana"),
        organisation=_LANTERN,
        platform="slack",
        place=Place("T0HOME/D0ANA/"),
        at=now,
        since=now,
    )
    for each in (draft, replace(draft, id="a2"), replace(draft, id="a3")):
        await asks.draft(each)
    ceri = Addressee(partner=PartnerId("p-ceri"), contact="Ceri")
    sent = replace(draft, state=AskState.SENT, name="Ana", question=QUESTION, factor="money", addressees=(ceri,))
    proposal = Proposal(question="Who signs?", answer=ANSWER, organisations=(_LANTERN,))
    answered = replace(
        sent, id="a2", state=AskState.ANSWERED, by=ceri.partner, answerer="Ceri", answer=ANSWER, proposal=proposal
    )
    assert await asks.save(draft, sent, (), now)
    assert await asks.save(replace(draft, id="a2"), answered, (), now)


async def stands(database: Database) -> Stood:
    """Every row of those tables, by table, and what older tables say in columns that came then of what is done."""
    posted = select(outbox.c.key, outbox.c.posted, outbox.c.about, outbox.c.instead_of)
    taken = select(inbox.c.key, inbox.c.sender, inbox.c.of, inbox.c.became, inbox.c.turn_at)
    queries = {each.name: select(each) for each in (*_OF_CHATS, *_OF_PEOPLE)} | {
        outbox.name: posted.where(outbox.c.state == "sent"),
        inbox.name: taken.where(inbox.c.state == "handled"),
    }
    async with database.reading() as connection:
        return {
            name: frozenset(_line(row) for row in (await connection.execute(query)).mappings())
            for name, query in queries.items()
        }


def assert_holds(found: Stood, before: Stood) -> None:
    """Nothing that stood there before is missing; people may have written since."""
    for name, rows in before.items():
        assert rows, f"nothing was in {name}"
        assert rows <= found[name], name


async def assert_reads(database: Database, secret: bytes) -> None:
    """What was put in is understood as well."""
    assert await Workspaces(database, secret).token("T0LANTERN") == TOKEN
    assert (await HearingModes(database).of("slack", CHANNEL)).mode is Mode.EVERY
    asks = HumanAsks(database)
    [waits] = await asks.open(_HARBOUR)
    answered = await asks.find("a2")
    assert waits.question == QUESTION
    assert answered is not None
    assert answered.answer == ANSWER
    assert answered.proposal is not None


def _line(row: Mapping[Any, Any]) -> str:
    return json.dumps(dict(row), default=str, sort_keys=True)
