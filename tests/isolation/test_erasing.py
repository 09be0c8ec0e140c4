"""Whoever asks for it is erased: no mark of theirs is left in any byte on disk, and nobody else's is touched."""

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from bot.coaching.digests.freezing import Freezing
from bot.coaching.own_data.erasing import Erasing
from bot.coaching.slips import Slips
from bot.desks.settings import found_by
from bot.domain.cards import to_json
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId
from bot.store.barriers import Barriers
from bot.store.check_in_tables import audit
from bot.store.database import Database
from bot.store.people import People
from bot.store.personal import ERASED, Erasure, Personal
from bot.store.personal_kinds import KINDS, Person
from bot.store.snapshots import Snapshots
from bot.store.tables import metadata
from bot.store.told_replies import ToldReplies
from prompts import words
from tests.fakes import NOON, counted
from tests.isolation.said_by import HARBOUR, PLAN, Somebody, admitted, everything_said, mark_of

FULL = os.environ.get("COACH_TEST_SCALE") == "full"
GONE, STAY = (50, 12) if FULL else (8, 4)
SECRET = b"s" * 32
SHARED = {"was_asked", "asked_raisers", "answered_people", "asked_by_people"}
SLIPS = Slips(secret=SECRET)
#: A minute is what is promised; on two busy cores.
_PROMISED_S = 60.0


async def _plans() -> tuple[PartnershipPlan, ...]:
    return (PLAN,)


def _erasing(database: Database) -> Erasing:
    async def find(partner: PartnerId) -> Sequence[Person]:
        return await found_by(Personal(database), SECRET)(partner)

    return Erasing(
        find=find,
        personal=Personal(database),
        barriers=Barriers(database),
        snapshots=Snapshots(database),
        scrub=database.truncate_log,
        words=words(),
    )


async def _erase(database: Database, everybody: Sequence[Somebody]) -> None:
    erasing = _erasing(database)
    for each in everybody:
        erasure = Erasure(
            id=f"erasure-{each.number}",
            at=NOON,
            asked_by="slack:none",
            instead=to_json(erasing.instead()),
        )
        for person in await erasing.find(each.partner):
            await erasing.everything(person, erasure)


async def _told(database: Database, everybody: Sequence[Somebody]) -> dict[int, dict[str, object]]:
    """What others would take out, but for what two share: a relayed question goes with either of them, a question to
    a person with whoever asked it, and so does the address of an owner in the change that made them one.
    """
    found: dict[int, dict[str, object]] = {}
    for each in everybody:
        (person,) = await found_by(Personal(database), SECRET)(each.partner)
        rows = dict(await Personal(database).taken_out(person))
        rows["changes"] = [row for row in rows["changes"] if row["kind"] != "assigned"]
        found[each.number] = {name: rows[name] for name in rows if name not in SHARED}
    return found


def _different(now: dict[int, dict[str, object]], before: dict[int, dict[str, object]]) -> list[tuple[int, str]]:
    return [(who, kind) for who, rows in before.items() for kind in rows if now[who].get(kind) != rows[kind]]


def _on_disk(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes()


async def _rows(database: Database) -> str:
    async with database.reading() as connection:
        return "\n".join(
            [repr(tuple(row)) for table in metadata.tables.values() for row in await connection.execute(select(table))]
        )


async def _said(database: Database) -> list[Somebody]:
    everybody = await admitted(database, GONE + STAY)
    await everything_said(database, everybody, SLIPS)
    freezing = Freezing(
        plans=_plans, barriers=Barriers(database), replies=ToldReplies(database), snapshots=Snapshots(database)
    )
    assert await freezing(NOON + timedelta(weeks=1)) > 0
    return everybody


async def test_nobody_who_was_erased_is_left_on_disk_and_nobody_else_is_touched(
    database: Database, tmp_path: Path
) -> None:
    everybody = await _said(database)
    leaving, staying = everybody[:GONE], everybody[GONE:]
    before = await _rows(database)
    assert all(before.count(each.mark) > 40 for each in everybody)
    told = await _told(database, staying)
    began = time.monotonic()
    await _erase(database, leaving)
    assert time.monotonic() - began < _PROMISED_S
    left = await _rows(database)
    assert [each.mark for each in leaving if each.mark in left] == []
    for name, content in _on_disk(tmp_path):
        assert [each.mark for each in leaving if each.mark.encode() in content] == [], name
    assert _different(await _told(database, staying), told) == []
    async with database.reading() as connection:
        noted = (await connection.execute(select(audit.c.partnership, audit.c.kind))).all()
    assert [tuple(row) for row in noted] == [(HARBOUR, ERASED)] * GONE


async def test_no_row_names_them_by_any_id(database: Database) -> None:
    everybody = await _said(database)
    await _erase(database, everybody[:3])
    left = await _rows(database)
    for each in everybody[:3]:
        own = [f"'{each.partner}'", each.identity.key, each.again.key, SLIPS.author(each.identity.key), each.home]
        assert [name for name in own if name in left] == []


async def test_figures_that_rest_on_them_are_withheld(database: Database) -> None:
    everybody = await _said(database)
    snapshots = Snapshots(database)
    before = {week: len(each.shown) for week, each in (await snapshots.of(HARBOUR)).items()}
    await _erase(database, everybody[:1])
    after = {week: len(each.shown) for week, each in (await snapshots.of(HARBOUR)).items()}
    assert sum(after.values()) < sum(before.values())


async def test_erasing_again_has_no_effect_and_whoever_writes_again_is_somebody_new(database: Database) -> None:
    everybody = await _said(database)
    one = everybody[0]
    (person,) = await found_by(Personal(database), SECRET)(one.partner)
    await _erase(database, [one])
    left = await _rows(database)
    erasure = Erasure(id="erasure-0", at=NOON, asked_by="slack:none", instead={})
    await _erasing(database).everything(person, erasure)
    assert await _rows(database) == left
    people = People(database, counted("new"))
    assert await people.held([one.identity]) == {}
    assert await found_by(Personal(database), SECRET)(PartnerId(one.identity.email)) == []


async def test_the_message_that_asked_is_still_answered(database: Database) -> None:
    (one, *_) = await _said(database)
    (person,) = await found_by(Personal(database), SECRET)(one.partner)
    erasure = Erasure(id="e", at=NOON, asked_by=f"slack:{one.number}:waits", instead={})
    await Personal(database).erase(person, erasure)
    assert mark_of(one.number) in await _rows(database)  # until it is done
    again = replace(erasure, asked_by="")
    await Personal(database).erase(person, again)
    assert mark_of(one.number) not in await _rows(database)


async def test_everybody_has_something_of_every_kind(database: Database) -> None:
    """Or the other tests would look at nothing of it."""
    everybody = await _said(database)
    found: set[str] = set()
    for each in everybody:
        for person in await found_by(Personal(database), SECRET)(each.partner):
            found |= (await Personal(database).taken_out(person)).keys()
    assert found == {kind.name for kind in KINDS}
