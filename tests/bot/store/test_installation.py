"""An installation keeps its name, whoever asks first."""

import asyncio

from bot.store.database import Database
from bot.store.installation import installation_id
from bot.store.tables import installation
from tests.bot.store.rows import rows
from tests.fakes import counted


async def test_an_installation_has_one_id_for_good(database: Database) -> None:
    new_id = counted("id")
    assert [await installation_id(database, new_id) for _ in range(3)] == ["id1"] * 3


async def test_processes_that_ask_at_once_agree(database: Database) -> None:
    new_id = counted("id")
    found = await asyncio.gather(*(installation_id(database, new_id) for _ in range(6)))
    (row,) = await rows(database, installation)
    assert set(found) == {row["id"]}
