"""A barrier's way from being raised to its raisers' notices, step by step, as people take it in Slack.

Ana has logged a barrier before; Bo types the same, sends the form and joins hers; a lead opens it and acknowledges it;
both are told.
"""

import contextlib
import json
import sqlite3
import time
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from adapters.slack.app import PATH
from prompts import words
from tests.adapters.slack.signing import FORM, JSON, as_form, press, signed
from tests.contract.hearing import everything_said
from tests.contract.test_around_answers import titled
from tests.contract.test_barriers import chosen, initial, several
from tests.crash.in_slack import InSlack, Workspace
from tests.crash.installation import Unreached, until
from tests.load.events import PEOPLE, SIGNING_SECRET, DirectMessage
from tests.slack_double import TEAM

WORDS = words()
WHAT = "We may not send each other a single list of names."
SAME = "We may not send each other a list of any names."
Json = Mapping[str, Any]
_ANA, _BO, _LEAD = (DirectMessage(number=number, text="") for number in (1, 2, 3))
#: As the file of the partnership names the lead.
_LEADS_ADDRESS = "amara.okafor@lantern.example"


class Step(StrEnum):
    """In the order in which they are taken; the last is nobody's, but the coach's own."""

    TYPED = "typed"
    SENT = "sent"
    JOINED = "joined"
    OPENED = "opened"
    MOVED = "moved"
    TOLD = "told"


#: The first contact is a notice as well.
_OF_BARRIERS = "promise = 'notice' AND key NOT LIKE 'notice:first:%'"


@dataclass(frozen=True, kw_only=True)
class Request:
    """What Slack delivers, signed at the moment at which it does."""

    body: bytes
    kind: str

    def deliver(self, coach: InSlack) -> None:
        """Post it once; raises `Unreached` where it was not acknowledged."""
        headers = signed(self.body, at=time.time(), secret=SIGNING_SECRET, kind=self.kind)
        status, answer = coach.call(PATH, self.body, self.kind, headers)
        assert status == 200, answer


@dataclass(frozen=True, kw_only=True)
class State:
    """What there is between two steps: the coach's database and what stands in Slack."""

    database: Path
    messages: Mapping[str, list[dict[str, Any]]]


