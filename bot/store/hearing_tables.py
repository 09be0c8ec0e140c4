"""The tables of what the coach hears: by channel, and by the threads that it has answered in. No words, no names."""

from sqlalchemy import JSON, Boolean, Column, Date, String, Table

from bot.store.schema import Moment, metadata

#: What leads set for a channel, and what was said there once. `told_key` is the message that was told that day.
hearing_mode = Table(
    "hearing_mode",
    metadata,
    Column("platform", String(20), primary_key=True),
    Column("channel", String(255), primary_key=True),
    Column("partnership", String(80), nullable=False),
    Column("mode", String(10), nullable=False),
    Column("documents", JSON, nullable=False),
    Column("told_on", Date),
    Column("told_key", String(255), nullable=False),
    Column("welcome_key", String(255), nullable=False),
)

#: A thread that the coach answered in. `person` is the key of the one whom it goes on with, empty for nobody.
heard_thread = Table(
    "heard_thread",
    metadata,
    Column("platform", String(20), primary_key=True),
    Column("thread", String(255), primary_key=True),
    Column("person", String(255), nullable=False, index=True),
    Column("at", Moment, nullable=False, index=True),
    Column("only_named", Boolean, nullable=False),
)
