"""The same event again and again, a stop under load, and a death at any moment."""

import contextlib
import random
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.crash.conftest import Install
from tests.crash.installation import FULL, Installation, Unreached

#: More than can be answered before the end comes.
MANY = 30
LONGEST_STOP_SECONDS = 10.0


def _at_once(coach: Installation, events: list[str]) -> dict[str, bool]:
    """Post all events from eight clients; which of them were acknowledged."""
    with ThreadPoolExecutor(8) as pool:
        return dict(zip(events, pool.map(coach.acknowledged, events), strict=True))


def test_one_event_delivered_again_and_again_has_one_answer(install: Install) -> None:
    coach = install()
    coach.start()
    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(coach.deliver, ["question-0001"] * 5)) == [False] * 4 + [True]
    coach.assert_done_once("question-0001")
    coach.kill()
    coach.start()
    with ThreadPoolExecutor(5) as pool:
        assert not any(pool.map(coach.deliver, ["question-0001"] * 5))
    coach.deliver("question-0002")
    coach.assert_done_once("question-0001", "question-0002")
    coach.stop()


def test_told_to_stop_under_load_it_ends_soon_and_loses_nothing(install: Install) -> None:
    coach = install()
    coach.start()
    events = [f"question-{number:04}" for number in range(MANY)]
    with contextlib.closing(socket.create_connection(("127.0.0.1", coach.demo_port))) as stalled:
        # A client that never finishes its request must not hold up the end.
        stalled.sendall(
            f"POST /messages HTTP/1.1\r\nHost: 127.0.0.1:{coach.demo_port}\r\n"
            "Content-Type: application/json\r\nContent-Length: 999\r\n\r\n{".encode()
        )
        with ThreadPoolExecutor(1) as pool:
            posting = pool.submit(_at_once, coach, events)
            time.sleep(0.3)
            took = coach.stop()
            acknowledged = posting.result()
    print(f"stopped under load within {took:.1f} s")  # noqa: T201
    assert took <= LONGEST_STOP_SECONDS
    coach.start()
    for event, known in acknowledged.items():
        if not known:
            coach.deliver(event)
    coach.assert_done_once(*events)
    coach.stop()


@pytest.mark.parametrize("seed", range(20 if FULL else 1))
def test_killed_at_any_moments_under_load_it_loses_and_doubles_nothing(install: Install, seed: int) -> None:
    moments = random.Random(seed)
    coach = install()
    waiting = [f"question-{number:04}" for number in range(MANY)]
    acknowledged: set[str] = set()
    for _ in range(2):  # a message that was in hand at three deaths gets an apology
        coach.start()
        with ThreadPoolExecutor(1) as pool:
            posting = pool.submit(_at_once, coach, [event for event in waiting if event not in acknowledged])
            time.sleep(moments.uniform(0.02, 0.4))
            coach.kill()
            acknowledged |= {event for event, known in posting.result().items() if known}
    coach.start()
    for event in waiting:
        if event not in acknowledged:
            coach.deliver(event)
    coach.assert_done_once(*waiting)
    coach.stop()


def test_what_cannot_be_kept_is_not_acknowledged_and_the_server_goes_on(install: Install) -> None:
    coach = install()
    coach.start()
    coach.deliver("question-0001")
    coach.assert_done_once("question-0001")
    coach.change("ALTER TABLE inbox RENAME TO elsewhere")
    status, answer = coach.call("/messages", b'{"as": "lena", "event": "question-0002", "text": "Who decides?"}')
    assert status == 503
    assert b"couldn't keep your message" in answer
    assert b"Traceback" not in answer
    time.sleep(1.2)  # two rounds of the loops, which find no table
    coach.change("ALTER TABLE elsewhere RENAME TO inbox")
    with contextlib.suppress(Unreached):
        assert coach.deliver("question-0002") is True
    coach.assert_done_once("question-0001", "question-0002")
    coach.stop()
