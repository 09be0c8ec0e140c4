"""Questions to a person."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "human_ask",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("partnership", sa.String(length=80), nullable=False),
        sa.Column("asker", sa.String(length=40), nullable=False),
        sa.Column("organisation", sa.String(length=80), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("place", sa.String(length=255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("factor", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=True),
        sa.Column("answerer", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("reminded", sa.Boolean(), nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("proposed_question", sa.Text(), nullable=False),
        sa.Column("proposed_answer", sa.Text(), nullable=False),
        sa.Column("proposed_for", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_human_ask")),
    )
    op.create_index(op.f("ix_human_ask_asker"), "human_ask", ["asker"], unique=False)
    op.create_index(op.f("ix_human_ask_by"), "human_ask", ["by"], unique=False)
    op.create_index("ix_human_ask_partnership_state", "human_ask", ["partnership", "state"], unique=False)
    op.create_table(
        "human_addressee",
        sa.Column("ask", sa.String(length=40), nullable=False),
        sa.Column("partner", sa.String(length=40), nullable=False),
        sa.Column("partnership", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("declined", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ask"], ["human_ask.id"], name=op.f("fk_human_addressee_ask_human_ask"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ask", "partner", name=op.f("pk_human_addressee")),
    )
    op.create_index(op.f("ix_human_addressee_partner"), "human_addressee", ["partner"], unique=False)


def downgrade() -> None:
    op.drop_table("human_addressee")
    op.drop_table("human_ask")
