"""The history of the tables. `upgrade` brings a database to the newest version."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.store.database import Database


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration for this package, bound to a connection."""
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    config = configuration(connection)
    newest = ScriptDirectory.from_config(config).get_current_head()
    if MigrationContext.configure(connection).get_current_revision() != newest:
        command.upgrade(config, "head")


async def upgrade(database: Database) -> None:
    """Bring the tables to the newest version; does nothing when they are there already."""
    async with database.writing() as connection:
        await connection.run_sync(_upgrade)
