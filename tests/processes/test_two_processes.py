"""Two processes on one PostgreSQL and one Chroma server: they answer together, and one carries on without the other."""

import random
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from bot.store.migrations import NEWEST
from tests.clients.processes import call, until
from tests.contract.hearing import Heard, in_slack
from tests.crash.in_slack import InSlack
from tests.crash.installation import COACH, FULL
from tests.load.events import DirectMessage
from tests.processes.conftest import Together

#: Each is answered from the starter library.
QUESTIONS = (
    "How do we build trust between organisations?",
    "What gets in the way of sharing power?",
    "How should a partnership end?",
    "What should leaders of a partnership do?",
    "How do we work with residents?",
)
MANY = 200 if FULL else 30
#: A dead process's leases run out after half a minute; the machine may be busy besides.
PATIENCE_SECONDS = 240.0
_COLLECTIONS = "/api/v2/tenants/default_tenant/databases/default_database/collections"


def question(number: int) -> DirectMessage:
    """Somebody's question, one of a kind by its number."""
    return DirectMessage(number=number, text=QUESTIONS[number % len(QUESTIONS)])


def acknowledged(process: InSlack, message: DirectMessage) -> bool:
    """Deliver a message once; whether the process took it."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", process.port), timeout=10) as wire:
        wire.sendall(message.request(time.time()))
        return wire.recv(100).startswith(b"HTTP/1.1 200")
    return False


def readiness(process: InSlack) -> Mapping[str, str]:
    """What the process says of its parts; nothing while it does not say anything."""
    with suppress(OSError):
        said: Mapping[str, str] = call("GET", f"http://127.0.0.1:{process.port}/readyz")
        return said
    return {}


def is_ready(process: InSlack) -> bool:
    """Whether everything is as it should be; fails when the process ended."""
    assert process.running, process.log.read_text()[-2000:]
    parts = readiness(process)
    return bool(parts) and set(parts.values()) == {"ok"}


def wait(done: Callable[[], Any], what: str) -> Any:
    """What `done` returns once that is true."""
    return until(done, PATIENCE_SECONDS, lambda: f"waited in vain: {what}")


def answers(together: Together) -> dict[str, list[Mapping[str, Any]]]:
    """What was posted under each question, by the question's timestamp: no first contact, no stream not yet ended."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for conversation in list(together.slack.double.messages.values()):
        for message in list(conversation):
            ended = (message.get("metadata") or {}).get("event_payload", {}).get("part") == 0
            if ended and message.get("thread_ts"):
                found.setdefault(message["thread_ts"], []).append(message)
    return found


def heard(together: Together, messages: Sequence[DirectMessage]) -> list[Heard]:
    """The answers to these questions, once all are there."""
    wait(lambda: all(each.timestamp in answers(together) for each in messages), "answers")
    found = answers(together)
    return [in_slack(found[each.timestamp][0]) for each in messages]


def at_once(together: Together, *commands: str) -> None:
    """Run a command of the coach for every process at the same moment; each must succeed."""
    running = [
        subprocess.Popen([COACH, *commands], env=each.environment({}), cwd=together.folder, stdout=subprocess.DEVNULL)
        for each in together.processes
    ]
    assert [each.wait(PATIENCE_SECONDS) for each in running] == [0] * len(running)


def two_running(together: Together) -> tuple[InSlack, InSlack]:
    """Two processes that were started at the same moment, and are ready."""
    one, other = together.join(), together.join()
    at_once(together, "partnership", "apply", str(together.partnership))
    for each in (one, other):
        each.launch()
    wait(lambda: is_ready(one) and is_ready(other), "both to be ready")
    return one, other


def collections(together: Together) -> dict[str, int]:
    """How many rows each collection on the Chroma server has, by name."""
    found = call("GET", together.chroma + _COLLECTIONS)
    return {each["name"]: call("GET", f"{together.chroma}{_COLLECTIONS}/{each['id']}/count") for each in found}


