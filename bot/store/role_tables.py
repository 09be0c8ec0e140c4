"""The table of roles: what a lead offered somebody and they have not answered yet."""

from sqlalchemy import Boolean, Column, Index, String, Table, UniqueConstraint

from bot.store.schema import Moment, metadata

#: The offer to lead, by a verified address. `hands_over` says that whoever offered it leads no more once it is taken.
#: `shown_at` is when its receiver was asked, empty while the coach has not met them.
lead_offer = Table(
    "lead_offer",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("partnership", String(80), nullable=False),
    Column("organisation", String(80), nullable=False),
    Column("email", String(255), nullable=False),
    Column("by", String(40), nullable=False),
    Column("hands_over", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Column("shown_at", Moment),
    UniqueConstraint("partnership", "email"),
    Index("ix_lead_offer_by", "by"),
)
