"""PostgreSQL in trouble: nobody waits for ever, each failure is one the loops know, and what comes back is used."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field

import pytest
from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.store import migrations
from bot.store.database import Database, Turn
from bot.store.postgres import Patience, engine
from tests import postgres

pytestmark = postgres.needed
PATIENCE = Patience(connection=0.5, statement=0.3, answer=0.6, idle=0.9, free=0.3)
#: What the loops and the commands take for “the database does not answer”.
FAILURES = (SQLAlchemyError, OSError)
#: With the busiest machine in mind: what is measured takes a second or two.
SOON = 10.0


@dataclass
class Wire:
    """A connection to PostgreSQL that can go silent, refuse, and come back."""

    host: str
    port: int
    open: asyncio.Event = field(default_factory=asyncio.Event)
    refuses: bytes = b""
    server: asyncio.Server | None = None
    _pumps: set[asyncio.Task[None]] = field(default_factory=set)
    _handlers: set["asyncio.Task[object] | None"] = field(default_factory=set)

    async def start(self) -> int:
        """Listen, and say on which port."""
        self.open.set()
        self.server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return int(self.server.sockets[0].getsockname()[1])

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._handlers.add(asyncio.current_task())
        async with AsyncExitStack() as stack:
            stack.push_async_callback(_hung_up, writer)
            if self.refuses:
                await reader.read(8)
                writer.write(b"N")
                await reader.read(1000)
                writer.write(self.refuses)
                return
            there, back = await asyncio.open_connection(self.host, self.port)
            stack.push_async_callback(_hung_up, back)
            pumps = [asyncio.create_task(self._pump(*each)) for each in ((reader, back), (there, writer))]
            self._pumps.update(pumps)
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for pump in pumps:
                pump.cancel()

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(1 << 16):
                await self.open.wait()
                target.write(data)

    async def close(self) -> None:
        """End everything that goes over it."""
        assert self.server is not None
        self.server.close()
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*filter(None, self._handlers), return_exceptions=True)


async def _hung_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


def refusal(code: str) -> bytes:
    """PostgreSQL's ErrorResponse: postgresql.org/docs/current/protocol-message-formats.html."""
    fields = b"SFATAL\0" + f"C{code}\0".encode() + b"Mno\0\0"
    return b"E" + (len(fields) + 4).to_bytes(4, "big") + fields


@pytest.fixture
async def wire(postgres_url: str) -> AsyncIterator[Wire]:
    url = make_url(postgres_url)
    made = Wire(host=url.host or "", port=url.port or 5432)
    yield made
    await made.close()


@pytest.fixture
async def url(wire: Wire, postgres_url: str) -> URL:
    """The way to PostgreSQL over the wire."""
    return make_url(postgres_url).set(host="127.0.0.1", port=await wire.start())


@pytest.fixture
async def coach(url: URL) -> AsyncIterator[Database]:
    opened = Database(engine(url, PATIENCE))
    yield opened
    await opened.close()


async def answers(database: Database) -> bool:
    async with database.reading() as connection:
        return bool(await connection.scalar(text("SELECT 1")))


async def test_a_server_that_says_nothing_at_all_is_given_up_soon(wire: Wire, coach: Database) -> None:
    wire.open.clear()
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        await answers(coach)
    assert time.monotonic() - began < SOON


@pytest.mark.parametrize("way", ["reading", "writing"])
async def test_a_server_that_falls_silent_is_given_up_soon_and_used_again_when_it_is_back(
    wire: Wire, coach: Database, way: str
) -> None:
    assert await answers(coach)
    began = time.monotonic()

    async def cut_off() -> None:
        async with getattr(coach, way)() as connection:
            wire.open.clear()
            await connection.scalar(text("SELECT 1"))

    with pytest.raises(FAILURES):
        await cut_off()
    assert time.monotonic() - began < SOON
    with pytest.raises(FAILURES):
        await answers(coach)
    wire.open.set()
    assert await answers(coach)


async def test_after_a_restart_the_first_to_ask_is_answered(coach: Database, postgres_url: str) -> None:
    async def died() -> None:
        async with coach.reading() as connection:
            ended = "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            await connection.scalar(text(f"{ended} AND datname = current_database()"))

    held = [coach.engine.connect() for _ in range(3)]
    for each in held:
        await each.start()
    for each in held:
        await each.close()
    await died()
    assert await asyncio.gather(*(answers(coach) for _ in range(3))) == [True] * 3


@pytest.mark.parametrize("code", ["57P03", "53300"])
async def test_a_server_that_is_starting_or_full_is_away_like_one_that_is_off(
    wire: Wire, coach: Database, code: str
) -> None:
    wire.refuses = refusal(code)
    with pytest.raises(FAILURES):
        await answers(coach)
    wire.refuses = b""
    assert await answers(coach)


async def test_a_statement_that_takes_too_long_is_ended_by_the_server(coach: Database) -> None:
    with pytest.raises(DBAPIError, match="statement timeout"):
        async with coach.reading() as connection:
            await connection.execute(text("SELECT pg_sleep(60)"))
    assert await answers(coach)


async def test_whoever_is_stopped_in_the_middle_loses_their_turn(coach: Database, url: URL) -> None:
    patient, idle = Database(engine(url)), AsyncExitStack()
    await idle.enter_async_context(coach.in_turn(Turn.PEOPLE))
    async with patient.in_turn(Turn.PEOPLE) as connection:
        assert await connection.scalar(text("SELECT 1")) == 1
    with pytest.raises(FAILURES):
        await idle.aclose()
    assert await answers(coach)
    await patient.close()


async def test_whoever_waits_for_a_turn_gives_up_in_time(coach: Database) -> None:
    async with coach.in_turn(Turn.PEOPLE):
        with pytest.raises(DBAPIError, match="statement timeout"):
            async with coach.in_turn(Turn.PEOPLE):
                raise AssertionError("two at once")


async def test_reading_writes_nothing(coach: Database) -> None:
    await migrations.upgrade(coach)
    with pytest.raises(DBAPIError, match="read-only"):
        async with coach.reading() as connection:
            await connection.execute(text("DELETE FROM generation"))
    async with coach.writing() as connection:
        await connection.execute(text("DELETE FROM generation"))
