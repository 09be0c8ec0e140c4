"""Every kind of row that has a person in it: the one table that taking out and erasing both go by.

A table with a column that holds a person is either here or in `NOBODYS`; a test looks at every column there is.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, and_, false, or_

from bot.domain.chat_members import lead_key
from bot.domain.people import PartnerId, PartnershipId
from bot.store import barrier_tables as barriers
from bot.store import check_in_tables as check_ins
from bot.store import first_contact_tables as first
from bot.store import hearing_tables as hearing
from bot.store import human_tables as human
from bot.store import role_tables as roles
from bot.store import tables


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody as the tables know them.

    `identities` are the keys of theirs, `authors` the keyed hashes of those, `places` where they alone are written to.
    """

    partner: PartnerId
    partnership: PartnershipId
    email: str = ""
    identities: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


Theirs = Callable[[Person], ColumnElement[bool]]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Rows of a table that are somebody's, the columns that they get of them, and those in which words of theirs are.

    `emptied` is what is put in the place of what they said where a row is others' too; without it rows are deleted.
    """

    name: str
    table: Table
    theirs: Theirs
    shown: tuple[str, ...]
    said: tuple[str, ...] = ()
    emptied: Mapping[str, object] | None = None


def _is(table: Table, column: str = "partner") -> Theirs:
    return lambda person: table.c[column] == person.partner


def _among(table: Table, column: str, of: Callable[[Person], Collection[str]]) -> Theirs:
    return lambda person: table.c[column].in_(list(of(person)))


def _addressed(table: Table, column: str) -> Theirs:
    return lambda person: table.c[column] == person.email if person.email else false()


def _sent(person: Person) -> ColumnElement[bool]:
    """Messages of theirs that are not done yet: those that are have lost their payload."""
    sender = tables.inbox.c.payload["sender"]
    theirs = [
        and_(
            sender["platform"].as_string() == platform,
            sender["tenant"].as_string() == tenant,
            sender["user"].as_string() == user,
        )
        for platform, tenant, user in (key.split(":", 2) for key in person.identities)
    ]
    known = tables.inbox.c.sender.in_(person.identities)
    return and_(tables.inbox.c.payload.is_not(None), or_(false(), known, *theirs))


def _offered(person: Person) -> ColumnElement[bool]:
    """What they offered, and what they were."""
    return (roles.lead_offer.c.by == person.partner) | (roles.lead_offer.c.email == (person.email or None))


def _users(person: Person) -> Collection[str]:
    return [key.split(":", 2)[2] for key in person.identities]


def _chats(person: Person) -> Collection[str]:
    """How Teams files where somebody is written to alone."""
    return [f"person:{tenant}:{user}" for _, tenant, user in (key.split(":", 2) for key in person.identities)]


def _identities(person: Person) -> Collection[str]:
    return person.identities


def _authors(person: Person) -> Collection[str]:
    return person.authors


#: In the order in which they are taken out. Whoever they are goes last: others refer to it.
KINDS = (
    Kind(
        name="replies",
        table=check_ins.reflection,
        theirs=_is(check_ins.reflection),
        shown=("week", "question", "at", "text", "view", "follow_up", "consent", "shared", "name", "withdrawn"),
        said=("text", "follow_up", "name"),
    ),
    Kind(
        name="check_ins",
        table=check_ins.check_in,
        theirs=_is(check_ins.check_in),
        shown=("week", "question", "factor", "asked_at", "state"),
    ),
    Kind(
        name="barriers",
        table=barriers.barrier_raiser,
        theirs=_is(barriers.barrier_raiser),
        shown=("barrier", "at", "wording", "consent", "shared", "name", "gone"),
        said=("wording", "name"),
    ),
    Kind(
        name="drafts",
        table=barriers.barrier_draft,
        theirs=_is(barriers.barrier_draft),
        shown=("at", "payload"),
    ),
    Kind(
        name="was_asked",
        table=barriers.relay,
        theirs=_is(barriers.relay, "raiser"),
        shown=("at", "question", "answer"),
        said=("answer",),
    ),
    Kind(
        name="asked_raisers",
        table=barriers.relay,
        theirs=_is(barriers.relay, "lead"),
        shown=("at", "question"),
        said=("question",),
    ),
    Kind(
        name="changes",
        table=barriers.barrier_change,
        theirs=_is(barriers.barrier_change, "by"),
        shown=("barrier", "at", "kind", "status", "detail"),
        said=("detail",),
        emptied={"by": None},
    ),
    Kind(
        name="owned",
        table=barriers.barrier,
        theirs=_addressed(barriers.barrier, "owner"),
        shown=("number", "factor", "status", "due"),
        emptied={"owner": "", "version": barriers.barrier.c.version + 1},
    ),
    Kind(
        name="nudges",
        table=barriers.nudge,
        theirs=_addressed(barriers.nudge, "owner"),
        shown=("barrier", "off"),
    ),
    Kind(
        name="figures",
        table=barriers.snapshot_contribution,
        theirs=_is(barriers.snapshot_contribution, "person"),
        shown=("week", "measure", "factor", "named"),
    ),
    Kind(
        name="passed_on",
        table=tables.library_gap,
        theirs=_among(tables.library_gap, "author", _authors),
        shown=("at", "question"),
        said=("question",),
    ),
    Kind(
        name="feedback",
        table=tables.feedback,
        theirs=_among(tables.feedback, "author", _authors),
        shown=("at", "verdict", "trouble", "comment", "question"),
        said=("comment", "question"),
    ),
    Kind(
        name="asked_people",
        table=human.human_ask,
        theirs=_is(human.human_ask, "asker"),
        shown=("at", "state", "name", "question"),
        said=("question", "name"),
    ),
    Kind(
        name="answered_people",
        table=human.human_ask,
        theirs=_is(human.human_ask, "by"),
        shown=("at", "answerer", "answer", "proposed_question", "proposed_answer"),
        said=("answer", "answerer", "proposed_question", "proposed_answer"),
        emptied={
            "by": None,
            "answer": "",
            "answerer": "",
            "proposed_question": "",
            "proposed_answer": "",
            "version": human.human_ask.c.version + 1,
        },
    ),
    Kind(
        name="asked_by_people",
        table=human.human_addressee,
        theirs=_is(human.human_addressee),
        shown=("contact", "declined"),
    ),
    Kind(
        name="last_questions",
        table=tables.last_question,
        theirs=_among(tables.last_question, "asker", _identities),
        shown=("at", "question"),
        said=("question",),
    ),
    Kind(
        name="threads",
        table=hearing.heard_thread,
        theirs=_among(hearing.heard_thread, "person", _identities),
        shown=("thread", "at"),
        emptied={"person": ""},
    ),
    Kind(
        name="messages",
        table=tables.inbox,
        theirs=_sent,
        shown=("received_at", "payload"),
        emptied={"payload": None, "state": "handled", "sender": "", "lease_owner": None, "lease_until": None},
    ),
    Kind(
        name="page",
        table=tables.page_entry,
        theirs=_among(tables.page_entry, "partner", _users),
        shown=("at", "text"),
        said=("text",),
    ),
    Kind(
        name="settings",
        table=check_ins.preference,
        theirs=_is(check_ins.preference),
        shown=(
            "zone",
            "known_zone",
            "weekday",
            "hour",
            "quiet_begin",
            "quiet_end",
            "locale",
            "stopped",
            "paused_until",
        ),
    ),
    Kind(name="away", table=check_ins.away, theirs=_is(check_ins.away), shown=("first", "last")),
    Kind(name="first_contact", table=first.first_contact, theirs=_is(first.first_contact), shown=("at",)),
    Kind(name="homes", table=barriers.home, theirs=_is(barriers.home), shown=("platform", "place", "at")),
    Kind(
        name="chats",
        table=tables.conversation_reference,
        theirs=_among(tables.conversation_reference, "conversation", _chats),
        shown=("conversation",),
    ),
    Kind(
        name="digest_codes",
        table=barriers.digest_link,
        theirs=_is(barriers.digest_link),
        shown=("expires_at", "opened_at"),
    ),
    Kind(
        name="wrong_codes",
        table=tables.code_attempt,
        theirs=_among(tables.code_attempt, "identity", _identities),
        shown=("at",),
    ),
    Kind(
        name="invitations",
        table=tables.invitation,
        theirs=_is(tables.invitation),
        shown=("organisation", "expires_at", "used_at"),
    ),
    Kind(
        name="lead_offers",
        table=roles.lead_offer,
        theirs=_offered,
        shown=("at", "organisation", "email"),
        said=("email",),
    ),
    Kind(
        name="leads",
        table=check_ins.chat_setting,
        theirs=lambda person: check_ins.chat_setting.c.key == lead_key(person.email) if person.email else false(),
        shown=("at", "value"),
    ),
    Kind(
        name="identities",
        table=tables.identity,
        theirs=_is(tables.identity),
        shown=("key",),
    ),
    Kind(
        name="you",
        table=tables.partner,
        theirs=_is(tables.partner, "id"),
        shown=("partnership", "organisation", "email", "lead", "active"),
    ),
)

#: Tables that hold nobody, or whoever wrote them cannot be told by anybody, and why.
NOBODYS: Mapping[str, str] = {
    "outbox": "cards on their way: gone through by what they say, see `bot.store.personal`",
    "partnership": "the partnership's own file, which names its leads; whoever runs the coach changes it",
    "curated_answer": "the leads' answer to everybody, kept without an author",
    "snapshot": "bands of figures: cells that rest on somebody are withheld before that person's rows go",
    "hearing_mode": "what leads set for a channel, kept without who it was",
    "audit": "that something was done, without whom it was about",
    "slack_workspace": "which workspaces installed the coach, kept without who did it",
    "oauth_state": "marks of an installation under way, kept without whose it is: gone when they are too old",
    "pace": "when a chat may be posted to next: gone after a minute",
    "installation": "this installation's own id",
    "generation": "the library",
    "volume": "the library",
    "passage": "the library",
    "shelved": "the library",
    "set_aside": "the library",
    "vector": "the library and the leads' own answers",
    "removed_file": "the library",
}
