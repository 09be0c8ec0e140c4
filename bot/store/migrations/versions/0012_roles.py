"""Offers to lead a partnership."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "lead_offer",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("partnership", sa.String(length=80), nullable=False),
        sa.Column("organisation", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("hands_over", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_offer")),
        sa.UniqueConstraint("partnership", "email", name=op.f("uq_lead_offer_partnership_email")),
    )
    op.create_index("ix_lead_offer_by", "lead_offer", ["by"], unique=False)


def downgrade() -> None:
    op.drop_table("lead_offer")
