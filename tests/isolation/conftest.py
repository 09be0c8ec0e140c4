"""The databases that repositories are tested on, and the doubles of both platforms."""

from tests.bot.conftest import database, migrated, postgres_url, sqlite
from tests.contract.conftest import signing_key, slack, teams

__all__ = ["database", "migrated", "postgres_url", "signing_key", "slack", "sqlite", "teams"]
