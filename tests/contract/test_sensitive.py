"""What is sensitive leaves no trace, whichever way it comes: it gets the human route and nothing else.

Every message carries a word that nobody uses, which is looked for afterwards in every file of the installation, in
the log and in whatever a model was asked. Forty messages are ours; COACH_EVAL_MESSAGES names a file with others.
"""

import io
import json
import logging
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path

import pytest
import structlog
from aiohttp.test_utils import TestServer

from bot import logs
from bot.bootstrap import main_store
from bot.desks import barriers as raising_desk
from bot.settings import load_settings
from knowledge.minilm import MiniLM
from knowledge.triage.judging import Triage
from knowledge.triage.tokens import MiniLMTokens
from prompts import words
from tests.adapters.slack.signing import message_shortcut
from tests.bot.coaching.raising_room import FakeTwins
from tests.contract import house
from tests.contract.conftest import PERSONAL
from tests.contract.hearing import everything_said
from tests.contract.stages import SlackStage, TeamsStage
from tests.contract.test_around_answers import Json, pressed_in_teams, sent_to_slack, titled
from tests.contract.test_barriers import ALONE, chosen, sent_form, several, typed_in_slack, typed_in_teams
from tests.contract.test_one_partnership import TRUST, posted
from tests.scripted_model import Asked, scripted_model
from tests.slack_double import SlackDouble
from tests.teams_double import TeamsDouble

pytestmark = pytest.mark.process

WORDS = words()
CANARY = "Brackwater"
OWN = Path(__file__).with_name("sensitive.txt").read_text("utf-8").splitlines()
CALM = "We may not send each other a list of names because of our lawyers."
#: What a message changes whatever it says: that it came and was answered, and who sent it from where.
_EVERY_MESSAGE = frozenset({"inbox", "outbox", "identity", "partner", "partner_home", "conversation"})
_EVALUATION = os.environ.get("COACH_EVAL_MESSAGES")


