"""People, identities and one-time codes; what the outbox promises."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "code_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(length=255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_attempt")),
    )
    with op.batch_alter_table("code_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_code_attempt_identity"), ["identity"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("partnership", sa.String(length=80), nullable=False),
        sa.Column("organisation", sa.String(length=80), nullable=False),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.Column("partner", sa.String(length=40), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_invitation")),
    )
    op.create_table(
        "partner",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("partnership", sa.String(length=80), nullable=False),
        sa.Column("organisation", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("by_code", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
    )
    with op.batch_alter_table("partner", schema=None) as batch_op:
        batch_op.create_index("ix_partner_partnership_email", ["partnership", "email"], unique=False)

    op.create_table(
        "identity",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("partner", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["partner"], ["partner.id"], name=op.f("fk_identity_partner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_identity")),
    )
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_partner"), ["partner"], unique=False)

    op.create_table(
        "conversation_reference",
        sa.Column("conversation", sa.String(length=255), nullable=False),
        sa.Column("reference", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("conversation", name=op.f("pk_conversation_reference")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("promise", sa.String(length=10), nullable=False, server_default="answer"))


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_column("promise")

    op.drop_table("conversation_reference")

    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_partner"))

    op.drop_table("identity")
    with op.batch_alter_table("partner", schema=None) as batch_op:
        batch_op.drop_index("ix_partner_partnership_email")

    op.drop_table("partner")
    op.drop_table("invitation")
    with op.batch_alter_table("code_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_code_attempt_identity"))

    op.drop_table("code_attempt")
