"""Check-ins and replies, what partners and leads chose, notices that are welcome for a while only."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    _check_ins()
    _reflections()
    _chosen()
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.add_column(sa.Column("until", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_index("ix_outbox_state_due_at")
        batch_op.create_index("ix_outbox_promise_state_due_at", ["promise", "state", "due_at"], unique=False)
    op.create_table(
        "pace",
        sa.Column("lane", sa.String(length=300), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("lane", name=op.f("pk_pace")),
    )
    with op.batch_alter_table("nudge") as batch_op:
        batch_op.drop_column("at")
    for table in ("library_gap", "feedback"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("author", sa.String(length=64), nullable=False, server_default=""))
            batch_op.create_index(batch_op.f(f"ix_{table}_author"), ["author"], unique=False)


def _check_ins() -> None:
    op.create_table(
        "check_in",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("partner", sa.String(length=40), nullable=False),
        sa.Column("partnership", sa.String(length=80), nullable=False),
        sa.Column("organisation", sa.String(length=80), nullable=False),
        sa.Column("week", sa.String(length=10), nullable=False),
        sa.Column("question", sa.String(length=80), nullable=False),
        sa.Column("factor", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.Column("instead_of", sa.String(length=80), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in")),
        sa.UniqueConstraint("partner", "partnership", "week", name=op.f("uq_check_in_partner_partnership_week")),
    )
    for column in ("week", "until", "asked_at"):
        op.create_index(f"ix_check_in_partnership_{column}", "check_in", ["partnership", column], unique=False)


def _reflections() -> None:
    op.create_table(
        "reflection",
        sa.Column("check_in", sa.String(length=40), nullable=False),
        sa.Column("partner", sa.String(length=40), nullable=False),
        sa.Column("partnership", sa.String(length=80), nullable=False),
        sa.Column("organisation", sa.String(length=80), nullable=False),
        sa.Column("week", sa.String(length=10), nullable=False),
        sa.Column("question", sa.String(length=80), nullable=False),
        sa.Column("factor", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("view", sa.String(length=10), nullable=True),
        sa.Column("consent", sa.String(length=20), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("follow_up", sa.Text(), nullable=False),
        sa.Column("followed", sa.Boolean(), nullable=False),
        sa.Column("agenda", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("check_in", name=op.f("pk_reflection")),
    )
    op.create_index("ix_reflection_partner_at", "reflection", ["partner", "at"], unique=False)
    op.create_index("ix_reflection_partnership_at", "reflection", ["partnership", "at"], unique=False)


def _chosen() -> None:
    op.create_table(
        "preference",
        sa.Column("partner", sa.String(length=40), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=True),
        sa.Column("known_zone", sa.String(length=60), nullable=True),
        sa.Column("weekday", sa.String(length=10), nullable=True),
        sa.Column("hour", sa.Integer(), nullable=True),
        sa.Column("quiet_begin", sa.Integer(), nullable=True),
        sa.Column("quiet_end", sa.Integer(), nullable=True),
        sa.Column("locale", sa.String(length=20), nullable=True),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("partner", name=op.f("pk_preference")),
    )
    op.create_table(
        "away",
        sa.Column("partner", sa.String(length=40), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("partner", "first", "last", name=op.f("pk_away")),
    )
    op.create_table(
        "chat_setting",
        sa.Column("partnership", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("partnership", "key", name=op.f("pk_chat_setting")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("partnership", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_partnership_at", "audit", ["partnership", "at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("nudge") as batch_op:
        batch_op.add_column(sa.Column("at", sa.DateTime(timezone=True), nullable=True))
    for table in ("library_gap", "feedback"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_index(batch_op.f(f"ix_{table}_author"))
            batch_op.drop_column("author")
    # An older version would send what this one has set aside because its hour was over.
    op.execute("DELETE FROM outbox WHERE state = 'expired' OR until IS NOT NULL AND state = 'pending'")
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.drop_index("ix_outbox_promise_state_due_at")
        batch_op.create_index("ix_outbox_state_due_at", ["state", "due_at"], unique=False)
        batch_op.drop_column("until")
    for table in ("pace", "audit", "chat_setting", "away", "preference", "reflection", "check_in"):
        op.drop_table(table)
