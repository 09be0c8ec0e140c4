"""The journal: all of one's own, nobody else's, and never anybody else's eyes."""

from datetime import timedelta

from bot.domain.cards import Card
from bot.store.database import Database
from tests.bot.coaching.check_ins_room import ANN, BANK, BOB, FIRST, REPLY, Room, actions, check_in, pressed, said
from tests.fakes import NOON


async def years(database: Database, weeks: int) -> Room:
    """Ann was asked for some weeks, and replied in the first."""
    room = Room(database=database)
    await room.ask(*(check_in(f"c{week}", at=NOON + timedelta(weeks=week)) for week in range(weeks)))
    await room.ask(check_in("of-bob", BOB))
    await room.replies(value="c0")
    return room


async def test_one_finds_ones_own_questions_and_replies_newest_first(database: Database) -> None:
    room = await years(database, 3)
    card = await room.says("journal")
    assert said("journal.count.other", n=3) in card.plain
    assert [line.split(":")[0] for line in card.items] == ["16 March 2026", "9 March 2026", "2 March 2026"]
    assert REPLY in card.items[2]
    assert REPLY not in "".join(card.items[:2])
    assert [each.value for each in card.buttons if each.action == "journal-open"] == ["c2", "c1", "c0"]
    assert "own-export" in actions(card)


async def test_earlier_ones_are_pages_away_and_none_is_left_out(database: Database) -> None:
    room = await years(database, 12)
    seen: list[str] = []
    card: Card = await room.says("journal")
    while True:
        seen += [each.value for each in card.buttons if each.action == "journal-open"]
        if "journal-earlier" not in actions(card):
            break
        card = await room.presses("journal-earlier", pressed(card, "journal-earlier"))
    assert seen == [f"c{week}" for week in reversed(range(12))]


async def test_an_empty_one_says_so_and_a_made_up_page_is_the_first_or_empty(database: Database) -> None:
    room = Room(database=database)
    assert (await room.says("journal")).plain == said("journal.empty")
    await room.ask()
    for value in ("", "-1", "x", "9" * 30, "²"):
        assert said("journal.count.one", n=1) in (await room.presses("journal-earlier", value)).plain
    assert (await room.presses("journal-earlier", "900")).plain == said("journal.empty")


async def test_an_entry_opens_with_what_can_be_done_about_it(database: Database) -> None:
    room = await years(database, 1)
    await room.presses("check-in-follow", "c0", follow_up="A walk together.")
    card = await room.presses("journal-open", "c0")
    assert card.title == BANK[FIRST].text
    assert REPLY in card.plain
    assert "A walk together." in card.plain
    assert {"check-in-edit", "check-in-consent", "check-in-withdraw", "check-in-barrier"} <= set(actions(card))
    await room.presses("check-in-withdrawn", "c0")
    gone = await room.presses("journal-open", "c0")
    assert said("check_in.entry.taken_back") in gone.plain
    assert REPLY not in (await room.says("journal")).plain


async def test_nobody_opens_anothers(database: Database) -> None:
    room = await years(database, 2)
    assert (await room.presses("journal-open", "c0", who=BOB)).plain == said("check_in.refused.unknown")
    card = await room.says("journal", BOB)
    assert [each.value for each in card.buttons if each.action == "journal-open"] == ["of-bob"]
    assert (await room.presses("journal-open", "of-bob", who=ANN)).plain == said("check_in.refused.unknown")
