"""The tables of questions that partners put to a person."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from bot.store.schema import Moment, metadata

#: A question and what became of it. A draft holds no question: it is where its asker is to be told.
human_ask = Table(
    "human_ask",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("partnership", String(80), nullable=False),
    Column("asker", String(40), nullable=False, index=True),
    Column("organisation", String(80), nullable=False),
    Column("platform", String(20), nullable=False),
    Column("place", String(255), nullable=False),
    Column("at", Moment, nullable=False),
    Column("since", Moment, nullable=False),
    Column("state", String(10), nullable=False),
    Column("name", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("factor", String(20), nullable=False),
    Column("by", String(40), index=True),
    Column("answerer", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("reminded", Boolean, nullable=False),
    Column("helped", Boolean, nullable=False),
    Column("again", Boolean, nullable=False),
    Column("kept", Boolean, nullable=False),
    Column("proposed_question", Text, nullable=False),
    Column("proposed_answer", Text, nullable=False),
    Column("proposed_for", String(255), nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_human_ask_partnership_state", "partnership", "state"),
)

#: Who was asked, and whether they said that it is not for them.
human_addressee = Table(
    "human_addressee",
    metadata,
    Column("ask", ForeignKey("human_ask.id", ondelete="CASCADE"), primary_key=True),
    Column("partner", String(40), primary_key=True, index=True),
    Column("partnership", String(80), nullable=False),
    Column("number", Integer, nullable=False),
    Column("contact", Text, nullable=False),
    Column("declined", Boolean, nullable=False),
)
