"""The rounds themselves over years, zones and clock changes, without a store: who is asked, reminded and let alone.

Services go down at times, people answer, pass, put off, stop and start again. The small run is for every day;
`COACH_TEST_SCALE=full` looks at 500 partnerships over five years.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest

from bot.domain.check_ins import MOST_REMINDERS, CheckIn, CheckInId, State, still_waits
from bot.domain.due_now import due_now
from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import OrganisationId, PartnerId
from bot.domain.sending_times import Next, next_step, reminder_at, welcome_until
from tests.bot.domain.walked import DAY, ZONES, Case, some_case
from tests.bot.plans import PLAN
from tests.conftest import FULL

FIRST = date(2026, 3, 16)  # the clocks change in the weeks that follow, here or there
WEEKS = 5 * 52 + 1 if FULL else 8
PARTNERSHIPS = 500 if FULL else len(ZONES)
#: Each part of them is a test, so that several processes can share the work.
PARTS = 25 if FULL else 1
OUTAGES = (timedelta(hours=1), DAY, timedelta(weeks=3))
ANN, HOUR, MINUTE = PartnerId("ann"), timedelta(hours=1), timedelta(minutes=1)


@dataclass
class Life:
    """A partner of a partnership, what they were sent, and what they did."""

    case: Case
    random: Random
    stopped: bool = False
    asked: dict[str, CheckIn] = field(default_factory=dict)
    #: When something was sent, for which week, and what it was.
    sent: list[tuple[datetime, str, str]] = field(default_factory=list)

    @property
    def plan(self) -> PartnershipPlan:
        return replace(PLAN, rhythm=self.case.rhythm)

    @property
    def settings(self) -> PartnerSettings:
        wish = self.case.preferences
        return PartnerSettings(
            zone=wish.zone,
            weekday=wish.weekday,
            hour=wish.hour,
            quiet=wish.quiet,
            away=wish.away,
            stopped=self.stopped,
        )

    def round(self, now: datetime) -> None:
        """What a minute of `coach serve` does."""
        for check_in in list(self.asked.values())[-2:]:
            if still_waits(check_in) and check_in.remind_at and check_in.remind_at <= now < check_in.until:
                self._again(check_in, now)
        slot = due_now(now, [ANN], {ANN: self.settings}, self.plan, self.case.days_off).get(ANN)
        if slot is not None and str(slot.week) not in self.asked:
            week = str(slot.week)
            self.asked[week] = CheckIn(
                id=CheckInId(week),
                partner=ANN,
                partnership=PLAN.id,
                organisation=OrganisationId("council"),
                week=week,
                question="trust-1",
                factor="trust",
                asked_at=now,
                until=slot.until,
                remind_at=reminder_at(now, slot.until, self.case.preferences.zone),
            )
            self._send(now, week, "invite")

    def _again(self, check_in: CheckIn, now: datetime) -> None:
        step = next_step(now, check_in, self.settings, self.plan, self.case.days_off)
        if step is Next.LATER:
            return
        after = replace(check_in, remind_at=None, state=State.ASKED)
        if step is Next.REMIND:
            number = check_in.reminders + 1
            again = reminder_at(now, check_in.until, self.case.preferences.zone) if number < MOST_REMINDERS else None
            after = replace(after, reminders=number, remind_at=again)
        self.asked[check_in.week] = after
        if step is not Next.NEVER:
            self._send(now, check_in.week, step.value)

    def _send(self, now: datetime, week: str, kind: str) -> None:
        self.sent.append((now, week, kind))
        case = self.case
        end = min(welcome_until(now, case.preferences, case.rhythm, case.days_off), self.asked[week].until)
        # Whenever it leaves the outbox before then, it comes at a welcome time.
        last = now + self.random.random() * (end - now)
        assert now < end
        assert case.allowed(case.wall(last)), (now, last, case)

    def act(self, now: datetime) -> None:
        """Now and then they do something about their newest check-in, or about all of them."""
        chance = self.random.random()
        if chance < 0.0005:
            self.stopped = not self.stopped
        newest = next(reversed(self.asked.values()), None)
        if newest is None or not still_waits(newest):
            return
        if chance > 0.995:
            self.asked[newest.week] = replace(newest, state=State.ANSWERED, remind_at=None)
        elif chance > 0.993:
            self.asked[newest.week] = replace(newest, state=State.SKIPPED, remind_at=None)
        elif chance > 0.985 and newest.state is State.ASKED:
            later = now + DAY
            self.asked[newest.week] = replace(newest, state=State.SNOOZED, remind_at=later)


def _lives(part: int) -> Iterator[Life]:
    days = [FIRST + number * DAY for number in range(7 * WEEKS)]
    for number in range(part, PARTNERSHIPS, PARTS):
        random = Random(f"rounds {number}")
        yield Life(case=some_case(random, ZONES[number % len(ZONES)], days), random=random)


def _moments(random: Random) -> Iterator[datetime]:
    """An hour apart, but for times of each length that the service is down."""
    first = datetime.combine(FIRST, time(minute=random.randrange(60)), UTC)
    end = first + (7 * WEEKS - 2) * DAY
    down = []
    for length in OUTAGES * (WEEKS // 26 + 1):
        begin = first + random.random() * (end - first)
        down.append((begin, begin + length))
    now = first
    while now < end:
        if not any(begin <= now < over for begin, over in down):
            yield now
        now += HOUR


@pytest.mark.parametrize("part", range(PARTS))
def test_rounds_ask_once_a_week_at_welcome_times_and_remind_with_restraint(part: int) -> None:
    kinds = Counter[str]()
    for life in _lives(part):
        for now in _moments(life.random):
            over = {week for week, check_in in life.asked.items() if not still_waits(check_in)}
            before = len(life.sent)
            life.round(now)
            # Whoever answered, passed or stopped hears no more of it.
            assert not life.stopped or len(life.sent) == before
            assert not over & {week for _, week, _ in life.sent[before:]}
            life.act(now)
        kinds.update(kind for _, _, kind in life.sent)
        _keeps_its_promises(life)
    assert set(kinds) == {"invite", Next.REMIND.value, Next.BRING_BACK.value}


def _keeps_its_promises(life: Life) -> None:
    case = life.case
    assert all(case.allowed(case.wall(at)) for at, _, _ in life.sent)
    invites = [(week, at) for at, week, kind in life.sent if kind == "invite"]
    assert len({week for week, _ in invites}) == len(invites)
    weeks = {week: case.wall(at).isocalendar() for week, at in invites}
    assert all(week == f"{own.year}-W{own.week:02}" for week, own in weeks.items())
    reminders = Counter(week for _, week, kind in life.sent if kind == Next.REMIND.value)
    assert max(reminders.values(), default=0) <= MOST_REMINDERS
    for at, week, kind in life.sent:
        if kind == Next.REMIND.value:
            assert _goes_on(case, at, life.asked[week].until), (at, week, case)


def _goes_on(case: Case, at: datetime, until: datetime) -> bool:
    """Whether on a later day something could still be sent: a reminder is never the last thing."""
    day, quarter = case.wall(at).date(), 15 * MINUTE
    later = at.replace(minute=0)
    while (later := later + quarter) < until:
        wall = case.wall(later)
        if wall.date() > day and case.allowed(wall):
            return True
    return False
