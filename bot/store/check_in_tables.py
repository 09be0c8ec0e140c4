"""The tables of check-ins: what was asked of whom, what they replied, and how they and their leads want it."""

from sqlalchemy import JSON, Boolean, Column, Date, Index, Integer, String, Table, Text, UniqueConstraint

from bot.store.schema import Moment, Names, metadata

#: One question to one partner for one ISO week; the key under which nobody is asked twice.
check_in = Table(
    "check_in",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("partner", String(40), nullable=False),
    Column("partnership", String(80), nullable=False),
    Column("organisation", String(80), nullable=False),
    Column("week", String(10), nullable=False),
    Column("question", String(80), nullable=False),
    Column("factor", String(20), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("state", String(10), nullable=False),
    Column("reason", JSON, nullable=False),
    Column("instead_of", String(80), nullable=False),
    Column("reminders", Integer, nullable=False),
    Column("remind_at", Moment),
    UniqueConstraint("partner", "partnership", "week"),
    Index("ix_check_in_partnership_week", "partnership", "week"),
    Index("ix_check_in_partnership_until", "partnership", "until"),
    Index("ix_check_in_partnership_asked_at", "partnership", "asked_at"),
)

#: What a partner replied. `changes` are the ids of the messages that made it what it is, so that each has one effect.
reflection = Table(
    "reflection",
    metadata,
    Column("check_in", String(40), primary_key=True),
    Column("partner", String(40), nullable=False),
    Column("partnership", String(80), nullable=False),
    Column("organisation", String(80), nullable=False),
    Column("week", String(10), nullable=False),
    Column("question", String(80), nullable=False),
    Column("factor", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("view", String(10)),
    Column("consent", String(20), nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("follow_up", Text, nullable=False),
    Column("followed", Boolean, nullable=False),
    Column("agenda", Boolean, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("changes", Names, nullable=False),
    Index("ix_reflection_partner_at", "partner", "at"),
    Index("ix_reflection_partnership_at", "partnership", "at"),
)

#: What a partner chose for themselves, empty where they chose nothing; `known_zone` is their platform's word.
preference = Table(
    "preference",
    metadata,
    Column("partner", String(40), primary_key=True),
    Column("zone", String(60)),
    Column("known_zone", String(60)),
    Column("weekday", String(10)),
    Column("hour", Integer),
    Column("quiet_begin", Integer),
    Column("quiet_end", Integer),
    Column("locale", String(20)),
    Column("stopped", Boolean, nullable=False),
    Column("paused_until", Date),
    Column("at", Moment, nullable=False),
)

#: Days on which a partner is away, both included.
away = Table(
    "away",
    metadata,
    Column("partner", String(40), primary_key=True),
    Column("first", Date, primary_key=True),
    Column("last", Date, primary_key=True),
)

#: What leads changed in chat: it outranks the partnership's file.
chat_setting = Table(
    "chat_setting",
    metadata,
    Column("partnership", String(80), primary_key=True),
    Column("key", String(40), primary_key=True),
    Column("value", JSON, nullable=False),
    Column("at", Moment, nullable=False),
)

#: That something was done, and never what it was about.
audit = Table(
    "audit",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("partnership", String(80), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_audit_partnership_at", "partnership", "at"),
)
