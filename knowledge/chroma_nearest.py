"""Chroma behind the `Nearest` port: embedded in a process of its own, or a server that several processes share."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import structlog
from numpy.typing import NDArray

from knowledge.chroma_child import Child
from knowledge.embedding import Vectors
from knowledge.nearest import NearestError, Units

_log = structlog.get_logger()
#: A query takes milliseconds; whoever takes this long is answered by exact search.
_QUERY_SECONDS = 1.0
#: To start the child takes a second or two, and many times that on a machine that is busy.
_OPEN_SECONDS = 60.0
#: To index 100,000 units takes two minutes of a core to itself, and exact search answers meanwhile.
_SERVE_SECONDS, _SERVE_SECONDS_A_UNIT = 300.0, 0.02
#: How long a collection is kept that no process uses: the others go over to the next one within seconds.
_LEFT_SECONDS = 600.0


class _Units:
    """The units that a child holds, and how that goes."""

    def __init__(self, child: Child, folder: Path) -> None:
        self.child = child
        self.problem = ""
        self._folder = folder
        self._units: Units | None = None
        self._sizes: Counter[str] = Counter()

    @contextmanager
    def being_made(self) -> Iterator[None]:
        """While the block runs nobody is answered; a failure of it is noted, and so is its end."""
        self._units = None
        with self._noted():
            yield

    @contextmanager
    def _noted(self) -> Iterator[None]:
        try:
            yield
        except NearestError as error:
            if not self.problem:
                _log.warning("index away", reason=str(error))
            self.problem = f"the index does not answer ({error}): questions are answered by exact search"
            raise
        if self.problem:
            _log.info("index back")
            self.problem = ""

    async def hold(self, units: Units) -> bool:
        """Have the child hold these units, and whether they had to be filled in; raises `NearestError`."""
        await self.child.start()
        await self.child.ask("open", _OPEN_SECONDS)
        try:
            vectors, fingerprint = await asyncio.to_thread(_written, self._folder, units)
        except OSError as error:
            raise NearestError(type(error).__name__) from error
        within = _SERVE_SECONDS + _SERVE_SECONDS_A_UNIT * len(units.files)
        filled = await self.child.ask("serve", within, fingerprint=fingerprint, vectors=vectors, files=units.files)
        self._units, self._sizes = units, Counter(units.files)
        return bool(filled)

    async def query(
        self, vector: Vectors, count: int, files: Sequence[str] | None, of: Units | None
    ) -> NDArray[np.int64]:
        if self._units is None or (of is not None and of is not self._units):
            raise NearestError("the index is being made")
        held = self._sizes.total() if files is None else sum(self._sizes[file] for file in files)
        with self._noted():
            rows = await self.child.ask("query", _QUERY_SECONDS, vector=vector.tolist(), count=count, files=files)
            # Chroma finds all but a few; a collection that was made anew or lost its index finds next to nothing.
            if len(rows) * 2 < min(count, held):
                raise NearestError("incomplete")
        return np.asarray(rows, np.int64)

    async def close(self) -> None:
        self._units = None
        await self.child.close()


class ChromaProcess:
    """Embedded Chroma in a child process, which may die without harm: its folder is then made anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held = _Units(Child(folder, str(folder.absolute())), folder)

    @property
    def problem(self) -> str:
        """Why exact search answers in its place; empty while it answers."""
        return self._held.problem

    async def serve(self, units: Units) -> None:
        """Start the child and have it hold these units; a damaged index is thrown away and built again."""
        with self._held.being_made():
            try:
                filled = await self._held.hold(units)
            except NearestError:
                # It may hold damage, or only have died; both are mended by making it anew.
                await self._held.close()
                await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)
                filled = await self._held.hold(units)
            if filled:
                # A hundred megabytes that filling took are given back by no other means than its end.
                await self._held.close()
                await self._held.hold(units)
            await self._held.child.ask("drop_others", _OPEN_SECONDS)

    async def query(
        self, vector: Vectors, count: int, files: Sequence[str] | None, of: Units | None = None
    ) -> NDArray[np.int64]:
        """Rows of the units that Chroma finds nearest; raises `NearestError` when the child is gone, slow or busy."""
        return await self._held.query(vector, count, files, of)

    async def close(self) -> None:
        """End the child."""
        await self._held.close()


class ChromaServer:
    """A Chroma server that several processes share (`COACH_CHROMA_URL`), each speaking to it through a child.

    Processes of one installation share a collection for as long as they serve the same units; the collections of
    others are never touched. `clock` gives seconds since 1970.
    """

    def __init__(self, url: str, folder: Path, installation: str, clock: Callable[[], float]) -> None:
        self._held = _Units(Child(folder, url, installation), folder)
        self._clock = clock
        self._retiring: asyncio.Task[None] | None = None

    @property
    def problem(self) -> str:
        """Why exact search answers in its place; empty while it answers."""
        return self._held.problem

    async def serve(self, units: Units) -> None:
        """Have the server hold these units, and see to it that what all processes left goes in a while."""
        with self._held.being_made():
            await self._held.hold(units)
            await self._retire()
        await self._stop_retiring()
        self._retiring = asyncio.create_task(self._retire_later())

    async def _retire(self) -> None:
        await self._held.child.ask("retire_others", _OPEN_SECONDS, now=self._clock(), seconds=_LEFT_SECONDS)

    async def _retire_later(self) -> None:
        await asyncio.sleep(_LEFT_SECONDS)
        try:
            await self._retire()
        except NearestError:
            return  # The next generation sees to it.

    async def _stop_retiring(self) -> None:
        if self._retiring is not None:
            self._retiring.cancel()
            await asyncio.wait([self._retiring])

    async def query(
        self, vector: Vectors, count: int, files: Sequence[str] | None, of: Units | None = None
    ) -> NDArray[np.int64]:
        """Rows of the units that the server finds nearest; raises `NearestError` when it is away or slow."""
        return await self._held.query(vector, count, files, of)

    async def close(self) -> None:
        """Leave the server alone; what it holds stays for the others."""
        await self._stop_retiring()
        await self._held.close()


async def unreachable(url: str, folder: Path) -> str:
    """Why a Chroma server cannot be used, by the name of the error; empty when it can."""
    child = Child(folder, url, "nobody")
    try:
        await child.start()
        await child.ask("open", _OPEN_SECONDS)
    except NearestError as error:
        return str(error)
    finally:
        await child.close()
    return ""


def _written(folder: Path, units: Units) -> tuple[str, str]:
    """The path of the units' vectors, in a file of their own, and their fingerprint.

    An earlier call that was given up may still be writing its own file.
    """
    path = folder.absolute() / f"units-{units.fingerprint}.npy"
    for other in folder.glob("units*.npy"):
        if other != path:
            other.unlink(missing_ok=True)
    np.save(path, units.vectors)
    return str(path), units.fingerprint
