"""Chroma behind the `Nearest` port: embedded in a process of its own, or a server of several."""

import asyncio
import json
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
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


class ChromaProcess:
    """Embedded Chroma in a child process, which may die without harm: its folder is then made anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._ready = False

    async def serve(self, units: Units) -> None:
        """Start the child and have it hold these units; a damaged index is thrown away and built again."""
        self._ready = False
        try:
            await self._serve(units)
        except NearestError:
            await self.close()
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)
            await self._serve(units)
        self._ready = True

    async def _serve(self, units: Units) -> None:
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "knowledge.chroma", str(self._folder),
                stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=_LINE_LIMIT,
            )  # fmt: skip
        vectors_file = self._folder / "units.npy"
        await asyncio.to_thread(np.save, vectors_file, units.vectors)
        request = {"do": "serve", "fingerprint": units.fingerprint, "vectors": str(vectors_file), "files": units.files}
        await self._ask(request, _SERVE_SECONDS)

    async def query(self, vector: Vectors, count: int, files: Sequence[str] | None) -> NDArray[np.int64]:
        """Rows of the units that Chroma finds nearest; raises `NearestError` when the child is gone, slow or busy."""
        if not self._ready:
            raise NearestError("the index is being made")
        request = {"do": "query", "vector": vector.tolist(), "count": count, "files": files}
        return np.asarray(await self._ask(request, _QUERY_SECONDS), np.int64)

    async def close(self) -> None:
        """End the child."""
        self._ready = False
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
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
                    answer = json.loads(await process.stdout.readline() or b'{"error": "died"}')
            except (OSError, TimeoutError, ValueError) as error:
                raise NearestError(type(error).__name__) from error
            finally:
                # What a late child answers would be taken for the answer to the next question.
                if not answer and process.returncode is None:
                    process.kill()
        if "error" in answer:
            raise NearestError(answer["error"])
        return answer["answer"]


class ChromaServer:
    """A Chroma server that several processes share (`COACH_CHROMA_URL`)."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._folder = folder
        self._collection: Any = None

    async def serve(self, units: Units) -> None:
        """Have the server hold these units."""
        self._folder.mkdir(parents=True, exist_ok=True)
        vectors_file = self._folder / "units.npy"
        await asyncio.to_thread(np.save, vectors_file, units.vectors)
        await self._guarded(
            self._connect_and_serve, units.fingerprint, str(vectors_file), units.files, seconds=_SERVE_SECONDS
        )

    def _connect_and_serve(self, fingerprint: str, vectors_file: str, files: Sequence[str]) -> None:
        from knowledge.chroma import connect

        collection = connect(self._url)
        collection.serve(fingerprint, vectors_file, files)
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
