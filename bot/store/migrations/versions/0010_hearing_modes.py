"""What the coach hears in a channel, and the threads that it has answered in."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "hearing_mode",
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=255), nullable=False),
        sa.Column("partnership", sa.String(length=80), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("told_key", sa.String(length=255), nullable=False),
        sa.Column("welcome_key", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("platform", "channel", name=op.f("pk_hearing_mode")),
    )
    op.create_table(
        "heard_thread",
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("thread", sa.String(length=255), nullable=False),
        sa.Column("person", sa.String(length=255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("only_named", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "thread", name=op.f("pk_heard_thread")),
    )
    for column in ("person", "at"):
        op.create_index(f"ix_heard_thread_{column}", "heard_thread", [column], unique=False)


def downgrade() -> None:
    op.drop_table("heard_thread")
    op.drop_table("hearing_mode")
