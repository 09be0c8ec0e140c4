"""Whoever takes a reply back or lets others see less of it: no frozen figure that rests on it is told any more."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.coaching.changes import change_id
from bot.coaching.digests.freezing import Freezing
from bot.coaching.recognising import Recognised
from bot.domain.check_ins import withdrawn
from bot.domain.disclosure import Measure, select
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId
from bot.store.barriers import Barriers
from bot.store.database import Database
from bot.store.snapshots import Snapshots
from bot.store.told_replies import ToldReplies
from tests.bot.coaching.barriers_at_hand import recognised
from tests.bot.coaching.check_ins_room import Room, check_in, said
from tests.bot.plans import COUNCIL, HOUSING, PLAN
from tests.fakes import NOON

WEEK = check_in().week
AFTER = NOON + timedelta(weeks=1)
PEOPLE = [
    recognised(PartnerId(f"{organisation.id}-{number}"), organisation.id)
    for organisation in (COUNCIL, HOUSING)
    for number in range(6)
]
BEN = PEOPLE[0]


async def _plans() -> tuple[PartnershipPlan, ...]:
    return (PLAN,)


@dataclass
class Frozen:
    """Twelve people have replied, and their week is over."""

    room: Room
    snapshots: Snapshots

    async def told(self) -> bool:
        """Whether it is told how many replied."""
        return select((await self.snapshots.of(PLAN.id))[WEEK], Measure.REPLIED, factor="trust") is not None

    async def behind(self, who: Recognised) -> bool:
        """Whether somebody stands behind a figure, as far as that is kept."""
        found = await self.snapshots.history(PLAN.id, [WEEK])
        return any(each.person == who.partner for each in found.get(WEEK, ()))


@pytest.fixture
async def frozen(database: Database) -> Frozen:
    room, snapshots = Room(database=database), Snapshots(database)
    room.saving = replace(room.saving, withholding=snapshots)
    room.open()
    for who in PEOPLE:
        await room.ask(check_in(str(who.partner), who))
        await room.replies("It goes on.", str(who.partner), who=who, consent="named" if who is BEN else "counted")
    freezing = Freezing(plans=_plans, barriers=Barriers(database), replies=ToldReplies(database), snapshots=snapshots)
    assert await freezing(AFTER)
    room.at = AFTER
    made = Frozen(room=room, snapshots=snapshots)
    assert await made.told()
    assert await made.behind(BEN)
    return made


@pytest.mark.parametrize("consent", ["private", "counted", "own leads"])
async def test_who_lowers_what_others_see_is_behind_no_figure_any_more(frozen: Frozen, consent: str) -> None:
    await frozen.room.presses("check-in-consented", str(BEN.partner), who=BEN, consent=consent)
    assert not await frozen.told()
    assert not await frozen.behind(BEN)


async def test_who_takes_a_reply_back_is_behind_no_figure_any_more(frozen: Frozen) -> None:
    card = await frozen.room.presses("check-in-withdrawn", str(BEN.partner), who=BEN)
    assert card.plain == said("check_in.withdrawing.done")
    assert not await frozen.told()
    assert not await frozen.behind(BEN)


async def test_a_death_before_the_second_withholding_is_made_good_when_it_is_taken_up_again(frozen: Frozen) -> None:
    """The week is counted between the change and what follows it: the worst moment to die."""
    room = frozen.room
    sent = replace(room.message("", BEN), action="check-in-withdrawn", values={"value": str(BEN.partner)})
    own = await room.saving.own(str(BEN.partner), BEN)
    assert own.given is not None
    await room.reflections.save(withdrawn(own.given), before=own.given, change=change_id(sent), now=AFTER)
    assert await frozen.told()
    await room.actions["check-in-withdrawn"](sent, BEN)
    assert not await frozen.told()


async def test_who_shares_more_words_or_begins_a_barrier_changes_no_figure(frozen: Frozen) -> None:
    await frozen.room.presses("check-in-consented", str(BEN.partner), who=BEN, consent="named", share="yes")
    await frozen.room.presses("check-in-barrier", str(BEN.partner), who=BEN)
    await frozen.room.presses("check-in-edit", str(BEN.partner), who=BEN)
    assert await frozen.told()
    assert await frozen.behind(BEN)
