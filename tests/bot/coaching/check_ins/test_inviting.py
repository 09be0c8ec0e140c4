"""Each partner is asked once a week at their own hour, whoever does the asking and whatever comes in between."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from bot.domain.check_ins import State
from bot.domain.choosing import Kind
from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import Closure, QuietHours, Span
from bot.domain.people import Identity, Organisation, OrganisationId
from bot.store.database import Database
from bot.store.inbox import Promise
from bot.store.people import People
from tests.bot.coaching.planner_at_hand import WORDS, NoHolidays, Planner
from tests.bot.plans import COUNCIL, HOUSING, PLAN
from tests.bot.removing import remove
from tests.fakes import counted

#: A Tuesday at ten in London: the plan's own day and hour.
SLOT = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
WEEK = timedelta(weeks=1)


@pytest.fixture
def planner(database: Database) -> Planner:
    return Planner(database)


async def test_a_partner_is_asked_once_a_week_however_often_it_is_looked_at(planner: Planner) -> None:
    ann = await planner.meet("ann", SLOT - WEEK)
    assert [await planner.round(SLOT + timedelta(minutes=each)) for each in (-1, 0, 1, 60)] == [0, 1, 0, 0]
    check_in = await planner.one(ann)
    assert (check_in.week, check_in.organisation, check_in.state) == ("2026-W11", COUNCIL.id, State.ASKED)
    assert (check_in.asked_at, check_in.until) == (SLOT, SLOT + timedelta(days=3))
    assert await planner.round(SLOT + WEEK) == 1
    assert [each.week for each in await planner.check_ins.of(ann)] == ["2026-W12", "2026-W11"]


async def test_the_card_asks_says_why_and_goes_where_the_partner_alone_reads_it(planner: Planner) -> None:
    ann = await planner.meet("ann", SLOT - WEEK)
    await planner.round(SLOT)
    check_in = await planner.one(ann)
    (sent,) = await planner.sent(SLOT)
    assert (sent.key, sent.place, sent.promise) == (f"check-in:{check_in.id}:0", "home of ann", Promise.NOTICE)
    question = (await planner.bank(PLAN))[check_in.question]
    assert question.text in sent.card.plain
    assert WORDS("check_in.sees") in sent.card.plain
    assert check_in.reason["kind"] == Kind.LITTLE.value
    assert "We have heard little about it so far" in sent.card.plain
    assert {each.value for each in sent.card.buttons} == {check_in.id}


async def test_what_was_not_sent_by_the_quiet_hours_is_not_sent_in_them(planner: Planner) -> None:
    await planner.meet("ann", SLOT - WEEK)
    await planner.round(SLOT)
    assert await planner.sent(SLOT + timedelta(hours=9)) == []


@pytest.mark.parametrize(
    "settings",
    [
        PartnerSettings(stopped=True),
        PartnerSettings(paused_until=date(2026, 3, 16)),
        PartnerSettings(away=(Span(first=date(2026, 3, 9), last=date(2026, 3, 20)),)),
    ],
)
async def test_nobody_is_asked_who_does_not_want_it_now(planner: Planner, settings: PartnerSettings) -> None:
    await planner.meet("ann", SLOT - WEEK, settings=settings)
    assert [await planner.round(SLOT + each * timedelta(hours=12)) for each in range(8)] == [0] * 8


async def test_everybody_has_a_day_hour_and_zone_of_their_own(planner: Planner) -> None:
    settings = PartnerSettings(zone="America/New_York", weekday="wednesday", hour=15)
    ann = await planner.meet("ann", SLOT - WEEK, settings=settings)
    ben = await planner.meet("ben", SLOT - WEEK)
    await planner.own.zone_known(ben, "Asia/Kolkata", SLOT)
    wednesday = datetime(2026, 3, 11, 19, 0, tzinfo=UTC)  # three in the afternoon in New York, in summer already
    assert [await planner.round(each) for each in (datetime(2026, 3, 10, 4, 29, tzinfo=UTC), wednesday)] == [0, 1]
    assert (await planner.one(ann)).asked_at == wednesday
    assert await planner.round(datetime(2026, 3, 12, 4, 30, tzinfo=UTC)) == 1
    assert (await planner.one(ben)).until == datetime(2026, 3, 13, 4, 30, tzinfo=UTC)


async def test_who_is_nobody_here_any_more_hears_nothing(planner: Planner) -> None:
    await planner.meet("ann", SLOT - WEEK, home=False)
    removed = await planner.meet("ben", SLOT - WEEK)
    await remove(planner.database, removed)
    await planner.meet("cho", SLOT - WEEK, organisation=HOUSING.id)
    planner.plans = [replace(PLAN, organisations=(COUNCIL, replace(HOUSING, id=OrganisationId("other"))))]
    assert await planner.round(SLOT) == 0
    planner.plans = [replace(PLAN, organisations=(COUNCIL, replace(HOUSING, slack_teams=("T0ELSE",))))]
    assert await planner.round(SLOT) == 0
    planner.plans = [PLAN]
    assert await planner.round(SLOT) == 1


async def test_who_fits_two_partnerships_is_nobodys_until_they_say(planner: Planner) -> None:
    await planner.meet("ann", SLOT - WEEK)
    planner.plans = [PLAN, replace(PLAN, id="quay", name="Quay")]  # type: ignore[arg-type]
    assert await planner.round(SLOT) == 0


async def test_somebody_whose_organisation_was_renamed_is_asked_as_one_of_it(planner: Planner) -> None:
    ann = await planner.meet("ann", SLOT - WEEK)
    town = Organisation(id=OrganisationId("town"), name="The Town", email_domains=COUNCIL.email_domains)
    planner.plans = [replace(PLAN, organisations=(town, HOUSING))]
    assert await planner.round(SLOT) == 1
    assert (await planner.one(ann)).organisation == "town"


async def test_one_person_on_two_platforms_gets_one_where_they_wrote_last(planner: Planner) -> None:
    ann = await planner.meet("ann", SLOT - WEEK)
    teams = Identity(
        platform="teams", tenant="00000000-0000-4000-8000-000000000000", user="29:1", email="ann@council.example"
    )
    held = await People(planner.database, counted("x")).held([teams])
    assert held[teams.key].partner == ann
    await planner.homes.remember(ann, teams.key, "teams", "chat", SLOT)  # type: ignore[arg-type]
    assert await planner.round(SLOT) == 1
    (sent,) = await planner.sent(SLOT)
    assert (sent.platform, sent.place) == ("teams", "chat")


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"check_ins": False}, None),
        ({"paused_until": date(2026, 3, 16)}, None),
        ({"paused_until": date(2026, 3, 11)}, SLOT + timedelta(days=1)),
        (
            {"closures": (Closure(first=date(2026, 3, 10), last=date(2026, 3, 11), name="Audit"),)},
            SLOT + timedelta(days=2),
        ),
    ],
)
async def test_the_partnership_may_close_or_pause(
    planner: Planner, change: dict[str, object], at: datetime | None
) -> None:
    ann = await planner.meet("ann", SLOT - WEEK)
    planner.plans = [replace(PLAN, **change)]  # type: ignore[arg-type]
    for day in range(5):
        await planner.round(SLOT + timedelta(days=day))
    assert [each.asked_at for each in await planner.check_ins.of(ann)] == ([at] if at else [])


async def test_who_is_back_on_the_last_day_of_the_window_is_asked_then(planner: Planner) -> None:
    """Their slot of Monday would be over by then, had they been there."""
    away = (Span(first=date(2026, 3, 9), last=date(2026, 3, 11)),)
    ann = await planner.meet("ann", SLOT - WEEK, settings=PartnerSettings(weekday="monday", hour=10, away=away))
    back = datetime(2026, 3, 12, 10, tzinfo=UTC)
    for at in (back - timedelta(days=1), back - timedelta(minutes=1)):
        assert await planner.inviting()(at) == 0
    assert await planner.inviting()(back) == 1
    assert (await planner.one(ann)).week == "2026-W11"


async def test_a_bank_holiday_moves_the_day(planner: Planner) -> None:
    planner.holidays = NoHolidays(SLOT.date())
    await planner.meet("ann", SLOT - WEEK)
    assert [await planner.round(SLOT + timedelta(days=each)) for each in (0, 1)] == [0, 1]


@pytest.mark.parametrize(
    ("down_until", "asked"),
    [
        (timedelta(hours=1), True),
        (timedelta(days=1), True),
        (timedelta(days=2, hours=8), True),
        (timedelta(days=3), False),
    ],
)
async def test_a_service_that_was_down_catches_up_within_the_window(
    planner: Planner, down_until: timedelta, asked: bool
) -> None:
    ann = await planner.meet("ann", SLOT - WEEK)
    back = SLOT + down_until
    assert [await planner.round(back + timedelta(minutes=each)) for each in range(3)] == [int(asked), 0, 0]
    assert len(await planner.check_ins.of(ann)) == int(asked)


async def test_three_weeks_down_bring_one_and_no_flood(planner: Planner) -> None:
    ann = await planner.meet("ann", SLOT - WEEK)
    await planner.round(SLOT)
    back = SLOT + 3 * WEEK + timedelta(hours=5)
    assert [await planner.round(back + timedelta(minutes=each)) for each in range(3)] == [1, 0, 0]
    assert [each.week for each in await planner.check_ins.of(ann)] == ["2026-W14", "2026-W11"]


async def test_two_processes_at_once_ask_once(planner: Planner) -> None:
    partners = [await planner.meet(name, SLOT - WEEK) for name in ("ann", "ben", "cho")]
    asked = await asyncio.gather(*(planner.inviting()(SLOT) for _ in range(3)))
    assert sum(asked) == 3
    assert [len(await planner.check_ins.of(each)) for each in partners] == [1, 1, 1]
    assert len(await planner.sent(SLOT)) == 3


async def test_who_stops_while_questions_are_chosen_is_not_asked(planner: Planner) -> None:
    ann = await planner.meet("ann", SLOT - WEEK)
    await planner.meet("ben", SLOT - WEEK)
    inviting, bank = planner.inviting(), planner.bank

    async def stopping(plan: object) -> object:
        await planner.own.keep(ann, PartnerSettings(stopped=True), SLOT)
        return await bank(plan)  # type: ignore[arg-type]

    assert await replace(inviting, bank=stopping)(SLOT) == 1  # type: ignore[arg-type]
    assert await planner.check_ins.of(ann) == ()


async def test_no_question_comes_back_and_those_asked_together_are_spread(planner: Planner) -> None:
    partners = [await planner.meet(f"p{number}", SLOT - WEEK) for number in range(6)]
    for week in range(4):
        await planner.round(SLOT + week * WEEK)
    for partner in partners:
        asked = await planner.check_ins.of(partner)
        assert len({each.question for each in asked}) == 4
        assert all(before.factor != after.factor for before, after in pairwise(asked))
    first = [(await planner.check_ins.of(partner))[-1] for partner in partners]
    assert len({each.factor for each in first}) > 1


async def test_people_are_asked_in_their_own_language(planner: Planner) -> None:
    await planner.meet("ann", SLOT - WEEK, settings=PartnerSettings(locale="cy"))
    await planner.meet("ben", SLOT - WEEK, settings=PartnerSettings(quiet=QuietHours(begin=20, end=7)))
    await planner.round(SLOT)
    by_place = {each.place: each.card for each in await planner.sent(SLOT)}
    assert (by_place["home of ann"].locale, by_place["home of ben"].locale) == ("cy", "en")  # type: ignore[index]
