"""kill -9 at every named point of a question's way: nothing is lost, and nothing is answered twice."""

import signal
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.delivery.checkpoints import OF_BARRIERS, OF_CHECK_INS, Point
from tests.crash.installation import FULL, PATIENCE_SECONDS, Installation, copied

EVENT = "question-0001"
ROUNDS = range(5 if FULL else 1)
#: These two are passed whenever a loop looks for work, so the server dies of them as it starts. For a question to be
#: on its way there, an earlier death must have left it so.
LEFT_BY = {Point.INBOX_BEFORE_CLAIM: Point.INBOX_COMMITTED, Point.OUTBOX_BEFORE_CLAIM: Point.ANSWER_COMMITTED}


def _die(coach: Installation, point: Point) -> bool:
    """Ask a question of a server that dies at a point; whether it was acknowledged."""
    coach.start(COACH_CRASH_AT=point)
    acknowledged = coach.acknowledged(EVENT)
    assert coach.ended() == -signal.SIGKILL, f"{point} was not reached"
    return acknowledged


def _die_on_the_way(coach: Installation, point: Point) -> bool:
    if point not in LEFT_BY:
        return _die(coach, point)
    acknowledged = _die(coach, LEFT_BY[point])
    coach.launch(COACH_CRASH_AT=point)
    assert coach.ended() == -signal.SIGKILL, f"{point} was not reached"
    return acknowledged


def _case(point: Point, coach: Installation) -> None:
    try:
        acknowledged = _die_on_the_way(coach, point)
        coach.start()
        if not acknowledged:
            coach.deliver(EVENT)
        coach.assert_done_once(EVENT)
        assert coach.deliver(EVENT) is False
        coach.stop()
        coach.assert_on_disk_once(EVENT)
    finally:
        coach.abandon()


def _chosen(item: pytest.Item) -> Iterator[tuple[Point, int]]:
    if isinstance(item, pytest.Function) and "cases" in item.fixturenames:
        point, number = item.callspec.params["point"], item.callspec.params["number"]
        assert isinstance(point, Point)
        assert isinstance(number, int)
        yield point, number


Cases = Mapping[tuple[Point, int], "Future[None]"]


@pytest.fixture(scope="module")
def cases(request: pytest.FixtureRequest, template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cases]:
    """The chosen cases, two at a time: each spends most of its time starting."""
    folder = tmp_path_factory.mktemp("points")
    with ThreadPoolExecutor(2) as pool:
        yield {
            (point, number): pool.submit(_case, point, Installation(copied(template, folder / f"{point}-{number}")))
            for item in request.session.items
            for point, number in _chosen(item)
        }


@pytest.mark.parametrize("number", ROUNDS)
@pytest.mark.parametrize("point", [point for point in Point if point not in OF_BARRIERS | OF_CHECK_INS])
def test_a_death_at_any_point_loses_nothing_and_doubles_nothing(cases: Cases, point: Point, number: int) -> None:
    cases[point, number].result(PATIENCE_SECONDS * 10)
