"""The tables of barriers: what was raised, where its people are written to, and what digests rest on."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.schema import Moment, Names, metadata

#: The number is given once somebody other than a raiser sees the barrier. `merged_into` is empty unless it was merged.
barrier = Table(
    "barrier",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("partnership", String(80), nullable=False),
    Column("number", Integer),
    Column("factor", String(20), nullable=False),
    Column("also", Names, nullable=False),
    Column("organisations", Names, nullable=False),
    Column("status", String(20), nullable=False),
    Column("because", Text, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("owner", String(255), nullable=False),
    Column("due", Date),
    Column("version", Integer, nullable=False),
    Column("merged_into", String(40)),
    Column("absorbed", Names, nullable=False),
    Column("raised_at", Moment, nullable=False),
    UniqueConstraint("partnership", "number"),
    Index("ix_barrier_partnership_raised_at", "partnership", "raised_at"),
)

#: A partner's part in a barrier. Somebody who raised two that were merged has two rows, the second of them set aside.
barrier_raiser = Table(
    "barrier_raiser",
    metadata,
    Column("barrier", ForeignKey("barrier.id", ondelete="CASCADE"), primary_key=True),
    Column("partner", String(40), primary_key=True),
    Column("origin", String(40), primary_key=True),
    Column("ordinal", Integer, nullable=False),
    Column("aside", Boolean, nullable=False),
    Column("organisation", String(80), nullable=False),
    Column("wording", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("consent", String(20), nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("gone", Boolean),
    Index("ix_barrier_raiser_partner", "partner"),
)

#: The history. The id is that of the message which made the change, so that it has one effect.
barrier_change = Table(
    "barrier_change",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("barrier", ForeignKey("barrier.id", ondelete="CASCADE"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("status", String(20), nullable=False),
    Column("by", String(40)),
    Column("lead", Boolean, nullable=False),
    Column("detail", Text, nullable=False),
    UniqueConstraint("barrier", "ordinal"),
)

#: What somebody is about to raise, until they confirm or cancel it.
barrier_draft = Table(
    "barrier_draft",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("partner", String(40), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)

#: Where each of a partner's identities is written to alone.
home = Table(
    "home",
    metadata,
    Column("identity", String(255), primary_key=True),
    Column("partner", String(40), nullable=False, index=True),
    Column("platform", String(20), nullable=False),
    Column("place", String(255), nullable=False),
    Column("at", Moment, nullable=False),
)

#: A lead's question to a raiser whom they do not know, and the answer.
relay = Table(
    "relay",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("barrier", String(40), nullable=False, index=True),
    Column("lead", String(40), nullable=False),
    Column("raiser", String(40), nullable=False, index=True),
    Column("question", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("answer", Text),
)

#: Whether an owner wants no more nudges about a barrier.
nudge = Table(
    "nudge",
    metadata,
    Column("barrier", String(40), primary_key=True),
    Column("owner", String(255), primary_key=True),
    Column("off", Boolean, nullable=False),
)

# --- digests ---------------------------------------------------------------------------------

#: The frozen figures of a week, and the rules that they were frozen by. `shown` is rewritten when a cell is withheld.
snapshot = Table(
    "snapshot",
    metadata,
    Column("partnership", String(80), primary_key=True),
    Column("week", String(10), primary_key=True),
    Column("k", Integer, nullable=False),
    Column("m", Integer, nullable=False),
    Column("shown", JSON, nullable=False),
)

#: Who stands behind a week's figures: later windows count them, and a withdrawal finds the cells to withhold.
snapshot_contribution = Table(
    "snapshot_contribution",
    metadata,
    Column("partnership", String(80), primary_key=True),
    Column("week", String(10), primary_key=True),
    Column("measure", String(40), primary_key=True),
    Column("factor", String(20), primary_key=True),
    Column("organisation", String(80), primary_key=True),
    Column("person", String(80), primary_key=True),
    Column("source", String(40), primary_key=True),
    Column("named", Boolean, nullable=False),
    Index("ix_snapshot_contribution_partnership_person", "partnership", "person"),
)

#: A link to a digest's page, which opens with a code that the coach sent to that lead.
digest_link = Table(
    "digest_link",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("partnership", String(80), nullable=False),
    Column("partner", String(40), nullable=False),
    Column("page", String(20), nullable=False),
    Column("code_hash", String(64), nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("opened_at", Moment),
)
