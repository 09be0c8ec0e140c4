"""Barriers with their raisers and history, where people are written to alone, and what digests rest on."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    _barriers()
    _history()
    _people()
    _digests()


def _barriers() -> None:
    op.create_table(
        "barrier",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("partnership", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("factor", sa.String(length=20), nullable=False),
        sa.Column("also", sa.Text(), nullable=False),
        sa.Column("organisations", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("merged_into", sa.String(length=40), nullable=True),
        sa.Column("absorbed", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_barrier")),
        sa.UniqueConstraint("partnership", "number", name=op.f("uq_barrier_partnership_number")),
    )
    with op.batch_alter_table("barrier") as batch_op:
        batch_op.create_index("ix_barrier_partnership_raised_at", ["partnership", "raised_at"], unique=False)


def _history() -> None:
    op.create_table(
        "barrier_raiser",
        sa.Column("barrier", sa.String(length=40), nullable=False),
        sa.Column("partner", sa.String(length=40), nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("aside", sa.Boolean(), nullable=False),
        sa.Column("organisation", sa.String(length=80), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consent", sa.String(length=20), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["barrier"], ["barrier.id"], name=op.f("fk_barrier_raiser_barrier"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("barrier", "partner", "origin", name=op.f("pk_barrier_raiser")),
    )
    with op.batch_alter_table("barrier_raiser") as batch_op:
        batch_op.create_index("ix_barrier_raiser_partner", ["partner"], unique=False)
    op.create_table(
        "barrier_change",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("barrier", sa.String(length=40), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=True),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["barrier"], ["barrier.id"], name=op.f("fk_barrier_change_barrier"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_barrier_change")),
        sa.UniqueConstraint("barrier", "ordinal", name=op.f("uq_barrier_change_barrier_ordinal")),
    )


def _people() -> None:
    op.create_table(
        "barrier_draft",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("partner", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_barrier_draft")),
    )
    with op.batch_alter_table("barrier_draft") as batch_op:
        batch_op.create_index(batch_op.f("ix_barrier_draft_at"), ["at"], unique=False)
    op.create_table(
        "home",
        sa.Column("identity", sa.String(length=255), nullable=False),
        sa.Column("partner", sa.String(length=40), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("place", sa.String(length=255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("identity", name=op.f("pk_home")),
    )
    with op.batch_alter_table("home") as batch_op:
        batch_op.create_index(batch_op.f("ix_home_partner"), ["partner"], unique=False)
    op.create_table(
        "relay",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("barrier", sa.String(length=40), nullable=False),
        sa.Column("lead", sa.String(length=40), nullable=False),
        sa.Column("raiser", sa.String(length=40), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relay")),
    )
    with op.batch_alter_table("relay") as batch_op:
        batch_op.create_index(batch_op.f("ix_relay_barrier"), ["barrier"], unique=False)
        batch_op.create_index(batch_op.f("ix_relay_raiser"), ["raiser"], unique=False)
    op.create_table(
        "nudge",
        sa.Column("barrier", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("off", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("barrier", "owner", name=op.f("pk_nudge")),
    )


def _digests() -> None:
    op.create_table(
        "snapshot",
        sa.Column("partnership", sa.String(length=80), nullable=False),
        sa.Column("week", sa.String(length=10), nullable=False),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.Column("m", sa.Integer(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("partnership", "week", name=op.f("pk_snapshot")),
    )
    op.create_table(
        "snapshot_contribution",
        sa.Column("partnership", sa.String(length=80), nullable=False),
        sa.Column("week", sa.String(length=10), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("factor", sa.String(length=20), nullable=False),
        sa.Column("organisation", sa.String(length=80), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "partnership",
            "week",
            "measure",
            "factor",
            "organisation",
            "person",
            "source",
            name=op.f("pk_snapshot_contribution"),
        ),
    )
    with op.batch_alter_table("snapshot_contribution") as batch_op:
        batch_op.create_index("ix_snapshot_contribution_partnership_person", ["partnership", "person"], unique=False)
    op.create_table(
        "digest_link",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("partnership", sa.String(length=80), nullable=False),
        sa.Column("partner", sa.String(length=40), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_link")),
    )
    with op.batch_alter_table("digest_link") as batch_op:
        batch_op.create_index(batch_op.f("ix_digest_link_expires_at"), ["expires_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("barrier_raiser") as batch_op:
        batch_op.drop_index("ix_barrier_raiser_partner")
    op.drop_table("barrier_raiser")
    op.drop_table("barrier_change")
    with op.batch_alter_table("snapshot_contribution") as batch_op:
        batch_op.drop_index("ix_snapshot_contribution_partnership_person")
    op.drop_table("snapshot_contribution")
    op.drop_table("snapshot")
    with op.batch_alter_table("relay") as batch_op:
        batch_op.drop_index(batch_op.f("ix_relay_raiser"))
        batch_op.drop_index(batch_op.f("ix_relay_barrier"))
    op.drop_table("relay")
    op.drop_table("nudge")
    with op.batch_alter_table("home") as batch_op:
        batch_op.drop_index(batch_op.f("ix_home_partner"))
    op.drop_table("home")
    with op.batch_alter_table("digest_link") as batch_op:
        batch_op.drop_index(batch_op.f("ix_digest_link_expires_at"))
    op.drop_table("digest_link")
    with op.batch_alter_table("barrier_draft") as batch_op:
        batch_op.drop_index(batch_op.f("ix_barrier_draft_at"))
    op.drop_table("barrier_draft")
    with op.batch_alter_table("barrier") as batch_op:
        batch_op.drop_index("ix_barrier_partnership_raised_at")
    op.drop_table("barrier")
