"""The tables, the same on SQLite and PostgreSQL. `migrations/` creates them; a test holds the two together."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from bot.store import (
    barrier_tables,  # noqa: F401 - so that they are in the register
    check_in_tables,  # noqa: F401 - so that they are in the register
    first_contact_tables,  # noqa: F401 - so that they are in the register
    hearing_tables,  # noqa: F401 - so that they are in the register
    human_tables,  # noqa: F401 - so that they are in the register
    role_tables,  # noqa: F401 - so that they are in the register
    schema,
    workspace_tables,  # noqa: F401 - so that they are in the register
)
from bot.store.schema import Moment

#: The register of every table, those of `barrier_tables` and `check_in_tables` among them.
metadata = schema.metadata

# --- library ---------------------------------------------------------------------------------

#: One row per published generation; the newest is served, the older ones are gone.
generation = Table(
    "generation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("cutter", String(40), nullable=False),
)

#: A file's content, read and cut once however often it is published.
volume = Table(
    "volume",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("unit", String(10), nullable=False),
    Column("text", Text, nullable=False),
)

passage = Table(
    "passage",
    metadata,
    Column("volume", ForeignKey("volume.id", ondelete="CASCADE"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("section", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("role", String(20), nullable=False),
    Column("twin_of", Integer),
)

#: A document on the shelf of a generation: which content stands there, under which description.
shelved = Table(
    "shelved",
    metadata,
    Column("generation", ForeignKey("generation.id", ondelete="CASCADE"), primary_key=True),
    Column("file", String(255), primary_key=True),
    Column("volume", ForeignKey("volume.id"), nullable=False),
    Column("source", JSON, nullable=False),
)

set_aside = Table(
    "set_aside",
    metadata,
    Column("generation", ForeignKey("generation.id", ondelete="CASCADE"), primary_key=True),
    Column("file", String(255), primary_key=True),
    Column("version", String(64), nullable=False),
    Column("reason", Text, nullable=False),
)

vector = Table(
    "vector",
    metadata,
    Column("embedder", String(120), primary_key=True),
    Column("digest", String(32), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

#: Files in the library folder that a lead took out with `coach library remove`.
removed_file = Table("removed_file", metadata, Column("file", String(255), primary_key=True))

# --- installation ----------------------------------------------------------------------------

#: The one row says which installation this database is, to servers that several share.
installation = Table(
    "installation",
    metadata,
    Column("row", Integer, primary_key=True, autoincrement=False),
    Column("id", String(32), nullable=False),
)

# --- partnership -----------------------------------------------------------------------------

partnership = Table(
    "partnership",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("plan", JSON, nullable=False),
    Column("applied_at", Moment, nullable=False),
)

#: A person, once in each partnership however many identities they have.
partner = Table(
    "partner",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("partnership", String(80), nullable=False),
    Column("organisation", String(80), nullable=False),
    Column("email", String(255), nullable=False),
    Column("lead", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
    # Both come from the partnership's file until a lead or a code says otherwise.
    Column("by_code", Boolean, nullable=False),
    Index("ix_partner_partnership_email", "partnership", "email"),
)

identity = Table(
    "identity",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("partner", ForeignKey("partner.id", ondelete="CASCADE"), nullable=False, index=True),
)

#: One-time codes, as a keyed hash: who reads the table cannot use them.
invitation = Table(
    "invitation",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("partnership", String(80), nullable=False),
    Column("organisation", String(80), nullable=False),
    Column("lead", Boolean, nullable=False),
    Column("partner", String(40)),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

#: Wrong codes typed, so that nobody can try them all.
code_attempt = Table(
    "code_attempt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("identity", String(255), nullable=False, index=True),
    Column("at", Moment, nullable=False),
)

# --- answers ---------------------------------------------------------------------------------

#: A question that its asker passed on. A closed row keeps its id and loses its question. `author` is a keyed hash of
#: who it was: with the installation's secret alone it is found again, so that they can have it back or erased.
library_gap = Table(
    "library_gap",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("partnership", String(80), nullable=False, index=True),
    Column("organisation", String(80), nullable=False),
    Column("question", Text),
    Column("at", Moment, nullable=False),
    Column("author", String(64), nullable=False, server_default="", index=True),
)

#: What somebody made of an answer; the id is a keyed hash of both. A question only where its asker said so.
feedback = Table(
    "feedback",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("partnership", String(80), nullable=False, index=True),
    Column("verdict", String(10), nullable=False),
    Column("trouble", String(20)),
    Column("comment", Text, nullable=False),
    Column("question", Text),
    Column("at", Moment, nullable=False),
    Column("author", String(64), nullable=False, server_default="", index=True),
)

#: The leads' own answers.
curated_answer = Table(
    "curated_answer",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("partnership", String(80), nullable=False, index=True),
    Column("question", Text, nullable=False),
    Column("paraphrases", JSON, nullable=False),
    Column("answer", Text, nullable=False),
    Column("organisations", JSON, nullable=False),
    Column("at", Moment, nullable=False),
)

#: What somebody asked last in a conversation, by identity and place: kept for hours, read for that person alone.
last_question = Table(
    "last_question",
    metadata,
    Column("asker", String(255), primary_key=True),
    Column("place", String(255), primary_key=True),
    Column("question", Text, nullable=False),
    Column("file", String(255), nullable=False),
    Column("at", Moment, nullable=False, index=True),
)

# --- delivery --------------------------------------------------------------------------------

#: What came in. A handled row keeps its key, so that a repeat has no effect, and loses its payload and its sender.
#: `turn_at` is when it is its sender's turn where many wait, `of` the key of the message that a row changes or
#: withdraws, `became` what became of it.
inbox = Table(
    "inbox",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("payload", JSON(none_as_null=True)),
    Column("received_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("lease_owner", String(40)),
    Column("lease_until", Moment),
    Column("sender", String(255), nullable=False, server_default=""),
    Column("turn_at", Moment, nullable=False),
    Column("of", String(255), nullable=False, server_default="", index=True),
    Column("became", String(10), nullable=False, server_default=""),
    Index("ix_inbox_state_turn_at", "state", "turn_at"),
    Index("ix_inbox_state_sender", "state", "sender"),
)

#: What must go out, and not from `until` on. A sent row keeps its key and loses its payload; as long as the row is
#: there it keeps by which reference the platform knows the message (`posted`), so that it can be rewritten or removed,
#: what it is about, and which earlier card it stands instead of.
outbox = Table(
    "outbox",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("promise", String(10), nullable=False, server_default="answer"),
    Column("platform", String(20), nullable=False),
    Column("place", String(255), nullable=False),
    Column("payload", JSON(none_as_null=True)),
    Column("due_at", Moment, nullable=False),
    Column("until", Moment),
    Column("attempts", Integer, nullable=False, default=0),
    Column("lease_owner", String(40)),
    Column("lease_until", Moment),
    Column("posted", String(255), nullable=False, server_default="", index=True),
    Column("about", String(80), nullable=False, server_default=""),
    Column("instead_of", String(255), nullable=False, server_default="", index=True),
    Index("ix_outbox_promise_state_due_at", "promise", "state", "due_at"),
)

#: Until when nobody may post in a lane, which is a channel or a workspace.
pace = Table(
    "pace",
    metadata,
    Column("lane", String(300), primary_key=True),
    Column("free_at", Moment, nullable=False),
)

#: How Teams conversations are reached; the latest activity's word holds.
conversation_reference = Table(
    "conversation_reference",
    metadata,
    Column("conversation", String(255), primary_key=True),
    Column("reference", JSON, nullable=False),
    Column("active", Boolean, nullable=False),
)

#: What was said on the page, which has no platform to keep it.
page_entry = Table(
    "page_entry",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("place", String(255), nullable=False, index=True),
    Column("partner", String(80), nullable=False),
    Column("at", Moment, nullable=False),
    Column("text", Text, nullable=False),
    Column("card", JSON(none_as_null=True)),
    Column("answers", String(255), nullable=False),
)
