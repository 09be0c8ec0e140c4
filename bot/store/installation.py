"""Which installation a database belongs to."""

from collections.abc import Callable

from sqlalchemy import select

from bot.store.database import Database
from bot.store.tables import installation

_ROW = 1


async def installation_id(database: Database, new_id: Callable[[], str]) -> str:
    """The id that tells this installation from others on the same Chroma server, at most 32 characters.

    It is made on first use; processes that ask together agree on one.
    """
    known = select(installation.c.id).where(installation.c.row == _ROW)
    async with database.reading() as connection:
        found: str | None = await connection.scalar(known)
    if found is not None:
        return found
    made = database.insert(installation).values(row=_ROW, id=new_id()).on_conflict_do_nothing()
    async with database.writing() as connection:
        await connection.execute(made)
        return str(await connection.scalar(known))
