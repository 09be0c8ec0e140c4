"""Who was told, when they first wrote, what the coach does."""

from sqlalchemy import Column, ForeignKey, String, Table

from bot.store.schema import Moment, metadata

#: One row a person, ever. `event` is the message that they were told after: handled again, it tells again.
first_contact = Table(
    "first_contact",
    metadata,
    Column("partner", ForeignKey("partner.id", ondelete="CASCADE"), primary_key=True),
    Column("event", String(255), nullable=False),
    Column("at", Moment, nullable=False),
)