@dataclass(kw_only=True)
class Room:
    """Ana in Slack and Anna in Teams with the coach, and everything that could have kept what they wrote."""

    charity: SlackStage
    council: TeamsStage
    data: Path
    asked: list[Asked]
    log: io.StringIO
    forms: dict[str, Json] = field(default_factory=dict)
    number: int = 0

    def marked(self, text: str) -> str:
        """The message with a word of its own."""
        self.number += 1
        return f"{text} {CANARY}{self.number:04}."

    async def prepare(self) -> None:
        """Have both ask for a form, with nothing sensitive in it."""
        self.forms["slack"] = await typed_in_slack(self.charity, f"log a barrier: {CALM}")
        self.forms["teams"] = await typed_in_teams(self.council, f"log a barrier: {CALM}")

    async def in_form(self, text: str) -> Json:
        statement = {"value": {"type": "plain_text_input", "value": text}}
        return await sent_form(
            self.charity, self.forms["slack"], statement=statement, factor=chosen("trust"), share=several("yes")
        )

    async def in_form_of_teams(self, text: str) -> Json:
        filled = {"statement": text, "factor": "trust", "others": "", "consent": "named", "organisations": "council"}
        self.number += 1
        send = titled(self.forms["teams"], WORDS("barrier.form.submit"))
        return await pressed_in_teams(self.council, send, 1_000 + self.number, **filled)

    async def by_shortcut(self, text: str) -> Json:
        self.number += 1
        message = {"type": "message", "user": "U0ANA", "ts": "1772452700.000100", "text": text}
        payload = message_shortcut(message=message, trigger_id=f"133.74.{self.number}")
        return await sent_to_slack(replace(self.charity, channel=ALONE), payload)

    async def by_shortcut_in_teams(self, text: str) -> Json:
        self.number += 1
        activity = self.council.teams.shortcut(f"<p>{escape(text)}</p>", id=f"f:{self.number}")
        async with self.council.house.client.post("/api/messages", json=activity) as response:
            assert response.status == 200
        await self.council.house.settle()
        return posted(self.council.teams)[-1]

    @property
    def ways(self) -> Mapping[str, Callable[[str], Awaitable[Json]]]:
        """How a message can come."""
        return {
            "free text": lambda text: typed_in_slack(self.charity, text),
            "log a barrier": lambda text: typed_in_slack(self.charity, f"log a barrier: {text}"),
            "barrier": lambda text: typed_in_slack(self.charity, f"barrier {text}"),
            "form": self.in_form,
            "shortcut": self.by_shortcut,
            "log a barrier in Teams": lambda text: typed_in_teams(self.council, f"log a barrier: {text}"),
            "form in Teams": self.in_form_of_teams,
            "shortcut in Teams": self.by_shortcut_in_teams,
        }

    async def traces(self) -> set[str]:
        """Where the word is found, once the write-ahead log was emptied as it is each minute."""
        async with main_store(load_settings({"COACH_DATA_DIR": "data"}, folder=self.data.parent)) as database:
            await database.truncate_log()
        return self.traces_now()

    def traces_now(self) -> set[str]:
        """Where it is found at this moment."""
        files = [path for path in self.data.rglob("*") if path.is_file() and "models" not in path.parts]
        found = {path.name for path in files if CANARY.lower().encode() in path.read_bytes().lower()}
        found |= {"log"} if CANARY.lower() in self.log.getvalue().lower() else set()
        prompts = json.dumps([each.body for each in self.asked]).lower()
        return found | ({"prompts"} if CANARY.lower() in prompts else set())

    def counted(self) -> dict[str, int]:
        """How many rows there are of everything but messages and people."""
        with closing(sqlite3.connect(self.data / "coach.sqlite")) as connection:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            kept = [name for name in names if name not in _EVERY_MESSAGE]
            return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in kept}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log as the server writes it, at its most talkative."""
    root, written = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    logs.set_up("debug")
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(written))
    yield written
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
async def room(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    slack: SlackDouble,
    teams: TeamsDouble,
    log: io.StringIO,
) -> AsyncIterator[Room]:
    """Both platforms with a model, which finds every barrier alike."""
    monkeypatch.setattr(raising_desk, "twins_for", lambda _model: FakeTwins())
    asked: list[Asked] = []
    async with TestServer(scripted_model("good", asked)) as model:
        settings = {
            "COACH_MODEL": "openai:test",
            "COACH_MODEL_KEY": "key",
            "COACH_MODEL_URL": str(model.make_url("/v1")),
        }
        async with house.chats(tmp_path, monkeypatch, slack, **settings) as opened:
            charity = SlackStage(house=opened, slack=slack, channel="D0ANA")
            council = TeamsStage(house=opened, teams=teams, conversation=PERSONAL)
            made = Room(charity=charity, council=council, data=tmp_path / "data", asked=asked, log=log)
            await made.prepare()
            yield made


async def _assert_no_trace(room: Room, messages: list[str]) -> None:
    before = room.counted()
    for way, say in room.ways.items():
        for number, text in enumerate(messages):
            told = everything_said(await say(room.marked(text)))
            # Never the message itself: in a test's output too it would be kept.
            assert WORDS("sensitive.title") in told, f"message {number} by {way} got no human route"
            assert CANARY not in told, f"message {number} by {way} was repeated"
    assert await room.traces() == set()
    assert room.counted() == before


async def test_our_sensitive_messages_leave_no_trace(room: Room) -> None:
    assert len(set(OWN)) == 40
    await _assert_no_trace(room, OWN)
    assert not any(room.asked)


@pytest.fixture
def evaluation() -> list[str]:
    """The sensitive messages of the evaluation, which are read where they are and kept nowhere."""
    cases = [json.loads(line) for line in Path(_EVALUATION or "").read_text("utf-8").splitlines()]
    return [case["text"] for case in cases if case["intent"] == "sensitive"]


@pytest.mark.skipif(_EVALUATION is None, reason="COACH_EVAL_MESSAGES names no file")
async def test_what_is_caught_of_the_evaluation_leaves_no_trace(
    room: Room, tmp_path: Path, evaluation: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    triage = Triage(MiniLMTokens(MiniLM(tmp_path / "models")))
    caught = [text for text in evaluation if triage(f"{text} {CANARY}0000.").sensitive]
    await _assert_no_trace(room, caught)
    with capsys.disabled():
        print(f"\n{len(caught)} of {len(evaluation)} sensitive messages caught; no trace by {len(room.ways)} ways")  # noqa: T201


async def test_what_is_no_secret_is_found(room: Room) -> None:
    """The search can fail: an ordinary barrier and an ordinary question are where they belong."""
    assert await room.traces() == set()
    await room.ways["log a barrier"](room.marked(CALM))
    assert await room.traces() == set()
    await room.ways["form"](room.marked(CALM))
    assert await room.traces() == {"coach.sqlite"}
    assert room.counted()["barrier"] == 1
    await room.ways["form in Teams"](room.marked(f"{CALM} Again."))
    assert room.counted()["barrier_draft"] == 1  # its twin is offered
    assert room.counted()["barrier"] == 1
    assert "prompts" in await room.traces()  # a model was asked which is the same
    structlog.get_logger().debug("said", text=CANARY)
    assert "log" in await room.traces()


async def test_a_question_is_asked_of_the_model(room: Room) -> None:
    await room.ways["free text"](f"{TRUST} {CANARY}?")
    assert "prompts" in await room.traces()


async def test_an_unsent_form_is_found_in_the_outbox(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(house.House, "settle", _handled_only)
        await typed_in_slack(room.charity, room.marked(f"log a barrier: {CALM}"))
    assert await room.traces() == {"coach.sqlite"}
    await room.charity.house.settle()
    assert await room.traces() == set()


async def _handled_only(opened: house.House) -> None:
    while await opened.delivery.handle_one():
        pass