def test_started_at_once_on_nothing_they_share_one_of_everything_and_answer_alike(on_nothing: Together) -> None:
    together = on_nothing
    one, other = two_running(together)
    assert together.rows("SELECT version_num FROM alembic_version") == [(NEWEST,)]
    assert together.rows("SELECT id FROM generation") == [(1,)]
    assert together.rows("SELECT id FROM partnership") == [("two-rivers",)]
    ((installation,),) = together.rows("SELECT id FROM installation")
    name = wait(lambda: next(iter(collections(together)), None), "a collection")
    assert name.startswith(f"coach-{installation}-")
    wait(lambda: collections(together)[name] > 0, "rows in the collection")
    assert len(collections(together)) == 1

    by_one, by_other = [question(number) for number in range(5)], [question(number) for number in range(10, 15)]
    other.stop()
    assert all(acknowledged(one, each) for each in by_one)
    of_one = heard(together, by_one)
    one.stop()
    other.launch()
    wait(lambda: is_ready(other), "the other to be ready")
    assert all(acknowledged(other, each) for each in by_other)
    assert heard(together, by_other) == of_one
    assert all(each.cited for each in of_one)
    assert len(collections(together)) == 1
    assert together.rows("SELECT id FROM generation") == [(1,)]


def test_one_killed_in_the_middle_nothing_is_lost_and_everything_has_one_effect(together: Together) -> None:
    one, other = two_running(together)
    messages, shuffled = [question(number) for number in range(MANY)], random.Random(7)
    deliveries = [(process, message) for message in messages for process in (one, other)]
    shuffled.shuffle(deliveries)

    def deliver(delivery: tuple[InSlack, DirectMessage]) -> tuple[str, bool]:
        process, message = delivery
        return message.key, acknowledged(process, message)

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(deliver, deliveries[: len(deliveries) // 2]))
        rest = pool.map(deliver, deliveries[len(deliveries) // 2 :])
        wait(lambda: len(answers(together)) >= MANY // 5, "the first answers")
        one.kill()
        told += list(rest)
    kept = {key for key, taken in told if taken}
    again = [message for message in messages if message.key not in kept]
    assert all(acknowledged(other, message) for message in again)

    done = "SELECT count(*) FROM outbox WHERE promise = 'answer' AND state = 'sent' AND payload IS NULL"
    wait(lambda: together.rows(done) == [(MANY,)], "every answer to be sent")
    keys = sorted(message.key for message in messages)
    assert together.rows('SELECT key, state FROM inbox ORDER BY key COLLATE "C"') == [(key, "handled") for key in keys]
    # A stream that the dead process left open cannot be edited: the other one is told so, and ends it.
    assert set(together.slack.double.refused) <= {"chat.update: streaming_state_conflict"}
    _every_question_has_its_answer(together, messages)
    other.stop()


def _every_question_has_its_answer(together: Together, messages: Sequence[DirectMessage]) -> None:
    """One answer each, the same to the same question; two at most where the one that died was posting it."""
    found = answers(together)
    assert set(found) == {message.timestamp for message in messages}
    tried_again = "SELECT key FROM outbox WHERE promise = 'answer' AND attempts > 1"
    doubtful = {str(key) for (key,) in together.rows(tried_again)}
    twice = [each for each in messages if len(found[each.timestamp]) > 1]
    assert all(len(found[each.timestamp]) == 2 and f"slack:answer:{each.key}" in doubtful for each in twice)
    by_text = {(each.text, in_slack(found[each.timestamp][-1])) for each in messages}
    assert len(by_text) == len(QUESTIONS)
    assert all(in_slack(said).cited for posted in found.values() for said in posted)
    ((taken_over,),) = together.rows("SELECT count(*) FROM inbox WHERE attempts > 1")
    counts = f"{taken_over} answered again, {len(doubtful)} posted again, {len(twice)} of them seen twice"
    print(f"{len(messages)} questions, one process killed: {counts}")  # noqa: T201


def test_what_they_lean_on_may_go_and_come_back(together: Together) -> None:
    one, other = two_running(together)
    together.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    first = [question(number) for number in range(5)]
    assert all(acknowledged(process, each) for process in (one, other) for each in first)
    with_index = heard(together, first)
    together.without_chroma.close()
    second = [question(number) for number in range(5, 10)]
    assert all(acknowledged(one, each) for each in second)
    assert heard(together, second) == with_index
    assert "the index does not answer" in wait(
        lambda: next((each["index"] for each in map(readiness, (one, other)) if each.get("index") != "ok"), None),
        "the index to be named",
    )
    for each in (one, other):
        each.stop()
        assert QUESTIONS[0] not in each.log.read_text()
        assert each.log.read_text().count("index away") <= 1
