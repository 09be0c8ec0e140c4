"""By which reference a posted card is known, what changes or withdraws a message, and whose turn it is."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_OUTBOX = (("posted", 255, True), ("about", 80, False), ("instead_of", 255, True))
_INBOX = (("sender", 255, False), ("of", 255, True), ("became", 10, False))


def upgrade() -> None:
    for table, columns in (("outbox", _OUTBOX), ("inbox", _INBOX)):
        with op.batch_alter_table(table) as batch_op:
            for name, length, indexed in columns:
                batch_op.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
                if indexed:
                    batch_op.create_index(batch_op.f(f"ix_{table}_{name}"), [name], unique=False)
    with op.batch_alter_table("inbox") as batch_op:
        batch_op.add_column(sa.Column("turn_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE inbox SET turn_at = received_at")
    with op.batch_alter_table("inbox") as batch_op:
        batch_op.alter_column("turn_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.drop_index("ix_inbox_state_received_at")
        batch_op.create_index("ix_inbox_state_turn_at", ["state", "turn_at"], unique=False)
        batch_op.create_index("ix_inbox_state_sender", ["state", "sender"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("inbox") as batch_op:
        batch_op.drop_index("ix_inbox_state_sender")
        batch_op.drop_index("ix_inbox_state_turn_at")
        batch_op.create_index("ix_inbox_state_received_at", ["state", "received_at"], unique=False)
        batch_op.drop_column("turn_at")
    for table, columns in (("inbox", _INBOX), ("outbox", _OUTBOX)):
        with op.batch_alter_table(table) as batch_op:
            for name, _, indexed in columns:
                if indexed:
                    batch_op.drop_index(batch_op.f(f"ix_{table}_{name}"))
                batch_op.drop_column(name)