@dataclass(kw_only=True)
class Story:
    """One installation on its way, with a workspace of its own."""

    coach: InSlack
    slack: Workspace
    delivered: list[Request] = field(default_factory=list)

    def introduce(self) -> None:
        """Let Slack know the lead by a verified address, and Bo by name."""
        users = self.slack.double.users
        users[_LEAD.user] |= {"profile": {"email": _LEADS_ADDRESS}, "is_email_confirmed": True}
        users[_BO.user] |= {"real_name": "Bo Larsen"}

    def begin(self) -> None:
        """Have Ana log hers, of which only the wording may be shown, so that nobody sees it yet."""
        self.take(_typed(_ANA, f"log a barrier: {WHAT}"))
        self.take(self._form(_ANA, share=several("yes"), factor=chosen("information")))

    def request(self, step: Step) -> Request:
        """What somebody does at a step, drawn from what they were shown before."""
        if step is Step.TYPED:
            return _typed(_BO, f"log a barrier: {SAME}")
        if step is Step.SENT:
            return self._form(_BO, consent=chosen("named"), factor=chosen("information"))
        if step is Step.JOINED:
            return self._press(_BO, WORDS("barrier.twins.join", label="B-001"))
        if step is Step.OPENED:
            return _typed(_LEAD, "B-001")
        return self._press(_LEAD, WORDS("handling.move.acknowledged"))

    def go(self, step: Step) -> None:
        """Take a step with a server that runs, and wait until nothing is left to do."""
        if step is Step.TOLD:
            self.bring_forward()
            until(lambda: not self._notices("state = 'pending' OR state = 'sending'"), "the notices to be sent")
        else:
            self.take(self.request(step))

    def take(self, request: Request) -> None:
        """Deliver something and wait until everybody who asked is answered."""
        request.deliver(self.coach)
        self.delivered.append(request)
        self.settle()

    def look_again(self) -> None:
        """Have the lead ask for the barrier once more: whatever the server means to do it has begun by then."""
        self.take(_typed(DirectMessage(number=_LEAD.number + PEOPLE, text=""), "B-001"))

    def tried(self, request: Request) -> bool:
        """Deliver something to a server that may die of it; whether it was acknowledged."""
        try:
            request.deliver(self.coach)
        except Unreached:
            return False
        return True

    def settle(self) -> None:
        """Wait until every message was answered and every answer and immediate notice was sent."""
        undone = (
            "SELECT key FROM inbox WHERE state <> 'handled' UNION ALL SELECT key FROM outbox"
            " WHERE state NOT IN ('sent', 'unknown') AND (key NOT LIKE 'notice:%' OR key LIKE 'notice:first:%') LIMIT 1"
        )
        until(lambda: not self.coach.select(undone), "every answer to be sent")

    def bring_forward(self) -> None:
        """Have the notices due that wait for what else may change within a minute."""
        self.coach.change("UPDATE outbox SET due_at = '2026-01-01 00:00:00.000000' WHERE state = 'pending'")

    def keep(self, file: Path) -> State:
        """A copy of what there is now, while the server runs and has nothing to do."""
        with (
            contextlib.closing(sqlite3.connect(self.coach.database)) as now,
            contextlib.closing(sqlite3.connect(file)) as copy,
        ):
            now.backup(copy)
        return State(database=file, messages=deepcopy(dict(self.slack.double.messages)))

    def restore(self, state: State) -> None:
        """Put in place what there was."""
        self.coach.database.write_bytes(state.database.read_bytes())
        for beside in ("-wal", "-shm"):
            Path(f"{self.coach.database}{beside}").unlink(missing_ok=True)
        self.slack.double.messages.update(deepcopy(dict(state.messages)))

    def notices(self) -> dict[str, tuple[str, int]]:
        """How each notice's row stands, and how often it stands in Slack, by whom it tells what."""
        joined, moved = WORDS("barrier.joined.title"), WORDS("news.acknowledged", factor="")[:30]
        found = {}
        for key, place, state in self.coach.select(f"SELECT key, place, state FROM outbox WHERE {_OF_BARRIERS}"):
            person = _ANA if _ANA.user in place else _BO
            what, said = ("joined", joined) if key.startswith("joined:") else ("moved", moved)
            name = f"{what} {'Ana' if person is _ANA else 'Bo'}"
            assert name not in found, "the same notice twice"
            found[name] = (state, self._posted(person, said))
        return found

    def _posted(self, person: DirectMessage, said: str) -> int:
        return sum(said in everything_said(each) for each in self.slack.double.messages[person.channel])

    def _notices(self, condition: str) -> list[tuple[Any, ...]]:
        return self.coach.select(f"SELECT key FROM outbox WHERE {_OF_BARRIERS} AND ({condition})")

    def _form(self, person: DirectMessage, **changes: object) -> Request:
        form, button = self._shown(person, WORDS("barrier.form.submit"))
        state = {"values": {**initial(form), **changes}}
        return _pressed(person, form, button, state=state)

    def _press(self, person: DirectMessage, label: str) -> Request:
        message, button = self._shown(person, label)
        return _pressed(person, message, button)

    def _shown(self, person: DirectMessage, label: str) -> tuple[Json, Json]:
        """The last message to somebody in which there is a button with this label, and the button."""
        for message in reversed(self.slack.double.messages[person.channel]):
            with contextlib.suppress(StopIteration):
                return message, titled(message, label)
        raise AssertionError(f"nobody was shown “{label}”")


def _typed(person: DirectMessage, text: str) -> Request:
    return Request(body=DirectMessage(number=person.number, text=text).body, kind=JSON)


def _pressed(person: DirectMessage, message: Json, button: Json, **more: object) -> Request:
    payload = press(
        user={"id": person.user, "team_id": TEAM},
        channel={"id": person.channel},
        container={"message_ts": message["ts"]},
        message={"ts": message["ts"], "thread_ts": message["thread_ts"]},
        actions=[{"action_ts": "1772452900.1", **button}],
    )
    return Request(body=as_form(payload=json.dumps({**payload, **more})), kind=FORM)


def steps_after(step: Step) -> Iterator[Step]:
    """Those that are left when one is taken."""
    every = list(Step)
    yield from every[every.index(step) + 1 :]
