"""A partnership that is wound up: two yeses a day apart, a week to take things out, and then no byte of it is left."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select

from bot.coaching.own_data.taking_out import EXPORT_NOW
from bot.coaching.roles import winding_up
from bot.coaching.roles.commands import WIND_UP
from bot.domain import barrier_rules as rules
from bot.domain.barriers import BarrierId, Consent, Raiser
from bot.domain.chat_settings import WINDING_UP
from bot.domain.membership import Standing
from bot.domain.people import OrganisationId, PartnershipId
from bot.store.barrier_tables import barrier
from bot.store.barriers import Barriers
from bot.store.chat_settings import ChatSettings
from bot.store.check_in_tables import audit
from bot.store.database import Database
from bot.store.outbox import Outbox
from bot.store.partnership_erasing import WOUND_UP
from bot.store.partnerships import Partnerships
from bot.store.people import People
from bot.store.personal_kinds import KINDS
from bot.store.tables import metadata, partner
from tests.bot.coaching.roles_room import AMARA, HANA, HARBOUR, HUGO, PIP, PLAN, WORDS, Room, home, whom
from tests.fakes import NOON, counted, lease
from tests.isolation import said_by
from tests.isolation.test_erasing import SLIPS

#: In the partnership's own rows, where nobody's mark is.
OWN_MARK = "zqharbourmark"
#: What holds nothing of a partnership.
LIBRARY = {"installation", "generation", "volume", "passage", "shelved", "set_aside", "vector", "removed_file", "pace"}


def _on_disk(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes()


#: Tables of other matters than a partnership's, and why they may outlive it.
OTHERS = {
    "slack_workspace": "where the coach is installed, for every partnership; uninstalling it there ends that",
    "oauth_state": "an installation under way, gone after minutes",
}


async def _everything(database: Database) -> str:
    async with database.reading() as connection:
        rows = [repr(tuple(row)) for each in metadata.tables.values() for row in await connection.execute(select(each))]
    return "\n".join(rows)


async def _settled(room: Room) -> None:
    """Both yeses, a day apart."""
    asked = await room.does(AMARA, f"/{WIND_UP}")
    begun = await room.presses(AMARA, asked, winding_up.BEGIN)
    room.at += winding_up.WAITS
    await room.does(HUGO, winding_up.END, value=begun.card.buttons[0].value)


async def test_nothing_is_erased_by_one_press_nor_before_the_week_is_over(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA, HUGO, HANA, PIP)
    asked = await room.does(AMARA, f"/{WIND_UP}")
    begun = await room.presses(AMARA, asked, winding_up.BEGIN)
    assert whom(begun) == {home(HUGO)}
    change = begun.card.buttons[0].value
    soon = await room.does(AMARA, winding_up.END, value=change)
    assert "24" not in soon.card.title
    assert soon.card.plain.startswith(WORDS("partners.wind_up_too_soon", day="§").split("§")[0])
    room.at += winding_up.WAITS
    settled = await room.does(AMARA, winding_up.END, value=change)
    assert whom(settled) == {home(HUGO), home(HANA), home(PIP)}
    assert all(each.card.buttons[0].action == EXPORT_NOW for each in settled.elsewhere)
    assert not (await room.plan()).check_ins
    await room.rounds(days=6, hours=23)
    assert await room.recognised(HANA) is not None
    await room.rounds(hours=1)
    assert await Partnerships(database).all() == ()
    assert await room.recognised(HANA) is None


async def test_any_lead_stops_it_at_any_moment(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA, HUGO, HANA)
    asked = await room.does(AMARA, f"/{WIND_UP}")
    begun = await room.presses(AMARA, asked, winding_up.BEGIN)
    said = await room.presses(HUGO, begun, winding_up.STOP)
    assert whom(said) == {home(AMARA)}
    late = await room.does(AMARA, winding_up.END, value=begun.card.buttons[0].value)
    assert late.card.plain == WORDS("partners.wind_up_stopped_before")
    await _settled(room)
    assert not (await room.plan()).check_ins
    now = await room.does(AMARA, f"/{WIND_UP}")
    again = await room.presses(AMARA, now, winding_up.STOP)
    assert whom(again) == {home(HUGO), home(HANA)}
    await room.rounds(days=30)
    assert await room.plan() == PLAN


async def test_leads_are_asked_for_the_second_yes_once_and_an_old_first_one_fades(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA, HUGO)
    asked = await room.does(AMARA, f"/{WIND_UP}")
    await room.presses(AMARA, asked, winding_up.BEGIN)
    await room.rounds(hours=23)
    assert await Outbox(database).counts() == {}
    for _ in range(3):
        await room.rounds(hours=1)
    counts = await Outbox(database).counts()
    assert counts == {"pending": 2}
    await room.rounds(days=14)
    assert WINDING_UP not in await ChatSettings(database).of(HARBOUR)


async def test_only_leads_wind_up(database: Database) -> None:
    room = await Room.open(database)
    for act in (f"/{WIND_UP}", winding_up.BEGIN, winding_up.END, winding_up.STOP):
        assert (await room.does(HANA, act, value="harbour")).card.plain == WORDS("partners.leads_only")
    assert await ChatSettings(database).of(HARBOUR) == {}


async def _another_partnership(database: Database) -> None:
    """Somebody of the first is in another one too, by the same address, and raised something there."""
    other = PartnershipId("quay")
    plan = replace(PLAN, id=other, name="Quay")
    await Partnerships(database).save(plan, NOON)
    people = People(database, counted("q"))
    one = replace(AMARA, tenant="TQUAY", user="UQUAY", email="zqcanary000x@org-0.example")
    held = await people.admit(one, Standing(partnership=other, organisation=OrganisationId("council")))
    raiser = Raiser(
        partner=held.partner,
        organisation=OrganisationId("council"),
        origin=BarrierId("quay-1"),
        wording="The quay floods.",
        at=NOON,
        consent=Consent.COUNTED,
    )
    raised = rules.raised(other, raiser, "trust", "quay-raised")
    owned = rules.assigned(raised, one.email, None, "quay-owned", NOON, None)
    await Barriers(database).save((None, owned), now=NOON)


async def test_no_byte_is_left_and_another_partnership_is_as_it_was(database: Database, tmp_path: Path) -> None:
    everybody = await said_by.admitted(database, 6)
    await said_by.everything_said(database, everybody, SLIPS)
    plan = replace(said_by.PLAN, name=OWN_MARK)
    await Partnerships(database).save(plan, NOON)
    await ChatSettings(database).keep(HARBOUR, "rhythm.weekday", "monday", NOON)
    await _another_partnership(database)
    quay = await _of(database, "quay")
    before = await _everything(database)
    assert OWN_MARK in before
    assert all(each.mark in before for each in everybody)
    await Room(database=database).winding.erase(HARBOUR, NOON)
    left = await _everything(database)
    # The address of the one who is in the other partnership too stays there.
    for each in everybody[1:]:
        assert each.mark not in left
    assert (OWN_MARK in left, "harbour" in left) == (False, False)
    for name, content in _on_disk(tmp_path):
        assert [each.mark for each in everybody[1:] if each.mark.encode() in content] == [], name
        assert OWN_MARK.encode() not in content, name
    assert await _of(database, "quay") == quay
    async with database.reading() as connection:
        noted = (await connection.execute(select(audit.c.partnership, audit.c.kind))).all()
        assert await connection.scalar(select(func.count()).select_from(partner)) == 1
    assert [tuple(row) for row in noted] == [("", WOUND_UP)]


async def _of(database: Database, partnership: str) -> list[str]:
    """Every row of a partnership."""
    found = []
    async with database.reading() as connection:
        for table in (*metadata.tables.values(), barrier):
            if "partnership" in table.c:
                rows = await connection.execute(select(table).where(table.c.partnership == partnership))
                found += [repr(tuple(row)) for row in rows]
    return found


async def test_again_has_no_effect_and_the_last_one_takes_what_waits_along(database: Database) -> None:
    everybody = await said_by.admitted(database, 3)
    await said_by.everything_said(database, everybody, SLIPS)
    await Partnerships(database).save(said_by.PLAN, NOON)
    erase = Room(database=database).winding.erase
    await erase(HARBOUR, NOON)
    left = await _everything(database)
    await erase(HARBOUR, NOON)
    assert await _everything(database) == left
    assert await Outbox(database).claim(lease("s", at=60 * 60 * 24 * 30)) is None


def test_every_table_goes_with_its_partnership_its_people_or_its_barriers() -> None:
    """A table that is none of these would outlive the partnership: say here why it may."""
    by_people = {kind.table.name for kind in KINDS}
    by_itself = {name for name, table in metadata.tables.items() if "partnership" in table.c}
    left = metadata.tables.keys() - by_people - by_itself - LIBRARY
    assert left - {"outbox", "partnership"} <= OTHERS.keys()
