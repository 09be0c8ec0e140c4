"""Pacing: when a place may be posted to next, so that no platform is hurried, by however many processes.

A channel gets one message at a time, and the next a second after. A platform that asked for a pause gets it. These are
rows, which every process on the database sees. How many notices a workspace gets in a second is counted in each
process for itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.messages import Place
from bot.store.database import Database
from bot.store.leases import Lease
from bot.store.tables import pace

#: Slack takes about one message a second in a channel; Teams 1,800 an hour in a conversation, and bursts.
#: Sources: docs.slack.dev/apis/web-api/rate-limits; msteams-docs, bots/how-to/rate-limit.md.
APART = timedelta(seconds=1)
_HELD = "held:"
#: A lane that has been free for this long tells nothing any more; it names a person's conversation.
_FORGOTTEN_AFTER = timedelta(seconds=5)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)

_FREE = select(pace.c.lane, pace.c.free_at).where(
    or_(pace.c.lane == bindparam("channel"), pace.c.lane == bindparam("held"))
)


@dataclass(frozen=True, kw_only=True)
class Lanes:
    """What a post passes: a channel, and a workspace that takes so many notices a second.

    `limited` is who has to wait where the platform asks for a pause: it may mean either.
    """

    channel: str
    workspace: str
    a_second: float
    limited: str

    @property
    def held(self) -> str:
        """The lane in which a pause stands that the platform asked for."""
        return _HELD + self.limited


#: The lanes of a place on a platform; None where nobody has to be paced.
LanesOf = Callable[[Connection, str, Place], Lanes | None]


def no_lanes(_connection: Connection, _platform: str, _place: Place) -> Lanes | None:
    """What holds where nothing is paced."""
    return None


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Whether a card may be posted now, or when it should be tried again.

    `lane` is taken from now on. `contested` means that another process took it at this very moment.
    """

    wait_until: datetime | None = None
    lane: str = ""
    contested: bool = False


@dataclass(frozen=True, kw_only=True)
class Pacing:
    """Gives turns. `clock` says when a post has ended.

    A card that has to wait gets a moment of its own, so that thousands that wait do not all come back at once.
    """

    clock: Callable[[], datetime]
    lanes_of: LanesOf = no_lanes
    _next: dict[tuple[str, str], datetime] = field(default_factory=dict)
    _passed: dict[str, datetime] = field(default_factory=dict)
    _paused: dict[str, datetime] = field(default_factory=dict)

    def turn(self, connection: Connection, database: Database, card: "Waiting", lease: Lease) -> Turn:
        """Take the lane of a card, or say when to try again."""
        lanes = self.lanes_of(connection, card.platform, card.place)
        if lanes is None:
            return Turn()
        every = timedelta(seconds=1 / lanes.a_second)
        # What this process knows by itself comes first: it costs nothing to ask.
        held, passed = self._paused.get(lanes.held, _LONG_AGO), self._passed.get(lanes.workspace, _LONG_AGO) + every
        if held > lease.now:
            return Turn(wait_until=self._moment(card, lanes.held, held, every))
        if not card.asked and passed > lease.now:
            return Turn(wait_until=self._moment(card, lanes.workspace, passed, every))
        rows = connection.execute(_FREE, {"channel": lanes.channel, "held": lanes.held})
        for row in rows:
            if row.free_at <= lease.now:
                continue
            if row.lane == lanes.held:
                return Turn(wait_until=self._moment(card, row.lane, row.free_at, every))
            # While somebody posts there, it is taken for as long as a lease, and free much sooner.
            soon = min(row.free_at, lease.now + APART)
            return Turn(wait_until=self._moment(card, row.lane, soon, APART))
        turn = self._taken(connection, database, lanes.channel, lease)
        if turn.lane:
            self._passed[lanes.workspace] = lease.now
        return turn

    def _moment(self, card: "Waiting", lane: str, earliest: datetime, every: timedelta) -> datetime:
        """The next moment in a lane that was promised to nobody, answers and notices each in their own order."""
        place = (lane, "answer" if card.asked else "notice")
        moment = max(self._next.get(place, earliest), earliest)
        self._next[place] = moment + every
        return moment

    def _taken(self, connection: Connection, database: Database, lane: str, lease: Lease) -> Turn:
        taken = _TAKEN[database.skips_locked]
        given = {"of": lane, "end": lease.until, "now": lease.now}
        if connection.scalar(taken, given) is None:
            return Turn(wait_until=lease.now + APART, contested=True)
        return Turn(lane=lane)

    def leave(self, connection: Connection, lane: str) -> None:
        """A post has ended: the next one in its channel may follow in a while."""
        if lane:
            connection.execute(_LEFT, {"of": lane, "next": self.clock() + APART})

    def hold(self, connection: Connection, database: Database, platform: str, place: Place, until: datetime) -> None:
        """A platform asked for a pause: nothing is posted before it is over."""
        lanes = self.lanes_of(connection, platform, place)
        if lanes is None:
            return
        self._paused[lanes.held] = until
        held = database.insert(pace).values(lane=lanes.held, free_at=until)
        longer = case((pace.c.free_at > until, pace.c.free_at), else_=until)
        connection.execute(held.on_conflict_do_update(index_elements=["lane"], set_={"free_at": longer}))

    def free_all(self, connection: Connection) -> None:
        """Only for a process that knows itself to be alone: whoever was posting is dead."""
        soon = self.clock() + APART
        channels = update(pace).where(pace.c.free_at > soon, ~func.substr(pace.c.lane, 1, len(_HELD)).in_([_HELD]))
        connection.execute(channels.values(free_at=soon))

    def forget(self, connection: Connection) -> None:
        """Forget the lanes in which nobody has to wait."""
        before = self.clock() - _FORGOTTEN_AFTER
        _drop(self._next, before)
        _drop(self._passed, before)
        _drop(self._paused, before)
        connection.execute(delete(pace).where(pace.c.free_at < before))


def _drop(remembered: dict[Any, datetime], before: datetime) -> None:
    for lane in [lane for lane, moment in remembered.items() if moment < before]:
        del remembered[lane]


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A card that would be next; `asked` says that it is an answer."""

    key: str
    platform: str
    place: Place
    asked: bool


_LEFT = update(pace).where(pace.c.lane == bindparam("of")).values(free_at=bindparam("next"))


def _take(insert: Any) -> Any:
    """Takes a lane that is free, for all processes at once; built once, because it is asked for each card."""
    taken = insert(pace).values(lane=bindparam("of"), free_at=bindparam("end"))
    free = pace.c.free_at <= bindparam("now")
    return taken.on_conflict_do_update(
        index_elements=["lane"], set_={"free_at": bindparam("end")}, where=free
    ).returning(pace.c.lane)


#: By whether the database is PostgreSQL.
_TAKEN = {False: _take(sqlite.insert), True: _take(postgresql.insert)}
