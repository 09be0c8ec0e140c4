"""Chroma behind the `Nearest` port: embedded in a process of its own, or a server of several."""

import asyncio
import json
import os
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors
from knowledge.nearest import NearestError, Units

#: A query takes milliseconds; whoever takes this long is answered by exact search.
_QUERY_SECONDS = 1.0
_SERVE_SECONDS = 300.0
_LINE_LIMIT = 1 << 26
_DIED = {"error": "died"}


class ChromaProcess:
    """Embedded Chroma in a child process, which may die without harm: its folder is then made anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._ready = False
        self._lost = False

    async def serve(self, units: Units) -> None:
        """Start the child and have it hold these units; a damaged index is thrown away and built again."""
        self._ready = False
        try:
            await self._serve(units)
        except NearestError:
            # It may hold damage, or only have died; both are mended by making it anew.
            await self.close()
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)
            await self._serve(units)
        self._ready = True

    async def _serve(self, units: Units) -> None:
        if self._lost or (self._process is not None and self._process.returncode is not None):
            await self.close()
        try:
            vectors_file = await asyncio.to_thread(_written, self._folder, units)
            self._process = self._process or await self._started()
        except OSError as error:
            raise NearestError(type(error).__name__) from error
        request = {"do": "serve", "fingerprint": units.fingerprint, "vectors": str(vectors_file), "files": units.files}
        await self._ask(request, _SERVE_SECONDS)

    async def _started(self) -> Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "knowledge.chroma", str(self._folder),
            stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=_LINE_LIMIT,
        )  # fmt: skip

    async def query(self, vector: Vectors, count: int, files: Sequence[str] | None) -> NDArray[np.int64]:
        """Rows of the units that Chroma finds nearest; raises `NearestError` when the child is gone, slow or busy."""
        if not self._ready:
            raise NearestError("the index is being made")
        request = {"do": "query", "vector": vector.tolist(), "count": count, "files": files}
        return np.asarray(await self._ask(request, _QUERY_SECONDS), np.int64)

    async def close(self) -> None:
        """End the child."""
        self._ready = self._lost = False
        process, self._process = self._process, None
        if process is not None:
            _end(process)
            await process.wait()

    async def _ask(self, request: dict[str, Any], seconds: float) -> Any:
        async with self._turn:
            process = self._process
            if process is None or process.stdin is None or process.stdout is None:
                raise NearestError("the index is not running")
            answer: dict[str, Any] = {}
            try:
                async with asyncio.timeout(seconds):
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
        if "error" in answer:
            raise NearestError(answer["error"])
        return answer["answer"]


def _written(folder: Path, units: Units) -> Path:
    """The units' vectors in a file of their own: an earlier call that was given up may still be writing its own."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"units-{units.fingerprint}.npy"
    for other in folder.glob("units*.npy"):
        if other != path:
            other.unlink(missing_ok=True)
    np.save(path, units.vectors)
    return path


def _end(process: Process) -> None:
    # Not `process.kill`: it would bury a child that is dead already, and leave asyncio to warn of a missing one.
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)


class ChromaServer:
    """A Chroma server that several processes share (`COACH_CHROMA_URL`)."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._folder = folder
        self._collection: Any = None

    async def serve(self, units: Units) -> None:
        """Have the server hold these units."""
        await self._guarded(self._connect_and_serve, units, seconds=_SERVE_SECONDS)

    def _connect_and_serve(self, units: Units) -> None:
        from knowledge.chroma import connect

        collection = connect(self._url)
        collection.serve(units.fingerprint, str(_written(self._folder, units)), units.files)
        self._collection = collection

    async def query(self, vector: Vectors, count: int, files: Sequence[str] | None) -> NDArray[np.int64]:
        """Rows of the units that the server finds nearest."""
        if self._collection is None:
            raise NearestError("the Chroma server was not reached yet")
        rows = await self._guarded(self._collection.query, vector.tolist(), count, files, seconds=_QUERY_SECONDS)
        return np.asarray(rows, np.int64)

    async def close(self) -> None:
        """Nothing is held."""

    @staticmethod
    async def _guarded(call: Any, *arguments: Any, seconds: float) -> Any:
        try:
            return await asyncio.wait_for(asyncio.to_thread(call, *arguments), seconds)
        except Exception as error:  # Chroma's client raises its server's errors as many unrelated classes.
            raise NearestError(type(error).__name__) from error
