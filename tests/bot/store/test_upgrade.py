"""A database of the version before 6/6, with people in the midst of everything, opened by this one, and taken back."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from alembic import command
from sqlalchemy import Connection, MetaData, Table, inspect, select

from bot.domain.barriers import BarrierId, Status
from bot.domain.cards import to_json
from bot.domain.check_ins import CheckInId, State
from bot.domain.people import Identity, PartnerId, PartnershipId
from bot.partnership_file import to_json as plan_json
from bot.store import migrations
from bot.store.barriers import Barriers
from bot.store.check_ins import CheckIns
from bot.store.database import Database
from bot.store.homes import Homes
from bot.store.inbox import Inbox, Reply
from bot.store.outbox import Outbox
from bot.store.partnerships import Partnerships
from bot.store.people import People
from bot.store.preferences import OwnSettings
from bot.store.reflections import Reflections
from tests.bot.plans import PLAN
from tests.fakes import CARD, counted, lease

BEFORE = "0007"
_AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
_ANA, _HARBOUR = "p-ana", "harbour"
_ASKED = {
    "place": "T0HOUSING/D0ANA/",
    "sender": {"platform": "slack", "tenant": "T0HOUSING", "user": "U0ANA"},
    "text": "How do we build trust?",
    "action": "",
    "values": {},
}
_WHERE = {"partner": _ANA, "partnership": _HARBOUR, "organisation": "housing", "week": "2026-W10"}
_QUESTION = {"question": "trust-1", "factor": "trust"}
_REPLY = {"text": "Meetings.", "view": None, "consent": "counted", "shared": False, "name": "", "follow_up": ""}

#: What people had done, by table.
_ROWS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("partnership", {"id": _HARBOUR, "plan": plan_json(PLAN), "applied_at": _AT}),
    ("partner", {"id": _ANA, "partnership": _HARBOUR, "organisation": "housing", "email": "ana@housing.example"}
     | {"lead": False, "active": True, "by_code": False}),
    ("identity", {"key": "slack:T0HOUSING:U0ANA", "partner": _ANA}),
    ("home", {"identity": "slack:T0HOUSING:U0ANA", "partner": _ANA, "platform": "slack", "place": "T0HOUSING/D0ANA/"}
     | {"at": _AT}),
    ("preference", {"partner": _ANA, "weekday": "friday", "locale": "cy", "stopped": False, "at": _AT}),
    ("barrier", {"id": "b1", "partnership": _HARBOUR, "number": 3, "factor": "trust", "also": "", "shared": True}
     | {"organisations": "housing", "status": "acknowledged", "because": "", "owner": "", "due": date(2026, 4, 1)}
     | {"version": 2, "merged_into": None, "absorbed": "", "raised_at": _AT}),
    ("barrier_raiser", {"barrier": "b1", "partner": _ANA, "origin": "b1", "ordinal": 0, "aside": False, "at": _AT}
     | {"organisation": "housing", "wording": "Nobody answers.", "consent": "counted", "shared": True, "name": ""}
     | {"gone": False}),
    ("check_in", {"id": "c1", **_WHERE, **_QUESTION, "asked_at": _AT, "until": _AT + timedelta(days=4)}
     | {"state": "answered", "reason": {}, "instead_of": "", "reminders": 1, "remind_at": None}),
    ("reflection", {"check_in": "c1", **_WHERE, **_QUESTION, **_REPLY, "at": _AT, "followed": False, "agenda": True}
     | {"withdrawn": False, "changes": "m1"}),
    ("inbox", {"key": "slack:T0HOUSING:D0ANA:1.1", "state": "waiting", "payload": _ASKED, "received_at": _AT}
     | {"attempts": 0}),
    ("outbox", {"key": "slack:answer:slack:T0HOUSING:D0ANA:1.0", "state": "pending", "promise": "answer"}
     | {"platform": "slack", "place": "T0HOUSING/D0ANA/", "payload": to_json(CARD), "due_at": _AT, "attempts": 1}),
    ("outbox", {"key": "check-in:c2:0", "state": "unknown", "promise": "notice", "platform": "slack", "due_at": _AT}
     | {"place": "T0HOUSING/D0ANA/", "payload": to_json(CARD), "attempts": 1, "until": _AT + timedelta(hours=3)}),
)  # fmt: skip

_HANA = {"id": "a1", "partnership": _HARBOUR, "asker": _ANA, "organisation": "housing", "platform": "slack"}
_NOTHING_YET = dict.fromkeys(("proposed_question", "proposed_answer", "proposed_for", "answer"), "")
_NOT = dict.fromkeys(("reminded", "helped", "again", "kept"), False)

#: What each version since had a place for, by that version.
_SINCE: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "0008": (
        ("slack_workspace", {"team": "T0LANTERN", "token": "sealed", "scopes": "chat:write", "installed_at": _AT}),
        ("oauth_state", {"hash": "0" * 64, "until": _AT}),
    ),
    "0009": (
        ("inbox", {"key": "slack:T0HOUSING:D0ANA:1.2", "state": "handled", "received_at": _AT, "turn_at": _AT}
         | {"attempts": 1, "sender": "slack:T0HOUSING:U0ANA", "of": "slack:T0HOUSING:D0ANA:1.1", "became": "edited"}),
        ("outbox", {"key": "slack:answer:slack:T0HOUSING:D0ANA:1.2", "state": "sent", "promise": "answer"}
         | {"platform": "slack", "place": "T0HOUSING/D0ANA/", "due_at": _AT, "attempts": 1, "posted": "1.3"}
         | {"about": "b1", "instead_of": "slack:answer:slack:T0HOUSING:D0ANA:1.1"}),
    ),
    "0010": (
        ("hearing_mode", {"platform": "slack", "channel": "T0HOUSING/C0ROOM/", "partnership": _HARBOUR}
         | {"mode": "every", "documents": ["a.md"], "told_on": date(2026, 3, 2), "told_key": "k", "welcome_key": ""}),
        ("heard_thread", {"platform": "slack", "thread": "T0HOUSING/C0ROOM/1.0", "person": "slack:T0HOUSING:U0ANA"}
         | {"at": _AT, "only_named": True}),
    ),
    "0011": (
        ("partner", {"id": "p-bea", "partnership": _HARBOUR, "organisation": "housing", "email": "bea@housing.example"}
         | {"lead": True, "active": True, "by_code": True}),
        ("first_contact", {"partner": "p-bea", "event": "slack:T0HOUSING:D0BEA:1.0", "at": _AT}),
    ),
    "0012": (
        ("lead_offer", {"id": "o1", "partnership": _HARBOUR, "organisation": "housing", "by": "p-bea", "at": _AT}
         | {"email": "cai@housing.example", "hands_over": True, "shown_at": None}),
    ),
    "0013": (
        ("human_ask", {**_HANA, **_NOTHING_YET, **_NOT, "place": "T0HOUSING/D0ANA/", "at": _AT, "since": _AT}
         | {"state": "taken", "name": "Ana", "question": "Who signs?", "factor": "", "by": "p-bea", "answerer": "Bea"}
         | {"version": 3}),
        ("human_addressee", {"ask": "a1", "partner": "p-bea", "partnership": _HARBOUR, "number": 0, "contact": "Bea"}
         | {"declined": False}),
    ),
    "0014": (
        ("digest_link", {"id": "l1", "partnership": _HARBOUR, "partner": "p-bea", "page": "own", "code_hash": "0" * 64}
         | {"expires_at": _AT, "attempts": 0, "opened_at": None}),
    ),
}  # fmt: skip

_Found = dict[str, list[dict[str, Any]]]


def _fill(connection: Connection) -> None:
    command.upgrade(migrations.configuration(connection), BEFORE)
    _put(connection, _ROWS)


def _put(connection: Connection, rows: Iterable[tuple[str, dict[str, Any]]]) -> None:
    for name, row in rows:
        connection.execute(Table(name, MetaData(), autoload_with=connection).insert(), row)


def _kept(connection: Connection, like: _Found | None = None) -> _Found:
    """Every row of every table, or of those alone that there were `like` this, with their columns of then."""
    found: _Found = {}
    for name in like or inspect(connection).get_table_names():
        table = Table(name, MetaData(), autoload_with=connection)
        columns = list(like[name][0]) if like and like[name] else [each.name for each in table.columns]
        rows = connection.execute(select(*(table.c[each] for each in columns))).mappings()
        found[name] = sorted((dict(row) for row in rows), key=str)
    found.pop("alembic_version", None)
    return found


async def test_what_was_kept_before_is_there_and_can_be_taken_back(empty: Database) -> None:
    async with empty.writing() as connection:
        await connection.run_sync(_fill)
        before = await connection.run_sync(_kept)
    assert sum(map(len, before.values())) == len(_ROWS)
    await migrations.upgrade(empty)
    async with empty.reading() as connection:
        assert await connection.run_sync(_kept, before) == before
    async with empty.writing() as connection:
        await connection.run_sync(lambda held: command.downgrade(migrations.configuration(held), BEFORE))
        assert await connection.run_sync(_kept) == before
    await migrations.upgrade(empty)
    async with empty.reading() as connection:
        assert await connection.run_sync(_kept, before) == before


def _up_and_down(connection: Connection) -> None:
    """One version after the other, each with rows of its own, and back the same way."""
    alembic = migrations.configuration(connection)
    held = {BEFORE: _kept(connection)}
    for version, rows in _SINCE.items():
        before = _kept(connection)
        command.upgrade(alembic, version)
        assert _kept(connection, before) == before, version
        _put(connection, rows)
        held[version] = _kept(connection)
    for version in reversed([*held][:-1]):
        command.downgrade(alembic, version)
        found = _kept(connection, held[version])
        missing = [(name, row) for name, rows in held[version].items() for row in rows if row not in found[name]]
        assert not missing, version


async def test_each_version_takes_over_what_the_one_before_it_held(empty: Database) -> None:
    async with empty.writing() as connection:
        await connection.run_sync(_fill)
        await connection.run_sync(_up_and_down)
    assert [BEFORE, *_SINCE][-1] == migrations.NEWEST


async def test_this_version_reads_what_was_kept_before(empty: Database) -> None:
    async with empty.writing() as connection:
        await connection.run_sync(_fill)
    await migrations.upgrade(empty)
    ana, harbour = PartnerId(_ANA), PartnershipId(_HARBOUR)
    identity = Identity(platform="slack", tenant="T0HOUSING", user="U0ANA")

    [plan] = await Partnerships(empty).all()
    assert plan == PLAN
    held = (await People(empty, counted("p")).held([identity]))[identity.key]
    assert (held.partner, held.active, held.standing.organisation) == (ana, True, "housing")
    assert (await Homes(empty).of([ana]))[ana].place == "T0HOUSING/D0ANA/"
    own = (await OwnSettings(empty).of([ana]))[ana]
    assert (own.locale, own.weekday) == ("cy", "friday")
    barrier = await Barriers(empty).find(BarrierId("b1"))
    assert barrier is not None
    assert (barrier.number, barrier.status) == (3, Status.ACKNOWLEDGED)
    assert [each.wording for each in barrier.raisers] == ["Nobody answers."]
    assert await Barriers(empty).of(harbour, ana) == (barrier,)
    [asked] = await CheckIns(empty).of(ana)
    reply = await Reflections(empty).find(CheckInId("c1"))
    assert reply is not None
    assert (asked.state, reply.text, reply.agenda) == (State.ANSWERED, "Meetings.", True)


async def test_what_waited_before_is_answered_and_sent(empty: Database) -> None:
    async with empty.writing() as connection:
        await connection.run_sync(_fill)
    await migrations.upgrade(empty)
    inbox, outbox, mine = Inbox(empty), Outbox(empty), lease("a")
    claimed = await inbox.claim(mine)
    assert claimed is not None
    assert claimed.incoming.text == _ASKED["text"]
    key = f"slack:answer:{claimed.incoming.key}"
    answer = Reply(key=key, platform="slack", place=claimed.incoming.place, card=CARD)
    await inbox.finish(claimed, [answer], mine.now)
    sent = {}
    while (outgoing := await outbox.claim(mine)) is not None:
        await outbox.sent(outgoing, "1772452800.000100")
        sent[str(outgoing.key)] = outgoing.card
    # A notice in doubt is never sent a second time.
    assert sent == {"slack:answer:slack:T0HOUSING:D0ANA:1.0": CARD, key: CARD}
    posted = await outbox.posted("slack:answer:slack:T0HOUSING:D0ANA:1.0")
    assert posted is not None
    assert posted.reference == "1772452800.000100"
