"""Limits: a flood is stopped and told of once, and nobody who writes as people do is ever stopped."""

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.limits import A_MINUTE, ALWAYS, AN_HOUR, HOUR, MINUTE, WORKSPACE_A_MINUTE, Limits, Verdict
from tests.fakes import NOON

#: Milliseconds between one message and the next.
GAPS = st.lists(st.integers(0, 90_000), max_size=120)


def met(limits: Limits, gaps: Sequence[int], who: str = "lena", workspace: str = "w") -> list[tuple[float, Verdict]]:
    now, found = NOON, []
    for gap in gaps:
        now += timedelta(milliseconds=gap)
        found.append(((now - NOON).total_seconds(), limits.meet(who, workspace, now)))
    return found


def test_a_flood_is_stopped_and_told_of_once() -> None:
    found = [verdict for _, verdict in met(Limits(), [30] * 1_000)]
    assert [each.taken for each in found] == [True] * A_MINUTE + [False] * (1_000 - A_MINUTE)
    assert [number for number, each in enumerate(found) if each.tell] == [A_MINUTE]
    assert found[A_MINUTE].wait == MINUTE


def test_a_flood_that_lasts_is_told_of_once_and_over_after_a_minutes_pause() -> None:
    found = met(Limits(), [*[500] * 600, 60_000, *[500] * A_MINUTE])
    assert sum(verdict.tell for _, verdict in found) == 2
    assert [verdict.taken for _, verdict in found[600:]] == [True] * A_MINUTE + [False]


def test_whoever_writes_all_the_time_waits_for_the_hour_to_pass() -> None:
    found = met(Limits(), [4_000] * 1_000)
    taken = [at for at, verdict in found if verdict.taken]
    first = next(verdict for _, verdict in found if not verdict.taken)
    assert (len([at for at in taken if at <= 3_600]), first.tell) == (AN_HOUR, True)
    assert first.wait == HOUR - timedelta(seconds=4 * AN_HOUR)
    assert any(at > 3_600 for at in taken)


@given(GAPS)
def test_no_more_is_ever_taken_than_the_limits_say(gaps: list[int]) -> None:
    found = met(Limits(), gaps)
    taken = [at for at, verdict in found if verdict.taken]
    for limit, seconds in ((A_MINUTE, 60), (AN_HOUR, 3_600)):
        assert all(later - earlier >= seconds for earlier, later in zip(taken, taken[limit:], strict=False))


@given(GAPS)
def test_whoever_is_not_taken_was_told_and_not_twice_in_a_minute(gaps: list[int]) -> None:
    told, over = None, False
    for at, verdict in met(Limits(), gaps):
        if verdict.taken:
            over = False
            continue
        assert verdict.wait > timedelta()
        if verdict.tell:
            assert told is None or at - told >= 60
            assert not over
            told = at
        assert told is not None
        over = True


@given(st.lists(st.integers(3_100, 90_000), max_size=60))
def test_whoever_writes_as_people_do_is_never_stopped(gaps: list[int]) -> None:
    assert all(verdict.taken for _, verdict in met(Limits(), gaps))


def test_ten_thousand_may_reply_within_a_minute_and_no_few_of_them_send_the_rest() -> None:
    limits, taken = Limits(), 0
    for number in range(10_000):
        assert limits.meet(f"p{number}", "w", NOON + timedelta(milliseconds=number)).taken
    for number in range(500):
        who, now = f"p{number % 50}", NOON + timedelta(seconds=20, milliseconds=number)
        taken += limits.meet(who, "w", now).taken
    assert taken == 50 * (ALWAYS - 1)
    assert limits.meet("p1", "another", NOON + timedelta(seconds=21)).taken


def test_a_workspace_goes_on_when_its_minute_has_passed() -> None:
    limits = Limits()
    for number in range(WORKSPACE_A_MINUTE):
        limits.meet(f"p{number % 40}", "w", NOON)
    refused = limits.meet("p1", "w", NOON + timedelta(seconds=20))
    assert refused == Verdict(taken=False, wait=timedelta(seconds=40), tell=True)
    assert limits.meet("p1", "w", NOON + MINUTE).taken


def test_who_has_not_written_for_an_hour_is_forgotten() -> None:
    limits = Limits()
    for number in range(100):
        limits.meet(f"p{number}", f"w{number}", NOON)
    limits.meet("last", "w", NOON + HOUR)
    assert (len(limits._people), len(limits._workspaces)) == (1, 1)
