"""The databases that repositories are tested on."""

from tests.bot.conftest import database, migrated, postgres_url, sqlite

__all__ = ["database", "migrated", "postgres_url", "sqlite"]
