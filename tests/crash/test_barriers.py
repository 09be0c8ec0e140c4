"""kill -9 at every named point from raising a barrier to its raisers' notices.

No barrier and no change is lost, everybody who asked is answered, and no notice is posted twice: where nobody can tell
whether it was posted, it is set aside as `unknown`. Each point once; with COACH_TEST_SCALE=full at every step that
passes it.
"""

import asyncio
import signal
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.bootstrap import open_store
from bot.delivery.checkpoints import OF_BARRIERS, OF_CHECK_INS, OF_QUESTIONS, Point
from bot.domain.barriers import Barrier, Consent, Kind, Status
from bot.domain.people import PartnershipId
from bot.store.barriers import Barriers
from tests.crash.in_slack import InSlack, in_slack, workspace
from tests.crash.installation import FULL, PATIENCE_SECONDS, copied
from tests.crash.raising import SAME, WHAT, State, Step, Story, steps_after

_ALL = [point for point in Point if point not in OF_QUESTIONS | OF_CHECK_INS]
#: Every message passes these, and so do the notices those of the sender.
_MESSAGE = [point for point in _ALL if point not in OF_BARRIERS]
_SAVED = [Point.BARRIER_BEFORE_WRITE, Point.BARRIER_BEFORE_COMMIT, Point.BARRIER_COMMITTED]
_NOTICED = [Point.NOTICE_SENDING, Point.NOTICE_POSTED]
_SENDER = [
    Point.OUTBOX_BEFORE_CLAIM,
    Point.OUTBOX_SENDING,
    Point.NOTICE_SENDING,
    Point.BEFORE_POST,
    Point.POSTED,
    Point.NOTICE_POSTED,
    Point.SENT_BEFORE_COMMIT,
    Point.SENT,
]
#: What each step passes.
PASSED: Mapping[Step, list[Point]] = {
    Step.TYPED: _MESSAGE,
    Step.SENT: [*_MESSAGE, Point.NUMBER_GIVEN, Point.DRAFT_KEPT],
    Step.JOINED: [*_MESSAGE, *_SAVED, *_NOTICED],
    Step.OPENED: _MESSAGE,
    Step.MOVED: [*_MESSAGE, *_SAVED],
    Step.TOLD: _SENDER,
}
#: The later steps are those where most is at stake.
_ONCE = {point: step for step, points in PASSED.items() for point in points}
CASES = [(step, point) for step, points in PASSED.items() for point in points if FULL or _ONCE[point] is step]
#: A notice is in its sender's hands between these; whether it is out by then.
IN_HAND = {
    Point.OUTBOX_SENDING: False,
    Point.NOTICE_SENDING: False,
    Point.BEFORE_POST: False,
    Point.POSTED: True,
    Point.NOTICE_POSTED: True,
    Point.SENT_BEFORE_COMMIT: True,
}


def test_every_point_of_a_barrier_is_driven() -> None:
    assert {point for _, point in CASES} == set(_ALL)
    assert len(_ALL) == 25


def _told(folder: Path, template: Path) -> tuple[Path, dict[Step, State]]:
    """The story without a death: the data folder, and what there was before each step."""
    states: dict[Step, State] = {}
    with workspace() as slack:
        coach = in_slack(copied(template, folder / "told"), slack.api)
        story = Story(coach=coach, slack=slack)
        story.introduce()
        try:
            coach.start()
            story.begin()
            for step in Step:
                states[step] = story.keep(folder / f"{step}.sqlite")
                story.go(step)
            coach.stop()
        finally:
            coach.abandon()
        assert slack.double.refused == []
        assert story.notices() == dict.fromkeys(("joined Ana", "moved Ana", "moved Bo"), ("sent", 1))
    return coach.data, states


def _die(story: Story, step: Step, point: Point) -> None:
    """Take a step with a server that dies at a point, and once more with one that does not."""
    if step is Step.TOLD:
        story.bring_forward()
        story.coach.launch(COACH_CRASH_AT=point)
        assert story.coach.ended() == -signal.SIGKILL, f"{point} was not reached"
        story.coach.start()
        return
    request = story.request(step)
    story.coach.start(COACH_CRASH_AT=point)
    acknowledged = story.tried(request)
    assert story.coach.ended() == -signal.SIGKILL, f"{point} was not reached"
    story.coach.start()
    if acknowledged:
        story.delivered.append(request)
        story.settle()
    else:
        story.take(request)


