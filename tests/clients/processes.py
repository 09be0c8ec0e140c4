"""Other programs as the tests run them: on loopback, waited for with a limit, and stopped by their own process id."""

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

_Found = TypeVar("_Found")
_STEP_S = 0.1
_LAST_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True)
class Program:
    """A running program and the file that takes what it prints."""

    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def printed(self) -> str:
        """The last of what it printed."""
        return self.log.read_text(errors="replace")[-2_000:]

    def until_it_listens(self, url: str, seconds: float) -> None:
        """Wait until it answers at an address, with whatever status below 400."""
        until(lambda: _answers(url) or self._ended(), seconds, lambda: f"{url} does not answer:\n{self.printed}")
        assert not self._ended(), f"the program ended with {self.process.returncode}:\n{self.printed}"

    def _ended(self) -> bool:
        return self.process.poll() is not None


@contextmanager
def running(command: Sequence[str], *, log: Path, port: int, folder: Path, **more: str) -> Iterator[Program]:
    """A program that will listen on a port, with a small environment; it ends with the block, whatever happens."""
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0, f"port {port} is taken: stop what uses it"
    with log.open("wb") as printed:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed, cwd=folder, env=environment(**more)
        )
        try:
            yield Program(process=process, log=log)
        finally:
            _stop(process)


def environment(**more: str) -> dict[str, str]:
    """What a program is told of the machine, so that no setting of the developer's reaches it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return kept | more


def until(found: Callable[[], _Found | None], seconds: float, otherwise: Callable[[], str]) -> _Found:
    """What is found once there is something to find; fails with the other words when there never is."""
    end = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < end, otherwise()
        time.sleep(_STEP_S)
    return result


def call(method: str, url: str, body: object = None, headers: Mapping[str, str] | None = None) -> Any:
    """The JSON that an address answers with, None where it answers with nothing."""
    data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method)
    for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
        request.add_header(name, value)
    with urllib.request.urlopen(request, timeout=10) as response:
        text = response.read()
    return json.loads(text) if text.strip() else None


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_LAST_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(_LAST_SECONDS)
