"""A real `coach serve` in a process of its own, with its own data folder and ports, and a client of its page."""

import contextlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

FULL = os.environ.get("COACH_TEST_SCALE") == "full"
COACH = Path(sys.executable).with_name("coach")
QUESTION = "How do we build trust between organisations?"
PARTNER = "lena"
#: Generous, because the machine may be busy: nothing waits this long unless something is wrong.
PATIENCE_SECONDS = 60.0
#: Direct, whatever proxy the environment names.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
#: Whoever was given a port may not listen on it yet: without this a server was once told to use one port for two doors.
_given: set[int] = set()


class Unreached(Exception):
    """The server hung up or was not there: no acknowledgement came."""


def free_port() -> int:
    """A port that nobody listens on at the moment, and that was given to nobody else of this process."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in _given:
            _given.add(port)
            return port


def until(done: Callable[[], Any], what: str) -> Any:
    """What `done` returns once that is true; fails when it stays false."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = done()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited in vain: {what}")


@dataclass
class Installation:
    """One data folder. `start` and `kill` may be called in turn as often as one likes; it ends with `stop`."""

    data: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    demo_port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def door(self) -> int:
        """The port that says whether the server is up, and to which people's messages come."""
        return self.demo_port

    @property
    def database(self) -> Path:
        """Where its inbox and outbox are."""
        return self.data / "demo" / "demo.sqlite"

    @property
    def log(self) -> Path:
        """Everything that any of its processes wrote."""
        return self.data.with_suffix(".log")

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        """This process's own environment, with our settings in place of any others."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("COACH_")}
        ours = {"COACH_DATA_DIR": self.data, "COACH_PORT": self.port, "COACH_DEMO_PORT": self.demo_port}
        return inherited | {name: str(value) for name, value in ours.items()} | {**self.settings, **more}

    def launch(self, **settings: str) -> None:
        """Start the server and wait for nothing."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [COACH, "serve"], env=self.environment(settings), stdout=log, stderr=log, cwd=self.data.parent
            )

    def start(self, **settings: str) -> None:
        """Start the server and wait until its page answers."""
        self.launch(**settings)
        until(self._is_up, "the page to come up")

    def _is_up(self) -> bool:
        assert self.running, f"the server ended by itself: {self.log.read_text()[-2000:]}"
        with contextlib.suppress(Unreached):
            return self.call("/healthz")[0] == 200
        return False

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self.process is not None and self.process.poll() is None

    def ended(self) -> int:
        """How the process ended, once it has: the exit status, negative for a signal."""
        assert self.process is not None
        return self.process.wait(PATIENCE_SECONDS)

    def kill(self) -> None:
        """End the process without any warning, wherever it is."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> float:
        """Ask the process to end; how many seconds it took."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.ended() == 0, self.log.read_text()[-2000:]
        return time.monotonic() - began

    def abandon(self) -> None:
        """Whatever state a test has left it in, let nothing run on."""
        if self.running:
            self.kill()

    # --- as a browser sees it ---

    def call(
        self,
        path: str,
        body: bytes | None = None,
        kind: str = "application/json",
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> tuple[int, bytes]:
        """The status and the body of an answer; raises `Unreached` when there is none."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.door}{path}", data=body, headers=dict(headers))
        if body is not None:
            request.add_header("Content-Type", kind)
        try:
            with _OPENER.open(request, timeout=PATIENCE_SECONDS) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()
        except OSError as error:
            raise Unreached from error

    def deliver(self, event: str, text: str = QUESTION) -> bool:
        """Post a question, as often as it takes for a running server to acknowledge it; True when it was new."""
        body = json.dumps({"as": PARTNER, "event": event, "text": text}).encode()
        status, answer = self.call("/messages", body)
        assert status == 202, answer
        return bool(json.loads(answer)["new"])

    def acknowledged(self, event: str) -> bool:
        """Post a question once; whether the server took it."""
        try:
            self.deliver(event)
        except Unreached:
            return False
        return True

    def answers(self, event: str) -> list[dict[str, Any]]:
        """The cards on the page that answer an event."""
        said = json.loads(self.call(f"/conversation.json?as={PARTNER}")[1])
        return [each["card"] for each in said if each["answers"] == f"web:{PARTNER}:{event}"]

    def await_answer(self, event: str) -> dict[str, Any]:
        """The one card that answers an event."""
        found = until(lambda: self.answers(event), f"an answer to {event}")
        assert len(found) == 1
        return dict(found[0])

    # --- as it stands on disk ---

    def select(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        """Rows of its database."""
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as connection:
            return connection.execute(query, values).fetchall()

    def change(self, statement: str) -> None:
        """Change its database behind the server's back."""
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as connection:
            connection.execute(statement)
            connection.commit()

    def assert_done_once(self, *events: str) -> None:
        """Each event was answered, once, with quotations, and both its rows are done and empty."""
        for event in events:
            assert self.await_answer(event)["quotations"], event
        until(lambda: not self.select("SELECT 1 FROM outbox WHERE state <> 'sent'"), "every card to be sent")
        self.assert_on_disk_once(*events)

    def assert_on_disk_once(self, *events: str) -> None:
        """One row a table for each event, done and empty; one card on the page."""
        for event in events:
            key = f"web:{PARTNER}:{event}"
            assert self.select("SELECT state, payload FROM inbox WHERE key = ?", key) == [("handled", None)]
            # Whoever writes for the first time is also told who the coach is: that is a row of its own.
            sent = self.select("SELECT state, payload FROM outbox WHERE key = ?", f"web:answer:{key}")
            assert sent == [("sent", None)]
            assert self.select("SELECT count(*) FROM page_entry WHERE answers = ?", key) == [(1,)]


def copied(template: Path, data: Path) -> Path:
    """A copy of an indexed data folder; the embedder's 90 MB are shared."""
    shutil.copytree(template, data, ignore=shutil.ignore_patterns("models", "coach.lock", "coach.pid", "coach.sock"))
    shutil.copytree(template / "models", data / "models", copy_function=os.link)
    return data
