"""Who was told, when they first wrote, what the coach does. Those who are known by now have met it long ago."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "first_contact",
        sa.Column("partner", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner"], ["partner.id"], name=op.f("fk_first_contact_partner_partner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("partner", name=op.f("pk_first_contact")),
    )
    op.execute("INSERT INTO first_contact (partner, event, at) SELECT id, '', CURRENT_TIMESTAMP FROM partner")


def downgrade() -> None:
    op.drop_table("first_contact")