def _case(step: Step, point: Point, data: Path, state: State) -> None:
    with workspace() as slack:
        coach = in_slack(data, slack.api)
        story = Story(coach=coach, slack=slack)
        story.introduce()
        story.restore(state)
        try:
            _die(story, step, point)
            if step is Step.TOLD:
                story.go(step)
            for later in steps_after(step):
                story.go(later)
            for request in tuple(story.delivered):  # Slack may deliver anything again
                story.take(request)
            story.look_again()
            coach.stop()
        finally:
            coach.abandon()
        assert slack.double.refused == []
        _assert_nothing_lost(story)
        _assert_nothing_twice(story, step, point)


async def _barriers(coach: InSlack) -> tuple[Barrier, ...]:
    async with open_store(f"sqlite+aiosqlite:///{coach.database}") as database:
        return await Barriers(database).all(PartnershipId("harbourside"))


def _assert_nothing_lost(story: Story) -> None:
    (barrier,) = asyncio.run(_barriers(story.coach))
    assert (barrier.number, barrier.status, barrier.version) == (1, Status.ACKNOWLEDGED, 3)
    assert [each.kind for each in barrier.history] == [Kind.RAISED, Kind.JOINED, Kind.MOVED]
    parts = [(each.wording, each.consent, each.shared, each.name) for each in barrier.raisers]
    assert parts == [(WHAT, Consent.COUNTED, True, ""), (SAME, Consent.NAMED, False, "Bo Larsen")]
    coach = story.coach
    assert coach.select("SELECT key FROM inbox WHERE state <> 'handled' OR payload IS NOT NULL") == []
    assert coach.select("SELECT key FROM outbox WHERE promise = 'answer' AND state <> 'sent'") == []
    assert coach.select("SELECT count(*) FROM inbox") == coach.select(
        "SELECT count(*) FROM outbox WHERE promise = 'answer'"
    )
    assert coach.select("SELECT id FROM barrier_draft") == []


def _assert_nothing_twice(story: Story, step: Step, point: Point) -> None:
    notices = story.notices()
    assert set(notices) == {"joined Ana", "moved Ana", "moved Bo"}
    doubted = {name for name, (state, _) in notices.items() if state == "unknown"}
    assert all(notices[name] == ("sent", 1) for name in notices.keys() - doubted), notices
    if step is Step.TOLD and point in IN_HAND:
        # Two senders may each have one in hand, and only one of them came to the point.
        assert doubted
        assert any(notices[name] == ("unknown", int(IN_HAND[point])) for name in doubted), notices
    assert not doubted or _may_doubt(step, point)
    assert len(doubted) < 2 or point is not Point.SENT
    lines = [line for line in story.coach.log.read_text().splitlines() if "notice:first:" not in line]
    assert sum('"event": "notice in doubt"' in line for line in lines) == len(doubted)
    assert all(times <= 1 for _, times in notices.values()), notices


def _may_doubt(step: Step, point: Point) -> bool:
    """Whether a sender may have had a notice in hand: there is one once somebody has joined, and in the end two."""
    if step is Step.JOINED:
        return _ALL.index(point) >= _ALL.index(Point.BARRIER_COMMITTED)
    return step is Step.TOLD and point is not Point.OUTBOX_BEFORE_CLAIM


Cases = Mapping[tuple[Step, Point], "Future[None]"]


def _chosen(item: pytest.Item) -> Iterator[tuple[Step, Point]]:
    if isinstance(item, pytest.Function) and item.originalname == test_a_death_loses_nothing.__name__:
        step, point = item.callspec.params["step"], item.callspec.params["point"]
        assert isinstance(step, Step)
        assert isinstance(point, Point)
        yield step, point


@pytest.fixture(scope="module")
def deaths(
    request: pytest.FixtureRequest, slack_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cases]:
    """The chosen cases, two at a time: each spends most of its time starting."""
    folder = tmp_path_factory.mktemp("barriers")
    data, states = _told(folder, slack_template)

    def case(step: Step, point: Point) -> None:
        _case(step, point, copied(data, folder / f"{step}-{point}"), states[step])

    with ThreadPoolExecutor(2) as pool:
        yield {pair: pool.submit(case, *pair) for item in request.session.items for pair in _chosen(item)}


@pytest.mark.parametrize(("step", "point"), CASES)
def test_a_death_loses_nothing(deaths: Cases, step: Step, point: Point) -> None:
    deaths[step, point].result(PATIENCE_SECONDS * 20)
