"""“You said, we did” tells each partner what they may see, once, and nothing that they did themselves."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.coaching.barriers.said_and_did import did_lines
from bot.domain.barrier_rules import joined, moved, raised
from bot.domain.barrier_views import Reader
from bot.domain.barriers import Barrier, BarrierId, Consent, Status
from bot.domain.people import PartnerId
from knowledge.triage.phrases import factor_names
from prompts import words
from tests.bot.coaching.barriers_at_hand import AMARA, BEN, CHO, part
from tests.bot.plans import COUNCIL, HOUSING, PLAN
from tests.fakes import NOON

WORDS, DAY = words(), timedelta(days=1)
BEN_READS = Reader(partner=BEN, organisation=HOUSING.id)
LEAD_READS = Reader(partner=AMARA, organisation=COUNCIL.id, lead=True)
NOW = NOON + 10 * DAY


def barrier(
    to: Status, at: datetime = NOON + DAY, *, by: PartnerId | None = AMARA, named: str = "b1", because: str = ""
) -> Barrier:
    """One that Ben raised and that was moved to a status."""
    one = raised(PLAN.id, replace(part(BEN), origin=BarrierId(named)), "information", f"{named}-raised")
    return replace(moved(one, to, f"{named}-moved", at, by, because=because), number=1)


def lines(*barriers: Barrier, reader: Reader = BEN_READS, since: datetime | None = None) -> tuple[str, ...]:
    return did_lines(barriers, reader, PLAN, since, NOW, WORDS)


@pytest.mark.parametrize(
    ("to", "name"),
    [
        (Status.ACKNOWLEDGED, "acknowledged"),
        (Status.IN_PROGRESS, "in_progress"),
        (Status.RESOLVED, "resolved"),
        (Status.DECLINED, "declined"),
    ],
)
def test_what_was_done_about_ones_own_barrier_is_told(to: Status, name: str) -> None:
    (line,) = lines(barrier(to, because="no money" if to is Status.DECLINED else ""))
    assert WORDS(f"did.own.{name}", factor=factor_names()["information"]) in line
    assert ("“no money”" in line) == (to is Status.DECLINED)


def test_a_lead_is_told_of_a_barrier_by_its_number() -> None:
    (line,) = lines(barrier(Status.RESOLVED, by=None), reader=LEAD_READS)
    assert "B-001" in line
    assert lines(replace(barrier(Status.RESOLVED, by=None), number=None), reader=LEAD_READS) == ()


def test_what_somebody_may_not_see_or_did_themselves_is_not_told() -> None:
    assert lines(barrier(Status.RESOLVED), reader=Reader(partner=CHO, organisation=HOUSING.id)) == ()
    hidden = barrier(Status.RESOLVED, by=None)
    hidden = replace(hidden, raisers=(replace(hidden.raisers[0], consent=Consent.PRIVATE),))
    assert lines(hidden, reader=LEAD_READS) == ()
    assert lines(barrier(Status.RESOLVED, by=AMARA), reader=LEAD_READS) == ()


def test_each_is_told_once_and_no_older_news() -> None:
    one = barrier(Status.RESOLVED)
    assert lines(one, since=NOON)
    assert lines(one, since=NOON + 2 * DAY) == ()
    assert did_lines([one], BEN_READS, PLAN, None, NOON + 30 * DAY, WORDS) == ()
    opened = raised(PLAN.id, part(BEN), "information", "c")
    assert lines(opened) == ()
    assert lines(replace(one, into=BarrierId("b2"))) == ()


def test_two_at_most_the_newest_first_and_a_long_reason_is_cut() -> None:
    three = [
        replace(barrier(Status.RESOLVED, NOON + number * DAY, named=f"b{number}", because=f"{number} {'x ' * 60}"))
        for number in (1, 3, 2)
    ]
    told = lines(*three)
    assert [line.rpartition("“")[2][0] for line in told] == ["3", "2"]
    assert all(len(line) < 200 and "…" in line for line in told)


def test_nobody_who_joined_is_named() -> None:
    more = joined(barrier(Status.ACKNOWLEDGED), replace(part(CHO), name="Cho Chang"), "j")
    assert "Cho" not in " ".join(lines(more))
