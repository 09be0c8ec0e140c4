"""Check-ins for a crowd, put into the outbox as the weekly round does, and what the double saw become of them."""

import json
import subprocess
import sys
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bot.bootstrap import open_store
from bot.domain.cards import Button, Card, Paragraph
from bot.domain.messages import Place
from bot.store.inbox import Promise, Reply, outbox_row
from bot.store.tables import conversation_reference, outbox
from tests.crash.installation import free_port, until
from tests.load.busy_platforms import Call
from tests.load.crowd import CONNECTOR, Person, workspace_of

ROOT = Path(__file__).parent.parent.parent
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_TOGETHER = 500
#: Two messages of one conversation are at least this far apart.
APART_S = 1.0


def card(person: Person, week: int = 0) -> Card:
    """A check-in as long as they get, with its six buttons."""
    said = (
        "What did another organisation do lately that made your own work easier, and did anybody tell them so?",
        "We have heard little about trust and relationships from voluntary partners since August.",
        "You said, we did: the shared referral form that three people asked for was put on the board's agenda.",
        "What you reply is counted only, unless you choose otherwise. Nobody is told who did not reply.",
    )
    labels = ("Answer", "Another question", "Skip this week", "Tomorrow", "I am away", "Stop these")
    return Card(
        title="Harbourside Wellbeing Partnership: one question this week",
        paragraphs=tuple(Paragraph(text=text) for text in said),
        buttons=tuple(
            Button(label=label, action=f"check-in-{number}", value=identity(person, week))
            for number, label in enumerate(labels)
        ),
    )


def identity(person: Person, week: int = 0) -> str:
    """The id of a person's check-in."""
    return f"{person.platform}{person.workspace:03}{person.number:03}w{week}"


def key(person: Person, week: int = 0) -> str:
    """The key of a person's check-in in the outbox."""
    return f"check-in:{identity(person, week)}:0"


async def put(database: str, people: Sequence[Person], api: str, week: int = 0) -> None:
    """Have a check-in due to each of these people, all at once, and know how to reach those in Teams."""
    now = datetime.now(UTC)
    rows = [
        outbox_row(
            Reply(
                key=key(person, week),
                platform=person.platform,
                place=Place(person.place),
                card=card(person, week),
                promise=Promise.NOTICE,
                until=now + timedelta(hours=12),
            ),
            now,
        )
        for person in people
    ]
    known = [_reference(person, api) for person in people if person.platform == "teams" and week == 0]
    async with open_store(database) as store, store.writing() as connection:
        for table, values in ((conversation_reference, known), (outbox, rows)):
            for start in range(0, len(values), _TOGETHER):
                await connection.execute(insert(table), values[start : start + _TOGETHER])


def _reference(person: Person, api: str) -> dict[str, Any]:
    reference = {
        "conversation": person.channel,
        "kind": "personal",
        "service_url": f"{api}{CONNECTOR}",
        "tenant": person.team,
        "bot": "28:coach",
        "alone": "",
    }
    return {"conversation": person.channel, "reference": reference, "active": True}


@dataclass(frozen=True, kw_only=True)
class Platforms:
    """The double in its process."""

    api: str

    @property
    def settings(self) -> Mapping[str, str]:
        """What a server is told to speak to it on both platforms."""
        return {
            "SLACK_BOT_TOKEN": "xoxb-double",
            "SLACK_SIGNING_SECRET": "load-signing-secret",
            "SLACK_API_URL": f"{self.api}/api/",
            "COACH_TEAMS_DEVELOPMENT": "yes",
        }

    def calls(self) -> list[Call]:
        """Every call that posts, so far."""
        return [Call(**call) for call in self._asked("report")["calls"]]

    def counts(self) -> tuple[int, int]:
        """How many there were, and how many whose sender hung up before it had its answer."""
        found = self._asked("count")
        return found["calls"], found["hung_up"]

    def _asked(self, what: str) -> dict[str, Any]:
        with _OPENER.open(f"{self.api}/{what}", timeout=60) as response:
            found: dict[str, Any] = json.load(response)
            return found

    @property
    def up(self) -> bool:
        """Whether it answers."""
        try:
            self.counts()
        except OSError:
            return False
        return True


@contextmanager
def platforms(seed: int = 7) -> Iterator[Platforms]:
    """The double, which outlives every death of a server."""
    port = free_port()
    with subprocess.Popen([sys.executable, "-m", "tests.load.busy_platforms", str(port), str(seed)], cwd=ROOT) as run:
        made = Platforms(api=f"http://127.0.0.1:{port}")
        try:
            until(lambda: made.up, "the platforms to come up")
            yield made
        finally:
            run.kill()


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the platforms saw."""

    calls: int
    posted: int
    doubled: int
    #: The smallest time between two messages of one conversation as they came in, in seconds.
    closest: float
    #: Conversations with two messages within a second, and calls before the time that a refusal named.
    hurried: int
    early: int
    #: The most messages that one workspace got within a second.
    busiest: int
    seconds: float


def seen(calls: Sequence[Call]) -> Seen:
    """The figures. A call is early that arrives after its workspace was told to wait, and before the time is over."""
    posted = [call for call in calls if call.posted]
    times = Counter((call.channel, call.message) for call in posted)
    gaps = list(_gaps(posted))
    moments = [call.arrived for call in calls]
    return Seen(
        calls=len(calls),
        posted=len(posted),
        doubled=sum(count - 1 for count in times.values()),
        closest=min(gaps, default=float("inf")),
        hurried=sum(gap < APART_S for gap in gaps),
        early=_early(calls),
        busiest=_busiest(posted),
        seconds=max(call.answered for call in calls) - min(moments) if calls else 0.0,
    )


def _gaps(posted: Sequence[Call]) -> Iterator[float]:
    by_channel = defaultdict(list)
    for call in posted:
        by_channel[call.channel].append(call.arrived)
    for moments in by_channel.values():
        for before, after in pairwise(sorted(moments)):
            yield after - before


def _early(calls: Sequence[Call]) -> int:
    """Slack means a whole workspace, Teams a conversation."""
    told: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for call in calls:
        if call.retry_after:
            told[_limited(call)].append((call.answered, call.answered + call.retry_after))
    return sum(
        any(since + _ON_ITS_WAY_S < call.arrived < until for since, until in told[_limited(call)]) for call in calls
    )


#: A call that was made before its sender could have read the refusal.
_ON_ITS_WAY_S = 0.25


def _limited(call: Call) -> str:
    return workspace_of(call.channel) if call.channel.startswith("D") else call.channel


def _busiest(posted: Sequence[Call]) -> int:
    most = 0
    by_workspace: dict[str, list[float]] = defaultdict(list)
    for call in sorted(posted, key=lambda each: each.arrived):
        recent = by_workspace[workspace_of(call.channel)]
        recent.append(call.arrived)
        while recent[0] < call.arrived - 1:
            recent.pop(0)
        most = max(most, len(recent))
    return most


def shown(figures: Seen) -> str:
    """The figures on a line."""
    return ", ".join(f"{name} {value:g}" for name, value in asdict(figures).items())
