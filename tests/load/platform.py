"""A platform that delivers: requests over kept connections, at fixed moments or as fast as they are taken."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

#: Slack waits this long for an acknowledgement.
PATIENCE_S = 3.0
#: A request made when it is sent, because its signature names the moment.
Request = Callable[[], bytes]


@dataclass(frozen=True, kw_only=True)
class Acknowledged:
    """How long an acknowledgement took from the moment the request was due; `status` is 0 where none came."""

    status: int
    seconds: float


class Hung(Exception):
    """The other side closed the connection or was not there."""


class _Connection(asyncio.Protocol):
    """One kept connection, which carries one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[int] | None = None
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Hung())

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, found, body = self._read.partition(b"\r\n\r\n")
        if not found or self._answer is None:
            return
        length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
        if len(body) >= int(length.partition(b":")[2]) and not self._answer.done():
            self._read = b""
            self._answer.set_result(int(head.split(b" ", 2)[1]))

    async def ask(self, request: bytes) -> int:
        """The status of the answer; raises `Hung`."""
        if self._transport is None:
            raise Hung
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    @property
    def alive(self) -> bool:
        return self._transport is not None

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()


@dataclass(kw_only=True)
class Platform:
    """Delivers to one port of this machine; connections are kept and used again."""

    port: int
    _free: list[_Connection] = field(default_factory=list)

    async def deliver(self, request: Request, due: float) -> Acknowledged:
        """Send a request and wait for its acknowledgement, as long as Slack would."""
        status = 0
        try:
            async with asyncio.timeout(PATIENCE_S):
                status = await self._asked(request())
        except (Hung, OSError, TimeoutError):
            status = 0
        return Acknowledged(status=status, seconds=time.perf_counter() - due)

    async def _asked(self, request: bytes) -> int:
        connection = await self._connected()
        try:
            status = await connection.ask(request)
        except BaseException:
            connection.close()
            raise
        self._free.append(connection)
        return status

    async def _connected(self) -> _Connection:
        while self._free:
            connection = self._free.pop()
            if connection.alive:
                return connection
        loop = asyncio.get_running_loop()
        return (await loop.create_connection(_Connection, "127.0.0.1", self.port))[1]

    async def on_time(self, requests: Iterator[Request], rate: float, seconds: float) -> list[Acknowledged]:
        """So many requests a second, each at its moment whatever became of those before it."""
        began = time.perf_counter() + 0.05
        under_way: list[asyncio.Task[Acknowledged]] = []
        for number in range(int(rate * seconds)):
            due = began + number / rate
            await _until(due)
            under_way.append(asyncio.create_task(self.deliver(next(requests), due)))
        return list(await asyncio.gather(*under_way))

    async def at_once(self, requests: Iterator[Request], connections: int, seconds: float) -> list[Acknowledged]:
        """As many requests as are taken on so many connections, each of which waits for its acknowledgement."""
        until = time.perf_counter() + seconds
        taken: list[Acknowledged] = []

        async def one() -> None:
            while time.perf_counter() < until:
                taken.append(await self.deliver(next(requests), time.perf_counter()))

        await _all(one() for _ in range(connections))
        return taken

    def close(self) -> None:
        """Let go of the connections."""
        for connection in self._free:
            connection.close()
        self._free.clear()


async def _until(due: float) -> None:
    """Wait for a moment of `perf_counter`; a timer comes a millisecond late, so the last two are spun."""
    await asyncio.sleep(due - time.perf_counter() - 0.002)
    while time.perf_counter() < due:  # noqa: ASYNC110
        await asyncio.sleep(0)


async def _all(work: Iterator[Awaitable[None]]) -> None:
    await asyncio.gather(*work)
