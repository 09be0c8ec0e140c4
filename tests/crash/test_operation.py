"""A backup that is made while messages come in, restored in place and elsewhere, as docs/operation.md says."""

import asyncio
import stat
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from bot.setting_checks import asynchronous
from bot.store.database import Database, open_database
from tests import postgres
from tests.crash.filling import Stood, assert_holds, assert_reads, fill, stands
from tests.crash.in_slack import InSlack, Workspace, apply_partnership, in_slack
from tests.crash.installation import COACH, copied, until
from tests.crash.test_thousands import AT_ONCE
from tests.load.events import DirectMessage
from tests.load.platform import Platform

_KINDS = ("sqlite", pytest.param("postgresql", marks=postgres.needed))
_MOST_TRIES = 5


@dataclass
class Talk:
    """People who write all the time, from a thread of its own, until told to stop."""

    port: int
    kept: list[DirectMessage] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def begin(self) -> None:
        self._thread = threading.Thread(target=lambda: asyncio.run(self._speak()))
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        assert self._thread is not None
        self._thread.join()

    async def _speak(self) -> None:
        platform = Platform(port=self.port)
        number = 0
        while not self._over.is_set():
            event, number = DirectMessage(number=number, text="help"), number + 1
            answer = await platform.deliver(lambda e=event: e.request(time.time()), time.perf_counter())  # type: ignore[misc]
            if answer.status == 200:
                self.kept.append(event)
            await asyncio.sleep(0.01)
        platform.close()


@dataclass
class Kept:
    """An installation with its database, of either kind."""

    coach: InSlack
    url: str

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = self.coach.environment({})
        where = self.coach.data.parent
        return subprocess.run(
            [str(COACH), *arguments], env=environment, cwd=where, capture_output=True, text=True, check=False
        )

    @asynccontextmanager
    async def store(self) -> AsyncIterator[Database]:
        database = open_database(asynchronous(self.url))
        try:
            yield database
        finally:
            await database.close()

    async def fill(self) -> Stood:
        """Something in every table of 6/6 besides what people write; what stands there then."""
        async with self.store() as database:
            await fill(database, self.secret)
            return await stands(database)

    async def assert_filled(self, before: Stood) -> None:
        async with self.store() as database:
            assert_holds(await stands(database), before)
            await assert_reads(database, self.secret)

    @property
    def secret(self) -> bytes:
        return (self.coach.data / "secret.key").read_bytes().strip()

    async def rows(self, query: str) -> list[tuple[object, ...]]:
        async with self.store() as database, database.reading() as connection:
            return [tuple(row) for row in await connection.exec_driver_sql(query)]

    async def keys(self) -> set[object]:
        return {key for (key,) in await self.rows("SELECT key FROM inbox")}

    async def posted(self) -> int:
        [(count,)] = await self.rows("SELECT count(*) FROM outbox WHERE state = 'sent' AND posted <> ''")
        assert isinstance(count, int)
        return count

    async def answered(self) -> bool:
        waiting = await self.rows(
            "SELECT key FROM inbox WHERE state <> 'handled' UNION ALL SELECT key FROM outbox WHERE state <> 'sent'"
        )
        return not waiting


@contextmanager
def _installation(kind: str, data: Path, template: Path, api: str, name: str) -> Iterator[Kept]:
    if kind == "sqlite":
        coach = in_slack(copied(template, data), api)
        yield from _yielded(Kept(coach, f"sqlite:///{data / 'coach.sqlite'}"))
        return
    with postgres.new_database(name) as url:
        coach = in_slack(copied(template, data), api)
        coach.settings = {**coach.settings, "COACH_DATABASE_URL": url}
        yield from _yielded(Kept(coach, url))


def _yielded(made: Kept) -> Iterator[Kept]:
    try:
        yield made
    finally:
        made.coach.abandon()


@pytest.mark.parametrize("kind", _KINDS)
def test_a_backup_of_a_running_server_brings_everything_back(
    kind: str, slack_template: Path, slack: Workspace, tmp_path: Path
) -> None:
    with _installation(kind, tmp_path / "data", slack_template, slack.api, "operation") as ours:
        apply_partnership(ours.coach)
        assert ours.run("library", "check").returncode == 0
        ours.coach.start()
        until(lambda: ours.coach.call("/readyz")[0] == 200, "the coach to be ready")
        talk = Talk(ours.coach.port)
        talk.begin()
        try:
            until(lambda: len(talk.kept) > 60 and asyncio.run(ours.posted()), "people to write and be answered")
            stood = asyncio.run(ours.fill())
            before = {event.key for event in talk.kept}
            backup = ours.run("backup", "running.zip")
            assert backup.returncode == 0, backup.stderr
            during = {event.key for event in talk.kept} - before
            running = ours.run("restore", "running.zip", "--replace")
            assert running.returncode == 2
            assert "already using" in " ".join(running.stderr.split())
        finally:
            talk.end()
        ours.coach.stop()
        assert stat.S_IMODE((tmp_path / "running.zip").stat().st_mode) == 0o600
        assert during, "nobody wrote while the backup was made"

        refused = ours.run("restore", "running.zip")
        assert (refused.returncode, "--replace" in refused.stderr) == (2, True)
        whole = asyncio.run(ours.keys())
        restored = ours.run("restore", "running.zip", "--replace")
        assert restored.returncode == 0, restored.stderr
        keys = asyncio.run(ours.keys())
        assert before <= keys <= whole
        asyncio.run(ours.assert_filled(stood))

        # Slack delivers again what came since: that is answered, and nothing else is answered a second time.
        ours.coach.start()
        asyncio.run(_again(ours.coach.port, talk.kept))
        until(lambda: asyncio.run(ours.answered()), "every answer to be sent")
        ours.coach.stop()
        assert asyncio.run(ours.keys()) == {event.key for event in talk.kept}
        # Of what was on its way when the backup was made Slack says that it is there, and not where.
        assert len(talk.kept) - AT_ONCE <= asyncio.run(ours.posted())
        assert set(slack.answers()) >= {event.timestamp for event in talk.kept}

        with _installation("sqlite", tmp_path / "new" / "data", slack_template, slack.api, "") as moved:
            (tmp_path / "new" / "data" / "coach.sqlite").unlink()
            elsewhere = moved.run("restore", str(tmp_path / "running.zip"))
            assert elsewhere.returncode == 0, elsewhere.stderr
            assert asyncio.run(moved.keys()) == keys
            asyncio.run(moved.assert_filled(stood))
        print(  # noqa: T201
            f"{kind}: {len(before)} kept before, {len(during)} while the backup was made, {len(keys)} in it, "
            f"{len(whole)} in all; {backup.stdout.split(' rows')[0]} rows"
        )


async def _again(port: int, events: list[DirectMessage]) -> None:
    """Deliver each as often as it takes, as Slack does."""
    platform, due = Platform(port=port), list(events)
    for _ in range(_MOST_TRIES):
        answers = [await platform.deliver(partial(each.request, time.time(), 1), time.perf_counter()) for each in due]
        due = [each for each, answer in zip(due, answers, strict=True) if answer.status != 200]
    platform.close()
    assert not due
