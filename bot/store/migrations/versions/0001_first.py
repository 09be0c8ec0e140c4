"""The library, the partnership, the inbox and the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "generation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cutter", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_generation")),
    )
    op.create_table(
        "inbox",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(length=40), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_inbox")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index("ix_inbox_state_received_at", ["state", "received_at"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("place", sa.String(length=255), nullable=False),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(length=40), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_state_due_at", ["state", "due_at"], unique=False)

    op.create_table(
        "page_entry",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("place", sa.String(length=255), nullable=False),
        sa.Column("partner", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("card", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("answers", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_page_entry")),
    )
    with op.batch_alter_table("page_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_page_entry_place"), ["place"], unique=False)

    op.create_table(
        "partnership",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership")),
    )
    op.create_table(
        "removed_file",
        sa.Column("file", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("file", name=op.f("pk_removed_file")),
    )
    op.create_table(
        "vector",
        sa.Column("embedder", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("embedder", "digest", name=op.f("pk_vector")),
    )
    op.create_table(
        "volume",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volume")),
    )
    op.create_table(
        "passage",
        sa.Column("volume", sa.String(length=80), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("section", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("twin_of", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["volume"], ["volume.id"], name=op.f("fk_passage_volume"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("volume", "ordinal", name=op.f("pk_passage")),
    )
    op.create_table(
        "set_aside",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=255), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["generation"], ["generation.id"], name=op.f("fk_set_aside_generation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("generation", "file", name=op.f("pk_set_aside")),
    )
    op.create_table(
        "shelved",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=255), nullable=False),
        sa.Column("volume", sa.String(length=80), nullable=False),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["generation"], ["generation.id"], name=op.f("fk_shelved_generation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["volume"], ["volume.id"], name=op.f("fk_shelved_volume")),
        sa.PrimaryKeyConstraint("generation", "file", name=op.f("pk_shelved")),
    )


def downgrade() -> None:
    op.drop_table("shelved")
    op.drop_table("set_aside")
    op.drop_table("passage")
    op.drop_table("volume")
    op.drop_table("vector")
    op.drop_table("removed_file")
    op.drop_table("partnership")
    with op.batch_alter_table("page_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_page_entry_place"))

    op.drop_table("page_entry")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_state_due_at")

    op.drop_table("outbox")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index("ix_inbox_state_received_at")

    op.drop_table("inbox")
    op.drop_table("generation")
