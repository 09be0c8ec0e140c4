"""The databases of the use-cases' own tests."""

from tests.bot.conftest import database, migrated, postgres_url, sqlite

__all__ = ["database", "migrated", "postgres_url", "sqlite"]
