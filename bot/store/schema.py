"""What every table is made of: the register of tables, and how a moment is kept."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, MetaData, Text, TypeDecorator


class Moment(TypeDecorator[datetime]):
    """An aware time: kept as UTC, because SQLite forgets zones; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """The moment in UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment must say its time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """The moment, aware."""
        return value and (value if value.tzinfo else value.replace(tzinfo=UTC))


class Names(TypeDecorator[tuple[str, ...]]):
    """Several ids in one column, a line each: thousands are read many times as fast as JSON is."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, _dialect: Any) -> str:
        """The lines."""
        return "\n".join(value or ())

    def process_result_value(self, value: str | None, _dialect: Any) -> tuple[str, ...]:
        """The ids."""
        return tuple(value.split("\n")) if value else ()


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
