"""A code opens one page: each page has codes of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    # Codes live for ten minutes: those of before open nothing any more, and whoever waits asks for another.
    op.execute("DELETE FROM digest_link")
    with op.batch_alter_table("digest_link") as table:
        table.add_column(sa.Column("page", sa.String(length=20), nullable=False))


def downgrade() -> None:
    op.execute("DELETE FROM digest_link")
    with op.batch_alter_table("digest_link") as table:
        table.drop_column("page")
