"""What each person asked last in a conversation, for the question that goes on from it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "last_question",
        sa.Column("asker", sa.String(length=255), nullable=False),
        sa.Column("place", sa.String(length=255), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("file", sa.String(length=255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("asker", "place", name=op.f("pk_last_question")),
    )
    with op.batch_alter_table("last_question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_last_question_at"), ["at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("last_question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_last_question_at"))
    op.drop_table("last_question")
