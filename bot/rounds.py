"""What the server does by the clock, whoever asks: it freezes the figures of a week, tells leads theirs, asks partners
one question a week, and forgets."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.bootstrap import Coach, new_id
from bot.coaching.check_ins.open_days import DaysOff
from bot.coaching.digests.freezing import Freezing
from bot.coaching.digests.weekly import Weekly
from bot.coaching.own_data.forgetting import Forgetting
from bot.delivery.bank_holidays import BankHolidays
from bot.delivery.ports import Clock
from bot.desks.digests import digesting_of
from bot.desks.humans import human_round
from bot.desks.partners import role_rounds
from bot.desks.planner import inviting_of, reminding_of
from bot.store.barriers import Barriers
from bot.store.check_ins import CheckIns
from bot.store.drafts import Drafts
from bot.store.feedback import Feedback
from bot.store.gaps import Gaps
from bot.store.homes import Homes
from bot.store.leftovers import Leftovers
from bot.store.nudges import Nudges
from bot.store.outbox import Outbox
from bot.store.people import People
from bot.store.reflections import Reflections
from bot.store.snapshots import Snapshots
from bot.store.told_replies import ToldReplies

_log = structlog.get_logger()
_EVERY_SECONDS = 60.0
#: What somebody began to raise and neither sent nor cancelled is forgotten after this.
_DRAFTS_FOR = timedelta(days=1)
#: Something that is done when its time has come; asked once a minute, it does each thing once.
Round = Callable[[datetime], Awaitable[object]]


def rounds_of(coach: Coach) -> Sequence[Round]:
    """The rounds of an installation with a partnership, in their order: a digest rests on what was frozen, and
    whether a check-in was sent in time is settled before anybody is reminded of it."""
    database, plans = coach.database, coach.partnerships.all
    barriers, snapshots, drafts = Barriers(database), Snapshots(database), Drafts(database)
    weekly = Weekly(
        plans=plans,
        people=People(database, new_id),
        homes=Homes(database),
        barriers=barriers,
        nudges=Nudges(database),
        digesting=digesting_of(coach),
        post=lambda notices, now: barriers.save(notices=notices, now=now),
        words=coach.words,
        days_off=DaysOff(holidays=BankHolidays()),
    )

    async def forget_drafts(now: datetime) -> None:
        await drafts.forget(now - _DRAFTS_FOR)

    freezing = Freezing(plans=plans, barriers=barriers, replies=ToldReplies(database), snapshots=snapshots)
    forgetting = Forgetting(
        plans=plans,
        barriers=barriers,
        snapshots=snapshots,
        gaps=Gaps(database),
        feedback=Feedback(database),
        reflections=Reflections(database),
        check_ins=CheckIns(database),
    )
    expire = Outbox(database).expire
    sweep = Leftovers(database).sweep
    asked = (reminding_of(coach), inviting_of(coach))
    return (freezing, weekly, expire, *asked, *role_rounds(coach), human_round(coach), sweep, forget_drafts, forgetting)


async def go_round(rounds: Sequence[Round], clock: Clock) -> None:
    """Do what is due, once a minute, until cancelled; what fails is tried again in the next.

    Whatever goes wrong in one of it, such as a file that somebody changed half way, ends neither the others nor the
    answering of questions.
    """
    while True:
        for each in rounds:
            try:
                await each(clock())
            except* Exception as errors:
                _log.error("round not done", errors=[type(error).__name__ for error in errors.exceptions])
        await asyncio.sleep(_EVERY_SECONDS)
