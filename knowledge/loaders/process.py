"""The parent's side of the child process that parses files."""

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import knowledge
from knowledge.loaders.outcome import Limits, Unreadable

_START = "import sys; sys.path.insert(0, sys.argv[1]); from knowledge.loaders.child import main; main()"
_SLOW = "The file took too long to read. Split it into smaller files, or save it again more simply, and add it again."
_CRASHED = (
    "The file made its reader fail, most likely for want of memory. Save it again in another format and add it again."
)
_LARGE = "The file's text is too large to take in. Split it into smaller files and add those."
_CHUNK = 2**16
#: JSON may spend six bytes on a character, and holds the text twice: whole and in blocks.
_BYTES_A_CHARACTER = 14


class Reader:
    """A child process that reads files one after the other, started when first needed and again after a crash.

    `process` is the child while there is one.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the child, whatever it is doing."""
        if self.process is None:
            return
        self.process.kill()
        self.process.communicate()
        self.process = None

    def read(self, path: Path) -> dict[str, object]:
        """The child's answer about one file. Raises `Unreadable` when there is none in time."""
        child = self.process or self._start()
        self.process = child
        assert child.stdin is not None and child.stdout is not None  # noqa: PT018  # both are pipes
        try:
            child.stdin.write(json.dumps(str(path)).encode() + b"\n")
            child.stdin.flush()
            answer = json.loads(self._line(child.stdout))
        except (BrokenPipeError, ValueError, Unreadable) as problem:
            self.stop()
            raise problem if isinstance(problem, Unreadable) else Unreadable(_CRASHED) from problem
        if not isinstance(answer, dict):
            raise Unreadable(_CRASHED)
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        root = str(Path(knowledge.__path__[0]).parent)
        child = subprocess.Popen(  # noqa: S603  # our own interpreter and our own code
            [sys.executable, "-I", "-c", _START, root],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LANG": "C.UTF-8"},
            close_fds=True,
        )
        assert child.stdin is not None  # a pipe
        child.stdin.write(json.dumps(asdict(self._limits)).encode() + b"\n")
        return child

    def _line(self, pipe: IO[bytes]) -> bytes:
        deadline = time.monotonic() + self._limits.wall_seconds
        most = self._limits.characters * _BYTES_A_CHARACTER
        held = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while not held.endswith(b"\n"):
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise Unreadable(_SLOW)
                chunk = os.read(pipe.fileno(), _CHUNK)
                if not chunk:
                    raise Unreadable(self._verdict())
                held += chunk
                if len(held) > most:
                    raise Unreadable(_LARGE)
        return bytes(held)

    def _verdict(self) -> str:
        """Why the child ended without an answer."""
        code = self.process.wait() if self.process else 0
        return _SLOW if code == -signal.SIGXCPU else _CRASHED
