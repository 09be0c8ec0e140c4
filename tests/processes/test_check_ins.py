"""Check-ins to a crowd by three processes on PostgreSQL, one killed and one stopped for a minute: none is doubled."""

import asyncio
import json
import signal
import time
from collections.abc import Iterable

from tests.crash.in_slack import InSlack
from tests.crash.installation import FULL
from tests.load.check_ins import Platforms, platforms, put, seen, shown
from tests.load.crowd import PEOPLE, WORKSPACES, people
from tests.processes.conftest import Together
from tests.processes.test_two_processes import at_once, is_ready, wait

_WORKSPACES = WORKSPACES if FULL else 60
#: Twice a lease, after which others take the rows of a process that says nothing.
_STOPPED_S = 62.0
#: What was on its way to the database at that moment has arrived there, on a busy machine too; a lease is longer.
_ARRIVED_S = 5.0


def three(together: Together, double: Platforms) -> tuple[InSlack, InSlack, InSlack]:
    """Three processes that are ready."""
    one, other, third = together.join(), together.join(), together.join()
    at_once(together, "partnership", "apply", str(together.partnership))
    for each in (one, other, third):
        each.settings = {**each.settings, **double.settings}
        each.launch()
    wait(lambda: is_ready(one) and is_ready(other) and is_ready(third), "all three to be ready")
    return one, other, third


def sending(together: Together) -> set[str]:
    """The rows that are being sent."""
    return {str(key) for (key,) in together.rows("SELECT key FROM outbox WHERE state = 'sending'")}


def done(together: Together) -> int:
    """How many rows are not to be sent any more."""
    ((found,),) = together.rows("SELECT count(*) FROM outbox WHERE state NOT IN ('pending', 'sending')")
    return int(str(found))


def doubted(processes: Iterable[InSlack]) -> set[str]:
    """The notices that were found in doubt, as the logs name them."""
    return {each["key"] for each in logged(processes) if each["event"] == "notice in doubt"}


def held_too_long(process: InSlack) -> set[str]:
    """The rows that it was about to send when it was stopped: marked in the database only once it went on."""
    return {each["key"] for each in logged([process]) if each.get("reason") == "lease over"}


def logged(processes: Iterable[InSlack]) -> Iterable[dict[str, str]]:
    """What they wrote into their logs."""
    lines = [line for each in processes for line in each.log.read_text().splitlines()]
    return [json.loads(line) for line in lines if line.startswith("{")]


def test_one_killed_and_one_stopped_for_a_minute_they_double_no_check_in(together: Together) -> None:
    everybody = _WORKSPACES * PEOPLE
    with platforms() as double:
        killed, stopped, alive = three(together, double)
        began = time.monotonic()
        address = together.database.replace("postgresql://", "postgresql+asyncpg://")
        asyncio.run(put(address, list(people(workspaces=_WORKSPACES)), double.api))
        wait(lambda: done(together) > everybody // 6, "a sixth to be sent")
        killed.kill()
        time.sleep(_ARRIVED_S)
        at_death = sending(together)
        wait(lambda: done(together) > everybody // 3, "a third to be sent")
        assert stopped.process is not None
        stopped.process.send_signal(signal.SIGSTOP)
        time.sleep(_ARRIVED_S)
        at_stop = sending(together)
        time.sleep(_STOPPED_S)
        stopped.process.send_signal(signal.SIGCONT)
        wait(lambda: done(together) == everybody, "all to be sent")
        seconds = time.monotonic() - began
        # One in doubt that Slack denies to have goes out again, and none may be on its way when they stop.
        time.sleep(_ARRIVED_S)
        wait(lambda: done(together) == everybody, "what Slack denied to be sent")
        for each in (stopped, alive):
            each.stop()
        calls = double.calls()
    rows = together.rows("SELECT state, count(*) FROM outbox GROUP BY state")
    states = {str(state): int(str(count)) for state, count in rows}
    figures, found = seen(calls), doubted((killed, stopped, alive))
    print(  # noqa: T201
        f"{everybody} check-ins, three processes, {seconds:.0f} s: {len(at_death)} and {len(at_stop)} rows being sent "
        f"at the death and the stop, {len(found)} in doubt; {states}; {shown(figures)}"
    )
    assert figures.doubled == figures.hurried == 0
    assert set(states) <= {"sent", "unknown"}
    assert found <= at_death | at_stop | held_too_long(stopped)
    broken = sum(call.status == 503 for call in calls)
    assert states.get("unknown", 0) <= len(found) + broken
