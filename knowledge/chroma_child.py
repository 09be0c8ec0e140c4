"""The process that Chroma runs in, as the coach sees it: it may die, hang or babble without harm."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from knowledge.nearest import NearestError

_LINE_LIMIT = 1 << 26
_DIED = {"error": "died"}


class Child:
    """`knowledge.chroma` with these arguments, asked one thing at a time.

    It works in a folder of its own: in another it would take a file chromadb.py for Chroma, and Chroma a file .env
    for settings of its own.
    """

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._folder = folder
        self._arguments = arguments
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._lost = False

    async def start(self) -> None:
        """Have it run; one that died or was given up is replaced. Raises `NearestError`."""
        if self._lost or (self._process is not None and self._process.returncode is not None):
            await self.close()
        if self._process is None:
            try:
                await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
                self._process = await self._started()
            except OSError as error:
                raise NearestError(type(error).__name__) from error

    async def _started(self) -> Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "knowledge.chroma", *self._arguments,
            stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=_LINE_LIMIT, cwd=self._folder,
        )  # fmt: skip

    async def ask(self, do: str, within: float, **arguments: Any) -> Any:
        """What it answers within so many seconds; raises `NearestError` named after what went wrong, there or here."""
        try:
            async with asyncio.timeout(within):
                await self._turn.acquire()
        except TimeoutError:
            raise NearestError("busy") from None
        try:
            answer = await self._asked({"do": do, **arguments}, within)
        finally:
            self._turn.release()
        if "error" in answer:
            raise NearestError(answer["error"])
        return answer["answer"]

    async def _asked(self, request: Mapping[str, Any], within: float) -> Mapping[str, Any]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise NearestError("not running")
        answer: dict[str, Any] = {}
        try:
            async with asyncio.timeout(within):
                process.stdin.write(json.dumps(request).encode() + b"\n")
                await process.stdin.drain()
                answer = json.loads(await process.stdout.readline() or json.dumps(_DIED))
        except (OSError, TimeoutError, ValueError) as error:
            raise NearestError(type(error).__name__) from error
        finally:
            # What a late child answers would be taken for the answer to the next question.
            if answer in ({}, _DIED):
                self._lost = True
                _end(process)
        return answer

    async def close(self) -> None:
        """End it."""
        self._lost = False
        process, self._process = self._process, None
        if process is not None:
            _end(process)
            await process.wait()


def _end(process: Process) -> None:
    # Not `process.kill`: it would bury a child that is dead already, and leave asyncio to warn of a missing one.
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
