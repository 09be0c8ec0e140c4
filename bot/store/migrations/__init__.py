"""The history of the tables. `upgrade` brings a database to the newest version."""

from typing import Any

from sqlalchemy import Connection, inspect, text

from bot.store.database import Database, Turn

#: The newest version; a test holds it to the files in `versions/`.
NEWEST = "0014"


def configuration(connection: Connection | None = None) -> Any:
    """Alembic's configuration for this package, bound to a connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    # Alembic is slow to import, and most starts have nothing to upgrade.
    from alembic import command

    command.upgrade(configuration(connection), "head")


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


async def upgrade(database: Database) -> None:
    """Bring the tables to the newest version; does nothing when they are there already.

    Of several processes that start together one does it, and the others find it done.
    """
    async with database.reading() as connection:
        if await connection.run_sync(_version) == NEWEST:
            return
    async with database.in_turn(Turn.TABLES) as connection:
        await connection.run_sync(_upgrade)
